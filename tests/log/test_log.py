"""A log is only added to, and a stranger reads it back from its files and finds every change."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import LOG
from tests.processor import within

from urna.errors import Malformed, Unproven
from urna.log.checkpoint import Checkpoint, verify_growth
from urna.log.log import Log
from urna.log.merkle import leaf_hash, root_of, verify_inclusion
from urna.log.reading import read_log, verify_earlier, verify_file
from urna.log.tiles import ENTRIES, MAX_ENTRY_BYTES, Tile

ORIGIN = LOG.name
GROWN = Log(ORIGIN, (f"entry {n}".encode() for n in range(600)))
FILES = dict(GROWN.files())
CHECKPOINT = GROWN.checkpoint()


def _folder(log: Log, sizes: Iterable[int]) -> dict[str, bytes]:
    """What lies in the folder of a log that published at these sizes."""
    files: dict[str, bytes] = {}
    since = 0
    for size in sizes:
        new = dict(log.files(size, since))
        assert not new.keys() & files.keys(), "a published file is never written again"
        files |= new
        since = size
    return files


def test_a_log_reads_back_from_its_files() -> None:
    """Every entry, in order, under the same root."""
    found = read_log(FILES.__getitem__, CHECKPOINT)
    assert found.entries == GROWN.entries
    assert (found.origin, found.checkpoint()) == (ORIGIN, CHECKPOINT)
    assert found.entry(599) == b"entry 599"
    with pytest.raises(Malformed):
        found.entry(600)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=6))
def test_every_checkpoint_that_was_published_can_be_read_later(sizes: list[int]) -> None:
    """A log that writes only what is new leaves all that any of its checkpoints needs."""
    sizes = sorted(sizes)
    files = _folder(GROWN, sizes)
    for size in sizes:
        assert read_log(files.__getitem__, GROWN.checkpoint(size)).entries == GROWN.entries[:size]


def test_a_partial_tile_may_give_way_to_the_full_one() -> None:
    """As the specification lets a log do; the older checkpoint is still checked."""
    files = {path: data for path, data in _folder(GROWN, [100, 300, 600]).items() if ".p/" not in path}
    files |= {path: data for path, data in FILES.items() if ".p/" in path}
    assert read_log(files.__getitem__, GROWN.checkpoint(100)).size == 100
    files["tile/0/000"] = b"\0" + files["tile/0/000"][1:]
    with pytest.raises(Unproven):
        read_log(files.__getitem__, GROWN.checkpoint(100))


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_is_missing_is_named(path: str) -> None:
    """Whatever the reader says of a file that is not there."""

    def read(wanted: str) -> bytes:
        if wanted == path:
            raise FileNotFoundError(wanted)
        return FILES[wanted]

    with pytest.raises(Malformed) as error:
        read_log(read, CHECKPOINT)
    assert error.value.where == path


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data + data,
        lambda data: data[:2] + bytes([data[2] ^ 1]) + data[3:],
        lambda data: data[:-1] + bytes([data[-1] ^ 0x80]),
        lambda data: bytes(len(data)),
        lambda data: b"\xff" * len(data),
    ],
    ids=["emptied", "cut", "longer", "doubled", "near the start", "last bit", "zeroed", "ones"],
)
def test_a_file_that_was_changed_is_found(path: str, change: Callable[[bytes], bytes]) -> None:
    """Every tile and every bundle is checked, not only those a proof would need."""
    files = FILES | {path: change(FILES[path])}
    with pytest.raises((Malformed, Unproven)):
        read_log(files.__getitem__, CHECKPOINT)


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries[:-1],
        lambda entries: entries[1:],
        lambda entries: [*entries, b"one more"],
        lambda entries: [*entries[:10], b"another", *entries[11:]],
        lambda entries: [*entries[:10], entries[11], entries[10], *entries[12:]],
        lambda entries: [*entries[:10], entries[9], *entries[11:]],
    ],
    ids=["last dropped", "first dropped", "added", "replaced", "swapped", "doubled"],
)
def test_files_made_anew_from_other_entries_do_not_fit_the_checkpoint(
    change: Callable[[list[bytes]], list[bytes]],
) -> None:
    """A log rewritten whole, with tiles that agree with it, still lacks the signed root."""
    other = Log(ORIGIN, change(list(GROWN.entries)))
    files = dict(other.files())
    with pytest.raises((Malformed, Unproven)):
        read_log(files.__getitem__, CHECKPOINT)
    claimed = Checkpoint(origin=ORIGIN, size=other.size, root=CHECKPOINT.root)
    with pytest.raises(Unproven):
        read_log(files.__getitem__, claimed)


def test_the_first_entry_that_was_changed_is_named() -> None:
    """The error says which entries the tile and the bundle disagree about."""
    changed = bytearray(FILES["tile/entries/001"])
    changed[-1] ^= 1
    with pytest.raises(Unproven) as error:
        read_log((FILES | {"tile/entries/001": bytes(changed)}).__getitem__, CHECKPOINT)
    assert error.value.where == "tile/0/001"
    assert "entries 511 to 511" in str(error.value)


def test_a_claimed_size_is_not_believed() -> None:
    """A checkpoint of 2^63 - 1 entries over a small folder ends at the first file that is not there."""
    with pytest.raises(Malformed) as error:
        read_log(FILES.__getitem__, Checkpoint(origin=ORIGIN, size=2**63 - 1, root=bytes(32)))
    assert error.value.where == "tile/entries/002"


def test_older_files_of_the_folder_are_checked_too() -> None:
    """Partial tiles of earlier sizes, which reading the newest log does not need."""
    files = _folder(GROWN, [3, 100, 300, 600])
    for path, data in files.items():
        verify_file(GROWN, path, data)
        for bad in (b"", data[:-1], data + b"\0", bytes([data[0] ^ 1]) + data[1:]):
            with pytest.raises(Unproven) as unproven:
                verify_file(GROWN, path, bad)
            assert unproven.value.where == path
    for path in ("tile/0/003", "tile/0/002", "tile/entries/002.p/89", "tile/2/000.p/1", "tile/0/000.txt"):
        with pytest.raises(Malformed):
            verify_file(GROWN, path, b"")


def test_an_earlier_checkpoint_is_one_that_the_log_has_been() -> None:
    """Of the same log, no larger than it, with the root it had then."""
    for size in (0, 1, 300, 600):
        verify_earlier(GROWN, GROWN.checkpoint(size))
    other = Log(ORIGIN, [*GROWN.entries[:299], b"x", *GROWN.entries[300:], b"y"])
    stranger = Log("other.example/log", GROWN.entries)
    for bad in (other.checkpoint(300), other.checkpoint(601), stranger.checkpoint(300), stranger.checkpoint(0)):
        with pytest.raises(Unproven) as unproven:
            verify_earlier(GROWN, bad, "checkpoint.300")
        assert unproven.value.where == "checkpoint.300"


@given(st.integers(0, 600), st.integers(0, 600))
def test_any_two_checkpoints_of_a_log_are_consistent(one: int, other: int) -> None:
    """The empty log included."""
    old, new = sorted((one, other))
    verify_growth(GROWN.checkpoint(old), GROWN.checkpoint(new), GROWN.growth_proof(old, new))


def test_every_entry_is_shown_to_be_in_the_log() -> None:
    """Against the checkpoint of now and of an earlier size."""
    for size in (600, 257):
        checkpoint = GROWN.checkpoint(size)
        for index in range(size):
            leaf = leaf_hash(GROWN.entry(index))
            verify_inclusion(leaf, index, size, GROWN.inclusion_proof(index, size), checkpoint.root)


def test_entries_are_only_added() -> None:
    """Nothing handed out lets a caller change or remove one, and a refused batch leaves no trace."""
    log = Log(ORIGIN, [b"a"])
    entry = bytearray(b"b")
    assert log.append(entry) == 1  # type: ignore[arg-type]
    entry[:] = b"x"
    assert log.entries == (b"a", b"b")
    with pytest.raises(Malformed):
        log.extend([b"c", bytes(MAX_ENTRY_BYTES + 1)])
    assert (log.size, log.checkpoint().root) == (2, root_of([b"a", b"b"]))


@pytest.mark.parametrize(("size", "since"), [(601, 0), (-1, 0), (5, 6), (5, -1)])
def test_a_log_is_asked_only_for_what_it_has_been(size: int, since: int) -> None:
    """Files and proofs of sizes it never had are refused."""
    with pytest.raises(Malformed):
        list(GROWN.files(size, since))
    with pytest.raises(Malformed):
        GROWN.growth_proof(since, size)
    for tile in (Tile(ENTRIES, 2, 89), Tile(ENTRIES, 3), Tile(0, 2, 89), Tile(2, 0, 1)):
        with pytest.raises(Malformed):
            GROWN.content(tile)


def test_an_empty_log_has_no_files() -> None:
    """And reads back from nothing."""
    empty = Log(ORIGIN)
    assert list(empty.files()) == []
    nothing: dict[str, bytes] = {}
    assert read_log(nothing.__getitem__, empty.checkpoint()).size == 0


def test_the_files_of_a_nation_take_less_than_two_seconds() -> None:
    """30,000 tally sheets' entries: written, and read back with every check."""
    entries = [f"sheet {number}".encode() * 20 for number in range(30_000)]
    with within(seconds=2):
        log = Log(ORIGIN, entries)
        files = dict(log.files())
        assert read_log(files.__getitem__, log.checkpoint()).size == 30_000
    assert len(files) == 118 + 118 + 1
