"""Uploads that anybody may begin: what has come counts, and the slowest give way to whoever sends."""

import os
import time
from pathlib import Path

import pytest

from urna.storage import centre_uploads
from urna.storage.centre_uploads import MOST_EMPTY, MOST_OF_STATION, STALE_SECONDS, TooMany, Uploads

SIZE = 1_000_000


class Turned:
    """Uploads with a clock that the tests turn."""

    def __init__(self, folder: Path) -> None:
        self.now = time.time()
        self.uploads = Uploads(folder / "uploads", 2 * SIZE, lambda: self.now)
        self._made = 0

    def begin(self, station: str, part: int = 0, holder: str = "") -> str:
        """A new upload, a moment after the last, of which so many bytes come at once; its name."""
        self._made += 1
        self.now += 0.001
        name = f"{self._made:064x}"
        self.uploads.begin(station, name, SIZE, holder)
        if part:
            self.uploads.add(station, name, 0, bytes(part))
        return name

    def are_there(self, station: str, *names: str) -> list[bool]:
        """Which of them still are under way."""
        return [self.uploads.find(station, name) is not None for name in names]


@pytest.fixture
def turned(tmp_path: Path) -> Turned:
    """None yet."""
    return Turned(tmp_path)


def test_strangers_who_begin_in_a_stations_name_do_not_stop_it(turned: Turned) -> None:
    """Of more than there is room for, without a byte, the oldest give way; the one that has come stays."""
    own = turned.begin("B-01", 1000)
    first, *others = (turned.begin("B-01") for _ in range(MOST_EMPTY + 1))
    assert turned.are_there("B-01", own, first, others[0]) == [True, False, True]
    assert turned.uploads.add("B-01", own, 1000, bytes(10)) is not None


def test_the_slowest_of_a_station_gives_its_place_to_the_first_part_of_another(turned: Turned) -> None:
    """One byte at once is slower than many bytes in a minute."""
    own = turned.begin("B-01", 100_000)
    turned.now += 60
    slow = [turned.begin("B-01", 1) for _ in range(MOST_OF_STATION - 1)]
    newest = turned.begin("B-01", 50_000)
    assert turned.are_there("B-01", own, *slow, newest) == [True, False, True, True, True]


def test_a_faster_stranger_takes_the_place_of_an_own_one(turned: Turned) -> None:
    """Whoever has most of a station's uploads gives way first, however slow the others are."""
    own = turned.begin("B-01", 1000, "station's address")
    turned.now += 60
    first, *others = (turned.begin("B-01", 100_000, "stranger") for _ in range(MOST_OF_STATION + 2))
    assert turned.are_there("B-01", own, first, others[-1]) == [True, False, True]
    again = turned.begin("B-01", 10, "another stranger")
    assert turned.are_there("B-01", own, again) == [True, True]


def test_a_station_whose_code_begins_alike_is_another_one(turned: Turned) -> None:
    """Its uploads are neither counted nor taken away."""
    other = turned.begin("B-01.5", 1)
    for _ in range(MOST_OF_STATION + 2):
        turned.begin("B-01", 10)
    assert turned.are_there("B-01.5", other) == [True]


def test_bytes_count_when_they_have_come(turned: Turned, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was announced takes no room; if what has come fills it, the slowest gives way if it creeps, else nobody."""
    monkeypatch.setattr(centre_uploads, "MOST_WAITING_BYTES", 100_000)
    announced = [turned.begin(station) for station in ("A-01", "A-02", "B-02")]
    fast = turned.begin("B-01", 60_000)
    with pytest.raises(TooMany):
        turned.begin("A-01", 50_000)
    turned.now += 60
    assert turned.uploads.add("A-01", announced[0], 0, bytes(50_000)) is not None
    assert turned.are_there("B-01", fast) == [False]
    assert turned.are_there("A-02", announced[1]) == [True]


def test_what_is_whole_stays_while_it_is_decided_on(turned: Turned) -> None:
    """However slowly it came; what nobody decided on for a quarter of an hour gives way."""
    name = "f" * 64
    turned.uploads.begin("B-01", name, 1)
    turned.uploads.add("B-01", name, 0, b"x")
    others = [turned.begin("B-01", 1000) for _ in range(MOST_OF_STATION)]
    assert turned.are_there("B-01", name, *others) == [True, False, True, True, True]
    turned.now += STALE_SECONDS + 60
    turned.begin("B-01", 1000)
    assert turned.are_there("B-01", name) == [False]


def test_a_part_of_an_upload_that_gave_way_is_no_part(turned: Turned) -> None:
    """Its sender is told that there is none, and begins it again."""
    assert turned.uploads.add("B-01", os.urandom(32).hex(), 0, b"x") is None
