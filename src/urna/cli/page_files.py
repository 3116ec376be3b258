"""The site's files on a disk: only those whose inputs changed are written, side by side in processes.

SITE/.made says with which key each file was written. It is replaced last: a run that ends early is taken up again by
the next one, which writes once more what it does not find there. Each file appears whole or not at all.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from urna.compute.processes import over_processes

MADE = ".made"
CHUNK = 32
WORTH_IT = 64
"""Files from which processes are started."""


class Made(NamedTuple):
    """What a run did."""

    written: int
    kept: int


class Item(NamedTuple):
    """A file of the site, or several that are made together: the first one's name, their key, and what makes them."""

    name: str
    key: str
    page: Any


Files = Iterable[tuple[str, bytes]]
"""Names, seen from the site's folder, and bytes."""


class SiteFolder:
    """A folder with a site.

    Args:
        folder: made if absent.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._known = _read(folder / MADE)
        self._made: dict[str, str] = {}

    def update(self, items: Iterable[Item], write: Callable[[Any], Files], processes: int = 0) -> Made:
        """Writes the files that are not there with their keys.

        Args:
            items: all files of a part of the site, in the order in which they are to appear.
            write: makes the files of an item; other processes inherit it.
            processes: how many; 0 for as many as the machine has.
        """
        listed = list(items)
        new = [each for each in listed if not self._is_there(each)]
        for folder in {(self.folder / each.name).parent for each in new}:
            folder.mkdir(parents=True, exist_ok=True)
        work = _Writer(str(self.folder), write)
        for _ in over_processes(work, new, processes, WORTH_IT, CHUNK):
            pass
        self._made |= {each.name: each.key for each in listed}
        return Made(len(new), len(listed) - len(new))

    def close(self) -> None:
        """Remembers what was made; files of earlier runs stay where they are, since links to them hold."""
        known = {**self._known, **self._made}
        if known != self._known:
            put(self.folder, MADE, msgspec.json.encode(known))

    def _is_there(self, item: Item) -> bool:
        return self._known.get(item.name) == item.key and (self.folder / item.name).exists()


class _Writer:
    """Makes a file and puts it in its place."""

    def __init__(self, folder: str, write: Callable[[Any], Files]) -> None:
        self._folder, self._write = folder, write

    def __call__(self, item: Item) -> None:
        for name, data in self._write(item.page):
            put(Path(self._folder), name, data)


def put(folder: Path, name: str, data: bytes) -> None:
    """Gives a folder a file, whole or not at all; a reader sees the one before until then."""
    target = folder / name
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(target)


def _read(file: Path) -> Mapping[str, str]:
    """What earlier runs made; nothing if that cannot be read, and then everything is made again."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}
