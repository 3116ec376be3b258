"""The readiness tests of the stations, from what the machines' logs and the typed reports say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.audit.examination import Result, Subject
from urna.audit.typed_table import read_table
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Finding, Findings
from urna.words import Sentence

COLUMNS = ("station", "booth", "result", "decks", "ballots", "positions")


class BoothTest(NamedTuple):
    """What is known of the test of one booth."""

    passed: bool
    found: str
    """In words, with what it was read from."""


Booth = tuple[Code, int]
"""Station and booth, from 1."""


class DeckFigures(NamedTuple):
    """What a report of a station has to say: they follow from the definition."""

    decks: int
    ballots: int
    positions: int


def booths_of(election: Election, stations: Iterable[Code]) -> Iterator[Booth]:
    """Every booth of these stations."""
    for station in stations:
        for booth in range(1, election.stations[station].booths + 1):
            yield station, booth


def read_reports(
    data: bytes, figures: Mapping[Code, DeckFigures], election: Election, where: str
) -> dict[Booth, BoothTest]:
    """What somebody typed from the printed reports: station,booth,result,decks,ballots,positions.

    A report with other figures than the station's decks have is one that failed, whatever it says.

    Args:
        data: the table.
        figures: by station.
        election: the definition.
        where: the file to name.

    Raises:
        Malformed: not such a table.
        Findings: a line that is none, of no booth of the definition, or of a booth that stands there already.
    """
    found: dict[Booth, BoothTest] = {}
    findings: list[Finding] = []
    for line, row in read_table(data, COLUMNS, where):
        numbers = [row[1], *row[3:]]
        if len(row) != len(COLUMNS) or row[2] not in {"passed", "failed"} or not all(map(_is_count, numbers)):
            problem = Sentence("this is no readiness report: {line}.", {"line": ",".join(row)[:80]})
        elif row[0] not in election.stations or not 1 <= int(row[1]) <= election.stations[row[0]].booths:
            problem = Sentence(
                "the definition has no booth {booth} of {station}.", {"booth": row[1], "station": row[0]}
            )
        elif (row[0], int(row[1])) in found:
            problem = Sentence("booth {booth} of {station} is here twice.", {"booth": row[1], "station": row[0]})
        else:
            found[row[0], int(row[1])] = _tested(row[2] == "passed", DeckFigures(*map(int, row[3:])), figures[row[0]])
            continue
        findings.append(Finding(where, line, problem, _REMEDY))
    if findings:
        raise Findings(findings)
    return found


def typed_twice(
    first: Mapping[Booth, BoothTest], second: Mapping[Booth, BoothTest], where: str
) -> dict[Booth, BoothTest]:
    """What two people typed alike.

    Raises:
        Findings: every booth of which they typed something else.
    """
    differing = [key for key in sorted({*first, *second}) if first.get(key) != second.get(key)]
    if differing:
        remedy = Sentence("Look at the paper together, and mend the line that is wrong.")
        raise Findings(
            [
                Finding(where, 0, Sentence("{station}, booth {booth}: the two typed otherwise.", _values(key)), remedy)
                for key in differing
            ]
        )
    return dict(first)


def readiness_subjects(booths: Sequence[Booth], sources: Sequence[Mapping[Booth, BoothTest]]) -> Iterator[Subject]:
    """A subject for each booth; it passed if something says so and nothing says otherwise."""
    for station, booth in booths:
        tests = [source[station, booth] for source in sources if (station, booth) in source]
        bad = [test.found for test in tests if not test.passed]
        result = Result.NOT_EXAMINED if not tests else Result.FAILED if bad else Result.PASSED
        found = "; ".join(bad or [test.found for test in tests]) or "no report"
        yield Subject(subject=f"{station} booth {booth}", result=result, expected="passed", found=found[:200])


_REMEDY = Sentence("Copy the line from the printed report: passed or failed, then its three numbers.")


def _tested(passed: bool, said: DeckFigures, expected: DeckFigures) -> BoothTest:
    if said != expected:
        return BoothTest(
            False,
            f"report with {said.decks}/{said.ballots}/{said.positions} instead of "
            f"{expected.decks}/{expected.ballots}/{expected.positions}",
        )
    return BoothTest(passed, f"report: {'passed' if passed else 'failed'}")


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _values(key: Booth) -> dict[str, str | int]:
    return {"station": key[0], "booth": key[1]}
