"""Every rule of reconciliation is kept by true papers and broken by exactly the change that it is there for."""

from collections.abc import Callable
from functools import cache

import msgspec
import pytest
from tests.tampering.builder import World, build

from urna.ballot.published import BallotList
from urna.election.certification import RollCommitment, RollCommitments
from urna.election.definition import Election
from urna.election.outcomes import BallotState, Ending, Outcome, OverrideReason
from urna.encoding.canonical import digest
from urna.encoding.document import read_document
from urna.record.layout import ROLL, zero_report_path
from urna.tally.reconciliation import RULES, reconcile
from urna.tally.rule import Case
from urna.tally.rules_votes import ballots_root, is_withheld
from urna.tally.sheet import OptionVotes

replace = msgspec.structs.replace


@cache
def world() -> World:
    """The small world, built once."""
    return build()


def case(station: str = "A-01") -> Case:
    """A station's true papers."""
    small = world()
    roll = read_document(small.files[ROLL], RollCommitments)
    booths = range(1, small.election.stations[station].booths + 1)
    return Case(
        small.election,
        small.sheet(station),
        small.statement(station),
        next(each for each in roll.stations if each.station == station),
        {booth: digest(small.files[zero_report_path(station, booth)]) for booth in booths},
        small.ballots(station),
    )


def book(**changes: object) -> Callable[[Case], Case]:
    """A change of the poll book's statement."""
    return lambda true: true._replace(statement=replace(true.statement, **changes))


def sheet(**changes: object) -> Callable[[Case], Case]:
    """A change of the sheet."""
    return lambda true: true._replace(sheet=replace(true.sheet, **changes))


def contest(number: int, **changes: object) -> Callable[[Case], Case]:
    """A change of one contest on the sheet."""

    def change(true: Case) -> Case:
        contests = list(true.sheet.contests)
        contests[number] = replace(contests[number], **changes)
        return true._replace(sheet=replace(true.sheet, contests=tuple(contests)))

    return change


def listed(**changes: object) -> Callable[[Case], Case]:
    """A change of the first ballot in the list."""

    def change(true: Case) -> Case:
        assert true.ballots is not None
        first, *rest = true.ballots.ballots
        return true._replace(ballots=replace(true.ballots, ballots=(replace(first, **changes), *rest)))

    return change


def encrypted(true: Case) -> Case:
    """The same station in an election with guardians: sums of nonces on the sheet, ciphertexts behind the list."""
    definition = true.election.definition
    guardians = replace(definition.authority, guardians=definition.authority.officers, guardian_threshold=1)
    proven = tuple(
        replace(each, votes=tuple(replace(vote, nonce="0" * 64) for vote in each.votes or ()))
        for each in true.sheet.contests
    )
    assert true.ballots is not None
    styles = iter([style.style for style in true.sheet.styles for _ in range(style.cast)])
    ballots = tuple(
        replace(each, style=next(styles) if each.state is BallotState.CAST else "S1", hash="0" * 64)
        for each in true.ballots.ballots
    )
    listing = replace(true.ballots, ballots=ballots)
    return true._replace(
        election=Election(replace(definition, authority=guardians)),
        sheet=replace(true.sheet, contests=proven, ballots_root=ballots_root(listing)),
        ballots=listing,
    )


TRUE = case()
BOOTHS, STYLES, CONTESTS = TRUE.sheet.booths, TRUE.sheet.styles, TRUE.sheet.contests
FIRST = CONTESTS[0].votes or ()
IDENTIFIED, ENDINGS = TRUE.statement.identified, TRUE.statement.endings

BROKEN: list[tuple[int, Callable[[Case], Case], tuple[object, object]]] = [
    (1, book(registered=91), (91, 90)),
    (2, book(roll_root="0" * 64), ("0" * 64, TRUE.statement.roll_root)),
    (3, book(identified={**IDENTIFIED, Outcome.MATCH: 89}), (92, 90)),
    (4, book(endings={Ending.CAST: 49, Ending.EXPIRED: 1, Ending.LEFT: 1}), (8, 9)),
    (5, book(withdrawn=0), (52, 51)),
    (6, book(endings={**ENDINGS, Ending.LEFT: 2}), (52, 51)),
    (7, book(overrides={OverrideReason.READER_FAILED: 2}), (2, 3)),
    (8, book(telephone_codes_used=0), (2, 3)),
    (9, book(readmitted=4), (4, 3)),
    (10, sheet(booths=(replace(BOOTHS[0], cast=90), *BOOTHS[1:])), (114, 51)),
    (11, book(endings={**ENDINGS, Ending.CAST: 48}), (49, 48)),
    (12, sheet(booths=BOOTHS[::-1]), (2, 2)),
    (13, sheet(booths=(replace(BOOTHS[0], zero_report="0" * 64), BOOTHS[1])), ("0" * 64, BOOTHS[0].zero_report)),
    (14, sheet(styles=STYLES[::-1]), (2, 2)),
    (15, sheet(styles=(replace(STYLES[0], cast=30), STYLES[1])), (44, 49)),
    (16, sheet(styles=(STYLES[0], replace(STYLES[1], cast=31))), (31, 30)),
    (17, sheet(closed_at="2020-01-01T00:00:00Z"), ("2020-01-01T00:00:00Z", TRUE.election.definition.opens_at)),
    (18, sheet(booths=(replace(BOOTHS[0], challenged=99), BOOTHS[1])), (99, 51)),
    (19, sheet(contests=CONTESTS[::-1]), (4, 4)),
    (20, contest(0, ballots=50), (50, 49)),
    (21, contest(0, votes=None), (49, 10)),
    (22, contest(0, votes=FIRST[::-1]), (4, 4)),
    (23, contest(0, undervotes=(CONTESTS[0].undervotes or 0) + 1), (99, 98)),
    (24, contest(0, votes=(OptionVotes(option=FIRST[0].option, votes=98), *FIRST[1:])), (98, 49)),
    (25, sheet(booths=(replace(BOOTHS[0], void=BOOTHS[0].void + 1), BOOTHS[1])), (2, 3)),
    (26, sheet(ballots_root="0" * 64), (TRUE.sheet.ballots_root, "0" * 64)),
    (27, sheet(ballots_root=None), (1, 0)),
    (28, contest(0, votes=tuple(replace(each, nonce="0" * 64) for each in FIRST)), (4, 0)),
    (29, sheet(opened=False), (0, 4)),
    (30, listed(style="S1"), (51, 52)),
]

ENCRYPTED = encrypted(TRUE)
PROVEN = ENCRYPTED.sheet.contests[0].votes or ()

BROKEN_ENCRYPTED: list[tuple[int, Callable[[Case], Case], list[tuple[object, object]]]] = [
    (21, sheet(opened=False), [(49, 10), (14, 10), (49, 10), (49, 10)]),
    (28, contest(0, votes=(FIRST[0], *PROVEN[1:])), [(3, 4)]),
    (28, sheet(sequence=1), [(4, 0), (3, 0), (3, 0), (2, 0)]),
    (30, listed(hash=None), [(51, 52)]),
    (30, listed(style="S2"), [(51, 52)]),
    (31, listed(style="S1-IND"), [(34, 35), (15, 14)]),
]


@pytest.mark.parametrize("station", ["A-01", "A-02", "B-01", "B-02"])
def test_true_papers_break_no_rule(station: str) -> None:
    """Also where votes are withheld below the secrecy threshold."""
    found = reconcile(case(station))
    assert found.breaches == ()
    assert found.remarks == ()


@pytest.mark.parametrize(("rule", "change", "numbers"), BROKEN, ids=lambda value: str(value) if value is int else "")
def test_a_broken_rule_is_named_with_both_numbers(
    rule: int, change: Callable[[Case], Case], numbers: tuple[object, object]
) -> None:
    """The finding names the rule, the station and the two numbers that should agree."""
    breaches = [each for each in reconcile(change(TRUE)).breaches if each.rule == rule]
    assert [(each.sentence.values["left"], each.sentence.values["right"]) for each in breaches] == [numbers]
    assert breaches[0].station == "A-01"
    assert "A-01" in str(breaches[0].sentence)


@pytest.mark.parametrize(("rule", "change", "numbers"), BROKEN_ENCRYPTED)
def test_a_broken_rule_of_an_encrypted_election_is_named(
    rule: int, change: Callable[[Case], Case], numbers: list[tuple[object, object]]
) -> None:
    """A proof left out, a second R, a list without its ciphertexts: each is named with both numbers."""
    assert reconcile(ENCRYPTED).breaches == ()
    found = [each.sentence.values for each in reconcile(change(ENCRYPTED)).breaches if each.rule == rule]
    assert [(each["left"], each["right"]) for each in found] == numbers


def test_a_sheet_whose_closing_cards_were_lost_shows_no_votes() -> None:
    """People, ballots and root alone; the guardians open the votes."""
    bare = tuple(replace(each, votes=None, undervotes=None) for each in ENCRYPTED.sheet.contests)
    assert reconcile(sheet(opened=False, contests=bare)(ENCRYPTED)).breaches == ()
    assert {each.rule for each in reconcile(sheet(contests=bare)(ENCRYPTED)).breaches} == {21}


def test_every_rule_has_a_number_of_its_own_and_a_broken_case() -> None:
    """The numbers are quoted elsewhere, so they stand without a gap; none is untested."""
    assert [rule.number for rule in RULES] == list(range(1, 32))
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {rule for rule, _, _ in (*BROKEN, *BROKEN_ENCRYPTED)} == {rule.number for rule in RULES}


def test_signatures_that_differ_are_reported_and_break_nothing() -> None:
    """A hand count is compared in public; it is no reason to refuse a sheet."""
    found = reconcile(book(signatures=50)(TRUE))
    assert found.breaches == ()
    assert [str(each) for each in found.remarks] == [
        "Station A-01: 50 signatures in the paper book, 51 people identified."
    ]
    assert [str(each) for each in reconcile(book(signatures=None)(TRUE)).remarks] == [
        "Station A-01: nobody counted the signatures in the paper book."
    ]


def test_papers_that_machines_spoiled_are_reported_and_break_nothing() -> None:
    """A jam and a power cut cost the voter no attempt, so there may be more papers than attempts."""
    found = reconcile(sheet(booths=(replace(BOOTHS[0], void=500), BOOTHS[1]))(TRUE)._replace(ballots=None))
    assert {each.name for each in found.breaches} <= {"ballot_list"}
    assert [str(each) for each in found.remarks] == [
        "Station A-01: 551 papers printed, 153 by its activations; jams and power cuts spoil more."
    ]


def test_decisions_after_a_crash_are_reported() -> None:
    """The president's doubtful decisions are counted in public."""
    found = reconcile(book(doubtful_decisions=2)(TRUE))
    assert [str(each) for each in found.remarks] == ["Station A-01: 2 cases after a crash that the president decided."]


def test_a_station_without_commitment_has_no_electors() -> None:
    """Where nothing was committed, nobody can have been identified."""
    broken = {each.rule for each in reconcile(TRUE._replace(roll=None)).breaches}
    assert {1, 2, 3} <= broken


def test_codes_that_the_definition_does_not_have_are_found_not_crashed_on() -> None:
    """A sheet may hold any codes that its keys signed."""
    styles = (replace(STYLES[0], style="NOWHERE"), STYLES[1])
    contests = (replace(CONTESTS[0], contest="NOTHING"), *CONTESTS[1:])
    broken = {each.rule for each in reconcile(sheet(styles=styles, contests=contests)(TRUE)).breaches}
    assert {14, 16, 19} <= broken


def test_a_rehearsal_of_counts_needs_no_ballot_list() -> None:
    """Its sheets have no root either; one without the other is wrong."""
    definition = msgspec.structs.replace(TRUE.election.definition, purpose="rehearsal")
    rehearsed = TRUE._replace(election=type(TRUE.election)(definition), ballots=None)
    assert [each.rule for each in reconcile(rehearsed).breaches] == [27]
    assert reconcile(sheet(ballots_root=None)(rehearsed)).breaches == ()


def test_a_roll_of_another_size_is_named() -> None:
    """Registered is compared with the commitment, not with the definition."""
    roll = RollCommitment(station="A-01", electors=70, root=TRUE.statement.roll_root)
    assert [each.rule for each in reconcile(TRUE._replace(roll=roll)).breaches] == [1]


def test_the_threshold_is_the_fewest_ballots_that_are_shown() -> None:
    """With the rule's ten, nine are withheld and ten are shown."""
    assert is_withheld(TRUE.election.rules, 9)
    assert not is_withheld(TRUE.election.rules, 10)


def test_no_ballot_list_at_all_agrees_with_nothing() -> None:
    """An empty list under its own root still has to show the sheet's numbers."""
    empty = BallotList(election=TRUE.election.identity, station="A-01", ballots=())
    assert {each.rule for each in reconcile(TRUE._replace(ballots=empty)).breaches} == {25, 26}
