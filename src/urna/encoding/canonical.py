"""Canonical bytes: one record, one spelling.

A record is encoded as JSON with the fields sorted by name, no white space, no floats, UTF-8 without escapes
that JSON does not require. Reading is strict: an unknown or missing field, a wrong type, a number out of
range, or any other spelling of the same values is refused, because two spellings would have two hashes.
The rules with an example are in docs/spec/encoding.md.
"""

import hashlib
from typing import Annotated, TypeVar

import msgspec

from urna.errors import Malformed, UrnaError
from urna.words import Sentence

MAX_RECORD_BYTES = 256 * 1024 * 1024
"""The longest record that is read: a nation's definition is below 40 MB."""

MAX_REASON = 300
"""Letters of a reader's complaint that are shown; it may quote what was read."""

Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A SHA-256 value, 64 lower-case hexadecimal digits."""

PublicKey = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""An Ed25519 or X25519 public key, 64 lower-case hexadecimal digits."""

BallotId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
"""A ballot's random id, 128 bits as 32 lower-case hexadecimal digits."""

Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?\Z")]
"""A short name that people type: capitals, digits, dot, dash and underscore; 1 to 40 characters."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""A number of people, ballots or votes. JSON readers everywhere hold integers up to 2^53 - 1 exactly."""

_MOMENT = r"\A20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ\Z"

Moment = Annotated[str, msgspec.Meta(pattern=_MOMENT)]
"""An instant in UTC to the second, as 2020-12-06T22:00:00Z."""

R = TypeVar("R")


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The base of everything that is written down.

    A record says `frozen=True, kw_only=True` again (type checkers want it); a top-level one adds
    `tag_field="type"` and a tag such as `tag="urna/tally-sheet/1"`.
    """


def encode(record: msgspec.Struct) -> bytes:
    """The canonical bytes of a record, without a newline."""
    return msgspec.json.encode(record, order="sorted")


def decode(data: bytes, kind: type[R], where: str = "", limit: int = MAX_RECORD_BYTES) -> R:
    """The record that these canonical bytes are.

    Args:
        data: the bytes, exactly; no newline, no byte order mark.
        kind: the record type that is expected.
        where: the file or place to name in an error.
        limit: the most bytes that are read.

    Raises:
        Malformed: too long, not JSON, not this record, a rule of the record broken, or another spelling.
    """
    if len(data) > limit:
        raise Malformed(
            Sentence("at most {limit} bytes", {"limit": limit}),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("Check that this is the right file."),
            where,
        )
    try:
        record = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(
            Sentence("a record of type {kind}", {"kind": kind.__name__}),
            Sentence("something else ({reason})", {"reason": printable(str(error))}),
            Sentence("Ask whoever made it for the file as it was written."),
            where,
        ) from error
    except UrnaError as error:
        error.where = error.where or where
        raise
    if not isinstance(record, msgspec.Struct) or encode(record) != data:
        raise Malformed(
            Sentence("the canonical spelling of a record of type {kind}", {"kind": kind.__name__}),
            Sentence("another spelling of the same values"),
            Sentence("Use the file as it was written; an editor may have reformatted it."),
            where,
        )
    return record


def printable(text: str, most: int = MAX_REASON) -> str:
    """The text as a terminal may show it, shortened: a field's name may be made to clear the screen.

    Args:
        text: from anybody.
        most: letters of it that are shown.
    """
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[:most])


def digest(data: bytes) -> str:
    """SHA-256 of the bytes, as `sha256sum` prints it."""
    return hashlib.sha256(data).hexdigest()
