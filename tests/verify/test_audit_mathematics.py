"""The verifier's mathematics of audits and the planner's, written apart, say the same to the last digit."""

import ast
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.tampering.builder import words

from urna.audit.contest_assertions import of_contest
from urna.audit.contest_tables import ContestTable
from urna.audit.macro_verdict import Draws, macro_verdict
from urna.audit.report import Outcome, written_risk
from urna.audit.risk.batches import Bounds, Hand, Sheets, bounds, boxes, sheets
from urna.audit.shared_risk import share_risk as planned_share_risk
from urna.audit.weights import draw_weights, largest_bounds, largest_overstatements, weighted_macro_risk
from urna.election.allocation_result import SeatResult
from urna.election.allocation_rule import SecondRound
from urna.election.definition import Choice, Contest, ContestKind, Option, SeatRule
from urna.election.seats import allocate_seats
from urna.errors import Malformed
from urna.tally.winners import seat_rule
from urna.verify import assertions_again, audit_lost, audit_outcome, audit_risk
from urna.verify.assertions_again import claims_of
from urna.verify.audit_risk import Centre, Found, Macro, Reported, fewest_more, macro_of, reported, weights_of, written

NAMES = ("ANA", "BEA", "CAI", "DEL")
SECOND_ROUNDS = (
    None,
    SecondRound(),
    SecondRound(share="2/5"),
    SecondRound(share="45/100", lesser_share="2/5", lead="1/10"),
    SecondRound(share="2/5", lesser_share="1/4", lead="1/20", lead_crossing="at-least"),
)
METHODS = ("plurality", "dhondt", "sainte-lague", "modified-sainte-lague", "hare", "droop", "majority")


def contest_of(method: str, seats: int, allowed: int, threshold: str = "0/1") -> Contest:
    """A contest among four."""
    return Contest(
        code="C",
        kind=ContestKind.NOMINAL,
        title=words("C"),
        territory="NATION",
        votes_allowed=allowed,
        options=tuple(Option(code=each, name=each, choice=each) for each in NAMES),
        choices=tuple(Choice(code=each, name=each) for each in NAMES),
        seat_rule=SeatRule(method=method, seats=seats, threshold=threshold),  # type: ignore[arg-type]
    )


class Case:
    """A contest at some stations, by both.

    Args:
        chance: where the numbers are from.
    """

    def __init__(self, chance: random.Random) -> None:
        method = chance.choice(METHODS)
        allowed = chance.choice((1, 1, 2)) if method == "plurality" else 1
        house = 1 if method == "majority" else chance.randint(1, 4)
        self.contest = contest_of(method, house, allowed, chance.choice(("0/1", "0/1", "5/100", "1/7")))
        if method == "majority":
            own = msgspec.structs.replace(self.contest.seat_rule, second_round=chance.choice(SECOND_ROUNDS))
            self.contest = msgspec.structs.replace(self.contest, seat_rule=own)
        leads = [chance.randint(0, 40) for _ in NAMES]
        self.rows = [[chance.randint(0, lead) for lead in leads] for _ in range(chance.randint(1, 7))]
        self.cards = [-(-sum(row) // allowed) + chance.randint(0, 5) + max(row) for row in self.rows]
        totals = {name: sum(row[place] for row in self.rows) for place, name in enumerate(NAMES)}
        self.result: SeatResult = allocate_seats("C", seat_rule(self.contest), totals, seed="1")
        self.table: Sheets = sheets(NAMES, self.rows, self.cards)
        self.boxes = [f"B{row}" for row in range(len(self.rows))]
        votes = {box: dict(zip(NAMES, row, strict=True)) for box, row in zip(self.boxes, self.rows, strict=True)}
        cards = dict(zip(self.boxes, self.cards, strict=True))
        self.reported: Reported = reported(claims_of(self.contest, self.result), votes, cards)

    def bounds(self) -> tuple[Bounds, ...]:
        """The planner's."""
        try:
            found = of_contest(self.result, self.contest.votes_allowed)
            return tuple(bounds(assertion, self.table) for assertion in found)
        except Malformed:
            return ()

    def hands(self, chance: random.Random, rows: Sequence[int]) -> dict[int, dict[str, int] | None]:
        """What is in these boxes: mostly what the sheets say, now and then nothing that anybody knows."""
        found: dict[int, dict[str, int] | None] = {}
        for row in sorted(set(rows)):
            votes = list(self.rows[row])
            for _ in range(chance.choice((0, 0, 0, 1, 5))):
                votes[chance.randrange(len(votes))] = 0
            found[row] = None if chance.random() < 0.03 else dict(zip(NAMES, votes, strict=True))
        return found

    def missing(self, chance: random.Random, rows: Sequence[int]) -> dict[int, int]:
        """How many slips are missing in these boxes: mostly none."""
        return {row: chance.choice((0, 0, 0, 1, self.cards[row])) for row in sorted(set(rows))}

    def too_many(self, chance: random.Random, rows: Sequence[int]) -> dict[int, int]:
        """How many slips these boxes have too many: mostly none."""
        return {row: chance.choice((0, 0, 0, 1, 30)) for row in sorted(set(rows))}


@given(st.integers())
@settings(max_examples=400, deadline=None)
def test_both_have_the_same_inequalities_and_weights(seed: int) -> None:
    """By name, and each with the same bound by its margin at every station."""
    case = Case(random.Random(seed))
    planned = {each.assertion.name: each for each in case.bounds()}
    mine = {claim.name: claim for claim in case.reported.claims}
    assert mine.keys() == planned.keys()
    for name, claim in mine.items():
        margin = case.reported.margins[name]
        shares = [Fraction(case.reported.bound(claim, box), margin) for box in case.boxes]
        assert shares == [Fraction(int(error), planned[name].margin) for error in planned[name].error]
    if planned:
        assert list(weights_of([case.reported], case.boxes).values()) == list(draw_weights(tuple(planned.values())))


@given(st.integers(), st.integers(min_value=1, max_value=40))
@settings(max_examples=300, deadline=None)
def test_both_have_the_same_risk_and_verdict(seed: int, size: int) -> None:
    """MACRO after draws with replacement: risk, outcome, next round."""
    chance = random.Random(seed)
    case = Case(chance)
    planned = case.bounds()
    assume(planned)
    weights = draw_weights(planned)
    rows = chance.choices(range(len(weights)), weights, k=size)
    hands, missing, extra = case.hands(chance, rows), case.missing(chance, rows), case.too_many(chance, rows)
    counted = boxes(case.table, [Hand(row, hands[row], missing[row], extra[row]) for row in rows])
    expected = weighted_macro_risk(planned, weights, [counted] * len(planned))
    gone = {case.boxes[row]: number for row, number in missing.items()}
    more = {case.boxes[row]: number for row, number in extra.items()}
    found = Found(case.reported, {case.boxes[row]: votes for row, votes in hands.items()}, gone, more)
    macro = macro_of([found], dict(zip(case.boxes, weights, strict=True)), [case.boxes[row] for row in rows])
    assert macro.risk == expected
    assert written(macro.risk) == written_risk(expected)
    limit = Fraction(chance.choice((1, 5, 10, 40)), 100)
    table = ContestTable(case.contest, tuple(each.assertion for each in planned), case.table, planned, None)
    verdict = macro_verdict((table,), (counted,), Draws(weights, size, ()), limit)
    assert not macro.is_spent or verdict.outcome is Outcome.FULL_COUNT
    if verdict.next_size:
        assert verdict.next_size == size + fewest_more(macro, limit)


def test_a_box_as_wrong_as_its_weight_ends_the_sample_for_both() -> None:
    """Its taint is exactly 1, without rounding: all its cards were the loser's."""
    contest = contest_of("plurality", 1, 1)
    rows, cards = [[20, 10, 0, 0], [10, 10, 0, 0]], [30, 20]
    totals = dict(zip(NAMES, (30, 20, 0, 0), strict=True))
    result = allocate_seats("C", seat_rule(contest), totals)
    table = sheets(NAMES, rows, cards)
    planned = tuple(bounds(each, table) for each in of_contest(result))
    weights = draw_weights(planned)
    counted = boxes(table, [Hand(0, {"BEA": 30})])
    columns = ContestTable(contest, tuple(each.assertion for each in planned), table, planned, None)
    verdict = macro_verdict((columns,), (counted,), Draws(weights, 1, ()), Fraction(1, 20))
    votes = {box: dict(zip(NAMES, row, strict=True)) for box, row in zip("AB", rows, strict=True)}
    mine = reported(claims_of(contest, result), votes, dict(zip("AB", cards, strict=True)))
    found = Found(mine, {"A": {**dict.fromkeys(NAMES, 0), "BEA": 30}})
    assert macro_of([found], dict(zip("AB", weights, strict=True)), ["A"]).is_spent
    assert verdict.outcome is Outcome.FULL_COUNT


@given(st.integers())
@settings(max_examples=300, deadline=None)
def test_both_have_the_same_risk_of_a_share(seed: int) -> None:
    """Of each centre some boxes, without replacement."""
    chance = random.Random(seed)
    case = Case(chance)
    planned = case.bounds()
    assume(planned)
    centres: dict[int, list[int]] = {}
    for row in range(len(case.rows)):
        centres.setdefault(chance.randrange(3), []).append(row)
    strata = [(rows, chance.randint(0, len(rows))) for rows in centres.values()]
    drawn = sorted(row for rows, number in strata for row in chance.sample(rows, number))
    hands, missing, extra = case.hands(chance, drawn), case.missing(chance, drawn), case.too_many(chance, drawn)
    counted = boxes(case.table, [Hand(row, hands[row], missing[row], extra[row]) for row in drawn])
    over = dict(zip(drawn, largest_overstatements(planned, [counted] * len(planned)), strict=True))
    expected = planned_share_risk(largest_bounds(planned), strata, over)
    gone = {case.boxes[row]: number for row, number in missing.items()}
    more = {case.boxes[row]: number for row, number in extra.items()}
    found = Found(case.reported, {case.boxes[row]: votes for row, votes in hands.items()}, gone, more)
    mine = [Centre([case.boxes[row] for row in rows], number) for rows, number in strata]
    assert audit_risk.share_risk(found, mine, [case.boxes[row] for row in drawn]) == expected


@pytest.mark.parametrize(("risk", "step", "limit"), [("1/2", "9/10", "5/100"), ("1/1", "999/1000", "1/100")])
def test_the_fewest_further_draws_are_the_fewest(risk: str, step: str, limit: str) -> None:
    """So many reach the limit, and one less does not."""
    macro = Macro(Fraction(risk), Fraction(step), is_spent=False)
    fewest = fewest_more(macro, Fraction(limit))
    assert macro.risk * macro.step**fewest <= Fraction(limit) < macro.risk * macro.step ** (fewest - 1)


def test_the_second_mathematics_shares_no_code_with_the_first() -> None:
    """None of its modules imports `urna.audit`."""
    for module in (assertions_again, audit_lost, audit_outcome, audit_risk):
        tree = ast.parse(Path(module.__file__ or "").read_text())
        names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert [name for name in names if name.startswith("urna.audit")] == []
