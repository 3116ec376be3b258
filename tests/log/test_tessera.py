"""The real log of transparency-dev/tessera: read, checked and written again, byte for byte."""

import itertools
import re
from pathlib import Path

import pytest
from tests.shared import shared

from urna.errors import Malformed, Unproven
from urna.log.checkpoint import Checkpoint, open_checkpoint, verify_growth
from urna.log.log import Log
from urna.log.merkle import leaf_hash, verify_inclusion
from urna.log.note import NoteVerifier
from urna.log.reading import read_log, verify_earlier, verify_file
from urna.log.tiles import parse_tile_path

SIZES = range(16)
PAIRS = list(itertools.combinations(SIZES, 2))


def _folder() -> Path:
    return shared("tlog/tessera-log/testdata/log")


def _key() -> NoteVerifier:
    """The log's public key, as the script that built the log states it."""
    script = shared("tlog/tessera-log/testdata/build_log.sh").read_text()
    match = re.search(r'LOG_PUBLIC_KEY="([^"]+)"', script)
    assert match is not None
    return NoteVerifier.of(match[1])


def _checkpoint(size: int) -> Checkpoint:
    path = _folder() / f"checkpoint.{size}"
    return open_checkpoint(path.read_bytes(), _key(), path.name)


def _log(size: int) -> Log:
    return read_log(lambda path: (_folder() / path).read_bytes(), _checkpoint(size))


@pytest.mark.parametrize("size", SIZES)
def test_a_checkpoint_and_its_tiles_agree(size: int) -> None:
    """Signature, size, every entry and every tile, at each size the log has been."""
    assert _log(size).size == size
    for index in range(size):
        leaf = leaf_hash(_log(size).entry(index))
        proof = _log(15).inclusion_proof(index, size)
        verify_inclusion(leaf, index, size, proof, _checkpoint(size).root)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_each_checkpoint_grew_out_of_each_before(old: int, new: int) -> None:
    """Consistency between all pairs of checkpoints; the reverse is a log rolled back."""
    proof = _log(15).growth_proof(old, new)
    verify_growth(_checkpoint(old), _checkpoint(new), proof)
    with pytest.raises(Unproven):
        verify_growth(_checkpoint(new), _checkpoint(old), proof)


def test_the_newest_checkpoint_is_that_of_15_entries() -> None:
    """The entries are the words that the log's script wrote, spelled as it spells them."""
    assert (_folder() / "checkpoint").read_bytes() == (_folder() / "checkpoint.15").read_bytes()
    assert _log(15).entries[:3] == (b"one", b"two", b"three")
    assert _log(15).entry(14) == b"fivten"


def test_urna_writes_the_same_files() -> None:
    """Published at every size, our log of these entries has the same paths and bytes."""
    log = Log(_key().name, _log(15).entries)
    ours = {path: data for size in SIZES[1:] for path, data in log.files(size, size - 1)}
    theirs = {
        f"{path.relative_to(_folder())}": path.read_bytes() for path in _folder().glob("tile/**/*") if path.is_file()
    }
    assert ours == theirs
    for path, data in theirs.items():
        verify_file(log, path, data)
    for size in SIZES:
        verify_earlier(log, _checkpoint(size))
    assert all(parse_tile_path(path).path() == path for path in theirs)
    assert all(log.checkpoint(size) == _checkpoint(size) for size in SIZES)


@pytest.mark.parametrize("size", SIZES[1:])
def test_a_checkpoint_with_another_size_or_root_is_refused(size: int) -> None:
    """One letter in the signed lines."""
    data = (_folder() / f"checkpoint.{size}").read_bytes()
    lines = data.split(b"\n")
    for at in (0, 1, 2):
        changed = [
            *lines[:at],
            lines[at].replace(lines[at][:1], b"7" if lines[at][:1] != b"7" else b"8", 1),
            *lines[at + 1 :],
        ]
        with pytest.raises((Malformed, Unproven)):
            open_checkpoint(b"\n".join(changed), _key())
