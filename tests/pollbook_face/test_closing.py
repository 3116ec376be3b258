"""Closing: the line, the signatures before any number, the count, the sheet, and a power cut in each step."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.pollbook_face.day_scene import CLOSING_HOUR, STATION, ClosingProcess, DayScene, card_fields
from tests.pollbook_face.scene import with_fingers

from urna.election.statement import PollBookStatement
from urna.encoding.document import read_document
from urna.station.cards import Role
from urna.station.day import Day
from urna.station.event_words import LogEvent
from urna.station.link import Stage

CARDS = card_fields(Role.SECRETARY, Role.MEMBER)


def day_of(scene: DayScene) -> Day:
    """How far it is."""
    return Day(scene._store.day())


def after_voting(stick: Path | None = None, people: int = 5) -> tuple[DayScene, TestClient]:
    """A station at its hour of closing; some have voted."""
    scene = DayScene(stick, is_open=True)
    client = scene.unlocked()
    scene.vote(client, people)
    scene.moment = CLOSING_HOUR
    client.get("/closing")
    return scene, client


def signed(scene: DayScene, client: TestClient, count: int = 5) -> None:
    """Closed, and the signatures entered twice."""
    scene.post(client, "/closing/close")
    scene.post(client, "/closing/signatures", count=str(count))
    scene.post(client, "/closing/signatures", count=str(count))


def test_a_station_closes_step_by_step(tmp_path: Path) -> None:
    """From the last voter to the wiped machine; the sheet says what people did."""
    scene, client = after_voting(tmp_path)
    signed(scene, client)
    scene.post(client, "/closing/count", **CARDS)
    scene.post(client, "/closing/sheet", copies="2")
    scene.post(client, "/closing/draw")
    scene.post(client, "/closing/send", way="network")
    assert day_of(scene) is Day.SHEET_PRINTED
    scene.post(client, "/closing/send", way="stick")
    assert day_of(scene) is Day.TRANSMITTED
    scene.post(client, "/closing/archive")
    page = scene.post(client, "/closing/wipe")
    assert "The booths are wiped" in page
    sheet = ClosingProcess(scene).sheet()
    assert sum(booth.cast for booth in sheet.booths) == 5
    assert read_document(scene.statement, PollBookStatement).signatures == 5
    assert scene.reports.count(f"tally-sheet-{STATION}") == 2
    assert (scene.wiped, len(scene.archived)) == (True, 1)
    events = [entry.event for entry in scene.log.entries]
    expected = [
        LogEvent.CLOSED,
        LogEvent.SIGNATURES_ENTERED,
        LogEvent.CLOSING_KEY_JOINED,
        LogEvent.SHEET_SIGNED,
        LogEvent.TRANSMISSION_FAILED,
        LogEvent.SHEET_TRANSMITTED,
        LogEvent.ARCHIVED,
        LogEvent.WIPED,
    ]
    assert [event for event in events if event in expected] == expected


def test_who_waits_and_who_votes_blocks_the_closing() -> None:
    """And the page leads to them."""
    scene, client = after_voting(people=1)
    elector = with_fingers(scene)[3]
    scene.admit(client, elector)
    page = scene.post(client, "/closing/close")
    assert day_of(scene) is Day.OPEN
    assert "1 people are admitted and wait for a booth." in client.get("/closing").text
    scene.post(client, "/people/activate", booth="1")
    assert "1 booths are in use." in client.get("/closing").text
    scene.post(client, "/closing/close")
    assert day_of(scene) is Day.OPEN
    scene.day_booths[1].booth.review({})
    scene.day_booths[1].booth.confirm()
    scene.day_booths[1].booth.say_yes()
    scene.desk.station.recover(1)
    page = scene.post(client, "/closing/close")
    assert day_of(scene) is Day.CLOSED
    assert "Count the signatures" in page


def test_only_the_president_closes_before_the_hour() -> None:
    """With a reason of the list."""
    scene, client = after_voting(people=0)
    scene.moment = "2020-12-06T15:00:00Z"
    scene.post(client, "/closing/close")
    assert day_of(scene) is Day.OPEN
    scene.post(client, "/sign-out")
    scene.give(client, Role.MEMBER)
    scene.post(client, "/closing/close", reason="nobody_left")
    assert day_of(scene) is Day.OPEN
    scene.post(client, "/sign-out")
    scene.give(client, Role.PRESIDENT)
    scene.post(client, "/closing/close", reason="nobody_left")
    assert day_of(scene) is Day.CLOSED


def test_no_number_of_the_booths_is_shown_before_the_signatures_are_signed() -> None:
    """No page has one, whatever is asked for; the closing process is not even begun."""
    scene, client = after_voting()
    seen = [client.get("/closing").text, scene.post(client, "/closing/close")]
    seen += [scene.post(client, path, **CARDS) for path in ("/closing/count", "/closing/sheet", "/closing/send")]
    seen += [scene.post(client, "/closing/signatures", count="4"), client.get("/closing").text]
    seen += [scene.post(client, "/closing/count", **CARDS), client.get("/day").text, client.get("/contingency").text]
    assert scene.bundle is None
    assert all(booth.stage is Stage.ZEROED for booth in scene.day_booths.values())
    assert not any(word in page for page in seen for word in ("Ballots cast", "Identified</", "figures"))


def test_a_sheet_without_a_statement_shows_nothing() -> None:
    """Even where files of a sheet are there already."""
    scene, client = after_voting()
    signed(scene, client)
    scene.post(client, "/closing/count", **CARDS)
    assert "Ballots cast" in client.get("/closing").text
    scene.statement = b""
    assert "Ballots cast" not in client.get("/closing").text


def test_signatures_are_entered_twice_and_never_changed() -> None:
    """Two that differ are forgotten; after two that agree a third does nothing."""
    scene, client = after_voting()
    scene.post(client, "/closing/close")
    for count in ("5", "6"):
        page = scene.post(client, "/closing/signatures", count=count)
    assert "type both entries again" in page
    assert not scene.statement
    for text in ("many", "-1", "1234567", ""):
        scene.post(client, "/closing/signatures", count=text)
    for _ in range(2):
        scene.post(client, "/closing/signatures", count="4")
    before = scene.statement
    assert read_document(before, PollBookStatement).signatures == 4
    for _ in range(2):
        scene.post(client, "/closing/signatures", count="5")
    assert scene.statement == before


def test_the_closing_key_needs_two_members_and_their_pins() -> None:
    """Not one card twice, not the technician's, not a wrong PIN; the booths keep their media."""
    scene, client = after_voting()
    signed(scene, client)
    wrong = [
        card_fields(Role.MEMBER, Role.MEMBER),
        card_fields(Role.MEMBER, Role.TECHNICIAN),
        {**CARDS, "second_pin": "111222"},
        {},
    ]
    for fields in wrong:
        scene.post(client, "/closing/count", **fields)
        assert scene.bundle is None
        assert scene.day_booths[1].stage is Stage.ZEROED
    scene.post(client, "/closing/count", **CARDS)
    assert scene.bundle is not None


def test_lost_cards_are_said_by_two_members() -> None:
    """Before that nothing is counted without the key, and cards that are found can be used."""
    scene, client = after_voting()
    signed(scene, client)
    assert "There are no guardians in this election" in client.get("/closing").text
    scene.post(client, "/closing/count-without")
    assert scene.day_booths[1].stage is Stage.ZEROED
    scene.post(client, "/closing/lost")
    scene.post(client, "/closing/count-without")
    assert scene.day_booths[1].stage is Stage.ZEROED
    page = scene.post(client, "/closing/lost")
    assert 'action="/closing/count-without"' in page
    page = scene.post(client, "/closing/found")
    assert 'action="/closing/count"' in page


CUTS = ["statement", "count 1", "count 2", "out"]


@pytest.mark.parametrize("where", CUTS)
def test_a_power_cut_in_the_closing_loses_nothing(where: str) -> None:
    """The poll book starts again and goes on; the sheet is the same as without the cut."""
    whole, client = after_voting()
    signed(whole, client)
    whole.post(client, "/closing/count", **CARDS)
    scene, client = after_voting()
    scene.cut(where)
    signed(scene, client)
    scene.post(client, "/closing/count", **CARDS)
    scene.restart()
    client = scene.unlocked()
    page = client.get("/closing").text
    if "Closing key and count</h2>" in page:
        scene.post(client, "/closing/count", **CARDS)
    assert scene.bundle is not None
    assert whole.bundle is not None
    ours, theirs = (ClosingProcess(each).sheet() for each in (scene, whole))
    assert (ours.contests, ours.booths, ours.closed_at) == (theirs.contests, theirs.booths, CLOSING_HOUR)


def test_a_power_cut_after_each_step_of_closing_goes_on_with_the_next() -> None:
    """Whatever was durable counts; the first signature entry is typed again."""
    scene, client = after_voting()
    for path, fields, times in (
        ("/closing/close", {}, 1),
        ("/closing/signatures", {"count": "5"}, 2),
        ("/closing/count", CARDS, 1),
        ("/closing/sheet", {"copies": "1"}, 1),
        ("/closing/draw", {}, 1),
    ):
        for _ in range(times):
            scene.post(client, path, **fields)
        scene.restart()
        client = scene.unlocked()
        client.get("/closing")
    assert day_of(scene) is Day.SHEET_PRINTED
    assert "Send the sheet</h2>" in client.get("/closing").text


def test_closing_twice_closes_at_the_first_moment() -> None:
    """The hour is noted before the day is closed, so a cut in between does not move it."""
    scene, client = after_voting(people=0)
    scene.notes.value = scene.notes.value.replace(b'"box_shown"', b'"closed_at":"2020-12-06T22:01:00Z","box_shown"', 1)
    scene.notes.value = _canonical(scene.notes.value)
    signed(scene, client, 0)
    assert read_document(scene.statement, PollBookStatement).closed_at == "2020-12-06T22:01:00Z"


def test_a_copy_that_is_printed_again_says_so() -> None:
    """A second print of a copy is marked on the paper and in the log."""
    scene, client = after_voting()
    signed(scene, client)
    scene.post(client, "/closing/count", **CARDS)
    scene.post(client, "/closing/sheet", copies="2")
    scene.post(client, "/closing/sheet", copies="1")
    papers = [paper for paper in scene.reports.papers if paper.name.startswith("tally-sheet")]
    assert [bool(paper.mark) for paper in papers] == [False, False, True]
    assert scene.log.entries[-1].event is LogEvent.PAPER_REPRINTED


def test_nothing_is_sent_before_the_first_copy_is_printed() -> None:
    """By no way."""
    scene, client = after_voting()
    signed(scene, client)
    scene.post(client, "/closing/count", **CARDS)
    for way in ("network", "stick"):
        scene.post(client, "/closing/send", way=way)
    assert day_of(scene) is Day.CLOSED
    assert not any(entry.event is LogEvent.TRANSMISSION_FAILED for entry in scene.log.entries)


def test_the_last_bucket_of_the_day_is_published_at_closing() -> None:
    """So that the log's counts are the day's."""
    scene, client = after_voting()
    signed(scene, client)
    assert any(entry.event is LogEvent.VOTERS_COUNTED for entry in scene.log.entries)


def _canonical(notes: bytes) -> bytes:
    return json.dumps(json.loads(notes), sort_keys=True, separators=(",", ":")).encode()
