"""The files of a second round's definition, whatever the first one was: a group's contest, circuits, substitutes."""

import msgspec
import pytest
from tests.web.second_round import president_results

from urna.election.definition import Definition, Election
from urna.election.folder import read_folder
from urna.election.second_round_folder import second_round_files

WRITTEN = (
    ('opens_at = ""', "opens_at = 2027-01-10T06:00:00Z"),
    ('closes_at = ""', "closes_at = 2027-01-10T18:00:00Z"),
    ('key_name = ""\nkey = ""', f'key_name = "consejo.example/log-2"\nkey = "{"07" * 32}"'),
)


def drafted(election: Election, code: str, going_on: tuple[str, ...]) -> Definition:
    """The definition of a second round, completed; a mistake in it fails the test."""
    files = second_round_files(election, election.contests[code], going_on)
    for old, new in WRITTEN:
        files["election.toml"] = files["election.toml"].replace(old.encode(), new.encode())
    return read_folder(files)


@pytest.mark.parametrize("code", ["PRES", "NOM-SAB-1", "IND"])
def test_the_draft_of_any_two_of_a_contest_has_no_mistake(code: str) -> None:
    """Electors of the contest alone, where it is decided; the two with their cards and their substitutes."""
    election, _ = president_results()
    given = election.contests[code]
    rule = msgspec.structs.replace(given.seat_rule, seats=1)
    contest = msgspec.structs.replace(given, votes_allowed=1, seat_rule=rule)
    contests = tuple(contest if each.code == code else each for each in election.definition.contests)
    first = Election(msgspec.structs.replace(election.definition, contests=contests))
    pair = tuple(each.code for each in contest.choices[:2])
    second = drafted(first, code, pair)
    (only,) = second.contests
    assert [each.nominees for each in only.choices] == [each.nominees for each in contest.choices[:2]]
    assert (only.electorate, only.territory, only.title) == (contest.electorate, contest.territory, contest.title)
    cards = [each.party for each in contest.options if each.choice in pair]
    assert [each.party for each in only.options] == cards
    styles = first.styles_with(code)
    electors = {
        station.code: sum(each.electors for each in station.styles if each.style in styles)
        for station in first.definition.stations
    }
    found = {each.code: each.electors for each in second.stations}
    assert found == {station: number for station, number in electors.items() if number}
    for person in second.candidates:
        assert person == first.candidates[person.code]
