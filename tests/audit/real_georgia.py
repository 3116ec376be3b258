"""Georgia, 8 October 2016: the sheets of two votes, lists and districts, and audits of them on simulated paper.

A row adds up if the votes of its lists are its valid votes; in the districts' file, which has no valid votes, if they
are the signatures less the invalid ones. Rows that do not are kept: their bound of cards is the larger of the
signatures and of what the sheet itself accounts for, so that missing votes are phantoms and surplus ones have room.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from urna.audit.assertions import Assertion, Votes
from urna.audit.risk.batches import Hand, Sheets, bounds, boxes, sheets
from urna.audit.sampler import draw_weighted
from urna.audit.weights import comparison, weighted_macro_risk

FOLDER = "data/georgia-2016-parliament-mixed"
ROUND = 10
"""Draws of each round."""


class Station(NamedTuple):
    """One row."""

    code: str
    district: str
    signatures: int
    invalid: int
    valid: int
    """As the sheet says; in the districts' file: signatures less invalid ones."""
    votes: Mapping[str, int]
    """By the list's or candidate's number: L41."""

    @property
    def gap(self) -> int:
        """Valid votes that no list has; below 0 where lists have more. 0 if the row adds up."""
        return self.valid - sum(self.votes.values())

    @property
    def cards(self) -> int:
        """The bound: signatures, or what the sheet accounts for if that is more."""
        return max(self.signatures, sum(self.votes.values()) + self.invalid)


def read(path: Path) -> tuple[Station, ...]:
    """All rows.

    Raises:
        ValueError: a row without a number where one is needed.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    first = header.index("1 - State for the People")
    return tuple(_station(header[first:], row, first) for row in rows)


def _station(choices: Sequence[str], row: Sequence[str], first: int) -> Station:
    signatures, invalid = int(row[9]), int(row[11])
    valid = int(row[12]) if row[12] else signatures - invalid
    votes = {f"L{choice.split()[0]}": int(found or 0) for choice, found in zip(choices, row[first:], strict=True)}
    return Station(row[3], row[1], signatures, invalid, valid, votes)


def totals(stations: Iterable[Station]) -> Counter[str]:
    """The votes of all; choices without any too."""
    found: Counter[str] = Counter()
    for station in stations:
        for choice, votes in station.votes.items():
            found[choice] += votes
    return found


def by_district(stations: Iterable[Station]) -> dict[str, list[Station]]:
    """The stations of each."""
    found: dict[str, list[Station]] = defaultdict(list)
    for station in stations:
        found[station.district].append(station)
    return dict(found)


def table_of(stations: Sequence[Station]) -> Sheets:
    """Their sheets, with their bounds of cards."""
    choices = tuple(stations[0].votes)
    return sheets(choices, [[each.votes[one] for one in choices] for each in stations], [s.cards for s in stations])


def as_reported(station: Station) -> Votes:
    """A box that holds what its sheet says."""
    return station.votes


def at_worst(winner: str, loser: str, station: Station) -> Votes:
    """A box in which every vote that does not add up was the loser's, and every surplus one the winner's mistake."""
    surplus = min(max(0, -station.gap), station.votes[winner])
    missing = max(0, station.gap)
    changed = {winner: station.votes[winner] - surplus, loser: station.votes[loser] + missing}
    return {**station.votes, **changed}


class Part(NamedTuple):
    """A contest that is audited: what its outcome says, its sheets, and the hand count of each box, by code."""

    assertions: Sequence[Assertion]
    stations: Sequence[Station]
    found: Mapping[str, Votes]


class Outcome(NamedTuple):
    """How an audit ended."""

    drawn: int
    """Different stations whose boxes were counted."""
    is_full: bool
    """Whether all of them were."""
    risk: Fraction
    """Of the draws; after a full count 0 if the boxes bear out every assertion, else 1."""


def audit(parts: Sequence[Part], seed: str, limit: Fraction) -> Outcome:
    """MACRO on all contests at once: one draw by weights in rounds, one risk, one verdict.

    It goes on until the limit is kept or half of the stations are on the table; then, or at once if the bounds are
    more margins than there are stations, every box is counted.
    """
    codes = sorted({station.code for part in parts for station in part.stations})
    tables = [_aligned(part.stations, codes) for part in parts]
    of_all = [bounds(each, table) for part, table in zip(parts, tables, strict=True) for each in part.assertions]
    plan = comparison(of_all)
    weights = {code: weight for code, weight in zip(codes, plan.weights, strict=True) if weight}
    rows = {code: row for row, code in enumerate(codes)}
    names: list[str] = []
    risk = Fraction(1)
    while risk > limit and len(set(names)) <= len(codes) // 2 and plan.total <= len(codes):
        names += [draw.unit for draw in draw_weighted(seed, weights, len(names) + ROUND, len(names))]
        counted = [
            boxes(table, [Hand(rows[name], part.found.get(name, {})) for name in names])
            for part, table in zip(parts, tables, strict=True)
        ]
        columns = [each for part, each in zip(parts, counted, strict=True) for _ in part.assertions]
        risk = weighted_macro_risk(of_all, plan.weights, columns)
    if risk <= limit:
        return Outcome(len(set(names)), is_full=False, risk=risk)
    return Outcome(len(codes), is_full=True, risk=Fraction(not all(map(is_borne_out, parts))))


def is_borne_out(part: Part) -> bool:
    """Whether all boxes together say each assertion."""
    total: Counter[str] = Counter()
    for votes in part.found.values():
        total.update(votes)
    return all(assertion.weigh(total) > 0 for assertion in part.assertions)


def _aligned(stations: Sequence[Station], codes: Sequence[str]) -> Sheets:
    """Their sheets in the rows of all stations; no votes and no cards where a station does not have the contest."""
    choices, known = tuple(stations[0].votes), {station.code: station for station in stations}
    none = Station("", "", 0, 0, 0, dict.fromkeys(choices, 0))
    every = [known.get(code, none) for code in codes]
    return sheets(choices, [[each.votes[one] for one in choices] for each in every], [each.cards for each in every])
