"""Role cards on whatever is plugged in: files called ROLE.urna-card at the top of a mounted stick."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from urna.station.card_file import MAX_FILE_BYTES, SUFFIX

MOST = 12
"""Cards that are looked at; a stick with more is nobody's card."""

MOUNTS = ("/media", "/run/media", "/mnt")
"""Where Debian and its desktops mount sticks: here, or a folder or two further down."""


class FoundCard(NamedTuple):
    """A card file on a stick."""

    label: str
    card: bytes

    def __repr__(self) -> str:
        """Where it was found."""
        return f"FoundCard({self.label!r})"


def find_cards(folders: Iterable[Path]) -> tuple[FoundCard, ...]:
    """The cards at the top of these folders, by name; what cannot be read is left out.

    Args:
        folders: of sticks; one that is not there has no cards.
    """
    paths = [path for folder in folders for path in _cards_in(folder)][:MOST]
    names = [path.name for path in paths]
    found = []
    for path in sorted(paths):
        label = path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}"
        card = _read(path)
        if card:
            found.append(FoundCard(label, card))
    return tuple(found)


def mounted(places: Iterable[str] = MOUNTS) -> tuple[Path, ...]:
    """The folders under which sticks may be mounted now."""
    roots = [Path(place) for place in places]
    return tuple(folder for root in roots for depth in ("*", "*/*") for folder in _folders(root, depth))


def _cards_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file() and not path.is_symlink())
    except OSError:  # a stick that was pulled now
        return []


def _folders(root: Path, depth: str) -> list[Path]:
    try:
        return sorted(path for path in root.glob(depth) if path.is_dir())
    except OSError:
        return []


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        return b""
    return data if len(data) <= MAX_FILE_BYTES else b""
