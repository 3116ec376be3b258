"""A key of n guardians: any k use it, k - 1 know nothing of it, and who cheats is named."""

import hashlib
from collections.abc import Callable
from functools import cache
from itertools import combinations, count
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.crypto.group import base_times, times
from urna.crypto.joint_opening import (
    Partial,
    Proof,
    Target,
    VotesTable,
    begin,
    challenge,
    check_proof,
    check_votes,
    combine,
    finish,
    is_honest,
    respond,
    votes_point,
)
from urna.crypto.ristretto import GENERATOR, IDENTITY
from urna.crypto.scalars import L, add, from_int, to_int
from urna.crypto.threshold import (
    DATA,
    VOTES,
    Holder,
    Polynomial,
    Possession,
    add_shares,
    check_points,
    check_possession,
    check_share,
    coefficients_hash,
    combine_points,
    draw_scalar,
    evaluate_points,
    joint_points,
    lagrange,
    scalars_of,
)
from urna.errors import Malformed, Unproven

K, N = 3, 5
BALLOTS = 40


class Held(NamedTuple):
    """A key that five hold: the guardians' points, the points of the sum, and each guardian's own share."""

    all_points: list[tuple[bytes, ...]]
    joint: tuple[bytes, ...]
    shares: dict[int, bytes]


def entropy(label: str) -> Callable[[int], bytes]:
    """Bytes that are the same at every run."""
    numbers = count()
    return lambda size: hashlib.shake_256(f"{label} {next(numbers)}".encode()).digest(size)


@cache
def held() -> Held:
    """The ceremony's arithmetic without its documents."""
    draw = entropy("polynomials")
    polynomials = [Polynomial.draw(K, draw) for _ in range(N)]
    points = [polynomial.points() for polynomial in polynomials]
    shares = {i: add_shares(polynomial.share(i) for polynomial in polynomials) for i in range(1, N + 1)}
    return Held(points, joint_points(points), shares)


@cache
def target(votes: int = 17) -> Target:
    """A sum that holds so many votes."""
    key = held().joint[0]
    nonce = draw_scalar(entropy("nonce"))
    beta = times(add(nonce, from_int(votes)), key)
    return Target(b"\x01" * 32, key, b"\x02" * 32, 4, base_times(nonce), beta)


class Session(NamedTuple):
    """An opening up to its answers."""

    partials: dict[int, Partial]
    responses: dict[int, bytes]


def session(guardians: tuple[int, ...], of: Target | None = None) -> Session:
    """What these guardians show and answer honestly."""
    opened = of or target()
    draw = entropy(f"session {guardians}")
    nonces = {i: draw_scalar(draw) for i in guardians}
    partials = {i: begin(held().shares[i], nonces[i], opened) for i in guardians}
    weights, c = lagrange(guardians), challenge(opened, combine(partials))
    return Session(partials, {i: respond(held().shares[i], nonces[i], c, weights[i]) for i in guardians})


def test_shares_are_values_of_the_polynomial() -> None:
    """Horner through libsodium gives what integers modulo the order give."""
    coefficients = [3, L - 5, 7]
    polynomial = Polynomial(map(from_int, coefficients))
    for x in (1, 2, 99):
        assert to_int(polynomial.share(x)) == sum(a * x**j for j, a in enumerate(coefficients)) % L
    assert list(scalars_of(polynomial.secret_bytes())) == [from_int(a) for a in coefficients]


@given(st.sets(st.integers(1, 100), min_size=K, max_size=8))
@settings(max_examples=30, deadline=None)
def test_lagrange_gives_the_value_at_zero(indices: set[int]) -> None:
    """For any polynomial of fewer coefficients than guardians."""
    found = lagrange(sorted(indices))
    assert sum(w * (11 + 5 * i + 2 * i * i) for i, w in found.items()) % L == 11


@pytest.mark.parametrize("indices", [(0, 1, 2), (1, 1, 2), (-1, 2, 3), (1, 2, 101)])
def test_a_guardian_without_a_place_or_named_twice_is_refused(indices: tuple[int, ...]) -> None:
    """At index 0 lies the key itself; an index twice has no Lagrange coefficient."""
    with pytest.raises(Malformed):
        lagrange(indices)


def test_nobody_gets_the_share_at_zero() -> None:
    """P_i(0) is the guardian's part of the key."""
    polynomial = Polynomial.draw(K, entropy("zero"))
    for index in (0, -1, 101):
        with pytest.raises(Malformed):
            polynomial.share(index)
    with pytest.raises(Malformed):
        evaluate_points(held().joint, 0)
    with pytest.raises(Malformed):
        coefficients_hash(0, [], [])


def test_any_three_of_five_open_and_all_ten_threes_agree() -> None:
    """M is the same point whoever opens."""
    shares = {i: times(share, target().alpha) for i, share in held().shares.items()}
    points = {combine_points({i: shares[i] for i in three}) for three in combinations(shares, K)}
    points |= {combine_points({i: shares[i] for i in four}) for four in combinations(shares, K + 1)}
    assert len(points) == 1
    table = VotesTable(target().key, BALLOTS)
    assert table.find(votes_point(target(), points.pop())) == 17


def test_two_real_shares_of_three_of_five_open_nothing() -> None:
    """Combined by Lagrange over any two, by their sum, difference, or one alone, the point is a wrong one."""
    shares = {i: times(share, target().alpha) for i, share in held().shares.items()}
    right = combine_points({i: shares[i] for i in (1, 2, 3)})
    table = VotesTable(target().key, BALLOTS)
    tries = [combine_points({i: shares[i] for i in two}) for two in combinations(shares, K - 1)]
    tries += [times(from_int(w), shares[i]) for i in shares for w in (1, -1, 2, 3)]
    for point in tries:
        assert point != right
        with pytest.raises(Unproven):
            table.find(votes_point(target(), point))


def test_a_share_fits_the_points_and_no_other_does() -> None:
    """Any receiver, the right value alone."""
    polynomial = Polynomial.draw(K, entropy("share"))
    points = polynomial.points()
    for index in (1, 2, N):
        check_share(points, index, polynomial.share(index))
    with pytest.raises(Unproven):
        check_share(points, 1, polynomial.share(2))
    with pytest.raises(Malformed):
        check_share(points, 1, L.to_bytes(32, "little"))


def test_the_points_of_the_sum_give_each_public_share() -> None:
    """P(l)·G, computed by anybody."""
    for index, share in held().shares.items():
        assert evaluate_points(held().joint, index) == base_times(share)


def holder(polynomials: list[Polynomial], **changes: Any) -> Holder:
    """What a guardian publishes, changed or not."""
    plain = Holder(b"\x07" * 32, 2, polynomials[0].points(), polynomials[1].points())
    return plain._replace(**changes)


def test_possession_is_proven_for_the_whole_statement() -> None:
    """Another election, guardian, kind or companion point, and no proof holds."""
    draw = entropy("possession")
    polynomials = [Polynomial.draw(K, draw) for _ in range(2)]
    proofs = polynomials[0].prove(holder(polynomials), VOTES)
    check_possession(holder(polynomials), VOTES, proofs)
    check_possession(holder(polynomials), DATA, polynomials[1].prove(holder(polynomials), DATA))
    others = tuple(reversed(holder(polynomials).data))
    changes: list[dict[str, Any]] = [{"election": bytes(32)}, {"guardian": 3}, {"data": others}]
    for change in changes:
        with pytest.raises(Unproven):
            check_possession(holder(polynomials, **change), VOTES, proofs)
    with pytest.raises(Unproven):
        check_possession(holder([polynomials[0], polynomials[0]]), DATA, proofs)


def test_every_coefficient_is_proven_in_its_place() -> None:
    """One proof less, two exchanged, a changed response, or a scalar that is not one."""
    draw = entropy("places")
    polynomials = [Polynomial.draw(K, draw) for _ in range(2)]
    whole = holder(polynomials)
    proofs = polynomials[0].prove(whole, VOTES)
    changed = Possession(proofs[0].challenge, from_int(to_int(proofs[0].response) + 1))
    for bad in (proofs[:-1], (proofs[1], proofs[0], proofs[2]), (changed, *proofs[1:]), ()):
        with pytest.raises(Unproven):
            check_possession(whole, VOTES, bad)
    with pytest.raises(Malformed):
        check_possession(whole, VOTES, (proofs[0]._replace(response=b"\xff" * 32), *proofs[1:]))


def test_nobody_proves_a_point_made_from_the_others_points() -> None:
    """A rushing guardian who shows G minus the others' sum knows no logarithm, and a simulated proof fails."""
    draw = entropy("rushing")
    polynomials = [Polynomial.draw(K, draw) for _ in range(2)]
    stolen = holder(polynomials, votes=(held().joint[0], *polynomials[0].points()[1:]))
    with pytest.raises(Unproven):
        check_possession(stolen, VOTES, polynomials[0].prove(stolen, VOTES))


@pytest.mark.parametrize("size", [K - 1, K + 1, 0])
def test_a_polynomial_has_exactly_k_coefficients(size: int) -> None:
    """One more would ask for one guardian more than the definition says."""
    with pytest.raises(Malformed):
        check_points([GENERATOR] * size, K)


def test_a_coefficient_of_zero_is_refused() -> None:
    """Its point is the identity, and everybody knows it."""
    with pytest.raises(Malformed):
        check_points([GENERATOR, IDENTITY, GENERATOR], K)


def test_a_secret_polynomial_shows_nothing_and_is_overwritten() -> None:
    """Neither in its repr nor after it was erased."""
    polynomial = Polynomial.draw(K, entropy("erase"))
    assert repr(polynomial) == "Polynomial(secret)"
    polynomial.erase()
    assert polynomial.secret_bytes() == b""


@pytest.mark.parametrize("guardians", [(1, 2, 3), (2, 4, 5), (1, 2, 3, 4, 5)])
def test_an_honest_opening_is_proven(guardians: tuple[int, ...]) -> None:
    """By k guardians or by all."""
    proof = finish(target(), *session(guardians))
    check_proof(target(), proof)
    check_votes(target(), proof.share, 17)
    for wrong in (16, 18, 0):
        with pytest.raises(Unproven):
            check_votes(target(), proof.share, wrong)


def test_too_few_guardians_prove_nothing() -> None:
    """Two honest answers combine to a proof that fails."""
    with pytest.raises(Unproven):
        check_proof(target(), finish(target(), *session((1, 2))))


def test_a_proof_is_bound_to_everything() -> None:
    """Another base hash, key, description, option, ciphertext, share or scalar, and it fails."""
    proof = finish(target(), *session((1, 3, 4)))
    other = base_times(from_int(9))
    changes: list[dict[str, Any]] = [
        {"base_hash": bytes(32)},
        {"key": other},
        {"description": bytes(32)},
        {"option": 5},
        {"alpha": other},
        {"beta": other},
    ]
    for change in changes:
        with pytest.raises(Unproven):
            check_proof(target()._replace(**change), proof)
    for field, value in (("share", other), ("challenge", from_int(5)), ("response", from_int(5))):
        with pytest.raises(Unproven):
            check_proof(target(), proof._replace(**{field: value}))


@pytest.mark.parametrize("cheat", [1, 3, 4])
def test_a_false_answer_is_attributed(cheat: int) -> None:
    """The proof fails, and the public shares name the one who cheated."""
    partials, responses = session((1, 3, 4))
    responses = responses | {cheat: from_int(to_int(responses[cheat]) + 1)}
    with pytest.raises(Unproven):
        check_proof(target(), finish(target(), partials, responses))
    assert _dishonest(partials, responses) == [cheat]


def test_a_false_share_is_attributed() -> None:
    """M_i of another secret: the guardian's own answer does not fit it."""
    opened = target()
    guardians = (1, 3, 4)
    draw = entropy("false share")
    nonces = {i: draw_scalar(draw) for i in guardians}
    partials = {i: begin(held().shares[i], nonces[i], opened) for i in guardians}
    partials[3] = partials[3]._replace(share=times(from_int(12345), opened.alpha))
    weights, c = lagrange(guardians), challenge(opened, combine(partials))
    responses = {i: respond(held().shares[i], nonces[i], c, weights[i]) for i in guardians}
    with pytest.raises(Unproven):
        check_proof(opened, finish(opened, partials, responses))
    assert _dishonest(partials, responses) == [3]


def _dishonest(partials: dict[int, Partial], responses: dict[int, bytes]) -> list[int]:
    public = {i: evaluate_points(held().joint, i) for i in partials}
    return [i for i in partials if not is_honest(target(), partials, i, responses[i], public[i])]


def test_two_answers_with_one_random_number_give_the_share_away() -> None:
    """Why a promise answers once: P(i) = (v - v') / (w·(c' - c))."""
    share, nonce = held().shares[1], draw_scalar(entropy("once"))
    first, second = (to_int(respond(share, nonce, from_int(c), 3)) for c in (1000, 2000))
    assert (first - second) * pow(3 * 1000, -1, L) % L == to_int(share)


@given(votes=st.integers(0, 400))
@settings(max_examples=25, deadline=None)
def test_every_small_number_is_found(votes: int) -> None:
    """From 0 to the most."""
    key = held().joint[0]
    assert _table().find(times(from_int(votes), key)) == votes


@cache
def _table() -> VotesTable:
    return VotesTable(held().joint[0], 400)


@pytest.mark.parametrize("votes", [401, 402, 421, 440, 441, 442, 1000, -1])
def test_a_number_above_the_most_is_not_found(votes: int) -> None:
    """Just above it, at the table's ends, and negative."""
    with pytest.raises(Unproven):
        _table().find(times(from_int(votes), held().joint[0]))


def test_a_sum_of_no_ballots_opens_to_zero() -> None:
    """Identity points need no special guardian."""
    empty = target()._replace(alpha=IDENTITY, beta=IDENTITY)
    proof = finish(empty, *session((2, 3, 5), empty))
    check_proof(empty, proof)
    check_votes(empty, proof.share, 0)
    assert VotesTable(empty.key, 0).find(votes_point(empty, proof.share)) == 0


def test_a_proof_with_a_scalar_that_is_none_is_malformed() -> None:
    """Nothing is reduced."""
    proof = finish(target(), *session((1, 3, 4)))
    with pytest.raises(Malformed):
        check_proof(target(), Proof(proof.share, proof.challenge, (L + 1).to_bytes(32, "little")))
