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
from urna.audit.risk.batches import Bounds, Hand, Sheets, bounds, boxes, macro_risk, sheets
from urna.audit.sampler import draw_weighted

FOLDER = "data/georgia-2016-parliament-mixed"
STEPS = 1_000_000
"""Bounds are rounded up to whole millionths of the margin, so that the draw is by whole numbers."""


class Station(NamedTuple):
    """One row."""

    code: str
    district: str
    signatures: int
    invalid: int
    valid: int
    """As the sheet says; in the districts' file: signatures less invalid ones."""
    votes: Mapping[str, int]

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
    votes = {choice: int(found or 0) for choice, found in zip(choices, row[first:], strict=True)}
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


class Outcome(NamedTuple):
    """How a contest's audit ended."""

    drawn: int
    """Different stations that were counted."""
    is_full: bool
    """Whether all of them were."""
    risk: float
    """Of the draws; after a full count 0 if the boxes bear out every assertion, else 1."""


def audit(
    assertions: Sequence[Assertion],
    stations: Sequence[Station],
    found: Mapping[str, Votes],
    seed: str,
    limit: Fraction,
) -> Outcome:
    """MACRO: draws by bound in rounds of ten, until the limit is kept or half of the stations are on the table.

    Args:
        assertions: of the contest; all or none are confirmed.
        stations: its sheets.
        found: the hand count of each box, by code.
        seed: of the draw.
        limit: of the risk.
    """
    table = table_of(stations)
    of_all = [bounds(assertion, table) for assertion in assertions]
    weights = {station.code: bound for station, bound in zip(stations, _rounded(of_all), strict=True) if bound}
    rows = {station.code: row for row, station in enumerate(stations)}
    total, risk = sum(weights.values()), 1.0
    names: list[str] = []
    while risk > limit and len(set(names)) <= len(stations) // 2 and total <= STEPS * len(stations):
        names += [draw.unit for draw in draw_weighted(seed, weights, len(names) + 10, len(names))]
        drawn = boxes(table, [Hand(rows[name], found[name]) for name in names])
        errors = [each.of(bound) for each, bound in ((drawn, bound) for bound in of_all)]
        taints = [
            max(over[0][at] / bound.margin for over, bound in zip(errors, of_all, strict=True)) * STEPS / weights[name]
            for at, name in enumerate(names)
        ]
        risk = macro_risk(taints, Fraction(total, STEPS))
    if risk <= limit:
        return Outcome(len(set(names)), is_full=False, risk=risk)
    return Outcome(len(stations), is_full=True, risk=_full(assertions, found.values()))


def _rounded(of_all: Sequence[Bounds]) -> list[int]:
    """Each station's largest bound by margin, up to whole steps."""
    each = ([-(-int(error) * STEPS // bound.margin) for error in bound.error] for bound in of_all)
    return [max(column) for column in zip(*each, strict=True)]


def _full(assertions: Sequence[Assertion], found: Iterable[Votes]) -> float:
    total: Counter[str] = Counter()
    for votes in found:
        total.update(votes)
    return 0.0 if all(assertion.weigh(total) > 0 for assertion in assertions) else 1.0
