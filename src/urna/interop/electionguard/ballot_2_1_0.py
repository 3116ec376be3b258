"""A ballot of 2.1.0 after its encryption: checking it, encrypting its nonce to the guardians, opening it by its nonces.

Boxes 6 to 8, 13 and 14 of 2.1.0. No file format of 2.1.0 is agreed on; these work on values.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from urna.errors import Unproven
from urna.interop.electionguard.encryption import EncryptedBallot, EncryptedContest, encrypt_vote
from urna.interop.electionguard.group import Ciphertext, Element, aggregate
from urna.interop.electionguard.hashing import exclusive_or
from urna.interop.electionguard.manifest import Contest
from urna.interop.electionguard.profile import ContestName
from urna.interop.electionguard.proofs import (
    Proof,
    RangeProof,
    Scalars,
    challenge_sum,
    knowledge_commitment,
    prove_knowledge,
    range_commitments,
)
from urna.interop.electionguard.report import REMEDY
from urna.interop.electionguard.v2_1_0 import Context210, Hashes210
from urna.words import Sentence


def check_ballot(context: Context210, contests: Sequence[Contest], ballot: EncryptedBallot) -> None:
    """Boxes 6, 7, 8.A and 8.B; and each contest and option of the style once, in order.

    Args:
        context: the election.
        contests: those of the ballot's style, from the manifest.
        ballot: the ballot.

    Raises:
        Unproven: one of it does not hold; `where` begins with the condition.
    """
    hashes = context.hashes(ballot.identifier)
    if [contest.contest for contest in ballot.contests] != list(contests):
        raise _unproven("S3", Sentence("each contest and option of the style once, in the manifest's order"))
    for contest in ballot.contests:
        _check_contest(context, hashes, contest)
    code = hashes.confirmation_code([contest.hash for contest in ballot.contests], ballot.auxiliary)
    if code != ballot.code:
        raise _unproven("8.B", Sentence("the confirmation code of its contest hashes"))


def check_unique(ballots: Iterable[EncryptedBallot]) -> None:
    """Box 5.A: no identifier stands twice; and no confirmation code does.

    Raises:
        Unproven: one does.
    """
    seen: set[bytes] = set()
    for ballot in ballots:
        if ballot.identifier in seen or ballot.code in seen:
            raise _unproven("5.A", Sentence("each ballot once"), ballot.identifier.hex())
        seen |= {ballot.identifier, ballot.code}


def _check_contest(context: Context210, hashes: Hashes210, contest: EncryptedContest) -> None:
    label, number = contest.contest.label, contest.contest.number
    if [option.option for option in contest.options] != list(contest.contest.options):
        raise _unproven("S3", Sentence("each contest and option of the style once, in the manifest's order"), label)
    for option in contest.options:
        indices, limit = (number, option.option.number), contest.contest.option_limit
        _check_range(context, hashes, "6", indices, Range(option.ciphertext, option.proof, limit))
    whole = aggregate(context.group, contest.ciphertexts)
    _check_range(context, hashes, "7", (number,), Range(whole, contest.proof, contest.contest.limit))
    if contest.data is not None:
        hashes.check_data(ContestName(number, label), contest.data)
    if contest.hash != hashes.contest_hash(number, contest.ciphertexts, contest.data):
        raise _unproven("8.A", Sentence("the contest hash of its ciphertexts"), label)


class Range(NamedTuple):
    """A ciphertext, its proof and its limit."""

    ciphertext: Ciphertext
    proof: RangeProof
    limit: int


def _check_range(context: Context210, hashes: Hashes210, box: str, indices: tuple[int, ...], claim: Range) -> None:
    where, group = "/".join(map(str, indices)), context.group
    if box == "6" and not (claim.ciphertext.pad.is_member and claim.ciphertext.data.is_member):
        raise _unproven(f"{box}.A", Sentence("an element x of the group, x^q = 1"), where)
    if len(claim.proof) != claim.limit + 1:
        expected = Sentence("a proof with a branch for each of 0 to {limit}", {"limit": claim.limit})
        raise _unproven(f"{box}.D", expected, where)
    if not all(context.is_in_range(branch) for branch in claim.proof):
        raise _unproven(f"{box}.B", Sentence("a number below q"), where)
    commitments = range_commitments(group, context.votes_key, claim.ciphertext, claim.proof)
    if challenge_sum(group, claim.proof) != hashes.range_challenge(indices, claim.ciphertext, commitments):
        raise _unproven(f"{box}.D", Sentence("the challenge that the proof's hash gives"), where)


class NonceCiphertext(NamedTuple):
    """The ballot nonce for the guardians: (C_0, C_1, C_2) (eq. 34-38)."""

    c0: Element
    c1: bytes
    proof: Proof


def encrypt_nonce(context: Context210, hashes: Hashes210, nonce: bytes, draw: Scalars) -> NonceCiphertext:
    """ξ_B under the key for other data, with a proof of the new nonce."""
    secret = draw()
    c0, beta = context.group.generator**secret, context.data_key**secret
    c1 = exclusive_or(nonce, hashes.ballot_nonce_key(c0, beta))

    def ask(commitment: Element) -> int:
        return hashes.ballot_nonce_challenge(commitment, c0, c1)

    return NonceCiphertext(c0, c1, prove_knowledge(context.group, secret, draw, ask))


def check_nonce(context: Context210, hashes: Hashes210, encrypted: NonceCiphertext) -> None:
    """Returns if whoever encrypted knows the nonce; guardians ask for it before they decrypt (§3.6.7).

    Raises:
        Unproven: the proof does not verify.
    """
    commitment = knowledge_commitment(context.group, encrypted.c0, encrypted.proof)
    challenge = hashes.ballot_nonce_challenge(commitment, encrypted.c0, encrypted.c1)
    if not encrypted.c0.is_member or encrypted.proof.challenge != challenge:
        raise _unproven("3.6.7", Sentence("a proof that the sender knows the nonce"))


def decrypt_nonce(hashes: Hashes210, encrypted: NonceCiphertext, factor: Element) -> bytes:
    """ξ_B from β_B, which the guardians compute together (eq. 107 and 108)."""
    return exclusive_or(encrypted.c1, hashes.ballot_nonce_key(encrypted.c0, factor))


class Opening(NamedTuple):
    """What is published of a challenged ballot: the nonces of its selections and data, not the ballot's own nonce."""

    votes: Mapping[str, tuple[int, ...]]
    """σ of each option, by contest."""
    nonces: Mapping[str, tuple[int, ...]]
    """ξ_ij of each option, by contest."""
    data_nonces: Mapping[str, int]


def open_ballot(
    context: Context210, ballot: EncryptedBallot, votes: Mapping[str, Sequence[int]], nonce: bytes
) -> Opening:
    """The opening that follows from the ballot's nonce ξ_B."""
    hashes = context.hashes(ballot.identifier)
    contests = [each.contest for each in ballot.contests]
    return Opening(
        {contest.label: tuple(votes[contest.label]) for contest in contests},
        {
            contest.label: tuple(
                hashes.selection_nonce(contest.number, option.number, nonce) for option in contest.options
            )
            for contest in contests
        },
        {
            each.contest.label: hashes.data_nonce(each.contest.number, nonce)
            for each in ballot.contests
            if each.data is not None
        },
    )


def check_opening(
    context: Context210, contests: Sequence[Contest], ballot: EncryptedBallot, opening: Opening
) -> Mapping[str, bytes]:
    """Boxes 13 and 14: encrypts again and compares with the ballot of this name, contest by contest.

    Args:
        context: the election.
        contests: those of the ballot's style, from the manifest.
        ballot: the encrypted ballot, checked before.
        opening: what was published of it.

    Returns:
        The contest data in plain, by contest.

    Raises:
        Unproven: something differs; `where` begins with the condition.
    """
    labels = [contest.label for contest in contests]
    if sorted(opening.votes) != sorted(labels) or sorted(opening.nonces) != sorted(labels):
        raise _unproven("14.B", Sentence("each contest and option of the style once, in the manifest's order"))
    hashes = context.hashes(ballot.identifier)
    hashed = [_check_opened(context, hashes, contest, opening) for contest in ballot.contests]
    if hashes.confirmation_code(hashed, ballot.auxiliary) != ballot.code:
        raise _unproven("13.B", Sentence("the confirmation code of its contest hashes"))
    with_data = {contest.contest.label: contest for contest in ballot.contests if contest.data is not None}
    if opening.data_nonces.keys() != with_data.keys():
        raise _unproven("13.A", Sentence("a nonce for the data of each contest that has any"))
    return {label: _check_data(context, hashes, each, opening) for label, each in with_data.items()}


def _check_opened(context: Context210, hashes: Hashes210, contest: EncryptedContest, opening: Opening) -> bytes:
    """The contest hash of the selections as they were encrypted again."""
    shape = contest.contest
    votes, nonces = opening.votes[shape.label], opening.nonces[shape.label]
    if not len(votes) == len(nonces) == len(shape.options):
        raise _unproven("14.D", Sentence("each contest and option of the style once, in the manifest's order"))
    if not all(0 <= vote <= shape.option_limit for vote in votes):
        raise _unproven("14.E", Sentence("votes from 0 to {limit}", {"limit": shape.option_limit}), shape.label)
    if sum(votes) > shape.limit:
        raise _unproven("14.F", Sentence("votes from 0 to {limit}", {"limit": shape.limit}), shape.label)
    if not all(map(context.group.knows_scalar, nonces)):
        raise _unproven("13.1", Sentence("a number below q"), shape.label)
    again = [encrypt_vote(context, vote, nonce) for vote, nonce in zip(votes, nonces, strict=True)]
    if again != list(contest.ciphertexts):
        raise _unproven("13.2", Sentence("the ciphertext of the encrypted ballot"), shape.label)
    return hashes.contest_hash(shape.number, again, contest.data)


def _check_data(context: Context210, hashes: Hashes210, contest: EncryptedContest, opening: Opening) -> bytes:
    nonce, data = opening.data_nonces[contest.contest.label], contest.data
    if data is None or not context.group.knows_scalar(nonce) or context.group.generator**nonce != data.c0:
        raise _unproven("13.4", Sentence("the nonce of the contest data"), contest.contest.label)
    name = ContestName(contest.contest.number, contest.contest.label)
    return hashes.decrypt_data(name, data, context.data_key**nonce)


def _unproven(condition: str, expected: Sentence, where: str = "") -> Unproven:
    place = f"{condition} {where}".strip()
    return Unproven(expected, Sentence("another value"), REMEDY, place)
