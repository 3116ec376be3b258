"""The electors of a rehearsed station: people who do not exist, committed to as real ones would be."""

from collections.abc import Iterator

from urna.crypto.kernels.sha256 import digest_of, sha256_numbered
from urna.election.certification import RollCommitment
from urna.encoding.canonical import Code, Hash
from urna.rehearsal.election import STYLE
from urna.roll.commitment import commit_part
from urna.roll.elector import SALT_BYTES, Elector, Member, RollPart
from urna.roll.synthetic import fictional_name, fictional_number


def rehearsed_commitment(identity: Hash, station: Code, electors: int, *, first: int, seed: int) -> RollCommitment:
    """The commitment to a station's synthetic electors.

    Args:
        identity: the definition's hash.
        station: the station's code.
        electors: how many.
        first: the index of its first elector in the whole roll, so that numbers are unique.
        seed: names, numbers and salts follow from it; a real salt is random.
    """
    salts = _salts(first, electors, seed)
    members = tuple(_member(station, index, seed, salt) for index, salt in enumerate(salts, start=first))
    return commit_part(RollPart(election=identity, station=station, members=members))


def _salts(first: int, electors: int, seed: int) -> Iterator[str]:
    """SHA-256 of the elector's index in decimal digits, after words of their own."""
    salts = digest_of(sha256_numbered(f"urna/rehearsal/salt|{seed}|".encode(), first, electors)).hex()
    return (salts[at : at + 2 * SALT_BYTES] for at in range(0, len(salts), 2 * SALT_BYTES))


def _member(station: Code, index: int, seed: int, salt: str) -> Member:
    number = fictional_number(index, seed)
    elector = Elector(number=number, name=fictional_name(number, seed), station=station, style=STYLE)
    return Member(salt=salt, elector=elector)
