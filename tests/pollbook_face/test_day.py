"""Opening: step by step on the real station, what blocks and the way on, pauses."""

from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.scene import PINS

from urna.errors import OutOfOrder, Unproven
from urna.papers.printer import PrinterState
from urna.station.cards import Role
from urna.station.day import Day
from urna.station.event_words import LogEvent
from urna.station.health import Condition
from urna.station.health_rules import Trouble
from urna.station.link import Stage
from urna.words import Sentence


def day_of(scene: DayScene) -> Day:
    """How far it is."""
    return Day(scene._store.day())


def opened(scene: DayScene) -> None:
    """Every step of opening, as two members do it."""
    client = scene.unlocked()
    for path in ("/day/clock", "/day/parts", "/day/readiness", "/day/zero"):
        scene.post(client, path)
    scene.post(client, "/day/zero-report", copies="3")
    scene.post(client, "/day/box", stick="member.urna-card", pin=PINS[Role.MEMBER])
    scene.post(client, "/day/open")


def test_a_station_opens_step_by_step() -> None:
    """Tested, emptied, zero reports out, box shown by two, open; each report printed and each act in the log."""
    scene = DayScene()
    opened(scene)
    assert day_of(scene) is Day.OPEN
    assert [booth.copies for booth in scene.day_booths.values()] == [3, 3]
    assert scene.reports.count("readiness-") == 2
    events = [entry.event for entry in scene.log.entries]
    expected = [LogEvent.READINESS_PASSED, LogEvent.MACHINE_ZEROED, LogEvent.PAPER_PRINTED, LogEvent.OPENED]
    assert [event for event in expected if event in events] == expected
    assert '"box_shown":["member","president"]' in scene.day_notes()


def test_every_page_of_the_opening_shows_its_step() -> None:
    """With one primary button."""
    scene = DayScene()
    client = scene.unlocked()
    for path, title in (
        ("/day/clock", "Power, paper and reader"),
        ("/day/parts", "Readiness test"),
        ("/day/readiness", "Empty every ballot box"),
        ("/day/zero", "Zero reports"),
        ("/day/zero-report", "Show the box empty and seal it"),
    ):
        client.get("/day")
        page = scene.post(client, path)
        assert f'<h2 id="now-title">{title}</h2>' in page
        assert page.count('class="primary"') == 1


def test_a_poll_book_that_starts_again_goes_on_where_it_was() -> None:
    """After every single step of opening."""
    scene = DayScene()
    steps = [
        ("/day/clock", {}),
        ("/day/parts", {}),
        ("/day/readiness", {}),
        ("/day/zero", {}),
        ("/day/zero-report", {"copies": "1"}),
        ("/day/box", {"stick": "member.urna-card", "pin": PINS[Role.MEMBER]}),
        ("/day/open", {}),
    ]
    for path, fields in steps:
        client = scene.unlocked()
        client.get("/day")
        scene.post(client, path, **fields)
        scene.restart()
    assert day_of(scene) is Day.OPEN


def test_a_booth_that_counts_wrongly_blocks_the_opening() -> None:
    """The machine is not asked a second time; the log says that it failed."""
    scene = DayScene()
    client = scene.unlocked()
    scene.post(client, "/day/clock")
    scene.post(client, "/day/parts")
    scene.day_booths[2].fault = Unproven(Sentence("1 vote"), Sentence("2 votes"), Sentence("Take a spare."))
    scene.post(client, "/day/readiness")
    page = client.get("/day").text
    assert "Booth 2" in page
    assert "Take a spare." in page
    assert 'action="/day/readiness"' not in page
    assert day_of(scene) is Day.SEALED
    assert LogEvent.READINESS_FAILED in [entry.event for entry in scene.log.entries]


def test_a_printer_without_paper_is_a_way_on_and_no_dead_end() -> None:
    """Once it has paper the step goes on."""
    scene = DayScene()
    client = scene.unlocked()
    for path in ("/day/clock", "/day/parts", "/day/readiness", "/day/zero"):
        scene.post(client, path)
    scene.day_booths[1].printer = PrinterState.OUT_OF_PAPER
    scene.desk.watch.look()
    assert "Put a new roll in" in client.get("/day").text
    scene.post(client, "/day/zero-report")
    assert day_of(scene) is Day.READINESS_TESTED
    scene.day_booths[1].printer = PrinterState.READY
    scene.day_booths[1].fault = OutOfOrder(Sentence("paper"), Sentence("a jam"), Sentence("Open the cover."))
    scene.post(client, "/day/zero-report")
    assert day_of(scene) is Day.READINESS_TESTED
    assert "Open the cover." in client.get("/day").text
    scene.post(client, "/day/zero-report")
    assert day_of(scene) is Day.ZERO_REPORTED


def test_a_changed_package_blocks_the_opening() -> None:
    """And names the file."""
    scene = DayScene()
    scene.package_trouble = Unproven(
        Sentence("the file as signed"), Sentence("another one"), Sentence("Load the spare."), "poll-book.json"
    )
    client = scene.unlocked()
    scene.post(client, "/day/clock")
    page = client.get("/day").text
    assert "poll-book.json" in page
    assert "Load the spare." in page
    assert "clock_checked" not in scene.day_notes()


def test_a_clock_before_its_own_log_is_compared_once_more() -> None:
    """It is said at the step of the clock, which comes back; nothing later is done before somebody confirmed it."""
    scene = DayScene()
    client = scene.unlocked()
    scene.post(client, "/day/clock")
    scene.conditions.append(Condition(Trouble.CLOCK_BEHIND, value=40))
    page = client.get("/day").text
    assert "The clock is right" in page
    assert "in this machine&#39;s log, by 40 minutes." in page
    scene.post(client, "/day/parts")
    assert '"parts_checked":true' not in scene.day_notes()
    scene.post(client, "/day/clock")
    assert not scene.conditions
    scene.post(client, "/day/parts")
    assert '"parts_checked":true' in scene.day_notes()


def test_a_zero_report_of_another_key_blocks() -> None:
    """Zero is proved, not believed."""
    scene = DayScene()
    client = scene.unlocked()
    for path in ("/day/clock", "/day/parts", "/day/readiness", "/day/zero"):
        scene.post(client, path)
    scene.day_booths[2].zero_note = scene.day_booths[1].zero_note
    scene.post(client, "/day/zero-report")
    assert day_of(scene) is Day.READINESS_TESTED
    assert scene.log.entries[-1].event is LogEvent.BOX_NOT_EMPTY


def test_a_station_opens_without_a_reader_and_the_log_says_so() -> None:
    """A reader that reads nothing blocks until somebody says that it does not work."""
    scene = DayScene()
    scene.has_reader = False
    client = scene.unlocked()
    scene.post(client, "/day/clock")
    scene.post(client, "/day/parts")
    assert "parts_checked" not in scene.day_notes()
    scene.post(client, "/day/parts", reader="broken")
    assert "parts_checked" in scene.day_notes()
    assert scene.log.entries[-1].event is LogEvent.READER_FAILED


def test_the_box_needs_a_second_role() -> None:
    """Neither the same person twice, nor the technician, nor a wrong PIN."""
    scene = DayScene()
    client = scene.unlocked()
    for path in ("/day/clock", "/day/parts", "/day/readiness", "/day/zero", "/day/zero-report"):
        scene.post(client, path)
    for role, pin in ((Role.PRESIDENT, ""), (Role.TECHNICIAN, ""), (Role.MEMBER, "111222")):
        scene.post(client, "/day/box", stick=f"{role}.urna-card", pin=pin or PINS[role])
        assert "box_shown" not in scene.day_notes()


def ready(moment: str) -> DayScene:
    """A station at which nothing is left but to open, at this moment."""
    scene = DayScene(is_open=True)
    with scene._store.acting():
        scene._store.write_day(Day.ZERO_REPORTED)
    scene.moment = moment
    scene.restart()
    return scene


def test_only_the_president_opens_before_the_hour_and_says_why() -> None:
    """The hour is the definition's."""
    scene = ready("2020-12-06T09:30:00Z")
    client = scene.unlocked()
    scene.post(client, "/day/open")
    assert day_of(scene) is Day.ZERO_REPORTED
    scene.post(client, "/sign-out")
    scene.give(client, Role.MEMBER)
    scene.post(client, "/day/open", reason="ordered")
    assert day_of(scene) is Day.ZERO_REPORTED
    scene.post(client, "/sign-out")
    scene.give(client, Role.PRESIDENT)
    scene.post(client, "/day/open", reason="ordered")
    assert day_of(scene) is Day.OPEN
    assert '"opening_reason":"ordered"' in scene.day_notes()


def test_a_late_opening_says_why() -> None:
    """Without a reason of the list it stays closed."""
    scene = ready("2020-12-06T11:00:00Z")
    client = scene.unlocked()
    client.get("/day")
    for reason in ("", "because"):
        scene.post(client, "/day/open", reason=reason)
        assert day_of(scene) is Day.ZERO_REPORTED
    scene.post(client, "/day/open", reason="no_power")
    assert day_of(scene) is Day.OPEN


def test_the_technician_tests_and_empties_and_opens_nothing() -> None:
    """Alone, on the Friday."""
    scene = DayScene()
    client = scene.client()
    scene.give(client, Role.TECHNICIAN)
    for path in ("/day/clock", "/day/parts", "/day/readiness", "/day/zero", "/day/zero-report"):
        scene.post(client, path)
    assert day_of(scene) is Day.ZERO_REPORTED
    assert scene.day_booths[1].stage is Stage.ZEROED
    assert client.post("/day/open", data={"turn": scene.desk.turns.current}).status_code == 403
    assert "Two of president, secretary and member open the poll book" in client.get("/day").text


def test_a_pause_and_its_end_are_noted_with_the_reason() -> None:
    """After an hour the page says that it is an interruption."""
    scene = DayScene(is_open=True)
    client = scene.unlocked()
    client.get("/day")
    scene.post(client, "/day/pause", reason="no_power")
    assert day_of(scene) is Day.PAUSED
    scene.moment = "2020-12-06T11:10:00Z"
    assert "for an hour or more" in client.get("/day").text
    scene.post(client, "/day/resume")
    assert day_of(scene) is Day.OPEN
    assert '"reason":"no_power","since":"2020-12-06T10:05:00Z","until":"2020-12-06T11:10:00Z"' in scene.day_notes()


def test_a_page_that_waits_asks_for_itself_only_when_something_changed() -> None:
    """Nothing while all is as it was; a new page when a booth is silent."""
    scene = DayScene()
    client = scene.unlocked()
    mark = scene.mark()
    assert client.get(f"/day/watch/{mark}").status_code == 204
    scene.day_booths[1].answers = False
    scene.desk.watch.look()
    assert client.get(f"/day/watch/{mark}").headers["hx-redirect"] == "/day"
