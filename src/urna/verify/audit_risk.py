"""Weights and risks of audits worked out again, in whole numbers and fractions, by formulae of their own.

docs/audits.md says what they are: MACRO (Kaplan-Markov on taints; Stark 2009), all contests by one draw.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import comb, log, log1p, prod
from types import MappingProxyType
from typing import NamedTuple

from urna.encoding.canonical import Code
from urna.verify.assertions_again import Claim, Votes

STEPS = 100_000_000
"""Steps of a weight in one margin (`draw-weights`)."""

RISK_UNIT = 10**11
"""A report writes a risk in whole numbers of these parts, rounded up."""

EXACT_BITS = 500_000
"""A product of more bits is rounded up to its first FINE_BITS ones: a million draws would take hours to cancel."""

FINE_BITS = 1024


class Reported(NamedTuple):
    """A contest as the sheets have it, box by box."""

    claims: tuple[Claim, ...]
    votes: Mapping[Code, Votes]
    """Of each box whose station has the contest, by choice; 0 for all where the sheet withholds them."""
    cards: Mapping[Code, int]
    """Of the same boxes, the most cards that each may hold."""
    margins: Mapping[str, int]
    """By the claims' names, the weighted votes of all sheets; above 0."""

    def bound(self, claim: Claim, box: Code) -> int:
        """By how much a sheet can overstate a claim: from what it says down to the worst that its cards can be."""
        return claim.weigh(self.votes[box]) - claim.least * self.cards[box] if box in self.votes else 0


def reported(claims: tuple[Claim, ...], votes: Mapping[Code, Votes], cards: Mapping[Code, int]) -> Reported:
    """A contest with its claims, unless the sheets themselves speak against one of them: then no sample can say."""
    totals: Counter[Code] = Counter()
    for each in votes.values():
        totals.update(each)
    margins = {claim.name: claim.weigh(totals) for claim in claims}
    return Reported(claims if all(margin > 0 for margin in margins.values()) else (), votes, cards, margins)


def weights_of(contests: Iterable[Reported], boxes: Sequence[Code]) -> dict[Code, int]:
    """Each box's weight: the largest of its bounds by margin, in steps, up to the next whole one. 1 without claims."""
    heaviest = dict.fromkeys(boxes, 0)
    has_claims = False
    for contest in contests:
        has_claims |= bool(contest.claims)
        for box, weight in zip(contest.votes, _weights(contest), strict=True):
            heaviest[box] = max(heaviest[box], weight)
    return heaviest if has_claims else dict.fromkeys(boxes, 1)


def _weights(contest: Reported) -> list[int]:
    """Column by column: a nation has millions of pairs of boxes and claims."""
    heaviest = [0] * len(contest.votes)
    columns: dict[Code, list[int]] = {}
    for claim in contest.claims:
        bounds = [-claim.least * cards for cards in contest.cards.values()]
        for choice, weight in claim.weights.items():
            if choice not in columns:
                columns[choice] = [votes[choice] for votes in contest.votes.values()]
            bounds = [bound + weight * votes for bound, votes in zip(bounds, columns[choice], strict=True)]
        margin = contest.margins[claim.name]
        heaviest = [max(most, -(-bound * STEPS // margin)) for most, bound in zip(heaviest, bounds, strict=True)]
    return heaviest


class Found(NamedTuple):
    """What lay in the drawn boxes, for one contest: votes by choice, or None where they are not known."""

    contest: Reported
    votes: Mapping[Code, Votes | None]
    """None of a lost box, and of one in which the contest is withheld: it counts as the worst that there can be."""
    missing: Mapping[Code, int] = MappingProxyType({})
    """Slips that should be in a box and are not: each counts as the worst that a card can be."""
    extra: Mapping[Code, int] = MappingProxyType({})
    """Slips that a box has too many: those that speak most for the outcome are taken for them."""

    def over(self, claim: Claim, box: Code) -> Fraction:
        """By how much the sheet overstates a claim, in margins; below 0 where it understates."""
        there = self.votes[box]
        if there is None or box not in self.contest.votes:
            over = self.contest.bound(claim, box)
        else:
            apart = claim.weigh(self.contest.votes[box]) - claim.weigh(there)
            apart += claim.most * self.extra.get(box, 0) - claim.least * self.missing.get(box, 0)
            over = min(apart, self.contest.bound(claim, box))
        return Fraction(over, self.contest.margins[claim.name])

    def most(self, box: Code) -> Fraction:
        """The largest of these, over all claims."""
        return max(self.over(claim, box) for claim in self.contest.claims)


def taint_of(found: Sequence[Found], box: Code, weight: int) -> Fraction:
    """The share of a box's weight by which its sheet overstates; 1 if nothing at all is known of it."""
    if all(each.votes[box] is None for each in found):
        return Fraction(1)
    return max(each.most(box) for each in found) * STEPS / weight


class Macro(NamedTuple):
    """MACRO over some draws."""

    risk: Fraction
    """The product over the draws of (1 - 1/U) / (1 - taint), held down to 1; U is the sum of the weights in margins."""
    step: Fraction
    """1 - 1/U: what the risk is multiplied by with each draw that agrees."""
    is_spent: bool
    """Whether a taint is 1: nothing can bring the risk down any more."""


def macro_of(found: Sequence[Found], weights: Mapping[Code, int], draws: Sequence[Code]) -> Macro:
    """The risk of all contests together. Each box counts as often as it was drawn.

    Args:
        found: for each contest that has claims; one at least.
        weights: by box.
        draws: boxes.
    """
    total = sum(weights.values())
    step = Fraction(total - STEPS, total)
    often = Counter(draws)
    kept = {box: 1 - taint_of(found, box, weights[box]) for box in often}
    if not all(kept.values()):
        return Macro(Fraction(1), step, is_spent=True)
    factors = [(step / kept[box], times) for box, times in often.items()]
    return Macro(min(Fraction(1), product_of_powers(factors)), step, is_spent=False)


def product_of_powers(factors: Sequence[tuple[Fraction, int]]) -> Fraction:
    """The product of powers above 0: exact, or, where that is long, above it by less than one part in 2^900."""
    if sum(times * max(base.as_integer_ratio()).bit_length() for base, times in factors) <= EXACT_BITS:
        return prod((base**times for base, times in factors), start=Fraction(1))
    product = _Rounded.of(Fraction(1))
    for base, times in factors:
        power = _Rounded.of(base)
        for place in range(times.bit_length()):
            product = product.by(power) if times >> place & 1 else product
            power = power.by(power)
    return product.as_fraction()


class _Rounded(NamedTuple):
    """A number above 0, rounded up: a whole number of FINE_BITS bits at most, times 2 to a power."""

    whole: int
    power: int

    @staticmethod
    def of(value: Fraction) -> "_Rounded":
        """The least of these that is not below."""
        power = value.numerator.bit_length() - value.denominator.bit_length() - FINE_BITS
        scaled = value * Fraction(2) ** -power
        return _Rounded(-(-scaled.numerator // scaled.denominator), power)

    def by(self, other: "_Rounded") -> "_Rounded":
        """The product."""
        whole = self.whole * other.whole
        over = max(0, whole.bit_length() - FINE_BITS)
        return _Rounded(-(-whole >> over), self.power + other.power + over)

    def as_fraction(self) -> Fraction:
        """Its value, between 2^-FINE_BITS and 2^FINE_BITS."""
        if self.whole.bit_length() + self.power > FINE_BITS:
            return Fraction(2) ** FINE_BITS
        return max(Fraction(1, 2**FINE_BITS), Fraction(self.whole) * Fraction(2) ** max(self.power, -4 * FINE_BITS))


def reaches(macro: Macro, draws: int, limit: Fraction) -> bool:
    """Whether so many more draws, all of which agree, bring the risk to the limit.

    By logarithms, and exactly where these are too close to say: a committed size may be any number.
    """
    apart = _log(macro.risk) + draws * log1p(-float(1 - macro.step)) - _log(limit)
    if abs(apart) > 1e-9 * max(1.0, abs(_log(limit))):
        return apart < 0
    return macro.risk * product_of_powers([(macro.step, draws)]) <= limit


def fewest_more(macro: Macro, limit: Fraction) -> int:
    """How many more draws bring the risk to the limit, if they all agree: one at least; found by halving."""
    most = 1
    while not reaches(macro, most, limit):
        most *= 2
    return bisect_left(range(most), 1, lo=1, key=lambda draws: reaches(macro, draws, limit)) if most > 1 else 1


def _log(value: Fraction) -> float:
    return log(value.numerator) - log(value.denominator)


class Centre(NamedTuple):
    """A centre's boxes, and how many of them were drawn."""

    boxes: Sequence[Code]
    drawn: int


def share_risk(found: Found, centres: Sequence[Centre], counted: Sequence[Code]) -> Fraction:
    """What a share of each centre achieves: how likely at most it missed every box that would have to hide errors.

    1. What the boxes of centres that opened all of theirs overstate is known.
    2. The most that another drawn box overstates may be in each of them; what is left has to hide above it.
    3. The fewest boxes that can hide so much, of those that a draw can miss.
    4. So many boxes, over the centres where they are missed most easily: by binomials, C(n - b, k) / C(n, k) each.

    Source: Stark, "CAST: Canvass audits by sampling and testing" (2009), section IV; docs/spec/audits.md.
    """
    bounds = {box: _largest_bound(found.contest, box) for centre in centres for box in centre.boxes}
    over = {box: found.most(box) for box in counted}
    partly = [centre for centre in centres if centre.drawn < len(centre.boxes)]
    known = [over[box] for centre in centres if centre.drawn == len(centre.boxes) for box in centre.boxes]
    open_boxes = [box for centre in partly for box in centre.boxes]
    shown = max([Fraction(0), *(over[box] for box in open_boxes if box in over)])
    left = 1 - sum(known, Fraction(0)) - sum((min(shown, bounds[box]) for box in open_boxes), Fraction(0))
    hideable = []
    for centre in partly:
        excess = sorted((max(Fraction(0), bounds[box] - shown) for box in centre.boxes), reverse=True)
        hideable += excess[: len(centre.boxes) - centre.drawn]
    hiding = _fewest(sorted(hideable, reverse=True), left)
    return Fraction(0) if hiding is None else _most_easily_missed(partly, hiding)


def _largest_bound(contest: Reported, box: Code) -> Fraction:
    return max(Fraction(contest.bound(claim, box), contest.margins[claim.name]) for claim in contest.claims)


def _fewest(parts: Sequence[Fraction], left: Fraction) -> int | None:
    """How many of the largest parts make up what is left; None if all together do not."""
    number = 0
    while left > 0:
        if number == len(parts):
            return None
        left -= parts[number]
        number += 1
    return number


def _most_easily_missed(centres: Sequence[Centre], hiding: int) -> Fraction:
    """Each hiding box goes where one more is missed most easily: a centre's factors fall, so the largest are taken."""
    factors = [
        (Fraction(len(centre.boxes) - hidden - centre.drawn, len(centre.boxes) - hidden), place)
        for place, centre in enumerate(centres)
        for hidden in range(min(hiding, len(centre.boxes) - centre.drawn))
    ]
    taken = Counter(place for _, place in sorted(factors, reverse=True)[:hiding])
    missed = Fraction(1)
    for place, hidden in taken.items():
        size, drawn = len(centres[place].boxes), centres[place].drawn
        missed *= Fraction(comb(size - hidden, drawn), comb(size, drawn))
    return missed


def written(risk: Fraction) -> str:
    """As a report writes it: rounded up, at most 1."""
    if risk * RISK_UNIT > RISK_UNIT - 1:
        return "1/1"
    parts = -(-risk.numerator * RISK_UNIT // risk.denominator)
    return f"{parts}/{RISK_UNIT}"
