"""What a QR code carries: one part of a signed document, so that a photo of the paper is the document.

    part   = header (28 bytes) || chunk
    header = "URNA" version kind number parts | first 8 bytes of the document's SHA-256
             | compressed length (4) | document length (4) | CRC-32 of header so far || chunk (4)

The whole document is compressed once (raw deflate, RFC 1951) and cut into chunks of equal size. Nothing here
is believed: the CRC finds a damaged code, and only the document's own signatures say who made it. Spec with
an example: docs/spec/qr.md.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.errors import Malformed
from urna.words import Sentence

CAPACITY = 779
"""Bytes in one QR code of version 22, error level M: 105 modules a side, 56.5 mm wide at four dots of 203 dpi."""

MAX_PARTS = 99
MAX_COMPRESSED_BYTES = 256 * 1024
MAX_DOCUMENT_BYTES = 1024 * 1024
"""The longest document that is joined, whatever a header claims; a large tally sheet has below 30 kB."""

_MAGIC = b"URNA"
_VERSION = 1
_FIELDS = struct.Struct(">4sBBBB8sII")
_CRC = struct.Struct(">I")
HEADER_BYTES = _FIELDS.size + _CRC.size


class Kind(IntEnum):
    """Which document the parts carry."""

    TALLY_SHEET = 1
    ZERO_REPORT = 2
    CODE_SLIP = 3
    HAND_COUNT = 4


class Whole(NamedTuple):
    """What each part says of the document it belongs to."""

    kind: Kind
    parts: int
    fingerprint: bytes
    """First 8 bytes of the document's SHA-256."""
    compressed_length: int
    length: int

    def chunk_length(self, number: int) -> int:
        """Bytes of the chunk with this number: all are ceil(compressed / count), the last may be shorter."""
        size = -(-self.compressed_length // self.parts)
        return min(size, self.compressed_length - (number - 1) * size)


class Part(NamedTuple):
    """One part, read and found undamaged.

    `whole` (kind, parts, fingerprint and lengths) is equal in all parts of one document.
    """

    whole: Whole
    number: int
    """From 1."""
    chunk: bytes


def split(document: bytes, kind: Kind, capacity: int = CAPACITY) -> list[bytes]:
    """The parts of a document, as few as fit, in order.

    Args:
        document: the bytes to carry, at least one and at most `MAX_DOCUMENT_BYTES`.
        kind: what they are.
        capacity: bytes that one code holds, header included.

    Raises:
        Malformed: the document is empty, or too long for the codes.
    """
    _check_length(document)
    compressed = _deflate(document)
    count = -(-len(compressed) // (capacity - HEADER_BYTES))
    if count > MAX_PARTS:
        raise Malformed(
            Sentence("a document that fits in {most} codes", {"most": MAX_PARTS}),
            Sentence("one that needs {count}", {"count": count}),
            Sentence("Carry it on a USB stick instead of paper."),
        )
    whole = Whole(kind, count, hashlib.sha256(document).digest()[:8], len(compressed), len(document))
    size = whole.chunk_length(1)
    return [_write(whole, n + 1, compressed[n * size : (n + 1) * size]) for n in range(count)]


def is_part(data: bytes) -> bool:
    """Whether a code is urna's at all; a photo may show other codes too."""
    return data.startswith(_MAGIC)


def read_part(data: bytes) -> Part:
    """The part that a code carries.

    Raises:
        Malformed: not a part, from a later version, cut off, or damaged; or its header claims what no
            document of urna has.
    """
    if len(data) < HEADER_BYTES or not is_part(data):
        raise _malformed(
            Sentence("a code of another kind, or cut off"), Sentence("Photograph urna's codes, each whole.")
        )
    _, version, kind, index, count, fingerprint, compressed_length, length = _FIELDS.unpack_from(data)
    if version != _VERSION or kind not in list(Kind):
        raise _malformed(
            Sentence("version {version}, kind {kind}", {"version": version, "kind": kind}),
            Sentence("Read it with a newer urna."),
        )
    whole = Whole(Kind(kind), count, fingerprint, compressed_length, length)
    _check_claims(whole, index)
    _check_chunk(whole, index, data)
    return Part(whole, index, data[HEADER_BYTES:])


def sort_out(codes: Iterable[bytes]) -> Mapping[Whole, tuple[bytes, ...]]:
    """The codes by the document they belong to, in the order in which each document was first seen.

    Raises:
        Malformed: a code that is not a sound part.
    """
    found: dict[Whole, list[bytes]] = {}
    for code in codes:
        found.setdefault(read_part(code).whole, []).append(code)
    return MappingProxyType({whole: tuple(parts) for whole, parts in found.items()})


def join(codes: Iterable[bytes]) -> bytes:
    """The document whose parts these are, in any order; the same part may come twice.

    1. Read every part.
    2. Check that they belong to one document.
    3. Check that none is missing.
    4. Inflate, to the length that was claimed and not a byte more.
    5. Check the hash.

    Raises:
        Malformed: a part is damaged, foreign, missing or different in two codes, or the whole is not what
            its parts say.
    """
    parts = [read_part(code) for code in codes]
    whole = _check_one_document(parts)
    chunks = _check_complete(parts, whole)
    document = _inflate(b"".join(chunks[index] for index in sorted(chunks)), whole)
    if hashlib.sha256(document).digest()[:8] != whole.fingerprint:
        raise _malformed(Sentence("codes whose document has another hash"), Sentence("Scan the paper again."))
    return document


def _write(whole: Whole, index: int, chunk: bytes) -> bytes:
    fields = _FIELDS.pack(
        _MAGIC,
        _VERSION,
        whole.kind,
        index,
        whole.parts,
        whole.fingerprint,
        whole.compressed_length,
        whole.length,
    )
    return fields + _CRC.pack(zlib.crc32(fields + chunk)) + chunk


def _deflate(document: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return machine.compress(document) + machine.flush()


def _check_length(document: bytes) -> None:
    if not 1 <= len(document) <= MAX_DOCUMENT_BYTES:
        raise Malformed(
            Sentence("a document of 1 to {limit} bytes", {"limit": MAX_DOCUMENT_BYTES}),
            Sentence("{size} bytes", {"size": len(document)}),
            Sentence("Check that this is the right file."),
        )


def _check_claims(whole: Whole, index: int) -> None:
    # Before anything is allocated: a header may claim 10 GB, or a chunk with nothing in it.
    sound = (
        1 <= index <= whole.parts <= MAX_PARTS
        and 1 <= whole.compressed_length <= MAX_COMPRESSED_BYTES
        and 1 <= whole.length <= MAX_DOCUMENT_BYTES
        and whole.chunk_length(whole.parts) >= 1
    )
    if not sound:
        raise _malformed(
            Sentence(
                "part {index} of {count}, claiming {length} bytes from {compressed}",
                {
                    "index": index,
                    "count": whole.parts,
                    "length": whole.length,
                    "compressed": whole.compressed_length,
                },
            ),
            Sentence("Treat the paper as not genuine, and ask for another copy."),
        )


def _check_chunk(whole: Whole, index: int, data: bytes) -> None:
    expected = HEADER_BYTES + whole.chunk_length(index)
    if len(data) != expected:
        raise Malformed(
            Sentence(
                "{size} bytes in part {index} of {count}",
                {"size": expected, "index": index, "count": whole.parts},
            ),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("The code was cut off: read it again, whole."),
        )
    (crc,) = _CRC.unpack_from(data, _FIELDS.size)
    if zlib.crc32(data[: _FIELDS.size] + data[HEADER_BYTES:]) != crc:
        raise _malformed(
            Sentence("part {index} of {count}, damaged", {"index": index, "count": whole.parts}),
            Sentence("Read that code again."),
        )


def _check_one_document(parts: list[Part]) -> Whole:
    wholes = {part.whole for part in parts}
    if not wholes:
        raise _malformed(Sentence("no code"), Sentence("Photograph urna's codes, each whole."))
    if len(wholes) > 1:
        raise Malformed(
            Sentence("the parts of one document"),
            Sentence("parts of {count} documents", {"count": len(wholes)}),
            Sentence("Read the codes of one paper at a time."),
        )
    return wholes.pop()


def _check_complete(parts: list[Part], whole: Whole) -> dict[int, bytes]:
    chunks: dict[int, bytes] = {}
    for part in parts:
        if chunks.setdefault(part.number, part.chunk) != part.chunk:
            raise _malformed(
                Sentence("two different parts {index} of {count}", {"index": part.number, "count": whole.parts}),
                Sentence("Treat the paper as not genuine, and ask for another copy."),
            )
    missing = [index for index in range(1, whole.parts + 1) if index not in chunks]
    if missing:
        raise Malformed(
            Sentence("all {count} parts of the document", {"count": whole.parts}),
            Sentence(
                "that part {missing} of {count} is missing",
                {"missing": ", ".join(str(index) for index in missing), "count": whole.parts},
            ),
            Sentence("Photograph the missing codes and read all of them together."),
        )
    return chunks


def _inflate(compressed: bytes, whole: Whole) -> bytes:
    machine = zlib.decompressobj(-15)
    try:
        # One byte more than claimed, so that a longer document shows without being unpacked.
        document = machine.decompress(compressed, whole.length + 1)
    except zlib.error as error:
        raise _malformed(Sentence("codes that do not unpack"), Sentence("Scan the paper again.")) from error
    if len(document) != whole.length or not machine.eof or machine.unused_data:
        raise _malformed(
            Sentence("codes that unpack to another length than they claim"),
            Sentence("Treat the paper as not genuine, and ask for another copy."),
        )
    return document


def _malformed(found: Sentence, remedy: Sentence) -> Malformed:
    return Malformed(Sentence("the QR codes of one urna document"), found, remedy)
