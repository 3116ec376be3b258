"""The folder in which a monitor keeps what convinces other people; nothing in it is overwritten."""

from collections.abc import Iterable
from pathlib import Path

from urna.encoding.canonical import digest
from urna.observer.alarms import Exhibit, Shout
from urna.storage.definition_folder import replace_file

MOST_FILES = 2000
"""A server that changed everything must not fill the disk."""


def keep_exhibits(folder: Path, shouts: Iterable[Shout]) -> int:
    """Writes the exhibits that are not there yet; returns how many files the folder has then."""
    folder.mkdir(parents=True, exist_ok=True)
    count = sum(1 for _ in folder.iterdir())
    for exhibit in (each for shout in shouts for each in shout.exhibits):
        place = _place(folder, exhibit)
        if count < MOST_FILES and not place.exists():
            replace_file(place, exhibit.data)
            count += 1
    return count


def _place(folder: Path, exhibit: Exhibit) -> Path:
    """Under its name; beside another file of that name with the beginning of its hash before it."""
    place = folder / exhibit.name
    if place.exists() and place.read_bytes() != exhibit.data:
        return folder / f"{digest(exhibit.data)[:16]}-{exhibit.name}"
    return place
