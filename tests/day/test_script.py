"""The scripts of the days, before anybody plays them: who comes, and what the sheet must say."""

from types import SimpleNamespace
from typing import cast

import pytest
from tests.day.script import EVENTS, Visit, expected
from tests.day.visits import VOTERS, long_day, short_day

from urna.cli.demo.fingers import DrawnFinger
from urna.cli.demo.people import enrolled_roll
from urna.cli.practice_people import leave_unenrolled
from urna.cli.station_practice import STATION
from urna.election.definition import Contest, Election
from urna.election.folder import read_folder
from urna.election.outcomes import Outcome, OverrideReason
from urna.storage.definition_folder import example_files

World = tuple[list[Visit], list[Visit], tuple[Contest, ...]]


@pytest.fixture(scope="module")
def world() -> World:
    """The long day, the short one, and the contests."""
    election = Election(read_folder(example_files()))
    pool = [cast(DrawnFinger, SimpleNamespace(enrolled=(bytes([number]),))) for number in range(7)]
    electors = [each for each in enrolled_roll(election, pool, 1) if each.station == STATION]
    contests, people = tuple(election.contests_of_station(STATION)), leave_unenrolled(electors)
    return long_day(people, contests), short_day(people, contests), contests


def test_forty_people_come_and_nobody_twice(world: World) -> None:
    """One visit each; who comes again comes in an event of the visit."""
    numbers = [visit.elector.number for visit in world[0]]
    assert len(numbers) == len(set(numbers)) == VOTERS


def test_every_outcome_reason_and_event_is_in_the_long_day(world: World) -> None:
    """What is not played is not in the day, and the script would be the first to forget it."""
    visits = world[0]
    assert {visit.outcome for visit in visits} == set(Outcome)
    assert {visit.event for visit in visits} == set(EVENTS)
    assert {visit.reason for visit in visits if visit.by is not None} == set(OverrideReason)
    assert {visit.hands for visit in visits} == {"touch", "keyboard", "switches"}


def test_people_activations_and_ballots_of_a_script_are_in_balance(world: World) -> None:
    """Who is let in is activated or withdraws; each activation ends once; votes and undervotes fill the ballots."""
    *days, contests = world
    for day in days:
        found = expected(day, contests)
        counts = found.counts
        assert found.identified.total() + counts["readmitted"] == counts["activations"] + counts["withdrawn"]
        assert counts["activations"] == counts["cast"] + counts["expired"] + counts["left"]
        assert found.overrides.total() == counts["codes"] + counts["telephone"]
        for contest in contests:
            votes = sum(found.votes[contest.code, option.code] for option in contest.options)
            assert votes + found.undervotes[contest.code] == counts["cast"] * contest.votes_allowed


def test_the_votes_of_a_day_differ_from_option_to_option(world: World) -> None:
    """A sheet with two options exchanged would not be the script's."""
    found = expected(world[0], world[2])
    for contest in world[2]:
        assert len({found.votes[contest.code, option.code] for option in contest.options}) > 1
