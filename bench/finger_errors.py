"""Fingerprints: error rates, on the development set and on drawn fingers, by the protocols of `urna.biometrics`."""

import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np

from bench.figures import Figure
from bench.places import SHARED
from urna.biometrics.calibration_model import impostor_chances, rule_of, sums, threshold
from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.decision import MILLION, SHIPPED
from urna.biometrics.evaluation import ScoreMatrix, all_pairs, intervals, score_matrix
from urna.biometrics.evaluation_rates import PairScores, rates_at, upper_bound
from urna.biometrics.evaluation_report import ALL_PAIRS, ENROLLED_3, FVC, protocols_of
from urna.biometrics.fusion import best_sums
from urna.biometrics.synthetic import SyntheticFinger
from urna.cli.biometrics_fingers import Fingers, read_fingers
from urna.devices.extractor import extract_all
from urna.storage.calibration_file import shipped_calibration

DEVELOPMENT = SHARED / "fingerprints" / "fvc2002_db1_b"
WORKERS = min(4, len(os.sched_getaffinity(0)))
RESAMPLINGS = 200
DRAWN, IMPRESSIONS = 12, 3
TITLES = {ALL_PAIRS: "one enrolled", FVC: "FVC protocol", ENROLLED_3: "three enrolled"}


def run() -> Iterator[Figure]:
    """Real fingers, if they are there, then drawn ones; nothing here depends on the clock."""
    if DEVELOPMENT.exists():
        yield from development(read_fingers(DEVELOPMENT, WORKERS))
    yield from drawn()


def development(fingers: Fingers) -> Iterator[Figure]:
    """FVC2002 DB1_B: every protocol; the shipped rule; whole identifications; how good the model is."""
    matrix = score_matrix([[encode(seen.extraction.template) for seen in own] for own in fingers.seen])
    for protocol, pairs in protocols_of(matrix).items():
        yield from errors(f"{fingers.name}, {TITLES[protocol]}", pairs, fingers.name)
    yield from at_the_rule(f"{fingers.name}, one enrolled", all_pairs(matrix))
    yield from identifications(matrix)
    yield from sums_of_two(matrix)


def errors(title: str, pairs: PairScores, name: str) -> Iterator[Figure]:
    """The four rates; least and greatest are the 95 % interval over resampled fingers."""
    yield Figure(f"{title}: pairs of one finger", len(pairs.genuine), "pairs")
    yield Figure(f"{title}: pairs of two fingers", len(pairs.impostor), "pairs")
    names = ("EER", "FMR100", "FMR1000", "ZeroFMR")
    for what, found in zip(names, intervals(pairs, name, RESAMPLINGS), strict=True):
        low, high = 100 * float(found.low), 100 * float(found.high)
        yield Figure(
            f"{title}: {what}, 95 % of resampled fingers", 100 * float(found.rate), "%", RESAMPLINGS, low, high
        )
    yield Figure(f"{title}: least score of one finger", float(pairs.genuine[0]), "of 1")
    yield Figure(f"{title}: greatest score of two", float(pairs.impostor[-1]), "of 1")


def at_the_rule(title: str, pairs: PairScores) -> Iterator[Figure]:
    """What the default rule of a definition does to single comparisons."""
    rates = rates_at(pairs, SHIPPED.score_of_one / MILLION)
    what = f"{title}: at the default {rates.threshold:.4f}"
    yield Figure(f"{what}, false non-matches", 100 * float(rates.false_non_match), "%")
    yield Figure(f"{what}, false matches", 100 * float(rates.false_match), "%")
    if not rates.false_match:
        yield Figure(f"{what}, false matches at most (95 %)", 100 * upper_bound(0, len(pairs.impostor)), "%")


def identifications(matrix: ScoreMatrix) -> Iterator[Figure]:
    """The elector's own finger, three impressions enrolled of it, one try and two tries, by the default rule."""
    missed, counted = {1: 0, 2: 0}, {1: 0, 2: 0}
    for finger in range(int(matrix.finger_of.max()) + 1):
        own = np.flatnonzero(matrix.finger_of == finger)
        for first in range(len(own)):
            enrolled = own[(first + np.arange(3)) % len(own)]
            probes = np.setdiff1d(own, enrolled)
            scores = matrix.scores[np.ix_(probes, enrolled)].max(axis=1)
            for tries in missed:
                for laid in combinations(scores, tries):
                    counted[tries] += 1
                    missed[tries] += best_sums([(each,) for each in laid])[0] * MILLION < SHIPPED.score_of_one
    for tries, count in missed.items():
        what = f"one finger, three enrolled, {tries} {'try' if tries == 1 else 'tries'}: not identified"
        yield Figure(what, 100 * count / counted[tries], f"% of {counted[tries]:,}")


def sums_of_two(matrix: ScoreMatrix) -> Iterator[Figure]:
    """How often sums of two different pairs of fingers reach the model's score: as often as the model says?

    The set has no persons with two fingers, so fingers 1 and 2, 3 and 4, … stand for five persons; impressions of
    one number go together, as if laid down one after the other.
    """
    scored = shipped_calibration().sets[0]
    of_two = sums(impostor_chances(scored.impostor, scored.tail.start, scored.tail.tail))[1]
    totals = [
        matrix.scores[a, c] + matrix.scores[b, d]
        for one, other in combinations(_persons(matrix), 2)
        for a, b in zip(*one, strict=True)
        for c, d in zip(*other, strict=True)
    ]
    for rate in (Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000)):
        reached = sum(total * MILLION >= threshold(of_two, rate) for total in totals)
        what = f"sums of two, counted where the model says {100 * float(rate):g} %"
        yield Figure(what, 100 * reached / len(totals), f"% of {len(totals):,}")


def _persons(matrix: ScoreMatrix) -> list[tuple[Sequence[int], Sequence[int]]]:
    """Pairs of fingers that stand for a person: the images of the one and of the other."""
    images = [np.flatnonzero(matrix.finger_of == finger).tolist() for finger in range(int(matrix.finger_of.max()) + 1)]
    return list(zip(images[::2], images[1::2], strict=False))


def drawn() -> Iterator[Figure]:
    """Fingers that urna draws: they say whether the demo works, not how real fingers do."""
    images = [SyntheticFinger(1000 + finger).impression(each) for finger in range(DRAWN) for each in range(IMPRESSIONS)]
    found = iter(extract_all(images, WORKERS))
    fingers: list[list[Cylinders]] = [[encode(next(found).template) for _ in range(IMPRESSIONS)] for _ in range(DRAWN)]
    pairs = all_pairs(score_matrix(fingers))
    name = f"drawn fingers, {DRAWN} x {IMPRESSIONS}"
    yield from errors(name, pairs, name)
    yield from at_the_rule(name, pairs)


def rules() -> Iterator[Figure]:
    """The scores that the shipped calibration asks for, at three false match rates of a whole identification."""
    for rate in ("1/100", "1/1000", "1/10000"):
        rule = rule_of(shipped_calibration(), rate, SHIPPED.tries)
        for count, score in enumerate(rule.scores, 1):
            yield Figure(f"false match rate {rate} of an identification: score of {count}", score / MILLION, "of 4")
