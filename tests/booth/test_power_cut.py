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
"""How many cuts and kills the campaign makes in all, one half with encrypted ballots."""

RULES = Rules(receipts=True, challenges=1, attempts=3, secrecy_threshold=1)
PLAIN = Election(definition(RULES))
ENCRYPTED = Election(definition(RULES, has_guardians=True))
VOTERS = {PLAIN.identity: 6, ENCRYPTED.identity: 3}
"""In a day: an encrypted ballot takes longer to make than all else around it."""


def campaign(cuts: int, voting_syncs: Callable[[str], bool] = lambda _: True, election: Election = PLAIN) -> int:
    """Days with cuts until there were `cuts` of them; the number of cuts made."""
    made = seed = 0
    while made < cuts:
        chance = random.Random(f"power cuts {seed}")
        medium = PowerCutMedium(chance)
        voters = VOTERS[election.identity]
        day = ScriptedDay(election, chance, medium, voters=voters, cuts=8, voting_syncs=voting_syncs)
        try:
            day.run()
        except (AssertionError, UrnaError) as error:
            raise AssertionError(f"day {seed}, after {day.cuts} cuts, at {medium.log[-3:]}: {error}") from error
        made, seed = made + day.cuts, seed + 1
    return made


@pytest.mark.parametrize(
    "election", [pytest.param(PLAIN, id="plain"), pytest.param(ENCRYPTED, id="encrypted", marks=pytest.mark.slow)]
)
def test_no_vote_is_lost_or_doubled_by_any_power_cut(election: Election) -> None:
    """Closing totals are exactly the ballots whose screens said cast, over at least `URNA_POWER_CUTS` cuts.

    With guardians every code slip stands in the record, with the ciphertext of what its paper says and the state that
    the screen told, and the sheet proves itself.
    """
    assert campaign(CUTS // 2, election=election) >= CUTS // 2


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
    day = ScriptedDay(PLAIN, random.Random("calm"), PowerCutMedium(random.Random("calm")), voters=20, cuts=0)
    sheet = day.run()
    assert sheet.booths[0].made == day.seen.papers
    assert not day.seen.code_slips


def test_an_encrypted_day_without_cuts_has_a_code_for_every_paper() -> None:
    """And no void ballot without both; among its voters some challenged."""
    day = ScriptedDay(ENCRYPTED, random.Random("calm"), PowerCutMedium(random.Random("calm")), voters=10, cuts=0)
    sheet = day.run()
    assert sheet.booths[0].made == day.seen.papers == len(day.seen.code_slips)
    assert sheet.booths[0].challenged > 0


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


def test_a_code_slip_before_its_ballot_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the slip came out before the body was durable, a cut would leave a signed code that the record lacks."""
    table = dict(booth_states.TRANSITIONS)
    table[State.REVIEWING, Confirmed] = Row(State.PENDING, (Act.KEEP, Act.CODE, Act.STORE, Act.PRINT))
    monkeypatch.setattr(booth_states, "TRANSITIONS", table)
    with pytest.raises(AssertionError, match="a code slip without its ballot"):
        campaign(200, election=ENCRYPTED)
