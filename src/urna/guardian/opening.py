"""Opening sums of ciphertexts by k guardians: three acts of each, files between them.

    open-commit    check that the plan allows it, and publish a hash of the own part
    open-reveal    with everybody's hash at hand, publish the part: M_i, a_i, b_i for every option
    open-respond   with everybody's part at hand, publish the answers v_i; the random numbers are forgotten
    open-combine   no secret: one proof an option, or the name of the guardian who cheated

Each guardian's machine makes the request itself, from its own copy of the public record; all who take part must have
the same one, byte by byte.
"""

from collections.abc import Iterator, Mapping, Sequence

from urna.ballot.ceremony import (
    Ceremony,
    guardians_of,
    open_guardian_document,
)
from urna.crypto.joint_opening import (
    Partial,
    Proof,
    Target,
    VotesTable,
    begin,
    challenge,
    check_proof,
    combine,
    finish,
    is_honest,
    respond,
)
from urna.crypto.scalars import hash_to_scalar
from urna.crypto.threshold import Entropy, check_indices, evaluate_points, index_bytes, lagrange
from urna.election.definition import Election
from urna.encoding.canonical import Hash
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, Unproven
from urna.guardian.ceremony import check_joint, check_own
from urna.guardian.memory import check_remembered, remember
from urna.guardian.opening_papers import (
    PROMISE,
    OpenedPart,
    OpeningPromise,
    OpeningResponse,
    OpeningReveal,
    Round,
    missing,
    part_commitment,
    promises_hash,
    read_answers,
    read_promises,
    read_reveals,
)
from urna.guardian.private import SEED_BYTES, PrivateState, Session
from urna.guardian.request import OpeningRequest, check_request
from urna.guardian.stages import Act, step
from urna.log.note import NoteSigner
from urna.tally.decryption import AggregateOpening, targets, write_opening
from urna.words import Sentence

_NONCE = "urna/protocol/1/open-nonce"


def promise(
    election: Election,
    ceremony: Ceremony,
    signer: NoteSigner,
    state: PrivateState,
    request: OpeningRequest,
    *,
    guardians: Sequence[int],
    entropy: Entropy,
) -> tuple[PrivateState, bytes]:
    """The signed promise of this guardian's part, after its machine has judged the request itself.

    1. The joint key is the one that this guardian signed.
    2. k guardians or more take part, this one among them.
    3. The sums are those of the plan that follows from the sheets.
    4. Together with what this guardian opened before they isolate no few ballots.

    Args:
        election: the definition.
        ceremony: the documents of the key ceremony, read.
        signer: the guardian's signing key.
        state: its private state.
        request: made on this machine from the public record.
        guardians: who takes part, by index.
        entropy: fresh random bytes.

    Raises:
        OutOfOrder: not now.
        Malformed: a guardian who does not exist, or one twice; a sum that is no point.
        Unproven: one of the above does not hold.
    """
    check_own(election, signer, state)
    stage = step(state.stage, Act.OPEN_COMMIT)
    check_joint(state, ceremony)
    taking_part = _check_guardians(election, state.guardian, guardians)
    check_request(election, request)
    check_remembered(election, state.memory, request.sheets, [each.planned for each in request.aggregates])
    session = Session(request=request.identity, guardians=taking_part)
    secrets = state.votes_share + state.data_share + entropy(SEED_BYTES)
    moved = state.moved(stage, state.memory.during(session), secrets)
    parts = _own_parts(moved, _targets(election, ceremony, request))
    record = OpeningPromise(
        election=election.identity,
        guardian=state.guardian,
        request=session.request,
        guardians=taking_part,
        commitment=part_commitment(ceremony, session, state.guardian, parts),
    )
    return moved, sign_document(record, [signer])


def reveal(
    election: Election,
    ceremony: Ceremony,
    signer: NoteSigner,
    state: PrivateState,
    request: OpeningRequest,
    *,
    papers: Round,
) -> tuple[PrivateState, bytes]:
    """The signed part of this guardian, once all who take part have promised.

    From here on the sums can be opened, so the machine remembers them as opened.

    Raises:
        OutOfOrder: not now, a promise is missing (its guardian is named), or others were answered before.
        Unproven: a promise is not signed, or is for another request or other guardians.
    """
    session = _check_session(election, signer, state, request)
    stage = step(state.stage, Act.OPEN_REVEAL)
    promises = read_promises(election, session, papers.promises)
    seen = promises_hash(election, papers.promises)
    _check_answered(session, seen)
    parts = _own_parts(state, _targets(election, ceremony, request))
    if promises[state.guardian].commitment != part_commitment(ceremony, session, state.guardian, parts):
        raise Unproven(
            Sentence("your own promise among those of all who take part"),
            Sentence("another one in your name"),
            Sentence("Put the file of this opening in its place; tell the others if somebody else changed it."),
        )
    memory = remember(state.memory, request.sheets, [each.planned for each in request.aggregates])
    answered = Session(request=session.request, guardians=session.guardians, promises=seen)
    record = OpeningReveal(
        election=election.identity,
        guardian=state.guardian,
        request=session.request,
        promises=seen,
        parts=tuple(OpenedPart(share=p.share.hex(), a=p.a.hex(), b=p.b.hex()) for p in parts),
    )
    return state.moved(stage, memory.during(answered)), sign_document(record, [signer])


def answer(
    election: Election,
    ceremony: Ceremony,
    signer: NoteSigner,
    state: PrivateState,
    request: OpeningRequest,
    *,
    papers: Round,
) -> tuple[PrivateState, bytes]:
    """The signed answers of this guardian, once all who take part have shown what they had promised.

    Write the private file before the document leaves the machine: the seed is gone from it, so nothing answers twice.

    Raises:
        OutOfOrder: not now, or a document is missing; its guardian is named.
        Malformed: a point is not one.
        Unproven: somebody showed something else than was promised; the guardian is named.
    """
    session = _check_session(election, signer, state, request)
    stage = step(state.stage, Act.OPEN_RESPOND)
    _check_answered(session, promises_hash(election, papers.promises))
    found = _targets(election, ceremony, request)
    shown = read_reveals(election, ceremony, session, papers, request.options)
    weight = lagrange(session.guardians)[state.guardian]
    responses = []
    for number, (target, nonce) in enumerate(zip(found, _nonces(state, session, len(found)), strict=True)):
        c = challenge(target, combine({i: parts[number] for i, parts in shown.items()}))
        responses.append(respond(state.votes_share, nonce, c, weight).hex())
    record = OpeningResponse(
        election=election.identity,
        guardian=state.guardian,
        request=session.request,
        promises=session.promises or "",
        responses=tuple(responses),
    )
    kept = state.votes_share + state.data_share
    return state.moved(stage, state.memory.during(None), kept), sign_document(record, [signer])


def combine_openings(
    election: Election, ceremony: Ceremony, request: OpeningRequest, papers: Round
) -> tuple[AggregateOpening, ...]:
    """What is published: the votes of every aggregate with their proofs. Needs no secret.

    Raises:
        OutOfOrder: a document is missing; its guardian is named.
        Malformed: a point or a scalar is not one.
        Unproven: an answer is false; the guardian who gave it is named.
    """
    check_request(election, request)
    session = _session_of(election, request, papers.promises)
    shown = read_reveals(election, ceremony, session, papers, request.options)
    answers = read_answers(election, session, papers, request.options)
    proofs = []
    for number, target in enumerate(_targets(election, ceremony, request)):
        partials = {i: parts[number] for i, parts in shown.items()}
        responses = {i: given[number] for i, given in answers.items()}
        proofs.append((target, _proof(election, ceremony, target, partials, responses)))
    return tuple(_write_all(election, ceremony, request, proofs))


def _check_guardians(election: Election, own: int | None, guardians: Sequence[int]) -> tuple[int, ...]:
    """Who takes part, sorted: k or more guardians of the election, each once, and among them this one."""
    check_indices(guardians)
    count, threshold = len(guardians_of(election)), election.definition.authority.guardian_threshold
    if len(guardians) < threshold or max(guardians) > count or own not in {None, *guardians}:
        raise Unproven(
            Sentence(
                "at least {threshold} of {count} guardians, yourself among them",
                {"threshold": threshold, "count": count},
            ),
            Sentence("{guardians}", {"guardians": ", ".join(map(str, sorted(guardians))) or "-"}),
            Sentence("Name all who take part by their numbers in the definition; the first is 1."),
        )
    return tuple(sorted(guardians))


def _check_session(election: Election, signer: NoteSigner, state: PrivateState, request: OpeningRequest) -> Session:
    check_own(election, signer, state)
    session = state.memory.session
    if session is None or session.request != request.identity:
        raise OutOfOrder(
            Sentence("the request that you promised a part for"),
            Sentence("another one, or no promise"),
            Sentence("Begin with: urna guardian open-commit."),
        )
    return session


def _check_answered(session: Session, seen: Hash) -> None:
    if session.promises not in {None, seen}:
        raise OutOfOrder(
            Sentence("the promises that your part was shown for"),
            Sentence("others"),
            Sentence("Somebody began again: all begin again with urna guardian open-commit."),
        )


def _session_of(election: Election, request: OpeningRequest, promises: Sequence[bytes]) -> Session:
    """The session that the promises belong to; that they agree is checked when they are read."""
    if not promises:
        raise missing(election, 1, PROMISE)
    first = open_guardian_document(election, promises[0], OpeningPromise)
    guardians = _check_guardians(election, None, first.guardians)
    return Session(request=request.identity, guardians=guardians, promises=promises_hash(election, promises))


def _targets(election: Election, ceremony: Ceremony, request: OpeningRequest) -> list[Target]:
    return [
        target
        for each in request.aggregates
        for target in targets(election, ceremony.keys, each.planned, each.ciphertexts, each.planned.contest)
    ]


def _nonces(state: PrivateState, session: Session, count: int) -> Iterator[bytes]:
    """u_i of each option: hashed from the session's seed, so that only 32 bytes have to be kept and forgotten."""
    for number in range(count):
        yield hash_to_scalar(_NONCE, state.seed, bytes.fromhex(session.request), index_bytes(number))


def _own_parts(state: PrivateState, found: Sequence[Target]) -> list[Partial]:
    session = state.memory.session
    if session is None:
        raise AssertionError
    nonces = _nonces(state, session, len(found))
    return [begin(state.votes_share, nonce, target) for target, nonce in zip(found, nonces, strict=True)]


def _proof(
    election: Election,
    ceremony: Ceremony,
    target: Target,
    partials: Mapping[int, Partial],
    responses: Mapping[int, bytes],
) -> Proof:
    """The proof of one option, checked; if it fails, the error names who cheated."""
    proof = finish(target, partials, responses)
    try:
        check_proof(target, proof)
    except Unproven as error:
        names = [
            guardians_of(election)[i - 1].name
            for i in partials
            if not is_honest(target, partials, i, responses[i], evaluate_points(ceremony.votes, i))
        ]
        raise Unproven(
            Sentence("answers that the guardians' public shares prove"),
            Sentence("a false one of {names}", {"names": ", ".join(names)}),
            Sentence("Publish these files, leave {names} out and open again with others.", {"names": ", ".join(names)}),
            ", ".join(names),
        ) from error
    return proof


def _write_all(
    election: Election, ceremony: Ceremony, request: OpeningRequest, proofs: Sequence[tuple[Target, Proof]]
) -> Iterator[AggregateOpening]:
    table = VotesTable(ceremony.keys.votes, max(each.planned.ballots for each in request.aggregates))
    first = 0
    for each in request.aggregates:
        last = first + len(each.sums)
        yield write_opening(election, each.planned, proofs[first:last], table)
        first = last
