"""Check 1: the folder holds the files of a record and nothing else. What the rest of verification works on."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.record.layout import CHECKPOINT, DEFINITION, MAX_BYTES, README, ROLL, Kind, Place, place_of
from urna.record.reader import RecordReader
from urna.record.readme import README_TEXT, is_former
from urna.verify.report import Check, Notebook, in_a_sentence
from urna.words import Sentence

MOST_BYTES = 32 * 1024**3
"""Of all files together but the encrypted ballots. Files of nothing but holes take no place on a medium, and whoever
looks at ten thousand of them takes an hour."""


class Folder(NamedTuple):
    """The files of a record that lie where a record's files lie, by path and by kind; and their reader."""

    reader: RecordReader
    places: dict[str, Place]
    kinds: dict[Kind, list[str]]
    stations: dict[Code, list[str]]
    """The files of each station, in the order of their paths."""
    sizes: dict[str, int]
    """In bytes, by path."""

    def has(self, path: str) -> bool:
        """Whether there is a file at this path."""
        return path in self.places

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises `Malformed` if there is none, or it is longer than its kind may be."""
        return self.reader.read(path, MAX_BYTES[self.places[path].kind])

    def numbered(self, kind: Kind) -> list[tuple[int, str]]:
        """The files of a kind with their numbers, in the order of the numbers."""
        return sorted((self.places[path].number, path) for path in self.kinds.get(kind, ()))


def check_folder(reader: RecordReader, notebook: Notebook) -> Folder:
    """Sorts what is in the folder, and finds what has no place in a record.

    Raises:
        Malformed: there is no folder to read.
    """
    listing = reader.list()
    places: dict[str, Place] = {}
    for path, size in sorted(listing.sizes.items()):
        place = place_of(path)
        if place is None:
            notebook.find(Check.FOLDER, _no_place(path), file=path)
        elif size > MAX_BYTES[place.kind]:
            notebook.find(Check.FOLDER, _too_long(path, size, MAX_BYTES[place.kind]), file=path)
        else:
            places[path] = place
    values: dict[str, str | int]
    total = sum(listing.sizes[path] for path, place in places.items() if place.kind is not Kind.CIPHERTEXTS)
    if total > MOST_BYTES:
        values = {"left": total, "right": MOST_BYTES}
        sentence = "The files have {left} bytes together; a record has at most {right}, so none was read."
        notebook.find(Check.FOLDER, Sentence(sentence, values))
        return _sort(reader, {}, {})
    for path, what in sorted(listing.strange.items()):
        values = {"file": path, "found": str(what)}
        notebook.find(Check.FOLDER, Sentence("{file} is {found}; a record has plain files only.", values), file=path)
    for path in (DEFINITION, ROLL, CHECKPOINT):
        if path not in places:
            notebook.find(Check.FOLDER, Sentence("{file} is missing.", {"file": path}), file=path)
    folder = _sort(reader, places, listing.sizes)
    _check_readme(folder, notebook)
    notebook.checked(Check.FOLDER, detail=Sentence("files: {count}", {"count": len(listing.sizes)}))
    return folder


def _sort(reader: RecordReader, places: dict[str, Place], sizes: Mapping[str, int]) -> Folder:
    kinds: dict[Kind, list[str]] = defaultdict(list)
    stations: dict[Code, list[str]] = defaultdict(list)
    for path, place in places.items():
        kinds[place.kind].append(path)
        if place.station:
            stations[place.station].append(path)
    return Folder(reader, places, dict(kinds), dict(stations), {path: sizes[path] for path in places})


def _check_readme(folder: Folder, notebook: Notebook) -> None:
    """A changed README.txt could send a reader to another program, or to other keys."""
    if not folder.has(README):
        notebook.find(Check.FOLDER, Sentence("{file} is missing.", {"file": README}), file=README)
        return
    try:
        text = folder.read(README)
    except Malformed as error:
        notebook.find(Check.FOLDER, in_a_sentence(error), file=README)
        return
    values: dict[str, str | int] = {"file": README}
    if is_former(text):
        notebook.remarks.append(
            Sentence("{file} is of a former version of urna; take the program from people whom you trust.", values)
        )
    elif text != README_TEXT:
        notebook.find(Check.FOLDER, Sentence("{file} is not the text that urna writes.", values), file=README)


def _no_place(path: str) -> Sentence:
    return Sentence("{file} has no place in a record.", {"file": path})


def _too_long(path: str, size: int, limit: int) -> Sentence:
    return Sentence(
        "{file} has {left} bytes; such a file has at most {right}, so it was not read.",
        {"file": path, "left": size, "right": limit},
    )
