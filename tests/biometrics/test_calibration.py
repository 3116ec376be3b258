"""A calibration says what its scores say: thresholds hold what they promise, and a record speaks for itself."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.biometrics.calibration import CELL, PAIRS_NEEDED, Calibration, ScoreSet, TailFit
from urna.biometrics.calibration_fit import Source, calibrate, lower_cells, upper_cells
from urna.biometrics.calibration_model import (
    genuine_chances,
    impostor_chances,
    missed,
    rule_of,
    scores_at,
    sums,
    threshold,
)
from urna.biometrics.evaluation_rates import PairScores
from urna.biometrics.fusion import best_sums
from urna.biometrics.tail import Tail
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed

EXTRACTOR = "e" * 64


def _drawn(fingers: int, seed: int, scale: float = 0.0012) -> PairScores:
    """Exponential impostor scores of so many fingers with three impressions, and genuine ones far above."""
    random = np.random.Generator(np.random.PCG64(seed))
    pairs = np.array([pair for pair in combinations(range(fingers), 2) for _ in range(9)])
    impostor = np.minimum(0.008 + random.exponential(scale, len(pairs)), 1.0)
    genuine = np.sort(random.uniform(0.03, 0.6, 3 * fingers))
    order = np.argsort(impostor)
    own = np.arange(3 * fingers) % fingers
    return PairScores(genuine, own, impostor[order], pairs[order, 0], pairs[order, 1], fingers)


@cache
def scores() -> PairScores:
    """Sixty fingers' own."""
    return _drawn(60, 1)


@cache
def record() -> Calibration:
    """What is calibrated on them."""
    return calibrate([Source("drawn", False, 180, scores())], EXTRACTOR, resamplings=40)


def test_the_thresholds_are_those_of_what_was_drawn() -> None:
    """The exponential distribution's own quantiles, one finger and the sum of two (a gamma distribution)."""
    stats = pytest.importorskip("scipy.stats")
    for rate in (1e-2, 1e-3, 1e-4):
        one, two, *_ = scores_at(record(), [Fraction(rate)] * 4)
        assert one / 1e6 == pytest.approx(0.008 + stats.expon.isf(rate, scale=0.0012), rel=0.1)
        assert two / 1e6 == pytest.approx(0.016 + stats.gamma.isf(rate, 2, scale=0.0012), rel=0.1)


def test_a_lower_rate_and_more_fingers_ask_for_more() -> None:
    """Row by row of the table."""
    for count in range(1, 5):
        rows = [row for row in record().rows if row.fingers == count]
        assert [row.score for row in rows] == sorted(row.score for row in rows)
    found = scores_at(record(), [Fraction(1, 1000)] * 4)
    assert all(fewer < more for fewer, more in pairwise(found))


def test_intervals_hold_their_values() -> None:
    """And more fingers make them narrower."""
    assert all(row.score_low <= row.score <= row.score_high for row in record().rows)
    assert all(row.false_non_match_low <= row.false_non_match <= row.false_non_match_high for row in record().rows)
    few = calibrate([Source("few", False, 36, _drawn(12, 1))], EXTRACTOR, resamplings=40)
    widths = [
        row.score_high - row.score_low
        for each in (few, record())
        for row in each.rows
        if row.false_match_rate == "1/10000"
    ]
    assert all(narrow < wide for wide, narrow in zip(widths[:4], widths[4:], strict=True))


def test_a_record_is_the_same_again() -> None:
    """Same scores, same bytes; and it reads back as it was written."""
    again = calibrate([Source("drawn", False, 180, scores())], EXTRACTOR, resamplings=40)
    assert encode(again) == encode(record())
    assert decode(encode(record()), Calibration) == record()
    assert again.identity == record().identity


bars = st.dictionaries(st.integers(0, 300), st.integers(1, 50), min_size=1, max_size=12).map(
    lambda found: tuple(sorted(found.items()))
)
tails = st.builds(Tail, st.just(0.01), st.floats(1e-4, 5e-3), st.floats(-0.3, 0.4))


@settings(max_examples=40, deadline=None)
@given(bars, tails, st.integers(1, 8))
def test_a_threshold_keeps_its_rate_and_no_lower_one_does(
    counted: tuple[tuple[int, int], ...], tail: Tail, n: int
) -> None:
    """Chances add up to 1, for sums as well; the threshold is the lowest cell that keeps the rate."""
    chances = impostor_chances(counted, 50, tail)
    rate = Fraction(1, 10**n)
    for of_sum in sums(chances):
        assert of_sum.sum() == pytest.approx(1.0)
        cell = threshold(of_sum, rate) // CELL
        assert of_sum[cell:].sum() <= float(rate) * (1 + 1e-9)
        assert cell == 1 or of_sum[cell - 1 :].sum() > float(rate) * (1 - 1e-9)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40), st.integers(1, 5000))
def test_cells_never_flatter(scores: list[float], cell: int) -> None:
    """At a threshold on a cell's edge: impostor scores match in their cells too, genuine ones miss there too."""
    values, edge = np.array(scores), cell * CELL / 1e6
    assert ((values >= edge) <= (upper_cells(values) >= cell)).all()
    assert ((values < edge) <= (lower_cells(values) < cell) | np.isclose(values, edge)).all()


def test_sums_of_genuine_scores_are_missed_less() -> None:
    """Half the pairs at 0.02, half at 0.2: below 0.1 one finger misses half, two a quarter."""
    chances = genuine_chances([(100, 5), (1000, 5)])
    assert [missed(each, 100_000) for each in sums(chances)] == pytest.approx([0.5, 0.25, 0.125, 0.0625])


def test_of_two_sets_the_harder_one_decides() -> None:
    """Adding easy pairs lowers no threshold, adding hard ones raises it."""
    rates = [Fraction(1, 10**4)] * 4
    easy, hard = (Source(str(scale), False, 72, _drawn(24, 2, scale)) for scale in (0.0004, 0.003))
    assert scores_at(_beside(easy), rates) == scores_at(record(), rates)
    assert scores_at(_beside(hard), rates) > scores_at(record(), rates)


def test_synthetic_fingers_decide_nothing_beside_real_ones() -> None:
    """However hard they are; alone they are all there is."""
    rates = [Fraction(1, 10**4)] * 4
    hard = Source("hard", True, 72, _drawn(24, 2, scale=0.003))
    assert scores_at(_beside(hard), rates) == scores_at(record(), rates)
    assert rule_of(_beside(hard), "1/1000", 2).scores == rule_of(record(), "1/1000", 2).scores
    assert scores_at(calibrate([hard], EXTRACTOR, resamplings=2), rates) > scores_at(record(), rates)


def _beside(other: Source) -> Calibration:
    """The drawn set and another one."""
    return calibrate([Source("drawn", False, 180, scores()), other], EXTRACTOR, resamplings=2)


def test_a_rule_shares_its_rate_out_to_every_way() -> None:
    """A quarter to each number of fingers, and there evenly: 96 comparisons of one finger, 3,024 of two, …."""
    rule = rule_of(record(), "1/1000", 2)
    shares = [Fraction(1, 4000) / ways for ways in (96, 3024, 36288, 136080)]
    plain = scores_at(record(), shares)
    assert rule.score_of_one == plain.one
    assert all(below <= whole for below, whole in zip(rule.scores, plain, strict=True))
    assert (rule.calibration, rule.provisional, rule.tries) == (record().identity, True, 2)
    more = rule_of(record(), "1/1000", 4)
    assert all(few < many for few, many in zip(rule.scores, more.scores, strict=True))


def test_sums_are_of_fingers_that_do_not_match_alone() -> None:
    """Counting every cell: pairs below the threshold of one that reach the threshold of two are as rare as promised."""
    rule = rule_of(record(), "1/1000", 2)
    chances = impostor_chances(record().sets[0].impostor, record().sets[0].tail.start, record().sets[0].tail.tail)
    most = rule.score_of_one // CELL
    for cells, is_kept in ((rule.score_of_two // CELL, True), (rule.score_of_two // CELL - 1, False)):
        reached = sum(
            chances[one] * chances[max(0, cells - one) : most + 1].sum()
            for one in range(min(most, len(chances) - 1) + 1)
        )
        assert bool(reached <= 1 / 4000 / 3024) is is_kept
    assert rule.score_of_two < 2 * rule.score_of_one


def test_a_rule_keeps_its_rate_in_simulated_identifications() -> None:
    """Impostors with every try against every finger: at most as many as promised are taken for the elector."""
    rule = rule_of(record(), "1/4", 2)
    random = np.random.Generator(np.random.PCG64(5))
    taken = 0
    for _ in range(1500):
        tries = (0.008 + random.exponential(0.0012, (8, 4, 3)).max(axis=2)).tolist()
        taken += any(total * 1e6 >= asked for total, asked in zip(best_sums(tries), rule.scores, strict=True))
    assert 10 <= taken <= 375


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(1), Fraction(1, 10**16)])
def test_rates_beyond_the_model_are_refused(rate: Fraction) -> None:
    """None, all, or fewer than it can say."""
    with pytest.raises(Malformed, match="false match rates"):
        scores_at(record(), [rate] * 4)


def _with_set(**values: object) -> Calibration:
    changed = msgspec.structs.replace(record().sets[0], **values)
    return msgspec.structs.replace(record(), sets=(changed,))


def test_the_mark_cannot_be_taken_off() -> None:
    """It follows from the pairs of real fingers: synthetic ones do not count, 200,000 real ones do."""
    with pytest.raises(Malformed, match="provisional"):
        msgspec.structs.replace(record(), provisional=False)
    body = record().sets[0].impostor[0][0]
    many = tuple((cell, PAIRS_NEEDED if cell == body else count) for cell, count in record().sets[0].impostor)
    assert not msgspec.structs.replace(_provisional_free(many), provisional=False).provisional
    with pytest.raises(Malformed, match="provisional"):
        _with_set(impostor=many)


def _provisional_free(bars_of_many: Sequence[tuple[int, int]]) -> Calibration:
    changed = msgspec.structs.replace(record().sets[0], impostor=tuple(bars_of_many))
    fields = {name: getattr(record(), name) for name in ("extractor", "matcher", "resamplings", "rows")}
    return Calibration(**fields, sets=(changed,), provisional=False)


@pytest.mark.parametrize(
    "impostor",
    [
        ((3, 1), (2, 5)),
        ((2, 5), (2, 5)),
        ((2, 5),),
        (),
    ],
)
def test_bars_that_do_not_fit_are_refused(impostor: tuple[tuple[int, int], ...]) -> None:
    """Out of order, twice, other than the tail counted, or none."""
    tail = TailFit(start=1, excesses=4, scale=1, shape=0, misfit=0)
    with pytest.raises(Malformed, match="bars in order"):
        ScoreSet(name="x", is_synthetic=False, fingers=2, images=4, genuine=((1, 1),), impostor=impostor, tail=tail)
