"""Role cards: any two of a station's cards, each with its PIN, bring a secret back; one alone brings nothing.

The data key of the roll comes back so at opening, and the private half of the closing key at closing.

For every pair of roles the secret is split in two by XOR with fresh random bytes, one half on each card:

    half for the pair (a, b) on card a = r          uniformly random, as long as the secret
    half for the pair (a, b) on card b = r XOR s

Either half alone is uniformly random: one card holds no information on the secret, whatever is done to it.
Each card's halves lie under AES-256-GCM with a key stretched from its PIN by Argon2id, so that whoever steals
two cards still has to guess two PINs, slowly. Counting wrong attempts at the station is the part of station/sign_in.
The technician's card holds no half of anything: its PIN can be checked, and that is all.
Why not Shamir's scheme: docs/adr/0051-two-of-three-cards.md.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from itertools import combinations
from types import MappingProxyType
from typing import Annotated

import msgspec

from urna.crypto.kdf import SALT_BYTES, Cost, stretch
from urna.crypto.mac import join_parts
from urna.crypto.secretbox import NONCE_BYTES, open_box, seal_box
from urna.encoding.canonical import Code, Hash, Record, decode, encode
from urna.errors import Malformed, Unproven
from urna.words import N_, Sentence

MAX_CARD_BYTES = 16 * 1024
_TAG = "urna/role-card/1"

Entropy = Callable[[int], bytes]
"""Gives so many random bytes, as `secrets.token_bytes` does."""


class Role(StrEnum):
    """Whose card it is."""

    PRESIDENT = "president"
    SECRETARY = "secretary"
    MEMBER = "member"
    TECHNICIAN = "technician"
    """Tests and mends, and opens nothing: no secret is ever split over this card."""


KEY_HOLDERS = (Role.PRESIDENT, Role.SECRETARY, Role.MEMBER)
"""Those over whose cards the keys are split."""


ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.PRESIDENT: N_("President"),
        Role.SECRETARY: N_("Secretary"),
        Role.MEMBER: N_("Member"),
        Role.TECHNICIAN: N_("Technician"),
    }
)
"""What people are called on screens and papers."""


class Purpose(StrEnum):
    """What the secret opens."""

    DATA_KEY = "data_key"
    """The station's part of the roll."""
    CLOSING_KEY = "closing_key"
    """The openings of the ballots: an X25519 private key."""
    SIGN_IN = "sign_in"
    """Nothing: the card of the technician, whose PIN can only be checked."""


class RoleCard(Record, frozen=True, kw_only=True, tag_field="type", tag=_TAG):
    """What a card carries: in clear where it belongs, and its halves under the PIN."""

    election: Hash
    station: Code
    purpose: Purpose
    role: Role
    batch: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
    """Random; the same on all cards of one splitting."""
    salt: bytes
    cost: Cost
    sealed: bytes

    def __repr__(self) -> str:
        """Whose card it is, not what it carries."""
        return f"RoleCard(station={self.station!r}, purpose={self.purpose!s}, role={self.role!s})"


class _Halves(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/role-card-halves/1"):
    """What the PIN opens: a half for each other role, and how to tell the right secret."""

    halves: dict[Role, bytes]
    check: Hash

    def __repr__(self) -> str:
        """Nothing."""
        return "_Halves()"


def split_secret(
    secret: bytes,
    roles: Sequence[Role],
    pins: Mapping[Role, str],
    entropy: Entropy,
    *,
    election: Hash,
    station: Code,
    purpose: Purpose,
    cost: Cost,
) -> dict[Role, bytes]:
    """The cards, as the bytes to write on each, by role.

    1. Check roles and PINs.
    2. Split the secret for every pair of roles.
    3. Seal each role's halves under its PIN.

    Args:
        secret: 16 to 64 bytes; 32 by custom.
        roles: who gets a card, at least two; three by custom.
        pins: 6 to 12 digits for each role.
        entropy: fresh randomness.
        election: the definition's hash.
        station: the station that the secret belongs to.
        purpose: what the secret opens.
        cost: what one guess of a PIN costs.

    Raises:
        Malformed: fewer than two roles, a role twice, or a PIN that is none.
    """
    check_roles(roles)
    stretched = {role: check_pin(pins.get(role, "")) for role in roles}
    halves = split_for_pairs(secret, roles, entropy)
    batch = entropy(16).hex()
    check = _check_value(batch, secret)

    def card(role: Role) -> RoleCard:
        salt = entropy(SALT_BYTES)
        return RoleCard(
            election=election,
            station=station,
            purpose=purpose,
            role=role,
            batch=batch,
            salt=salt,
            cost=cost,
            sealed=b"",
        )

    return {
        role: _seal(card(role), stretched[role], _Halves(halves=halves[role], check=check), entropy) for role in roles
    }


def sign_in_card(role: Role, pin: str, entropy: Entropy, *, election: Hash, station: Code, cost: Cost) -> bytes:
    """A card that opens nothing and whose PIN can be checked: the technician's.

    Raises:
        Malformed: a PIN that is none.
    """
    batch = entropy(16).hex()
    card = RoleCard(
        election=election,
        station=station,
        purpose=Purpose.SIGN_IN,
        role=role,
        batch=batch,
        salt=entropy(SALT_BYTES),
        cost=cost,
        sealed=b"",
    )
    return _seal(card, check_pin(pin), _Halves(halves={}, check=_check_value(batch, b"")), entropy)


def check_card_pin(card: RoleCard, pin: str) -> None:
    """Returns if this is the card's PIN. The caller counts wrong ones (station/sign_in).

    Raises:
        Unproven: another PIN, or a card that was changed.
    """
    if _open_halves(card, pin) is None:
        raise Unproven(
            Sentence("the PIN of this card"),
            Sentence("another one"),
            Sentence("Type the PIN again; wrong ones are counted."),
            card.station,
        )


def join_secret(card_a: bytes, pin_a: str, card_b: bytes, pin_b: str) -> bytes:
    """The secret of two cards of one set.

    Raises:
        Malformed: bytes that are no card, cards that do not belong together, or twice the same card.
        Unproven: a PIN is wrong, or a card was changed. Which card, and which of the two, is not said: it
            would help whoever guesses.
    """
    first, second = read_card(card_a), read_card(card_b)
    check_belong_together(first, second)
    # Both are opened before either verdict shows, so that the time tells nothing either.
    ours, theirs = _open_halves(first, pin_a), _open_halves(second, pin_b)
    secret = _combine(first, ours, second, theirs)
    if secret is None:
        raise Unproven(
            Sentence("two cards of station {station} with their PINs", {"station": first.station}),
            Sentence("cards or PINs that do not open"),
            Sentence("Type both PINs again, each by its owner; after three times ask the authority."),
        )
    return secret


def read_card(data: bytes) -> RoleCard:
    """The card that these bytes are; nothing of it is opened.

    Raises:
        Malformed: they are no card.
    """
    return decode(data, RoleCard, limit=MAX_CARD_BYTES)


def check_pin(pin: str) -> bytes:
    """The PIN as bytes, if it is one; the error does not show it.

    Raises:
        Malformed: not 6 to 12 digits, or the same digit throughout.
    """
    if not (6 <= len(pin) <= 12 and pin.isascii() and pin.isdigit()) or len(set(pin)) == 1:
        raise Malformed(
            Sentence("a PIN of 6 to 12 digits that are not all the same"),
            Sentence("{size} characters that are not that", {"size": len(pin)}),
            Sentence("Choose another PIN."),
        )
    return pin.encode()


def check_roles(roles: Sequence[Role]) -> None:
    """Returns if these are at least two roles that hold keys, each once; raises `Malformed` otherwise."""
    if len(roles) < 2 or len(set(roles)) != len(roles) or not set(roles) <= set(KEY_HOLDERS):
        raise Malformed(
            Sentence("at least two of president, secretary and member, each once"),
            Sentence("fewer, a role twice, or another role") if roles else Sentence("none"),
            Sentence("Name who gets a card."),
        )


def check_belong_together(first: RoleCard, second: RoleCard) -> None:
    """Returns if two cards come from one splitting and are of two roles; raises `Malformed` otherwise."""
    origin = [(card.election, card.station, card.purpose, card.batch) for card in (first, second)]
    if origin[0] != origin[1] or first.role is second.role:
        raise Malformed(
            Sentence("two cards of one set, of two roles"),
            Sentence("{first} and {second}", {"first": _words(first), "second": _words(second)}),
            Sentence("Bring two cards that were made together for this station and this purpose."),
        )


def split_for_pairs(secret: bytes, roles: Sequence[Role], entropy: Entropy) -> dict[Role, dict[Role, bytes]]:
    """The halves that each role holds, by the role that holds the other half."""
    halves: dict[Role, dict[Role, bytes]] = {role: {} for role in roles}
    for one, other in combinations(roles, 2):
        halves[one][other] = entropy(len(secret))
        halves[other][one] = bytes(a ^ b for a, b in zip(halves[one][other], secret, strict=True))
    return halves


def _seal(card: RoleCard, pin: bytes, content: _Halves, entropy: Entropy) -> bytes:
    """The bytes of the card with its content under the PIN."""
    key = stretch(pin, card.salt, card.cost)
    sealed = seal_box(key, encode(content), entropy(NONCE_BYTES), _label(card))
    return encode(msgspec.structs.replace(card, sealed=sealed))


def _open_halves(card: RoleCard, pin: str) -> _Halves | None:
    key = stretch(pin.encode(errors="replace"), card.salt, card.cost)
    try:
        return decode(open_box(key, card.sealed, _label(card)), _Halves)
    except (Unproven, Malformed):
        return None


def _combine(first: RoleCard, ours: _Halves | None, second: RoleCard, theirs: _Halves | None) -> bytes | None:
    if ours is None or theirs is None:
        return None
    left, right = ours.halves.get(second.role, b""), theirs.halves.get(first.role, b"")
    if len(left) != len(right):
        return None
    secret = bytes(a ^ b for a, b in zip(left, right, strict=True))
    return secret if {ours.check, theirs.check} == {_check_value(first.batch, secret)} else None


def _check_value(batch: str, secret: bytes) -> Hash:
    return sha256(join_parts(_TAG.encode(), batch.encode(), secret)).hexdigest()


def _label(card: RoleCard) -> bytes:
    """Everything on the card that is in clear."""
    return encode(msgspec.structs.replace(card, sealed=b""))


def _words(card: RoleCard) -> str:
    return f"{card.station} {card.purpose} {card.role} {card.batch[:8]}"
