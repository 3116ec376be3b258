"""What is wrong with a machine reaches its log and the poll book's page; what a voter does reaches neither."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

import pytest
from tests.cli.loaded_station import load_small_station
from tests.pollbook_face.scene import Scene
from tests.station.desk import RememberingDesk
from tests.station.small import small_election

from urna.cli.poll_book_machine import open_poll_book_machine
from urna.cli.station_booth import ALARM_SECONDS, Alarms
from urna.cli.station_day import day_ports
from urna.cli.station_health import BOOTH_TELLS, OTHERS_WRITE, BoothHealth, HealthLog, HealthWatch, LogClock
from urna.cli.station_medium import open_log
from urna.cli.station_poll_book import KeptReports, links, make_ports, open_desk_reader
from urna.cli.station_process import ProcessSettings
from urna.devices.activation_server import ActivationServer
from urna.devices.health import ClockWatch
from urna.papers.printer import PrinterState
from urna.station.day import Day
from urna.station.event_entry import first_line
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.station.health import Condition, check
from urna.station.health_facts import Facts
from urna.station.health_rules import Trouble
from urna.station.link import Alarm
from urna.station.link_session import Ends
from urna.storage.event_log import LogFile
from urna.storage.medium import MemoryMedium
from urna.web.pollbook.booth_views import HEALTH_WORDS, HELP_WANTED, booth_views
from urna.web.pollbook.desk import Desk

NOW = "2026-12-06T10:00:00Z"


def new_log(machine: str) -> EventLog:
    """In memory."""
    return EventLog(LogFile.create(MemoryMedium(), first_line("ab" * 32, "S-1", machine), size=1 << 18))


def events(log: EventLog) -> list[LogEvent]:
    """In order."""
    return [each.event for each in log.entries]


def health_of(log: EventLog, memory: Path, *, second: Callable[[], bool] = lambda: False) -> BoothHealth:
    """Booth 1's."""
    return BoothHealth(
        HealthLog(log, lambda: NOW),
        1,
        memory,
        small_election(4).definition,
        second_poll_book=second,
        may_write=memory.is_dir,
    )


def test_a_booths_printer_is_written_once_and_its_end_too(tmp_path: Path) -> None:
    """A busy printer is not written: it is busy because a voter's paper was just printed."""
    log = new_log("booth-1")
    look = health_of(log, tmp_path)
    states = (PrinterState.BUSY, PrinterState.JAMMED, PrinterState.JAMMED, PrinterState.BUSY, PrinterState.READY)
    for state in states:
        look(state)
    written = [each for each in events(log) if each.startswith("printer_")]
    assert written == [LogEvent.PRINTER_JAM, LogEvent.PRINTER_READY]
    assert log.entries[0].details.booth == 1


def test_a_full_disk_is_told_to_the_poll_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the word of docs/health.md, and the booth's own log says when it began."""
    log = new_log("booth-1")
    look = health_of(log, tmp_path)
    real = os.statvfs(tmp_path)
    numbers = list(real)
    numbers[4] = 1  # f_bavail
    monkeypatch.setattr(os, "statvfs", lambda path: os.statvfs_result((*numbers, 0)))
    assert "disk_full" in look(PrinterState.READY)
    assert LogEvent.DISK_FULL in events(log)


def test_a_memory_that_was_let_go_is_not_written(tmp_path: Path) -> None:
    """The closing process has it by then; what is wrong is still told."""
    log = new_log("booth-1")
    assert health_of(log, tmp_path / "gone")(PrinterState.JAMMED) == ("medium_missing",)
    assert not log.entries


def test_a_second_poll_book_is_told_while_it_goes_on(tmp_path: Path) -> None:
    """It is refused at the booth, written there once a minute, and told in a word until it is silent."""
    log, tick = new_log("booth-1"), [0.0]
    alarms = Alarms(log, 1, lambda: NOW, lambda: tick[0])
    look = health_of(log, tmp_path, second=alarms.has_second_poll_book)
    assert "second_poll_book" not in look(PrinterState.READY)
    for tick[0] in (10.0, 11.0, 70.5):
        alarms(Alarm.SECOND_POLL_BOOK)
    assert "second_poll_book" in look(PrinterState.READY)
    assert events(log).count(LogEvent.SECOND_POLL_BOOK) == 2
    tick[0] += 2 * ALARM_SECONDS
    assert "second_poll_book" not in look(PrinterState.READY)


def test_a_false_message_is_no_second_poll_book(tmp_path: Path) -> None:
    """Noise at the cable is written as what it is, and stops nobody."""
    log = new_log("booth-1")
    alarms = Alarms(log, 1, lambda: NOW, lambda: 0.0)
    alarms(Alarm.GARBLED)
    assert events(log) == [LogEvent.FALSE_MESSAGE]
    assert not alarms.has_second_poll_book()


def test_the_poll_book_writes_what_nobody_else_writes() -> None:
    """A booth's printer is in the booth's log, a lost booth is written by whoever asks it; help is in none."""
    log = new_log("poll-book")
    found = [Condition(Trouble.PRINTER_JAMMED, 1), Condition(Trouble.BOOTH_SILENT, 1), Condition(Trouble.DISK_LOW)]
    watch = HealthWatch(HealthLog(log, lambda: NOW), lambda: found)
    watch.look()
    watch.look()
    assert events(log) == [LogEvent.DISK_LOW]
    found.clear()
    watch.look()
    assert events(log) == [LogEvent.DISK_LOW, LogEvent.DISK_FREE]
    assert HELP_WANTED not in set(Trouble)
    assert Trouble.BOOTH_SILENT in OTHERS_WRITE


def test_a_clock_that_was_set_back_before_its_own_log_is_noticed_until_somebody_compared_it() -> None:
    """Also after a start, whose entry has the wrong hour already; whoever says that the clock is right ends it."""
    log, wall = new_log("poll-book"), [datetime.fromisoformat(NOW).timestamp()]
    log.act(LogEvent.STARTED, Actor.MACHINE, "2026-12-06T10:40:00Z")
    log.start(NOW)
    clock = LogClock(lambda: log.entries, ClockWatch(lambda: wall[0], lambda: wall[0]))

    def found() -> list[tuple[Trouble, int]]:
        definition = small_election(4).definition
        facts = Facts(clock.look(), Day.OPEN, definition.opens_at, "2026-12-07T00:00:00Z")
        return [(each.trouble, each.value) for each in check(facts)]

    assert found() == [(Trouble.CLOCK_BEHIND, 40)]
    wall[0] += 40 * 60
    assert found() == []
    wall[0] -= 40 * 60
    clock.accept()
    assert found() == []
    log.act(LogEvent.STOPPED, Actor.MACHINE, "2026-12-06T10:02:00Z")
    assert found() == [(Trouble.CLOCK_BEHIND, 2)]


def test_a_watch_that_was_stopped_writes_nothing_more() -> None:
    """The log's last entry is that the machine was stopped."""
    looks = list[int]()

    def conditions() -> tuple[Condition, ...]:
        looks.append(1)
        return ()

    watch = HealthWatch(HealthLog(new_log("poll-book"), lambda: NOW), conditions, seconds=0.001)
    watch.start()
    while not looks:
        time.sleep(0.001)
    watch.stop()
    count = len(looks)
    time.sleep(0.01)
    assert len(looks) == count


def test_every_word_of_a_booth_has_one_on_the_panel() -> None:
    """A poll worker never reads the state's own name."""
    assert set(HEALTH_WORDS) == BOOTH_TELLS | {Trouble.SECOND_POLL_BOOK}


def test_a_voter_who_asks_for_help_is_seen_and_not_written() -> None:
    """The panel names the booth; the log stays as it was; the booth is as free as before."""
    scene = Scene()
    client = scene.unlocked()
    before = scene.log.entries
    scene.booths[1].health = (HELP_WANTED,)
    scene.desk.watch.look()
    assert "Booth 1 asks for help" in client.get("/queue").text
    assert booth_views(scene.desk)[0].needs_worker
    assert scene.log.entries == before


def test_a_booth_with_a_full_disk_gets_nobody() -> None:
    """Its box could not be written; a warning alone keeps nobody away."""
    scene = Scene()
    scene.unlocked()
    for words, is_free in (((), True), (("disk_low",), True), (("disk_full",), False), (("battery_low",), False)):
        scene.booths[1].health = words
        scene.desk.watch.look()
        assert booth_views(scene.desk)[0].is_free is is_free


def test_somebody_else_at_a_booths_cable_is_a_second_booth(tmp_path: Path) -> None:
    """Whoever answers in booth 2's place without its key: the page says so, and so does the poll book's log."""
    loaded = load_small_station(tmp_path, electors=4, booths=2)
    machine = open_poll_book_machine(loaded.folder, token_bytes)
    settings = ProcessSettings(folder=str(loaded.folder), face="", port=0)
    booths, reader = links(settings, machine), open_desk_reader(settings, machine.folder)
    own = open_log(machine.medium, machine.identity, "poll-book")
    ports = make_ports(machine, own, booths, reader, KeptReports(machine.folder, None))
    desk = Desk(loaded.election, "S-1", ports)
    conditions = day_ports(machine, booths, desk, LogClock(lambda: own.entries)).conditions
    (loaded.folder / "run").mkdir(exist_ok=True)
    false = Ends(loaded.election.identity, "S-1", 2, token_bytes(32))
    server = ActivationServer(
        settings.booth_address(2), false, RememberingDesk(), entropy=token_bytes, report=lambda alarm: None
    )
    server.start()
    try:
        desk.watch.look()
        found = {(each.trouble, each.booth) for each in conditions()}
        log = new_log("poll-book")
        HealthWatch(HealthLog(log, lambda: NOW), conditions).look()
    finally:
        server.close()
        reader.close()
        machine.close()
    assert (Trouble.SECOND_BOOTH, 2) in found
    assert (Trouble.SECOND_BOOTH, 1) not in found
    assert LogEvent.SECOND_BOOTH in events(log)
