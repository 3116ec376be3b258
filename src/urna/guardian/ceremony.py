"""The key ceremony as one guardian lives it, on a machine that is never on a network: four acts, files between them.

    commit         draw two polynomials, publish a hash of their points
    coefficients   with everybody's hash at hand, publish the points and prove that they are known
    shares         with everybody's points proven, seal to each other guardian its share, signed
    accept         with all shares right, sign the joint key; with a wrong one, complain in public

Every act takes the private state and gives the next one. Write the private file before the document leaves the machine.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nacl.exceptions import RuntimeError as SodiumRefusal

from urna.ballot.ceremony import (
    Ceremony,
    GuardianCoefficients,
    GuardianCommitment,
    GuardianIndex,
    GuardianRecord,
    JointKey,
    PossessionProof,
    ScalarHex,
    check_election,
    commitments_hash,
    guardians_of,
    open_guardian_document,
    open_joint_key,
    points_of,
    read_coefficients,
    read_commitments,
)
from urna.crypto.sealing import SealingKey, seal
from urna.crypto.threshold import (
    DATA,
    VOTES,
    Entropy,
    Holder,
    Polynomial,
    Possession,
    add_shares,
    check_share,
    coefficients_hash,
    scalars_of,
)
from urna.election.definition import Election
from urna.encoding.canonical import Hash, digest, encode
from urna.encoding.document import read_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.guardian.private import SEED_BYTES, Memory, PrivateState
from urna.guardian.stages import FIRST, Act, step
from urna.log.note import NoteSigner, add_signatures, parse_note
from urna.words import Sentence


class GuardianShare(GuardianRecord, frozen=True, kw_only=True, tag_field="type", tag="urna/guardian-share/1"):
    """What one guardian gives another, signed by the giver and sealed to the receiver. It is secret."""

    receiver: GuardianIndex
    commitments: Hash
    """Of which ceremony: a share of an earlier, broken off one accuses nobody."""
    votes: ScalarHex
    """P_i(l)."""
    data: ScalarHex
    """P̂_i(l)."""

    def __repr__(self) -> str:
        """From whom to whom."""
        return f"GuardianShare({self.guardian} to {self.receiver}, secret)"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """The same for rich, which would list the fields otherwise."""
        return []


class GuardianComplaint(GuardianRecord, frozen=True, kw_only=True, tag_field="type", tag="urna/guardian-complaint/1"):
    """A share that is wrong, shown to everybody as it was signed."""

    accused: GuardianIndex
    share: str
    """The signed share, the whole document."""


class BadShare(Unproven):
    """A share that its giver signed and that the giver's points do not prove.

    Args:
        complaint: the signed complaint, to be published.
        accused: the guardian who gave the share, from 1.
        name: the same guardian's name.
    """

    def __init__(self, complaint: bytes, accused: int, name: str) -> None:
        self.complaint = complaint
        self.accused = accused
        super().__init__(
            Sentence("a share of {name} that fits the published points", {"name": name}),
            Sentence("another one"),
            Sentence("Publish the complaint; anyone checks it: urna guardian complain-check."),
            name,
        )


class Papers(NamedTuple):
    """The public documents of a ceremony that lie before a guardian, in any order."""

    commitments: Sequence[bytes]
    coefficients: Sequence[bytes] = ()


def index_of(election: Election, signer: NoteSigner) -> int:
    """The guardian whose signing key this is, from 1.

    Raises:
        Unproven: it is no guardian's.
    """
    for index, key in enumerate(guardians_of(election), start=1):
        if (key.key_name, key.key) == (signer.name, signer.verifier.public_hex):
            return index
    raise Unproven(
        Sentence("the key of one of {count} guardians", {"count": len(guardians_of(election))}),
        Sentence("the key {vkey}", {"vkey": signer.verifier.vkey()}),
        Sentence("Use the key that stands under [[authority.guardian]] in the definition."),
    )


def commit(election: Election, signer: NoteSigner, entropy: Entropy) -> tuple[PrivateState, bytes]:
    """A new guardian's private state and signed commitment."""
    guardian, threshold = index_of(election, signer), election.definition.authority.guardian_threshold
    votes, data = (Polynomial.draw(threshold, entropy) for _ in range(2))
    secrets = bytearray(votes.secret_bytes() + data.secret_bytes() + entropy(SEED_BYTES))
    commitment = coefficients_hash(guardian, votes.points(), data.points()).hex()
    record = GuardianCommitment(election=election.identity, guardian=guardian, commitment=commitment)
    _erase(votes, data)
    return PrivateState(election.identity, guardian, FIRST, secrets, Memory()), sign_document(record, [signer])


def show_coefficients(
    election: Election, signer: NoteSigner, state: PrivateState, papers: Papers
) -> tuple[PrivateState, bytes]:
    """The signed coefficients, once everybody's commitment is there.

    Raises:
        OutOfOrder: not now, a commitment is missing, or other commitments than those that were answered before.
        Unproven: a commitment does not verify, or the own one is not in it.
    """
    check_own(election, signer, state)
    stage = step(state.stage, Act.COEFFICIENTS)
    seen = commitments_hash(election, papers.commitments).hex()
    _check_same(state.memory.commitments, seen)
    votes, data = map(_polynomial, state.polynomials)
    holder = Holder(bytes.fromhex(election.identity), state.guardian, votes.points(), data.points())
    own = read_commitments(election, papers.commitments)[state.guardian].commitment
    if own != coefficients_hash(state.guardian, holder.votes, holder.data).hex():
        raise Unproven(
            Sentence("your own commitment among those of all guardians"),
            Sentence("another one in your name"),
            Sentence("Put the file of this ceremony in its place; tell the others if somebody else changed it."),
        )
    record = GuardianCoefficients(
        election=election.identity,
        guardian=state.guardian,
        commitments=seen,
        communication=SealingKey(state.communication).public_hex,
        votes=_hex(holder.votes),
        votes_proofs=_written(votes.prove(holder, VOTES)),
        data=_hex(holder.data),
        data_proofs=_written(data.prove(holder, DATA)),
    )
    _erase(votes, data)
    return state.moved(stage, Memory(commitments=seen)), sign_document(record, [signer])


def deal_shares(
    election: Election, signer: NoteSigner, state: PrivateState, papers: Papers, entropy: Entropy
) -> tuple[PrivateState, dict[int, bytes]]:
    """A sealed box for each other guardian, once everybody's coefficients are there and proven.

    Raises:
        OutOfOrder: not now, or a document is missing.
        Malformed: a document, a point or a scalar is not one.
        Unproven: something does not verify, such as coefficients that were not committed to; the guardian is named.
    """
    check_own(election, signer, state)
    stage = step(state.stage, Act.SHARES)
    ceremony = _read_own(election, state, papers)
    votes, data = map(_polynomial, state.polynomials)
    boxes = {}
    for receiver, theirs in ceremony.coefficients.items():
        if receiver != state.guardian:
            share = _share(state, receiver, votes.share(receiver), data.share(receiver))
            name = guardians_of(election)[receiver - 1].name
            boxes[receiver] = _sealed(theirs.communication, sign_document(share, [signer]), entropy, name)
    _erase(votes, data)
    return state.moved(stage, state.memory), boxes


def accept_shares(
    election: Election, signer: NoteSigner, state: PrivateState, papers: Papers, boxes: Mapping[int, bytes]
) -> tuple[PrivateState, bytes]:
    """The joint key, signed, once the shares of all others are there and right. Only the sums are kept.

    Args:
        election: the definition.
        signer: the guardian's signing key.
        state: the private state.
        papers: the public documents of all guardians.
        boxes: the sealed share of each other guardian, by its index.

    Raises:
        OutOfOrder: not now, or a box is missing; its giver is named.
        BadShare: a share is wrong; nothing was signed, and the error has the complaint to publish.
        Unproven: a box does not open, or its share is not signed by its giver.
    """
    check_own(election, signer, state)
    stage = step(state.stage, Act.ACCEPT)
    ceremony = _read_own(election, state, papers)
    if state.stage is stage:  # the signature again, when its file was lost
        check_joint(state, ceremony)
        return state, sign_document(ceremony.record, [signer])
    votes, data = map(_polynomial, state.polynomials)
    others = [giver for giver in ceremony.coefficients if giver != state.guardian]
    shares = [_open_share(election, signer, state, ceremony, giver=giver, boxes=boxes) for giver in others]
    shares.append((votes.share(state.guardian), data.share(state.guardian)))
    _erase(votes, data)
    kept = add_shares(each[0] for each in shares) + add_shares(each[1] for each in shares)
    memory = Memory(commitments=state.memory.commitments, joint=digest(encode(ceremony.record)))
    return state.moved(stage, memory, kept), sign_document(ceremony.record, [signer])


def join_keys(election: Election, papers: Papers, signed: Sequence[bytes]) -> bytes:
    """The joint key document with the signatures of all guardians, from what each of them signed.

    Raises:
        OutOfOrder: nobody's is there.
        Unproven: one is another text, or a signature is missing or fails; the guardian is named.
    """
    ceremony = read_coefficients(election, papers.commitments, papers.coefficients)
    if not signed:
        raise OutOfOrder(
            Sentence("the joint key as each guardian signed it"),
            Sentence("none"),
            Sentence("Bring the files of all guardians together."),
        )
    document = signed[0]
    for each in signed[1:]:
        if read_document(each, JointKey) != ceremony.record:
            open_joint_key(election, ceremony, each)
        document = add_signatures(document, parse_note(each).signatures)
    open_joint_key(election, ceremony, document)
    return document


def check_complaint(election: Election, ceremony: Ceremony, data: bytes, where: str = "") -> GuardianComplaint:
    """The complaint, if it is right: the accused signed this share, for this guardian and ceremony, and it is wrong.

    Raises:
        Malformed: not a complaint.
        Unproven: it is not signed by a guardian, the accused did not sign the share, it is of another ceremony or for
            somebody else, or it is right: the accused guardian is honest.
    """
    complaint = open_guardian_document(election, data, GuardianComplaint, where)
    share = _read_share(
        election, ceremony, complaint.accused, complaint.guardian, complaint.share.encode(), where=where
    )
    if _is_right(ceremony, share):
        raise Unproven(
            Sentence("a share that the points of the accused guardian do not prove"),
            Sentence("one that they prove: the accused is honest"),
            Sentence("Refuse the complaint. The share is public now, so this ceremony has to begin again."),
            where,
        )
    return complaint


def check_own(election: Election, signer: NoteSigner, state: PrivateState) -> None:
    """Returns if the private state is of this election and this guardian.

    Raises:
        Unproven: it is not.
    """
    check_election(election, state.election)
    if index_of(election, signer) != state.guardian:
        raise Unproven(
            Sentence("the private file of the guardian whose key signs"),
            Sentence("that of guardian {guardian}", {"guardian": state.guardian}),
            Sentence("Use your own key file with your own private file."),
        )


def check_joint(state: PrivateState, ceremony: Ceremony) -> None:
    """Returns if this guardian signed the joint key of this ceremony.

    Raises:
        Unproven: another one, or none.
    """
    if state.memory.joint != digest(encode(ceremony.record)):
        raise Unproven(
            Sentence("the joint key that you signed"),
            Sentence("another one"),
            Sentence("Use the documents of the ceremony in which your private file was made."),
        )


def _read_own(election: Election, state: PrivateState, papers: Papers) -> Ceremony:
    """The ceremony, if it is the one that this guardian's coefficients were shown in."""
    ceremony = read_coefficients(election, papers.commitments, papers.coefficients)
    own = ceremony.coefficients[state.guardian]
    _check_same(state.memory.commitments, own.commitments)
    return ceremony


def _check_same(answered: Hash | None, found: Hash) -> None:
    if answered not in {None, found}:
        raise OutOfOrder(
            Sentence("the commitments that your coefficients answered"),
            Sentence("others"),
            Sentence("Use the files of the ceremony you began; if a guardian began again, all begin again."),
        )


def _share(state: PrivateState, receiver: int, votes: bytes, data: bytes) -> GuardianShare:
    return GuardianShare(
        election=state.election,
        guardian=state.guardian,
        receiver=receiver,
        commitments=state.memory.commitments or "",
        votes=votes.hex(),
        data=data.hex(),
    )


def _sealed(communication: str, message: bytes, entropy: Entropy, name: str) -> bytes:
    try:
        return seal(communication, message, entropy(SEED_BYTES))
    except SodiumRefusal as error:
        raise Unproven(
            Sentence("a key to which a share can be sealed"),
            Sentence("one with which nothing stays secret"),
            Sentence("Stop the ceremony and ask {name} to explain it.", {"name": name}),
            name,
        ) from error


def _open_share(
    election: Election,
    signer: NoteSigner,
    state: PrivateState,
    ceremony: Ceremony,
    *,
    giver: int,
    boxes: Mapping[int, bytes],
) -> tuple[bytes, bytes]:
    """The two values of a share that is right."""
    name = guardians_of(election)[giver - 1].name
    if giver not in boxes:
        raise OutOfOrder(
            Sentence("the sealed shares of all other guardians"),
            Sentence("none of {name}", {"name": name}),
            Sentence("Ask {name} for the box made for you.", {"name": name}),
            name,
        )
    document = SealingKey(state.communication).unseal(boxes[giver], name)
    share = _read_share(election, ceremony, giver, state.guardian, document, where=name)
    if not _is_right(ceremony, share):
        complaint = GuardianComplaint(
            election=election.identity, guardian=state.guardian, accused=giver, share=document.decode()
        )
        raise BadShare(sign_document(complaint, [signer]), giver, name)
    return bytes.fromhex(share.votes), bytes.fromhex(share.data)


def _read_share(
    election: Election, ceremony: Ceremony, giver: int, receiver: int, document: bytes, *, where: str
) -> GuardianShare:
    """A share that its giver signed for this receiver in this ceremony, right or wrong."""
    share = open_guardian_document(election, document, GuardianShare, where)
    wanted = (giver, receiver, ceremony.coefficients[1].commitments)
    if (share.guardian, share.receiver, share.commitments) != wanted:
        raise Unproven(
            Sentence("a share of guardian {giver} for guardian {receiver}", {"giver": giver, "receiver": receiver}),
            Sentence("one for somebody else, or of another ceremony"),
            Sentence("Ask its giver for the file again; it accuses nobody."),
            where,
        )
    return share


def _is_right(ceremony: Ceremony, share: GuardianShare) -> bool:
    points = ceremony.coefficients[share.guardian]
    try:
        check_share(points_of(points.votes), share.receiver, bytes.fromhex(share.votes))
        check_share(points_of(points.data), share.receiver, bytes.fromhex(share.data))
    except (Unproven, Malformed):
        return False
    return True


def _polynomial(secrets: bytes) -> Polynomial:
    return Polynomial(scalars_of(secrets))


def _erase(*polynomials: Polynomial) -> None:
    for each in polynomials:
        each.erase()


def _hex(points: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(point.hex() for point in points)


def _written(proofs: Sequence[Possession]) -> tuple[PossessionProof, ...]:
    return tuple(PossessionProof(challenge=each.challenge.hex(), response=each.response.hex()) for each in proofs)
