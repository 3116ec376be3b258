"""A file of encrypted ballots: read in parts from any row on, and refused where it is another one than asked for."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ballot.encrypted import CONTEXT, KEYS, SHAPE, VOTES, WRITE_IN, encrypted

from urna.ballot.context import ballot_context
from urna.ballot.forms import EncryptedBallot, read_committed, read_compact
from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven
from urna.record.ballot_file import (
    MAX_HEADER_BYTES,
    Form,
    check_header,
    header_of,
    read_header,
    row_bytes,
    write_ballot_file,
)

ELECTION = "ab" * 32
BALLOTS = [encrypted(votes=VOTES, ballot=random.Random(number).randbytes(16), data=WRITE_IN) for number in range(3)]
FORMS: tuple[Form, ...] = ("compact", "committed")


def rows(form: Form) -> list[bytes]:
    """The ballots in a form, by chance in the order of their ids or not."""
    return [each.compact() if form == "compact" else each.committed() for each in BALLOTS]


def read(data: bytes) -> list[EncryptedBallot]:
    """The ballots of a file, each cut out by the header's offsets."""
    header = read_header(data)
    parser = read_compact if header.form == "compact" else read_committed
    return [parser(CONTEXT, data[header.offset(at) : header.offset(at + 1)]) for at in range(header.ballots)]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_reads_back_sorted_by_id_whatever_the_order_of_its_rows(form: Form) -> None:
    """Contest data included; the file is as long as its header says."""
    files = {write_ballot_file(ELECTION, CONTEXT, random.Random(seed).sample(rows(form), 3), form) for seed in range(6)}
    (data,) = files
    assert read(data) == sorted(BALLOTS, key=lambda ballot: ballot.ballot)
    header = read_header(data)
    assert header.row_bytes == row_bytes(SHAPE, form) == len(rows(form)[0])
    assert header.file_bytes == len(data)
    check_header(header, ELECTION, CONTEXT, len(data))


def test_both_forms_of_a_file_say_the_same_ballots() -> None:
    """One is computed from the other."""
    compact, committed = (write_ballot_file(ELECTION, CONTEXT, rows(form), form) for form in FORMS)
    assert read(compact) == read(committed)
    assert len(compact) < len(committed)


def test_a_header_needs_only_the_beginning_of_a_file() -> None:
    """So a file may be gigabytes; its first line is canonical JSON and ends with a newline."""
    data = write_ballot_file(ELECTION, CONTEXT, rows("committed"))
    header = read_header(data)
    assert read_header(data[:MAX_HEADER_BYTES]) == read_header(data[: header.size]) == header
    assert data[: header.size] == encode(header) + b"\n"


def test_the_longest_header_is_within_its_limit() -> None:
    """Codes of 40 characters and the largest numbers."""
    shape = msgspec.structs.replace(SHAPE, style="S" * 40)
    longest = header_of(ELECTION, ballot_context(KEYS, "S" * 40, shape), "committed", 2**53 - 1)
    assert longest.size < MAX_HEADER_BYTES


@pytest.mark.parametrize("place", ["election", "station", "style", "keys", "shape", "form"])
def test_the_file_of_another_place_is_refused(place: str) -> None:
    """Of another election, station, style, joint key or shape, or one whose rows have the other form's length."""
    header = header_of(ELECTION, CONTEXT, "committed", 3)
    other = ballot_context(KEYS._replace(base_hash=bytes(32)), "ST-1", SHAPE)
    longer = msgspec.structs.replace(SHAPE, contests=(*SHAPE.contests, SHAPE.contests[0]))
    given_out = {
        "election": header_of("cd" * 32, CONTEXT, "committed", 3),
        "station": header_of(ELECTION, ballot_context(KEYS, "ST-2", SHAPE), "committed", 3),
        "style": msgspec.structs.replace(header, style="OTHER"),
        "keys": header_of(ELECTION, other, "committed", 3),
        "shape": header_of(ELECTION, ballot_context(KEYS, "ST-1", longer), "committed", 3),
        "form": msgspec.structs.replace(header, form="compact"),
    }[place]
    with pytest.raises(Unproven):
        check_header(given_out, ELECTION, CONTEXT, given_out.file_bytes)


@pytest.mark.parametrize("difference", [-1, 1, -row_bytes(SHAPE, "committed"), row_bytes(SHAPE, "committed")])
def test_a_file_that_is_shorter_or_longer_than_its_rows_is_refused(difference: int) -> None:
    """By a byte, or by a whole ballot."""
    header = header_of(ELECTION, CONTEXT, "committed", 3)
    with pytest.raises(Malformed, match=f"{header.file_bytes} bytes"):
        check_header(header, ELECTION, CONTEXT, header.file_bytes + difference)


@settings(max_examples=60)
@given(start=st.binary(max_size=2 * MAX_HEADER_BYTES))
def test_what_is_no_ballot_file_is_refused(start: bytes) -> None:
    """Any other bytes."""
    with pytest.raises(Malformed):
        read_header(start)


@pytest.mark.parametrize(
    "change",
    [
        (b"\n", b" \n"),
        (b'{"ballots":3,', b'{"ballots":3, '),
        (b'{"ballots":3,', b'{"ballots":-3,'),
        (b'"form":"committed"', b'"form":"other"'),
        (b'"row_bytes":', b'"row_bytes":9999'),
        (b'"ballots":3,', b""),
        (b'{"ballots":3,', b'{"a":1,"ballots":3,'),
        (b"{", b"{" + b" " * MAX_HEADER_BYTES),
    ],
)
def test_a_header_has_one_spelling(change: tuple[bytes, bytes]) -> None:
    """Blanks, other fields, numbers beyond the limits, or a line that does not end in time."""
    data = write_ballot_file(ELECTION, CONTEXT, rows("committed"))
    with pytest.raises(Malformed):
        read_header(data.replace(*change, 1))


def test_a_file_of_no_ballots_is_its_header() -> None:
    """A station writes none, and a reader takes it."""
    data = write_ballot_file(ELECTION, CONTEXT, [])
    assert (read_header(data).ballots, read(data), len(data)) == (0, [], read_header(data).size)
