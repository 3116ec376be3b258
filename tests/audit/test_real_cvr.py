"""Cast-vote records of Alaska 2024 and Minneapolis 2013, compared with simulated paper slip by slip."""

import json
from collections.abc import Mapping
from fractions import Fraction

import pytest
from tests.audit.real_cvr import (
    ALASKA,
    MINNEAPOLIS,
    Paper,
    Records,
    dominion,
    first_choices,
    order,
    slips_needed,
    totals,
)
from tests.shared import shared

from urna.audit.assertions import Assertion, Votes
from urna.audit.contest_assertions import plurality, referendum

LIMIT = Fraction(1, 20)
SEED = "20241105271828182845"
RETAINED = ("Supreme Court", "Court of Appeals", "Superior Court", "District Court")
FIRST_CHOICES = "U.S. President / Vice President"


@pytest.fixture(scope="module")
def alaska() -> tuple[tuple[str, ...], Records]:
    """197 cards of the export: a part of the election, so no outcome of Alaska."""
    return dominion(shared(ALASKA))


@pytest.fixture(scope="module")
def minneapolis() -> Mapping[str, Votes]:
    """80,101 cards of the mayor's contest."""
    return first_choices(shared(MINNEAPOLIS) / "2013_minneapolis_mayor_cvr.xlsx")


def answered(contest: str, records: Records) -> tuple[Assertion, ...]:
    """Of a question: whether more than half said yes."""
    return referendum(contest, totals(records[contest]), "YES")


def leading(contest: str, records: Mapping[str, Votes]) -> tuple[Assertion, ...]:
    """Of first choices as plurality."""
    votes = totals(records)
    return plurality(contest, votes, [max(votes, key=lambda one: (votes[one], one))])


def questions(records: Records) -> list[str]:
    """Ballot measures and retentions."""
    return [contest for contest in records if contest.startswith(("BM#", *RETAINED))]


def test_alaskas_records_are_read_card_by_card(alaska: tuple[tuple[str, ...], Records]) -> None:
    """Two measures, fifteen retentions, and the President's first choices, three of them blank or overvoted."""
    cards, records = alaska
    assert len(cards) == len(set(cards)) == 197
    assert totals(records["BM#1 - 23AMLS"]) == {"YES": 56, "NO": 53}
    assert totals(records["BM#2 - 22AKHE"]) == {"YES": 62, "NO": 48}
    assert len(questions(records)) == 17
    first = totals(records[FIRST_CHOICES])
    assert (first["Trump/Vance"], first["Harris/Walz"], sum(first.values())) == (115, 72, 194)


def test_measures_and_retentions_are_confirmed_from_one_order_of_slips(alaska: tuple[tuple[str, ...], Records]) -> None:
    """All contests share the draws: wide margins take part of the slips, thin ones nearly all, none is unconfirmed."""
    cards, records = alaska
    drawn = order(SEED, cards)
    needed = {
        contest: slips_needed(
            answered(contest, records), Paper(records[contest], records[contest], len(cards)), drawn, LIMIT
        )
        for contest in questions(records)
    }
    assert all(size is not None for size in needed.values())
    sizes = {contest: size for contest, size in needed.items() if size is not None}
    measures = sizes.pop("BM#1 - 23AMLS"), sizes.pop("BM#2 - 22AKHE")
    assert measures == (176, 74), "margins of 3 and 14 in 197"
    assert sizes["Supreme Court - Henderson"] == min(sizes.values()) == 66, "a margin of 16"
    assert sizes["District Court JD3 - Logue"] == max(sizes.values()) == 160, "a margin of 4"


def test_first_choices_as_plurality_are_confirmed_by_few_slips(alaska: tuple[tuple[str, ...], Records]) -> None:
    """The President, 115 to 72: no statement about a ranked count."""
    cards, records = alaska
    contest = records[FIRST_CHOICES]
    size = slips_needed(leading(FIRST_CHOICES, contest), Paper(contest, contest, 197), order(SEED, cards), LIMIT)
    assert size == 27


def test_cards_that_no_record_accounts_for_are_drawn_as_the_worst(alaska: tuple[tuple[str, ...], Records]) -> None:
    """Three more on the roll than records: a wide margin is confirmed later; a margin of 3 no more."""
    cards, records = alaska
    drawn = order(SEED, cards, phantoms=3)
    wide, thin = "Supreme Court - Henderson", "BM#1 - 23AMLS"
    clean = slips_needed(answered(wide, records), Paper(records[wide], records[wide], 197), order(SEED, cards), LIMIT)
    more = slips_needed(answered(wide, records), Paper(records[wide], records[wide], 200), drawn, LIMIT)
    assert clean is not None
    assert more is not None
    assert more > clean
    assert slips_needed(answered(thin, records), Paper(records[thin], records[thin], 200), drawn, LIMIT) is None


def test_a_retention_that_the_slips_refute_is_never_confirmed(alaska: tuple[tuple[str, ...], Records]) -> None:
    """Nine slips say No where the record says Yes, of a margin of 16: when all are drawn, No has won."""
    cards, records = alaska
    contest = "Supreme Court - Henderson"
    yes = [card for card, votes in records[contest].items() if votes == {"YES": 1}]
    slips = {**records[contest], **{card: {"NO": 1} for card in yes[:9]}}
    paper = Paper(records[contest], slips, 197)
    ends = [
        slips_needed(answered(contest, records), paper, order(f"{SEED}{number}", cards), LIMIT) for number in range(5)
    ]
    assert ends == [None] * 5


def test_minneapolis_first_choices_are_those_of_the_printed_report(minneapolis: Mapping[str, Votes]) -> None:
    """All 36 candidates of round 1, to the vote: it passes over one skipped rank, which first choices do not.

    First choices are not the legal outcome, which 33 rounds decided.
    """
    folder = shared(MINNEAPOLIS)
    report = json.loads((folder / "expected_rcv_report.json").read_text(encoding="utf-8"))["results"][0]["tally"]
    names = {"UWI": "Undeclared Write-ins"}
    passed_on = totals(first_choices(folder / "2013_minneapolis_mayor_cvr.xlsx", skipped=1))
    assert {names.get(one, one): votes for one, votes in passed_on.items()} == {k: int(v) for k, v in report.items()}
    first = totals(minneapolis)
    assert (len(minneapolis), first["BETSY HODGES"], first["MARK ANDREW"]) == (80_101, 28_935, 19_584)


def test_minneapolis_first_choices_as_plurality_are_confirmed_by_some_sixty_slips(
    minneapolis: Mapping[str, Votes],
) -> None:
    """Not the legal outcome. Hodges before each other; one slip in fifty read otherwise takes more."""
    assertions = leading("FIRST CHOICES", minneapolis)
    assert all(each.name.startswith("BETSY HODGES") for each in assertions)
    drawn = order(SEED, list(minneapolis))[:800]
    slips = {**minneapolis, **{card: {"MARK ANDREW": 1} for card in list(minneapolis)[::50]}}
    clean = slips_needed(assertions, Paper(minneapolis, minneapolis, len(minneapolis)), drawn, LIMIT)
    noisy = slips_needed(assertions, Paper(minneapolis, slips, len(minneapolis)), drawn, LIMIT)
    assert clean == 56
    assert noisy is not None
    assert clean < noisy <= 400
