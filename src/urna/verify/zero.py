"""The part of check 11 that is about what a zero report says: every option of the station, and nothing but zeros."""

from collections.abc import Iterator

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.tally.sheet import ZeroReport
from urna.words import Sentence


def doubts_of_zero(report: ZeroReport, election: Election, station: Code) -> Iterator[Sentence]:
    """What speaks against a zero report of a station, its signature aside."""
    values: dict[str, str | int] = {"station": station, "booth": report.booth}
    found = report.ballots + sum(each.votes for each in report.votes)
    if found:
        yield Sentence(
            "Station {station}, booth {booth}: {left} ballots and votes before opening, expected {right}.",
            {**values, "left": found, "right": 0},
        )
    options = [option.code for contest in election.contests_of_station(station) for option in contest.options]
    if [each.option for each in report.votes] != options:
        yield Sentence(
            "Station {station}, booth {booth}: the zero report lists {left} options, the definition {right}, "
            "or they differ.",
            {**values, "left": len(report.votes), "right": len(options)},
        )
