"""Single slips, read and counted: the risk of each contest, whether the audit may stop, and what the next round needs.

A draw with replacement multiplies an assertion's product by 1 + stake × weight, the weight being that of the slip
(`Assertion.weigh`; blank 0, not found the least that a card can weigh). If the assertion is false the mean weight of
all papers is at most 0, so the product is a nonnegative supermartingale: it ever reaches 1/α with a probability of at
most α (Ville 1939), wherever the audit stops. The stake is fixed before the seed, so only the sums of a round matter,
not the order of its draws. For two candidates without phantoms this is BRAVO with the reported share.

Docs: docs/spec/audits.md, "Polling".
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from urna.audit.assertions import Assertion
from urna.audit.contest_tables import Audited, ContestTable, contest_tables, outcome_assertions, seats_of
from urna.audit.long_product import product_of_powers
from urna.audit.reading_rules import draws_to_read, least_draws
from urna.audit.report import RISK_DIGITS, Outcome
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.audit.slip_sums import reading_by_contest
from urna.audit.verdict import Verdict
from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.words import Sentence

MOST_STAKE = Fraction(9, 10)
"""Of what the worst slip could lose: one that is not found never loses all."""

HALVING = Fraction(7, 10)
"""A little more than the natural logarithm of 2."""


class SlipBet(NamedTuple):
    """How an assertion stakes on each draw, from what was reported and the manifest."""

    assertion: Assertion
    stake: Fraction
    """By weight; 0 where the phantoms alone could make up the margin."""
    growth: Fraction
    """About the logarithm of the product's growth with a draw, if the paper is as reported; 0 without a stake."""


class PollingTable(NamedTuple):
    """One contest of an audit of slips."""

    table: ContestTable
    """Without bounds: no box is compared with its sheet."""
    bets: tuple[SlipBet, ...]
    """Of each assertion."""
    to_read: int
    """Draws of the least round that reads it."""


class SlipDraws(NamedTuple):
    """How slips are drawn."""

    size: int
    """Draws so far."""
    sizes: tuple[int, ...]
    """Draws in all after each committed round."""
    population: int
    """Papers and phantoms of the manifest."""
    least: int
    """By how much a round grows at least (`reading_rules.least_draws`)."""

    @property
    def most(self) -> int:
        """Draws after which every box is counted instead: as many as there are papers, or were committed."""
        return max(self.population, self.sizes[-1] if self.sizes else 0)


def polling_tables(audited: Audited, contests: Collection[Code]) -> tuple[PollingTable, ...]:
    """The contests of an audit of slips, with their assertions by the edition's totals.

    Raises:
        Unproven, Malformed: as `contest_tables`.
    """
    return tuple(_table(audited, each) for each in contest_tables(audited, contests))


def polling_verdict(
    tables: tuple[PollingTable, ...], readings: Sequence[SlipReading], draws: SlipDraws, limit: Fraction
) -> Verdict:
    """The verdict while not every box is counted.

    Args:
        tables: of the contests.
        readings: of every round so far; before the first the audit goes on.
        draws: how the slips were drawn.
        limit: of the risk, above 0 and below 1.
    """
    products = [contest_products(table, readings) for table in tables]
    risks = tuple(risk_of(max(each, default=Fraction(1))) for each in products)
    plain = tuple(each.table for each in tables)
    if not all(each.bets for each in tables) or any(reading.overfull for reading in readings):
        return Verdict(plain, risks, Outcome.FULL_COUNT)
    if not readings:
        return Verdict(plain, risks, Outcome.GO_ON, draws.sizes[0])
    if max(risks) <= limit:
        return Verdict(plain, risks, Outcome.CONFIRMED)
    more = max(map(_more, tables, products, [limit] * len(tables)))
    if draws.size + more > draws.most:
        return Verdict(plain, risks, Outcome.FULL_COUNT)
    planned = next((size for size in draws.sizes if size > draws.size), draws.size + max(more, draws.least))
    return Verdict(plain, risks, Outcome.GO_ON, planned)


def _more(table: PollingTable, products: tuple[Fraction, ...], limit: Fraction) -> int:
    """What an open contest needs: draws for its margin, and a round that reads it; 1 of one that is not open."""
    if risk_of(max(products)) <= limit:
        return 1
    return max(table.to_read, draws_needed(zip(table.bets, products, strict=True), limit))


def planned_sizes(audited: Audited, tables: Iterable[PollingTable], limit: Fraction) -> tuple[int, ...]:
    """Rounds to commit: what the margins need if the paper is as reported, twice and four times that.

    Enough that each contest is read, and no more than there are papers. Only the least round where so few would not do,
    or some contest has no assertions: the first report then orders the full count.
    """
    every, least, population = list(tables), least_draws(audited.election), audited.manifest.size
    if not all(each.bets for each in every):
        return (least,)
    needed = draws_planned(every, limit)
    if needed > population:
        return (least,)
    first = max(least, needed, *(each.to_read for each in every))
    return (first, *(first * times for times in (2, 4) if first * times <= population))


def draws_planned(tables: Iterable[PollingTable], limit: Fraction) -> int:
    """About how many draws keep the limit if the paper is as reported; more than there are papers: count every box."""
    return draws_needed(((bet, Fraction(1)) for each in tables for bet in each.bets), limit)


def contest_products(table: PollingTable, readings: Iterable[SlipReading]) -> tuple[Fraction, ...]:
    """One over what these rounds make of each assertion's stake; rounds without the contest say nothing."""
    code = table.table.contest.code
    found = [one for reading in readings if (one := reading_by_contest(reading).get(code)) is not None]
    return tuple(product_of(table.table.contest, bet, found) for bet in table.bets)


def product_of(contest: Contest, bet: SlipBet, readings: Iterable[ContestReading]) -> Fraction:
    """One over what the draws of some rounds make of a stake of 1: above 1 where they speak against the assertion.

    Exact, or rounded up as `product_of_powers`.
    """
    draws: Counter[Fraction] = Counter()
    for sums in readings:
        draws.update(weigh_draws(bet.assertion, contest, sums))
    return product_of_powers({1 / (1 + bet.stake * weight): times for weight, times in draws.items()})


def risk_of(product: Fraction) -> Fraction:
    """A product as a risk: at most 1, and rounded up to the digits that a report has."""
    unit = 10**RISK_DIGITS
    return Fraction(min(unit, ceil(product * unit)), unit)


def draws_needed(bets: Iterable[tuple[SlipBet, Fraction]], limit: Fraction) -> int:
    """How many more draws bring every product to the limit if the paper is as reported; about, and at least 1."""
    open_bets = ((bet, product) for bet, product in bets if risk_of(product) > limit)
    return max((ceil(_halvings(product / limit) * HALVING / bet.growth) for bet, product in open_bets), default=1)


def _halvings(times: Fraction) -> int:
    """How often a number has to be halved to be at most 1."""
    guess = max(0, times.numerator.bit_length() - times.denominator.bit_length() - 1)
    while times > 1 << guess:
        guess += 1
    return guess


def weigh_draws(assertion: Assertion, contest: Contest, sums: ContestReading) -> dict[Fraction, int]:
    """By weight, how many draws, or votes in draws, weigh so much; what weighs 0 is left out.

    Where a slip may have several votes each counts by itself: a slip with both choices of an assertion, which weighs 0
    and multiplies the stake by 1, is taken to multiply it by (1 + stake)(1 - stake), which is less.
    """
    stands_for = {option.code: option.choice for option in contest.options}
    found: Counter[Fraction] = Counter({assertion.floor: sums.not_found})
    for each in sums.options:
        found[assertion.weights[stands_for[each.option]]] += each.draws
    return {weight: draws for weight, draws in found.items() if weight and draws}


def _table(audited: Audited, table: ContestTable) -> PollingTable:
    assertions, why = outcome_assertions(audited, table.contest)
    to_read = draws_to_read(audited.election, audited.manifest, table.contest.code)
    if assertions and not to_read:
        assertions, why = (), Sentence("a contest of so few slips that sums would show single ones")
    result = seats_of(audited.results, table.contest.code)
    votes = {one.code: one.votes for one in result.lists} if result else {}
    styles = audited.election.styles_with(table.contest.code)
    boxes = [each for each in audited.manifest.containers if _has(audited, each.code, styles)]
    phantoms = sum(each.phantoms for each in boxes)
    bets = tuple(slip_bet(each, votes, phantoms, audited.manifest.size) for each in assertions)
    if not all(bet.stake > 0 for bet in bets):
        why = Sentence("a margin that the {count} papers nobody has counted could make up", {"count": phantoms})
        assertions = bets = ()
    return PollingTable(table._replace(assertions=assertions, bounds=(), why=why), bets, to_read)


def _has(audited: Audited, station: Code, styles: Collection[Code]) -> bool:
    return any(each.style in styles for each in audited.election.stations[station].styles)


def slip_bet(assertion: Assertion, votes: Mapping[Code, int], phantoms: int, papers: int) -> SlipBet:
    """The stake that would grow the most, nearly, on slips as reported: mean weight by mean square.

    1 + stake × weight on slips that weigh 1 and -1 as often as w and l is 2w / (w + l) and 2l / (w + l): BRAVO.
    """
    weighed = [(assertion.weights[choice], number) for choice, number in votes.items()]
    weighed.append((assertion.floor, phantoms))
    mean = sum((weight * number for weight, number in weighed), Fraction(0))
    square = sum((weight * weight * number for weight, number in weighed), Fraction(0))
    stake = min(mean / square, MOST_STAKE / -assertion.floor) if mean > 0 else Fraction(0)
    return SlipBet(assertion, stake, stake * (mean - stake * square / 2) / papers)
