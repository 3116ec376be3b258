"""Raw copies of the booth's medium, taken after every cast: none shows what was chosen, or in which order."""

import random
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from tests.booth.copier import (
    Copy,
    best_separation,
    best_sorting,
    changed_sectors,
    chi_square,
    sectors_of_slot,
    slots_of,
    spellings,
    used_slots,
)
from tests.booth.power_cut import PowerCutMedium
from tests.booth.running import RunningBooth
from tests.booth.sample import ELECTION, seeded, some_choices

from urna.ballot.opening import Opening
from urna.crypto.secretbox import open_box
from urna.encoding.canonical import encode
from urna.errors import OutOfOrder
from urna.station.booth import EMPTY_SLOT
from urna.storage import booth_medium
from urna.storage.ballot_box import BallotBox
from urna.storage.booth_medium import ACTIVATION, BALLOTS, ELEMENT, activation_key
from urna.storage.medium import CONSTANT_TIME_NS, DiskMedium, MemoryMedium

VOTERS = 150
SLOTS = 400
LIMIT = 4.5
"""Standard deviations: of the 22 numbers tried on a copy, one exceeds it by chance in 1 of 6,000 runs."""


class Copied:
    """A day of which every cast was copied."""

    def __init__(self) -> None:
        chance = random.Random("raw copies")
        medium = MemoryMedium()
        self.running = RunningBooth(medium=medium, slots=SLOTS, entropy=seeded("raw copies"))
        self.copies: list[Copy] = [medium.copy()]
        for _ in range(VOTERS):
            self.running.cast_some(1, chance)
            self.copies.append(medium.copy())
        self.box_key = self.running.element.voting_key()
        self.order = casting_order(self.copies, self.running)


def casting_order(copies: list[Copy], running: RunningBooth) -> list[int]:
    """The slots in the order of their use, from the whole sequence of copies."""
    order = []
    for before, after in pairwise(copies):
        pairs = zip(slots_of(before, running.header), slots_of(after, running.header), strict=True)
        order += [slot for slot, (old, new) in enumerate(pairs) if old != new]
    return order


@pytest.fixture(scope="module")
def day() -> Copied:
    """One day for all tests of this file."""
    return Copied()


def test_no_copy_holds_a_word_of_a_ballot(day: Copied) -> None:
    """No code of a contest, option or style, no ballot id and no opening, in any spelling, in any copy."""
    contests = ELECTION.definition.contests
    codes = [option.code for contest in contests for option in contest.options] + ["FULL", "SHORT", "cast", "void"]
    ids = [ballot.content.ballot for ballot in day.running.box.ballots()]
    papers = [encode(Opening(ballot=ids[0], selections=paper)).decode()[:40] for paper in day.running.papers]
    words = [*spellings([*codes, *ids, *papers]), *(bytes.fromhex(each) for each in ids)]
    long_enough = [word for word in words if len(word) > 4]
    for copy in (day.copies[0], day.copies[VOTERS // 2], day.copies[-1]):
        secret = copy[BALLOTS][4096:] + copy[ACTIVATION]
        assert not [word for word in long_enough if word in secret]


def test_a_copy_is_random_bytes_before_and_after(day: Copied) -> None:
    """Slots and activation slot pass chi-square and do not compress, empty or full."""
    for copy in (day.copies[0], day.copies[VOTERS // 2], day.copies[-1]):
        for data in (copy[BALLOTS][4096:], copy[ACTIVATION]):
            assert abs(chi_square(data)) < LIMIT
            assert len(zlib.compress(data, 9)) >= len(data)


def test_a_copy_does_not_tell_used_slots_from_free_ones(day: Copied) -> None:
    """Without the box key not even the number of ballots shows; seven numbers of body and mark are tried."""
    found, name = best_separation(day.copies[-1], day.running.header, day.order)
    assert found < LIMIT, name


def test_the_separation_finds_zeros_in_free_slots(day: Copied) -> None:
    """The same test tells used from free at once where free slots are not filled."""
    used = set(day.order)
    size = day.running.header.slot_bytes
    box = b"".join(
        body + mark if slot in used else bytes(size)
        for slot, (body, mark) in enumerate(slots_of(day.copies[-1], day.running.header))
    )
    found, _ = best_separation({BALLOTS: bytes(4096) + box}, day.running.header, day.order)
    assert found > 10


def test_no_copy_alone_can_be_sorted_by_casting(day: Copied) -> None:
    """Even told which slots are used, no sorter comes nearer to the order of casting than a blind guess."""
    assert used_slots(day.copies[-1], day.running.header, day.box_key) == sorted(day.order)
    for number in (VOTERS // 2, VOTERS):
        found, name = best_sorting(day.copies[number], day.running.header, day.order[:number])
        assert found < LIMIT, name


def test_a_box_that_appends_is_sorted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sorters recover the whole order where each attempt takes the next slot instead of a random one."""
    monkeypatch.setattr(BallotBox, "draw", lambda self, chance: self._free.pop(0))
    appended = Copied()
    found, name = best_sorting(appended.copies[-1], appended.running.header, appended.order)
    assert name == "the slot's place"
    assert found > 10


def test_the_whole_sequence_of_copies_shows_only_which_slot_was_written(day: Copied) -> None:
    """From one cast to the next: all sectors of one slot and all of the activation slot, whatever was chosen."""
    for (before, after), slot in zip(pairwise(day.copies), day.order, strict=True):
        changed = changed_sectors(before, after)
        assert changed == {BALLOTS: sectors_of_slot(day.running.header, slot), ACTIVATION: [0, 1, 2, 3]}


def test_slots_are_taken_all_over_the_box(day: Copied) -> None:
    """The order of use is a random one: no slot twice, and no trend."""
    assert len(set(day.order)) == VOTERS
    found, _ = best_sorting(day.copies[0], day.running.header, day.order)
    assert found < LIMIT


def test_after_a_vote_not_even_the_keys_tell_which_slot_it_took(day: Copied) -> None:
    """With the box key, both copies of the activation slot say free, in every copy that was taken."""
    for copy in day.copies:
        for number in range(2):
            data = copy[ACTIVATION][number * 1024 : (number + 1) * 1024]
            label = f"urna/two-copies/1/{ACTIVATION}/{number}".encode()
            said = open_box(activation_key(day.box_key), data, label)
            assert said.rstrip(b"\x00")[:-1] == EMPTY_SLOT


def test_every_ballot_has_one_size() -> None:
    """A blank vote of the short style and a full one of the long style leave openings of one size."""
    running = RunningBooth(slots=8)
    running.cast({}, "SHORT")
    blank = next(iter(running.box.ballots())).content.sealed_opening
    running.cast({"DEP": ("DEP-2", "DEP-3", "DEP-4"), "LIST": ("LIST-GREEN",), "REF": ("REF-YES",)})
    assert {len(ballot.content.sealed_opening) for ballot in running.box.ballots()} == {len(blank)}


def test_voting_only_overwrites_in_place() -> None:
    """From the zeroed box to the closing, nothing is made, renamed or taken away: free space keeps no former bytes."""
    chance = random.Random("in place")
    medium = PowerCutMedium(chance)
    running = RunningBooth(medium=medium, slots=60)
    medium.log.clear()
    running.cast_some(10, chance)
    running.restart()
    running.cast_some(10, chance)
    assert {entry.split()[0] for entry in medium.log} == {"open", "write", "sync"}


def test_the_files_show_no_time_and_no_size_of_casting(tmp_path: Path) -> None:
    """On a disk: after every cast the same three files, the same sizes, and 1970 as their times."""
    chance = random.Random("disk")
    running = RunningBooth(medium=DiskMedium(tmp_path), slots=40)
    sizes = {entry.name: entry.stat().st_size for entry in tmp_path.iterdir()}
    assert set(sizes) == {ACTIVATION, BALLOTS, ELEMENT}
    for _ in range(5):
        running.cast_some(1, chance)
        for entry in tmp_path.iterdir():
            status = entry.stat()
            assert (status.st_mtime_ns, status.st_size) == (CONSTANT_TIME_NS, sizes[entry.name])
            assert status.st_blocks * 512 >= status.st_size


def test_after_closing_no_copy_opens_any_more(day: Copied) -> None:
    """Closing destroys the box key and every slot; what was copied before opens with nothing that is left."""
    medium = MemoryMedium()
    running = RunningBooth(medium=medium, slots=20)
    running.cast(some_choices(ELECTION, "FULL", random.Random(1)))
    before, box_key = medium.copy(), running.element.voting_key()
    running.element.begin_closing()
    running.element.sign_sheet(b"sheet")
    booth_medium.destroy(medium, running.element, running.entropy)
    after = medium.copy()
    assert all(
        old != new for old, new in zip(slots_of(before, running.header), slots_of(after, running.header), strict=True)
    )
    assert box_key.hex().encode() not in b"".join(after.values())
    assert used_slots(after, running.header, box_key) == list(range(20))
    with pytest.raises(OutOfOrder):
        running.load_element().counting_key()
