"""For tests of enrolment: two operators, an archive, a roll of the small election, and enrolments without images."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from tests.roll.small import small_election

from urna.biometrics.image import FingerImage
from urna.crypto.kdf import Cost
from urna.crypto.sealing import SealingKey
from urna.crypto.signatures import SigningKey
from urna.election.definition import NamedKey
from urna.log.note import NoteSigner
from urna.roll.at_rest import RollKey, StoredPart, lock_roll_key
from urna.roll.commitment import salted_parts
from urna.roll.enrolled import EnrolmentSetup, enrolled, sign_record
from urna.roll.enrolment import Captured, Enrolment, Excepted, begin, step
from urna.roll.enrolment_capsule import ArchivedImage, ArchivedImages, ArchiveEntry
from urna.roll.enrolment_rules import POSITIONS, Reason, rules_for
from urna.roll.synthetic import synthesize_roll
from urna.storage.enrolment_archive import png_of, seal_enrolment
from urna.storage.enrolment_files import Enrolled, Place
from urna.storage.roll_files import read_stored, write_roll

ELECTION = small_election()
NOW = "2020-11-02T15:04:05Z"
ARCHIVE_KEY = SealingKey(bytes(range(32)))
OPERATORS = tuple(NoteSigner(f"desk.example/{name}", SigningKey(sha256(name.encode()).digest())) for name in "ab")
STRANGER = NoteSigner("desk.example/c", SigningKey(sha256(b"c").digest()))
KEY = RollKey(b"k" * 32, ELECTION.identity)
SETUP = EnrolmentSetup(
    election=ELECTION.identity,
    operators=tuple(
        NamedKey(name=f"Operator {number}", key_name=signer.name, key=signer.verifier.public_hex)
        for number, signer in enumerate(OPERATORS)
    ),
    archive=ARCHIVE_KEY.public_hex,
)
GOOD = Captured(quality=60, minutiae=40, own=1_000_000, others=0)


def counted_entropy() -> Callable[[int], bytes]:
    """Bytes that never repeat, the same in every run."""
    drawn = 0

    def entropy(size: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return sha256(b"%d" % drawn).digest()[:size]

    return entropy


def new_roll(folder: Path) -> Place:
    """A roll of fictional electors in an empty folder, and an archive beside it."""
    entropy = counted_entropy()
    parts = salted_parts(synthesize_roll(ELECTION, 1), ELECTION, entropy)
    file = lock_roll_key(b"k" * 32, ELECTION.identity, "x", salt=entropy(16), nonce=entropy(12), cost=Cost.TOY)
    write_roll(folder / "roll", parts, KEY, file, entropy)
    return Place(folder / "roll", folder / "archive", KEY, entropy)


def station(place: Place, code: str = "S1") -> StoredPart:
    """A station as it stands."""
    return read_stored(place.roll, code, place.key)


def reviewed(left_out: int = 7) -> Enrolment:
    """An enrolment of three fingers, one left out, ready to be signed."""
    state = begin(rules_for(40_000))
    for position in POSITIONS:
        if position == left_out:
            state = step(state, Excepted(position, Reason.BANDAGED)).state
        else:
            for _ in range(3):
                state = step(state, GOOD).state
    return state


def image(seed: int) -> FingerImage:
    """Grey noise of a finger's size."""
    return FingerImage(np.random.default_rng(seed).integers(0, 256, (120, 100), dtype=np.uint8))


@cache
def png(seed: int) -> bytes:
    """The image as a file."""
    return png_of(image(seed))


def template(position: int, impression: int) -> bytes:
    """Bytes of a template's length."""
    return sha256(b"%d %d" % (position, impression)).digest() * 4


def an_enrolment(place: Place, index: int = 0, code: str = "S1", seed: int = 0) -> Enrolled:
    """The enrolment of the elector with this index at a station."""
    member = station(place, code).part.members[index]
    enrolment = place.entropy(16).hex()
    state = reviewed()
    images = ArchivedImages(
        enrolment=enrolment,
        election=ELECTION.identity,
        images=tuple(
            ArchivedImage(position=each.position, impression=number, quality=quality, png=png(seed + number))
            for each in state.fingers
            for number, quality in enumerate(each.qualities, start=1)
        ),
    )
    entry = ArchiveEntry(enrolment=enrolment, election=ELECTION.identity, number=member.elector.number)
    sealed = seal_enrolment(images, entry, ARCHIVE_KEY.public_hex, place.entropy)
    outcome = enrolled(
        state,
        member,
        {
            each.position: [template(each.position, n + 10 * seed) for n in range(3)]
            for each in state.fingers
            if each.qualities
        },
        election=ELECTION.identity,
        enrolment=enrolment,
        archive=sealed.sha256,
        signers=OPERATORS,
        now=NOW,
    )
    return Enrolled(outcome.member, enrolment, sign_record(outcome.record, OPERATORS), sealed)
