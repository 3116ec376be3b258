"""The papers of the authority and the guardians, from files and whole folders."""

from collections.abc import Iterable
from pathlib import Path

from urna.center.papers import Handing, handings, sort_papers
from urna.errors import Malformed
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

MOST_FILES = 100_000


def read_papers(places: Iterable[Path]) -> list[Handing]:
    """What is to be handed over, in order; of a folder the .note and .json files in it and below it.

    Raises:
        Malformed: a file that is no such document, or too many.
    """
    documents: dict[str, bytes] = {}
    for place in places:
        for path in files_in(place):
            documents[str(path)] = read_limited(path)
        if len(documents) > MOST_FILES:
            raise Malformed(
                Sentence("at most {limit} files", {"limit": MOST_FILES}),
                Sentence("more"),
                Sentence("Name the folder of the papers themselves."),
                str(place),
            )
    return handings(sort_papers(documents))


def files_in(place: Path) -> list[Path]:
    """A file itself; of a folder the .note and .json files in it and below it."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.suffix in {".note", ".json"} and path.is_file())
