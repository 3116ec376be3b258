"""How often each risk function confirms a wrong outcome: audits simulated at the worst null, limit 5 %.

A wrong outcome that is a tie by the paper is the hardest to tell from a right one: each audit here draws from such
paper, looks at its risk after every draw (or, where that is said, every ten), and is wrong if it ever keeps the limit.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate
from math import log
from random import Random
from typing import NamedTuple

from bench.figures import Figure
from urna.audit.assertions import one_over_other
from urna.audit.polling_verdict import product_of, slip_bet
from urna.audit.risk.batches import Bounds, Boxes, Hand, Sheets, alpha, bounds, boxes, macro, macro_bounds, sheets
from urna.audit.risk.bets import Agrapa, FixedMean, FixedShare, FixedStake, ShrinkTrunc, kaplan_kolmogorov
from urna.audit.risk.comparison import (
    Compared,
    Discrepancies,
    kaplan_markov,
    pool_mean,
    record_population,
    record_values,
)
from urna.audit.risk.martingale import Bet, Population, course
from urna.audit.risk.polling import bravo_course
from urna.audit.risk.strata import Combined, compared, polled, stratified
from urna.audit.shared_risk import share_risk
from urna.audit.slip_sums import add_sums, sums_of_slips
from urna.audit.weights import draw_weights, weighted_alpha, weighted_macro_risk
from urna.election.definition import Choice, Contest, ContestKind, Option, SeatRule

LIMIT = 0.05
CARDS = 200
ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)
SHARE = Fraction(3, 5)
PAIR = one_over_other("C", {"A": 0, "B": 0}, "A", "B")
MARGIN = Fraction(1, 5)


class Null(NamedTuple):
    """A risk function and paper that is a tie."""

    name: str
    confirms: Callable[[Random], bool]
    """One audit: whether it ever kept the limit."""


def wrongly_confirmed(null: Null, runs: int, seed: str = "type one") -> int:
    """How many of so many audits of a wrong outcome kept the limit."""
    chance = Random(f"{seed}/{null.name}")
    return sum(null.confirms(chance) for _ in range(runs))


def run(runs: int) -> Iterator[Figure]:
    """Each function's rate of wrong confirmations; all have to be at most 5 %.

    One that comes out above it, by chance or not, goes on to ten times as many audits, those before included.
    """
    for null in NULLS:
        wrong = wrongly_confirmed(null, runs)
        yield Figure(null.name, 100 * wrong / runs, "%", runs)
        if wrong > LIMIT * runs:
            wrong += wrongly_confirmed(null, 9 * runs, "type one, going on")
            yield Figure(f"{null.name}, ten times as many audits", 100 * wrong / (10 * runs), "%", 10 * runs)


def polling(bet: Bet, *, is_replaced: bool, padding: Fraction = ZERO, blanks: int = 0) -> Callable[[Random], bool]:
    """Slips of a tie: as many for the one as for the other, and blank ones."""
    paper = [ONE + padding, ZERO + padding] * ((CARDS - blanks) // 2) + [HALF + padding] * blanks
    size = None if is_replaced else CARDS
    population = Population(size, ONE + padding, HALF + padding)

    def confirms(chance: Random) -> bool:
        drawn = chance.choices(paper, k=CARDS) if is_replaced else chance.sample(paper, CARDS)
        return bool((course(drawn, population, bet) <= LIMIT).any())

    return confirms


def bravo(chance: Random) -> bool:
    """Two hundred slips of a tie, with replacement."""
    drawn = [chance.random() < 0.5 for _ in range(CARDS)]
    return bool((bravo_course(drawn, SHARE) <= LIMIT).any())


def kaplan_markov_of(over_one: float, over_two: float) -> Callable[[Random], bool]:
    """Overstatements that eat the margin, looked at every ten draws of 300."""

    def confirms(chance: Random) -> bool:
        found = [chance.random() for _ in range(300)]
        twos = list(accumulate(each < over_two for each in found))
        ones = list(accumulate(over_two <= each < over_two + over_one for each in found))
        looks = range(9, 300, 10)
        return any(kaplan_markov(at + 1, MARGIN, Discrepancies(ones[at], twos[at])) <= LIMIT for at in looks)

    return confirms


def records(bet: Bet, cards: Sequence[Compared]) -> Callable[[Random], bool]:
    """Slips against records, without replacement, until all are drawn."""
    values = record_values(PAIR, MARGIN, cards)
    population = record_population(PAIR, MARGIN, len(cards))

    def confirms(chance: Random) -> bool:
        risks = course(chance.sample(values, len(values)), population, bet)
        return bool((risks <= LIMIT).any())

    return confirms


def flipped() -> list[Compared]:
    """Reported 60 to 40 of each hundred; one record in ten overstates by two votes: the paper is a tie."""
    return ([Compared(ONE, ONE)] * 5 + [Compared(ZERO, ZERO)] * 4 + [Compared(ONE, ZERO)]) * (CARDS // 10)


def pooled() -> list[Compared]:
    """The same reports as two pools (90 to 10 and 30 to 70); the paper of the first is 70 to 30: a tie."""
    first, second = pool_mean(PAIR, {"A": 90, "B": 10}, 100), pool_mean(PAIR, {"A": 30, "B": 70}, 100)
    high = [Compared(first, ONE)] * 70 + [Compared(first, ZERO)] * 30
    return high + [Compared(second, ONE)] * 30 + [Compared(second, ZERO)] * 70


STATIONS, SLIPS = 60, 400


@cache
def altered() -> tuple[Sheets, list[Hand]]:
    """Sixty sheets of 220 to 180; three boxes hold 20 to 380, so that all together are a tie."""
    table = sheets(("A", "B"), [(220, 180)] * STATIONS, [SLIPS] * STATIONS)
    margin, counted = 40 * STATIONS, [(220, 180)] * STATIONS
    for row in range(STATIONS):
        moved = min(220, -(-margin // 2))
        counted[row] = (220 - moved, 180 + moved)
        margin -= 2 * moved
    return table, hands(counted)


def hands(counted: Sequence[tuple[int, int]]) -> list[Hand]:
    """Boxes with so many votes for A and for B."""
    return [Hand(row, {"A": box[0], "B": box[1]}) for row, box in enumerate(counted)]


def macro_of_altered(chance: Random) -> bool:
    """Stations with replacement, in proportion to their bounds, looked at every ten draws of 120."""
    table, counted = altered()
    of_all = [bounds(PAIR, table)]
    drawn = chance.choices(counted, weights=macro_bounds(of_all).tolist(), k=120)
    return any(macro(of_all, boxes(table, drawn[:draws])) <= LIMIT for draws in range(10, 121, 10))


def alpha_of(paper: Callable[[], tuple[Sheets, list[Hand]]], *, is_replaced: bool) -> Callable[[Random], bool]:
    """Stations in proportion to their bounds: 120 draws, or all of them."""

    def confirms(chance: Random) -> bool:
        table, counted = paper()
        bound = bounds(PAIR, table)
        weights = bound.error.tolist()
        if is_replaced:
            drawn = chance.choices(counted, weights=weights, k=120)
        else:
            # In the order of exponential times the first is each in proportion to its weight, and so on.
            times = [-log(1 - chance.random()) / weight for weight in weights]
            drawn = [counted[row] for row in sorted(range(len(counted)), key=times.__getitem__)]
        return bool((alpha(bound, boxes(table, drawn), is_replaced=is_replaced) <= LIMIT).any())

    return confirms


Weighted = Callable[[Sequence[Bounds], Sequence[int], Sequence[Boxes]], bool]


def by_weights(is_confirmed: Weighted) -> Callable[[Random], bool]:
    """The boxes of `altered`, each with a second contest that is as its sheet says, 230 to 160: one draw for both."""

    def confirms(chance: Random) -> bool:
        table, counted = altered()
        honest = sheets(("A", "B"), [(230, 160)] * STATIONS, [SLIPS] * STATIONS)
        of_all = [bounds(PAIR, table), bounds(PAIR, honest)]
        weights = draw_weights(of_all)
        rows = chance.choices(range(STATIONS), weights=weights, k=120)
        second = hands([(230, 160)] * STATIONS)
        columns = [boxes(table, [counted[row] for row in rows]), boxes(honest, [second[row] for row in rows])]
        return is_confirmed(of_all, weights, columns)

    return confirms


def first(counted: Boxes, draws: int) -> Boxes:
    """The boxes of the first draws."""
    table, rows, votes, is_lost, missing, extra = counted
    return Boxes(table, rows[:draws], votes[:draws], is_lost[:draws], missing[:draws], extra[:draws])


def weighted_macro(of_all: Sequence[Bounds], weights: Sequence[int], columns: Sequence[Boxes]) -> bool:
    """Looked at every ten draws."""
    looks = ([first(each, draws) for each in columns] for draws in range(10, 121, 10))
    return any(weighted_macro_risk(of_all, weights, look) <= LIMIT for look in looks)


def weighted_alpha_ever(of_all: Sequence[Bounds], weights: Sequence[int], columns: Sequence[Boxes]) -> bool:
    """Looked at after every draw."""
    return bool((weighted_alpha(of_all, weights, columns) <= LIMIT).any())


def share_of_centres(chance: Random) -> bool:
    """Sixty centres that open one box of five; fourteen boxes, each in another centre, hide all that they can."""
    centres = [range(5 * centre, 5 * centre + 5) for centre in range(60)]
    bound = Fraction(1, 14)
    hiding = {5 * centre for centre in range(14)}
    drawn = [chance.choice(rows) for rows in centres]
    found = {row: bound if row in hiding else ZERO for row in drawn}
    return share_risk([bound] * 300, [(rows, 1) for rows in centres], found) <= LIMIT


def slips_by_sums(
    reported: dict[str, int], paper: list[frozenset[str] | None], allowed: int
) -> Callable[[Random], bool]:
    """Single slips with replacement, twenty rounds of twenty, of which only the sums are known at the end of each."""
    contest = contest_of("ABC", allowed)
    bet = slip_bet(
        one_over_other("C", dict.fromkeys("ABC", 0), "A", "B", allowed), reported, paper.count(None), len(paper)
    )

    def confirms(chance: Random) -> bool:
        found = sums_of_slips(contest, ())
        for _ in range(20):
            drawn = Counter(chance.choices(paper, k=20))
            found = add_sums([found, sums_of_slips(contest, drawn.items())])
            if product_of(contest, bet, [found]) <= LIMIT:
                return True
        return False

    return confirms


def contest_of(choices: str, allowed: int) -> Contest:
    """A contest among these, each with one option."""
    return Contest(
        code="C",
        kind=ContestKind.NOMINAL,
        title={"en": "C"},
        territory="N",
        votes_allowed=allowed,
        options=tuple(Option(code=each, name=each, choice=each) for each in choices),
        choices=tuple(Choice(code=each, name=each) for each in choices),
        seat_rule=SeatRule(method="plurality", seats=1),
    )


def two_votes_a_slip() -> list[frozenset[str] | None]:
    """Of two hundred papers a tie between A and B, with blanks, slips that have both, and eight that nobody finds."""
    both, first, second = frozenset("AB"), frozenset("AC"), frozenset("BC")
    return [both] * 40 + [first] * 60 + [second] * 52 + [frozenset[str]()] * 40 + [None] * 8


def strata(combined: Combined, *, shift: int) -> Callable[[Random], bool]:
    """Two strata of 100 cards, reported 60 to 40 each; the paper has 50 + shift and 50 - shift: a tie."""
    wrong = 10 - shift
    first = [Compared(ONE, ONE)] * (60 - wrong) + [Compared(ONE, ZERO)] * wrong + [Compared(ZERO, ZERO)] * 40
    second = [ONE] * (50 - shift) + [ZERO] * (50 + shift)

    def confirms(chance: Random) -> bool:
        one = compared(PAIR, 100, chance.sample(first, 60), SHARE)
        two = polled(PAIR, 100, chance.sample(second, 60), SHARE)
        looks = [
            (one._replace(values=one.values[:draws]), two._replace(values=two.values[:draws])) for draws in (30, 60)
        ]
        return any(stratified(*look, combined, cells=40) <= LIMIT for look in looks)

    return confirms


PADDING = Fraction(1, 10)
PADDED, KOLMOGOROV = kaplan_kolmogorov(Population(CARDS), PADDING)
SHRUNK = ShrinkTrunc(SHARE, weight=10)

NULLS = (
    Null("BRAVO", bravo),
    Null("ALPHA, fixed mean, with replacement", polling(FixedMean(SHARE), is_replaced=True)),
    Null("ALPHA, fixed mean, without", polling(FixedMean(SHARE, CARDS), is_replaced=False)),
    Null("ALPHA, shrink-trunc, with replacement", polling(SHRUNK, is_replaced=True)),
    Null("ALPHA, shrink-trunc, without", polling(SHRUNK, is_replaced=False)),
    Null("ALPHA, shrink-trunc, without, blank slips", polling(SHRUNK, is_replaced=False, blanks=60)),
    Null("fixed share (Kaplan-Wald), with replacement", polling(FixedShare(MARGIN), is_replaced=True)),
    Null("fixed stake, without", polling(FixedStake(HALF), is_replaced=False)),
    Null("aGRAPA, with replacement", polling(Agrapa(SHARE), is_replaced=True)),
    Null("aGRAPA, without", polling(Agrapa(SHARE), is_replaced=False)),
    Null("Kaplan-Kolmogorov, without", polling(KOLMOGOROV, is_replaced=False, padding=PADDING)),
    Null("Kaplan-Markov, overstatements by one", kaplan_markov_of(0.2, 0)),
    Null("Kaplan-Markov, overstatements by two", kaplan_markov_of(0, 0.1)),
    Null("records, fixed share, without", records(FixedShare(Fraction(9, 10)), flipped())),
    Null("records, aGRAPA, without", records(Agrapa(Fraction(5, 9)), flipped())),
    Null("ONEAudit, fixed share, without", records(FixedShare(HALF), pooled())),
    Null("MACRO", macro_of_altered),
    Null("ALPHA on stations, with replacement", alpha_of(altered, is_replaced=True)),
    Null("ALPHA on stations, without", alpha_of(altered, is_replaced=False)),
    Null("MACRO by whole weights, two contests", by_weights(weighted_macro)),
    Null("ALPHA by whole weights, two contests", by_weights(weighted_alpha_ever)),
    Null("share of each centre", share_of_centres),
    Null(
        "single slips by sums, one vote",
        slips_by_sums({"A": 120, "B": 80, "C": 0}, [frozenset("A"), frozenset("B")] * 100, 1),
    ),
    Null(
        "single slips by sums, two votes, some not found",
        slips_by_sums({"A": 120, "B": 72, "C": 112}, two_votes_a_slip(), 2),
    ),
    Null("SUITE, even", strata(Combined.FISHER, shift=0)),
    Null("SUITE, one stratum to blame", strata(Combined.FISHER, shift=10)),
    Null("UI-TS, even", strata(Combined.PRODUCT, shift=0)),
    Null("UI-TS, one stratum to blame", strata(Combined.PRODUCT, shift=10)),
)
