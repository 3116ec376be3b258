"""How alike two people are, finger by finger.

A finger's score is the best over its impressions; two people's is the sum over the fingers that both have, since
scores of different fingers of one person add up where those of strangers do not. `across` allows for fingers that
were filed in the wrong place: the fingers of one are then paired with those of the other so that the sum is
greatest, each finger once.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import NamedTuple

from urna.biometrics.cylinders import Cylinders
from urna.biometrics.fusion import finger_score, fused_score

Hand = Mapping[int, Sequence[Cylinders]]
"""A person's enrolled fingers: position to the encoded impressions, at least one each."""


class FingerPair(NamedTuple):
    """A finger of one, a finger of the other, and how alike they are, 0 to 1."""

    one: int
    other: int
    score: float


class PairScore(NamedTuple):
    """Two people. `total` is the sum over `fingers`, 0 where they have no finger in common."""

    total: float
    fingers: tuple[FingerPair, ...]


def pair_score(one: Hand, other: Hand) -> PairScore:
    """The score of two people over the finger positions that both have."""
    return _summed(FingerPair(at, at, _best(one[at], other[at])) for at in sorted(one.keys() & other.keys()))


def pair_score_across(one: Hand, other: Hand) -> PairScore:
    """The same with fingers in any place; at most 24 ways to pair four fingers with four.

    Of pairings with one sum the first in the order of positions is taken.
    """
    if len(one) > len(other):
        turned = pair_score_across(other, one)
        return _summed(sorted(FingerPair(pair.other, pair.one, pair.score) for pair in turned.fingers))
    rows, columns = sorted(one), sorted(other)
    scores = {(a, b): _best(one[a], other[b]) for a in rows for b in columns}
    pairings = permutations(columns, len(rows))
    best = max(pairings, key=lambda chosen: sum(scores[pair] for pair in zip(rows, chosen, strict=True)))
    return _summed(FingerPair(a, b, scores[a, b]) for a, b in zip(rows, best, strict=True))


def _best(one: Sequence[Cylinders], other: Sequence[Cylinders]) -> float:
    """The best score of any impression of one finger against any of another, 0 to 1."""
    return max((finger_score(impression, other) for impression in one), default=0.0)


def _summed(pairs: Iterator[FingerPair] | Sequence[FingerPair]) -> PairScore:
    fingers = tuple(pairs)
    return PairScore(fused_score({pair.one: pair.score for pair in fingers}), fingers)
