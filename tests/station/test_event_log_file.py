"""An entry that was acknowledged is there after any kill and cut, and what a cut left behind is no entry."""

import errno
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.booth.power_cut import PowerCutError, PowerCutMedium
from tests.station.log_of import ELECTION, STATION, new_file

from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.station.event_entry import first_line, read_log
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.storage.event_log import EVENT_LOG, LogFile, read_content
from urna.storage.medium import DiskMedium, File, MemoryMedium

NOW = "2026-11-22T10:00:00Z"
SIZE = 256 * 1024


def written(count: int, size: int = 8192) -> tuple[MemoryMedium, EventLog]:
    """A log with so many entries, and its medium."""
    medium = MemoryMedium()
    log = EventLog(new_file(medium, size=size))
    for _ in range(count):
        log.act(LogEvent.PAUSED, Actor.PRESIDENT, NOW)
    return medium, log


def with_content(content: bytes) -> MemoryMedium:
    """A medium whose log file holds this."""
    medium = MemoryMedium()
    medium.create(EVENT_LOG, len(content)).write(0, content)
    return medium


def test_a_log_reads_back_from_its_medium() -> None:
    """With its header, and goes on where it was."""
    medium, log = written(3)
    again = EventLog(LogFile.open(medium))
    assert again.lines() == log.lines()
    assert again.act(LogEvent.RESUMED, Actor.PRESIDENT, NOW).sequence == 4


def test_a_last_entry_cut_at_any_byte_is_taken_off_and_the_log_goes_on() -> None:
    """Every prefix, every suffix and every hole of the last write; the entries before it are whole."""
    medium, log = written(2)
    whole = medium.copy()[EVENT_LOG]
    size = len(log.lines()[-1]) + 1
    end = read_content(whole).end
    before = whole[: end - size] + bytes(size) + whole[end:]
    for cut in range(size):
        at = end - size + cut
        beginning = whole[:at] + before[at:]
        ending = before[: at + 1] + whole[at + 1 :]
        for torn in (beginning, ending):
            medium = with_content(torn)
            again = LogFile.open(medium)
            assert again.was_torn == (torn != before)
            assert list(again.lines()) == list(log.lines())[:2]
            assert EventLog(again).act(LogEvent.WIPED, Actor.MEMBER, NOW).sequence == 2
            assert not LogFile.open(medium).was_torn


def test_a_machine_that_starts_says_whether_it_had_been_stopped() -> None:
    """And that an entry was torn, if one was."""
    medium, log = written(0, SIZE)
    log.start(NOW)
    log.act(LogEvent.STOPPED, Actor.MACHINE, NOW)
    log.start(NOW)
    content = medium.copy()[EVENT_LOG]
    end = read_content(content).end
    torn = with_content(content[:end] + b'{"before' + content[end + 8 :])
    again = EventLog(LogFile.open(torn))
    again.start(NOW)
    assert [entry.event for entry in again.entries] == ["started", "stopped", "started", "log_mended", "started_again"]


@pytest.mark.parametrize("rest", [b"a\n\0b\n", b"a" * 3000, b"\0a\nb", b"\0\0line\nline\n"])
def test_more_than_one_torn_line_was_no_power_cut(rest: bytes) -> None:
    """It is refused and left as it is: somebody wrote there."""
    content = bytearray(written(2)[0].copy()[EVENT_LOG])
    end = read_content(bytes(content)).end
    content[end : end + len(rest)] = rest
    medium = with_content(bytes(content))
    with pytest.raises(UrnaError):
        EventLog(LogFile.open(medium))
    assert medium.copy()[EVENT_LOG] == bytes(content)


def test_an_entry_blotted_out_in_the_middle_is_refused() -> None:
    """Zeros over a line that others follow are no torn end."""
    medium, log = written(4)
    content = medium.copy()[EVENT_LOG]
    line = log.lines()[2]
    with pytest.raises(Malformed):
        LogFile.open(with_content(content.replace(line, bytes(len(line)))))


def test_a_log_is_never_begun_twice() -> None:
    """The first one stays."""
    medium, log = written(1)
    with pytest.raises(OutOfOrder):
        new_file(medium)
    assert EventLog(LogFile.open(medium)).entries == log.entries


def test_an_entry_that_does_not_fit_leaves_the_log_as_it_was() -> None:
    """With a sentence for the poll worker."""
    log = EventLog(new_file(size=600))
    with pytest.raises(OutOfOrder, match="on paper"):
        for _ in range(9):
            log.act(LogEvent.PAUSED, Actor.PRESIDENT, NOW)
    assert 0 < len(log.entries) < 9
    assert read_log(log.lines())[1] == log.entries


class FullFile:
    """A file that takes some bytes of a write and then says that the disk is full."""

    def __init__(self, file: File) -> None:
        self._file = file
        self.takes: int | None = None
        self.size = file.size

    def read(self, offset: int, length: int) -> bytes:
        return self._file.read(offset, length)

    def write(self, offset: int, data: bytes) -> None:
        self._file.write(offset, data if self.takes is None else data[: self.takes])
        if self.takes is not None:
            raise OSError(errno.ENOSPC, "No space left on device")

    def sync(self) -> None:
        self._file.sync()

    def close(self) -> None:
        self._file.close()


def test_a_disk_that_is_full_leaves_the_log_whole() -> None:
    """At every byte of the write; a shorter entry afterwards is the last thing in the file, for every reader."""
    size = len(written(1)[1].lines()[-1]) + 1
    for takes in range(size + 1):
        medium, _ = written(1)
        file = FullFile(medium.open(EVENT_LOG))
        log = EventLog(LogFile(file))
        file.takes = takes
        with pytest.raises(OutOfOrder, match="No space left"):
            log.act(LogEvent.CLOSING_CARDS_LOST, Actor.PRESIDENT, NOW)
        file.takes = None
        assert len(EventLog(LogFile.open(medium_like(medium))).entries) in {1, 2}
        log.act(LogEvent.PAUSED, Actor.PRESIDENT, NOW)
        again = LogFile.open(medium_like(medium))
        assert not again.was_torn
        assert EventLog(again).entries == log.entries


def medium_like(medium: MemoryMedium) -> MemoryMedium:
    """A copy of a medium, as after a restart."""
    return with_content(medium.copy()[EVENT_LOG])


def test_no_power_cut_takes_an_acknowledged_entry() -> None:
    """400 days on a medium that loses, reorders and tears what was not synced, creation and mending included."""
    assert _campaign(lambda _: True) >= 800


def test_a_missing_sync_is_found() -> None:
    """Without the log's syncs the same campaign fails: it can tell."""
    with pytest.raises((AssertionError, UrnaError)):
        _campaign(lambda name: name != EVENT_LOG)


def _campaign(syncs: Callable[[str], bool]) -> int:
    """Days with three cuts each; the number of cuts made."""
    cuts = 0
    for seed in range(400):
        chance = random.Random(f"event log {seed}")
        medium = PowerCutMedium(chance)
        medium.syncs = syncs
        acknowledged: list[int] = []
        for _ in range(3):
            medium.fuse = chance.randint(1, 12)
            try:
                _write_some(medium, acknowledged)
            except PowerCutError:
                medium.cut()
                cuts += 1
        medium.fuse = None
        _write_some(medium, acknowledged)
    return cuts


def _write_some(medium: PowerCutMedium, acknowledged: list[int]) -> None:
    """Opens or makes the log, checks that nothing acknowledged is missing, writes three more."""
    if EVENT_LOG not in medium.names():
        assert not acknowledged
        LogFile.create(medium, first_line(ELECTION, STATION, "poll-book"), size=8192)
    log = EventLog(LogFile.open(medium))
    assert {entry.sequence for entry in log.entries} >= set(acknowledged)
    for _ in range(3):
        written = log.act(LogEvent.PAUSED, Actor.PRESIDENT, NOW)
        acknowledged.append(written.sequence)


def test_no_kill_takes_an_acknowledged_entry(tmp_path: Path) -> None:
    """A real process that writes on a real disk, killed 25 times at random."""
    LogFile.create(DiskMedium(tmp_path), first_line(ELECTION, STATION, "poll-book"), size=SIZE).close()
    chance = random.Random("kills")
    least = 0
    for _ in range(25):
        least = max(least, _killed_after(tmp_path, chance.randint(1, 12)))
        log = EventLog(LogFile.open(DiskMedium(tmp_path)))
        assert len(log.entries) >= least
        least = len(log.entries)


def _killed_after(folder: Path, entries: int) -> int:
    """Kills a process that writes, after it told of so many entries; the last number that it told."""
    told, tells = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            log = EventLog(LogFile.open(DiskMedium(folder)))
            for _ in range(entries + 8):  # no more than the file has room for, however late the kill is
                entry = log.act(LogEvent.PAUSED, Actor.PRESIDENT, NOW)
                os.write(tells, entry.sequence.to_bytes(4, "big"))
            signal.pause()
        finally:  # an error must not go on with the tests in two processes
            os._exit(1)
    os.close(tells)
    last = 0
    for _ in range(entries):
        last = int.from_bytes(os.read(told, 4), "big")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while number := os.read(told, 4):
        last = int.from_bytes(number, "big")
    os.close(told)
    return last


def test_the_file_tells_no_time_and_no_length(tmp_path: Path) -> None:
    """Its size and its times are the same before the first entry and after the last."""
    log = EventLog(LogFile.create(DiskMedium(tmp_path), first_line(ELECTION, STATION, "booth-1"), size=SIZE))
    before = (tmp_path / EVENT_LOG).stat()
    log.act(LogEvent.READINESS_PASSED, Actor.TECHNICIAN, NOW)
    after = (tmp_path / EVENT_LOG).stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) == (SIZE, 0)
    assert (tmp_path / EVENT_LOG).stat().st_mode & 0o777 == 0o600
