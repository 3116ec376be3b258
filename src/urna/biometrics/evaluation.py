"""How well fingers are told apart: protocols over a set of known fingers, their error rates, and how sure these are.

1. Compare every image with every other, once (`ScoreMatrix`).
2. Choose pairs by a protocol: all pairs; FVC's (genuine as all pairs, impostors by first impressions alone); three
   enrolled impressions (the score of a probe is its best over the three).
3. Read off equal error rate, FMR100, FMR1000 and ZeroFMR (Maio, Maltoni, Cappelli, Wayman, Jain: "FVC2000", IEEE TPAMI
   24(3), 2002): the false non-match rate where at most 1/100, 1/1000, none of the impostor scores match.
4. Draw the fingers again and again; the middle 95 % is the interval. Pairs share fingers, so fingers are drawn.

Rates are fractions of counted pairs.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from urna.biometrics.cylinders import Cylinders, Indices, Reals
from urna.biometrics.evaluation_rates import ErrorRates, PairScores, error_rates
from urna.biometrics.match import score_cylinders
from urna.errors import Malformed
from urna.words import Sentence

ENROLLED = 3
"""Impressions of a finger that are enrolled in the third protocol."""

Row = Callable[[int], Reals]
Run = Callable[[Row, Sequence[int]], Iterable[Reals]]
"""Does independent work for each of some numbers, in their order: `map`, or the same over processes."""


class ScoreMatrix(NamedTuple):
    """Scores of every image with every other.

    `scores` has shape (images, images), symmetric, the diagonal unused; `finger_of` and `number_of` say of each
    image which finger it is, from 0, and the how manieth impression of it, from 0.
    """

    scores: Reals
    finger_of: Indices
    number_of: Indices


class Interval(NamedTuple):
    """A rate, and where 95 % of the resamplings lie."""

    rate: Fraction
    low: Fraction
    high: Fraction


def score_matrix(fingers: Sequence[Sequence[Cylinders]], run: Run = map) -> ScoreMatrix:
    """Every impression against every other.

    Args:
        fingers: for each finger its impressions.
        run: compares each image with those before it.

    Raises:
        Malformed: fewer than two fingers, or none with two impressions.
    """
    owned = [(finger, number) for finger, own in enumerate(fingers) for number in range(len(own))]
    if sum(bool(own) for own in fingers) < 2 or max(map(len, fingers)) < 2:
        raise Malformed(
            Sentence("two fingers, one of them with two impressions"),
            Sentence("{images} images of {fingers} fingers", {"images": len(owned), "fingers": len(fingers)}),
            Sentence("Name the files FINGER_IMPRESSION, as 101_1.tif."),
        )
    scores = np.zeros((len(owned), len(owned)))
    images = [fingers[finger][number] for finger, number in owned]
    for index, row in enumerate(run(partial(_scores_before, images), range(len(images)))):
        scores[index, :index] = scores[:index, index] = row
    finger_of, number_of = (np.array([row[at] for row in owned], np.int64) for at in (0, 1))
    return ScoreMatrix(scores, finger_of, number_of)


def _scores_before(images: Sequence[Cylinders], index: int) -> Reals:
    """An image's scores with every image before it."""
    return np.array([score_cylinders(images[before], images[index]) for before in range(index)], np.float64)


def all_pairs(matrix: ScoreMatrix) -> PairScores:
    """Every pair of images, once."""
    one, other = np.triu_indices(len(matrix.finger_of), 1)
    return _pairs(matrix.scores[one, other], matrix.finger_of[one], matrix.finger_of[other])


def fvc_pairs(matrix: ScoreMatrix) -> PairScores:
    """Genuine pairs as in `all_pairs`; impostor pairs of first impressions alone."""
    one, other = np.triu_indices(len(matrix.finger_of), 1)
    same = matrix.finger_of[one] == matrix.finger_of[other]
    kept = same | ((matrix.number_of[one] == 0) & (matrix.number_of[other] == 0))
    one, other = one[kept], other[kept]
    return _pairs(matrix.scores[one, other], matrix.finger_of[one], matrix.finger_of[other])


def enrolled_pairs(matrix: ScoreMatrix) -> PairScores | None:
    """Three impressions enrolled, in turn each and the two after it; every other image is a probe.

    None where no finger has four impressions.
    """
    scores, one, other = [], [], []
    for finger in range(int(matrix.finger_of.max()) + 1):
        own = np.flatnonzero(matrix.finger_of == finger)
        for first in range(len(own)) if len(own) > ENROLLED else ():
            enrolled = own[(first + np.arange(ENROLLED)) % len(own)]
            probes = np.setdiff1d(np.arange(len(matrix.finger_of)), enrolled)
            scores.append(matrix.scores[np.ix_(probes, enrolled)].max(axis=1))
            one.append(np.full(len(probes), finger))
            other.append(matrix.finger_of[probes])
    if not scores:
        return None
    return _pairs(np.concatenate(scores), np.concatenate(one), np.concatenate(other))


def _pairs(scores: Reals, one: Indices, other: Indices) -> PairScores:
    order = np.argsort(scores, kind="stable")
    scores, one, other = scores[order], one[order], other[order]
    same = one == other
    fingers = int(max(one.max(), other.max())) + 1
    return PairScores(scores[same], one[same], scores[~same], one[~same], other[~same], fingers)


def intervals(pairs: PairScores, name: str, resamplings: int) -> tuple[Interval, Interval, Interval, Interval]:
    """The four rates with their 95 % intervals over resampled fingers.

    Args:
        pairs: of a protocol.
        name: of the set; the drawing follows from it.
        resamplings: how often the fingers are drawn again.
    """
    drawn = [rates for number in range(resamplings) if (rates := _resampled(pairs, name, number)) is not None]
    return tuple(  # type: ignore[return-value]
        _interval(rate, sorted(rates[at] for rates in drawn)) for at, rate in enumerate(error_rates(pairs))
    )


def draw_fingers(name: str, fingers: int, resampling: int) -> Indices:
    """How often each finger is drawn, shape (fingers,): as many draws as fingers, each by SHA-256 of its number."""
    draws = (
        int.from_bytes(hashlib.sha256(f"urna/resampling|{name}|{resampling}|{draw}".encode()).digest()) % fingers
        for draw in range(fingers)
    )
    return np.bincount(list(draws), minlength=fingers).astype(np.int64)


def weights_of(pairs: PairScores, name: str, resampling: int) -> tuple[Indices, Indices] | None:
    """How many pairs each score stands for when the fingers are drawn again; None if no pair of a kind is left."""
    drawn = draw_fingers(name, pairs.fingers, resampling)
    genuine, impostor = drawn[pairs.genuine_of], drawn[pairs.impostor_one] * drawn[pairs.impostor_other]
    return (genuine, impostor) if genuine.any() and impostor.any() else None


def _resampled(pairs: PairScores, name: str, number: int) -> ErrorRates | None:
    weights = weights_of(pairs, name, number)
    return None if weights is None else error_rates(pairs, *weights)


def _interval(rate: Fraction, drawn: Sequence[Fraction]) -> Interval:
    """The middle 95 %, widened to hold the rate itself."""
    if not drawn:
        return Interval(rate, rate, rate)
    cut = len(drawn) * 25 // 1000
    return Interval(rate, min(rate, drawn[cut]), max(rate, drawn[-1 - cut]))
