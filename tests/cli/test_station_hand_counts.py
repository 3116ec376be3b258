"""A station's hand count is signed once: entered again it is printed again, and no other one takes its place."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes

import pytest
from tests.cli.loaded_station import load_small_station

from urna.cli.poll_book_machine import PollBookMachine, open_poll_book_machine
from urna.cli.station_hand_counts import ProcessHandCounts
from urna.encoding.document import open_document
from urna.errors import Malformed, OutOfOrder
from urna.log.note import NoteVerifier
from urna.station.hand_entry import ContestEntry, HandEntry, PaperReason
from urna.storage.out_folder import HAND_COUNT
from urna.tally.hand_count import HandCountSheet

CLOSED_AT, LATER = "2026-12-06T20:00:00Z", "2026-12-06T20:30:00Z"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[PollBookMachine]:
    """Of a station with one booth."""
    opened = open_poll_book_machine(load_small_station(tmp_path, electors=3, booths=1).folder, token_bytes)
    yield opened
    opened.close()


def entry(machine: PollBookMachine, *, first: int = 0) -> HandEntry:
    """One ballot on which everybody chose the option of this number."""
    contests = [
        ContestEntry(
            contest=contest.code,
            votes=tuple(int(number == first) for number in range(len(contest.options))),
            blank=0,
            null=0,
            ballots=1,
        )
        for contest in machine.identity.election.contests_of_station("S-1")
    ]
    return HandEntry(reason=PaperReason.ORDERED, signatures=1, handed_out=1, ballots=1, contests=tuple(contests))


def test_a_count_that_is_entered_again_is_the_one_that_was_signed(machine: PollBookMachine) -> None:
    """The printer jammed, and the members typed it once more, later: the same bytes, hour and signature."""
    counts = ProcessHandCounts(machine, "en")
    paper = counts.sign(entry(machine), CLOSED_AT)
    path = machine.folder.out / HAND_COUNT
    document, inode = path.read_bytes(), path.stat().st_ino
    assert counts.sign(entry(machine), LATER) == paper
    assert (path.read_bytes(), path.stat().st_ino) == (document, inode)
    election, keys = machine.identity.election, machine.identity.keys
    sheet = open_document(
        document, HandCountSheet, [NoteVerifier(election.key_name("S-1", "poll-book"), keys.poll_book)]
    )
    assert sheet.closed_at == CLOSED_AT


def test_another_count_is_refused_and_the_signed_one_stays(machine: PollBookMachine) -> None:
    """A station has one result on paper; what was wrong with it is said on an incident sheet."""
    counts = ProcessHandCounts(machine, "en")
    counts.sign(entry(machine), CLOSED_AT)
    document = (machine.folder.out / HAND_COUNT).read_bytes()
    with pytest.raises(OutOfOrder, match="that this station signed before"):
        counts.sign(entry(machine, first=1), CLOSED_AT)
    assert (machine.folder.out / HAND_COUNT).read_bytes() == document


def test_a_signed_count_that_somebody_changed_is_not_signed_over(machine: PollBookMachine) -> None:
    """What lies in its place is kept for whoever examines it."""
    counts = ProcessHandCounts(machine, "en")
    (machine.folder.out / HAND_COUNT).write_bytes(b"nothing of ours")
    with pytest.raises(Malformed, match="somebody changed the file"):
        counts.sign(entry(machine), CLOSED_AT)
    assert (machine.folder.out / HAND_COUNT).read_bytes() == b"nothing of ours"
