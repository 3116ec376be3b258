"""A roll that does not fit the definition is neither signed nor loaded."""

import msgspec
import pytest
from tests.pollbook.power import Medium
from tests.pollbook.world import CENTRE, DATA_KEY, Drawn, World

from urna.errors import Unproven
from urna.roll.checking import check_part, check_roll
from urna.roll.commitment import salted_parts
from urna.roll.elector import Elector, Member, RollPart
from urna.roll.synthetic import synthesize_roll
from urna.station.pollbook import load_poll_book
from urna.station.pollbook_package import make_package
from urna.storage.pollbook import SqlitePollBook

WORLD = World()
PART = WORLD.part
replace = msgspec.structs.replace


def with_elector(at: int, **changes: object) -> RollPart:
    """The part with one elector changed."""
    members = list(PART.members)
    members[at] = replace(members[at], elector=replace(members[at].elector, **changes))
    return replace(PART, members=tuple(members))


def with_members(members: list[Member]) -> RollPart:
    """The part with other members."""
    return replace(PART, members=tuple(members))


MEMBERS = list(PART.members)
GENERAL = next(at for at, member in enumerate(MEMBERS) if member.elector.style == "GENERAL")
WRONG = {
    "another election": replace(PART, election="0" * 64),
    "an unknown station": replace(PART, station="S9"),
    "an elector of another station": with_elector(0, station="S2"),
    "a number twice": with_members([MEMBERS[0], *MEMBERS[:-1]]),
    "another order": with_members(MEMBERS[::-1]),
    "one too few": with_members(MEMBERS[1:]),
    "an unknown style": with_elector(0, style="OTHER"),
    "the style of another group": with_elector(GENERAL, style="BOTH"),
    "an unknown group on the style of all": with_elector(GENERAL, group="INDIGENOUS"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_part_that_does_not_fit_is_refused(mistake: str) -> None:
    """Before it is signed, and, though its commitment opens, before it is loaded."""
    check_part(PART, WORLD.election)
    part = WRONG[mistake]
    with pytest.raises(Unproven):
        check_part(part, WORLD.election)
    if part.station == "S1" and part.election == WORLD.election.identity:
        package = make_package(part, DATA_KEY, WORLD.sheet.hashes, CENTRE.public_hex, Drawn())
        store = SqlitePollBook.prepare(Medium().connect)
        with pytest.raises(Unproven):
            load_poll_book(store, WORLD.election, package, DATA_KEY, Drawn())
        assert store.people() is None


def test_nobody_is_at_two_stations() -> None:
    """Each part alone is right; together they have one number twice."""
    parts = salted_parts(synthesize_roll(WORLD.election, 1), WORLD.election, Drawn())
    check_roll(parts, WORLD.election)
    stolen: Elector = next(m.elector for m in parts[0].members if m.elector.style == "GENERAL")
    members = [m for m in parts[2].members if m.elector.style == "GENERAL"]
    members[0] = replace(members[0], elector=replace(stolen, station="S3"))
    changed = replace(parts[2], members=tuple(sorted(members, key=lambda member: member.elector.number)))
    check_part(changed, WORLD.election)
    with pytest.raises(Unproven, match="another station"):
        check_roll((*parts[:2], changed), WORLD.election)
