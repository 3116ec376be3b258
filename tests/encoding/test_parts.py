"""A document goes onto paper in parts and comes back whole, or not at all."""

import hashlib
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from urna.encoding.parts import (
    CAPACITY,
    HEADER_BYTES,
    MAX_DOCUMENT_BYTES,
    Kind,
    is_part,
    join,
    read_part,
    sort_out,
    split,
)
from urna.errors import Malformed, UrnaError

VECTORS = json.loads(Path(__file__).with_name("vectors").joinpath("parts.json").read_text())
kinds = st.sampled_from(Kind)


@given(st.binary(min_size=1, max_size=5000), kinds, st.integers(HEADER_BYTES + 60, 2953), st.randoms())
def test_a_document_comes_back_from_its_parts_in_any_order(
    document: bytes, kind: Kind, capacity: int, chance: Any
) -> None:
    """Each part fits the code, and parts that are read twice do no harm."""
    parts = split(document, kind, capacity)
    assert max(len(part) for part in parts) <= capacity
    assert {read_part(part).whole.kind for part in parts} == {kind}
    read = parts + parts[: len(parts) // 2]
    chance.shuffle(read)
    assert join(read) == document


@given(st.binary(min_size=1, max_size=900), st.data())
def test_without_one_part_nothing_comes_back_and_the_part_is_named(document: bytes, data: st.DataObject) -> None:
    """The sentence says which code to photograph."""
    parts = split(document, Kind.TALLY_SHEET, HEADER_BYTES + 10)
    assume(len(parts) > 1)
    missing = data.draw(st.integers(0, len(parts) - 1))
    with pytest.raises(Malformed, match=f"part {missing + 1} of {len(parts)} is missing"):
        join(parts[:missing] + parts[missing + 1 :])


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_changed_byte_anywhere_in_a_part_is_refused(document: bytes, data: st.DataObject) -> None:
    """In the header or in the chunk: the CRC covers both."""
    parts = split(document, Kind.ZERO_REPORT, 400)
    which = data.draw(st.integers(0, len(parts) - 1))
    at = data.draw(st.integers(0, len(parts[which]) - 1))
    change = data.draw(st.integers(1, 255))
    changed = bytearray(parts[which])
    changed[at] ^= change
    with pytest.raises(Malformed):
        join([*parts[:which], bytes(changed), *parts[which + 1 :]])


@given(st.binary(min_size=1, max_size=1500), st.data())
def test_a_part_cut_off_anywhere_is_refused(document: bytes, data: st.DataObject) -> None:
    """A truncated QR code is never taken for a shorter document."""
    parts = split(document, Kind.TALLY_SHEET, 500)
    cut = data.draw(st.integers(0, len(parts[-1]) - 1))
    with pytest.raises(Malformed):
        join([*parts[:-1], parts[-1][:cut]])


@given(st.lists(st.binary(max_size=80)))
def test_foreign_bytes_are_refused_in_words(codes: list[bytes]) -> None:
    """Never by a crash."""
    with pytest.raises(Malformed):
        join(codes)


@pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])
def test_vector(case: dict[str, Any]) -> None:
    """Every vector of docs/spec/qr.md, made by another writer, reads as it says or is refused as it says."""
    codes = [bytes.fromhex(code) for code in case["codes"]]
    if "document" in case:
        assert join(codes) == bytes.fromhex(case["document"])
    else:
        with pytest.raises(Malformed) as refusal:
            join(codes)
        assert case["refused"] in str(refusal.value)


@pytest.mark.parametrize("name", ["4 GB claimed", "4 GB of compressed bytes claimed", "a bomb that claims to be small"])
def test_a_claim_of_gigabytes_takes_no_memory(name: str) -> None:
    """Claims are checked before anything is allocated, and unpacking stops where the claim ends."""
    codes = [bytes.fromhex(code) for code in next(case for case in VECTORS if case["name"] == name)["codes"]]
    tracemalloc.start()
    with pytest.raises(Malformed):
        join(codes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_codes_of_several_papers_on_one_photo_are_sorted_by_paper() -> None:
    """In the order in which they were first seen."""
    first, second = (split(text * 90, Kind.TALLY_SHEET, 60) for text in (b"one", b"two"))
    mixed = [part for pair in zip(first, second, strict=True) for part in pair]
    assert [join(parts) for parts in sort_out(mixed).values()] == [b"one" * 90, b"two" * 90]


def test_other_peoples_codes_are_told_apart() -> None:
    """A poster in the photo is no part."""
    assert is_part(split(b"x", Kind.TALLY_SHEET)[0])
    assert not is_part(b"https://example.org")


def test_a_document_that_paper_cannot_hold_is_refused() -> None:
    """Nothing, more than the limit, or more codes than 99."""
    with pytest.raises(Malformed, match="0 bytes"):
        split(b"", Kind.TALLY_SHEET)
    with pytest.raises(Malformed, match=f"{MAX_DOCUMENT_BYTES + 1} bytes"):
        split(bytes(MAX_DOCUMENT_BYTES + 1), Kind.TALLY_SHEET)
    noise = bytes(n * n * n // 7 % 251 for n in range(60_000))
    with pytest.raises(UrnaError, match="99 codes"):
        split(noise, Kind.TALLY_SHEET, HEADER_BYTES + 1)
    assert CAPACITY == 779


def test_the_example_of_the_specification_reads_as_it_says() -> None:
    """docs/spec/qr.md: two parts, one document, its hash."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "spec" / "qr.md").read_text()
    codes = [bytes.fromhex(line) for line in text.splitlines() if line.startswith("55524e41")]
    document = join(codes)
    assert len(codes) == 2
    assert document.decode() in text
    assert hashlib.sha256(document).hexdigest() in text
