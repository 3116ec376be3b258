"""Tiles and bundles lie where C2SP tlog-tiles says, and what is not one is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log import recursion

from urna.errors import Malformed
from urna.log.merkle import MerkleTree
from urna.log.tiles import (
    ENTRIES,
    MAX_ENTRY_BYTES,
    MAX_INDEX,
    Tile,
    bundle,
    parse_bundle,
    parse_tile_path,
    tile_bytes,
    tiles_of,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 67), "tile/0/067"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 1067), "tile/1/x001/067"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
        (Tile(ENTRIES, 1234067, 255), "tile/entries/x001/x234/067.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    """The examples of the specification, and the edges around them."""
    assert tile.path() == path
    assert parse_tile_path(path) == tile


@given(st.integers(ENTRIES, 63), st.integers(0, MAX_INDEX), st.integers(1, 256))
def test_every_path_reads_back(level: int, index: int, width: int) -> None:
    """Level, index and width."""
    tile = Tile(level, index, width)
    assert parse_tile_path(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/x001/x002",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/0/000\n",
        "tile/data/000",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x001/" * 7 + "001",
        "tile/0/" + "x001/" * 100_000 + "001",
    ],
)
def test_what_is_no_tiles_path_is_malformed(path: str) -> None:
    """Other spellings, levels, widths, and indices beyond any log."""
    with pytest.raises(Malformed):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, MAX_INDEX + 1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_a_tile_that_exists_is_valid(level: int, index: int, width: int) -> None:
    """A place that no log has is refused."""
    with pytest.raises(Malformed):
        Tile(level, index, width)


def test_a_log_of_70000_has_the_tiles_of_the_specification() -> None:
    """273 full tiles and one of 112; one full and one of 17; one of 1; and the bundles."""
    tiles = list(tiles_of(70_000))
    rows = {level: [tile for tile in tiles if tile.level == level] for level in (ENTRIES, 0, 1, 2, 3)}
    assert [len(rows[level]) for level in rows] == [274, 274, 2, 1, 0]
    assert [rows[level][-1].width for level in (ENTRIES, 0, 1, 2)] == [112, 112, 17, 1]
    assert all(tile.width == 256 for level in rows for tile in rows[level][:-1])
    assert [tile.path() for tile in tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_what_a_log_writes_anew_is_what_it_lacked(one: int, other: int) -> None:
    """The tiles of a later size are those kept from an earlier one, full or unchanged, and the new ones."""
    since, size = sorted((one, other))
    before, now, new = set(tiles_of(since)), set(tiles_of(size)), list(tiles_of(size, since))
    assert set(new) == now - before
    assert len(new) == len(set(new))
    assert {tile for tile in before if tile.width == 256} <= now


def test_a_claimed_size_costs_nothing() -> None:
    """Tiles are made one at a time, so a checkpoint that claims 2^63 - 1 entries fills no memory."""
    assert next(tiles_of(2**63 - 1)) == Tile(ENTRIES, 0)


@pytest.mark.parametrize(("size", "since"), [(-1, 0), (5, 6), (5, -1), (2**63, 0)])
def test_sizes_of_no_log_are_malformed(size: int, since: int) -> None:
    """Negative, shrinking, too large."""
    with pytest.raises(Malformed):
        list(tiles_of(size, since))


def test_a_tile_holds_the_hashes_of_the_formula() -> None:
    """MTH(D[(n·256 + i)·256^l : (n·256 + i + 1)·256^l]), by recursion."""
    entries = [str(n).encode() for n in range(800)]
    tree = MerkleTree(entries)
    for tile in tiles_of(800):
        if tile.level == ENTRIES:
            continue
        span = 256**tile.level
        starts = [(tile.index * 256 + i) * span for i in range(tile.width)]
        assert tile_bytes(tree, tile) == b"".join(recursion.mth(entries[at : at + span]) for at in starts)
    with pytest.raises(Malformed):
        tile_bytes(tree, Tile(1, 0, 4))


@given(st.lists(st.binary(max_size=600), min_size=1, max_size=256))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    """Entries of any bytes, empty ones included; cut short or longer it is refused."""
    data = bundle(entries)
    assert parse_bundle(data, len(entries)) == entries
    for bad, width in ((data + b"\0", len(entries)), (data[:-1], len(entries)), (data, len(entries) + 1)):
        with pytest.raises(Malformed):
            parse_bundle(bad, width, "tile/entries/000")


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xff", b"\xff\xffabc", b"\0\0\0", b"\0\x01"])
def test_a_bundle_that_claims_more_than_it_holds_is_malformed(data: bytes) -> None:
    """Lengths beyond the end."""
    with pytest.raises(Malformed):
        parse_bundle(data, 1)


def test_an_entry_has_at_most_65535_bytes() -> None:
    """Its length has 16 bits."""
    longest = bytes(MAX_ENTRY_BYTES)
    assert parse_bundle(bundle([longest]), 1) == [longest]
    with pytest.raises(Malformed):
        bundle([longest + b"\0"])
