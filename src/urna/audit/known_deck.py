"""A known deck: ballots whose selections everybody knows, pressed on a machine; its sheet must say the same.

The deck is a table, a line for each selection:

    ballot,style,contest,option
    1,GENERAL,GOV,AZUL
    1,GENERAL,MAYOR,VERDE
    2,GENERAL,,

Ballot 2 is blank. What the sheet must say is computed from the table and the definition alone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from urna.audit.examination import Result, Subject
from urna.audit.typed_table import read_table
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Finding, Findings, Malformed
from urna.tally.sheet import ContestTally
from urna.words import Sentence

COLUMNS = ["ballot", "style", "contest", "option"]
MOST_BALLOTS = 100_000

_NUMBER = re.compile(r"\A[1-9][0-9]{0,5}\Z")


class Ballot(NamedTuple):
    """One ballot of a deck: its style, and what is pressed."""

    style: Code
    pressed: frozenset[tuple[Code, Code]]
    """Contest and option."""


class KnownDeck(NamedTuple):
    """The ballots of a deck, for one station."""

    station: Code
    ballots: tuple[Ballot, ...]


def read_deck(data: bytes, election: Election, station: Code, where: str) -> KnownDeck:
    """The deck of a table.

    Args:
        data: the CSV file.
        election: whose ballots are pressed.
        station: on whose machine.
        where: the file to name.

    Raises:
        Malformed: not such a table, or no station of this election.
        Findings: lines that the station's ballots do not have; all of them.
    """
    if station not in election.stations:
        raise Malformed(
            Sentence("a station of the definition"),
            Sentence("{station}", {"station": station[:40]}),
            Sentence("Write the station's code as the definition has it."),
            where,
        )
    styles: dict[int, Code] = {}
    pressed: dict[int, set[tuple[Code, Code]]] = {}
    findings: list[Finding] = []
    for line, row in read_table(data, COLUMNS, where):
        problem = _take(row, election, station, styles, pressed)
        if problem is not None:
            findings.append(Finding(where, line, problem, _REMEDY))
    findings += _too_many(election, styles, pressed, where)
    if findings:
        raise Findings(findings)
    ballots = (Ballot(styles[number], frozenset(pressed[number])) for number in sorted(styles))
    return KnownDeck(station, tuple(ballots))


def expected_tallies(election: Election, deck: KnownDeck) -> Iterator[tuple[Code, Code, int]]:
    """What a sheet of this deck says: contest, option or "" for the votes not used, and the number."""
    votes = Counter(mark for ballot in deck.ballots for mark in ballot.pressed)
    for contest in election.contests_of_station(deck.station):
        holding = election.styles_with(contest.code)
        ballots = sum(ballot.style in holding for ballot in deck.ballots)
        used = 0
        for option in contest.options:
            used += votes[contest.code, option.code]
            yield contest.code, option.code, votes[contest.code, option.code]
        yield contest.code, "", ballots * contest.votes_allowed - used


def compare_deck(election: Election, deck: KnownDeck, tallies: Sequence[ContestTally]) -> Iterator[Subject]:
    """Option by option whether the sheet says what was pressed.

    A contest whose votes the sheet withholds, since too few ballots were pressed, is not examined: press more.
    """
    said = {each.contest: each for each in tallies}
    for contest, option, expected in expected_tallies(election, deck):
        name = f"{deck.station} {contest} {option or '(not used)'}"
        tally = said.get(contest)
        if tally is None:
            yield Subject(subject=name, result=Result.FAILED, expected=str(expected), found="not on the sheet")
        elif tally.votes is None:
            yield Subject(subject=name, result=Result.NOT_EXAMINED, expected=str(expected), found="withheld")
        else:
            votes = {each.option: each.votes for each in tally.votes}
            found = votes.get(option) if option else tally.undervotes
            result = Result.PASSED if found == expected else Result.FAILED
            yield Subject(subject=name, result=result, expected=str(expected), found=_shown(found))


_REMEDY = Sentence(
    "Write ballot,style,contest,option with codes of this station; a blank ballot has one line N,STYLE,,."
)


def _take(
    row: Sequence[str],
    election: Election,
    station: Code,
    styles: dict[int, Code],
    pressed: dict[int, set[tuple[Code, Code]]],
) -> Sentence | None:
    """Adds a line to its ballot; why it cannot, otherwise."""
    if len(row) != len(COLUMNS) or not _NUMBER.match(row[0]) or int(row[0]) > MOST_BALLOTS:
        return Sentence("this is no line of a deck: {line}.", {"line": ",".join(row)[:80]})
    number, (style, contest, option) = int(row[0]), row[1:]
    if style not in {each.style for each in election.stations[station].styles}:
        return Sentence("station {station} has no ballot style {style}.", {"station": station, "style": style[:40]})
    if styles.setdefault(number, style) != style:
        return Sentence("ballot {ballot} has two styles.", {"ballot": number})
    marks = pressed.setdefault(number, set())
    return _press(election, style, (contest, option), number, marks) if contest or option else None


def _press(
    election: Election, style: Code, mark: tuple[str, str], number: int, marks: set[tuple[Code, Code]]
) -> Sentence | None:
    """Adds a selection; why it cannot, otherwise."""
    contest, option = mark
    options = {
        each.code for known in election.contests_of_style(style) if known.code == contest for each in known.options
    }
    if option not in options:
        said = {"contest": contest[:40], "option": option[:40], "style": style}
        return Sentence("style {style} has no option {option} in contest {contest}.", said)
    if mark in marks:
        return Sentence("ballot {ballot} presses {option} twice.", {"ballot": number, "option": option})
    marks.add(mark)
    return None


def _too_many(
    election: Election, styles: dict[int, Code], pressed: dict[int, set[tuple[Code, Code]]], where: str
) -> Iterator[Finding]:
    for number in sorted(styles):
        counts = Counter(contest for contest, _ in pressed[number])
        for contest, count in sorted(counts.items()):
            allowed = election.contests[contest].votes_allowed
            if count > allowed:
                values: dict[str, str | int] = {"ballot": number, "contest": contest, "count": count, "most": allowed}
                problem = Sentence("ballot {ballot} has {count} votes in {contest}, where {most} are allowed.", values)
                yield Finding(where, 0, problem, Sentence("A machine lets nobody press so many: take some out."))


def _shown(found: int | None) -> str:
    return "-" if found is None else str(found)
