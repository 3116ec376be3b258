"""Documents of others, JSON or XML, as plain values: dictionaries, lists, texts. Bounded, and no part of them is run.

NIST's formats are one model with two spellings. XML becomes what JSON would be: `ObjectId` is `@id`, `xsi:type` is
`@type`, name spaces fall away, and the elements that a format lets repeat become lists also where there is one (what
repeats besides becomes a list, too, and is refused where one value is expected). A document type, and with it every
entity, is refused.
"""

import re
from collections.abc import Callable
from typing import TypeVar
from xml.parsers import expat

import msgspec

from urna.encoding.canonical import printable
from urna.errors import Malformed
from urna.words import Sentence

MAX_BYTES = 512 * 1024 * 1024
"""More than the report of a nation's stations takes."""

MAX_DEPTH = 60

_MARK = b"\xef\xbb\xbf"
_HEAD_BYTES = 4096

R = TypeVar("R")
Plain = dict[str, object]


class Repeated(frozenset[str]):
    """Names of elements that a format lets repeat; those that end in `Ids` hold several references in one element."""


class _Root(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="@type", default="")


ELECTION_REPORT = "ElectionReport"
CAST_VOTES = "CastVoteRecordReport"
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")


def document_kind(data: bytes, where: str) -> str:
    """The class of a document's root, without its format: "ElectionReport", "CastVoteRecordReport".

    Raises:
        Malformed: neither JSON nor XML.
    """
    if is_xml(data):
        root = _ROOT.search(data[:_HEAD_BYTES])
        return root[1].decode() if root else ""
    try:
        return msgspec.json.decode(data.removeprefix(_MARK), type=_Root).type.rpartition(".")[2]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_json(error, where) from error


def read_plain(data: bytes, repeated: Repeated, where: str, limit: int = MAX_BYTES) -> Plain:
    """The document as plain values.

    Args:
        data: the file.
        repeated: of the format, for XML.
        where: the file's name, for errors.
        limit: the most bytes that are read.

    Raises:
        Malformed: too long, neither JSON nor XML, too deep, or XML with a document type.
    """
    if len(data) > limit:
        found = Sentence("{size} bytes", {"size": len(data)})
        raise _refused(Sentence("at most {limit} bytes", {"limit": limit}), found, where)
    found_object = read_xml(data, repeated, where) if is_xml(data) else _read_json(data, where)
    if not isinstance(found_object, dict):
        raise _refused(Sentence("a document of NIST's common data formats"), Sentence("something else"), where)
    return found_object


def is_xml(data: bytes) -> bool:
    """Whether a file begins as XML does."""
    return data[:_HEAD_BYTES].removeprefix(_MARK).lstrip().startswith(b"<")


def as_record(plain: object, kind: type[R], where: str, *, from_xml: bool) -> R:
    """The plain values as a record; what the record has no field for is passed over.

    Args:
        plain: from `read_plain`.
        kind: the record type.
        where: the file's name, for errors.
        from_xml: where numbers are texts.

    Raises:
        Malformed: a value of another type, or one that is missing; its path is named.
    """
    try:
        return msgspec.convert(plain, kind, strict=not from_xml)
    except msgspec.ValidationError as error:
        reason = Sentence("something else ({reason})", {"reason": printable(str(error))})
        raise _refused(Sentence("a document as the format's schema has it"), reason, where) from error


def read_xml(data: bytes, repeated: Repeated, where: str) -> object:
    """The root element as plain values."""
    parser = expat.ParserCreate(namespace_separator=" ")
    tree = _Tree(repeated, where)
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    parser.StartDoctypeDeclHandler = tree.refuse_doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = Sentence("something else ({reason})", {"reason": printable(str(error))})
        raise _refused(Sentence("well-formed XML"), reason, where) from error
    return tree.root


class _Tree:
    """Builds plain values while a parser reads."""

    def __init__(self, repeated: Repeated, where: str) -> None:
        self.root: object = None
        self._repeated = repeated
        self._where = where
        self._open: list[tuple[str, Plain, list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _refused(
                Sentence("elements at most {limit} deep", {"limit": MAX_DEPTH}), Sentence("more"), self._where
            )
        named = {_ATTRIBUTES.get(_local(key), _local(key)): value for key, value in attributes.items()}
        found: Plain = {key: value for key, value in named.items() if key not in _OF_THE_SCHEMA}
        if "@type" in found:
            found["@type"] = str(found["@type"]).rpartition(":")[2]
        self._open.append((_local(name), found, []))

    def text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def end(self, _: str) -> None:
        name, found, texts = self._open.pop()
        text = "".join(texts).strip()
        value: object = found or text
        if found and text:
            found["Content"] = text
        if name in self._repeated and name.endswith("Ids"):
            value = text.split()
        if not self._open:
            self.root = value
            return
        parent = self._open[-1][1]
        if name in self._repeated:
            several = parent.setdefault(name, [])
        elif name in parent:
            several = parent[name] = parent[name] if isinstance(parent[name], list) else [parent[name]]
        else:
            parent[name] = value
            return
        if isinstance(several, list):  # an attribute of the same name would not be
            several.extend(value if isinstance(value, list) else [value])

    def refuse_doctype(self, *_: object) -> None:
        raise _refused(Sentence("XML without a document type"), Sentence("one with entities or a DTD"), self._where)


_ATTRIBUTES = {"ObjectId": "@id", "type": "@type"}
_OF_THE_SCHEMA = frozenset({"schemaLocation", "noNamespaceSchemaLocation"})


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _read_json(data: bytes, where: str) -> object:
    decode: Callable[[bytes], object] = msgspec.json.decode
    try:
        return decode(data.removeprefix(_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_json(error, where) from error


def _no_json(error: Exception, where: str) -> Malformed:
    reason = Sentence("something else ({reason})", {"reason": printable(str(error))})
    return _refused(Sentence("JSON or XML in UTF-8"), reason, where)


def _refused(expected: Sentence, found: Sentence, where: str) -> Malformed:
    return Malformed(expected, found, Sentence("Ask whoever made the file to check it against NIST's schema."), where)
