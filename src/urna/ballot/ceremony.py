"""The documents of the key ceremony, and what anyone reads from them: the joint keys of the election.

    commitment     one of each guardian, before anybody shows a point: the hash of all that will be shown
    coefficients   one of each guardian: the points, proofs of possession, a key for sealed shares
    joint key      one for all, signed by EVERY guardian; the signature says "the shares I got are right"

Nothing secret is in them, and nobody needs to be believed: the joint keys are sums that are computed again here.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple, TypeVar

import msgspec

from urna.ballot.keys import JointKeys
from urna.crypto.mac import join_parts
from urna.crypto.ristretto import IDENTITY
from urna.crypto.threshold import (
    DATA,
    MOST_GUARDIANS,
    VOTES,
    Holder,
    Possession,
    check_points,
    check_possession,
    coefficients_hash,
    index_bytes,
    joint_points,
)
from urna.election.definition import Election, NamedKey
from urna.encoding.canonical import Hash, PublicKey, Record, digest
from urna.encoding.document import open_document, read_document
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteVerifier, parse_note
from urna.words import Sentence

GuardianIndex = Annotated[int, msgspec.Meta(ge=1, le=MOST_GUARDIANS)]
"""A guardian's place in the definition, from 1; 0 would be the key itself."""

PointHex = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A point of ristretto255, 32 bytes as lower-case hexadecimal digits."""

ScalarHex = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A scalar of ristretto255, 32 bytes little-endian as lower-case hexadecimal digits."""

_BASE = b"urna/protocol/1/base"
_COMMITMENTS = b"urna/protocol/1/commitments"


class GuardianRecord(Record, frozen=True, kw_only=True):
    """The base of what a single guardian signs."""

    election: Hash
    guardian: GuardianIndex


class GuardianCommitment(GuardianRecord, frozen=True, kw_only=True, tag_field="type", tag="urna/guardian-commitment/1"):
    """A guardian's promise of what the coefficients will be."""

    commitment: Hash


class PossessionProof(Record, frozen=True, kw_only=True):
    """That the coefficient behind a point is known."""

    challenge: ScalarHex
    response: ScalarHex


class GuardianCoefficients(
    GuardianRecord, frozen=True, kw_only=True, tag_field="type", tag="urna/guardian-coefficients/1"
):
    """What a guardian shows when all have committed themselves."""

    commitments: Hash
    """`commitments_hash` of the commitment documents of all guardians, as this one has them."""
    communication: PublicKey
    """X25519: the shares of the others come sealed to it."""
    votes: tuple[PointHex, ...]
    votes_proofs: tuple[PossessionProof, ...]
    data: tuple[PointHex, ...]
    data_proofs: tuple[PossessionProof, ...]


class JointKey(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/joint-key/1"):
    """The result of the ceremony."""

    election: Hash
    threshold: GuardianIndex
    guardians: GuardianIndex
    """How many there are."""
    votes: PointHex
    data: PointHex
    base_hash: Hash
    coefficients: tuple[Hash, ...]
    """SHA-256 of each guardian's signed coefficients, in order."""


class Ceremony(NamedTuple):
    """What the coefficients of all guardians say together, proven but not yet signed by all."""

    record: JointKey
    keys: JointKeys
    votes: tuple[bytes, ...]
    """The points of the sum of all polynomials: with them every guardian's public share can be computed."""
    data: tuple[bytes, ...]
    coefficients: Mapping[int, GuardianCoefficients]
    """By guardian."""


R = TypeVar("R", GuardianCommitment, GuardianCoefficients)
G = TypeVar("G", bound=GuardianRecord)
T = TypeVar("T")


def read_ceremony(
    election: Election, commitments: Sequence[bytes], coefficients: Sequence[bytes], joint: bytes
) -> JointKeys:
    """The joint keys of an election, from the documents of its ceremony.

    1. Every guardian committed itself, and showed what it had committed itself to.
    2. Every coefficient is proven to be known; everyone had seen the same commitments.
    3. The joint keys are the sums, and every guardian signed them.

    Args:
        election: whose guardians they are.
        commitments: the signed commitments of all guardians, in any order.
        coefficients: their signed coefficients, in any order.
        joint: the joint key document.

    Raises:
        Malformed: a document, a point or a scalar is not one.
        OutOfOrder: a guardian's document is missing or there twice.
        Unproven: something does not verify; the guardian is named.
    """
    ceremony = read_coefficients(election, commitments, coefficients)
    open_joint_key(election, ceremony, joint)
    return ceremony.keys


def read_commitments(election: Election, documents: Sequence[bytes]) -> dict[int, GuardianCommitment]:
    """The commitments of all guardians, by index; errors as for `read_ceremony`."""
    wanted = Sentence("the commitment of every guardian once")
    return _read_all(election, documents, GuardianCommitment, "commitment", wanted)


def commitments_hash(election: Election, documents: Sequence[bytes]) -> bytes:
    """What ties each guardian's coefficients to the commitments it had seen; 32 bytes. Any order gives the same."""
    ordered = sorted(documents, key=lambda document: read_document(document, GuardianCommitment).guardian)
    return hashlib.sha256(join_parts(_COMMITMENTS, bytes.fromhex(election.identity), *ordered)).digest()


def read_coefficients(election: Election, commitments: Sequence[bytes], coefficients: Sequence[bytes]) -> Ceremony:
    """What all guardians showed, every part of it checked; errors as for `read_ceremony`."""
    promised = read_commitments(election, commitments)
    seen = commitments_hash(election, commitments).hex()
    wanted = Sentence("the coefficients of every guardian once")
    shown = _read_all(election, coefficients, GuardianCoefficients, "coefficients", wanted)
    for guardian, record in shown.items():
        _check_shown(election, record, promised[guardian], seen)
    hashes = {read_document(each, GuardianCoefficients).guardian: digest(each) for each in coefficients}
    return _add_up(election, shown, tuple(hashes[guardian] for guardian in sorted(hashes)))


def open_joint_key(election: Election, ceremony: Ceremony, document: bytes, where: str = "joint key") -> JointKey:
    """The joint key document, if it is this ceremony's and every guardian signed it.

    Raises:
        Malformed: not such a document.
        Unproven: it says something else, or a signature is missing or fails; the guardian is named.
    """
    record = read_document(document, JointKey, where)
    if record != ceremony.record:
        raise Unproven(
            Sentence("the joint key that follows from the guardians' coefficients"),
            Sentence("another one"),
            Sentence("Compare the files of the guardians: somebody has others."),
            where,
        )
    missing = unsigned_by(election, document, where)
    if missing:
        raise Unproven(
            Sentence("a joint key signed by all {count} guardians", {"count": len(guardians_of(election))}),
            Sentence("no signature of {names}", {"names": ", ".join(key.name for key in missing)}),
            Sentence("Wait until they have checked their shares; a ballot encrypted before could be lost."),
            where,
        )
    guardians = [verifier(key) for key in guardians_of(election)]
    return open_document(document, JointKey, guardians, len(guardians), where)


def unsigned_by(election: Election, document: bytes, where: str = "") -> tuple[NamedKey, ...]:
    """The guardians without a signature line under a document; that the others' verify is checked elsewhere."""
    lines = {(line.name, line.key_id) for line in parse_note(document, where).signatures}
    return tuple(key for key in guardians_of(election) if (key.key_name, verifier(key).key_id) not in lines)


def guardians_of(election: Election) -> tuple[NamedKey, ...]:
    """The guardians in order: the first has index 1.

    Raises:
        OutOfOrder: the definition names none.
    """
    found = election.definition.authority.guardians
    if not found:
        raise OutOfOrder(
            Sentence("an election with guardians"),
            Sentence("one whose ballots are not encrypted"),
            Sentence("Put the guardians under [[authority.guardian]] in election.toml."),
        )
    return found


def verifier(key: NamedKey) -> NoteVerifier:
    """The key that a guardian's documents are checked with."""
    return NoteVerifier(key.key_name, key.key)


def open_guardian_document(election: Election, document: bytes, kind: type[G], where: str = "") -> G:
    """A record of this election that the guardian whose number it bears has signed.

    Raises:
        Malformed: not such a document.
        Unproven: of another election, no such guardian, or the signature is missing or fails.
    """
    record = read_document(document, kind, where)
    check_election(election, record.election, where)
    guardians = guardians_of(election)
    if record.guardian > len(guardians):
        raise Unproven(
            Sentence("a document of one of {count} guardians", {"count": len(guardians)}),
            Sentence("one of guardian {guardian}", {"guardian": record.guardian}),
            Sentence("Check which election this file belongs to."),
            where,
        )
    key = guardians[record.guardian - 1]
    return open_document(document, kind, [verifier(key)], 1, where or key.name)


def check_election(election: Election, found: Hash, where: str = "") -> None:
    """Returns if a document is of this election.

    Raises:
        Unproven: of another one.
    """
    if found != election.identity:
        raise Unproven(
            Sentence("a document of the election {identity}", {"identity": election.identity[:16]}),
            Sentence("one of the election {identity}", {"identity": found[:16]}),
            Sentence("Check which election this file belongs to."),
            where,
        )


def holder_of(election: Election, record: GuardianCoefficients) -> Holder:
    """What a guardian's proofs of possession are bound to."""
    return Holder(bytes.fromhex(election.identity), record.guardian, points_of(record.votes), points_of(record.data))


def points_of(digits: Sequence[PointHex]) -> tuple[bytes, ...]:
    """The bytes of points; whether they are points is checked by who computes with them."""
    return tuple(map(bytes.fromhex, digits))


def one_of_each(election: Election, found: Iterable[tuple[int, T]], wanted: Sentence) -> dict[int, T]:
    """What each of all guardians made, by index in order.

    Args:
        election: names the guardians.
        found: index and what was made, in any order.
        wanted: what the rule asks for, with a word for it: a translator needs its gender.

    Raises:
        OutOfOrder: somebody's is missing, or there twice; the guardian is named.
    """
    pairs = list(found)
    counted = Counter(guardian for guardian, _ in pairs)
    for guardian, key in enumerate(guardians_of(election), start=1):
        if counted[guardian] != 1:
            raise OutOfOrder(
                wanted,
                Sentence("{count} of {name}", {"count": counted[guardian], "name": key.name}),
                Sentence("Bring the files of all guardians together, each once."),
                key.name,
            )
    return dict(sorted(pairs, key=lambda pair: pair[0]))


def base_hash(
    election: Election, votes: Sequence[Sequence[bytes]], data: Sequence[Sequence[bytes]], keys: Sequence[bytes]
) -> bytes:
    """H_E (docs/spec/protocol.md, Keys 6), 32 bytes.

    Args:
        election: its identity goes in as 32 bytes; k and n as 4 bytes big-endian each.
        votes: the points K_{i,j} of each guardian in order.
        data: the points K̂_{i,j}.
        keys: K and K̂.
    """
    authority = election.definition.authority
    numbers = map(index_bytes, (authority.guardian_threshold, len(authority.guardians)))
    points = [point for each in (*votes, *data) for point in each]
    return hashlib.sha256(join_parts(_BASE, bytes.fromhex(election.identity), *numbers, *points, *keys)).digest()


def _read_all(
    election: Election, documents: Sequence[bytes], kind: type[R], where: str, wanted: Sentence
) -> dict[int, R]:
    found = [open_guardian_document(election, document, kind, where) for document in documents]
    return one_of_each(election, ((record.guardian, record) for record in found), wanted)


def _check_shown(election: Election, record: GuardianCoefficients, promised: GuardianCommitment, seen: Hash) -> None:
    """One guardian's coefficients: as promised, over the same commitments, each proven."""
    name = guardians_of(election)[record.guardian - 1].name
    holder = holder_of(election, record)
    for points in (holder.votes, holder.data):
        check_points(points, election.definition.authority.guardian_threshold, name)
    if coefficients_hash(record.guardian, holder.votes, holder.data).hex() != promised.commitment:
        raise Unproven(
            Sentence("the coefficients that {name} had committed to", {"name": name}),
            Sentence("others"),
            Sentence("Stop the ceremony: whoever changes them after seeing the others' could choose the key."),
            name,
        )
    if record.commitments != seen:
        raise Unproven(
            Sentence("coefficients shown after the commitments that lie here"),
            Sentence("{name} had others", {"name": name}),
            Sentence("Compare the commitments of all guardians: somebody gave different ones to different people."),
            name,
        )
    check_possession(holder, VOTES, _possessions(record.votes_proofs), name)
    check_possession(holder, DATA, _possessions(record.data_proofs), name)


def _possessions(proofs: Sequence[PossessionProof]) -> tuple[Possession, ...]:
    return tuple(Possession(bytes.fromhex(each.challenge), bytes.fromhex(each.response)) for each in proofs)


def _add_up(election: Election, shown: Mapping[int, GuardianCoefficients], hashes: tuple[Hash, ...]) -> Ceremony:
    authority = election.definition.authority
    all_votes = [points_of(each.votes) for each in shown.values()]
    all_data = [points_of(each.data) for each in shown.values()]
    votes, data = joint_points(all_votes), joint_points(all_data)
    _check_keys(votes[0], data[0])
    keys = JointKeys(votes[0], data[0], base_hash(election, all_votes, all_data, (votes[0], data[0])))
    record = JointKey(
        election=election.identity,
        threshold=authority.guardian_threshold,
        guardians=len(authority.guardians),
        votes=keys.votes.hex(),
        data=keys.data.hex(),
        base_hash=keys.base_hash.hex(),
        coefficients=hashes,
    )
    return Ceremony(record, keys, votes, data, shown)


def _check_keys(votes: bytes, data: bytes) -> None:
    if IDENTITY in {votes, data} or votes == data:
        raise Unproven(
            Sentence("two different joint keys, neither of them the identity"),
            Sentence("others"),
            Sentence("Begin the ceremony again: honest random numbers never do this."),
        )
