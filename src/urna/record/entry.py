"""What the log says of a file: where it lies, its hash, its size. One entry is one leaf of the log."""

from typing import Annotated

import msgspec

from urna.encoding.canonical import Count, Hash, Record, decode, digest, encode

MAX_ENTRY_BYTES = 4096

RecordPath = Annotated[
    str, msgspec.Meta(max_length=200, pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")
]
"""A path below the record's folder: plain ASCII parts, none of which begins with a dot, so none leads out of it."""


class LogEntry(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/log-entry/1"):
    """One file of the record."""

    path: RecordPath
    sha256: Hash
    """As `sha256sum` prints it."""
    size: Count
    """In bytes."""


def entry_of(path: str, data: bytes) -> bytes:
    """The leaf of a file: the canonical bytes of its entry."""
    return encode(LogEntry(path=path, sha256=digest(data), size=len(data)))


def read_entry(leaf: bytes, where: str = "") -> LogEntry:
    """The entry that a leaf is.

    Raises:
        Malformed: not an entry in canonical form, or a path that is none.
    """
    return decode(leaf, LogEntry, where, MAX_ENTRY_BYTES)
