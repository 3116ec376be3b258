"""A gallery on disk: a head and one file a column, mapped into memory when it is opened.

    <folder>/head.json     how many templates and blocks, and the SHA-256 of every column
    <folder>/<column>      the numbers of the column, little-endian, nothing before or after

The columns are biometric data in clear. The folder belongs on an encrypted disk or in memory (/dev/shm), is
readable by its owner only, and is wiped when the search is done (`wipe_gallery`).
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from urna.biometrics.blocks import LANES
from urna.biometrics.cylinders import WORDS
from urna.biometrics.gallery import CELL_WORDS, Gallery, frozen
from urna.encoding.canonical import Count, Hash, Record, decode, encode
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.durable import sync_folder
from urna.words import Sentence

HEAD = "head.json"
_MAX_HEAD_BYTES = 4096

_KINDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "owners": ("<i8", ()),
    "offsets": ("<i8", ()),
    "sizes": ("<i4", ()),
    "bits": ("<u8", (WORDS, LANES)),
    "norms": ("<f4", (LANES,)),
    "angles": ("<u1", (LANES,)),
    "places": ("<i2", (LANES, 2)),
    "valid": ("<u8", (LANES, CELL_WORDS)),
    "ranks": ("<u1", (LANES,)),
}
"""Of each column: the numbers' kind, and the shape of what belongs to one row or block."""


class Head(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/gallery/1"):
    """The head of a gallery: its measures, the layout it was written with, and the columns' hashes."""

    templates: Count
    blocks: Count
    words: Annotated[int, msgspec.Meta(ge=1, le=1024)] = WORDS
    lanes: Annotated[int, msgspec.Meta(ge=1, le=1024)] = LANES
    columns: dict[str, Hash]


def write_gallery(folder: Path, gallery: Gallery) -> None:
    """Writes a gallery into a folder that is not there yet; cut short, it leaves none of that name.

    Raises:
        OutOfOrder: the folder is there already; nothing was written.
    """
    if folder.exists():
        raise OutOfOrder(
            Sentence("a new folder"),
            Sentence("one that is there already"),
            Sentence("Choose another folder, or wipe this gallery first."),
            str(folder),
        )
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    hashes = {name: _write_column(part / name, column, kind) for (name, (kind, _)), column in _columns(gallery)}
    head = Head(templates=len(gallery.owners), blocks=len(gallery.bits), columns=hashes)
    write_secret_file(part / HEAD, encode(head))
    part.rename(folder)
    sync_folder(folder.parent)


def open_gallery(folder: Path, *, thorough: bool = False) -> Gallery:
    """The gallery of a folder, mapped: pages are read when they are looked at, and shared by all processes.

    The measures are always checked, so that no search reads past a column's end whatever the files hold.

    Args:
        folder: where `write_gallery` put it.
        thorough: also hash every column, which reads all of it.

    Raises:
        Malformed: no gallery, of another layout, or files whose lengths or row bounds do not agree.
        Unproven: a column that was changed since it was written; only when thorough.
    """
    head = _read_head(folder)
    gallery = frozen(Gallery(**{name: _map_column(folder / name, name, head) for name in _KINDS}))
    _check_bounds(gallery, folder)
    if thorough:
        _check_hashes(gallery, head, folder)
    return gallery


def wipe_gallery(folder: Path) -> None:
    """Overwrites every column and deletes the folder; on media that remap blocks, encryption has to do the rest."""
    for path in sorted(folder.iterdir()):
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left:
                left -= file.write(bytes(min(left, 1 << 20)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    folder.rmdir()


def _columns(gallery: Gallery) -> zip:  # type: ignore[type-arg]
    return zip(_KINDS.items(), (getattr(gallery, name) for name in _KINDS), strict=True)


def _write_column(path: Path, column: NDArray[Any], kind: str) -> str:
    """Writes a column and gives its SHA-256."""
    data = np.ascontiguousarray(column, dtype=kind)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        data.tofile(file)
        file.flush()
        os.fsync(file.fileno())
    return _hash(data)


def _hash(column: NDArray[Any]) -> str:
    return hashlib.sha256(column.data).hexdigest()


def _read_head(folder: Path) -> Head:
    path = folder / HEAD
    if not path.is_file():
        raise _not_whole(folder, Sentence("no file {name}", {"name": HEAD}))
    head = decode(read_limited(path, _MAX_HEAD_BYTES), Head, str(path))
    if (head.words, head.lanes, set(head.columns)) != (WORDS, LANES, set(_KINDS)):
        raise _not_whole(path, Sentence("another layout"))
    return head


def _map_column(path: Path, name: str, head: Head) -> NDArray[Any]:
    kind, shape = _KINDS[name]
    rows = {"owners": head.templates, "sizes": head.templates, "offsets": head.templates + 1}.get(name, head.blocks)
    expected = rows * int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
    found = path.stat().st_size if path.is_file() else -1
    if found != expected:
        raise _not_whole(path, Sentence("{found} bytes instead of {expected}", {"found": found, "expected": expected}))
    if not expected:
        return np.zeros((rows, *shape), kind)
    return np.asarray(np.memmap(path, dtype=kind, mode="r", shape=(rows, *shape)))


def _check_bounds(gallery: Gallery, folder: Path) -> None:
    """Rows' blocks follow each other, fill the columns, and are as many as their cylinders need."""
    blocks = np.diff(gallery.offsets)
    begins, ends = int(gallery.offsets[0]) == 0, int(gallery.offsets[-1]) == len(gallery.bits)
    fitting = (gallery.sizes >= 0) & (blocks == -(-gallery.sizes.astype(np.int64) // LANES))
    if not (begins and ends and bool(fitting.all())):
        raise _not_whole(folder / "offsets", Sentence("row bounds that do not agree"))


def _check_hashes(gallery: Gallery, head: Head, folder: Path) -> None:
    for name in _KINDS:
        if _hash(getattr(gallery, name)) != head.columns[name]:
            raise Unproven(
                Sentence("the column {name} as it was written", {"name": name}),
                Sentence("a changed one"),
                Sentence("Build the gallery again from the roll."),
                str(folder / name),
            )


def _not_whole(where: Path, found: Sentence) -> Malformed:
    return Malformed(
        Sentence("a whole gallery of fingerprints"),
        found,
        Sentence("Build the gallery again from the roll."),
        str(where),
    )
