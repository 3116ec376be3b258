"""Part of check 32: what an audit's report must say of each contest and of the whole, worked out again.

Docs: docs/spec/audits.md, "Report".
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from urna.election.allocation_result import SeatResult
from urna.election.definition import ratio
from urna.election.seats import allocate_seats
from urna.encoding.canonical import Code
from urna.tally.winners import seat_rule
from urna.verify.assertions_again import Votes
from urna.verify.audit_lost import Remains
from urna.verify.audit_papers import BoxCount, Commitment, Manifest
from urna.verify.audit_risk import Centre, Found, fewest_more, macro_of, reaches, share_risk, written
from urna.verify.audit_sheets import Table, hand_votes
from urna.verify.audit_slips import Slips, polled


class Verdict(NamedTuple):
    """What follows from sheets, draws and counts."""

    risks: tuple[str, ...]
    """Of each contest, as a report writes it."""
    outcome: str
    next_size: int = 0


class Evidence(NamedTuple):
    """What a report rests on."""

    rules: Commitment
    manifest: Manifest
    weights: Mapping[Code, int]
    draws: tuple[Code, ...]
    counts: Mapping[Code, BoxCount]
    """Of each box that the report needs."""
    tables: tuple[Table, ...]
    """In the order of the rules' contests."""
    missing: Mapping[Code, int]
    """Of each counted box, slips that should be there and are not."""
    extra: Mapping[Code, int]
    """Of each counted box, slips too many."""
    slips: Slips = Slips()
    """Of an audit of slips."""

    @property
    def boxes(self) -> list[Code]:
        """Every box of the manifest."""
        return [box.code for box in self.manifest.containers]


def verdict_of(evidence: Evidence) -> Verdict:
    """A share is compared; a full count speaks for itself; otherwise the draws decide."""
    if evidence.rules.method == "share":
        return Verdict(tuple(_share(evidence, table) for table in evidence.tables), "compared")
    if set(evidence.boxes) <= set(evidence.counts):
        return _full_count(evidence)
    if evidence.rules.method == "polling":
        return Verdict(*polled(evidence.rules, evidence.manifest, evidence.tables, evidence.slips))
    return _macro(evidence)


def _found(evidence: Evidence, table: Table) -> Found:
    counts = evidence.counts
    return Found(table.reported, {box: _votes(table, counts[box]) for box in counts}, evidence.missing, evidence.extra)


def _votes(table: Table, count: BoxCount) -> Votes | None:
    """None of a lost box, or where the contest is withheld."""
    if count.state == "lost" or table.contest.code in count.withheld:
        return None
    return hand_votes(table.contest, count)


def _share(evidence: Evidence, table: Table) -> str:
    if not table.reported.claims:
        return written(Fraction(1))
    centres: dict[Code, list[Code]] = {}
    for box in evidence.manifest.containers:
        centres.setdefault(box.centre, []).append(box.code)
    drawn = set(evidence.draws)
    strata = [Centre(boxes, len(drawn.intersection(boxes))) for boxes in centres.values()]
    return written(share_risk(_found(evidence, table), strata, sorted(drawn)))


def _macro(evidence: Evidence) -> Verdict:
    """1. The risk. 2. Every box, if no sample can say. 3. Enough, or not yet."""
    limit = ratio(evidence.rules.risk_limit)
    has_claims = [bool(table.reported.claims) for table in evidence.tables]
    if not any(has_claims):
        return Verdict(("1/1",) * len(has_claims), "full_count")
    found = [_found(evidence, table) for table in evidence.tables if table.reported.claims]
    macro = macro_of(found, evidence.weights, evidence.draws)
    risks = tuple(written(macro.risk) if has else "1/1" for has in has_claims)
    if not all(has_claims):
        return Verdict(risks, "full_count")
    if macro.risk <= limit:
        return Verdict(risks, "confirmed")
    sizes, size = evidence.rules.sizes, len(evidence.draws)
    most = max(2 * len(evidence.boxes), *sizes)
    if macro.is_spent or not reaches(macro, max(0, most - size), limit):
        return Verdict(risks, "full_count")
    following = next((each for each in sizes if each > size), None)
    return Verdict(risks, "go_on", following if following is not None else size + fewest_more(macro, limit))


def _full_count(evidence: Evidence) -> Verdict:
    said = [_on_paper(evidence, table) for table in evidence.tables]
    risks = tuple(written(Fraction(each != "same")) for each in said)
    if "others" in said:
        return Verdict(risks, "refuted")
    return Verdict(risks, "full_count" if "open" in said else "confirmed")


def _on_paper(evidence: Evidence, table: Table) -> str:
    """Whether the paper elects "others", the "same", or that is "open": a box of unknown votes could change it."""
    known = [votes for box in evidence.boxes if (votes := _votes(table, evidence.counts[box])) is not None]
    unknown = [box for box in evidence.boxes if _votes(table, evidence.counts[box]) is None]
    counted = _sum(table, known)
    announced = _sum(table, [*table.reported.votes.values(), table.beyond])
    claims, cards = table.reported.claims, sum(table.reported.cards.get(box, 0) for box in unknown)
    extra = sum(evidence.extra[box] for box in table.reported.cards)
    if _elected(table, _sum(table, [counted, table.beyond])) != _elected(table, announced):
        remains = Remains(table.contest, counted, cards, extra)
        return "open" if (cards or extra) and remains.may_give(announced, _seats(table, announced)) else "others"
    is_safe = bool(claims) and all(
        claim.weigh(counted) + claim.least * cards - claim.most * extra > 0 for claim in claims
    )
    return "same" if is_safe or not (cards or extra) else "open"


def _sum(table: Table, parts: Sequence[Votes]) -> dict[Code, int]:
    return {choice.code: sum(part[choice.code] for part in parts) for choice in table.contest.choices}


def _elected(table: Table, votes: Votes) -> object:
    """Who has seats by these votes, who goes on to a second round, or, without a rule, who has the most votes."""
    result = _seats(table, votes)
    if result is None:
        return sorted(code for code, count in votes.items() if count == max(votes.values()))
    second = result.second_round
    ties = [result.undecided, second.undecided if second else None]
    places = {place.code for place in second.places} if second else set()
    return result.seats(), places, [tie and (tie.seats, tie.among) for tie in ties]


def _seats(table: Table, votes: Votes) -> SeatResult | None:
    if table.result is None:
        return None
    return allocate_seats(table.contest.code, seat_rule(table.contest), votes, seed=table.result.seed)
