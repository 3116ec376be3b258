"""Many points times one secret: one proof for all, and none for any other multiples."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.crypto.shuffled import entropy

from urna.crypto.group import add, base_times, times
from urna.crypto.ristretto import GENERATOR, IDENTITY, hash_to_point
from urna.crypto.same_factor import FactorProof, Multiplied, check_factor, multiply_all, prove_factor
from urna.crypto.scalars import L, from_int, to_int
from urna.errors import Malformed, Unproven

FACTOR = from_int(31415926)
POINTS = b"".join(hash_to_point(bytes([number]) * 64) for number in range(5))
STATEMENT = Multiplied(b"\x01" * 32, base_times(FACTOR), POINTS, multiply_all(FACTOR, POINTS))
PROOF = prove_factor(STATEMENT, FACTOR, entropy("factor"))


def test_each_point_is_multiplied() -> None:
    """By one factor, the identity included."""
    assert (
        multiply_all(FACTOR, POINTS + IDENTITY)
        == b"".join(times(FACTOR, POINTS[at : at + 32]) for at in range(0, 160, 32)) + IDENTITY
    )
    check_factor(STATEMENT, PROOF)


@given(factor=st.integers(1, L - 1), number=st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_any_factor_is_proven(factor: int, number: int) -> None:
    """And the next one is not."""
    points = POINTS[: 32 * min(number, 5)]
    statement = Multiplied(bytes(32), base_times(from_int(factor)), points, multiply_all(from_int(factor), points))
    check_factor(statement, prove_factor(statement, from_int(factor), entropy("any")))
    with pytest.raises(Unproven):
        check_factor(statement, prove_factor(statement, from_int(factor + 1), entropy("any")))


@pytest.mark.parametrize("place", range(5))
def test_no_multiple_can_be_another(place: int) -> None:
    """Neither under the honest proof nor under one made for the changed list; two errors do not cancel."""
    old = STATEMENT.multiples
    other = add(old[32 * place : 32 * place + 32], GENERATOR)
    changed = [old[: 32 * place] + other + old[32 * place + 32 :]]
    following = (place + 1) % 5
    less = times(from_int(-1), GENERATOR)
    both = bytearray(changed[0])
    both[32 * following : 32 * following + 32] = add(bytes(both[32 * following : 32 * following + 32]), less)
    changed.append(bytes(both))
    for multiples in changed:
        statement = STATEMENT._replace(multiples=multiples)
        for proof in (PROOF, prove_factor(statement, FACTOR, entropy("changed"))):
            with pytest.raises(Unproven):
                check_factor(statement, proof)


@pytest.mark.parametrize(
    "change",
    [
        {"context": bytes(32)},
        {"public": base_times(from_int(2))},
        {"points": POINTS[32:] + POINTS[:32]},
        {"multiples": STATEMENT.multiples[32:] + STATEMENT.multiples[:32]},
        {"points": STATEMENT.multiples, "multiples": POINTS},
    ],
)
def test_a_proof_is_of_its_statement(change: dict[str, Any]) -> None:
    """All parts are hashed."""
    with pytest.raises(Unproven):
        check_factor(STATEMENT._replace(**change), PROOF)


def test_a_changed_proof_is_refused() -> None:
    """Each scalar plus one, both exchanged, both 0."""
    c, v = PROOF
    for bad in (
        FactorProof(from_int(to_int(c) + 1), v),
        FactorProof(c, from_int(to_int(v) + 1)),
        FactorProof(v, c),
        FactorProof(bytes(32), bytes(32)),
    ):
        with pytest.raises(Unproven):
            check_factor(STATEMENT, bad)


@pytest.mark.parametrize(
    "change",
    [
        {"public": IDENTITY},
        {"multiples": STATEMENT.multiples[:-32]},
        {"points": b"", "multiples": b""},
        {"points": POINTS[:-1], "multiples": STATEMENT.multiples[:-1]},
        {"public": b"\x01" + bytes(31)},
        {"multiples": STATEMENT.multiples[:-32] + b"\x01" + bytes(31)},
    ],
)
def test_statements_that_are_none_are_malformed(change: dict[str, Any]) -> None:
    """Factor 0, a point without a multiple, no points, a part of one, bytes that are no point."""
    with pytest.raises(Malformed):
        check_factor(STATEMENT._replace(**change), PROOF)


def test_scalars_that_are_none_are_malformed() -> None:
    """At or above the order."""
    for bad in (PROOF._replace(challenge=b"\xff" * 32), PROOF._replace(response=L.to_bytes(32, "little"))):
        with pytest.raises(Malformed):
            check_factor(STATEMENT, bad)
