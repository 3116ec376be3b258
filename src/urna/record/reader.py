"""What verification asks of a record, wherever it lies: what is in it, and the bytes of one file.

`storage/record` reads a folder; a test may give a dictionary.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from urna.errors import Malformed
from urna.record.layout import MAX_BYTES, place_of
from urna.words import Sentence


class Listing(NamedTuple):
    """Everything found in a record: sizes in bytes by path, and what is no plain file, with what it is."""

    sizes: Mapping[str, int]
    strange: Mapping[str, Sentence]


class RecordReader(Protocol):
    """A record that can be read any number of times, from several processes (so it can be pickled)."""

    def list(self) -> Listing:
        """What is in it.

        Raises:
            Malformed: there is no record to read, or more files than any election has.
        """
        ...

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file of at most `limit` bytes.

        Raises:
            Malformed: no such plain file, or a longer one.
        """
        ...

    def read_part(self, path: str, offset: int, size: int) -> bytes:
        """A part of a file: `size` bytes from `offset` on, fewer where the file ends.

        Raises:
            Malformed: no such plain file.
        """
        ...


def read_placed(reader: RecordReader, path: str) -> bytes:
    """The bytes at a path of the record, at most as many as its kind may have.

    Raises:
        Malformed: no path of the record, no such file, or too long.
    """
    place = place_of(path)
    if place is None:
        raise Malformed(
            Sentence("a path of the record"),
            Sentence("{path}", {"path": repr(path[:200])}),
            Sentence("See docs/spec/record.md for what lies where."),
        )
    return reader.read(path, MAX_BYTES[place.kind])


class RecordInMemory:
    """A record as a dictionary from path to bytes."""

    def __init__(self, files: Mapping[str, bytes], strange: Mapping[str, Sentence] | None = None) -> None:
        self.files = dict(files)
        self._strange = dict(strange or {})

    def list(self) -> Listing:
        """What is in it."""
        return Listing({path: len(data) for path, data in self.files.items()}, self._strange)

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; raises `Malformed` if there is none or it is longer."""
        if path not in self.files:
            raise no_file(path)
        if len(self.files[path]) > limit:
            raise too_long(path, len(self.files[path]), limit)
        return self.files[path]

    def read_part(self, path: str, offset: int, size: int) -> bytes:
        """A part of a file; raises `Malformed` if there is none."""
        if path not in self.files:
            raise no_file(path)
        return self.files[path][offset : offset + size]


def no_file(path: str) -> Malformed:
    """The error for a file that is not there."""
    return Malformed(Sentence("a file"), Sentence("none", {}), Sentence("Fetch the record again, whole.", {}), path)


def too_long(path: str, size: int, limit: int) -> Malformed:
    """The error for a file that is longer than its kind may be."""
    return Malformed(
        Sentence("a file of at most {limit} bytes", {"limit": limit}),
        Sentence("{size} bytes", {"size": size}),
        Sentence("Check that this is the right file; it was not read."),
        path,
    )
