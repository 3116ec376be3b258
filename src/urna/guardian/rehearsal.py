"""All guardians in one process, for demonstrations, drills and tests: never for an election.

Whoever runs this knows every guardian's secrets, which is just what the ceremony is there to prevent.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.ballot.ceremony import Ceremony, guardians_of, read_ceremony, read_coefficients
from urna.ballot.keys import JointKeys
from urna.crypto.signatures import SigningKey
from urna.crypto.threshold import Entropy
from urna.election.definition import Election
from urna.guardian.ceremony import Papers, accept_shares, commit, deal_shares, join_keys, show_coefficients
from urna.guardian.opening import answer, combine_openings, promise, reveal
from urna.guardian.opening_papers import Round
from urna.guardian.private import PrivateState
from urna.guardian.request import OpeningRequest
from urna.log.note import NoteSigner
from urna.tally.decryption import AggregateOpening


class HeldCeremony(NamedTuple):
    """The documents of a ceremony, which are public, and what each guardian keeps, in the definition's order."""

    commitments: tuple[bytes, ...]
    coefficients: tuple[bytes, ...]
    joint: bytes
    keys: JointKeys
    ceremony: Ceremony
    signers: tuple[NoteSigner, ...]
    states: tuple[PrivateState, ...]
    """The same objects do not serve twice: `open_aggregates` gives the next ones."""


def guardian_signers(election: Election, keys: Sequence[SigningKey]) -> tuple[NoteSigner, ...]:
    """The guardians' signing keys under their names in notes, in the definition's order."""
    return tuple(NoteSigner(named.key_name, key) for named, key in zip(guardians_of(election), keys, strict=True))


def hold_ceremony(election: Election, signing_keys: Sequence[SigningKey], entropy: Entropy) -> HeldCeremony:
    """The whole key ceremony.

    1. Everybody commits.
    2. Everybody shows the coefficients.
    3. Everybody deals the shares.
    4. Everybody accepts and signs the joint key; the signatures are joined.

    Args:
        election: with guardians.
        signing_keys: the guardians' Ed25519 keys, in the definition's order.
        entropy: fresh random bytes.
    """
    signers = guardian_signers(election, signing_keys)
    states, commitments = _unzip([commit(election, signer, entropy) for signer in signers])
    papers = Papers(commitments)
    shown = [show_coefficients(election, *own, papers) for own in zip(signers, states, strict=True)]
    states, coefficients = _unzip(shown)
    papers = Papers(commitments, coefficients)
    dealt = [deal_shares(election, *own, papers, entropy) for own in zip(signers, states, strict=True)]
    boxes = {index: box for index, (_, box) in enumerate(dealt, start=1)}
    accepted = []
    for index, (signer, (state, _)) in enumerate(zip(signers, dealt, strict=True), start=1):
        received = {giver: box[index] for giver, box in boxes.items() if giver != index}
        accepted.append(accept_shares(election, signer, state, papers, received))
    states, signed = _unzip(accepted)
    joint = join_keys(election, papers, signed)
    keys = read_ceremony(election, commitments, coefficients, joint)
    ceremony = read_coefficients(election, commitments, coefficients)
    return HeldCeremony(commitments, coefficients, joint, keys, ceremony, signers, states)


def open_aggregates(
    election: Election, held: HeldCeremony, request: OpeningRequest, guardians: Sequence[int], entropy: Entropy
) -> tuple[HeldCeremony, tuple[AggregateOpening, ...]]:
    """What these guardians open together, and the ceremony with what they keep afterwards.

    Args:
        election: the definition.
        held: the ceremony.
        request: what to open (`guardian/request.make_request`).
        guardians: k of them or more, by number from 1.
        entropy: fresh random bytes.

    Raises:
        Unproven: too few guardians, or a request that the plan does not allow.
    """
    taking_part = sorted(guardians)
    states = list(held.states)
    promises = []
    for index in taking_part:
        states[index - 1], document = promise(
            election,
            held.ceremony,
            held.signers[index - 1],
            states[index - 1],
            request,
            guardians=taking_part,
            entropy=entropy,
        )
        promises.append(document)
    papers = Round(promises)
    for act in (reveal, answer):
        documents = []
        for index in taking_part:
            own = held.signers[index - 1], states[index - 1]
            states[index - 1], document = act(election, held.ceremony, *own, request, papers=papers)
            documents.append(document)
        papers = papers._replace(reveals=documents) if act is reveal else papers._replace(responses=documents)
    openings = combine_openings(election, held.ceremony, request, papers)
    return held._replace(states=tuple(states)), openings


def _unzip(pairs: Sequence[tuple[PrivateState, bytes]]) -> tuple[tuple[PrivateState, ...], tuple[bytes, ...]]:
    return tuple(state for state, _ in pairs), tuple(document for _, document in pairs)
