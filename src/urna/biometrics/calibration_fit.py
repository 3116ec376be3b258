"""From scores of known pairs to a calibration record.

1. Score every impression against every other (`urna.biometrics.evaluation`).
2. Count the scores in bars.
3. Start the tail where a tenth of the impostor scores lies above, from 100,000 pairs on a hundredth; fit it
   (`urna.biometrics.tail`).
4. Resample: draw the fingers again, with replacement, and do 2 and 3 with the pairs of the drawn ones. Pairs that share
   a finger are not independent, fingers are; so fingers are drawn, never pairs.
5. Read the score at each false match rate, and the share of genuine pairs that misses it; the interval holds 95 % of
   the resamplings.

The drawing is by SHA-256, so that anybody draws the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from urna.biometrics.calibration import (
    BILLION,
    CELL,
    PAIRS_NEEDED,
    Bar,
    Calibration,
    Row,
    ScoreSet,
    TailFit,
)
from urna.biometrics.calibration_model import genuine_chances, impostor_chances, missed, sums, threshold
from urna.biometrics.cylinders import Indices, Reals
from urna.biometrics.evaluation import weights_of
from urna.biometrics.evaluation_rates import PairScores
from urna.biometrics.fusion import MAX_FINGERS
from urna.biometrics.match import MATCHER
from urna.biometrics.tail import Tail, fit_tail, misfit
from urna.errors import Malformed

RATES = tuple(f"1/{10**power}" for power in range(2, 7))
"""False match rates of the table."""

RESAMPLINGS = 200
FEW_PAIRS = 100_000
_SHARE_OF_FEW, _SHARE_OF_MANY = Fraction(1, 10), Fraction(1, 100)


class Source(NamedTuple):
    """A set of fingers to calibrate on."""

    name: str
    is_synthetic: bool
    images: int
    scores: PairScores


def calibrate(sources: Sequence[Source], extractor: str, resamplings: int = RESAMPLINGS) -> Calibration:
    """The record of these sets of fingers.

    Args:
        sources: at least one.
        extractor: SHA-256 of the network that found the minutiae.
        resamplings: for the intervals.

    Raises:
        Malformed: a set too small to fit a tail.
    """
    sets = tuple(_score_set(source) for source in sources)
    real = sum(each.impostor_pairs for each in sets if not each.is_synthetic)
    rows = [row for source, scored in zip(sources, sets, strict=True) for row in _rows(source, scored, resamplings)]
    return Calibration(
        extractor=extractor,
        matcher=MATCHER,
        resamplings=resamplings,
        sets=sets,
        rows=tuple(rows),
        provisional=real < PAIRS_NEEDED,
    )


class _Model(NamedTuple):
    """One set, or one resampling of it: distributions of sums, of different fingers and of the own ones."""

    impostor: list[Reals]
    genuine: list[Reals]


def _score_set(source: Source) -> ScoreSet:
    scores = source.scores
    cells = upper_cells(scores.impostor)
    start, tail = _fit(scores.impostor, np.ones(len(scores.impostor), np.int64))
    above = scores.impostor[cells > start]
    return ScoreSet(
        name=source.name,
        is_synthetic=source.is_synthetic,
        fingers=scores.fingers,
        images=source.images,
        genuine=_bars(lower_cells(scores.genuine)),
        impostor=_bars(cells),
        tail=TailFit(
            start=start,
            excesses=len(above),
            scale=max(1, round(tail.scale * BILLION)),
            shape=round(tail.shape * BILLION),
            misfit=round(misfit(tail, above) * 1e6),
        ),
    )


def lower_cells(scores: Reals) -> Indices:
    """The cell of each genuine score: it stands at the cell's lower edge."""
    return np.floor(scores * (1e6 / CELL)).astype(np.int64)


def upper_cells(scores: Reals) -> Indices:
    """The cell of each impostor score: it stands at the cell's upper edge."""
    return np.ceil(scores * (1e6 / CELL)).astype(np.int64)


def _fit(scores: Reals, weights: Indices) -> tuple[int, Tail]:
    """Where the tail starts, as a cell, and the tail; scores sorted upwards, each standing for `weights` of them."""
    pairs = int(weights.sum())
    share = _SHARE_OF_FEW if pairs < FEW_PAIRS else _SHARE_OF_MANY
    above = np.cumsum(weights[::-1])[::-1]
    first = min(int(np.searchsorted(-above, -int(share * pairs), side="left")), len(scores) - 1)
    start = int(upper_cells(scores[first : first + 1])[0])
    kept = upper_cells(scores) > start
    return start, fit_tail(start * CELL / 1e6, np.repeat(scores[kept], weights[kept]))


def _rows(source: Source, scored: ScoreSet, resamplings: int) -> Iterator[Row]:
    """The table of one set: for each number of fingers and each rate the values, and their 95 % intervals."""
    model = _Model(
        sums(impostor_chances(scored.impostor, scored.tail.start, scored.tail.tail)),
        sums(genuine_chances(scored.genuine)),
    )
    again = [drawn for number in range(resamplings) if (drawn := _resampled(source, number)) is not None]
    for count in range(1, MAX_FINGERS + 1):
        for rate in RATES:
            score, share = _read(model, count, Fraction(rate))
            read = [_read(each, count, Fraction(rate)) for each in again]
            low, high = _interval([each for each, _ in read], score)
            share_low, share_high = _interval([each for _, each in read], share)
            yield Row(
                set=source.name,
                fingers=count,
                false_match_rate=rate,
                score=score,
                score_low=low,
                score_high=high,
                false_non_match=share,
                false_non_match_low=share_low,
                false_non_match_high=share_high,
            )


def _resampled(source: Source, number: int) -> _Model | None:
    """The set with its fingers drawn again; None where so few different ones were drawn that nothing can be fitted."""
    scores, weights = source.scores, weights_of(source.scores, source.name, number)
    if weights is None:
        return None
    genuine, impostor = weights
    kept = impostor > 0
    try:
        start, tail = _fit(scores.impostor[kept], impostor[kept])
    except Malformed:
        return None
    chances = impostor_chances(_bars(upper_cells(scores.impostor), impostor), start, tail)
    return _Model(sums(chances), sums(genuine_chances(_bars(lower_cells(scores.genuine), genuine))))


def _read(model: _Model, count: int, rate: Fraction) -> tuple[int, int]:
    """The score at a rate, and the share of genuine sums below it, both in millionths."""
    score = threshold(model.impostor[count - 1], rate)
    return score, round(1e6 * missed(model.genuine[count - 1], score))


def _interval(values: Sequence[int], value: int) -> tuple[int, int]:
    """The middle 95 % of the resamplings, widened to hold the value itself."""
    ordered = sorted(values) or [value]
    cut = len(ordered) * 25 // 1000
    return min(value, ordered[cut]), max(value, ordered[-1 - cut])


def _bars(cells: Indices, weights: Iterable[int] | None = None) -> tuple[Bar, ...]:
    counts = np.bincount(cells, weights=None if weights is None else np.asarray(list(weights), np.float64))
    return tuple((int(cell), round(float(counts[cell]))) for cell in np.flatnonzero(counts))
