"""Whatever is wrong with a machine has a sentence, a degree and a way on; and the log hears of it once."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.station.log_of import new_file, new_log

from urna.devices.health import ClockWatch, look_at_medium, look_at_power
from urna.errors import OutOfOrder
from urna.papers.printer import PrinterState
from urna.station.day import Day
from urna.station.event_log import EventLog
from urna.station.event_table import WORDS
from urna.station.event_words import Kind
from urna.station.health import Condition, check, may_open, write_changes
from urna.station.health_facts import OWN, Clock, Facts, Medium, PackageState, Power, ReaderState
from urna.station.health_rules import RULES, Blocks, Trouble, table
from urna.words import Sentence

PAGE = Path(__file__).resolve().parents[2] / "docs" / "health.md"
BEGIN, END = "<!-- the table of states -->\n", "<!-- end of the table -->"
OPENS, CLOSES = "2026-11-22T10:00:00Z", "2026-11-22T22:00:00Z"
NOON = "2026-11-22T16:00:00Z"
ROOM = Medium(10**12)
WELL = Facts(Clock(NOON), Day.OPEN, OPENS, CLOSES, media={OWN: ROOM, 1: ROOM}, printers={1: PrinterState.READY})
READY = WELL._replace(day=Day.ZERO_REPORTED, clock=Clock("2026-11-22T10:01:00Z"))


def troubles(facts: Facts) -> list[tuple[Trouble, int]]:
    """What is found, and where."""
    return [(each.trouble, each.booth) for each in check(facts)]


def test_nothing_is_wrong_with_a_machine_that_is_well() -> None:
    """It may open."""
    assert check(WELL) == check(READY) == ()
    assert may_open(check(READY))


CASES: list[tuple[Facts, Trouble, int]] = [
    (WELL._replace(package=PackageState.WRONG), Trouble.WRONG_PACKAGE, OWN),
    (WELL._replace(package=PackageState.TAMPERED), Trouble.TAMPERED_PACKAGE, OWN),
    (WELL._replace(package=PackageState.INCOMPLETE), Trouble.INCOMPLETE_PACKAGE, OWN),
    (WELL._replace(media={2: Medium(0, is_present=False)}), Trouble.MEDIUM_MISSING, 2),
    (WELL._replace(media={OWN: Medium(0, is_writable=False)}), Trouble.MEDIUM_READ_ONLY, OWN),
    (WELL._replace(media={1: Medium(10**12, is_sound=False)}), Trouble.MEDIUM_DAMAGED, 1),
    (WELL._replace(media={OWN: Medium(10**6)}), Trouble.DISK_FULL, OWN),
    (WELL._replace(media={OWN: Medium(2 * 10**8)}), Trouble.DISK_LOW, OWN),
    (WELL._replace(second_poll_books=frozenset({2})), Trouble.SECOND_POLL_BOOK, 2),
    (WELL._replace(second_booths=frozenset({2})), Trouble.SECOND_BOOTH, 2),
    (WELL._replace(silent_booths=frozenset({3})), Trouble.BOOTH_SILENT, 3),
    (READY._replace(clock=Clock("2000-01-01T00:00:00Z")), Trouble.WRONG_DATE, OWN),
    (WELL._replace(clock=Clock(NOON, last_entry="2026-11-22T16:10:00Z")), Trouble.CLOCK_BEHIND, OWN),
    (WELL._replace(clock=Clock(NOON, moved_seconds=-3600)), Trouble.CLOCK_MOVED, OWN),
    (READY._replace(clock=Clock("2026-11-22T09:30:30Z")), Trouble.TOO_EARLY, OWN),
    (READY._replace(clock=Clock("2026-11-22T10:20:00Z")), Trouble.LATE_OPENING, OWN),
    (WELL._replace(clock=Clock(CLOSES)), Trouble.CLOSING_HOUR, OWN),
    (WELL._replace(printers={1: PrinterState.OUT_OF_PAPER}), Trouble.PRINTER_OUT_OF_PAPER, 1),
    (WELL._replace(printers={1: PrinterState.COVER_OPEN}), Trouble.PRINTER_COVER_OPEN, 1),
    (WELL._replace(printers={1: PrinterState.UNPLUGGED}), Trouble.PRINTER_UNPLUGGED, 1),
    (WELL._replace(printers={1: PrinterState.JAMMED}), Trouble.PRINTER_JAMMED, 1),
    (WELL._replace(printers={1: PrinterState.PAPER_LOW}), Trouble.PRINTER_PAPER_LOW, 1),
    (WELL._replace(printers={1: PrinterState.BUSY}), Trouble.PRINTER_BUSY, 1),
    (WELL._replace(reader=ReaderState.MISSING), Trouble.READER_MISSING, OWN),
    (WELL._replace(reader=ReaderState.FAILED), Trouble.READER_FAILED, OWN),
    (WELL._replace(power=Power(on_battery=True, percent=60)), Trouble.ON_BATTERY, OWN),
    (WELL._replace(power=Power(on_battery=True, percent=9)), Trouble.BATTERY_LOW, OWN),
]


@pytest.mark.parametrize(("facts", "trouble", "booth"), CASES, ids=[trouble for _, trouble, _ in CASES])
def test_each_trouble_is_found_alone_and_can_be_written_into_the_log(
    facts: Facts, trouble: Trouble, booth: int
) -> None:
    """Its beginning once, its end once, and nothing while it lasts."""
    assert (trouble, booth) in troubles(facts)
    if trouble is not Trouble.WRONG_DATE:  # a clock in the year 2000 is also before the opening
        assert troubles(facts) == [(trouble, booth)]
    log, found = new_log(), check(facts)
    known = write_changes(log, (), found, NOON)
    known = write_changes(log, known, found, NOON)
    assert known == found
    assert write_changes(log, known, (), NOON) == ()
    expected = [event for event in (RULES[trouble].begins, RULES[trouble].ends) if event]
    assert [entry.event for entry in log.entries] == expected
    assert all(WORDS[event].kind is Kind.FAULT for event in expected)


def test_every_trouble_has_a_case_above() -> None:
    """And a row in the table."""
    assert {trouble for _, trouble, _ in CASES} == set(Trouble) == set(RULES)


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_says_what_is_wrong_and_the_way_on(trouble: Trouble) -> None:
    """Two whole sentences, filled in."""
    condition = Condition(trouble, booth=2, value=7)
    assert str(condition.says).endswith(".")
    assert "{" not in str(condition.says)
    assert str(condition.way_on).endswith(".")
    assert len(str(condition.way_on)) > 20


@pytest.mark.parametrize("state", PrinterState)
def test_every_state_of_a_printer_is_known(state: PrinterState) -> None:
    """Only `ready` is no trouble."""
    assert bool(check(WELL._replace(printers={1: state}))) == (state is not PrinterState.READY)


def test_a_booth_in_trouble_blocks_itself_and_not_the_station() -> None:
    """The others vote on."""
    found = check(WELL._replace(printers={1: PrinterState.JAMMED, 2: PrinterState.READY}))
    assert [(each.blocks, each.booth) for each in found] == [(Blocks.VOTING, 1)]
    assert may_open(found)


def test_a_second_poll_book_blocks_the_station_and_each_booth_that_saw_it_is_named() -> None:
    """Two booths with one alarm each are two conditions, and two entries."""
    found = check(READY._replace(second_poll_books=frozenset({1, 2})))
    assert [each.booth for each in found] == [1, 2]
    assert [f"booth {each.booth} " in str(each.says) for each in found] == [True, True]
    assert not may_open(found[:1])
    assert not may_open(found[1:])


def test_what_blocks_the_opening_is_a_warning_once_the_polls_are_open() -> None:
    """A clock that went wrong at noon stops nobody."""
    found = check(READY._replace(clock=Clock("2026-11-22T10:01:00Z", last_entry="2026-11-22T11:00:00Z")))
    assert not may_open(found)
    assert found[0].blocks is Blocks.OPENING


def test_what_blocks_most_is_said_first() -> None:
    """Voting, then opening, then warnings."""
    facts = READY._replace(
        clock=Clock("2026-11-22T09:00:00Z"), reader=ReaderState.MISSING, printers={1: PrinterState.JAMMED}
    )
    assert [each.blocks for each in check(facts)] == [Blocks.VOTING, Blocks.OPENING, Blocks.NOTHING]


def test_one_printer_trouble_after_another_is_ready_only_at_the_end() -> None:
    """A jam, an open cover while it is cleared, then ready."""
    log = new_log()
    states = [PrinterState.READY, PrinterState.JAMMED, PrinterState.COVER_OPEN, PrinterState.BUSY, PrinterState.READY]
    found = [check(WELL._replace(printers={2: state})) for state in states]
    known: tuple[Condition, ...] = ()
    for each in found:
        known = write_changes(log, known, each, NOON)
    assert [entry.event for entry in log.entries] == ["printer_jam", "printer_cover_open", "printer_ready"]
    assert {entry.details.booth for entry in log.entries} == {2}


def test_what_a_broken_medium_did_not_take_is_written_when_it_is_back() -> None:
    """Beginning and end, each once; the machine goes on meanwhile."""
    store = SometimesBroken(new_file().lines())
    log, found = EventLog(store), check(WELL._replace(media={OWN: Medium(0, is_writable=False)}))
    store.is_broken = True
    known = write_changes(log, (), found, NOON)
    assert known == ()
    store.is_broken = False
    known = write_changes(log, known, found, NOON)
    store.is_broken = True
    known = write_changes(log, known, (), NOON)
    assert known == found
    store.is_broken = False
    assert write_changes(log, known, (), NOON) == ()
    assert [entry.event for entry in log.entries] == ["medium_read_only", "medium_back"]


class SometimesBroken:
    """A log's store in memory that can be switched off."""

    was_torn = False
    room = 10**6

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = list(lines)
        self.is_broken = False

    def lines(self) -> Sequence[bytes]:
        return self._lines

    def append(self, line: bytes) -> None:
        if self.is_broken:
            raise OutOfOrder(Sentence("a medium"), Sentence("none"), Sentence("Put it in."))
        self._lines.append(line)


def test_a_closed_station_is_not_told_to_open() -> None:
    """After the closing the hours say nothing."""
    assert check(WELL._replace(day=Day.CLOSED, clock=Clock("2026-11-23T03:00:00Z"))) == ()


def test_a_clock_that_is_set_is_seen_and_can_be_accepted() -> None:
    """Forward, back, and not while both clocks go on."""
    wall, steady = [1_800_000_000.0], [50.0]
    watch = ClockWatch(lambda: wall[0], lambda: steady[0])
    wall[0], steady[0] = wall[0] + 600, steady[0] + 600
    assert watch.look().moved_seconds == 0
    wall[0] -= 7200
    assert watch.look().moved_seconds == -7200
    watch.accept()
    assert watch.look("2026-11-22T10:00:00Z") == Clock("2027-01-15T06:10:00Z", 0, "2026-11-22T10:00:00Z")


def test_the_real_clocks_agree() -> None:
    """This machine's, right now."""
    assert ClockWatch().look().moved_seconds == 0


def test_a_medium_tells_its_room_and_whether_it_can_be_written(tmp_path: Path) -> None:
    """And that it is not there."""
    found = look_at_medium(tmp_path)
    assert found.is_present
    assert found.is_writable
    assert found.free_bytes > 0
    assert not look_at_medium(tmp_path / "none").is_present
    assert not look_at_medium(Path("/proc")).free_bytes


def test_power_is_read_as_linux_tells_it(tmp_path: Path) -> None:
    """Battery and mains; a mouse's battery and a machine without one say nothing."""
    assert look_at_power(tmp_path) == Power()
    _supply(tmp_path / "BAT0", type="Battery", capacity="42", status="Discharging")
    _supply(tmp_path / "hid", type="Battery", capacity="90", scope="Device")
    assert look_at_power(tmp_path) == Power(on_battery=True, percent=42)
    _supply(tmp_path / "AC", type="Mains", online="1")
    assert look_at_power(tmp_path) == Power(on_battery=False, percent=42)


def _supply(folder: Path, **words: str) -> None:
    folder.mkdir()
    for name, word in words.items():
        (folder / name).write_text(word + "\n")


def page_with(states: str) -> str:
    """The page with this table in it."""
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return f"{head}{BEGIN}\n{states}\n{END}{rest.partition(END)[2]}"


def test_the_table_in_the_documents_is_current() -> None:
    """If this fails: `.venv/bin/python -m tests.station.test_health` draws it again."""
    assert page_with(table()) == PAGE.read_text("utf-8")


if __name__ == "__main__":
    PAGE.write_text(page_with(table()), "utf-8")
