"""A search for personal data in files: templates, finger images, names and numbers, in every form they may take.

    search = Search([*person_needles(...), *template_needles(...), *image_needles(...)])
    findings = search.folder(path)

A file is searched as it lies there and unpacked: compressed streams, archives, pictures, text of PDFs, rows of
databases, base64. A template is found by the head of its record, by four minutiae in a row, and by three single
ones in any order; an image by a piece of one of its rows; all of them raw, in hexadecimal digits and in base64.
"""

import base64
import binascii
import gzip
import hashlib
import io
import json
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from html import escape
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tests.forensics.pdf_text import streams, texts

from urna.biometrics.cylinders import encode
from urna.biometrics.image import FingerImage
from urna.biometrics.template import Template
from urna.encoding.canonical import encode as canonical

MAGIC = b"FMR\x00 20\x00"
_MINUTIAE_AT, _MINUTIA = 28, 6
_RUN = 4
_SINGLES = 3
"""Single minutiae of one template in one file that are no chance: one is six bytes."""

_PIECE = 24
_LEAST = 6
_CHUNK = 1 << 22
_DEPTH = 3
_MAX_UNPACKED = 1 << 26

_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{64,}={0,2}")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"BM", b"II*\x00", b"MM\x00*", b"\xff\xd8\xff", b"RIFF")


class Needle(NamedTuple):
    """Bytes that must not be there. `kind` and `form` may be shown; `owner` joins parts of one thing."""

    kind: str
    form: str
    data: bytes
    owner: int = 0


class Finding(NamedTuple):
    """Where something was found, and what kind of thing in which form; never the thing."""

    place: str
    kind: str
    form: str


def template_needles(records: Iterable[bytes]) -> Iterator[Needle]:
    """For ISO/IEC 19794-2 records that are known to be about, and for the head of any other.

    Args:
        records: whole records; each minutia is 6 bytes from offset 28 on.
    """
    for form, data in _written(MAGIC):
        yield Needle("template", f"head, {form}", data)
    yield Needle("template", "head, in JSON", json.dumps(MAGIC.decode("latin-1")).strip('"').encode())
    for owner, record in enumerate(records):
        body = record[_MINUTIAE_AT:-2]
        for at in range(0, len(body), _MINUTIA):
            yield Needle("minutia", "raw", body[at : at + _MINUTIA], owner)
            if len(run := body[at : at + _RUN * _MINUTIA]) == _RUN * _MINUTIA:
                yield from (Needle("template", f"minutiae, {form}", data) for form, data in _written(run))
        yield from _derived(record, owner)


def _derived(record: bytes, owner: int) -> Iterator[Needle]:
    """What else the programs make of a template: a record in JSON, cylinders for a search, a hash."""
    template = Template.from_iso(record)
    written = canonical(template)
    for minutia in template.minutiae:
        text = msgspec.json.encode(minutia)
        assert text in written
        yield Needle("minutia", "JSON", text, owner)
    for bits in encode(template).bits:
        data = bits.tobytes()
        pieces = [data[at : at + _PIECE] for at in range(0, len(data) - _PIECE, 8)]
        piece = max(pieces, key=lambda each: len(set(each)))
        if len(set(piece)) >= _PIECE // 2:
            yield Needle("template", "cylinder", piece)
    yield from (Needle("template", f"hash, {form}", data) for form, data in _written(hashlib.sha256(record).digest()))


def image_needles(images: Iterable[FingerImage]) -> Iterator[Needle]:
    """Pieces of rows through the middle of finger images, dark on light and light on dark."""
    for image in images:
        left = (image.width - _PIECE) // 2
        for row in range(image.height // 4, 3 * image.height // 4, image.height // 16):
            piece = image.pixels[row, left : left + _PIECE]
            for form, pixels in (("pixels", piece), ("inverted pixels", 255 - piece)):
                yield from (Needle("image", f"{form}, {how}", data) for how, data in _written(pixels.tobytes()))


def person_needles(names: Iterable[str], numbers: Iterable[str]) -> Iterator[Needle]:
    """Names and numbers in the encodings of files, pages, papers and printers; numbers hashed, too."""
    for kind, words in (("name", names), ("number", numbers)):
        for word in words:
            for form, text in (("as it is", word), ("capitals", word.upper()), ("no spaces", word.replace(" ", ""))):
                for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp858", "latin-1"):
                    with suppress(UnicodeEncodeError):
                        yield Needle(kind, f"{form}, {encoding}", text.encode(encoding))
            yield Needle(kind, "in JSON", json.dumps(word).strip('"').encode())
            yield Needle(kind, "in HTML", escape(word).encode("ascii", "xmlcharrefreplace"))
            yield from (Needle(kind, how, data) for how, data in _written(word.encode()) if how != "raw")
    for number in numbers:
        yield from (
            Needle("number", f"hash, {how}", data) for how, data in _written(hashlib.sha256(number.encode()).digest())
        )


def _written(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes themselves, in hexadecimal digits, and in base64 wherever in a longer text they may stand."""
    yield "raw", data
    yield "hex", data.hex().encode()
    yield "capital hex", data.hex().upper().encode()
    for before in range(3):
        text = base64.b64encode(bytes(before) + data)
        first, last = -(-8 * before // 6), (8 * (before + len(data))) // 6
        yield "base64", text[first:last]
        if (url := text[first:last].translate(bytes.maketrans(b"+/", b"-_"))) != text[first:last]:
            yield "base64", url


class Search:
    """A search for many byte strings at once.

    Args:
        needles: of six bytes and more; shorter ones would be found by chance, and are an error.
    """

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._needles: dict[bytes, list[Needle]] = defaultdict(list)
        for needle in set(needles):
            assert len(needle.data) >= _LEAST, f"{needle.kind}, {needle.form}: too short to search for"
            self._needles[needle.data[:_LEAST]].append(needle)
        starts = np.frombuffer(b"".join(self._needles), np.uint8).reshape(-1, _LEAST)
        self._starts = np.sort(_keys(starts))
        self._is_start = np.zeros(1 << 24, np.bool_)
        self._is_start[_three(starts[:, 0], starts[:, 1], starts[:, 2])] = True

    def folder(self, folder: Path, leave_out: Sequence[str] = ()) -> list[Finding]:
        """What is found in the files below a folder, their names included, but for the parts left out."""
        found: dict[Finding, None] = {}
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder).as_posix()
            if any(place == part or place.startswith(f"{part}/") for part in leave_out):
                continue
            found |= dict.fromkeys(self.data(place.encode(), f"{place} (its name)"))
            if path.is_file() and not path.is_symlink():
                found |= dict.fromkeys(self.file(path, place))
        return list(found)

    def file(self, path: Path, place: str) -> list[Finding]:
        """What is found in a file, in all its layers."""
        found: dict[Finding, None] = {}
        for layer, data in layers(path.read_bytes(), path):
            found |= dict.fromkeys(self.data(data, f"{place}{layer}"))
        return list(found)

    def data(self, data: bytes, place: str = "") -> list[Finding]:
        """What is found in these bytes."""
        found: dict[Finding, None] = {}
        singles: dict[tuple[int, str], set[bytes]] = defaultdict(set)
        for needle in self._hits(data):
            if needle.kind == "minutia":
                singles[needle.owner, needle.form].add(needle.data)
            else:
                found[Finding(place, needle.kind, needle.form)] = None
        for (_, form), each in singles.items():
            if len(each) >= _SINGLES:
                found[Finding(place, "template", f"minutiae one by one, {form}")] = None
        return list(found)

    def _hits(self, data: bytes) -> Iterator[Needle]:
        array = np.frombuffer(data, np.uint8)
        for start in range(0, max(1, len(data) - _LEAST + 1), _CHUNK):
            part = array[start : start + _CHUNK + _LEAST - 1]
            if len(part) < _LEAST:
                return
            places = np.flatnonzero(self._is_start[_three(part[:-5], part[1:-4], part[2:-3])])
            keys = _keys(part[places[:, np.newaxis] + np.arange(_LEAST)])
            at = np.minimum(np.searchsorted(self._starts, keys), len(self._starts) - 1)
            for place in places[self._starts[at] == keys]:
                where = start + int(place)
                for needle in self._needles[data[where : where + _LEAST]]:
                    if data.startswith(needle.data, where):
                        yield needle


def layers(data: bytes, path: Path | None = None, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what is packed in them, each with a name for the place."""
    yield "", data
    if depth >= _DEPTH:
        return
    for name, inner in _unpacked(data, path):
        for below, more in layers(inner, None, depth + 1):
            yield f" > {name}{below}", more


def _unpacked(data: bytes, path: Path | None) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"%PDF"):
        yield from (("stream", each) for each in streams(data))
        yield from (("text", each.encode()) for each in texts(data))
        return
    if data.startswith(b"SQLite format 3\x00"):
        yield from (("row", each) for each in _rows(data, path))
    if data.startswith(_PICTURES):
        yield from (("picture", each) for each in _picture(data))
    if data.startswith(b"PK\x03\x04"):
        yield from (("archive", each) for each in _archive(data))
    if data.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error):
            yield "gzip", gzip.decompress(data)
    yield from (("zlib", each) for each in _inflated(data))
    yield from (("base64", each) for each in _decoded(data))


def _inflated(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for start in _ZLIB.finditer(data):
        with suppress(zlib.error):
            inner = zlib.decompressobj().decompress(view[start.start() :], _MAX_UNPACKED)
            if len(inner) > _LEAST:
                yield inner


def _decoded(data: bytes) -> Iterator[bytes]:
    for text in _BASE64.findall(data):
        with suppress(binascii.Error):
            yield base64.b64decode(text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/")) + b"==")


def _picture(data: bytes) -> Iterator[bytes]:
    with suppress(Exception):  # any file may begin like a picture
        yield Image.open(io.BytesIO(data)).convert("L").tobytes()


def _archive(data: bytes) -> Iterator[bytes]:
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield archive.read(name)


def _rows(data: bytes, path: Path | None) -> Iterator[bytes]:
    """Each value of each table, the journal's included: a copy is opened, as opening may write."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        copy.write_bytes(data)
        for ending in ("-wal", "-journal"):
            beside = Path(f"{path}{ending}")
            if path is not None and beside.is_file():
                Path(f"{copy}{ending}").write_bytes(beside.read_bytes())
        with closing(sqlite3.connect(copy)) as database, suppress(sqlite3.DatabaseError):
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                quoted = table.replace('"', '""')
                for row in database.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - a table of the database itself
                    yield b"\x00".join(value if isinstance(value, bytes) else str(value).encode() for value in row)


def _three(first: NDArray[np.uint8], second: NDArray[np.uint8], third: NDArray[np.uint8]) -> NDArray[np.int32]:
    return (first.astype(np.int32) << 16) | (second.astype(np.int32) << 8) | third


def _keys(six: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Six bytes as one number."""
    weights = np.array([1 << (8 * power) for power in range(_LEAST)], np.uint64)
    return np.asarray((six.astype(np.uint64) * weights).sum(axis=1, dtype=np.uint64))
