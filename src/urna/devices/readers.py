"""A reader opened by its name, as it stands in a station's settings.

    libfprint               the first reader that libfprint sees and that gives images
    libfprint:DRIVER        the one of this driver (`urna reader list`)
    folder:PATH             a folder where the maker's program drops its images
    images:PATH             a simulated reader: the images of a folder, in the order of their names
    synthetic:SEED          a simulated reader: one finger that nobody has, again and again

After the path of `folder:` and `images:` may stand ?dpi=1000 and &negative=yes, for files that do not say so.
"""

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import NamedTuple

from urna.biometrics.synthetic import SyntheticFinger
from urna.devices.finger_files import DPI_RANGE, read_folder
from urna.devices.libfprint import LibfprintReader
from urna.devices.reader import OpenReader, ReaderFailed, SimulatedReader
from urna.devices.watched_folder import WatchedFolderReader
from urna.errors import Malformed
from urna.words import Sentence

TIMEOUT_SECONDS = 20.0
"""How long a capture waits for a finger."""

SPECS = ("libfprint", "libfprint:DRIVER", "folder:PATH", "images:PATH", "synthetic:SEED")

_DRIVER = re.compile(r"[a-z0-9_-]{1,40}")
_NUMBER = re.compile(r"[0-9]{1,18}")


class _Place(NamedTuple):
    """A folder, and what is known about the images in it."""

    path: Path
    dpi: int | None
    negative: bool


def open_reader(
    spec: str, timeout_seconds: float = TIMEOUT_SECONDS, ready: Callable[[], None] = lambda: None
) -> OpenReader:
    """The reader with this name, opened, so that its trouble is told before a finger comes.

    Args:
        spec: as above.
        timeout_seconds: how long a capture waits for a finger; simulated fingers come at once.
        ready: called in each capture when the finger may come, to light a lamp or say it on a screen.

    Raises:
        Malformed: no such name, or a folder without finger images.
        ReaderFailed: the reader does not work; it says what to do.
    """
    kind, colon, rest = spec.partition(":")
    if kind == "libfprint" and (not colon or _DRIVER.fullmatch(rest)):
        device = LibfprintReader(rest, timeout_seconds, ready)
        device.open()
        return device
    if kind == "folder" and rest:
        path, dpi, negative = _place(rest, spec)
        watched = WatchedFolderReader(path, timeout_seconds, ready, dpi=dpi, negative=negative)
        watched.open()
        return watched
    if kind == "images" and rest:
        return _simulated(_place(rest, spec))
    if kind == "synthetic" and _NUMBER.fullmatch(rest):
        finger = SyntheticFinger(int(rest))
        return SimulatedReader(finger.impression(number) for number in count())
    raise _unknown(spec)


def is_simulated(spec: str) -> bool:
    """Whether the name is of a reader without a device: of no use on the day."""
    return spec.startswith(("images:", "synthetic:"))


def _simulated(place: _Place) -> SimulatedReader:
    if not place.path.is_dir():
        raise ReaderFailed(
            Sentence("a folder of finger images"),
            Sentence("none"),
            Sentence("Name a folder with PNG, TIFF, BMP or WSQ images."),
            str(place.path),
        )
    return SimulatedReader(read_folder(place.path, dpi=place.dpi, negative=place.negative))


def _place(rest: str, spec: str) -> _Place:
    path, _, options = rest.partition("?")
    dpi, negative = None, False
    for option in filter(None, options.split("&")):
        if option == "negative=yes":
            negative = True
        elif option.startswith("dpi=") and _NUMBER.fullmatch(option[4:]) and _is_resolution(int(option[4:])):
            dpi = int(option[4:])
        else:
            raise _unknown(spec)
    if not path:
        raise _unknown(spec)
    return _Place(Path(path), dpi, negative)


def _is_resolution(dpi: int) -> bool:
    return DPI_RANGE[0] <= dpi <= DPI_RANGE[1]


def _unknown(spec: str) -> Malformed:
    return Malformed(
        Sentence("a reader's name: {names}", {"names": ", ".join(SPECS)}),
        Sentence("{name}", {"name": spec[:80] if spec.isprintable() else "?"}),
        Sentence("Name a reader as docs/readers.md says."),
    )
