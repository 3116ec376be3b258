"""A definition from anybody is checked as strictly as a folder: each broken rule is named, and none twice."""

from collections.abc import Callable

import msgspec
import pytest

from urna.election.check import check_definition, valid_election
from urna.election.definition import BallotStyle, Definition, NamedKey, Territory
from urna.election.folder import read_folder
from urna.errors import Findings
from urna.storage.definition_folder import example_files

EXAMPLE = read_folder(example_files())
Change = Callable[[Definition], Definition]


def with_part(section: str, index: int, **values: object) -> Change:
    """Changes fields of one record of a section."""

    def change(definition: Definition) -> Definition:
        records = list(getattr(definition, section))
        records[index] = msgspec.structs.replace(records[index], **values)
        return msgspec.structs.replace(definition, **{section: tuple(records)})

    return change


def with_more(section: str, *records: object) -> Change:
    """Adds records at the end of a section."""
    return lambda definition: msgspec.structs.replace(
        definition, **{section: (*getattr(definition, section), *records)}
    )


def with_fingers(**values: object) -> Change:
    """Changes the rule of fingerprints."""
    return lambda definition: with_rules(fingers=msgspec.structs.replace(definition.rules.fingers, **values))(
        definition
    )


def with_rules(**values: object) -> Change:
    """Changes rules."""
    return lambda definition: msgspec.structs.replace(
        definition, rules=msgspec.structs.replace(definition.rules, **values)
    )


def with_seat_rule(index: int, **values: object) -> Change:
    """Changes the seat rule of a contest."""
    rule = EXAMPLE.contests[index].seat_rule
    return with_part("contests", index, seat_rule=msgspec.structs.replace(rule, **values))


def with_authority(**values: object) -> Change:
    """Changes who signs and who guards."""
    return lambda definition: msgspec.structs.replace(
        definition, authority=msgspec.structs.replace(definition.authority, **values)
    )


GUARDIAN = NamedKey(name="Court", key_name="court.example/guardian", key="12" * 32)
CONTEST, STATION = EXAMPLE.contests[0], EXAMPLE.stations[0]
LIST = next(number for number, contest in enumerate(EXAMPLE.contests) if contest.code == "NAC")
CHANGES: dict[str, tuple[Change, str]] = {
    "a guardian alone": (
        with_authority(guardians=(GUARDIAN,), guardian_threshold=1),
        "1 of 1 guardians could open the ballots.",
    ),
    "guardians without a threshold": (
        with_authority(guardians=(GUARDIAN,), guardian_threshold=0),
        "0 of 1 guardians could open the ballots.",
    ),
    "guardian with a witness's key": (
        with_authority(
            guardians=(GUARDIAN, msgspec.structs.replace(EXAMPLE.authority.witnesses[0], key_name="x")),
            guardian_threshold=2,
        ),
        "is also the key of",
    ),
    "station twice": (with_more("stations", STATION), "The station MON-AL-1-1 is there twice."),
    "contest twice": (with_more("contests", EXAMPLE.contests[-1]), "is there twice"),
    "style twice": (
        with_more("styles", BallotStyle(code="MON-1", contests=("NAC",))),
        "The ballot style MON-1 is there twice.",
    ),
    "style unused": (with_more("styles", BallotStyle(code="NEW", contests=("NAC",))), "No station uses"),
    "style disordered": (
        with_part("styles", 0, contests=EXAMPLE.styles[0].contests[::-1]),
        "is not a list of contests",
    ),
    "style of another circuit": (
        with_part("stations", 0, styles=(msgspec.structs.replace(STATION.styles[0], style="MON-2"),)),
        "are not those of its territories",
    ),
    "station without styles": (with_part("stations", 0, styles=()), "are not those of its territories"),
    "centre with parts": (with_part("stations", 0, centre="MON-AL"), "has territories inside"),
    "few electors": (
        with_part("stations", 0, styles=(msgspec.structs.replace(STATION.styles[0], electors=9),)),
        "the secrecy threshold is 10",
    ),
    "title in a stray language": (with_part("contests", 0, title={**CONTEST.title, "fr": "x"}), "given in fr"),
    "votes in a list": (with_part("contests", LIST, votes_allowed=2), "has 2 votes in NAC"),
    "method": (with_seat_rule(LIST, method="plurality"), "does not suit"),
    "no seats": (with_seat_rule(0, seats=0), "gives 0 seats"),
    "threshold for persons": (with_seat_rule(0, threshold="1/2"), "has the threshold 1/2"),
    "threshold above the whole": (with_seat_rule(LIST, threshold="4/3"), "has the threshold 4/3"),
    "card of nobody": (with_part("contests", 0, choices=CONTEST.choices[:-1]), "does not stand there"),
    "choice without card": (
        with_part("contests", 0, options=tuple(o for o in CONTEST.options if o.choice != "MON-1-FARO-1")),
        "No card in NOM-MON-1 counts for MON-1-FARO-1",
    ),
    "cards with one name": (
        with_part(
            "contests",
            0,
            options=(*CONTEST.options[:-1], msgspec.structs.replace(CONTEST.options[-1], name=CONTEST.options[0].name)),
        ),
        "both say",
    ),
    "nobody behind a person": (
        with_part(
            "contests", 0, choices=(msgspec.structs.replace(CONTEST.choices[0], nominees=()), *CONTEST.choices[1:])
        ),
        "has 0 candidates",
    ),
    "unknown nominee": (
        with_part(
            "contests",
            0,
            choices=(msgspec.structs.replace(CONTEST.choices[0], nominees=("GHOST",)), *CONTEST.choices[1:]),
        ),
        "GHOST in NOM-MON-1 is not a candidate",
    ),
    "own substitute": (with_part("candidates", 0, substitutes=(EXAMPLE.candidates[0].code,)), "a substitute of"),
    "second root": (with_more("territories", Territory(code="MARS", kind="PLANET", name="Mars")), "has no parent"),
    "own parent": (
        with_more("territories", Territory(code="LOOP", kind="LOOP", name="Loop", parent="LOOP")),
        "in a circle: LOOP",
    ),
    "no challenge left": (with_rules(attempts=1), "none may be left to cast"),
    "notice after the limit": (with_rules(inactivity_seconds=600), "later than the time limit"),
    "no language": (with_rules(languages=()), "are not languages"),
    "no false match": (with_fingers(false_match_rate="0/1"), "false_match_rate is 0/1"),
    "two fingers below one": (with_fingers(score_of_two=2), "More fingers must reach a higher score"),
    "scores of other tries": (with_fingers(tries=3), "are not those for 3 tries"),
    "scores of nobody": (with_fingers(score_of_four=3_999_999), "are not those for 2 tries"),
    "the mark taken off": (with_fingers(provisional=False), "is provisional, and the rule says it is not"),
    "no risk": (with_rules(risk_limit="0/1"), "risk_limit is 0/1"),
    "no such day": (
        lambda definition: msgspec.structs.replace(definition, opens_at="2026-02-30T10:00:00Z"),
        "is not a moment of any day",
    ),
    "log is an officer": (
        lambda definition: msgspec.structs.replace(
            definition,
            authority=msgspec.structs.replace(
                definition.authority,
                log=msgspec.structs.replace(definition.authority.log, key=definition.authority.officers[0].key),
            ),
        ),
        "is also the key of",
    ),
}


def test_the_example_breaks_no_rule() -> None:
    """And so it is an election."""
    assert check_definition(EXAMPLE) == []
    assert valid_election(EXAMPLE).definition is EXAMPLE


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES)
def test_a_broken_rule_is_named_once(change: Change, said: str) -> None:
    """One change, one mistake, whatever else hangs on it; and no election comes of it."""
    broken = change(EXAMPLE)
    mistakes = check_definition(broken)
    assert len(mistakes) == 1, [str(mistake.problem) for mistake in mistakes]
    assert said in str(mistakes[0].problem)
    with pytest.raises(Findings, match=r"definition\.note"):
        valid_election(broken, "definition.note")


@pytest.mark.parametrize("section", ["territories", "parties", "candidates", "contests", "styles", "stations"])
def test_a_definition_without_a_section_is_refused_without_a_crash(section: str) -> None:
    """Everything that refers to it is unknown then."""
    assert check_definition(msgspec.structs.replace(EXAMPLE, **{section: ()}))
