"""What lies on the table beside people: queue, incidents, supplies, the paper book; and practice."""

import time
from collections.abc import Iterator

import msgspec
import pytest
from tests.pollbook_face.scene import Scene, as_election, with_fingers

from urna.station.day import DayEvent
from urna.station.event_words import LogEvent
from urna.station.people import WithdrawalReason
from urna.web.pollbook.queue_pages import CHART_WIDTH


@pytest.fixture
def caracas(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock on the wall is four hours behind UTC."""
    monkeypatch.setenv("TZ", "America/Caracas")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("caracas")
def test_the_queue_shows_counts_and_no_ones_time() -> None:
    """Buckets of half an hour and ten people, by the clock on the wall; before, a sentence says why there are none."""
    scene = Scene()
    client = scene.unlocked()
    assert "Nothing to show yet" in client.get("/queue").text
    electors = with_fingers(scene)
    for at, hour in ((0, "10:10"), (12, "10:40"), (24, "11:10")):
        scene.moment = f"2026-12-06T{hour}:00Z"
        for elector in electors[at : at + 12]:
            scene.admit(client, elector)
            scene.post(client, "/people/activate", booth="1")
            scene.booths[1].vote()
            scene.desk.watch.look()
    scene.moment = "2026-12-06T11:40:00Z"
    page = client.get("/queue").text
    assert "06:00-06:30" in page
    assert f'width="{CHART_WIDTH}"' in page
    assert "10:10" not in page
    assert "06:10" not in page


def test_who_left_the_queue_is_withdrawn_by_style_and_reason() -> None:
    """Who it was is not asked; nobody leaves a queue in which nobody waits."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    scene.admit(client, elector)
    scene.post(client, "/people/leave")
    assert "Somebody left the queue" in client.get("/queue").text
    scene.post(client, "/queue/withdraw", style=elector.style, reason="called_away")
    assert scene.book.counts().withdrawals[WithdrawalReason.CALLED_AWAY] == 1
    page = scene.post(client, "/queue/withdraw", style=elector.style, reason="called_away")
    assert "Identify the elector first." in page
    assert scene.book.counts().withdrawn == 1


def test_an_incident_is_printed_and_only_the_fact_is_logged() -> None:
    """Its text is on the sheet alone."""
    scene = Scene()
    client = scene.unlocked()
    page = scene.post(client, "/incidents", kind="power_cut", happened="Light went out twice.", done="Candles.")
    assert "Incident sheet 1 is printed" in page
    assert "Light went out twice." in str(msgspec.to_builtins(scene.reports.papers[0].blocks))
    assert LogEvent.INCIDENT_NOTED in {each.event for each in scene.log.entries}
    assert b"Light" not in b"".join(scene.log.lines())
    assert "Incident sheet 2" in scene.post(client, "/incidents", kind="other", happened="Again.", done="")


def test_a_note_that_names_an_elector_is_refused_and_not_lost() -> None:
    """By number or by two names; what was typed stays to be mended."""
    scene = Scene()
    client = scene.unlocked()
    elector = scene.elector()
    client.get("/incidents")
    for text in (f"{elector.name} shouted", f"The voter {elector.number.lower()} shouted"):
        page = scene.post(client, "/incidents", kind="disturbance", happened=text, done="")
        assert "the sheet is public" in page
        assert "shouted" in page
    assert not scene.reports.papers


def test_supplies_are_counted_by_hand_and_stay() -> None:
    """Never below nothing; what was used is in the event log."""
    scene = Scene()
    client = scene.unlocked()
    scene.post(client, "/supplies", supply="paper_roll", by="1")
    page = scene.post(client, "/supplies", supply="paper_roll", by="1")
    assert "<td>2" in page
    assert "ask for more" in page
    for _ in range(3):
        scene.post(client, "/supplies", supply="paper_roll", by="-1")
    assert b'"paper_roll":0' in scene.supplies.read()
    used = [each for each in scene.log.entries if each.event is LogEvent.SUPPLY_CHANGED]
    assert {each.details.supply for each in used} == {"paper_roll"}


def test_the_paper_book_has_marks_only_when_the_day_is_over() -> None:
    """Before, a list with marks taken twice would show who came in between."""
    scene = Scene()
    client = scene.unlocked()
    scene.admit(client, with_fingers(scene)[0])
    scene.post(client, "/people/withdraw", reason="not_stated")
    scene.post(client, "/book/to-sign")
    assert scene.reports.papers[-1].name == "poll-book-S1-to-sign"
    scene.post(client, "/book/with-marks")
    assert len(scene.reports.papers) == 1
    scene.book.advance(DayEvent.CLOSE)
    assert "list with marks" in client.get("/book").text
    scene.post(client, "/book/with-marks")
    assert scene.reports.papers[-1].name == "poll-book-S1-marked"


def test_every_page_of_a_practice_says_so() -> None:
    """A rehearsal's definition says it, and it can never become a real day's."""
    scene = Scene()
    client = scene.unlocked()
    for path in ("/people", "/queue", "/book", "/supplies", "/incidents"):
        page = client.get(path).text
        assert "PRACTICE: nothing that is done here counts." in page
        assert 'class="watermark"' in page
    scene.post(client, "/sign-out")
    assert "PRACTICE" in client.get("/").text


def test_a_real_days_pages_never_say_so_unless_the_manifest_does() -> None:
    """One of the two is enough for practice."""
    scene = Scene()
    as_election(scene)
    assert "PRACTICE" not in scene.client().get("/").text
    scene.desk.ports = scene.desk.ports._replace(is_practice=True)
    assert scene.desk.is_practice
