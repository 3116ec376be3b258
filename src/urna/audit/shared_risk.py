"""The risk that the hot audit achieves: a share of each centre's boxes was drawn, and this is the most they overstate.

CAST's test (Stark, "CAST: Canvass audits by sampling and testing" 2009, section IV), with centres as strata and any
number of draws in each. For a wrong outcome some boxes have to hide more than the draw has shown: the risk is the
largest probability, over all ways to hide it, that none of those boxes is drawn.

No limit is kept by it: the share is fixed beforehand, and whether the risk is small depends on the margin.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heapreplace
from itertools import accumulate
from math import lcm, prod
from typing import NamedTuple

from urna.audit.risk.martingale import refused
from urna.words import Sentence

Stratum = tuple[Sequence[int], int]
"""The rows of a centre, and how many of them were drawn, without replacement and all alike."""


def share_risk(
    relative_bounds: Sequence[Fraction], strata: Sequence[Stratum], overstatements: Mapping[int, Fraction]
) -> Fraction:
    """The risk after this draw, from 0 to 1: at least the probability that it bounds; exact if all bounds are equal.

    1. Boxes of centres that opened all of theirs are known, whatever the seed: each counts as what it overstates.
    2. t is the largest overstatement of the other drawn boxes, 0 if there is none.
    3. For a wrong outcome all overstatements add up to 1 at least. What the known boxes and t from each other one do
       not make up is the excess over t of some boxes, at most their bounds less t. So there are at least m of those:
       the least number of largest excesses that make it up, of a centre no more than its boxes that are not drawn.
    4. The probability that none of m boxes is drawn depends on how many of them each centre has. It is largest where
       each box in turn is put where it is least likely to be drawn.

    Why 4 is the largest: b of n boxes are all missed by k draws with probability q(b) = C(n-b, k) / C(n, k). One more
    box multiplies q by (n - b - k) / (n - b), which falls as b rises. So the m factors of a placement have at most the
    product of the m largest of all, and these are a placement, since each centre's come in falling order. That the
    boxes have to have the excesses of 3, too, is left out: it could only make the probability smaller. m falls as t
    rises, and the probability as m does. So, whatever is hidden, a risk is at most α with probability at most α.

    Args:
        relative_bounds: of each row, the most that its sheet can overstate an assertion, by that one's margin
            (`urna.audit.weights.largest_bounds`).
        strata: all rows, each in one centre.
        overstatements: of each drawn row, by margin (`urna.audit.weights.largest_overstatements`); the bound of a box
            that is lost.

    Raises:
        Malformed: rows that are in no centre or in two, other numbers of draws than a centre's, or an overstatement
            above its bound.
    """
    _check(relative_bounds, strata, overstatements)
    steps = lcm(*{each.denominator for each in (*relative_bounds, *overstatements.values())})
    bounds = [int(bound * steps) for bound in relative_bounds]
    found = {row: int(over * steps) for row, over in overstatements.items()}
    known = sum(found[row] for rows, drawn in strata if drawn == len(rows) for row in rows)
    partly = [(rows, drawn) for rows, drawn in strata if drawn < len(rows)]
    others = [row for rows, _ in partly for row in rows]
    shown = max((0, *(found[row] for row in others if row in found)))
    rest = steps - known - sum(min(shown, bounds[row]) for row in others)
    hiding = _least_hiding([max(0, bound - shown) for bound in bounds], partly, rest)
    return Fraction(0) if hiding is None else _largest_missed(partly, hiding)


def _least_hiding(excesses: Sequence[int], strata: Sequence[Stratum], rest: int) -> int | None:
    """How many boxes at least have excesses that add up to the rest; None if all that can be missed have not."""
    if rest <= 0:
        return 0
    hidden: list[int] = []
    for rows, drawn in strata:
        hidden += sorted((excesses[row] for row in rows), reverse=True)[: len(rows) - drawn]
    hidden.sort(reverse=True)
    return next((number for number, sum_ in enumerate(accumulate(hidden), 1) if sum_ >= rest), None)


class _Next(NamedTuple):
    """The factor of one more hiding box in a centre; the heap has the largest factor first."""

    reached: Fraction
    """How likely it is that the box is drawn if those before it are not: 1 less the factor."""
    left: int
    """Boxes of the centre that are not yet hiding."""
    drawn: int


def _largest_missed(strata: Sequence[Stratum], hiding: int) -> Fraction:
    """The largest probability that so many boxes are all missed."""
    heap = [_Next(Fraction(drawn, len(rows)), len(rows), drawn) for rows, drawn in strata if rows]
    heapify(heap)
    factors: Counter[Fraction] = Counter()
    for _ in range(hiding):
        reached, left, drawn = heap[0]
        factors[1 - reached] += 1
        following = Fraction(drawn, left - 1) if left > 1 else Fraction(1)
        heapreplace(heap, _Next(following, left - 1, drawn))
    return prod((factor**times for factor, times in factors.items()), start=Fraction(1))


def _check(
    relative_bounds: Sequence[Fraction], strata: Sequence[Stratum], overstatements: Mapping[int, Fraction]
) -> None:
    often = Counter(row for rows, _ in strata for row in rows)
    if set(often) != set(range(len(relative_bounds))) or max(often.values(), default=1) > 1:
        every = Sentence("every row from 0 to {last} in one centre", {"last": len(relative_bounds) - 1})
        raise refused(every, Sentence("others, or one in two"))
    if any(bound < 0 for bound in relative_bounds):
        raise refused(Sentence("bounds of 0 or more"), str(min(relative_bounds)))
    for number, (rows, drawn) in enumerate(strata, start=1):
        counted = sum(row in overstatements for row in rows)
        if counted != drawn or not 0 <= drawn <= len(rows):
            said: dict[str, str | int] = {"drawn": drawn, "number": number}
            raise refused(Sentence("{drawn} boxes counted in centre {number}", said), str(counted))
    if unknown := [row for row in overstatements if row not in often]:
        raise refused(Sentence("rows of the sheets"), str(unknown[0]))
    for row, over in overstatements.items():
        if over > relative_bounds[row]:
            raise refused(
                Sentence("an overstatement of at most {bound}", {"bound": str(relative_bounds[row])}), str(over)
            )
