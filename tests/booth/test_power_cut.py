"""The power may be cut at any instant: no vote is lost or doubled, and the screen's last word is the record's."""

import os
import random
from collections.abc import Callable

import pytest
from tests.booth.power_cut import PowerCutMedium
from tests.booth.sample import definition
from tests.booth.scripted_day import ScriptedDay

from urna.election.definition import Election, Rules
from urna.errors import UrnaError
from urna.station import booth_states
from urna.station.booth_session import Acknowledged, Confirmed, Event, SaidYes, State
from urna.station.booth_states import Act, Row

CUTS = int(os.environ.get("URNA_POWER_CUTS", "200"))
"""How many cuts and kills the campaign makes in all."""

ELECTION = Election(definition(Rules(receipts=True, challenges=1, attempts=3, secrecy_threshold=1)))


def campaign(cuts: int, voting_syncs: Callable[[str], bool] = lambda _: True) -> int:
    """Days with cuts until there were `cuts` of them; the number of cuts made."""
    made = seed = 0
    while made < cuts:
        chance = random.Random(f"power cuts {seed}")
        medium = PowerCutMedium(chance)
        day = ScriptedDay(ELECTION, chance, medium, voters=6, cuts=8, voting_syncs=voting_syncs)
        try:
            day.run()
        except (AssertionError, UrnaError) as error:
            raise AssertionError(f"day {seed}, after {day.cuts} cuts, at {medium.log[-3:]}: {error}") from error
        made, seed = made + day.cuts, seed + 1
    return made


def test_no_vote_is_lost_or_doubled_by_any_power_cut() -> None:
    """Closing totals are exactly the ballots whose screens said cast, over at least `URNA_POWER_CUTS` cuts."""
    assert campaign(CUTS) >= CUTS


@pytest.mark.parametrize("file", ["ballots", "activation"])
def test_a_missing_fsync_of_one_file_while_voting_is_found(file: str) -> None:
    """Without the syncs of the box, or of the activation slot, the same campaign fails: it can tell."""
    with pytest.raises(AssertionError):
        campaign(200, lambda name: name != file)


def test_a_power_cut_without_any_fsync_is_found() -> None:
    """With fsync taken out while voters vote, forty cuts are enough to see a vote lost."""
    with pytest.raises(AssertionError):
        campaign(40, lambda _: False)


def test_a_day_without_cuts_has_a_paper_for_every_ballot() -> None:
    """The script itself is honest: no cut, no void ballot without its paper."""
    day = ScriptedDay(ELECTION, random.Random("calm"), PowerCutMedium(random.Random("calm")), voters=20, cuts=0)
    sheet = day.run()
    assert sheet.booths[0].made == day.seen.papers


@pytest.mark.parametrize(
    ("place", "acts"),
    [
        ((State.PRINTED, SaidYes), (Act.SHOW, Act.MARK, Act.KEEP)),
        ((State.PRINTED, SaidYes), (Act.KEEP, Act.MARK, Act.SHOW)),
        ((State.REVIEWING, Confirmed), (Act.STORE, Act.KEEP, Act.PRINT)),
        ((State.REVIEWING, Confirmed), (Act.KEEP, Act.PRINT, Act.STORE)),
        ((State.CAST, Acknowledged), (Act.SHOW,)),
    ],
)
def test_another_order_of_writes_is_found(
    monkeypatch: pytest.MonkeyPatch, place: tuple[State, type[Event]], acts: tuple[Act, ...]
) -> None:
    """The order in the table is the only one that survives: each other one loses a vote or contradicts a screen."""
    table = dict(booth_states.TRANSITIONS)
    table[place] = Row(table[place].to, acts)
    monkeypatch.setattr(booth_states, "TRANSITIONS", table)
    with pytest.raises(AssertionError):
        campaign(2000)
