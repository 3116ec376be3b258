"""Checks 9 and 10: files and leaves are the same, and they were logged in the order of the day."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from urna.encoding.canonical import Code, digest
from urna.errors import UrnaError
from urna.record.entry import LogEntry, read_entry
from urna.record.layout import DEFINITION, JOINT_KEY, ROLL, Kind, hand_count_path, place_of, sheet_path
from urna.verify.authority import Inquiry
from urna.verify.folder import Folder
from urna.verify.report import Check, Finding, Notebook, finding, in_a_sentence
from urna.words import Sentence


class Leaf(NamedTuple):
    """A leaf of the log: its place, from 0, and what it says of a file."""

    place: int
    entry: LogEntry


def check_leaves(inquiry: Inquiry, entries: Sequence[bytes]) -> dict[str, Leaf]:
    """The leaves by path.

    1. Every leaf can be read, names a file that a record can have, and no two name the same.
    2. Every leaf's file is there; every file that is logged has a leaf.
    3. The files that are no station's have the hashes and sizes of their leaves; stations' files are
       compared where they are read (`verify/station`).
    """
    folder, _, notebook = inquiry
    leaves = _read_leaves(entries, notebook)
    for path, leaf in leaves.items():
        if not folder.has(path):
            values: dict[str, str | int] = {"file": path, "leaf": leaf.place}
            sentence = Sentence("{file} is missing; it is leaf {leaf} of the log.", values)
            notebook.find(Check.LEAVES, sentence, file=path, station=_station(path))
    for path, place in folder.places.items():
        if place.kind.is_logged and path not in leaves:
            sentence = Sentence("{file} is no leaf of the log.", {"file": path})
            notebook.find(Check.LEAVES, sentence, file=path, station=place.station)
        elif place.kind.is_logged and not place.station:
            notebook.take(*compare_file(folder, path, leaves[path]))
    notebook.checked(Check.LEAVES, detail=Sentence("files: {count}", {"count": len(leaves)}))
    return leaves


def _read_leaves(entries: Sequence[bytes], notebook: Notebook) -> dict[str, Leaf]:
    leaves: dict[str, Leaf] = {}
    for index, data in enumerate(entries):
        where = f"leaf {index}"
        try:
            entry = read_entry(data, where)
        except UrnaError as error:
            notebook.find(Check.LEAVES, in_a_sentence(error), file=where)
            continue
        place = place_of(entry.path)
        values: dict[str, str | int] = {"file": entry.path, "leaf": index}
        if place is None or not place.kind.is_logged:
            sentence = Sentence("Leaf {leaf} names {file}, which has no place in a record.", values)
            notebook.find(Check.LEAVES, sentence, file=where)
        elif entry.path in leaves:
            values["first"] = leaves[entry.path].place
            sentence = Sentence("{file} is logged twice, as leaf {first} and as leaf {leaf}.", values)
            notebook.find(Check.LEAVES, sentence, file=entry.path, station=place.station)
        else:
            leaves[entry.path] = Leaf(index, entry)
    return leaves


def compare_file(folder: Folder, path: str, leaf: Leaf) -> list[Finding]:
    """What differs between a file and its leaf."""
    try:
        data = folder.read(path)
    except UrnaError as error:
        return [finding(Check.LEAVES, in_a_sentence(error), file=path, station=_station(path))]
    return compare_bytes(path, data, leaf)


def compare_bytes(path: str, data: bytes, leaf: Leaf) -> list[Finding]:
    """What differs between a file's bytes and its leaf."""
    found = digest(data)
    if (found, len(data)) == (leaf.entry.sha256, leaf.entry.size):
        return []
    values: dict[str, str | int] = {
        "file": path,
        "left": found,
        "size": len(data),
        "leaf": leaf.place,
        "right": leaf.entry.sha256,
        "logged": leaf.entry.size,
    }
    sentence = Sentence(
        "{file} has hash {left} and {size} bytes; leaf {leaf} of the log says {right} and {logged} bytes.", values
    )
    return [finding(Check.LEAVES, sentence, file=path, station=_station(path))]


def check_order(inquiry: Inquiry, leaves: dict[str, Leaf], certified_in: Mapping[Code, str]) -> None:
    """What must be fixed before what follows was logged before it.

    1. The definition is the first leaf.
    2. The roll and all first certifications come before any zero report or sheet.
    3. A station's keys were certified, and its zero reports published, before its first sheet; its sheets and its
       hand counts come in the order of their sequence.
    4. Every guardian committed itself before any coefficient was shown; all coefficients come before the joint key, and
       that before any zero report.
    5. Editions of the results, openings of the guardians, decisions, withdrawals and incidents come in the order of
       their numbers: none is put before another one afterwards.

    Args:
        inquiry: the record.
        leaves: by path.
        certified_in: by station, the path of the certification that holds the keys which speak for it.
    """
    first_of_day = min((leaf.place for path, leaf in leaves.items() if _station(path)), default=None)
    notebook = inquiry.notebook
    if DEFINITION in leaves and leaves[DEFINITION].place:
        _late(notebook, DEFINITION, leaves[DEFINITION].place, 0)
    for path in (ROLL, "certifications/0001.note"):
        if path in leaves and first_of_day is not None and leaves[path].place > first_of_day:
            _late(notebook, path, leaves[path].place, first_of_day)
    for station, files in inquiry.folder.stations.items():
        _check_station_order(inquiry, leaves, station, files, certified_in.get(station, ""))
    _check_ceremony_order(inquiry, leaves, first_of_day)
    for kind in (Kind.RESULTS, Kind.AGGREGATE, Kind.DECISION, Kind.WITHDRAWAL, Kind.INCIDENT):
        _check_rising(notebook, leaves, [path for _, path in inquiry.folder.numbered(kind)])
    notebook.checked(Check.ORDER, detail=Sentence("leaves: {count}", {"count": len(leaves)}))


def _check_ceremony_order(inquiry: Inquiry, leaves: dict[str, Leaf], first_of_day: int | None) -> None:
    """A guardian who saw the others' coefficients first could choose the key; a key of the evening could, too."""
    shown = [path for _, path in inquiry.folder.numbered(Kind.GUARDIAN_COEFFICIENTS) if path in leaves]
    first_shown = min((leaves[path].place for path in shown), default=len(leaves))
    for _, path in inquiry.folder.numbered(Kind.GUARDIAN_COMMITMENT):
        if path in leaves and leaves[path].place > first_shown:
            _late(inquiry.notebook, path, leaves[path].place, first_shown)
    for path in shown:
        if JOINT_KEY in leaves and leaves[path].place > leaves[JOINT_KEY].place:
            _late(inquiry.notebook, path, leaves[path].place, leaves[JOINT_KEY].place)
    if JOINT_KEY in leaves and first_of_day is not None and leaves[JOINT_KEY].place > first_of_day:
        _late(inquiry.notebook, JOINT_KEY, leaves[JOINT_KEY].place, first_of_day)


def _check_station_order(
    inquiry: Inquiry, leaves: dict[str, Leaf], station: Code, files: Sequence[str], certification: str
) -> None:
    places = inquiry.folder.places
    zero = [path for path in files if places[path].kind is Kind.ZERO_REPORT]
    first = leaves.get(sheet_path(station, 0))
    for path in (each for each in (certification, *zero) if each in leaves):
        if first is not None and leaves[path].place > first.place:
            _late(inquiry.notebook, path, leaves[path].place, first.place)
    hand = leaves.get(hand_count_path(station, 0))
    if hand is not None and certification in leaves and leaves[certification].place > hand.place:
        _late(inquiry.notebook, certification, leaves[certification].place, hand.place)
    for kind in (Kind.SHEET, Kind.HAND_COUNT):
        numbered = sorted((places[path].number, path) for path in files if places[path].kind is kind)
        _check_rising(inquiry.notebook, leaves, [path for _, path in numbered])


def _check_rising(notebook: Notebook, leaves: dict[str, Leaf], paths: Sequence[str]) -> None:
    logged = [path for path in paths if path in leaves]
    for before, after in pairwise(logged):
        if leaves[before].place > leaves[after].place:
            _late(notebook, before, leaves[before].place, leaves[after].place)


def _late(notebook: Notebook, path: str, index: int, limit: int) -> None:
    values: dict[str, str | int] = {"file": path, "left": index, "right": limit}
    sentence = Sentence("{file} is leaf {left}, expected at or before leaf {right}.", values)
    notebook.find(Check.ORDER, sentence, file=path, station=_station(path))


def _station(path: str) -> Code:
    place = place_of(path)
    return place.station if place else ""
