"""The roll's commitment fixes every elector and shows none."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.roll.small import small_election

from urna.election.certification import RollCommitments
from urna.encoding.canonical import decode, encode
from urna.errors import Unproven
from urna.roll.commitment import commit_part, commit_roll, leaf, open_commitment, salted_parts
from urna.roll.elector import Elector, Finger, Member, RollPart
from urna.roll.sealed import open_part, seal_part
from urna.roll.synthetic import synthesize_roll

ELECTION = small_election()
ROLL = synthesize_roll(ELECTION, 1)


class Salts:
    """Numbered salts: as good as random ones for telling whether a result depends on them."""

    def __init__(self, start: int = 0) -> None:
        self.number = start

    def __call__(self, size: int) -> bytes:
        self.number += 1
        return hashlib.sha256(str(self.number).encode()).digest()[:size]


PARTS = salted_parts(ROLL, ELECTION, Salts())


def test_the_commitments_have_every_station_with_its_number_of_electors() -> None:
    """In the definition's order, and they encode canonically."""
    commitments = commit_roll(PARTS, ELECTION)
    assert [(each.station, each.electors) for each in commitments.stations] == [("S1", 16), ("S2", 10), ("S3", 12)]
    assert decode(encode(commitments), RollCommitments) == commitments


def test_the_root_is_that_of_the_sorted_salted_leaves() -> None:
    """Recomputed by hand for three electors: H(1 || H(1 || a || b) || c) with a, b, c = H(0 || leaf), sorted leaves."""
    part = msgspec.structs.replace(PARTS[0], members=PARTS[0].members[:3])
    sha = hashlib.sha256
    leaves = sorted(sha(bytes.fromhex(m.salt) + encode(m.elector)).digest() for m in part.members)
    a, b, c = (sha(b"\0" + each).digest() for each in leaves)
    assert commit_part(part).root == sha(b"\1" + sha(b"\1" + a + b).digest() + c).hexdigest()


@given(order=st.permutations(PARTS[0].members))
def test_the_order_of_electors_does_not_matter(order: list[Member]) -> None:
    """The leaves are sorted by value."""
    assert commit_part(msgspec.structs.replace(PARTS[0], members=tuple(order))) == commit_part(PARTS[0])


def test_other_salts_give_other_leaves_for_the_same_people() -> None:
    """So nobody can try a name and number against the commitment."""
    other = salted_parts(ROLL, ELECTION, Salts(10**6))
    ours, theirs = ({leaf(member) for member in parts[0].members} for parts in (PARTS, other))
    assert not ours & theirs


def _tampered() -> dict[str, RollPart]:
    part = PARTS[0]
    first, *rest = part.members
    replace = msgspec.structs.replace

    def elector(**changes: object) -> RollPart:
        return replace(part, members=(replace(first, elector=replace(first.elector, **changes)), *rest))

    return {
        "dropped": replace(part, members=tuple(rest)),
        "added": replace(part, members=(*part.members, PARTS[1].members[0])),
        "exchanged": replace(part, members=(PARTS[1].members[0], *rest)),
        "another name": elector(name="Otra Persona"),
        "another style": elector(style="OTHER"),
        "a finger": elector(fingers=(Finger(position=1, templates=(bytes(30),)),)),
        "another salt": replace(part, members=(replace(first, salt="00" * 32), *rest)),
        "another station": replace(part, station="S2"),
    }


@pytest.mark.parametrize("change", _tampered())
def test_a_changed_roll_does_not_open_the_commitment(change: str) -> None:
    """One elector dropped, added, exchanged or changed in any field."""
    open_commitment(commit_part(PARTS[0]), PARTS[0])
    with pytest.raises(Unproven, match=r"expected (root|electors|station)"):
        open_commitment(commit_part(PARTS[0]), _tampered()[change])


def test_a_sealed_part_opens_with_its_key_for_its_commitment() -> None:
    """Round trip through the box; names and numbers are not in it."""
    part = PARTS[0]
    sealed = seal_part(part, bytes(range(32)), bytes(12))
    assert open_part(sealed, bytes(range(32)), part.election, commit_part(part)) == part
    assert part.members[0].elector.name.encode() not in sealed


def test_a_sealed_part_of_another_key_election_station_or_roll_is_refused() -> None:
    """Each alone is enough."""
    part, key = PARTS[0], bytes(range(32))
    sealed = seal_part(part, key, bytes(12))
    for data_key, election, commitment in (
        (bytes(32), part.election, commit_part(part)),
        (key, "0" * 64, commit_part(part)),
        (key, part.election, commit_part(PARTS[1])),
        (key, part.election, msgspec.structs.replace(commit_part(part), root="0" * 64)),
    ):
        with pytest.raises(Unproven):
            open_part(sealed, data_key, election, commitment)


def test_a_repr_shows_no_person() -> None:
    """What lands in a traceback or a log names the station at most."""
    finger = Finger(position=2, templates=(b"T" * 30,))
    elector = Elector(number="F7", name="Ana Luna", station="S1", style="GENERAL", fingers=(finger,))
    shown = repr(Member(salt="ab" * 32, elector=elector)) + repr(PARTS[0]) + repr(elector) + repr(finger)
    assert not [secret for secret in ("F7", "Ana", "TTT", "abab", "GENERAL") if secret in shown]
