"""The roll on the authority's own machine, as it lies on the disk: sealed, one box a station.

    roll key = 32 random bytes, in a file that a passphrase opens
    box      = AES-256-GCM(derive(roll key, "urna/roll-at-rest/1"), content, label)
    label    = parts("urna/roll-at-rest/1", election, name of the box)

The content of a station's box is the station's electors, and which enrolment each enrolled elector's fingers come
from. The label binds a box to its place: no station's box opens under another's name. Destroying the key file
destroys the roll (storage/wiping).
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from urna.crypto.kdf import Cost, derive_key
from urna.crypto.lockedfile import Kind, LockedFile, lock_file, read_locked, unlock
from urna.crypto.mac import join_parts
from urna.crypto.secretbox import KEY_BYTES, open_box, seal_box
from urna.encoding.canonical import Code, Hash, Record, decode, encode
from urna.errors import Malformed, Unproven
from urna.roll.elector import ElectorNumber, Member, RollPart
from urna.words import Sentence

EnrolmentId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
"""128 random bits that name an enrolment; they say nothing about the person."""

_PURPOSE = "urna/roll-at-rest/1"
_REMEDY = Sentence("Take the roll.key that lies in the folder of the roll.")
_KIND = Kind("roll-key", ("election",), _REMEDY)


class EnrolmentLink(Record, frozen=True, kw_only=True):
    """Which enrolment an elector's fingers come from. It is written nowhere but inside a sealed box."""

    number: ElectorNumber
    enrolment: EnrolmentId

    def __repr__(self) -> str:
        """Names nobody."""
        return f"EnrolmentLink(enrolment={self.enrolment!r})"


class StoredPart(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/stored-roll-part/1"):
    """One station's electors with the links to their enrolments, sorted by number, each once."""

    part: RollPart
    enrolments: tuple[EnrolmentLink, ...] = ()

    def __post_init__(self) -> None:
        """Every link is an elector's of this part."""
        numbers = [link.number for link in self.enrolments]
        known = {member.elector.number for member in self.part.members}
        if numbers != sorted(set(numbers)) or not known.issuperset(numbers):
            raise Malformed(
                Sentence("at most one enrolment of each elector, sorted"),
                Sentence("another list"),
                Sentence("Take the folder of the roll from your copy of it."),
                self.part.station,
            )

    def enrolment_of(self, number: str) -> EnrolmentId | None:
        """The enrolment of an elector; None if there was none."""
        return next((link.enrolment for link in self.enrolments if link.number == number), None)

    def with_enrolled(self, enrolled: Iterable[tuple[Member, EnrolmentId]]) -> "StoredPart":
        """The part with these members in the place of the ones of the same numbers, linked to their enrolments.

        Raises:
            Malformed: a member is not one of the part's.
        """
        changes = {member.elector.number: (member, enrolment) for member, enrolment in enrolled}
        kept = {link.number: link.enrolment for link in self.enrolments}
        links = kept | {number: enrolment for number, (_, enrolment) in changes.items()}
        members = [
            changes[number][0] if (number := member.elector.number) in changes else member
            for member in self.part.members
        ]
        return StoredPart(
            part=msgspec.structs.replace(self.part, members=tuple(members)),
            enrolments=tuple(EnrolmentLink(number=number, enrolment=links[number]) for number in sorted(links)),
        )

    def __repr__(self) -> str:
        """How many, not who."""
        return f"StoredPart({self.part!r}, enrolments={len(self.enrolments)})"


class RollKey:
    """The key of a roll at rest. It shows in no message and no repr.

    Args:
        secret: 32 uniformly random bytes.
        election: the election whose roll it is.
    """

    def __init__(self, secret: bytes, election: Hash) -> None:
        self.election = election
        self._key = derive_key(secret, _PURPOSE)

    def seal(self, name: str, content: bytes, nonce: bytes) -> bytes:
        """The content as the box of this name; `nonce` is 12 fresh random bytes."""
        return seal_box(self._key, content, nonce, self._label(name))

    def open(self, name: str, box: bytes, where: str = "") -> bytes:
        """The content of the box of this name.

        Raises:
            Unproven: the key of another roll, another box's bytes, or changed ones.
        """
        return open_box(self._key, box, self._label(name), where)

    def seal_part(self, stored: StoredPart, nonce: bytes) -> bytes:
        """A station's box."""
        return self.seal(stored.part.station, encode(stored), nonce)

    def open_part(self, station: Code, box: bytes, where: str = "") -> StoredPart:
        """What a station's box holds.

        Raises:
            Unproven: as `open`, or the electors of another station or election.
        """
        stored = decode(self.open(station, box, where), StoredPart, where)
        found = (stored.part.election, stored.part.station)
        if found != (self.election, station):
            raise Unproven(
                Sentence("the roll of station {station}", {"station": station}),
                Sentence("that of station {station}", {"station": found[1]}),
                Sentence("Import the roll again with this definition."),
                where,
            )
        return stored

    def __repr__(self) -> str:
        """Which roll's key it is."""
        return f"RollKey(election={self.election[:16]!r})"

    def _label(self, name: str) -> bytes:
        return join_parts(_PURPOSE.encode(), self.election.encode(), name.encode())


def lock_roll_key(
    secret: bytes, election: Hash, passphrase: str, *, salt: bytes, nonce: bytes, cost: Cost = Cost.MODERATE
) -> bytes:
    """The bytes of a roll key's file.

    Args:
        secret: 32 uniformly random bytes.
        election: the election whose roll it is for.
        passphrase: what its keeper will type.
        salt: 16 random bytes.
        nonce: 12 random bytes.
        cost: how slow each guess at the passphrase is.
    """
    return lock_file(_KIND, {"election": election}, secret, passphrase, salt=salt, nonce=nonce, cost=cost)


def read_roll_key(data: bytes, election: Hash, where: str = "") -> LockedFile:
    """The parts of a roll key's file, still closed.

    Raises:
        Malformed: no roll key.
        Unproven: the key of another election's roll.
    """
    locked = read_locked(data, _KIND, where)
    if locked.lines["election"] != election:
        raise Unproven(
            Sentence("the key of the roll of election {id}", {"id": election[:16]}),
            Sentence("that of election {id}", {"id": locked.lines["election"][:16]}),
            Sentence("Check that definition and roll are of one election."),
            where,
        )
    return locked


def roll_election(data: bytes, where: str = "") -> Hash:
    """The election of a roll key's file; its passphrase is not needed.

    Raises:
        Malformed: no roll key.
    """
    return read_locked(data, _KIND, where).lines["election"]


def unlock_roll_key(locked: LockedFile, passphrase: str, where: str = "") -> RollKey:
    """The key.

    Raises:
        Unproven: another passphrase, or a changed file.
    """
    secret = unlock(locked, passphrase, where)
    if len(secret) != KEY_BYTES:
        raise Malformed(Sentence("a roll key of urna"), Sentence("something else"), _REMEDY, where)
    key = RollKey(bytes(secret), locked.lines["election"])
    secret[:] = bytes(len(secret))
    return key
