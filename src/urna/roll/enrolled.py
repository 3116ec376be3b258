"""What is left of an enrolment: the elector's fingers on the roll, and a record that two operators signed.

The record says which fingers were taken, how good they are, which were left out and why, and by whose keys. It has
no template, no image, no name and no number; only whoever holds the roll with its salts can join it to the elector,
by the leaf (roll/commitment).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec

from urna.election.definition import NamedKey
from urna.encoding.canonical import Code, Count, Hash, Moment, PublicKey, Record, digest, encode
from urna.encoding.document import open_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner, NoteVerifier
from urna.roll.at_rest import EnrolmentId
from urna.roll.commitment import leaf
from urna.roll.elector import MAX_IMPRESSIONS, Finger, Member
from urna.roll.enrolment import Enrolment, Stage
from urna.roll.enrolment_rules import Reason
from urna.words import Sentence

OPERATORS = 2
"""Who sign an enrolment: one could enrol a finger of their own."""

Position = Annotated[int, msgspec.Meta(ge=1, le=10)]
Quality = Annotated[int, msgspec.Meta(ge=0, le=100)]


class EnrolmentSetup(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/enrolment-setup/1"):
    """Who may enrol, and to whose key the images are sealed. It lies sealed beside the roll."""

    election: Hash
    operators: tuple[NamedKey, ...] = ()
    archive: PublicKey | None = None

    def __post_init__(self) -> None:
        """A person has one key, and a key one person, or one could sign as two."""
        for values in zip(*((one.name.casefold(), one.key_name, one.key) for one in self.operators), strict=True):
            if len(set(values)) != len(values):
                raise Malformed(
                    Sentence("each operator once, with a key of their own"),
                    Sentence("a name or a key that comes twice"),
                    Sentence("Let every operator make a key: urna roll operator-keygen."),
                )

    def with_operators(self, added: Sequence[NamedKey]) -> "EnrolmentSetup":
        """The setup with more operators; one that is there already is not added again.

        Raises:
            Malformed: a person with a second key, or a key with a second person.
        """
        fresh = tuple(one for one in added if one not in self.operators)
        return msgspec.structs.replace(self, operators=(*self.operators, *fresh))

    @property
    def verifiers(self) -> list[NoteVerifier]:
        """The operators' keys under their names in notes."""
        return [NoteVerifier(one.key_name, one.key) for one in self.operators]


class EnrolledFinger(Record, frozen=True, kw_only=True):
    """A finger that is on the roll now."""

    position: Position
    qualities: Annotated[tuple[Quality, ...], msgspec.Meta(min_length=1, max_length=MAX_IMPRESSIONS)]
    """NFIQ 2 of each impression that was kept."""
    captures: Count
    """How often it was on the reader."""
    refused: Count
    """Captures that were of another finger."""


class LeftOut(Record, frozen=True, kw_only=True):
    """A finger that is not on the roll, and why."""

    position: Position
    reason: Reason


class EnrolmentRecord(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/enrolment/1"):
    """One elector's enrolment, without the elector."""

    enrolment: EnrolmentId
    election: Hash
    station: Code
    leaf: Hash
    """The elector's salted leaf with these fingers."""
    fingers: tuple[EnrolledFinger, ...]
    left_out: tuple[LeftOut, ...]
    archive: Hash | None
    """SHA-256 of the sealed images; None if there are none."""
    operators: tuple[PublicKey, PublicKey]
    """Sorted."""
    enrolled_at: Moment

    def __post_init__(self) -> None:
        """Every finger once, two operators."""
        positions = sorted([*(each.position for each in self.fingers), *(each.position for each in self.left_out)])
        if positions != sorted(set(positions)) or not self.operators[0] < self.operators[1]:
            raise Malformed(
                Sentence("each finger once, and two operators, sorted"),
                Sentence("another list"),
                Sentence("Enrol again with this version of urna."),
            )


class Outcome(NamedTuple):
    """What an enrolment gives: who the elector is now, and the record to be signed."""

    member: Member
    record: EnrolmentRecord

    def __repr__(self) -> str:
        """The record's name only."""
        return f"Outcome({self.record.enrolment})"


def enrolled(
    state: Enrolment,
    member: Member,
    templates: Mapping[int, Sequence[bytes]],
    *,
    election: Hash,
    enrolment: EnrolmentId,
    archive: Hash | None,
    signers: Sequence[NoteSigner],
    now: Moment,
) -> Outcome:
    """The elector with the fingers of an enrolment, and its record.

    Args:
        state: reviewed; every finger is settled.
        member: the elector with salt, as the roll has it.
        templates: ISO/IEC 19794-2:2005 records by finger position, one for each impression that was kept.
        election: the election's identity.
        enrolment: 128 random bits.
        archive: SHA-256 of the sealed images.
        signers: the two operators.
        now: when.

    Raises:
        OutOfOrder: the enrolment is not at its end.
        Malformed: other templates than impressions.
    """
    if state.stage not in {Stage.REVIEWING, Stage.CONFIRMED}:
        raise OutOfOrder(
            Sentence("an enrolment whose fingers are all settled"),
            Sentence("one in stage {stage}", {"stage": state.stage}),
            Sentence("Take the fingers that are missing, or leave them out with a reason."),
        )
    taken = [each for each in state.fingers if each.exception is None]
    if {each.position: len(each.qualities) for each in taken} != {at: len(each) for at, each in templates.items()}:
        raise Malformed(
            Sentence("a template for each impression that was kept"),
            Sentence("others"),
            Sentence("Enrol again; this is a mistake in urna."),
        )
    fingers = tuple(Finger(position=at, templates=tuple(templates[at])) for at in sorted(templates))
    after = msgspec.structs.replace(member, elector=msgspec.structs.replace(member.elector, fingers=fingers))
    keys = sorted(signer.verifier.public_hex for signer in signers)
    record = EnrolmentRecord(
        enrolment=enrolment,
        election=election,
        station=member.elector.station,
        leaf=leaf(after).hex(),
        fingers=tuple(
            EnrolledFinger(
                position=each.position, qualities=each.qualities, captures=each.captures, refused=each.refused
            )
            for each in taken
        ),
        left_out=tuple(
            LeftOut(position=each.position, reason=each.exception) for each in state.fingers if each.exception
        ),
        archive=archive,
        operators=(keys[0], keys[1]),
        enrolled_at=now,
    )
    return Outcome(after, record)


def require_operators(setup: EnrolmentSetup, signers: Sequence[NoteSigner]) -> tuple[NamedKey, ...]:
    """The two operators whose keys these are.

    Raises:
        Unproven: not two, one person twice, or a key of nobody who may enrol.
    """
    known = {(one.key_name, one.key): one for one in setup.operators}
    found = {(signer.name, signer.verifier.public_hex) for signer in signers}
    if len(signers) != OPERATORS or len(found) != OPERATORS or not found <= known.keys():
        raise Unproven(
            Sentence("the keys of two different operators of this roll"),
            Sentence("{count} keys, of {known} operators", {"count": len(signers), "known": len(found & known.keys())}),
            Sentence("Enter the operators' public keys with: urna roll enrol-setup."),
        )
    return tuple(known[each] for each in sorted(found))


def sign_record(record: EnrolmentRecord, signers: Sequence[NoteSigner]) -> bytes:
    """The record as a document of its two operators."""
    return sign_document(record, signers)


def open_record(data: bytes, setup: EnrolmentSetup, where: str = "") -> EnrolmentRecord:
    """A record that the two operators it names signed.

    Raises:
        Malformed: no record of an enrolment.
        Unproven: of another election, or a signature that is missing, fails, or is nobody's who may enrol.
    """
    record = open_document(data, EnrolmentRecord, setup.verifiers, OPERATORS, where)
    signers = [one for one in setup.verifiers if one.public_hex in record.operators]
    open_document(data, EnrolmentRecord, signers, OPERATORS, where)
    if record.election != setup.election:
        raise Unproven(
            Sentence("an enrolment of election {id}", {"id": setup.election[:16]}),
            Sentence("one of election {id}", {"id": record.election[:16]}),
            Sentence("Check which roll this record belongs to."),
            where,
        )
    return record


def check_record(record: EnrolmentRecord, member: Member, where: str = "") -> None:
    """Returns if the record is of this elector's fingers as they stand on the roll.

    Raises:
        Unproven: it is not.
    """
    fingers = {each.position: len(each.templates) for each in member.elector.fingers}
    if record.leaf != leaf(member).hex() or fingers != {each.position: len(each.qualities) for each in record.fingers}:
        raise Unproven(
            Sentence("the enrolment of an elector's fingers as they stand on the roll"),
            Sentence("that of others"),
            Sentence("Somebody changed the roll after the enrolment: enrol this elector again."),
            where,
        )


def records_hash(records: Sequence[EnrolmentRecord]) -> Hash:
    """One hash over many records, whatever their order."""
    return digest(b"".join(sorted(bytes.fromhex(digest(encode(record))) for record in records)))
