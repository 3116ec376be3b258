"""A secret comparison from ballots to overstatements: three guardians of five, three mixers, sixty ballots."""

import secrets
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import pytest
from tests.audit.secret_world import (
    CONTEST,
    ELECTION,
    OPTIONS,
    SEED,
    SHAPE,
    K,
    World,
    cast,
    entropy,
    guardians,
    open_target,
    public_share,
    rows_of,
    step,
    world,
)

from urna.audit.assertions import HALF, one_over_other
from urna.audit.distinct_ids import alphas, blinded_points, doubled_rows
from urna.audit.risk.comparison import Compared, record_values
from urna.audit.secret_comparison import OpenedRow, Sample, SlipRead, compare_rows, read_opening, row_votes
from urna.audit.secret_rows import BallotRow, build_rows, check_secrecy, describe, draw_rows
from urna.audit.tickets import sorted_ticket
from urna.ballot.shape import ContestShape
from urna.ballot.slip_id import contest_id, id_point
from urna.crypto.elgamal import Ciphertext, encrypt
from urna.crypto.group import FixedPoint
from urna.crypto.joint_opening import VotesTable
from urna.crypto.ristretto import GENERATOR, IDENTITY
from urna.crypto.scalars import from_int
from urna.crypto.shuffle import read_rows
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.verify.secret_comparisons import check_comparison, in_kernels
from urna.verify.secret_published import Draw, Published
from urna.verify.shuffles import check_shuffled

BALLOTS, DRAWN = 60, 20
VOTES = ["A"] * 33 + ["B"] * 18 + ["C"] * 6 + [""] * 3
TOTALS = {"A": 33, "B": 18, "C": 6}
A_OVER_B = one_over_other(CONTEST, TOTALS, "A", "B")
MARGIN = A_OVER_B.margin(TOTALS, BALLOTS)
QUICK = in_kernels(secrets.token_bytes)


@cache
def honest() -> World:
    """Sixty ballots whose papers say what they hold."""
    return world([cast(number, vote) for number, vote in enumerate(VOTES)], DRAWN)


@cache
def small(change: str = "", bound: int = 8) -> World:
    """Eight ballots, all drawn; a booth did something with one of them."""
    ballots = [cast(number, vote) for number, vote in enumerate("AAAAABBC")]
    if change == "paper":
        ballots[5] = cast(5, "B", printed="A")
    if change == "ciphertext":
        ballots[5] = cast(5, "A", printed="B")
    if change == "id twice":
        ballots[1] = cast(1, "A", slip=0)
    return world(ballots, bound, bound)


def checked(of: World, published: Published | None = None, draw: Draw | None = None) -> Sample:
    """What the verifier finds."""
    return check_comparison(guardians().keys, of.ballots, published or of.published, draw or of.draw, QUICK)


def compared(of: World, found: Sample, papers: tuple[SlipRead, ...] | None = None) -> tuple[Compared, ...]:
    """The drawn rows and their papers, in the order of the draws."""
    return compare_rows(A_OVER_B, OPTIONS, found, of.papers if papers is None else papers)


# ---------------------------------------------------------------- sixty ballots


def test_an_honest_comparison_is_proven_and_finds_nothing() -> None:
    """Each drawn row is the ballot whose paper has its id, and no overstatement is found."""
    found = checked(honest())
    assert (len(found.drawn), len(found.opened), found.doubled) == (DRAWN, DRAWN, frozenset())
    votes = {id_point(each.contest_id): each.votes for each in honest().papers}
    for row in found.opened.values():
        assert {choice: count for choice, count in row_votes(OPTIONS, row.votes).items() if count} == votes[row.point]
    pairs = compared(honest(), found)
    assert all(pair.reported == pair.observed for pair in pairs)
    clean = 1 / (2 - MARGIN / A_OVER_B.upper)
    assert record_values(A_OVER_B, MARGIN, pairs) == (clean,) * DRAWN


def test_both_engines_find_the_same() -> None:
    """By one sum, and equation by equation."""
    plain = check_comparison(guardians().keys, small().ballots, small().published, small().draw, check_shuffled)
    assert plain == checked(small())


@pytest.mark.slow
def test_sixty_ballots_are_checked_plainly() -> None:
    """Three shuffles of sixty rows, equation by equation."""
    plain = check_comparison(guardians().keys, honest().ballots, honest().published, honest().draw, check_shuffled)
    assert plain == checked(honest())


def test_the_seed_draws_the_rows_as_sha256sum_does() -> None:
    """Tickets of "seed,contest,number"; a longer draw begins with the shorter one."""
    described = honest().published.described
    numbers = draw_rows(described, SEED, 0, DRAWN)
    assert numbers == tuple(sorted(range(1, BALLOTS + 1), key=lambda n: sorted_ticket(SEED, f"{CONTEST},{n}"))[:DRAWN])
    assert draw_rows(described, SEED, 0, 5) + draw_rows(described, SEED, 0, DRAWN, 5) == numbers
    with pytest.raises(Malformed):
        draw_rows(described, SEED, 0, BALLOTS + 1)


def test_only_drawn_rows_are_opened() -> None:
    """One more or one less, and the comparison is refused."""
    published = honest().published
    others = dict(published.rows)
    number, opened = others.popitem()
    more = published._replace(rows={**published.rows, next(n for n in range(1, 61) if n not in published.rows): opened})
    for changed in (published._replace(rows=others), more):
        with pytest.raises(Unproven, match="rows that the seed draws"):
            checked(honest(), changed)
    with pytest.raises(Unproven, match="rows that the seed draws"):
        checked(honest(), draw=honest().draw._replace(seed="11111111111111111111"))
    assert number in published.rows


@pytest.mark.parametrize("threshold", [41, 60, 61])
def test_rows_that_would_isolate_somebody_are_not_opened(threshold: int) -> None:
    """Forty stay closed: guardians refuse to begin, and the verifier refuses what others began."""
    with pytest.raises(Unproven, match="60 rows, of which 40 stay closed"):
        checked(honest(), draw=honest().draw._replace(threshold=threshold))
    described, drawn = honest().published.described, tuple(honest().published.rows)
    with pytest.raises(OutOfOrder):
        check_secrecy(described, drawn, threshold)
    check_secrecy(described, drawn, 40)
    check_secrecy(described, (*drawn, *drawn, 61, 62), 40)
    check_secrecy(described, range(1, 61), 60)


def test_a_paper_that_was_altered_is_found() -> None:
    """A paper for A that now says B overstates the margin by two votes."""
    found = checked(honest())
    row = next(each for each in found.opened.values() if each.votes == (1, 0, 0))
    papers = tuple(
        each._replace(votes={"B": 1}) if id_point(each.contest_id) == row.point else each for each in honest().papers
    )
    pairs = compared(honest(), found, papers)
    assert [pair for pair in pairs if pair.reported != pair.observed] == [Compared(Fraction(1), Fraction(0))]
    assert min(record_values(A_OVER_B, MARGIN, pairs)) == 0


def test_a_paper_that_is_gone_counts_as_the_worst() -> None:
    """A row for B without its paper: from 0 to 0; one for A: from 1 to 0."""
    found = checked(honest())
    pairs = compared(honest(), found, ())
    assert {pair.observed for pair in pairs} == {Fraction(0)}
    assert [pair.reported for pair in pairs] == [
        A_OVER_B.value(row_votes(OPTIONS, found.opened[number].votes)) for number in found.drawn
    ]


def test_cards_without_a_row_are_drawn_and_count_as_the_worst() -> None:
    """Four papers more than rows: their numbers are above the rows."""
    more = world([cast(number, vote) for number, vote in enumerate("AAAB")], 8, bound=8)
    found = checked(more)
    pairs = compared(more, found)
    assert sorted(found.drawn) == list(range(1, 9))
    assert [pairs[found.drawn.index(number)] for number in range(5, 9)] == [Compared(HALF, Fraction(0))] * 4


# ---------------------------------------------------------------- booths that cheat


def test_a_ciphertext_that_is_not_what_was_printed_is_found() -> None:
    """The booth printed B and encrypted A: two votes over."""
    found = checked(small("ciphertext"))
    wrong = [pair for pair in compared(small("ciphertext"), found) if pair.reported != pair.observed]
    assert wrong == [Compared(Fraction(1), Fraction(0))]


def test_a_paper_that_is_not_what_was_encrypted_is_found() -> None:
    """Printed A, encrypted B: two votes under."""
    found = checked(small("paper"))
    wrong = [pair for pair in compared(small("paper"), found) if pair.reported != pair.observed]
    assert wrong == [Compared(Fraction(0), Fraction(1))]


def test_rows_with_one_id_are_named_without_anybody_seeing_ids() -> None:
    """Both count as rows without a paper. Without that step both would match the one paper."""
    found = checked(small("id twice"))
    points = [found.opened[number].point for number in sorted(found.opened)]
    twice = {number for number, point in enumerate(points, 1) if points.count(point) > 1}
    assert len(twice) == 2
    assert found.doubled == twice
    pairs = compared(small("id twice"), found)
    assert sum(pair == Compared(Fraction(1), Fraction(0)) for pair in pairs) == 2


def test_of_two_papers_with_one_id_the_worse_one_counts() -> None:
    """A copy of an opened paper, filled in otherwise and slipped into the box."""
    row = OpenedRow(1, id_point(contest_id(bytes(16), CONTEST)), (1, 0, 0))
    sample = Sample(small().published.described, (1,), {1: row}, frozenset())
    papers = [SlipRead(contest_id(bytes(16), CONTEST), votes) for votes in ({"A": 1}, {"B": 1})]
    for order in (papers, papers[::-1]):
        assert compare_rows(A_OVER_B, OPTIONS, sample, order) == (Compared(Fraction(1), Fraction(0)),)


def test_a_ballot_with_an_id_of_another_ballot_has_no_row_and_counts_as_the_worst() -> None:
    """Its votes are in the total, so its record counts as the best there can be, and its paper as the worst."""
    forged = _with_a_moved_id()
    found = checked(forged)
    assert (forged.published.described.ballots, forged.published.described.rows) == (8, 7)
    assert compared(forged, found)[found.drawn.index(8)] == Compared(A_OVER_B.upper, Fraction(0))
    with pytest.raises(Unproven, match="7 rows of 8 cast ballots"):
        check_comparison(guardians().keys, forged.ballots, small().published, small().draw, QUICK)


@pytest.mark.parametrize("change", ["", "paper", "ciphertext", "id twice", "moved id"])
@pytest.mark.parametrize("bound", [8, 10])
def test_no_error_is_understated(change: str, bound: int) -> None:
    """Over all cards: what was reported is at least the total, what was observed at most the papers."""
    of = _with_a_moved_id(bound) if change == "moved id" else small(change, bound)
    found = checked(of)
    assert sorted(found.drawn) == list(range(1, bound + 1))
    pairs = compared(of, found)
    total = {"A": 6, "B": 1, "C": 1} if change == "ciphertext" else {"A": 5, "B": 2, "C": 1}
    assert sum(pair.reported for pair in pairs) >= A_OVER_B.total(total, bound)
    papers = sum((A_OVER_B.value(each.votes) for each in of.papers), start=(bound - 8) * HALF)
    assert sum(pair.observed for pair in pairs) <= papers


def _with_a_moved_id(bound: int = 8) -> World:
    ballots = [cast(number, vote) for number, vote in enumerate("AAAAABBC")]
    ballots[0] = ballots[0]._replace(known=ballots[0].known._replace(slip=ballots[1].known.slip))
    return world(ballots, bound, bound)


# ---------------------------------------------------------------- mixers and guardians who cheat

Change = Callable[[Published], Published]


def _less_mixing(published: Published) -> Published:
    return published._replace(mixings=published.mixings[: K - 1])


def _mixers_exchanged(published: Published) -> Published:
    first, second, third = published.mixings
    return published._replace(mixings=(second, first, third))


def _rows_replaced(published: Published) -> Published:
    *others, last = published.mixings
    return published._replace(mixings=(*others, last._replace(rows=others[-1].rows)))


def _less_blinding(published: Published) -> Published:
    return published._replace(blindings=published.blindings[:-1])


def _blinded_by_one(published: Published) -> Published:
    return published._replace(blindings=published.blindings[:1] * 3)


def _less_decrypting(published: Published) -> Published:
    return published._replace(decryptions=published.decryptions[:-1])


def _decrypted_by_another_factor(published: Published) -> Published:
    """With a proof, but not of the guardian's own share."""
    first, *others = published.decryptions
    blinded = published.blindings[-1].multiples
    bound = small().comparison.unblinding_context(blinded, first.guardian)
    made = step(bound, first.guardian, from_int(5), alphas(blinded), entropy("another factor"))
    return published._replace(decryptions=(made, *others))


def _decrypted_falsely(published: Published) -> Published:
    first, *others = published.decryptions
    return published._replace(decryptions=(first._replace(multiples=GENERATOR * 8), *others))


def _vote_changed(published: Published) -> Published:
    number, opened = next(iter(published.rows.items()))
    return published._replace(
        rows={**published.rows, number: opened._replace(votes=opened.votes[1:] + opened.votes[:1])}
    )


def _rows_exchanged(published: Published) -> Published:
    first, second = list(published.rows)[:2]
    exchanged = {first: published.rows[second], second: published.rows[first]}
    return published._replace(rows={**published.rows, **exchanged})


def _part_unopened(published: Published) -> Published:
    number, opened = next(iter(published.rows.items()))
    return published._replace(rows={**published.rows, number: opened._replace(proofs=opened.proofs[:-1])})


def _other_set(published: Published) -> Published:
    return published._replace(described=describe("cd" * 32, SHAPE, ("ST-1",), 8, rows_of(small().ballots)))


def _other_rows(published: Published) -> Published:
    rows = read_rows(published.mixings[0].rows, 4)
    return published._replace(described=describe(ELECTION, SHAPE, ("ST-1",), 8, rows))


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (_less_mixing, "mixed 3 times or more, found 2 times"),
        (_mixers_exchanged, "mixer 1: "),
        (_rows_replaced, "mixer 3: "),
        (_less_blinding, "guardians 1, 3"),
        (_blinded_by_one, "guardians 1, 1, 1"),
        (_less_decrypting, "guardians 1, 3"),
        (_decrypted_by_another_factor, "own share"),
        (_decrypted_falsely, "guardian 1: expected points that are all multiplied"),
        (_vote_changed, "number that the proven share opens"),
        (_rows_exchanged, "guardians opened option 1 rightly"),
        (_part_unopened, "3 options, found 3 proofs"),
        (_other_set, "mixer 1: "),
        (_other_rows, "8 rows of 8 cast ballots"),
    ],
)
def test_nothing_that_was_published_can_be_changed(change: Change, because: str) -> None:
    """Each change alone is refused, for its own reason; unchanged, everything is proven."""
    assert checked(small()).doubled == frozenset()
    with pytest.raises(Unproven, match=because):
        checked(small(), change(small().published))


def test_a_ballot_left_out_or_put_twice_changes_the_rows() -> None:
    """The rows are those of all ballots, each once."""
    for ballots in (small().ballots[1:], (*small().ballots, small().ballots[0])):
        with pytest.raises(Unproven):
            check_comparison(guardians().keys, ballots, small().published, small().draw, QUICK)


# ---------------------------------------------------------------- parts


def test_guardians_find_what_the_verifier_finds() -> None:
    """`blinded_points` and `read_opening` are the guardians' own way to the same results."""
    published = small("id twice").published
    column = published.blindings[-1].multiples
    shares = {each.guardian: each.multiples for each in published.decryptions}
    assert all(each.public == public_share(each.guardian) for each in published.decryptions)
    found = checked(small("id twice"))
    assert doubled_rows(blinded_points(column, shares)) == found.doubled
    mixed = read_rows(published.mixings[-1].rows, 4)
    comparison, table = small("id twice").comparison, VotesTable(guardians().keys.joint.votes, 1)
    for number, opened in published.rows.items():
        targets = comparison.row_targets(mixed, number)
        assert read_opening(targets, opened.proofs, table, number) == found.opened[number]
        with pytest.raises(Malformed):
            read_opening(targets, opened.proofs[1:], table, number)
        with pytest.raises(Unproven):
            read_opening(targets, opened.proofs[::-1], table, number)


def test_rows_are_sorted_by_ballot_and_each_ballot_is_there_once() -> None:
    """Whatever the order in which they are given; as many as the set says, as wide as the contest."""
    fewer = ContestShape(contest=CONTEST, options=OPTIONS[:-1], option_limit=1, choices=(), limit=1)
    rows = [BallotRow(each.ballot, each.slip.ciphertext, each.options) for each in small().ballots]
    assert build_rows(rows) == build_rows(rows[::-1])
    with pytest.raises(Malformed, match="twice"):
        build_rows([*rows, rows[0]])
    with pytest.raises(Malformed):
        build_rows([rows[0], rows[1]._replace(options=rows[1].options[:-1])])
    for shape, ballots in ((SHAPE, 7), (fewer, 8)):
        with pytest.raises(Malformed):
            describe(ELECTION, shape, ("ST-1",), ballots, build_rows(rows))


def test_an_option_with_more_votes_than_it_takes_is_unproven() -> None:
    """A ballot's own proofs exclude it; the table finds no such number either."""
    key = FixedPoint(guardians().keys.joint.votes)
    two = encrypt(key, 2, from_int(9))
    rows = build_rows([BallotRow(bytes(16), Ciphertext(GENERATOR, GENERATOR), (two, two, two))])
    made = small().comparison
    targets = made.row_targets(rows, 1)
    proofs = [open_target(each, f"two {each.option}") for each in targets]
    with pytest.raises(Unproven, match="up to 1"):
        read_opening(targets, proofs, VotesTable(key.point, 1), 1)
    assert targets[0].alpha != IDENTITY
