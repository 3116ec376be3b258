"""Every station and territory by name: pages in alphabetical order, and small files for the search box's script.

    search/index.html            the box, and the pages
    search/1.html, …             the names in order, so that the site is whole without the script
    search/words/<PREFIX>.json   what has a word that begins so; `search/words.json` says which files there are
    search/search.js

A file holds few names: the more there are of a beginning, the longer are the beginnings of its files. Where one whole
word is in too many names (ESCUELA), its file says so and holds the first of them: another word finds the rest.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from urna.encoding.canonical import Code
from urna.web.results.frame import Language
from urna.web.results.names import Names

NAMES_ON_A_PAGE = 250
NAMES_IN_A_FILE = 400
WHOLE_WORD = "_"
"""Ends the name of the file of one whole word, where longer ones begin with it."""


class Entry(NamedTuple):
    """A station or a territory with a page."""

    name: str
    place: str
    """The territories around it, from the smallest."""
    code: Code
    is_station: bool


class SearchPage(NamedTuple):
    """Names from one to another, in order."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> str:
        """The first name."""
        return self.entries[0].name

    @property
    def last(self) -> str:
        """The last name."""
        return self.entries[-1].name


class WordFile(NamedTuple):
    """What a script reads at once."""

    entries: tuple[Entry, ...]
    more: bool
    """Whether there are more than these."""


def words_of(text: str) -> list[str]:
    """The words of a text, in capitals and without accents: what is compared."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.upper()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


def file_part(word: str) -> str:
    """A word as a part of a file's name: other letters than A to Z and digits by their number."""
    return "".join(c if c.isascii() else f"-{ord(c):x}" for c in word)


class Search:
    """All names of an election.

    Args:
        names: of the pages.
    """

    def __init__(self, names: Names) -> None:
        self._names = names

    @cached_property
    def pages(self) -> Sequence[SearchPage]:
        """The names in alphabetical order, page by page."""
        ordered = sorted(self._entries(), key=lambda entry: (words_of(entry.name), entry.code))
        starts = range(0, len(ordered), NAMES_ON_A_PAGE)
        return [SearchPage(tuple(ordered[start : start + NAMES_ON_A_PAGE])) for start in starts]

    @cached_property
    def files(self) -> Mapping[str, WordFile]:
        """The files of the script, by the beginning that their words have."""
        by_word: dict[str, dict[Entry, None]] = {}
        for page in self.pages:
            for entry in page.entries:
                for word in (*words_of(entry.name), *words_of(entry.code), "".join(words_of(entry.code))):
                    by_word.setdefault(word, {})[entry] = None
        return dict(_split("", by_word))

    def words(self) -> bytes:
        """The list of files, for the script."""
        return msgspec.json.encode([file_part(each) for each in self.files])

    def word_file(self, number: int) -> bytes:
        """A file, by its place in the list."""
        file = list(self.files.values())[number]
        rows = [(each.name, each.place, each.code, int(each.is_station)) for each in file.entries]
        return msgspec.json.encode({"more": file.more, "entries": rows})

    def _entries(self) -> Iterator[Entry]:
        election = self._names.lookup.election
        for code in self._names.territories:
            chain = election.chain(code)
            if len(chain) > 1:
                yield Entry(election.territories[code].name, self._place(chain[1:]), code, is_station=False)
        for station in election.definition.stations:
            yield Entry(station.name, self._place(election.chain(station.centre)), station.code, is_station=True)

    def _place(self, chain: Sequence[Code]) -> str:
        """The names of territories but the root's."""
        return ", ".join(self._names.lookup.election.territories[code].name for code in chain[:-1])


def search_page(names: Names, search: Search, language: Language, number: int) -> Mapping[str, object]:
    """What a page of the search shows: 0 for the index, which shows the names themselves where they are few."""
    pages = search.pages
    is_short = len(pages) == 1
    shown = pages[0 if is_short else number - 1].entries if number or is_short else ()
    file = names.languages.file
    return {
        "up": "../",
        "versions": names.versions(f"search/{number}" if number else "search/index"),
        "number": number,
        "pages": [] if is_short else [(page, file(str(n), language)) for n, page in enumerate(pages, 1)],
        "index": file("index", language),
        "entries": [(entry, _link(names, language, entry)) for entry in shown],
        "station_link": names.station(language, "*"),
        "territory_link": f"territory-{language.code}-*.html",
        "before": file(str(number - 1), language) if number > 1 else "",
        "after": file(str(number + 1), language) if 0 < number < len(pages) else "",
    }


def _link(names: Names, language: Language, entry: Entry) -> str:
    return (names.station if entry.is_station else names.territory)(language, entry.code)


def _split(prefix: str, by_word: Mapping[str, Mapping[Entry, None]]) -> Iterator[tuple[str, WordFile]]:
    """The files of the words that begin with a prefix: one if it is short enough, else one for each next letter."""
    together = list(dict.fromkeys(entry for entries in by_word.values() for entry in entries))
    if prefix and (len(together) <= NAMES_IN_A_FILE or set(by_word) == {prefix}):
        is_whole = set(by_word) == {prefix} and len(together) > NAMES_IN_A_FILE
        name = prefix + WHOLE_WORD if is_whole else prefix
        yield name, WordFile(tuple(together[:NAMES_IN_A_FILE]), len(together) > NAMES_IN_A_FILE)
        return
    if prefix in by_word:
        whole = tuple(by_word[prefix])
        yield prefix + WHOLE_WORD, WordFile(whole[:NAMES_IN_A_FILE], len(whole) > NAMES_IN_A_FILE)
    for letter in sorted({word[len(prefix)] for word in _longer(prefix, by_word)}):
        longer = prefix + letter
        yield from _split(longer, {word: each for word, each in by_word.items() if word.startswith(longer)})


def _longer(prefix: str, words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if len(word) > len(prefix))
