"""Where each table and key of a TOML file stands, so that a mistake in it can be named by its line.

The standard reader (tomllib) tells values without places. This scanner tells places without values; it runs on
text that the reader has accepted, so it only needs to know where strings and brackets end.
"""

import re
from typing import NamedTuple

from urna.election.mistake import Path

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')
_ENDS = {'"""': re.compile(r'(?:\\.|[^\\])*?"""'), "'''": re.compile(r".*?'''")}


class _Open(NamedTuple):
    """What a line leaves open for the next: a long string's quotes, and how many brackets."""

    quotes: str = ""
    brackets: int = 0


def toml_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of each table's header and of each key, by their path from the top.

    A table of an array has its index in the path: the second `[[contest]]` is ("contest", 1).
    """
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    still = _Open()
    for number, line in enumerate(text.split("\n"), start=1):
        if still == _Open():
            if header := _HEADER.match(line):
                table = _table(_names(header[2]), header[1] == "[[", counts)
                lines.setdefault(table, number)
                continue
            if key := _KEY.match(line):
                for length in range(1, 1 + len(_names(key[1]))):
                    lines.setdefault((*table, *_names(key[1])[:length]), number)
                line = line[key.end() :]  # noqa: PLW2901 - what follows the key is its value
        still = _scan(line, still)
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it that has one."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _names(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _table(names: list[str], is_array: bool, counts: dict[Path, int]) -> Path:
    """The path of a header, with the index of the newest table in each array on the way."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if is_array and place == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _scan(line: str, still: _Open) -> _Open:
    """What is open at the end of the line."""
    quotes, brackets, at = still.quotes, still.brackets, 0
    while at < len(line):
        if quotes:
            end = _ENDS[quotes].match(line, at)
            if end is None:
                return _Open(quotes, brackets)
            quotes, at = "", end.end()
            continue
        token = _TOKEN.search(line, at)
        if token is None:
            break
        at = token.end()
        quotes = token[0] if token[0] in _ENDS else ""
        brackets += (token[0] in "[{") - (token[0] in "]}")
    return _Open(quotes, brackets)
