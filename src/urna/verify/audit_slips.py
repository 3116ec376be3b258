"""Part of check 32: what a report of an audit of slips must say, worked out again from readings and results.

Docs: docs/spec/audits.md, "Polling".
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from urna.election.definition import Election, ratio
from urna.encoding.canonical import Code
from urna.verify.audit_papers import Commitment, ContestReading, Manifest, Reading
from urna.verify.audit_readings import least_round
from urna.verify.audit_risk import RISK_UNIT, Reported
from urna.verify.audit_sheets import Grounds, Table, claims_by_totals, tables_of
from urna.verify.polling_again import Stake, more_draws, product_of, risk_parts, stakes_of, written_parts
from urna.verify.results import Edition


def slip_tables_of(
    election: Election, rules: Commitment, manifest: Manifest, grounds: Grounds, edition: Edition | None
) -> tuple[Table, ...]:
    """The audited contests with what their totals claim; slips are compared with no sheet, so these need not agree."""
    tables = []
    for table in tables_of(election, rules, manifest, grounds, edition):
        votes, cards = table.reported.votes, table.reported.cards
        claims = claims_by_totals(election, table.contest, edition, votes)
        claimed = table._replace(reported=Reported(claims, votes, cards, {}))
        may_be_read = least_round(election, manifest, table.contest.code) and _stakes(claimed, manifest)
        tables.append(claimed if may_be_read else table._replace(reported=Reported((), votes, cards, {})))
    return tuple(tables)


class Slips(NamedTuple):
    """What an audit has read so far."""

    readings: tuple[Reading, ...] = ()
    """Of the report's rounds."""
    size: int = 0
    """Draws of these rounds."""
    least: int = 0
    """By how much a round grows at least."""
    to_read: Mapping[Code, int] = MappingProxyType({})
    """Of each contest the least round that reads it."""


def polled(
    rules: Commitment, manifest: Manifest, tables: tuple[Table, ...], slips: Slips
) -> tuple[tuple[str, ...], str, int]:
    """Risks, outcome and next size after some rounds.

    1. What each stake has become; the risk of a contest is the largest of its claims'.
    2. Every box, if no sample can say, or a drawn box holds more than it may. 3. Enough, or not yet, or hopeless.
    """
    readings, size, least, to_read = slips
    stakes = [_stakes(table, manifest) for table in tables]
    results = [
        [(stake, _product(table, stake, readings)) for stake in each]
        for table, each in zip(tables, stakes, strict=True)
    ]
    parts = [max((risk_parts(after) for _, after in each), default=RISK_UNIT) for each in results]
    risks = tuple(map(written_parts, parts))
    if not all(stakes) or any(reading.overfull for reading in readings):
        return risks, "full_count", 0
    limit = ratio(rules.risk_limit)
    if Fraction(max(parts), RISK_UNIT) <= limit:
        return risks, "confirmed", 0
    more = 1
    for table, each in zip(tables, results, strict=True):
        still = [more_draws(stake, after, limit) for stake, after in each if risk_parts(after) > limit * RISK_UNIT]
        more = max([more, *still, *([to_read[table.contest.code]] if still else [])])
    most = max(rules.population, *rules.sizes)
    if size + more > most:
        return risks, "full_count", 0
    planned = [each for each in rules.sizes if each > size]
    return risks, "go_on", min(planned) if planned else size + max(more, least)


def boxes_named(readings: tuple[Reading, ...]) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
    """Lost and overfull boxes of all rounds together."""
    lost = {code for reading in readings for code in reading.lost}
    full = {code for reading in readings for code in reading.overfull}
    return tuple(sorted(lost)), tuple(sorted(full))


def _stakes(table: Table, manifest: Manifest) -> tuple[Stake, ...]:
    votes = {one.code: one.votes for one in table.result.lists} if table.result is not None else {}
    boxes = [box for box in manifest.containers if box.code in table.reported.cards]
    phantoms = sum(box.phantoms for box in boxes)
    return stakes_of(table.reported.claims, votes, phantoms, sum(box.size for box in manifest.containers))


def _product(table: Table, stake: Stake, readings: tuple[Reading, ...]) -> Fraction:
    contest = table.contest
    stands_for: Mapping[Code, Code] = {option.code: option.choice for option in contest.options}
    found: list[ContestReading] = [each for one in readings for each in one.contests if each.contest == contest.code]
    return product_of(stake, stands_for, found)
