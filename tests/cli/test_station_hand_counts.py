"""A station's hand count is signed once: entered again it is printed again, and no other one takes its place."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes

import msgspec
import pytest
from tests.cli.loaded_station import load_small_station

from urna.cli.poll_book_machine import PollBookMachine, open_poll_book_machine
from urna.cli.station_hand_counts import ProcessHandCounts
from urna.encoding.canonical import encode
from urna.encoding.document import open_document, read_document
from urna.errors import Malformed, OutOfOrder, Unproven
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


@pytest.fixture
def small(tmp_path: Path) -> Iterator[PollBookMachine]:
    """Of a station in an election that shows the votes of two ballots or more."""
    loaded = load_small_station(tmp_path, electors=3, booths=1, secrecy_threshold=2)
    opened = open_poll_book_machine(loaded.folder, token_bytes)
    yield opened
    opened.close()


def test_of_few_ballots_no_vote_leaves_the_poll_book(small: PollBookMachine) -> None:
    """One ballot was counted: neither the signed document nor its paper says what it holds."""
    machine = small
    paper = ProcessHandCounts(machine, "en").sign(entry(machine), CLOSED_AT)
    sheet = read_document((machine.folder.out / HAND_COUNT).read_bytes(), HandCountSheet)
    assert {(each.votes, each.blank, each.null, each.ballots) for each in sheet.contests} == {(None, None, None, 1)}
    assert "1 ballots were counted here, fewer than 2" in encode(paper).decode()


def test_wrong_sums_of_few_ballots_are_named_before_they_are_withheld(small: PollBookMachine) -> None:
    """Two blank ballots of one."""
    machine, counted = small, entry(small)
    wrong = tuple(msgspec.structs.replace(each, blank=2) for each in counted.contests)
    with pytest.raises(Unproven, match="Count this again"):
        ProcessHandCounts(machine, "en").sign(msgspec.structs.replace(counted, contests=wrong), CLOSED_AT)
    assert not (machine.folder.out / HAND_COUNT).exists()


def test_the_signed_sheet_can_be_sent_alone(machine: PollBookMachine) -> None:
    """For a station whose machines cannot be counted; before it is signed there is nothing to send."""
    counts = ProcessHandCounts(machine, "en")
    with pytest.raises(OutOfOrder, match="Type both entries first"):
        counts.parcel()
    counts.sign(entry(machine), CLOSED_AT)
    parcel = counts.parcel()
    assert parcel.files == {"hand-0.note": (machine.folder.out / HAND_COUNT).read_bytes()}
    assert (parcel.election, parcel.station) == (machine.identity.election.identity, "S-1")


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
