"""A key ceremony whose guardians do something else than they should, and sign it."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from tests.tampering.builder import signing_key
from tests.tampering.encrypted_forgery import Forgery
from tests.verify.encrypted_world import GUARDIANS

from urna.ballot.ceremony import (
    GuardianCoefficients,
    GuardianCommitment,
    JointKey,
    PossessionProof,
    base_hash,
    commitments_hash,
    points_of,
)
from urna.crypto.group import total
from urna.crypto.threshold import DATA, VOTES, Holder, Polynomial, coefficients_hash
from urna.encoding.canonical import digest
from urna.encoding.document import read_document, sign_document
from urna.errors import UrnaError
from urna.log.note import NoteSigner
from urna.record.layout import JOINT_KEY, coefficients_path, commitment_path

Pair = tuple[Polynomial, Polynomial]
"""A guardian's polynomials for votes and for contest data."""

Shown = Callable[[GuardianCoefficients], GuardianCoefficients]


def guardian_signer(number: int) -> NoteSigner:
    """The signer of a guardian, also of one whom the definition does not have."""
    return NoteSigner(f"guardian-{number}.example", signing_key(f"guardian-{number}"))


def shown_by(forgery: Forgery, guardian: int) -> GuardianCoefficients:
    """A guardian's coefficients as they stand."""
    return read_document(forgery.world.files[coefficients_path(guardian)], GuardianCoefficients)


def show(forgery: Forgery, guardian: int, change: Shown) -> None:
    """Changes what a guardian shows, signed by it; everything else of the ceremony follows."""
    hold_again(forgery, {}, {guardian: change})


def hold_again(
    forgery: Forgery, polynomials: Mapping[int, Pair], changes: Mapping[int, Shown], *, recommit: bool = True
) -> None:
    """The whole ceremony again, every document signed by whom it takes.

    Args:
        forgery: the record.
        polynomials: of the guardians that have others than in the good record.
        changes: what guardians change in what they show, after their proofs are made.
        recommit: whether the commitments are to what is shown.
    """
    before = [shown_by(forgery, guardian) for guardian in range(1, GUARDIANS + 1)]
    shown = [_shown(forgery, each, polynomials.get(each.guardian)) for each in before]
    shown = [changes[each.guardian](each) if each.guardian in changes else each for each in shown]
    documents = [_commit(forgery, each) for each in shown]
    if not recommit:
        documents = [forgery.world.files[commitment_path(each.guardian)] for each in shown]
    hashed = commitments_hash(forgery.world.election, documents).hex()
    written = [
        sign_document(msgspec.structs.replace(each, commitments=hashed), [guardian_signer(number)])
        for number, each in enumerate(shown, start=1)
    ]
    for number, (commitment, coefficients) in enumerate(zip(documents, written, strict=True), start=1):
        forgery.world.add(commitment_path(number), commitment)
        forgery.world.add(coefficients_path(number), coefficients)
    put_joint_key(forgery, joint_of(forgery, shown, written))


def change_joint_key(forgery: Forgery, **changes: object) -> None:
    """The joint key with something else in it, signed by all guardians."""
    record = read_document(forgery.world.files[JOINT_KEY], JointKey)
    put_joint_key(forgery, msgspec.structs.replace(record, **changes))


def put_joint_key(forgery: Forgery, record: JointKey) -> None:
    """Puts the joint key, signed by all guardians, at its place."""
    signers = [guardian_signer(number) for number in range(1, GUARDIANS + 1)]
    forgery.world.add(JOINT_KEY, sign_document(record, signers))


def joint_of(forgery: Forgery, shown: Sequence[GuardianCoefficients], written: Sequence[bytes]) -> JointKey:
    """The joint key that follows, as far as the points can be added up; the one of before where they cannot."""
    record = read_document(forgery.world.files[JOINT_KEY], JointKey)
    votes, data = [points_of(each.votes) for each in shown], [points_of(each.data) for each in shown]
    try:
        keys = total([points[0] for points in votes]), total([points[0] for points in data])
        hashed = base_hash(forgery.world.election, votes, data, keys).hex()
    except UrnaError:
        return record
    return msgspec.structs.replace(
        record, votes=keys[0].hex(), data=keys[1].hex(), base_hash=hashed, coefficients=tuple(map(digest, written))
    )


def prove(forgery: Forgery, guardian: int, pair: Pair) -> dict[str, tuple[PossessionProof, ...]]:
    """Proofs of possession for the points of these polynomials, as the guardian with this number makes them."""
    identity = bytes.fromhex(forgery.world.election.identity)
    holder = Holder(identity, guardian, pair[0].points(), pair[1].points())
    return {
        "votes_proofs": _proofs(pair[0], holder, VOTES),
        "data_proofs": _proofs(pair[1], holder, DATA),
    }


def _proofs(polynomial: Polynomial, holder: Holder, kind: bytes) -> tuple[PossessionProof, ...]:
    found = polynomial.prove(holder, kind)
    return tuple(PossessionProof(challenge=each.challenge.hex(), response=each.response.hex()) for each in found)


def _shown(forgery: Forgery, before: GuardianCoefficients, pair: Pair | None) -> GuardianCoefficients:
    if pair is None:
        return before
    votes, data = (tuple(point.hex() for point in each.points()) for each in pair)
    return msgspec.structs.replace(before, votes=votes, data=data, **prove(forgery, before.guardian, pair))


def _commit(forgery: Forgery, shown: GuardianCoefficients) -> bytes:
    """The guardian's commitment to what it shows."""
    hashed = coefficients_hash(shown.guardian, points_of(shown.votes), points_of(shown.data)).hex()
    record = GuardianCommitment(election=forgery.world.election.identity, guardian=shown.guardian, commitment=hashed)
    return sign_document(record, [guardian_signer(shown.guardian)])
