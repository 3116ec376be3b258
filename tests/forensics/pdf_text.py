"""The letters of a PDF as a searcher sees them: streams unpacked, glyph numbers turned into text, spaces dropped.

Enough for what typst writes: compressed streams, fonts with ToUnicode tables, strings of two-byte glyph numbers.
Each content stream is read with each font's table, as resolving which is used where would add nothing to a search.
"""

import re
import zlib
from collections.abc import Iterator, Mapping

_STREAM = re.compile(rb"stream\r?\n")
_LITERAL = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def streams(pdf: bytes) -> Iterator[bytes]:
    """Every stream of the file, unpacked where it is packed."""
    for start in _STREAM.finditer(pdf):
        end = pdf.find(b"endstream", start.end())
        body = pdf[start.end() : end if end >= 0 else len(pdf)]
        try:
            yield zlib.decompressobj().decompress(body)
        except zlib.error:
            yield body


def texts(pdf: bytes) -> Iterator[str]:
    """The shown letters of each stream by each font, in the order in which they are shown, without spaces."""
    unpacked = list(streams(pdf))
    tables = [_table(each) for each in unpacked if b"begincmap" in each]
    for content in unpacked:
        if b"Tj" in content or b"TJ" in content:
            glyphs = b"".join(_bytes_of(each.group()) for each in _LITERAL.finditer(content))
            for table in tables:
                yield "".join(_letters(glyphs, table).split())


def _letters(glyphs: bytes, table: Mapping[int, str]) -> str:
    numbers = (int.from_bytes(glyphs[at : at + 2], "big") for at in range(0, len(glyphs) - 1, 2))
    return "".join(table.get(number, "") for number in numbers)


def _bytes_of(token: bytes) -> bytes:
    if token.startswith(b"<"):
        digits = re.sub(rb"\s", b"", token[1:-1])
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    return _ESCAPE.sub(lambda found: _unescaped(found.group(1)), token[1:-1])


def _unescaped(after: bytes) -> bytes:
    return bytes([int(after, 8) & 0xFF]) if after[0] in b"01234567" else _NAMED.get(after, after)


def _table(cmap: bytes) -> dict[int, str]:
    table: dict[int, str] = {}
    for block in _CHARS.findall(cmap):
        codes = _HEX.findall(block)
        table |= {int(code, 16): _unicode(text) for code, text in zip(codes[::2], codes[1::2], strict=False)}
    for block in _RANGES.findall(cmap):
        codes = _HEX.findall(block)
        for low, high, text in zip(codes[::3], codes[1::3], codes[2::3], strict=False):
            first = ord(_unicode(text)[:1] or "\0")
            table |= {code: chr(first + code - int(low, 16)) for code in range(int(low, 16), int(high, 16) + 1)}
    return table


def _unicode(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")
