"""Reading and writing JSON as egk-ec has it: strictly, since a record may come from anybody.

A name that stands twice in an object is refused, because two readers would take two values; so are unknown and
missing names, numbers with a fraction, and base64 with another spelling of the same bytes.
"""

import base64
import binascii
import json
from typing import Any, NoReturn, TypeVar

import msgspec

from urna.encoding.canonical import printable
from urna.errors import Malformed
from urna.words import Sentence

R = TypeVar("R")

AS_WRITTEN = Sentence("Ask whoever made it for the file as it was written.")


def read_json(data: bytes, kind: type[R], where: str) -> R:
    """The value of this type that a file holds.

    Raises:
        Malformed: not JSON, a name twice in an object, or not of this type.
    """
    try:
        text = data.decode()
        plain = json.loads(text, object_pairs_hook=_each_name_once, parse_constant=_no_number, parse_float=_no_number)
        if "\\u" in text:  # half a surrogate pair is no text, and could not be hashed
            json.dumps(plain, ensure_ascii=False).encode()
        return msgspec.convert(plain, type=kind)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise Malformed(
            Sentence("a record of type {kind}", {"kind": kind.__name__}),
            Sentence("something else ({reason})", {"reason": printable(str(error))}),
            AS_WRITTEN,
            where,
        ) from error


def write_json(value: msgspec.Struct) -> bytes:
    """A file as egk-ec lays it out: the names in the order of the type, indented by four spaces."""
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=4).encode()


def read_octets(text: str, size: int | None = None, where: str = "") -> bytes:
    """The bytes that a base64 text stands for.

    Raises:
        Malformed: not base64, another spelling of it, or another number of bytes.
    """
    data: bytes | None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or write_octets(data) != text or size not in (None, len(data)):
        raise Malformed(
            Sentence("base64 of {size} bytes", {"size": size or "n"}), Sentence("another one"), AS_WRITTEN, where
        )
    return data


def write_octets(data: bytes) -> str:
    """The base64 text of bytes."""
    return base64.b64encode(data).decode()


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name stands twice in an object"
        raise ValueError(message)
    return found


def _no_number(text: str) -> NoReturn:
    message = f"{text} is no integer"
    raise ValueError(message)
