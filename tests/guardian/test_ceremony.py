"""The key ceremony: what anyone reads from its documents, and what each guardian refuses."""

import copy
from functools import cache
from typing import Any, NamedTuple

import msgspec
import pytest
from tests.guardian.small import COUNT, Counter, ceremony, election, signers

from urna.ballot.ceremony import (
    GuardianCoefficients,
    GuardianCommitment,
    JointKey,
    base_hash,
    commitments_hash,
    points_of,
    read_ceremony,
    read_coefficients,
)
from urna.crypto.scalars import from_int, to_int
from urna.crypto.sealing import SealingKey, seal
from urna.crypto.threshold import Polynomial, coefficients_hash, combine_points, evaluate_points
from urna.election.definition import Election
from urna.encoding.document import read_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.guardian.ceremony import (
    BadShare,
    GuardianComplaint,
    GuardianShare,
    Papers,
    accept_shares,
    check_complaint,
    commit,
    deal_shares,
    join_keys,
    show_coefficients,
)
from urna.guardian.private import PrivateState
from urna.guardian.rehearsal import HeldCeremony
from urna.guardian.stages import Stage


class Dealt(NamedTuple):
    """A ceremony up to the dealing: nothing accepted yet."""

    papers: Papers
    states: tuple[PrivateState, ...]
    boxes: dict[int, dict[int, bytes]]
    """By giver, then by receiver."""


def held() -> HeldCeremony:
    """A finished ceremony."""
    return ceremony()


@cache
def _dealt() -> Dealt:
    draw = Counter("dealt")
    begun = [commit(election(), signer, draw) for signer in signers()]
    papers = Papers([document for _, document in begun])
    shown = [show_coefficients(election(), s, state, papers) for s, (state, _) in zip(signers(), begun, strict=True)]
    papers = Papers(papers.commitments, [document for _, document in shown])
    given = [deal_shares(election(), s, state, papers, draw) for s, (state, _) in zip(signers(), shown, strict=True)]
    return Dealt(papers, tuple(state for state, _ in given), dict(enumerate((boxes for _, boxes in given), start=1)))


def dealt() -> Dealt:
    """The same with states that can be used up."""
    return copy.deepcopy(_dealt())


def boxes_for(receiver: int, of: Dealt) -> dict[int, bytes]:
    """The boxes that a guardian gets."""
    return {giver: boxes[receiver] for giver, boxes in of.boxes.items() if giver != receiver}


def signed_again(document: bytes, kind: type[msgspec.Struct], by: int, **changes: Any) -> bytes:
    """A guardian's document with something else in it, signed by the same guardian."""
    record = msgspec.structs.replace(read_document(document, kind), **changes)
    return sign_document(record, [signers()[by - 1]])


def test_anyone_reads_the_joint_keys_from_the_documents() -> None:
    """In any order of the documents, and the base hash is that of the protocol."""
    found = held()
    keys = read_ceremony(election(), found.commitments[::-1], found.coefficients[::-1], found.joint)
    shown = [read_document(each, GuardianCoefficients) for each in found.coefficients]
    votes, data = [points_of(each.votes) for each in shown], [points_of(each.data) for each in shown]
    assert keys == found.keys
    assert keys.base_hash == base_hash(election(), votes, data, (keys.votes, keys.data))
    assert keys.votes != keys.data


def test_the_kept_shares_are_those_of_the_public_points() -> None:
    """Any three of them give the key in the exponent, and nothing of the polynomials is left."""
    found = held()
    for state in found.states:
        assert len(state.votes_share + state.data_share) == 64
        assert state.stage is Stage.READY
        assert state.seed == b""
    public = {state.guardian: evaluate_points(found.ceremony.votes, state.guardian) for state in found.states}
    for three in ((1, 2, 3), (2, 4, 5), (5, 3, 1)):
        assert combine_points({i: public[i] for i in three}) == found.keys.votes


def test_another_ceremony_gives_another_key() -> None:
    """Its documents do not mix with the first one's."""
    other, found = ceremony("other"), held()
    assert other.keys.votes != found.keys.votes
    mixed = [other.coefficients[0], *found.coefficients[1:]]
    with pytest.raises(Unproven, match="Guardian 1"):
        read_ceremony(election(), found.commitments, mixed, found.joint)


def test_a_rushing_guardian_is_refused() -> None:
    """Coefficients that were chosen after the others' were seen do not fit the commitment; the guardian is named."""
    found = dealt()
    polynomial = Polynomial.draw(3, Counter("rushing"))
    points = tuple(point.hex() for point in polynomial.points())
    changed = [
        *found.papers.coefficients[:4],
        signed_again(found.papers.coefficients[4], GuardianCoefficients, 5, votes=points),
    ]
    papers = Papers(found.papers.commitments, changed)
    with pytest.raises(Unproven, match="Guardian 5: expected the coefficients that Guardian 5 had committed to"):
        deal_shares(election(), signers()[0], found.states[0], papers, Counter())


def test_coefficients_without_knowledge_are_refused() -> None:
    """Committed to and shown, but the proofs are of others."""
    found = held()
    second = read_document(found.coefficients[1], GuardianCoefficients)
    copied = signed_again(
        found.coefficients[4], GuardianCoefficients, 5, votes=second.votes, votes_proofs=second.votes_proofs
    )
    record = read_document(copied, GuardianCoefficients)
    commitment = coefficients_hash(5, points_of(record.votes), points_of(record.data)).hex()
    promised = [
        *found.commitments[:4],
        signed_again(found.commitments[4], GuardianCommitment, 5, commitment=commitment),
    ]
    with pytest.raises(UrnaError):
        read_coefficients(election(), promised, [*found.coefficients[:4], copied])
    seen = _commitments_hash_of(promised)
    shown = [
        signed_again(each, GuardianCoefficients, n, commitments=seen)
        for n, each in enumerate(found.coefficients[:4], 1)
    ]
    copied = signed_again(copied, GuardianCoefficients, 5, commitments=seen)
    with pytest.raises(Unproven, match="guardian 5 knows"):
        read_coefficients(election(), promised, [*shown, copied])


def _commitments_hash_of(documents: list[bytes]) -> str:
    return commitments_hash(election(), documents).hex()


def test_different_commitments_for_different_people_are_noticed() -> None:
    """A guardian who shows one hash here and another there splits the ceremony, and it stops."""
    found = held()
    other = signed_again(found.commitments[4], GuardianCommitment, 5, commitment="0" * 64)
    with pytest.raises(Unproven):
        read_coefficients(election(), [*found.commitments[:4], other], found.coefficients)
    shown = [
        *found.coefficients[:4],
        signed_again(found.coefficients[4], GuardianCoefficients, 5, commitments="0" * 64),
    ]
    with pytest.raises(Unproven, match="gave different ones"):
        read_coefficients(election(), found.commitments, shown)


@pytest.mark.parametrize("number", [2, 4])
def test_more_or_fewer_coefficients_than_needed_are_refused(number: int) -> None:
    """Exactly k; a guardian with k + 1 would make k guardians too few."""
    found = held()
    polynomial = Polynomial.draw(number, Counter("many"))
    points = tuple(point.hex() for point in polynomial.points())
    shown = [signed_again(found.coefficients[0], GuardianCoefficients, 1, votes=points), *found.coefficients[1:]]
    with pytest.raises(Malformed, match="Guardian 1: expected exactly 3 points"):
        read_coefficients(election(), found.commitments, shown)


def test_a_missing_or_doubled_guardian_is_named() -> None:
    """Every document once."""
    found = held()
    with pytest.raises(OutOfOrder, match="0 of Guardian 3"):
        read_coefficients(election(), found.commitments, [*found.coefficients[:2], *found.coefficients[3:]])
    with pytest.raises(OutOfOrder, match="2 of Guardian 1"):
        read_coefficients(election(), [*found.commitments, found.commitments[0]], found.coefficients)
    with pytest.raises(OutOfOrder, match="0 of Guardian 5"):
        read_coefficients(election(), found.commitments[:4], found.coefficients)


def test_a_document_that_another_guardian_signed_is_refused() -> None:
    """Guardian 2 cannot speak for guardian 1, nor a sixth at all; and index 0 cannot be written."""
    found = held()
    record = read_document(found.commitments[0], GuardianCommitment)
    forged = sign_document(record, [signers()[1]])
    with pytest.raises(Unproven):
        read_coefficients(election(), [forged, *found.commitments[1:]], found.coefficients)
    for guardian, error in ((6, Unproven), (0, Malformed)):
        strange = signed_again(found.commitments[0], GuardianCommitment, 1, guardian=guardian)
        with pytest.raises(error):
            read_coefficients(election(), [strange, *found.commitments[1:]], found.coefficients)


def test_the_ceremony_of_another_election_is_refused() -> None:
    """The same guardians, another definition."""
    other = Election(msgspec.structs.replace(election().definition, code="OTHER"))
    with pytest.raises(Unproven, match="of the election"):
        read_ceremony(other, held().commitments, held().coefficients, held().joint)


def test_every_guardian_signs_the_joint_key() -> None:
    """Four signatures of five are not enough, and the missing one is named."""
    found = held()
    record = read_document(found.joint, JointKey)
    four = sign_document(record, signers()[:4])
    with pytest.raises(Unproven, match="no signature of Guardian 5"):
        read_ceremony(election(), found.commitments, found.coefficients, four)
    false = found.joint.replace(b"guardian-5 ", b"guardian-4 ")
    with pytest.raises(UrnaError):
        read_ceremony(election(), found.commitments, found.coefficients, false)


@pytest.mark.parametrize("field", ["votes", "data", "base_hash", "threshold", "guardians", "coefficients"])
def test_a_joint_key_that_says_something_else_is_refused(field: str) -> None:
    """Even if all sign it."""
    found = held()
    values = {"threshold": 2, "guardians": 4, "coefficients": ("0" * 64,) * COUNT}
    record = msgspec.structs.replace(read_document(found.joint, JointKey), **{field: values.get(field, "0" * 64)})
    with pytest.raises(Unproven, match="another one"):
        read_ceremony(election(), found.commitments, found.coefficients, sign_document(record, signers()))


def test_a_wrong_share_is_complained_about_and_anyone_agrees() -> None:
    """Guardian 2 gives guardian 4 another value and signs it: nothing is accepted, and the complaint is right."""
    found = dealt()
    complaint = _complaint(found, wrong=True)
    whole = read_coefficients(election(), found.papers.commitments, found.papers.coefficients)
    agreed = check_complaint(election(), whole, complaint)
    assert (agreed.guardian, agreed.accused) == (4, 2)


def _share(found: Dealt, giver: int, receiver: int) -> GuardianShare:
    document = SealingKey(found.states[receiver - 1].communication).unseal(found.boxes[giver][receiver])
    return read_document(document, GuardianShare)


def _complaint(found: Dealt, *, wrong: bool) -> bytes:
    """What guardian 4 writes when guardian 2 gives a wrong share."""
    share = _share(found, 2, 4)
    value = from_int(to_int(bytes.fromhex(share.votes)) + wrong).hex()
    document = sign_document(msgspec.structs.replace(share, votes=value), [signers()[1]])
    key = SealingKey(found.states[3].communication).public_hex
    boxes = boxes_for(4, found) | {2: seal(key, document, b"\x07" * 32)}
    with pytest.raises(BadShare) as caught:
        accept_shares(election(), signers()[3], found.states[3], found.papers, boxes)
    assert caught.value.accused == 2
    assert found.states[3].stage is Stage.DEALT
    return caught.value.complaint


def test_a_complaint_against_an_honest_guardian_is_refused() -> None:
    """The share that was shown is right; or it was changed, and nobody signed it; or it was for somebody else."""
    found = dealt()
    whole = read_coefficients(election(), found.papers.commitments, found.papers.coefficients)
    honest = _share(found, 2, 4)
    document = sign_document(honest, [signers()[1]])
    with pytest.raises(Unproven, match="the accused is honest"):
        check_complaint(election(), whole, _complaint_of(4, 2, document))
    value = from_int(to_int(bytes.fromhex(honest.votes)) + 1).hex()
    invented = sign_document(msgspec.structs.replace(honest, votes=value), [signers()[3]])
    with pytest.raises(Unproven):
        check_complaint(election(), whole, _complaint_of(4, 2, invented))
    with pytest.raises(Unproven, match="guardian 5"):
        check_complaint(election(), whole, _complaint_of(5, 2, document))


def test_a_share_of_an_earlier_ceremony_accuses_nobody() -> None:
    """It was right then; shown now it would not fit, so it names its ceremony."""
    found = dealt()
    earlier = msgspec.structs.replace(_share(found, 2, 4), commitments="0" * 64)
    whole = read_coefficients(election(), found.papers.commitments, found.papers.coefficients)
    with pytest.raises(Unproven, match="another ceremony"):
        check_complaint(election(), whole, _complaint_of(4, 2, sign_document(earlier, [signers()[1]])))


def _complaint_of(guardian: int, accused: int, share: bytes) -> bytes:
    record = GuardianComplaint(election=election().identity, guardian=guardian, accused=accused, share=share.decode())
    return sign_document(record, [signers()[guardian - 1]])


def test_a_box_for_somebody_else_does_not_open() -> None:
    """Exchanged on the way; its giver is named, and accused of nothing."""
    found = dealt()
    boxes = boxes_for(4, found) | {2: found.boxes[2][5]}
    with pytest.raises(Unproven) as caught:
        accept_shares(election(), signers()[3], found.states[3], found.papers, boxes)
    assert not isinstance(caught.value, BadShare)
    assert caught.value.where == "Guardian 2"


def test_a_missing_box_is_named() -> None:
    """Nothing is signed before all are there."""
    found = dealt()
    boxes = {giver: box for giver, box in boxes_for(1, found).items() if giver != 3}
    with pytest.raises(OutOfOrder, match="none of Guardian 3"):
        accept_shares(election(), signers()[0], found.states[0], found.papers, boxes)


def test_a_guardian_does_nothing_out_of_order() -> None:
    """Each act at each wrong stage: the sentence says what is expected."""
    draw = Counter("order")
    own = signers()[0]
    state, document = commit(election(), own, draw)
    with pytest.raises(OutOfOrder, match="coefficients by a guardian who has committed"):
        deal_shares(election(), own, state, Papers([document]), draw)
    with pytest.raises(OutOfOrder):
        accept_shares(election(), own, state, Papers([document]), {})
    with pytest.raises(OutOfOrder, match="0 of Guardian 2"):
        show_coefficients(election(), own, state, Papers([document]))
    found = dealt()
    with pytest.raises(OutOfOrder, match="shares / accept by a guardian who has dealt"):
        show_coefficients(election(), own, found.states[0], found.papers)


def test_coefficients_are_written_again_the_same() -> None:
    """A lost file is no second ceremony; other commitments are."""
    begun = [commit(election(), signer, Counter(signer.name)) for signer in signers()]
    papers = Papers([document for _, document in begun])
    state, first = show_coefficients(election(), signers()[0], begun[0][0], papers)
    state, again = show_coefficients(election(), signers()[0], state, papers)
    assert first == again
    other = commit(election(), signers()[4], Counter("again"))[1]
    with pytest.raises(OutOfOrder, match="your coefficients answered"):
        show_coefficients(election(), signers()[0], state, Papers([*papers.commitments[:4], other]))


def test_a_changed_own_commitment_is_noticed() -> None:
    """Somebody put another file in its place."""
    begun = [commit(election(), signer, Counter(signer.name)) for signer in signers()]
    other = commit(election(), signers()[0], Counter("other"))[1]
    papers = Papers([other, *(document for _, document in begun[1:])])
    with pytest.raises(Unproven, match="your own commitment"):
        show_coefficients(election(), signers()[0], begun[0][0], papers)


def test_the_signature_is_written_again_the_same() -> None:
    """After the polynomials are gone; for another ceremony it is refused."""
    found = held()
    papers = Papers(found.commitments, found.coefficients)
    _, again = accept_shares(election(), signers()[1], found.states[1], papers, {})
    assert again == sign_document(found.ceremony.record, [signers()[1]])
    other = dealt()
    with pytest.raises(OutOfOrder):
        accept_shares(election(), signers()[1], found.states[1], other.papers, {})


def test_one_guardian_does_not_use_another_guardians_secrets() -> None:
    """The key that signs and the private file belong to one person."""
    found = dealt()
    with pytest.raises(Unproven, match="guardian 1"):
        accept_shares(election(), signers()[1], found.states[0], found.papers, boxes_for(1, found))


def test_joining_names_who_has_not_signed() -> None:
    """And refuses what is another text."""
    found = held()
    papers = Papers(found.commitments, found.coefficients)
    each = [sign_document(found.ceremony.record, [signer]) for signer in signers()]
    assert read_ceremony(election(), *papers, join_keys(election(), papers, each[::-1])) == found.keys
    with pytest.raises(Unproven, match="no signature of Guardian 2"):
        join_keys(election(), papers, [each[0], *each[2:]])
    with pytest.raises(OutOfOrder):
        join_keys(election(), papers, [])
    other = sign_document(msgspec.structs.replace(found.ceremony.record, threshold=2), [signers()[1]])
    with pytest.raises(Unproven, match="another one"):
        join_keys(election(), papers, [each[0], other])


def test_a_key_to_which_nothing_can_be_sealed_is_noticed() -> None:
    """A communication key of low order would give everybody the share."""
    found = dealt()
    begun = [commit(election(), signer, Counter(signer.name)) for signer in signers()]
    papers = Papers([document for _, document in begun])
    shown = [show_coefficients(election(), s, state, papers) for s, (state, _) in zip(signers(), begun, strict=True)]
    weak = signed_again(shown[4][1], GuardianCoefficients, 5, communication="0" * 64)
    papers = Papers(papers.commitments, [*(document for _, document in shown[:4]), weak])
    with pytest.raises(Unproven, match="Guardian 5"):
        deal_shares(election(), signers()[0], shown[0][0], papers, Counter())
    assert found.states[0].stage is Stage.DEALT
