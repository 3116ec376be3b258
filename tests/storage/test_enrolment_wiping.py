"""Personal data is wiped when the legal period is over: its keys first, then everything, and nothing else."""

import os
import sqlite3
from pathlib import Path

import pytest
from tests.cli.enrolment_desk import DEFINITION, Desk, make_desk
from tests.election.officers import OFFICERS, election
from tests.pollbook.test_model import WORLD
from tests.roll.duplicates import case, head
from tests.roll.enrolling import ELECTION, an_enrolment, new_roll, station
from tests.storage.killing import killed_at

from urna.crypto.sealing import SealingKey
from urna.encoding.canonical import encode
from urna.encoding.document import open_document
from urna.errors import Malformed, OutOfOrder
from urna.roll.wiping import Holding, WipeRecord, check_due, wiping_day
from urna.station.day import Day
from urna.storage.enrolment_files import Place, write_enrolled
from urna.storage.pollbook import open_store, prepare_store
from urna.storage.wiping import look, wipe
from urna.storage.worklist import WorkList


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A roll with one enrolment, and its archive."""
    made = new_roll(tmp_path)
    write_enrolled(made, station(made), [an_enrolment(made)])
    return made


def test_the_legal_period_ends_180_days_after_the_close() -> None:
    """Not a second before."""
    assert wiping_day(ELECTION) == "2021-06-04T22:00:00Z"
    check_due(ELECTION, "2021-06-04T22:00:00Z")
    with pytest.raises(OutOfOrder, match="2021-06-04"):
        check_due(ELECTION, "2021-06-04T21:59:59Z")


def test_a_wiped_folder_is_gone_and_counted(place: Place) -> None:
    """A roll with its key, boxes and records; the archive with a key from elsewhere."""
    key = place.roll.parent / "archive.key"
    key.write_bytes(b"private")
    files = [path for path in place.roll.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    wiped = wipe(look(place.roll))
    assert (wiped.holding, wiped.keys, wiped.files, wiped.bytes) == (Holding.ROLL, 1, len(files), size)
    wiped = wipe(look(place.archive, [key]))
    assert (wiped.holding, wiped.keys, wiped.files) == (Holding.ARCHIVE, 1, 4)
    assert sorted(path.name for path in place.roll.parent.iterdir()) == []


def test_files_are_overwritten_before_they_are_removed(place: Place) -> None:
    """A second name of the same file shows what the blocks hold afterwards."""
    before = {path: path.read_bytes() for path in place.roll.rglob("*") if path.is_file()}
    kept = place.roll.parent / "kept"
    kept.mkdir()
    for number, path in enumerate(before):
        os.link(path, kept / str(number))
    wipe(look(place.roll))
    for number, content in enumerate(before.values()):
        found = (kept / str(number)).read_bytes()
        assert len(found) == len(content)
        assert sum(one == other for one, other in zip(found, content, strict=True)) < 0.05 * len(content) + 10


def test_the_key_goes_first_and_what_a_power_cut_left_is_wiped_by_the_next(place: Place) -> None:
    """Killed before each of its touches of the disk: either the key is gone, or everything is there."""
    everything = {path for path in place.roll.rglob("*") if path.is_file()}
    instant = 0
    left = everything
    while left and killed_at(instant, lambda: wipe(look(place.roll))):
        left = {path for path in place.roll.rglob("*") if path.is_file()}
        assert left == everything or place.roll / "roll.key" not in left
        instant += 3
    assert instant > 9
    assert not {path for path in place.roll.rglob("*") if path.is_file()}


def test_a_poll_book_is_wiped_when_its_day_is_over(tmp_path: Path) -> None:
    """Known by the number in its file, not by its name; another database is none, nor is a day that goes on."""
    folder = tmp_path / "book"
    folder.mkdir()
    store = prepare_store(folder / "book.db")
    for day in (Day.SEALED, Day.OPEN, Day.PAUSED):
        with store.acting():
            store.write_day(day)
        store.close()
        with pytest.raises(OutOfOrder):
            look(folder)
        store = open_store(folder / "book.db")
    with store.acting():
        store.write_day(Day.CLOSED)
    store.close()
    found = look(folder)
    assert (found.holding, found.election) == (Holding.POLL_BOOK, None)
    assert wipe(found).holding is Holding.POLL_BOOK
    (tmp_path / "other").mkdir()
    connection = sqlite3.connect(tmp_path / "other" / "store.db")
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    with pytest.raises(Malformed):
        look(tmp_path / "other")


def test_a_work_list_is_wiped(tmp_path: Path) -> None:
    """Cases of a search for people who are on the roll twice; its head says of which election."""
    begun = WorkList.begin(tmp_path / "list", head(key=SealingKey(b"k" * 32).public_hex))
    assert begun.add_case("12" * 16, case(), lambda size: b"e" * size)
    found = look(tmp_path / "list")
    assert (found.holding, found.election) == (Holding.WORK_LIST, begun.head.election)
    assert wipe(found).files == 2
    assert not (tmp_path / "list").exists()


def test_a_folder_says_whose_it_is(place: Place, tmp_path: Path) -> None:
    """A roll by its key, an archive by its head, a poll book by its package."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "package.note").write_bytes(encode(WORLD.package) + b"\n\nsignatures\n")
    assert [look(each).election for each in (place.roll, place.archive, book)] == [
        ELECTION.identity,
        ELECTION.identity,
        WORLD.election.identity,
    ]


def test_a_folder_of_something_else_is_never_wiped(place: Place, tmp_path: Path) -> None:
    """A home folder, nothing, a file, a link to a roll, a roll with a link in it."""
    other = tmp_path / "home"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    link = tmp_path / "link"
    link.symlink_to(place.roll)
    for wrong in (other, tmp_path, tmp_path / "nowhere", other / "letter.txt", link):
        with pytest.raises(Malformed):
            look(wrong)
    strange = place.roll / "enrolments" / "letter.txt"
    strange.write_text("dear")
    with pytest.raises(Malformed):
        look(place.roll)
    strange.unlink()
    (place.roll / "out").symlink_to(other)
    with pytest.raises(Malformed):
        look(place.roll)
    assert (other / "letter.txt").read_text() == "dear"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that is ready."""
    return make_desk(tmp_path, monkeypatch)


def wiped(desk: Desk, *folders: str, officers: int = 2) -> int:
    """The exit code of wiping these folders."""
    keys = [w for n in range(officers) for w in ("--key", f"officer-{n}.key", "--passphrase-file", "passphrase")]
    return desk.roll("wipe", *folders, *DEFINITION, *keys, "--record", "wipe.note", "--yes")


def test_officers_wipe_a_roll_when_its_time_has_come(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too early, one officer alone, a folder of something else: nothing happens. Then it is gone, and on record."""
    before = desk.files()
    day = wiping_day(election())
    monkeypatch.setattr("urna.cli.roll_wipe.now", lambda: "2020-01-01T00:00:00Z")
    assert wiped(desk, "roll") == 2
    monkeypatch.setattr("urna.cli.roll_wipe.now", lambda: day)
    assert [wiped(desk, "roll", officers=1), wiped(desk, "roll", "."), wiped(desk, "roll", "nowhere")] == [2, 2, 2]
    other = new_roll(desk.folder / "elsewhere")
    write_enrolled(other, station(other), [an_enrolment(other)])
    assert [wiped(desk, "roll", f"elsewhere/{name}") for name in ("roll", "archive")] == [2, 2]
    (desk.folder / "wipe.note").write_text("an older one")
    assert wiped(desk, "roll") == 2
    assert desk.files() == before
    (desk.folder / "wipe.note").unlink()
    assert wiped(desk, "roll") == 0
    assert desk.files() == {}
    record = open_document(
        (desk.folder / "wipe.note").read_bytes(), WipeRecord, [each.verifier for each in OFFICERS], 2
    )
    assert [(each.holding, each.keys, each.files) for each in record.folders] == [(Holding.ROLL, 1, len(before))]
    assert (record.allowed_from, record.wiped_at) == (day, day)
