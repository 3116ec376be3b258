"""What an evaluation found, as a record: counts, rates with their intervals, and times."""

from collections.abc import Sequence

from urna.biometrics.evaluation import (
    Interval,
    ScoreMatrix,
    all_pairs,
    enrolled_pairs,
    fvc_pairs,
    intervals,
)
from urna.biometrics.evaluation_rates import PairScores
from urna.biometrics.match import MATCHER
from urna.election.definition import Ratio, Text
from urna.encoding.canonical import Code, Count, Hash, Record

ALL_PAIRS, FVC, ENROLLED_3 = "ALL-PAIRS", "FVC", "ENROLLED-3"
"""Protocols of `urna.biometrics.evaluation`."""


class RateFound(Record, frozen=True, kw_only=True):
    """A rate of counted pairs, and where 95 % of the resamplings over fingers lie."""

    rate: Ratio
    low: Ratio
    high: Ratio


class ProtocolFigures(Record, frozen=True, kw_only=True):
    """One protocol's error rates."""

    protocol: Code
    genuine_pairs: Count
    impostor_pairs: Count
    equal_error: RateFound
    fmr100: RateFound
    fmr1000: RateFound
    zero_fmr: RateFound
    least_genuine: Count
    """The lowest genuine score, in millionths."""
    greatest_impostor: Count


class Speed(Record, frozen=True, kw_only=True):
    """Medians on one core, in microseconds."""

    extract: Count
    encode: Count
    compare: Count


class EvaluationReport(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/finger-evaluation/1"):
    """What `urna biometrics evaluate` writes beside the plot."""

    name: Text
    extractor: Hash
    matcher: Text
    fingers: Count
    images: Count
    too_poor: Count
    """Images that could not be enrolled: too low a quality or too few minutiae. They are compared nevertheless."""
    resamplings: Count
    protocols: tuple[ProtocolFigures, ...]
    speed: Speed


def protocols_of(matrix: ScoreMatrix) -> dict[Code, PairScores]:
    """The pairs of each protocol that the set allows."""
    found = {ALL_PAIRS: all_pairs(matrix), FVC: fvc_pairs(matrix), ENROLLED_3: enrolled_pairs(matrix)}
    return {name: pairs for name, pairs in found.items() if pairs is not None and _is_whole(pairs)}


def figures_of(protocol: Code, pairs: PairScores, name: str, resamplings: int) -> ProtocolFigures:
    """The error rates of one protocol.

    Args:
        protocol: its name.
        pairs: its pairs.
        name: of the set; the drawing of the intervals follows from it.
        resamplings: how often the fingers are drawn again.
    """
    equal, fmr100, fmr1000, zero = map(_found, intervals(pairs, name, resamplings))
    return ProtocolFigures(
        protocol=protocol,
        genuine_pairs=len(pairs.genuine),
        impostor_pairs=len(pairs.impostor),
        equal_error=equal,
        fmr100=fmr100,
        fmr1000=fmr1000,
        zero_fmr=zero,
        least_genuine=round(float(pairs.genuine[0]) * 1e6),
        greatest_impostor=round(float(pairs.impostor[-1]) * 1e6),
    )


def evaluation_report(
    name: str,
    extractor: Hash,
    matrix: ScoreMatrix,
    speed: Speed,
    *,
    too_poor: int,
    resamplings: int,
) -> EvaluationReport:
    """The report of a set."""
    protocols: Sequence[ProtocolFigures] = [
        figures_of(protocol, pairs, name, resamplings) for protocol, pairs in protocols_of(matrix).items()
    ]
    return EvaluationReport(
        name=name,
        extractor=extractor,
        matcher=MATCHER,
        fingers=int(matrix.finger_of.max()) + 1,
        images=len(matrix.finger_of),
        too_poor=too_poor,
        resamplings=resamplings,
        protocols=tuple(protocols),
        speed=speed,
    )


def _is_whole(pairs: PairScores) -> bool:
    return len(pairs.genuine) > 0 and len(pairs.impostor) > 0


def _found(interval: Interval) -> RateFound:
    rate, low, high = (f"{each.numerator}/{each.denominator}" for each in interval)
    return RateFound(rate=rate, low=low, high=high)
