"""What somebody finds who takes the poll book's medium out: nobody's name, and no order."""

import base64
import random
from pathlib import Path

import pytest
from tests.pollbook.power import Medium
from tests.pollbook.test_power import WORLD as SCRIPTED
from tests.pollbook.test_power import loaded, script
from tests.pollbook.world import BEFORE_OPENING, CHALLENGE, DATA_KEY, Drawn, World, seen, template

from urna.election.outcomes import Ending
from urna.encoding.canonical import encode
from urna.station.day import DayEvent
from urna.station.pollbook import PollBook, load_poll_book, prepare_day
from urna.station.pollbook_rows import PollBookRows
from urna.storage.pollbook import SqlitePollBook, open_store, prepare_store

WORLD = World(general=40, indigenous=10)
PAGE, FRAME = 4096, 4096 + 24


def in_clear(world: World) -> list[bytes]:
    """What must not be found: names, numbers, groups, fingers as bytes, as base64 and as hex, and the keys."""
    found = [DATA_KEY, DATA_KEY.hex().encode(), CHALLENGE]
    for elector in world.people.values():
        found += [elector.number.encode(), *elector.name.encode().split()]
        for finger in elector.fingers:
            minutiae = finger.templates[0][28:-2]
            found += [minutiae[:12], base64.b64encode(finger.templates[0])[40:60], minutiae[:12].hex().encode()]
    found += [code.split()[1].encode() for code in world.sheet.codes]
    return found


def test_no_image_of_the_medium_shows_a_person_a_finger_or_a_code() -> None:
    """Searched after every act of a whole day, in the database and in its journal."""
    medium = Medium(loaded())
    book = SCRIPTED.reopened(medium)
    secrets = in_clear(SCRIPTED)
    for act in script():
        act.do(book)
        image = b"".join(medium.raw().values())
        assert not [secret for secret in secrets if secret in image]


def test_the_search_would_find_them() -> None:
    """The same search over the roll in clear finds names, numbers and fingers: so the test above can fail."""
    image, secrets = encode(SCRIPTED.part), in_clear(SCRIPTED)
    found = {secret for secret in secrets if secret in image}
    for elector in SCRIPTED.people.values():
        assert {elector.number.encode(), *elector.name.encode().split()} <= found
        assert {base64.b64encode(finger.templates[0])[40:60] for finger in elector.fingers} <= found


def a_day(order: list[str], medium: Medium) -> PollBook:
    """Everybody in this order is identified and votes; then the day closes, with chance drawn from there anew."""
    entropy = Drawn("day")
    book = WORLD.opened(SqlitePollBook(medium.connect))
    book._rows._vault._entropy = entropy
    book.advance(DayEvent.OPEN)
    for place, number in enumerate(order):
        style, booth = WORLD.people[number].style, place % 2 + 1
        book.identify(number, seen(template("X", 2)))
        book.identify(number, seen(template(number, 2)))
        book.arm(booth, style, CHALLENGE)
        book.end(booth, Ending.CAST)
    entropy.seed, entropy.count = "closing", 0
    book.advance(DayEvent.CLOSE)
    return book


def orders() -> tuple[list[str], list[str]]:
    """The same people twice, in two orders; some electors do not come."""
    came = sorted(number for number, elector in WORLD.people.items() if elector.fingers)[:30]
    shuffled = random.Random(1).sample(came, len(came))
    return came, shuffled


def closed(order: list[str]) -> dict[str, bytes]:
    """The medium after a day in this order."""
    before = Medium()
    WORLD.prepared(before.connect)
    medium = Medium(before.raw())
    book = a_day(order, medium)
    found = medium.raw()
    del book  # it held the journal, which closing would have taken away
    return found


def test_a_closed_medium_is_the_same_bytes_in_whatever_order_people_came() -> None:
    """So nothing on it, free pages, journal and nonces included, can be sorted into an order, even with the key."""
    one, other = (closed(order) for order in orders())
    assert one == other
    assert [name for name, data in one.items() if data] == ["pollbook"]


def test_other_people_leave_other_bytes() -> None:
    """The comparison above is not one of empty media."""
    one, _ = orders()
    assert closed(one) != closed(one[:-1])


def test_without_forgetting_the_bytes_tell_the_orders_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the test above can fail."""
    monkeypatch.setattr(PollBookRows, "forget_order", lambda self: None)
    one, other = (closed(order) for order in orders())
    assert one != other


def test_the_journal_never_holds_more_than_the_last_acts() -> None:
    """After each of 120 acts it has at most 6 pages: an image joins no long history."""
    before = Medium()
    WORLD.prepared(before.connect)
    medium = Medium(before.raw())
    book = WORLD.opened(SqlitePollBook(medium.connect))
    book.advance(DayEvent.OPEN)
    for number in orders()[1]:
        for probe in (None, template("X", 2), template(number, 7)):
            book.identify(number, seen(probe))
            assert len(medium.raw()["pollbook-wal"]) <= 32 + 6 * FRAME


def test_what_is_replaced_is_overwritten_and_compacting_leaves_no_free_page() -> None:
    """A longer content, then a shorter one: the longer is gone at once, its pages when the day is closed."""
    medium = Medium()
    store = WORLD.prepared(medium.connect)
    assert isinstance(store, SqlitePollBook)
    for content in (b"long ago " * 3000, b"now"):
        with store.acting():
            store.write_people(content)
    assert b"long ago" not in medium.raw()["pollbook"]
    assert free_pages(medium) > 0
    store.compact()
    assert free_pages(medium) == 0


def free_pages(medium: Medium) -> int:
    """The number of pages on the free list (SQLite's file format, section 1.3)."""
    return int.from_bytes(medium.raw()["pollbook"][36:40], "big")


def test_all_marks_look_alike_and_all_electors_have_one_length() -> None:
    """Neither length nor repetition tells who came or who has fingers enrolled."""
    medium = Medium()
    store = WORLD.prepared(medium.connect)
    assert isinstance(store, SqlitePollBook)
    book = WORLD.opened(store)
    book.advance(DayEvent.OPEN)
    for number in orders()[1]:
        book.identify(number, seen(template(number, 7)))
    marks = {store.mark(row) for row in store.rows()}
    assert len(marks) == len(WORLD.people)
    assert len({len(mark) for mark in marks}) == 1
    assert len({len(store.elector(row) or b"") for row in store.rows()}) == 1


def test_what_the_journals_blocks_keep_after_it_is_gone_has_no_order_either() -> None:
    """A file system keeps a cut-off file's blocks: their last contents are the ordered pages of the closing."""
    ghosts = []
    for order in orders():
        medium = Medium()
        WORLD.prepared(medium.connect)
        book = a_day(order, medium)
        pages = pages_of(bytes(medium.files["pollbook-wal"].ghost))
        database = medium.raw()["pollbook"]
        # Page 1 has counters of the file; every other frame is a page of the closed database, as it stands there.
        assert all(data == database[(page - 1) * PAGE : page * PAGE] for page, data in pages if page > 1)
        ghosts.append([each for each in pages if each[0] > 1])
        del book  # it held the journal: closing takes it away
    assert ghosts[0] == ghosts[1]


def pages_of(journal: bytes) -> list[tuple[int, bytes]]:
    """The frames of a write-ahead log: page number and page (SQLite's file format, section 4.1)."""
    frames = [journal[at : at + FRAME] for at in range(32, len(journal) - FRAME + 1, FRAME)]
    return [(int.from_bytes(frame[:4], "big"), frame[24:]) for frame in frames]


def test_a_real_folder_holds_one_private_file_after_the_day(tmp_path: Path) -> None:
    """On a real disk with the standard library's SQLite: no journal, no temporary file, nobody in clear."""
    path = tmp_path / "pollbook.sqlite"
    prepare_store(path).close()
    store = open_store(path)
    for event in BEFORE_OPENING:
        prepare_day(store, event)
    load_poll_book(store, SCRIPTED.election, SCRIPTED.package, DATA_KEY, Drawn())
    book = SCRIPTED.opened(store)
    for act in script():
        act.do(book)
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == ["pollbook.sqlite"]
    assert path.stat().st_mode & 0o077 == 0
    assert not [secret for secret in in_clear(SCRIPTED) if secret in path.read_bytes()]
