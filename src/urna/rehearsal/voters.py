"""The electors of a rehearsed station: people who do not exist, committed to as real ones would be."""

from hashlib import sha256

from urna.election.certification import RollCommitment
from urna.encoding.canonical import Code, Hash
from urna.rehearsal.election import STYLE
from urna.roll.commitment import commit_part
from urna.roll.elector import Elector, Member, RollPart
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
    members = tuple(_member(station, index, seed) for index in range(first, first + electors))
    return commit_part(RollPart(election=identity, station=station, members=members))


def _member(station: Code, index: int, seed: int) -> Member:
    number = fictional_number(index, seed)
    elector = Elector(number=number, name=fictional_name(number, seed), station=station, style=STYLE)
    return Member(salt=sha256(f"urna/rehearsal/salt|{seed}|{index}".encode()).hexdigest(), elector=elector)
