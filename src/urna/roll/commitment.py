"""What fixes the roll before the day without showing it: per station a count and a salted Merkle root.

    leaf = SHA-256(salt || canonical bytes of the elector)       salt: 32 random bytes, one an elector
    root = the RFC 9162 tree over the leaves, sorted

The salt hides: without it nobody can try names and numbers against a leaf. Sorting the leaves by value makes
the tree say nothing of numbers or order. The root goes to the public; the salts stay with the roll, and no
proof that somebody is or is not in the tree is ever published. Fingers are part of the canonical elector, so
they cannot be exchanged after the commitment either. Spec with an example: docs/spec/poll-book.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from hashlib import sha256

from urna.election.certification import RollCommitment, RollCommitments
from urna.election.definition import Election
from urna.encoding.canonical import encode
from urna.errors import Unproven
from urna.log.merkle import root_of
from urna.roll.elector import SALT_BYTES, Elector, Member, RollPart
from urna.words import N_, Sentence


def salted_parts(
    electors: Iterable[Elector], election: Election, salts: Callable[[int], bytes]
) -> tuple[RollPart, ...]:
    """The roll cut into stations, each elector with a fresh salt.

    Args:
        electors: the whole roll.
        election: gives the stations and their order.
        salts: gives so many random bytes, as `secrets.token_bytes` does.
    """
    members: dict[str, list[Member]] = defaultdict(list)
    for elector in electors:
        members[elector.station].append(Member(salt=salts(SALT_BYTES).hex(), elector=elector))
    return tuple(
        RollPart(
            election=election.identity,
            station=station.code,
            members=tuple(sorted(members[station.code], key=lambda member: member.elector.number)),
        )
        for station in election.definition.stations
    )


def leaf(member: Member) -> bytes:
    """The 32 bytes that stand for an elector in the tree."""
    return sha256(bytes.fromhex(member.salt) + encode(member.elector)).digest()


def commit_part(part: RollPart) -> RollCommitment:
    """The commitment to one station's electors."""
    root = root_of(sorted(leaf(member) for member in part.members))
    return RollCommitment(station=part.station, electors=len(part.members), root=root.hex())


def commit_roll(parts: Iterable[RollPart], election: Election) -> RollCommitments:
    """The commitments of all stations, to be signed by the officers; parts in the definition's order."""
    return RollCommitments(election=election.identity, stations=tuple(commit_part(part) for part in parts))


def open_commitment(commitment: RollCommitment, part: RollPart) -> None:
    """Returns if this is the part of the roll that was committed to.

    Raises:
        Unproven: another station, another number of electors, or an elector, finger or salt that differs.
    """
    found = commit_part(part)
    for sentence, expected, there in (
        (N_("station {expected} in the roll"), commitment.station, found.station),
        (N_("electors {expected} in the roll"), str(commitment.electors), str(found.electors)),
        (N_("root {expected} in the roll"), commitment.root, found.root),
    ):
        if expected != there:
            raise Unproven(
                Sentence(sentence, {"expected": expected}),
                Sentence("{found}", {"found": there}),
                Sentence("Do not open with this roll: ask the authority for the package that was committed to."),
                part.station,
            )
