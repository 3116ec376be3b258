"""Rows in another order: what is in them stays, and both verifiers accept honest proofs and refuse all others."""

import secrets
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.crypto.shuffled import (
    CONTEXT,
    KEY,
    OTHER_KEY,
    Lie,
    Numbers,
    decrypted,
    entropy,
    honest,
    permutation,
    prove_plainly,
    published,
    some_rows,
)

from urna.crypto.elgamal import Ciphertext, encrypt
from urna.crypto.group import add, base_times
from urna.crypto.kernels.tier import available
from urna.crypto.point_lists import FixedPoints, quarter, to_any_edwards_all
from urna.crypto.ristretto import GENERATOR, IDENTITY, from_edwards, hash_to_point
from urna.crypto.scalars import L, from_int, to_int
from urna.crypto.shuffle import MOST_WIDTH, Rows, ShuffleSecret, draw_secret, join_rows, read_rows, shuffle
from urna.crypto.shuffle_check import check_shuffle
from urna.crypto.shuffle_proof import prove_shuffle
from urna.crypto.shuffle_transcript import Statement, generators, part_sizes, read_proof
from urna.errors import Malformed, Unproven, UrnaError
from urna.verify.shuffles import check_shuffled

SMALL = honest(3, 2)
HALF = pow(2, -1, L)


def in_kernels(statement: Statement, proof: bytes) -> None:
    """The check by one sum."""
    check_shuffle(statement, read_proof(proof, statement.before), secrets.token_bytes)


def plainly(statement: Statement, proof: bytes) -> None:
    """The check equation by equation."""
    check_shuffled(published(statement, proof))


VERIFIERS = (in_kernels, plainly)


def refused(statement: Statement, proof: bytes, kind: type[UrnaError] = Unproven) -> None:
    """Both verifiers refuse it, for the same kind of reason."""
    for verify in VERIFIERS:
        with pytest.raises(kind):
            verify(statement, proof)


# ---------------------------------------------------------------- honest shuffles


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_honest_shuffles_are_proven(number: int, width: int) -> None:
    """Contents are the same, in the order that was drawn; every ciphertext is another."""
    case = honest(number, width)
    before, after = case.statement.before, case.statement.after
    contents = decrypted(before)
    assert decrypted(after) == [contents[source] for source in case.secret.order]
    assert not {each for i in range(number) for each in after.row(i)} & {
        each for i in range(number) for each in before.row(i)
    }
    for verify in VERIFIERS:
        verify(case.statement, case.proof)


@pytest.mark.parametrize("width", [1, 6])
def test_a_hundred_rows_are_proven(width: int) -> None:
    """By each tier of kernels, and plainly."""
    case = honest(100, width)
    assert case.secret.order != tuple(range(100))
    for tier in available():
        check_shuffle(case.statement, read_proof(case.proof, case.statement.before), secrets.token_bytes, tier)
    plainly(case.statement, case.proof)


@given(number=st.integers(1, 8), width=st.integers(1, 6), label=st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_any_honest_shuffle_is_proven_and_no_changed_byte_is(number: int, width: int, label: int) -> None:
    """A byte of the proof or of the result, wherever: it is refused as malformed or as unproven."""
    case = honest(number, width, str(label))
    in_kernels(case.statement, case.proof)
    place = label % len(case.proof)
    with pytest.raises(UrnaError):
        in_kernels(case.statement, _flipped(case.proof, place))
    after = Rows(width, _flipped(case.statement.after.data, label % len(case.statement.after.data)))
    with pytest.raises(UrnaError):
        in_kernels(case.statement._replace(after=after), case.proof)


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_two_provers_make_the_same_proof() -> None:
    """From the same random bytes, byte for byte: one through libsodium, one in plain integers."""
    for number, width in ((1, 1), (3, 2), (5, 3)):
        statement, secret, _ = honest(number, width)
        first = prove_shuffle(statement, secret, entropy("both")).written()
        assert first == prove_plainly(statement, secret.order, secret.factors, entropy("both"))


def test_proofs_of_one_shuffle_differ_from_run_to_run() -> None:
    """All of a proof but its length is fresh."""
    statement, secret, proof = SMALL
    again = prove_shuffle(statement, secret, secrets.token_bytes).written()
    assert not {proof[at : at + 32] for at in range(0, len(proof), 32)} & {
        again[at : at + 32] for at in range(0, len(again), 32)
    }
    in_kernels(statement, again)


def test_rows_that_are_mixed_three_times_hold_what_they_held() -> None:
    """Each mixer's proof is of its own step."""
    rows = some_rows(4, 2)
    contents = sorted(decrypted(rows))
    for mixer in range(3):
        draw = entropy(f"mixer {mixer}")
        secret = draw_secret(rows, draw)
        statement = Statement(CONTEXT, KEY.point, rows, shuffle(KEY, rows, secret))
        in_kernels(statement, prove_shuffle(statement, secret, draw).written())
        rows = statement.after
    assert sorted(decrypted(rows)) == contents


def test_orders_are_drawn_uniformly() -> None:
    """Each of the six orders of three rows about as often: χ² with 5 degrees of freedom stays below its 99.9 %."""
    draw, rows = entropy("orders"), some_rows(3, 1)
    times: dict[tuple[int, ...], int] = {}
    for _ in range(1200):
        order = draw_secret(rows, draw).order
        times[order] = times.get(order, 0) + 1
    assert len(times) == 6
    assert sum((often - 200) ** 2 / 200 for often in times.values()) < 20.5


# ---------------------------------------------------------------- changed proofs


@pytest.mark.parametrize("place", range(sum(part_sizes(3, 2))))
def test_no_part_of_a_proof_can_be_changed(place: int) -> None:
    """Each point plus G, each scalar plus 1; both remain well formed."""
    proof = SMALL.proof
    old = proof[32 * place : 32 * place + 32]
    is_point = place < sum(part_sizes(3, 2)[:5])
    new = add(old, GENERATOR) if is_point else from_int(to_int(old) + 1)
    refused(SMALL.statement, proof[: 32 * place] + new + proof[32 * place + 32 :])


@pytest.mark.parametrize(("one", "other"), [(17, 18), (22, 23), (17, 23), (18, 22)])
def test_errors_of_two_equations_do_not_cancel(one: int, other: int) -> None:
    """An answer plus 1 and another minus 1: G too much here and too little there, in s and in ŝ."""
    parts = [SMALL.proof[at : at + 32] for at in range(0, len(SMALL.proof), 32)]
    for place, error in ((one, 1), (other, -1)):
        parts[place] = from_int(to_int(parts[place]) + error)
    refused(SMALL.statement, b"".join(parts))


@pytest.mark.parametrize("place", range(sum(part_sizes(3, 2))))
def test_no_part_of_a_proof_has_a_second_spelling(place: int) -> None:
    """A scalar plus the order, a point with its high bit: malformed."""
    proof = bytearray(SMALL.proof)
    old = bytes(proof[32 * place : 32 * place + 32])
    if place < sum(part_sizes(3, 2)[:5]):
        proof[32 * place + 31] |= 0x80
    else:
        proof[32 * place : 32 * place + 32] = (to_int(old) + L).to_bytes(32, "little")
    refused(SMALL.statement, bytes(proof), Malformed)


@pytest.mark.parametrize("place", range(sum(part_sizes(3, 2)[:5])))
def test_the_identity_proves_nothing(place: int) -> None:
    """In the place of any point."""
    proof = SMALL.proof
    refused(SMALL.statement, proof[: 32 * place] + IDENTITY + proof[32 * place + 32 :])


def test_a_proof_of_zeros_proves_nothing() -> None:
    """All points the identity and all scalars 0, for rows that were mixed and for rows that were not."""
    zeros = bytes(len(SMALL.proof))
    refused(SMALL.statement, zeros)
    refused(SMALL.statement._replace(after=SMALL.statement.before), zeros)


@pytest.mark.parametrize("size", [0, 32, -32, 64])
def test_a_proof_of_another_length_is_malformed(size: int) -> None:
    """A scalar too many or too few, or nothing at all."""
    proof = SMALL.proof[:size] if size <= 0 else SMALL.proof + bytes(size)
    refused(SMALL.statement, proof, Malformed)


def test_a_proof_of_other_rows_is_refused() -> None:
    """Another shuffle of the same size, and one of another size."""
    refused(SMALL.statement, honest(3, 2, "another").proof)
    refused(SMALL.statement, honest(3, 1).proof, Malformed)


# ---------------------------------------------------------------- changed statements


def test_a_proof_holds_for_its_own_context_and_key_alone() -> None:
    """Another election, contest or mixer is another context."""
    refused(SMALL.statement._replace(context=bytes(32)), SMALL.proof)
    refused(SMALL.statement._replace(key=OTHER_KEY), SMALL.proof)
    refused(SMALL.statement._replace(context=b"short"), SMALL.proof, Malformed)


def test_the_identity_is_no_key() -> None:
    """To it everything is encrypted alike."""
    before = some_rows(3, 2)
    secret = draw_secret(before, entropy("identity"))
    key = IDENTITY
    statement = Statement(CONTEXT, key, before, SMALL.statement.after)
    refused(statement, prove_plainly(statement, secret.order, secret.factors, entropy("key")), Malformed)


def _changed(rows: Rows, change: Callable[[list[tuple[Ciphertext, ...]]], object]) -> Rows:
    listed = [rows.row(number) for number in range(rows.size)]
    change(listed)
    return join_rows(listed)


def _exchange(rows: list[tuple[Ciphertext, ...]]) -> None:
    rows[0], rows[1] = rows[1], rows[0]


def _exchange_ids(rows: list[tuple[Ciphertext, ...]]) -> None:
    rows[0], rows[1] = (rows[1][0], rows[0][1]), (rows[0][0], rows[1][1])


def _double(rows: list[tuple[Ciphertext, ...]]) -> None:
    rows[1] = rows[0]


def _other_vote(rows: list[tuple[Ciphertext, ...]]) -> None:
    rows[2] = (rows[2][0], encrypt(KEY, 1, from_int(77)))


def _one_more(rows: list[tuple[Ciphertext, ...]]) -> None:
    alpha, beta = rows[2][1]
    rows[2] = (rows[2][0], Ciphertext(alpha, add(beta, KEY.point)))


def _identity(rows: list[tuple[Ciphertext, ...]]) -> None:
    rows[0] = (rows[0][0], Ciphertext(IDENTITY, IDENTITY))


CHANGES = (_exchange, _exchange_ids, _double, _other_vote, _one_more, _identity)


@pytest.mark.parametrize("change", CHANGES)
def test_no_row_can_be_changed_under_a_proof(change: Callable[[list[tuple[Ciphertext, ...]]], object]) -> None:
    """Neither in the result nor in the input."""
    statement = SMALL.statement
    refused(statement._replace(after=_changed(statement.after, change)), SMALL.proof)
    refused(statement._replace(before=_changed(statement.before, change)), SMALL.proof)


@pytest.mark.parametrize("change", CHANGES)
def test_no_prover_proves_changed_rows(change: Callable[[list[tuple[Ciphertext, ...]]], object]) -> None:
    """The proof is made for the changed rows themselves, by someone who knows every factor of the honest ones.

    Rows exchanged whole are a shuffle, too, but of another order than the prover says.
    """
    statement = SMALL.statement._replace(after=_changed(SMALL.statement.after, change))
    order, factors = SMALL.secret.order, SMALL.secret.factors
    refused(statement, prove_plainly(statement, order, factors, entropy("changed")))
    exchanged = (order[1], order[0], order[2])
    lie = Lie(matrix=permutation(exchanged), mine=lambda u: [u[source] for source in order])
    refused(statement, prove_plainly(statement, order, factors, entropy("changed"), lie))


def test_rows_exchanged_whole_are_proven_by_who_knows_the_order() -> None:
    """What the second prover refuses above is refused for the order, not for being the second prover's."""
    statement = SMALL.statement._replace(after=_changed(SMALL.statement.after, _exchange))
    (a, b, c), (x, y, z) = SMALL.secret.order, SMALL.secret.factors
    proof = prove_plainly(statement, (b, a, c), (y, x, z), entropy("exchanged"))
    for verify in VERIFIERS:
        verify(statement, proof)


@pytest.mark.parametrize("order", [(0, 0, 2), (1, 1, 1), (2, 2, 0)])
def test_a_row_that_stands_twice_cannot_be_proven(order: tuple[int, int, int]) -> None:
    """Each row of the result is one of the input, encrypted again, but not each of the input is there."""
    before = SMALL.statement.before
    honestly = ShuffleSecret((0, 1, 2), SMALL.secret.factors)
    taken = join_rows([before.row(source) for source in order])
    statement = Statement(CONTEXT, KEY.point, before, shuffle(KEY, taken, honestly))
    for matrix in (permutation(order), permutation((0, 1, 2)), [[HALF, 0, 0], [HALF, 1, 0], [0, 0, 1]]):
        for mine in (lambda u: [u[source] for source in order], list):
            lie = Lie(matrix=matrix, mine=mine)
            refused(statement, prove_plainly(statement, order, honestly.factors, entropy("twice"), lie))


# ---------------------------------------------------------------- each equation has its attack: the others hold


class Forged(NamedTuple):
    """Two rows of one vote each became other votes; the liar knows all nonces."""

    statement: Statement
    prove: Callable[[Lie], bytes]


def forged(votes: tuple[int, int], label: str = "forged") -> Forged:
    """Rows that hold 1 and 1, and a result that holds these instead."""
    draw = entropy(label)
    nonces = [to_int(from_int(int.from_bytes(draw(64), "little"))) for _ in range(4)]
    before, after = (
        join_rows([[encrypt(KEY, vote, from_int(nonce))] for vote, nonce in zip(each, some, strict=True)])
        for each, some in (((1, 1), nonces[:2]), (votes, nonces[2:]))
    )
    statement = Statement(CONTEXT, KEY.point, before, after)

    def rows(u: Numbers, mine: Numbers) -> list[int]:
        return [mine[0] * nonces[2] + mine[1] * nonces[3] - u[0] * nonces[0] - u[1] * nonces[1]]

    return Forged(statement, lambda lie: prove_plainly(statement, (0, 1), ((), ()), draw, lie._replace(rows=rows)))


def falls_at(forgery: Forged, lie: Lie, equation: int) -> None:
    """The lie satisfies all equations before this one, and both verifiers refuse it."""
    proof = forgery.prove(lie)
    with pytest.raises(Unproven, match=f"whose equation {equation} is false"):
        plainly(forgery.statement, proof)
    with pytest.raises(Unproven):
        in_kernels(forgery.statement, proof)


AVERAGE = [[HALF, HALF], [HALF, HALF]]
"""Each row of the result is half of each: two rows of 1 can become any two whose sum is 2, such as 2 and 0."""


def _fitting(u: Numbers) -> list[int]:
    """Answers that make 2 and 0 of 1 and 1, and whose product is right all the same."""
    half = (u[0] + u[1]) * HALF % L
    return [half, u[0] * u[1] * pow(half, -1, L) % L]


def test_the_forger_of_these_tests_proves_what_is_true() -> None:
    """1 and 1 as 1 and 1: every lie below is refused for its lie alone."""
    forgery = forged((1, 1))
    for verify in VERIFIERS:
        verify(forgery.statement, forgery.prove(Lie()))


def test_a_vote_cannot_be_made_two_by_weights() -> None:
    """Equation 1: half of one row and twice the other, whose product is 1; every other equation holds."""
    falls_at(forged((2, HALF)), Lie(matrix=[[HALF, 0], [0, 2]]), 1)


def test_votes_cannot_be_averaged() -> None:
    """Equation 2: each row of the matrix sums to 1, the product is another."""
    falls_at(forged((2, 0)), Lie(matrix=AVERAGE), 2)


def test_answers_are_for_the_committed_order() -> None:
    """Equation 3: answers that fit the result and have the right product, chosen when u was known."""
    falls_at(forged((2, 0)), Lie(mine=_fitting), 3)


def test_a_result_is_what_the_answers_say() -> None:
    """Equation 4: everything is as it should be, but the result holds 2 and 0."""
    falls_at(forged((2, 0)), Lie(), 4)


def test_the_chain_is_of_the_answers() -> None:
    """Equation 5: averaged, committed to as averaged, with a chain of the true u that ends where it should."""
    falls_at(forged((2, 0)), Lie(matrix=AVERAGE, chained=list), 5)


def test_columns_in_different_orders_cannot_be_proven() -> None:
    """Each column is a shuffle of its own: ids would stand beside the votes of others."""
    before = some_rows(3, 2)
    factors = SMALL.secret.factors
    forward, backward = (shuffle(KEY, before, ShuffleSecret(order, factors)) for order in ((0, 1, 2), (2, 1, 0)))
    torn = join_rows([(forward.row(i)[0], backward.row(i)[1]) for i in range(3)])
    statement = Statement(CONTEXT, KEY.point, before, torn)
    for order in ((0, 1, 2), (2, 1, 0)):
        refused(statement, prove_plainly(statement, order, factors, entropy("torn")))


def test_a_result_with_a_row_less_or_more_is_malformed() -> None:
    """Dropped or added at the end."""
    after = SMALL.statement.after
    for data in (after.data[: -after.row_bytes], after.data + after.data[: after.row_bytes]):
        refused(SMALL.statement._replace(after=Rows(2, data)), SMALL.proof, Malformed)


@pytest.mark.parametrize("side", ["before", "after"])
def test_rows_of_other_bytes_than_points_are_malformed(side: str) -> None:
    """A second spelling, and bytes that are no point."""
    rows: Rows = getattr(SMALL.statement, side)
    for place, value in ((31, rows.data[31] | 0x80), (0, rows.data[0] ^ 1)):
        data = bytearray(rows.data)
        data[place] = value
        changed = Rows(2, bytes(data))
        statement = SMALL.statement
        statement = statement._replace(before=changed) if side == "before" else statement._replace(after=changed)
        refused(statement, SMALL.proof, Malformed)


# ---------------------------------------------------------------- what it is made of


def test_rows_have_a_width_and_whole_rows() -> None:
    """No row, half a row, no ciphertext, different widths."""
    for data, width in ((b"", 1), (bytes(63), 1), (bytes(192), 2), (bytes(64), 0), (bytes(64), MOST_WIDTH + 1)):
        with pytest.raises(Malformed):
            read_rows(data, width)
    with pytest.raises(Malformed):
        join_rows([])
    with pytest.raises(Malformed):
        join_rows([some_rows(1, 1).row(0), some_rows(1, 2).row(0)])


@pytest.mark.parametrize("order", [(0, 1), (0, 0, 1), (0, 1, 3), (0, 1, 2, 3)])
def test_a_secret_for_other_rows_is_a_mistake_of_the_caller(order: tuple[int, ...]) -> None:
    """It crashes before anything is made, and says nothing of the secret."""
    with pytest.raises(ValueError, match="for other rows"):
        shuffle(KEY, some_rows(3, 2), ShuffleSecret(order, SMALL.secret.factors))
    with pytest.raises(ValueError, match="for other rows"):
        prove_shuffle(SMALL.statement, ShuffleSecret((0, 1, 2), SMALL.secret.factors[:2]), secrets.token_bytes)


def test_the_secret_shows_in_no_repr() -> None:
    """Neither the order nor a factor."""
    assert repr(SMALL.secret) == "ShuffleSecret(secret)"


def test_generators_are_all_different() -> None:
    """H and a hundred others, none of them G or the identity."""
    assert len({*generators(100), GENERATOR, IDENTITY}) == 103


@given(st.lists(st.binary(min_size=64, max_size=64), min_size=1, max_size=9), st.integers(0, L - 1))
@settings(max_examples=20, deadline=None)
def test_lists_of_points_are_multiplied_as_single_ones(seeds: list[bytes], number: int) -> None:
    """Whatever torsion the decoded points carry."""
    points = [*map(hash_to_point, seeds), IDENTITY, GENERATOR]
    bases = FixedPoints(b"".join(points))
    assert len(bases) == len(points)
    found = [from_edwards(each) for each in bases.edwards_times([quarter(from_int(number))] * len(points))]
    factors: list[Callable[[bytes], bytes]] = [lambda point: _by_adding(number, point)]
    assert found == [factors[0](point) for point in points]
    assert [from_edwards(each) for each in to_any_edwards_all(b"".join(points))] == points


def _by_adding(number: int, point: bytes) -> bytes:
    """Doubling and adding encodings, which no torsion survives."""
    result = IDENTITY
    for bit in bin(number)[2:]:
        result = add(result, result)
        result = add(result, point) if bit == "1" else result
    return result


def test_points_that_are_none_are_refused() -> None:
    """By the place in the list."""
    with pytest.raises(Malformed):
        to_any_edwards_all(GENERATOR + bytes([1]) + bytes(31))
    assert base_times(from_int(1)) == GENERATOR
