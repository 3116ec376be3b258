"""Known fingers for an evaluation: a folder of images named FINGER_IMPRESSION, and what the extractor sees in them."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from urna.biometrics.capture import Extraction
from urna.cli.screen import err
from urna.compute.processes import over_processes
from urna.devices.extractor import LeaderExtractor
from urna.devices.finger_files import is_finger_file, read_image
from urna.errors import Malformed
from urna.words import Sentence

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - what comes of it


class Seen(NamedTuple):
    """One image as the extractor saw it, and how long it took, reading left out."""

    extraction: Extraction
    seconds: float


class Fingers(NamedTuple):
    """The fingers of a folder: for each its impressions, in the order of their numbers."""

    name: str
    seen: tuple[tuple[Seen, ...], ...]

    @property
    def images(self) -> int:
        """How many there are."""
        return sum(map(len, self.seen))

    def __repr__(self) -> str:
        """Sizes only."""
        return f"Fingers(fingers={len(self.seen)}, images={self.images})"


def read_fingers(folder: Path, processes: int) -> Fingers:
    """The fingers of a folder, their minutiae found over processes, with a bar.

    Raises:
        Malformed: no images, a name that is not FINGER_IMPRESSION, one impression twice, or an image that is none.
        OSError: no such folder.
    """
    named = finger_files(folder)
    paths = [path for own in named for path in own]
    found = iter(
        with_bar("Images", partial(_see, LeaderExtractor(threads=1)), paths, processes, worth_it=2 * max(processes, 1))
    )
    return Fingers(folder.resolve().name, tuple(tuple(next(found) for _ in own) for own in named))


def finger_files(folder: Path) -> list[list[Path]]:
    """The image files of each finger, by the numbers of their impressions; fingers by name."""
    fingers: dict[str, dict[int, Path]] = defaultdict(dict)
    for path in sorted(path for path in folder.iterdir() if is_finger_file(path)):
        finger, _, impression = path.stem.rpartition("_")
        if not finger or not (impression.isascii() and impression.isdigit()):
            raise _misnamed(path)
        if int(impression) in fingers[finger]:
            raise _doubled(path, fingers[finger][int(impression)])
        fingers[finger][int(impression)] = path
    if not fingers:
        raise Malformed(
            Sentence("images named FINGER_IMPRESSION, as 101_1.tif"),
            Sentence("none"),
            Sentence("Name the folder that holds them; PNG, TIFF, BMP and WSQ are read."),
            str(folder),
        )
    return [[own[number] for number in sorted(own)] for _, own in sorted(fingers.items())]


def with_bar(
    title: str, work: Callable[[I], O], items: Sequence[I], processes: int, *, worth_it: int = 16
) -> Iterable[O]:
    """What the work gives for each item, in order, with a bar on the standard error if somebody is there to see it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=len(items))
        for answer in over_processes(work, items, processes, worth_it, chunk=1):
            bar.advance(task)
            yield answer


def _see(extractor: LeaderExtractor, path: Path) -> Seen:
    image = read_image(path)
    started = time.perf_counter()
    return Seen(extractor.extract(image), time.perf_counter() - started)


def _misnamed(path: Path) -> Malformed:
    return Malformed(
        Sentence("a name FINGER_IMPRESSION, as 101_1.tif"),
        Sentence("another name"),
        Sentence("Rename the file, or take it out of the folder."),
        str(path),
    )


def _doubled(path: Path, other: Path) -> Malformed:
    return Malformed(
        Sentence("each impression of a finger once"),
        Sentence("the one of {other} again", {"other": other.name}),
        Sentence("Take one of the two out of the folder."),
        str(path),
    )
