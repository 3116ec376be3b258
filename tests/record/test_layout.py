"""Every path of a record says what lies there; every other path says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.errors import Malformed
from urna.record.entry import LogEntry, entry_of, read_entry
from urna.record.layout import (
    JOINT_KEY,
    MAX_BYTES,
    Kind,
    Place,
    ballots_path,
    ciphertexts_path,
    coefficients_path,
    commitment_path,
    hand_count_path,
    kept_checkpoint_path,
    opened_path,
    place_of,
    results_path,
    serial_path,
    sheet_path,
    zero_report_path,
)
from urna.record.reader import RecordInMemory, read_placed
from urna.record.readme import README_TEXT

CODES = st.from_regex(r"\A[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?\Z")
SERIALS = st.integers(1, 10**9 - 1)


@given(CODES, st.integers(1, 9), st.integers(0, 999))
def test_station_paths_lead_back(station: str, booth: int, sequence: int) -> None:
    """Zero reports, sheets, hand counts and ballot lists of any station."""
    assert place_of(zero_report_path(station, booth)) == Place(Kind.ZERO_REPORT, station, booth)
    assert place_of(sheet_path(station, sequence)) == Place(Kind.SHEET, station, sequence)
    assert place_of(hand_count_path(station, sequence)) == Place(Kind.HAND_COUNT, station, sequence)
    assert place_of(ballots_path(station)) == Place(Kind.BALLOTS, station)


@given(CODES, CODES, st.sampled_from(["committed", "compact"]), st.integers(1, 100))
def test_paths_of_encrypted_ballots_and_guardians_lead_back(station: str, style: str, form: str, guardian: int) -> None:
    """Files of both forms, opened ballots, and what guardians publish; "guardian" counts from 1."""
    assert place_of(ciphertexts_path(station, style, form)) == Place(Kind.CIPHERTEXTS, station, style=style)
    assert place_of(opened_path(station)) == Place(Kind.OPENED, station)
    assert place_of(commitment_path(guardian)) == Place(Kind.GUARDIAN_COMMITMENT, number=guardian)
    assert place_of(coefficients_path(guardian)) == Place(Kind.GUARDIAN_COEFFICIENTS, number=guardian)
    assert place_of(JOINT_KEY) == Place(Kind.JOINT_KEY)


@given(
    st.sampled_from(
        [
            Kind.CERTIFICATION,
            Kind.REVOCATION,
            Kind.DECISION,
            Kind.WITHDRAWAL,
            Kind.INCIDENT,
            Kind.AGGREGATE,
            Kind.RESULTS,
        ]
    ),
    SERIALS,
)
def test_serial_paths_lead_back(kind: Kind, serial: int) -> None:
    """Numbered documents, with four digits or more."""
    assert place_of(serial_path(kind, serial)) == Place(kind, number=serial)


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "/definition.note",
        "definition.note/",
        "Definition.note",
        "definition.note\n",
        "certifications/1.note",
        "certifications/00001.note",
        "certifications/0000.note",
        "certifications/٠٠٠١.note",
        "results/../definition.note",
        "stations/../sheet-0.note",
        "stations/a-01/sheet-0.note",
        "stations/A-01/sheet-00.note",
        "stations/A-01/hand-01.note",
        "stations/A-01/hand.note",
        "stations/A-01/sheet--1.note",
        "stations/A-01/zero-0.note",
        "stations/A-01/ballots.json.bak",
        "stations/A-01/ballots-.committed",
        "stations/A-01/ballots-S1",
        "stations/A-01/ballots-S1.COMPACT",
        "stations/A-01/ballots-S1.committed\n",
        "stations/A-01/ballots-../S1.committed",
        "stations/A-01/opened-S1.json",
        "guardians/commitment-0.note",
        "guardians/coefficients-01.note",
        "guardians/joint-key-1.note",
        "aggregates/1.note",
        "stations/A-01/x/sheet-0.note",
        "log/checkpoints/01",
        "log/tile/0/1",
        "log/tile/0/000.p/256",
        "log/tile/../checkpoint",
        "log",
        "index.html",
    ],
)
def test_other_paths_have_no_place(path: str) -> None:
    """Near misses, ways out, and what simply does not belong there."""
    assert place_of(path) is None


def test_every_kind_has_a_limit() -> None:
    """No file is read without knowing how long it may be."""
    assert set(MAX_BYTES) == set(Kind)
    assert len(README_TEXT) < MAX_BYTES[Kind.README]
    assert max(len(line) for line in README_TEXT.decode().splitlines()) <= 80


def test_unlogged_are_the_log_itself_the_readme_and_encrypted_ballots() -> None:
    """Everything else is a leaf; each encrypted ballot is bound by the list, which is one."""
    unlogged = {kind for kind in Kind if not kind.is_logged}
    assert unlogged == {Kind.CHECKPOINT, Kind.OLD_CHECKPOINT, Kind.TILE, Kind.README, Kind.CIPHERTEXTS}
    assert place_of(kept_checkpoint_path(12)) == Place(Kind.OLD_CHECKPOINT, number=12)


def test_an_entry_is_read_back_and_only_in_one_spelling() -> None:
    """Path, hash and size, as `sha256sum` and `wc -c` give them."""
    leaf = entry_of(results_path(1), b"abc")
    entry = read_entry(leaf)
    assert entry == LogEntry(
        path="results/0001.note",
        sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        size=3,
    )
    with pytest.raises(Malformed):
        read_entry(leaf.replace(b":", b": ", 1))


@pytest.mark.parametrize("path", ["../etc/passwd", "a/../b", "/etc/passwd", ".hidden", "a//b", "a/", "ñ", "a" * 201])
def test_an_entry_never_leads_out_of_the_folder(path: str) -> None:
    """Such a leaf is no entry, whoever logged it."""
    leaf = entry_of(path, b"")
    with pytest.raises(Malformed):
        read_entry(leaf)


def test_a_placed_file_is_read_within_its_limit() -> None:
    """A path without a place is not read at all, a file above its limit neither."""
    record = RecordInMemory({"log/checkpoint": b"x" * (MAX_BYTES[Kind.CHECKPOINT] + 1), "roll.note": b"x"})
    assert read_placed(record, "roll.note") == b"x"
    for path in ("log/checkpoint", "../roll.note", "definition.note"):
        with pytest.raises(Malformed):
            read_placed(record, path)
