"""A slip's id: another one for each contest, and encrypted for one ballot alone."""

from typing import Any

import pytest
from tests.ballot.encrypted import KEYS, VOTES_SECRET, entropy

from urna.ballot.slip_id import Bound, EncryptedId, check_id, contest_id, encrypt_id, id_point
from urna.crypto.elgamal import Ciphertext
from urna.crypto.group import FixedPoint, add, base_times, subtract, times
from urna.crypto.ristretto import GENERATOR, IDENTITY
from urna.crypto.scalars import L, from_int, to_int
from urna.errors import Malformed, Unproven

SLIP = bytes(range(16))
KEY = FixedPoint(KEYS.votes)
BOUND = Bound(b"\x05" * 32, "SENATE", b"\x06" * 32)
MADE = encrypt_id(KEY, BOUND, contest_id(SLIP, "SENATE"), entropy("slip"))


def test_ids_of_two_contests_or_slips_have_nothing_in_common() -> None:
    """Four different ids, four different points; published values that change only with the specification."""
    ids = {contest_id(slip, contest) for slip in (SLIP, bytes(16)) for contest in ("SENATE", "MAYOR")}
    assert len(ids) == len({id_point(each) for each in ids}) == 4
    assert contest_id(SLIP, "SENATE").hex() == "b6d338f6de3dd4d215536ed72df15d91"
    assert (
        id_point(contest_id(SLIP, "SENATE")).hex() == "4afb89fdab6eb43ae6022f6e77f83d9d83ce0960b262a6c60c8c60ab2ed81d77"
    )


def test_whoever_has_the_key_finds_the_point() -> None:
    """B less x·A, with x the key's secret."""
    alpha, beta = MADE.ciphertext
    assert subtract(beta, times(VOTES_SECRET, alpha)) == id_point(contest_id(SLIP, "SENATE"))
    check_id(KEYS.votes, BOUND, MADE)


def test_an_encrypted_id_is_fresh_each_time() -> None:
    """The same id for the same ballot gives other bytes."""
    again = encrypt_id(KEY, BOUND, contest_id(SLIP, "SENATE"), entropy("another slip"))
    assert not {*again.ciphertext, *again[1:]} & {*MADE.ciphertext, *MADE[1:]}


@pytest.mark.parametrize(
    "change",
    [{"context": bytes(32)}, {"contest": "MAYOR"}, {"ballot_hash": bytes(32)}],
    ids=lambda change: next(iter(change)),
)
def test_an_id_belongs_to_one_ballot_and_contest(change: dict[str, Any]) -> None:
    """Another election, station or style is another context."""
    with pytest.raises(Unproven):
        check_id(KEYS.votes, BOUND._replace(**change), MADE)
    with pytest.raises(Unproven):
        check_id(base_times(from_int(3)), BOUND, MADE)


def variants() -> dict[str, EncryptedId]:
    """What somebody makes of another's encrypted id who does not know its nonce."""
    alpha, beta = MADE.ciphertext
    again = Ciphertext(add(alpha, GENERATOR), add(beta, KEYS.votes))
    shifted = from_int(to_int(MADE.response) - to_int(MADE.challenge))
    return {
        "encrypted again": MADE._replace(ciphertext=again),
        "encrypted again, answer shifted": EncryptedId(again, MADE.challenge, shifted),
        "another id": MADE._replace(ciphertext=Ciphertext(alpha, add(beta, GENERATOR))),
        "doubled": MADE._replace(ciphertext=Ciphertext(add(alpha, alpha), add(beta, beta))),
        "the identity": MADE._replace(ciphertext=Ciphertext(IDENTITY, beta)),
        "another challenge": MADE._replace(challenge=from_int(5)),
        "another answer": MADE._replace(response=from_int(5)),
    }


@pytest.mark.parametrize("name", variants())
def test_nobody_makes_a_related_id(name: str) -> None:
    """So no row can follow somebody else's through the shuffle."""
    with pytest.raises(Unproven):
        check_id(KEYS.votes, BOUND, variants()[name])


def test_bytes_that_are_no_point_or_scalar_are_malformed() -> None:
    """Each part by its second spelling."""
    alpha, beta = MADE.ciphertext
    high = [bytes([*point[:31], point[31] | 0x80]) for point in (alpha, beta)]
    above = [(to_int(each) + L).to_bytes(32, "little") for each in MADE[1:]]
    for bad in (
        MADE._replace(ciphertext=Ciphertext(high[0], beta)),
        MADE._replace(ciphertext=Ciphertext(alpha, high[1])),
        MADE._replace(challenge=above[0]),
        MADE._replace(response=above[1]),
    ):
        with pytest.raises(Malformed):
            check_id(KEYS.votes, BOUND, bad)


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_an_id_of_another_length_is_malformed(size: int) -> None:
    """The slip's, and that of the contest."""
    with pytest.raises(Malformed):
        contest_id(bytes(size), "SENATE")
    with pytest.raises(Malformed):
        id_point(bytes(size))
