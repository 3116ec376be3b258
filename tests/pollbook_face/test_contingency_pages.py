"""When something goes wrong the page says what holds, what to do, and keeps what was stated."""

from pathlib import Path

import pytest
from tests.pollbook_face.day_scene import DayScene

from urna.encoding.canonical import encode
from urna.station.cards import Role
from urna.station.contingency import CONTINGENCIES, Case
from urna.station.event_words import LogEvent
from urna.station.health import Condition
from urna.station.health_rules import Trouble


def entry(scene: DayScene, **others: str) -> dict[str, str]:
    """A count of 10 paper ballots on which everybody said yes to everything."""
    fields = {"reason": "machine_failed", "signatures": "10", "handed_out": "10", "ballots": "10"}
    for contest in scene.world.election.contests_of_station("S1"):
        votes = {f"{contest.code}.{option.code}": "0" for option in contest.options}
        votes[f"{contest.code}.{contest.options[0].code}"] = "10"
        fields |= {**votes, f"{contest.code}:blank": "0", f"{contest.code}:null": "0", f"{contest.code}:ballots": "10"}
    return {**fields, **others}


def test_every_case_has_a_page_with_its_steps() -> None:
    """And none that is not in the table."""
    client = DayScene().unlocked()
    for case in Case:
        page = client.get(f"/contingency/case/{case}").text
        assert page.count("<li>") == len(CONTINGENCIES[case].way_on)
    assert client.get("/contingency/case/moonstruck").status_code == 404


def test_what_the_machine_finds_stands_on_top() -> None:
    """With a link to its steps."""
    scene = DayScene()
    scene.conditions.append(Condition(Trouble.DISK_FULL))
    client = scene.unlocked()
    page = client.get("/contingency").text
    assert 'href="/contingency/case/disk_full"' in page.partition("What happened?")[0]
    assert "nothing wrong" not in page


def test_a_condition_that_blocks_the_opening_blocks_it() -> None:
    """With the health check's own way on."""
    scene = DayScene()
    scene.conditions.append(Condition(Trouble.TAMPERED_PACKAGE))
    client = scene.unlocked()
    scene.post(client, "/day/clock")
    assert str(scene.conditions[0].way_on) in client.get("/day").text
    assert "clock_checked" not in scene.day_notes()


def test_only_the_president_states_that_voting_cannot_go_on() -> None:
    """It is kept and logged once; the station annuls nothing by it."""
    scene = DayScene(is_open=True)
    client = scene.unlocked()
    scene.post(client, "/sign-out")
    scene.give(client, Role.MEMBER)
    assert client.post("/contingency/annul", data={"turn": scene.desk.turns.current}).status_code == 403
    scene.post(client, "/sign-out")
    scene.give(client, Role.PRESIDENT)
    for _ in range(2):
        scene.post(client, "/contingency/annul")
    assert '"annulment_stated":true' in scene.day_notes()
    assert sum(each.event is LogEvent.INCIDENT_NOTED for each in scene.log.entries) == 1
    assert scene._store.day() == "open"


def test_paper_ballots_are_typed_twice_and_become_a_sheet_of_their_own() -> None:
    """Once it was said that people vote on paper; two entries that differ are both forgotten."""
    scene = DayScene(is_open=True)
    client = scene.unlocked()
    scene.post(client, "/contingency/hand-count", **entry(scene))
    assert not scene.hand_sheets
    scene.post(client, "/contingency/paper")
    scene.post(client, "/contingency/hand-count", **entry(scene))
    scene.post(client, "/contingency/hand-count", **entry(scene, handed_out="11"))
    assert not scene.hand_sheets
    for _ in range(2):
        page = scene.post(client, "/contingency/hand-count", **entry(scene))
    assert [sheet.ballots for sheet in scene.hand_sheets] == [10]
    assert "signed and printed" in page


def test_a_signed_hand_count_is_sent_alone_where_the_station_cannot_close(tmp_path: Path) -> None:
    """On a stick, which holds that sheet and its hash; by a line that is not there nothing is logged as sent."""
    scene = DayScene(is_open=True)
    scene.stick = tmp_path
    client = scene.unlocked()
    scene.post(client, "/contingency/paper")
    scene.post(client, "/contingency/hand-count/send", way="stick")
    assert list(tmp_path.iterdir()) == []
    for _ in range(2):
        scene.post(client, "/contingency/hand-count", **entry(scene))
    scene.post(client, "/contingency/hand-count/send", way="network")
    assert LogEvent.HAND_COUNT_TRANSMITTED not in {each.event for each in scene.log.entries}
    page = scene.post(client, "/contingency/hand-count/send", way="stick")
    assert "Sent: On a stick" in " ".join(page.split())
    assert {path.name for path in tmp_path.rglob("*.note")} == {"hand-0.note"}
    (sent,) = [each for each in scene.log.entries if each.event is LogEvent.HAND_COUNT_TRANSMITTED]
    assert b'"way":"stick"' in encode(sent)


@pytest.mark.parametrize("wrong", [{"ballots": "9"}, {"signatures": "many"}, {"reason": ""}, {"signatures": "99999"}])
def test_a_count_whose_sums_do_not_hold_is_refused_whole(wrong: dict[str, str]) -> None:
    """At the first entry already."""
    scene = DayScene(is_open=True)
    client = scene.unlocked()
    scene.post(client, "/contingency/paper")
    for _ in range(2):
        scene.post(client, "/contingency/hand-count", **entry(scene, **wrong))
    assert not scene.hand_sheets
