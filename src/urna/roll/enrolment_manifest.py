"""What a folder of images hands in: which file is which impression of whose finger.

Either the names say it,

    <number>/<position>_<impression>.png        also .tif, .tiff, .bmp, .wsq

or a file manifest.csv beside them does, which also says why a finger has no images:

    number,position,impression,file,left_out
    F12345678,1,1,scans/0001.wsq,
    F12345678,2,,,bandaged

A finding names a line of the manifest; where names of folders are numbers, it names the folder by its place in the
order of names, as [17], so that no elector's number stands in a message.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

import msgspec

from urna.errors import Finding
from urna.roll.elector import MAX_IMPRESSIONS, ElectorNumber
from urna.roll.enrolment_rules import POSITIONS, Reason
from urna.words import Sentence

MANIFEST = "manifest.csv"
COLUMNS = ("number", "position", "impression", "file", "left_out")
ENDINGS = (".png", ".tif", ".tiff", ".bmp", ".wsq")

_NAME = re.compile(r"([0-9]{1,2})_([0-9]{1,2})(\.[a-z]{3,4})", re.IGNORECASE)


class Listed(NamedTuple):
    """One line, or one file: an impression, or why a finger has none."""

    number: str
    position: int
    impression: int
    """0 where the finger is left out."""
    file: str
    """Below the folder; empty where the finger is left out."""
    left_out: Reason | None
    where: str
    line: int

    def __repr__(self) -> str:
        """Nobody's number."""
        return f"Listed(position={self.position}, impression={self.impression})"


class HandedInImage(NamedTuple):
    """An image of an elector's finger."""

    position: int
    impression: int
    file: str
    where: str
    line: int

    def __repr__(self) -> str:
        """Which finger; a path may hold a number."""
        return f"HandedInImage(position={self.position}, impression={self.impression})"


class Batch(NamedTuple):
    """Everything of one elector."""

    number: str
    images: tuple[HandedInImage, ...]
    left_out: tuple[tuple[int, Reason], ...]

    def __repr__(self) -> str:
        """How much, not whose."""
        return f"Batch(images={len(self.images)})"


class Mistake(NamedTuple):
    """A finding, and the elector whose enrolment it spoils: all of an elector's images are right, or none counts."""

    number: str
    finding: Finding

    def __repr__(self) -> str:
        """What is wrong, not with whom."""
        return f"Mistake({self.finding})"


def read_manifest(data: bytes, where: str) -> tuple[list[Listed], list[Mistake]]:
    """The lines of a manifest that are well formed, and what is wrong with the others."""
    try:
        rows = list(csv.reader(data.decode("utf-8").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error):
        problem = Sentence("this is not a CSV file in UTF-8.")
        return [], [Mistake("", Finding(where, 0, problem, Sentence("Save it as CSV in UTF-8.")))]
    if not rows or tuple(rows[0]) != COLUMNS:
        problem = Sentence("the first line is not {columns}.", {"columns": ",".join(COLUMNS)})
        return [], [Mistake("", Finding(where, 1, problem, Sentence("Write exactly these columns.")))]
    return _parted(_read_row(row, where, line) for line, row in enumerate(rows[1:], start=2))


def read_names(paths: Iterable[str], where: str) -> tuple[list[Listed], list[Mistake]]:
    """What names of files say, and what is wrong with the others.

    Args:
        paths: below the folder, with slashes; a folder without files stands there as itself, with a slash at its end.
        where: the folder, for the findings.
    """
    ordered = sorted(paths)
    folders = sorted({_folder(path) for path in ordered if "/" in path})
    places = {folder: place for place, folder in enumerate(folders, start=1)}
    return _parted(_read_name(path, where, places.get(_folder(path), 0)) for path in ordered)


def batches(listed: Iterable[Listed]) -> tuple[list[Batch], list[Mistake]]:
    """What was listed, by elector, sorted by number; and what contradicts itself.

    That is an impression or a file that comes twice, or a finger that is both taken and left out.
    """
    found: dict[str, list[Listed]] = defaultdict(list)
    files: set[str] = set()
    mistakes: list[Mistake] = []
    for each in listed:
        found[each.number].append(each)
        if each.file and each.file in files:
            problem, remedy = Sentence("this file is listed twice."), Sentence("Give each impression its own file.")
            mistakes.append(Mistake(each.number, Finding(each.where, each.line, problem, remedy)))
        files.add(each.file)
    mistakes += [mistake for own in found.values() for mistake in _find_doubled(own)]
    return [_batch(number, found[number]) for number in sorted(found)], mistakes


def find_strangers(listed: Iterable[Listed], known: Container[str]) -> Iterator[Mistake]:
    """A mistake for each elector who is not on the roll, at the first file or line."""
    seen: set[str] = set()
    for each in listed:
        if each.number not in known and each.number not in seen:
            seen.add(each.number)
            remedy = Sentence("Correct the number, or take the elector out.")
            problem = Sentence("this elector is not on the roll.")
            yield Mistake(each.number, Finding(each.where, each.line, problem, remedy))


def _parted(found: Iterable[Listed | Mistake]) -> tuple[list[Listed], list[Mistake]]:
    listed: list[Listed] = []
    mistakes: list[Mistake] = []
    for each in found:
        if isinstance(each, Listed):
            listed.append(each)
        else:
            mistakes.append(each)
    return listed, mistakes


def _read_name(path: str, where: str, place: int) -> Listed | Mistake:
    """What a file's name says; `place` is its folder's in the order of names."""
    name = path.rpartition("/")[2]
    at = f"{where}/[{place}]/{name}" if "/" in path else f"{where}/{name}"
    match = _NAME.fullmatch(name)
    if path.count("/") != 1 or match is None:
        problem = Sentence("this is no image of a finger by its name.")
        remedy = Sentence("Name it NUMBER/POSITION_IMPRESSION.png, as 1_1.png for the right thumb's first.")
        return Mistake(_folder(path), Finding(at, 0, problem, remedy))
    return _checked((_folder(path), match[1], match[2], path, ""), at, 0)


def _folder(path: str) -> str:
    return path.rpartition("/")[0].partition("/")[0]


def _read_row(row: list[str], where: str, line: int) -> Listed | Mistake:
    if len(row) != len(COLUMNS):
        numbers = {"count": len(row), "expected": len(COLUMNS)}
        problem = Sentence("the line has {count} columns instead of {expected}.", numbers)
        remedy = Sentence("Put a field that holds a comma in quotes.")
        return Mistake(row[0] if row else "", Finding(where, line, problem, remedy))
    return _checked((row[0], row[1], row[2], row[3], row[4]), where, line)


def _checked(fields: tuple[str, str, str, str, str], where: str, line: int) -> Listed | Mistake:
    """The line of these five fields, or the first thing that is wrong with it."""
    number, position, impression, file, left_out = fields
    for is_wrong, problem, remedy in (
        (
            not _is_number(number),
            Sentence("this is not an elector's number."),
            Sentence("Write 1 to 20 capitals, digits, dots and dashes, as V12345678."),
        ),
        (
            position not in map(str, POSITIONS),
            Sentence("the finger's position is not one that is enrolled."),
            Sentence("Write 1 right thumb, 2 right index, 6 left thumb or 7 left index."),
        ),
        (
            bool(left_out) and (left_out not in set(Reason) or bool(impression or file)),
            Sentence("a finger that is left out has a reason of the list, and no image."),
            Sentence("Write one of: {reasons}.", {"reasons": ", ".join(Reason)}),
        ),
        (
            not left_out and impression not in map(str, range(1, MAX_IMPRESSIONS + 1)),
            Sentence("the impression is not 1, 2 or 3."),
            Sentence("Hand in at most three impressions of a finger."),
        ),
        (
            not left_out and not _is_inside(file),
            Sentence("the file is none below the folder with the ending of an image."),
            Sentence("Give its path from the folder: PNG, TIFF, BMP or WSQ."),
        ),
    ):
        if is_wrong:
            return Mistake(number, Finding(where, line, problem, remedy))
    reason = Reason(left_out) if left_out else None
    return Listed(number, int(position), int(impression or 0), file, reason, where, line)


def _is_number(number: str) -> bool:
    try:
        msgspec.convert(number, ElectorNumber)
    except msgspec.ValidationError:
        return False
    return True


def _is_inside(file: str) -> bool:
    """Whether it is a path that cannot lead out of the folder."""
    parts = file.split("/")
    is_plain = file.isprintable() and "\\" not in file and not {"", ".", ".."} & set(parts)
    return is_plain and file.lower().endswith(ENDINGS)


def _find_doubled(own: list[Listed]) -> Iterator[Mistake]:
    taken: set[tuple[int, int]] = set()
    left_out = {each.position for each in own if each.left_out}
    for each in own:
        key = (each.position, each.impression)
        if key in taken or (each.impression and each.position in left_out):
            problem = Sentence("this impression comes twice, or its finger is left out elsewhere.")
            remedy = Sentence("Take one of them out.")
            yield Mistake(each.number, Finding(each.where, each.line, problem, remedy))
        taken.add(key)


def _batch(number: str, own: list[Listed]) -> Batch:
    images = sorted((each.position, each.impression, each.file, each.where, each.line) for each in own if each.file)
    left_out = sorted({(each.position, each.left_out) for each in own if each.left_out})
    return Batch(number, tuple(HandedInImage(*each) for each in images), tuple(left_out))
