"""All guardians in one process, for demonstrations, drills and tests: never for an election.

Whoever runs this knows every guardian's secrets, which is just what the ceremony is there to prevent.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from urna.ballot.ceremony import Ceremony, guardians_of, read_ceremony, read_coefficients
from urna.ballot.keys import JointKeys
from urna.crypto.elgamal import Ciphertext
from urna.crypto.group import FixedPoint, base_times
from urna.crypto.scalars import add, from_int
from urna.crypto.signatures import SEED_BYTES, SigningKey
from urna.crypto.threshold import Entropy, draw_scalar
from urna.election.definition import Definition, Election, NamedKey
from urna.guardian.ceremony import Papers, accept_shares, commit, deal_shares, join_keys, show_coefficients
from urna.guardian.opening import answer, combine_openings, promise, reveal
from urna.guardian.opening_papers import Round
from urna.guardian.private import PrivateState
from urna.guardian.request import OpeningRequest, make_request
from urna.log.note import NoteSigner
from urna.tally.aggregates import CountedContest, CountedSheet, PlannedAggregate, plan_aggregates
from urna.tally.decryption import AggregateOpening

REHEARSED_GUARDIANS = 5
REHEARSED_THRESHOLD = 3


class RehearsedDefinition(NamedTuple):
    """A definition whose officers and guardians have throwaway keys, and these keys."""

    election: Election
    officers: tuple[NoteSigner, ...]
    guardians: tuple[SigningKey, ...]
    seeds: tuple[bytes, ...]
    """Of the guardians' keys, for their key files."""


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


def rehearsed_definition(definition: Definition, entropy: Entropy) -> RehearsedDefinition:
    """The definition as a rehearsal, with throwaway keys; with three of five guardians where it names none."""
    authority = definition.authority
    officer_keys = [SigningKey(entropy(SEED_BYTES)) for _ in authority.officers]
    count = len(authority.guardians) or REHEARSED_GUARDIANS
    seeds = tuple(entropy(SEED_BYTES) for _ in range(count))
    names = [guardian.name for guardian in authority.guardians] or [f"Guardian {n}" for n in range(1, count + 1)]
    guardians = tuple(
        NamedKey(name=name, key_name=f"rehearsal.example/guardian-{n}", key=SigningKey(seed).public_hex)
        for n, (name, seed) in enumerate(zip(names, seeds, strict=True), start=1)
    )
    officers = tuple(
        NamedKey(name=each.name, key_name=f"rehearsal.example/officer-{n}", key=key.public_hex)
        for n, (each, key) in enumerate(zip(authority.officers, officer_keys, strict=True), start=1)
    )
    rehearsed = msgspec.structs.replace(
        definition,
        purpose="rehearsal",
        authority=msgspec.structs.replace(
            authority,
            officers=officers,
            guardians=guardians,
            guardian_threshold=authority.guardian_threshold or REHEARSED_THRESHOLD,
        ),
    )
    signers = tuple(NoteSigner(each.key_name, key) for each, key in zip(officers, officer_keys, strict=True))
    return RehearsedDefinition(Election(rehearsed), signers, tuple(map(SigningKey, seeds)), seeds)


def rehearsed_request(election: Election, keys: JointKeys, entropy: Entropy, most: int = 3) -> OpeningRequest:
    """A request with invented votes: every station has too few ballots, and sums over many stations are opened.

    It asks for the first `most` of the sums that the plan allows. Of each contest's ballots the first option has all
    that are left when every other has had one.
    """
    few = max(1, election.rules.secrecy_threshold - 1)
    sheets = [
        CountedSheet(
            station=station,
            ballots_root=None,
            contests=tuple(
                CountedContest(contest=contest.code, ballots=few, shown=False)
                for contest in election.contests_of_station(station)
            ),
        )
        for station in election.stations
    ]
    key = FixedPoint(keys.votes)

    def sums(planned: PlannedAggregate) -> list[Ciphertext]:
        others = min(len(election.contests[planned.contest].options) - 1, planned.ballots)
        votes = [planned.ballots - others] + [1] * others
        votes += [0] * (len(election.contests[planned.contest].options) - len(votes))
        return [_encrypted(key, number, draw_scalar(entropy)) for number in votes]

    plan = plan_aggregates(election, sheets)
    return make_request(election, sheets, plan._replace(aggregates=plan.aggregates[:most]), sums)


def _encrypted(key: FixedPoint, votes: int, nonce: bytes) -> Ciphertext:
    """As `crypto/elgamal.encrypt`, without the kernels: they take longer to load than these few points."""
    return Ciphertext(base_times(nonce), key.times(add(nonce, from_int(votes))))


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
