"""Hash values of 2.1.0 that others computed: another implementation, and again from the text.

From Sharkbait-Software/electionguard-cs and microsoft/electionguard-rust; see ../shared/electionguard.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from tests.shared import shared

from urna.interop.electionguard import v2_1_0
from urna.interop.electionguard.group import Ciphertext, Element
from urna.interop.electionguard.integers import PRIME, integer_group

PLAIN = b'{"election":"kat"}'
UTF8 = '{"election":"Zürich – Wahl №1"}'.encode()
IDENTIFIER = bytes(range(1, 33))
DEVICE = "Wahllokal Zürich – Gerät №7 🗳"
CONTEST_HASHES = [
    bytes.fromhex("665cec8e6eb21078fe98aeeae0efe74e9bcf2526742fdcc21acc3ad82e5bbd36"),
    bytes.fromhex("b36a4be49c2137d2b8dd05bbdf6db5f3415e602a4b914c9e55c124f592029343"),
]
OTHER_IDENTIFIER_HASH = bytes.fromhex("1f39f2ee567614c42932fdd5dfba0b01faa1c0ee242b3c1c0b58ab33df9086da")


def power(exponent: int) -> Element:
    """g^e."""
    return integer_group().generator ** exponent


def parameter_hash(guardians: int, quorum: int) -> bytes:
    """H_P."""
    return v2_1_0.parameter_base_hash(integer_group(), guardians, quorum, PRIME)


def election_hash(manifest: bytes = PLAIN, guardians: int = 3, quorum: int = 2) -> bytes:
    """H_B."""
    return v2_1_0.election_base_hash(parameter_hash(guardians, quorum), manifest)


@cache
def context() -> v2_1_0.Context210:
    """The election with K = g^5 and K̂ = g^7."""
    base_hash = v2_1_0.extended_base_hash(election_hash(), power(5), power(7))
    return v2_1_0.Context210(integer_group(), power(5), power(7), base_hash)


@cache
def hashes() -> v2_1_0.Hashes210:
    """The hashes of the ballot 0102…20."""
    return context().hashes(IDENTIFIER)


def share_key(pair: tuple[int, int], key: int, nonce: int) -> bytes:
    """k_iℓ, with κ_ℓ = g^key and the nonce ξ."""
    return v2_1_0.share_key(parameter_hash(3, 2), pair, power(key), power(nonce), power(key * nonce))


def device_hash() -> bytes:
    """H_DI."""
    return v2_1_0.device_hash(context().base_hash, DEVICE)


def other_hashes() -> v2_1_0.Hashes210:
    """The hashes of a second ballot, whose H_I is given."""
    found = context().hashes(IDENTIFIER)
    found.key = OTHER_IDENTIFIER_HASH
    return found


def contest_hash() -> bytes:
    """χ_1 of the second ballot: its only option is encrypted as (g^21, g^22), and it has no contest data."""
    return other_hashes().contest_hash(1, [Ciphertext(power(21), power(22))], None)


def chain_start() -> bytes:
    """H_0."""
    return v2_1_0.chain_start(context().base_hash, device_hash())


def first_code() -> bytes:
    """H_1, of the first ballot with two contests."""
    return hashes().confirmation_code(CONTEST_HASHES, v2_1_0.SIMPLE_CHAINING + chain_start())


def second_code() -> bytes:
    """H_2, of the second ballot with one contest."""
    return other_hashes().confirmation_code([contest_hash()], v2_1_0.SIMPLE_CHAINING + first_code())


ANSWERS: dict[str, Callable[[], bytes]] = {
    "H_P n=3 k=2": lambda: parameter_hash(3, 2),
    "H_P n=5 k=3": lambda: parameter_hash(5, 3),
    "H_P n=1 k=1": lambda: parameter_hash(1, 1),
    "H_B n=3 k=2": election_hash,
    "H_B n=3 k=2 empty": lambda: election_hash(b""),
    "H_B n=3 k=2 utf8": lambda: election_hash(UTF8),
    "H_B n=5 k=3": lambda: election_hash(PLAIN, 5, 3),
    "H_B n=5 k=3 empty": lambda: election_hash(b"", 5, 3),
    "H_B n=5 k=3 utf8": lambda: election_hash(UTF8, 5, 3),
    "k_{1,2} n=3 k=2": lambda: share_key((1, 2), 11, 101),
    "k_{3,1} n=3 k=2": lambda: share_key((3, 1), 13, 103),
    "H_E": lambda: context().base_hash,
    "H_I": lambda: hashes().key,
    "H_DI": device_hash,
    "H_DI ascii": lambda: v2_1_0.device_hash(context().base_hash, "polling-place-42/device-7"),
    "H_DI empty": lambda: v2_1_0.device_hash(context().base_hash, ""),
    "H_DI preencrypted": lambda: v2_1_0.preencryption_device_hash(context().base_hash, DEVICE),
    "H_C no chaining": lambda: hashes().confirmation_code(CONTEST_HASHES, v2_1_0.NO_CHAINING + device_hash()),
    "H_0": chain_start,
    "H_1": first_code,
    "chi_1 (no contest data)": contest_hash,
    "H_2": second_code,
    "chain close inner": lambda: v2_1_0.chain_field(context().base_hash, second_code(), device_hash()),
    "chain close": lambda: v2_1_0.chain_end(context().base_hash, second_code(), device_hash()),
}


@cache
def vectors() -> dict[str, dict[str, Any]]:
    """The file, by name."""
    read = json.loads(shared("electionguard/known-answers-2.1.0.json").read_text())
    return {vector["name"]: vector for vector in read["vectors"]}


def test_every_known_answer_is_asked_for() -> None:
    """None of the file is left out, and none is made up."""
    assert vectors().keys() == ANSWERS.keys()


@pytest.mark.parametrize("name", ANSWERS)
def test_known_answers(name: str) -> None:
    """The value is the one that others have."""
    assert ANSWERS[name]().hex().upper() == vectors()[name]["expected_hex"]
