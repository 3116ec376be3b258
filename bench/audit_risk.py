"""Audits: how long the risk of a nation's stations takes, and a plan by simulation."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from random import Random

from bench.figures import Figure, timed
from urna.audit.assertions import one_over_other
from urna.audit.planning import Group, Nation, Sizes, plan_nation, polling_expected, simulated
from urna.audit.risk.batches import Hand, alpha, bounds, boxes, macro, sheets
from urna.audit.risk.bets import FixedShare, ShrinkTrunc
from urna.audit.risk.comparison import Compared, record_population, record_values
from urna.audit.risk.martingale import Population

BATCHES = 5_641
CARDS = 1_000_000
LIMIT = Fraction(1, 20)
PAIR = one_over_other("C", {"A": 0, "B": 0}, "A", "B")


def run(runs: int) -> Iterator[Figure]:
    """1. The risk of 5,641 counted batches. 2. A thousand audits of a million cards. 3. The modelled nation."""
    yield from _batches(runs)
    yield from _plans(runs)
    yield from _nation()


def _batches(runs: int) -> Iterator[Figure]:
    """Every batch drawn and counted, one slip in a thousand read otherwise."""
    chance = Random("bench/batches")
    votes = [(chance.randrange(100, 320), chance.randrange(90, 300)) for _ in range(BATCHES)]
    table = sheets(("A", "B"), votes, [sum(row) + 20 for row in votes])
    wrong = [chance.random() < 0.3 for _ in votes]
    hands = [Hand(row, {"A": one - wrong[row], "B": two + wrong[row]}) for row, (one, two) in enumerate(votes)]
    yield timed(f"risk of {BATCHES:,} batches, MACRO", lambda: macro([bounds(PAIR, table)], boxes(table, hands)), runs)

    def by_alpha() -> object:
        return alpha(bounds(PAIR, table), boxes(table, hands), is_replaced=False)

    yield timed(f"risk of {BATCHES:,} batches, ALPHA", by_alpha, runs)


def _plans(runs: int) -> Iterator[Figure]:
    """Sample sizes of a thousand audits each; the compiler has run before the first is timed."""
    for percent in (2, 5, 10):
        share = Fraction(100 + percent, 200)
        yield timed(f"1,000 polling audits of a million slips, margin {percent} %", partial(_polling, share), runs)
        yield timed(f"1,000 comparison audits, margin {percent} %", partial(_comparison, share), runs)


def _polling(share: Fraction) -> Sizes:
    winner = int(share * CARDS)
    groups = (Group(Fraction(1), winner), Group(Fraction(0), CARDS - winner))
    return _simulated(groups, Population(CARDS), ShrinkTrunc(share))


def _comparison(share: Fraction) -> Sizes:
    """One record in a thousand overstates by one vote, one in ten thousand by two."""
    margin = 2 * share - 1
    cards = (
        Compared(Fraction(1), Fraction(1)),
        Compared(Fraction(1), Fraction(1, 2)),
        Compared(Fraction(1), Fraction(0)),
    )
    values = record_values(PAIR, margin, cards)
    counts = (CARDS - 1_100, 1_000, 100)
    groups = tuple(Group(value, count) for value, count in zip(values, counts, strict=True))
    return _simulated(groups, record_population(PAIR, margin, CARDS), FixedShare(Fraction(9, 10)))


def _simulated(groups: tuple[Group, ...], population: Population, bet: ShrinkTrunc | FixedShare) -> Sizes:
    return simulated(groups, population, bet, LIMIT, runs=1000, seed=1)


def _nation() -> Iterator[Figure]:
    """What the nation of 30,026 stations needs at three margins."""
    for margin in (Fraction(16, 1000), Fraction(5, 100), Fraction(10, 100)):
        plan = plan_nation(Nation(margin=margin))
        name = f"nation, margin {float(100 * margin):g} %"
        yield Figure(f"{name}: slips against records", plan.comparison, "slips")
        yield Figure(f"{name}: slips alone, mean", plan.polling, "slips")
        yield Figure(f"{name}: slips alone, by formula", polling_expected((1 + margin) / 2, LIMIT), "slips")
        yield Figure(f"{name}: stations against sheets", plan.stations, "stations")
