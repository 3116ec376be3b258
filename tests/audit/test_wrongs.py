"""Sheets and paper altered so that the outcome changes: what an audit of stations finds, and what it cannot know."""

from fractions import Fraction

import pytest
from bench.audit_type_one import LIMIT, PAIR, STATIONS
from bench.audit_wrongs import MOST_MISSED, WRONGS, Wrong, at_most, missed, swapped, upper_bound

from urna.audit.assertions import Votes
from urna.audit.risk.batches import Hand, alpha, bounds, boxes, macro, sheets

AUDITS, FEW = 1000, 200
MOST = FEW * LIMIT + 3 * (FEW * LIMIT * (1 - LIMIT)) ** 0.5


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: f"{wrong.method} {wrong.stations}")
def test_a_wrong_outcome_is_missed_as_seldom_in_few_audits(wrong: Wrong) -> None:
    """Two hundred, at most three standard errors above the limit; and some are missed, so the paper is hard."""
    assert 0 < missed(wrong, FEW) <= MOST


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: f"{wrong.method} {wrong.stations}")
def test_a_wrong_outcome_is_missed_no_more_often_than_the_limit_says(wrong: Wrong) -> None:
    """A thousand audits: the exact 95 % upper bound of the misses stays below the limit and 1.5 points."""
    assert upper_bound(missed(wrong, AUDITS), AUDITS) < MOST_MISSED


def test_an_audit_with_no_power_to_find_would_not_pass() -> None:
    """The measure can fail: audits that confirm one wrong outcome in thirteen are above the bound."""
    careless = Wrong("careless", 1, lambda chance: chance.random() < 1 / 13)
    assert upper_bound(missed(careless, AUDITS), AUDITS) > MOST_MISSED


@pytest.mark.parametrize(("found", "runs"), [(0, 1000), (1, 1000), (31, 1000), (53, 1000), (3, 20)])
def test_the_bound_is_clopper_and_pearsons(found: int, runs: int) -> None:
    """By the beta distribution, rounded up to 1/10,000; and it is the rate of which so few are rare."""
    beta = pytest.importorskip("scipy.stats").beta
    bound = upper_bound(found, runs)
    assert 0 <= float(bound) - beta.ppf(0.95, found + 1, runs - found) <= 1 / 10_000
    assert at_most(found, runs, bound) <= Fraction(1, 20) < at_most(found, runs, bound - Fraction(1, 10_000))


@pytest.mark.parametrize("stations", [1, 10, 100])
def test_every_box_on_the_table_shows_the_wrong_outcome(stations: int) -> None:
    """Without replacement an audit that goes on to the end never confirms it."""
    table, counted = swapped(stations)
    assert alpha(bounds(PAIR, table), boxes(table, counted), is_replaced=False)[-1] == 1


def test_paper_that_was_altered_with_its_sheet_cannot_be_told_from_honest_paper() -> None:
    """The voters' 40 to 360 became 360 to 40 on sheets and in boxes: the risks are those of an honest nation."""
    table, counted = swapped(10)
    bound = bounds(PAIR, table)
    voters = sum(box.votes["B"] - box.votes["A"] for box in counted if box.votes is not None)
    assert voters > 0, "B has more of the votes that were given"
    both = [Hand(row, dict(zip(table.choices, map(int, table.votes[row]), strict=True))) for row in range(len(counted))]
    assert alpha(bound, boxes(table, both), is_replaced=False)[-1] <= LIMIT, "and A is confirmed"


@pytest.mark.parametrize("change", ["altered", "taken away"])
def test_paper_that_was_altered_alone_speaks_against_its_sheet(change: str) -> None:
    """Honest sheets, boxes tampered with later: a difference, never a confirmation; whose fault, it cannot say."""
    table = sheets(("A", "B"), [(230, 170)] * STATIONS, [400] * STATIONS)
    honest: list[Votes] = [{"A": 230, "B": 170}] * STATIONS
    tampered: Votes | None = {"A": 0, "B": 400} if change == "altered" else None
    found = [*[tampered] * 12, *honest[12:]]
    bound = bounds(PAIR, table)
    drawn = boxes(table, [Hand(row, votes) for row, votes in enumerate(found)])
    assert macro([bound], drawn) == 1
    assert alpha(bound, drawn, is_replaced=False)[-1] == 1
