"""Any two role cards with their PINs bring the secret back; nothing less does."""

import base64
import hashlib
from itertools import combinations, permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.crypto.kdf import Cost, stretch
from urna.crypto.secretbox import open_box, seal_box
from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven
from urna.station.cards import (
    KEY_HOLDERS,
    Purpose,
    Role,
    RoleCard,
    join_secret,
    read_card,
    split_for_pairs,
    split_secret,
)

PINS = {Role.PRESIDENT: "271828", Role.SECRETARY: "314159", Role.MEMBER: "141421"}
SECRET = bytes(range(32))


class Drawn:
    """Random bytes that can be drawn once more: a hash over a counter."""

    def __init__(self, seed: str = "") -> None:
        self.seed, self.count = seed, 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"{self.seed}/{self.count}".encode()).digest(size)


def cards(seed: str = "", station: str = "S1", purpose: Purpose = Purpose.DATA_KEY) -> dict[Role, bytes]:
    """Three cards of a station."""
    return split_secret(
        SECRET, KEY_HOLDERS, PINS, Drawn(seed), election="e" * 64, station=station, purpose=purpose, cost=Cost.TOY
    )


@pytest.mark.parametrize(("one", "other"), list(permutations(KEY_HOLDERS, 2)))
def test_any_two_cards_join_in_either_order(one: Role, other: Role) -> None:
    """Three pairs, both orders."""
    found = cards()
    assert join_secret(found[one], PINS[one], found[other], PINS[other]) == SECRET


@given(secret=st.binary(min_size=16, max_size=64))
def test_any_secret_comes_back(secret: bytes) -> None:
    """Of any length that is allowed."""
    found = split_secret(
        secret, KEY_HOLDERS, PINS, Drawn(), election="e" * 64, station="S1", purpose=Purpose.CLOSING_KEY, cost=Cost.TOY
    )
    assert join_secret(found[Role.MEMBER], PINS[Role.MEMBER], found[Role.PRESIDENT], PINS[Role.PRESIDENT]) == secret


def test_a_wrong_pin_is_refused_without_saying_whose() -> None:
    """The first wrong, the second wrong, both wrong: one and the same sentence."""
    found = cards()
    a, b = Role.PRESIDENT, Role.MEMBER
    said = set()
    for pin_a, pin_b in (("999998", PINS[b]), (PINS[a], "999998"), ("999998", "999998"), (PINS[b], PINS[a]), ("", "ñ")):
        with pytest.raises(Unproven) as caught:
            join_secret(found[a], pin_a, found[b], pin_b)
        said.add(str(caught.value))
    (sentence,) = said
    assert not [pin for pin in ("999998", *PINS.values()) if pin in sentence]


def test_cards_that_do_not_belong_together_are_refused() -> None:
    """Of another splitting, station or purpose, or the same card twice."""
    ours, a, b = cards(), Role.PRESIDENT, Role.MEMBER
    for other in (cards("again")[b], cards(station="S2")[b], cards(purpose=Purpose.CLOSING_KEY)[b], ours[a]):
        with pytest.raises(Malformed, match="two cards of one set"):
            join_secret(ours[a], PINS[a], other, PINS[b])


@pytest.mark.parametrize("field", ["sealed", "salt", "batch", "role", "cost"])
def test_a_changed_card_is_refused(field: str) -> None:
    """The sealed halves and everything in clear beside them."""
    found = cards()
    card = read_card(found[Role.MEMBER])
    other = {
        "sealed": card.sealed[:-1] + bytes([card.sealed[-1] ^ 1]),
        "salt": bytes(16),
        "batch": "0" * 32,
        "role": Role.SECRETARY,
        "cost": Cost.INTERACTIVE,
    }
    changed = encode(msgspec.structs.replace(card, **{field: other[field]}))
    with pytest.raises((Unproven, Malformed)):
        join_secret(found[Role.PRESIDENT], PINS[Role.PRESIDENT], changed, PINS[Role.MEMBER])


def test_a_forged_card_with_the_right_pin_does_not_bring_another_secret() -> None:
    """A member who knows the own PIN seals other halves on the own card: refused, and no wrong key is handed out."""
    found, pin = cards(), PINS[Role.MEMBER]
    card = read_card(found[Role.MEMBER])
    label, key = encode(msgspec.structs.replace(card, sealed=b"")), stretch(pin.encode(), card.salt, card.cost)
    content = msgspec.json.decode(open_box(key, card.sealed, label))
    content["halves"]["president"] = base64.b64encode(bytes(32)).decode()
    forged = seal_box(key, msgspec.json.encode(content, order="sorted"), bytes(12), label)
    changed = encode(msgspec.structs.replace(card, sealed=forged))
    with pytest.raises(Unproven):
        join_secret(found[Role.PRESIDENT], PINS[Role.PRESIDENT], changed, pin)
    assert join_secret(found[Role.SECRETARY], PINS[Role.SECRETARY], changed, pin) == SECRET, "only that half is other"


@given(data=st.binary(max_size=300))
def test_bytes_that_are_no_card_are_refused(data: bytes) -> None:
    """Whatever is on the stick."""
    with pytest.raises(Malformed):
        join_secret(data, "123456", cards()[Role.MEMBER], PINS[Role.MEMBER])


def test_one_card_says_nothing_of_the_secret() -> None:
    """For any secret there is a drawing of chance that gives a role the very same halves."""
    other = bytes(reversed(SECRET))
    for role in KEY_HOLDERS:
        held = split_for_pairs(SECRET, KEY_HOLDERS, Drawn())[role]
        chance = iter(chance_that_gives(held, role, other))
        assert split_for_pairs(other, KEY_HOLDERS, lambda _: next(chance))[role] == held  # noqa: B023 - used at once


def chance_that_gives(held: dict[Role, bytes], role: Role, secret: bytes) -> list[bytes]:
    """What must be drawn, pair by pair, so that this role holds these halves of this secret."""
    drawn = []
    for one, two in combinations(KEY_HOLDERS, 2):
        half = held[two if role is one else one] if role in (one, two) else bytes(32)
        drawn.append(half if role is not two else bytes(a ^ b for a, b in zip(half, secret, strict=True)))
    return drawn


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12345a", "111111", "１２３４５６", "12 456"])
def test_a_weak_pin_is_refused_and_not_shown(pin: str) -> None:
    """Too short, too long, letters, one digit only, digits of another script."""
    with pytest.raises(Malformed) as caught:
        split_secret(
            SECRET,
            KEY_HOLDERS,
            {**PINS, Role.MEMBER: pin},
            Drawn(),
            election="e" * 64,
            station="S1",
            purpose=Purpose.DATA_KEY,
            cost=Cost.TOY,
        )
    assert not pin or pin not in str(caught.value)


def test_a_repr_shows_neither_halves_nor_seal() -> None:
    """A card in a traceback names its role."""
    card = read_card(cards()[Role.MEMBER])
    assert repr(card) == "RoleCard(station='S1', purpose=data_key, role=member)"
    assert isinstance(card, RoleCard)
