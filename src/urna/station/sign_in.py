"""Signing in at a station: whose card it is, whether the PIN is right, and what follows wrong ones.

    1. The card is one of this station's (its hash stands in the manifest); a foreign card is not counted.
    2. It is not locked.
    3. The try is counted, durably, BEFORE the PIN is looked at: whoever pulls the plug gains no try.
    4. The PIN is right: the count goes back to nothing. It is wrong: `LOCKOUTS` says what follows.

A text that cannot be a PIN at all is a slip, not a guess, and is not counted.

Locks are measured on the machine's clock. Where it was moved back, a lock begins again from its full length: it never
becomes shorter by that, and never lasts longer than once more its length. Whoever can move the clock forward rules
the machine and could try PINs elsewhere; against that stands what one guess costs (`crypto/kdf.Cost`).
"""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol

from urna.encoding.canonical import Count, Moment, Record
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.station.card_file import CardFile, check_file_pin, read_card_file
from urna.station.cards import Role, check_pin, join_secret
from urna.station.manifest import StationManifest, card_role
from urna.words import N_, Sentence

LOCKOUTS = MappingProxyType({3: 60, 6: 600, 9: 12 * 3600})
"""After so many wrong PINs in a row a card is locked for so many seconds; from the ninth on, for the day each time."""

MOST = max(LOCKOUTS)

_FORM = "%Y-%m-%dT%H:%M:%SZ"


class Tries(Record, frozen=True, kw_only=True):
    """The wrong PINs of one role's card."""

    wrong: Count
    """In a row; a try that the power ended is one of them."""
    since: Moment
    """The last of them."""


class SignInTries(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/sign-in-tries/1"):
    """The wrong PINs of all cards of a station; a role that is not here has none."""

    roles: dict[Role, Tries]


class TriesStore(Protocol):
    """Where the counts lie, durable when `write` returns (storage/sign_in_file)."""

    def read(self) -> SignInTries:
        """The counts."""
        ...

    def write(self, tries: SignInTries) -> None:
        """Replaces them."""
        ...


# Whole sentences for each role: in other languages more than one word changes with it.
_PIN_OF = {
    Role.PRESIDENT: N_("the PIN of the president's card"),
    Role.SECRETARY: N_("the PIN of the secretary's card"),
    Role.MEMBER: N_("the PIN of the member's card"),
    Role.TECHNICIAN: N_("the PIN of the technician's card"),
}
_LOCKED = {
    Role.PRESIDENT: N_("the president's, which wrong PINs locked for {seconds} more seconds"),
    Role.SECRETARY: N_("the secretary's, which wrong PINs locked for {seconds} more seconds"),
    Role.MEMBER: N_("the member's, which wrong PINs locked for {seconds} more seconds"),
    Role.TECHNICIAN: N_("the technician's, which wrong PINs locked for {seconds} more seconds"),
}

CardAndPin = tuple[bytes, str]
"""What one person brings: the card as a file's bytes or a scanner's text, and the PIN as typed."""


class LockedOut(OutOfOrder):
    """A card that is locked for a while; `seconds` says how long."""

    def __init__(self, role: Role, wrong: int, seconds: int) -> None:
        self.role, self.seconds = role, seconds
        super().__init__(
            Sentence("a card that is not locked"),
            Sentence(_LOCKED[role], {"seconds": seconds}),
            _way_on(wrong),
        )


class SignIns:
    """The sign-in of one station.

    Args:
        manifest: of the station, opened.
        store: where wrong PINs are counted.
    """

    def __init__(self, manifest: StationManifest, store: TriesStore) -> None:
        self._manifest, self._store = manifest, store

    def sign_in(self, card: bytes, pin: str, now: Moment) -> CardFile:
        """The card of whoever signs in; its `role` says who it is.

        Args:
            card: a card file's bytes, or a scanner's text.
            pin: as typed.
            now: on the machine's clock.

        Raises:
            Malformed: no card, or a text that cannot be a PIN.
            Unproven: a card of another station, or a wrong PIN.
            LockedOut: too many wrong PINs.
        """
        file = self._known((card, pin))
        self._begin(file.role, now)
        if error := self._verdict(file, pin):
            raise error
        return file

    def unlock(self, first: CardAndPin, second: CardAndPin, now: Moment) -> bytes:
        """The data key of the roll, from the cards of two roles; both sign in by it.

        Raises:
            Malformed: as `sign_in`; or two cards of one role, or the technician's.
            Unproven: as `sign_in`, or cards that do not belong together.
            LockedOut: as `sign_in`.
        """
        files = self._two(first, second)
        cards = [(file.data_key or b"", pin) for file, (_, pin) in zip(files, (first, second), strict=True)]
        return self._join(files, cards, now)

    def closing_key(self, first: CardAndPin, second: CardAndPin, now: Moment) -> bytes:
        """The private half of the closing key, from the cards of two roles; errors as for `unlock`."""
        files = self._two(first, second)
        cards = [(file.closing_key or b"", pin) for file, (_, pin) in zip(files, (first, second), strict=True)]
        return self._join(files, cards, now)

    def seconds_locked(self, role: Role, now: Moment) -> int:
        """How long the card of a role is locked from now on; 0 when it is not."""
        return _seconds_locked(self._settled(role, now), now)

    def _known(self, given: CardAndPin) -> CardFile:
        card, pin = given
        file = read_card_file(card)
        card_role(self._manifest, file)
        check_pin(pin)
        return file

    def _two(self, first: CardAndPin, second: CardAndPin) -> tuple[CardFile, CardFile]:
        files = self._known(first), self._known(second)
        if len({file.role for file in files}) < 2 or Role.TECHNICIAN in {file.role for file in files}:
            raise Malformed(
                Sentence("the cards of two of president, secretary and member"),
                Sentence("others"),
                Sentence("Bring the cards of two different people; the technician's opens nothing."),
                self._manifest.station,
            )
        return files

    def _join(self, files: tuple[CardFile, CardFile], cards: list[tuple[bytes, str]], now: Moment) -> bytes:
        """The secret of two cards; where it does not open, each PIN is looked at alone, so that one is counted."""
        for file in files:
            self._begin(file.role, now)
        (card_a, pin_a), (card_b, pin_b) = cards
        try:
            secret = join_secret(card_a, pin_a, card_b, pin_b)
        except Unproven:
            wrong = [error for file, (_, pin) in zip(files, cards, strict=True) if (error := self._verdict(file, pin))]
            raise wrong[0] if wrong else _not_together(self._manifest) from None
        for file in files:
            self._forget(file.role)
        return secret

    def _begin(self, role: Role, now: Moment) -> None:
        """Counts one try, unless the card is locked."""
        tries = self._settled(role, now)
        wrong = tries.wrong if tries else 0
        if seconds := _seconds_locked(tries, now):
            raise LockedOut(role, wrong, seconds)
        self._write(role, Tries(wrong=wrong + 1, since=now))

    def _verdict(self, file: CardFile, pin: str) -> Unproven | None:
        """None after a right PIN, whose count goes back to nothing; else what to say of the wrong one."""
        try:
            check_file_pin(file, pin)
        except Unproven:
            return _wrong_pin(file.role, self._store.read().roles[file.role].wrong)
        self._forget(file.role)
        return None

    def _settled(self, role: Role, now: Moment) -> Tries | None:
        """The count of a role; a lock from a time that is still to come begins again now, durably."""
        tries = self._store.read().roles.get(role)
        if tries is not None and tries.since > now:
            tries = Tries(wrong=tries.wrong, since=now)
            self._write(role, tries)
        return tries

    def _write(self, role: Role, tries: Tries) -> None:
        self._store.write(SignInTries(roles=self._store.read().roles | {role: tries}))

    def _forget(self, role: Role) -> None:
        roles = self._store.read().roles
        self._store.write(SignInTries(roles={each: tries for each, tries in roles.items() if each is not role}))


def lock_seconds(wrong: int) -> int:
    """How long a card is locked after so many wrong PINs in a row; 0 if it is not."""
    return LOCKOUTS.get(min(wrong, MOST), 0)


def tries_left(wrong: int) -> int:
    """Wrong PINs until the next lock."""
    return next((at - wrong for at in LOCKOUTS if at > wrong), 1)


def _seconds_locked(tries: Tries | None, now: Moment) -> int:
    if tries is None:
        return 0
    passed = (_instant(now) - _instant(tries.since)).total_seconds()
    return max(0, lock_seconds(tries.wrong) - int(passed))


def _instant(moment: Moment) -> datetime:
    return datetime.strptime(moment, _FORM).replace(tzinfo=UTC)


def _wrong_pin(role: Role, wrong: int) -> Unproven:
    if lock_seconds(wrong):
        return Unproven(*_wrong_words(role), _way_on(wrong))
    left = tries_left(wrong)
    remedy = (
        Sentence("Type the PIN again with care: after one more wrong PIN the card is locked for a while.")
        if left == 1
        else Sentence("Type the PIN again; {left} tries are left.", {"left": left})
    )
    return Unproven(*_wrong_words(role), remedy)


def _way_on(wrong: int) -> Sentence:
    """What to do with a locked card."""
    if wrong >= MOST:
        return Sentence("This card is locked for today: use another role's card, or call the centre for a new card.")
    return Sentence("This card is locked for a while: wait, or use another role's card.")


def _wrong_words(role: Role) -> tuple[Sentence, Sentence]:
    return Sentence(_PIN_OF[role]), Sentence("another one")


def _not_together(manifest: StationManifest) -> Unproven:
    return Unproven(
        Sentence("two cards that bring back one key"),
        Sentence("two that do not, though both PINs are right"),
        Sentence("Call the centre: one of these cards was made anew without the other."),
        manifest.station,
    )
