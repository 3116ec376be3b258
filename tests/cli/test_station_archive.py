"""After the day: the archive has everything that stays and no elector; what does not stay is wiped."""

import hashlib
import shutil
from pathlib import Path

import pytest
from tests.station.loaded import Loaded, small_station
from tests.station.small import always_a_match, entropy_from

from urna.cli.main import main
from urna.cli.poll_book_machine import open_poll_book_machine
from urna.station.cards import Role
from urna.station.day import DayEvent

NIGHT = "2026-12-06T23:00:00Z"
OUTPUTS = {"sheet-0.note": b"sheet", "ballots.json": b"ballots"}


def after(made: Loaded, *events: DayEvent) -> Loaded:
    """The station after these steps of its day, with its outputs."""
    machine = open_poll_book_machine(made.folder, entropy_from("day"))
    machine.prepare_day(DayEvent.TEST_READINESS)
    machine.prepare_day(DayEvent.PRINT_ZERO_REPORT)
    key = machine.sign_ins.unlock(made.card(Role.PRESIDENT), made.card(Role.SECRETARY), NIGHT)
    book = machine.unlock(key, always_a_match)
    for event in (DayEvent.OPEN, *events):
        book.advance(event)
        if event is DayEvent.CLOSE:
            assert machine.statement(book, NIGHT, 0) == machine.statement(book, "2026-12-06T23:59:59Z", 5)
    machine.close()
    for name, data in OUTPUTS.items():
        (made.folder / "out" / name).write_bytes(data)
    (made.folder / "papers" / "tally-sheet-1.pdf").write_bytes(b"%PDF")
    return made


@pytest.fixture
def transmitted(tmp_path: Path) -> Loaded:
    """A station whose sheet is sent."""
    return after(small_station(tmp_path, booths=1), DayEvent.CLOSE, DayEvent.PRINT_SHEET, DayEvent.TRANSMIT)


def archive(made: Loaded) -> int:
    """The command."""
    return main(["station", "archive", str(made.folder), "--out", str(made.folder.parent / "archive")])


def wipe(made: Loaded, *more: str) -> int:
    """The command, without asking."""
    return main(["station", "wipe", str(made.folder), "--yes", *more])


def test_the_archive_has_outputs_papers_and_the_public_package(transmitted: Loaded) -> None:
    """Each file with its hash, in the form that sha256sum checks; neither roll nor poll book is in it."""
    assert archive(transmitted) == 0
    folder = transmitted.folder.parent / "archive"
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    named = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert {"out/sheet-0.note", "papers/tally-sheet-1.pdf", "package/manifest.note", "poll-book/statement"} <= set(
        named
    )
    for name, expected in named.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected
    assert not any("poll-book.json" in name or name.endswith(".db") for name in named)


def test_a_station_that_is_not_over_has_no_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Open, or closed without a printed sheet: not yet."""
    made = after(small_station(tmp_path, booths=1), DayEvent.CLOSE)
    assert archive(made) == 2
    assert "print the first copy" in capsys.readouterr().err


def test_an_election_is_wiped_after_transmission_with_its_archive(
    transmitted: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    """Booths and volatile files go; the poll book stays until the legal period is over."""
    assert wipe(transmitted) == 2
    archive(transmitted)
    capsys.readouterr()
    assert wipe(transmitted, "--archive", str(transmitted.folder.parent / "archive")) == 0
    assert "urna roll wipe" in capsys.readouterr().out
    assert sorted(path.name for path in transmitted.folder.iterdir()) == ["out", "package", "papers", "poll-book"]


def test_an_archive_that_lacks_something_lets_nothing_be_wiped(transmitted: Loaded) -> None:
    """Every file is compared before anything goes."""
    archive(transmitted)
    folder = transmitted.folder.parent / "archive"
    (folder / "out" / "ballots.json").write_bytes(b"other")
    assert wipe(transmitted, "--archive", str(folder)) == 2
    assert (transmitted.folder / "booth-1" / "secure-element").exists()


def test_a_practice_station_is_wiped_whole(tmp_path: Path) -> None:
    """At any time; but not while it runs."""
    made = small_station(tmp_path, booths=1, purpose="rehearsal")
    machine = open_poll_book_machine(made.folder, entropy_from("running"))
    assert wipe(made) == 2
    machine.close()
    assert wipe(made) == 0
    assert not made.folder.exists()


def test_a_station_is_not_wiped_as_practice_by_another_package(transmitted: Loaded, tmp_path: Path) -> None:
    """A practice package put into a real station's folder wipes none of its media."""
    practice = small_station(tmp_path / "practice", booths=1, purpose="rehearsal")
    shutil.rmtree(transmitted.folder / "package")
    shutil.copytree(practice.folder / "package", transmitted.folder / "package")
    assert wipe(transmitted) == 2
    assert (transmitted.folder / "booth-1" / "secure-element").exists()
