"""Somebody who has every byte of a station, nearly every key, and wants to know who voted how.

They have the folder as it lies on the disk, the record, the poll book's data key (two dishonest members), and the
boxes' keys, which lie in the simulated elements. The closing key they have not, and of the truth they are told
nothing: `tests/forensics/judge` compares.

    orders      of slots, rows, pages, lists and ciphertexts, by place and by the bytes at each place
    moments     written as text, or as numbers of four or eight bytes
    joins       eight bytes in a row on both sides that were on neither before
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from tests.forensics.judge import FEWEST, Clue, Key, column_labels, columns, summaries
from tests.forensics.station_day import Image

from urna.ballot.box_header import BoxHeader
from urna.ballot.slot import SlotCipher, SlotState
from urna.cli.machines import BoothMachine, booth_of
from urna.devices.secure_element import Life
from urna.election.definition import Election
from urna.errors import Unproven
from urna.station.vault import Vault
from urna.storage.medium import DiskMedium
from urna.storage.station_folder import StationFolder, StationIdentity, open_package

_MOMENT = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_HEX = re.compile(rb"(?:[0-9a-f]{2}){8,}")
_SIDES = (("poll-book/",), ("booth-", "out/ballots", "out/opened"))


class Slots(NamedTuple):
    """A box as one reads it who has its key: used slots, their raw bytes and what is in them."""

    keys: list[tuple[int, int]]
    raw: list[bytes]
    plain: list[bytes]


class Analyst:
    """Looks at one image of a station.

    Args:
        image: every file.
        folder: an empty folder, to lay the copy out in.
        before: the same station before the first voter; what was there then tells nothing of voters.
        data_key: of the roll.
        numbers: of all electors, which the data key brings.
    """

    def __init__(self, image: Image, folder: Path, before: Image, data_key: bytes, numbers: Sequence[str]) -> None:
        for name, data in image.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        self.image, self.before, self.folder = image, before, StationFolder(folder)
        self.identity: StationIdentity = open_package(self.folder)
        self.election: Election = self.identity.election
        vault = Vault(data_key, self.election.identity, self.identity.station, token_bytes)
        self.people = {vault.row_of(number): number for number in numbers}
        self._vault = vault
        self.slots = [self._slots(number) for number in self.folder.booths()]

    def clues(self) -> Iterator[Clue]:
        """Every order that is thought of."""
        yield from self._box_clues()
        yield from self._record_clues()
        yield from self._table_clues()
        yield from self._place_clues()

    def readable(self) -> dict[str, bytes]:
        """The files that voters may have changed, and what the keys make of them."""
        found = {name: data for name, data in self.image.files.items() if self.before.files.get(name) != data}
        found |= {f"booth-{n}/ballots > opened": b"".join(slots.plain) for n, slots in enumerate(self.slots, 1)}
        found["poll-book/poll-book.db > opened"] = b"".join(opened for _, _, opened in self._marks())
        return found

    def written_moments(self) -> set[int]:
        """Seconds since 1970 that are written as text anywhere."""
        texts = {each for data in self.readable().values() for each in _MOMENT.findall(data)}
        return {int(datetime.fromisoformat(each.decode()).timestamp()) for each in texts}

    def binary_moments(self, first: int, last: int) -> set[int]:
        """Numbers of four bytes that would be seconds of this day, at any place."""
        found: set[int] = set()
        for data in self.readable().values():
            for order in (">u4", "<u4"):
                values = _windows(data, order)
                found.update(values[(values >= first) & (values <= last)].tolist())
        return found

    def clock_readings(self, first_ns: int, last_ns: int) -> list[str]:
        """Files with eight bytes that would be an instant of the disk's clock, in nano-, micro- or milliseconds."""
        found = []
        for name, data in self.readable().items():
            for order in (">u8", "<u8"):
                values = _windows(data, order)
                units = (1, 1_000, 1_000_000)
                if any(((values >= first_ns // unit) & (values <= last_ns // unit)).any() for unit in units):
                    found.append(name)
        return found

    def joins(self) -> set[tuple[str, str]]:
        """Files of the two sides that have eight bytes in common, which neither had before, and which are no text."""
        one_side, other_side = ({n: d for n, d in self.readable().items() if n.startswith(side)} for side in _SIDES)
        found = {}
        for one, data in one_side.items():
            for other, more in other_side.items():
                common = np.intersect1d(_eights(data), _eights(more), assume_unique=True)
                found[one, other] = [each for each in common.astype("<u8").tolist() if not self._is_usual(each)]
        return {pair for pair, values in found.items() if values}

    def _is_usual(self, eight: int) -> bool:
        """Text, nearly nothing, or there before the first voter."""
        data = eight.to_bytes(8, "little")
        is_text = all(32 <= byte < 127 or byte in b"\t\r\n" for byte in data)
        return is_text or data.count(0) >= 4 or any(_has(_eights(old), eight) for old in self.before.files.values())

    def slots_written(self, earlier: Image, later: Image) -> list[tuple[int, int]]:
        """The slots in which two images differ; no key is needed."""
        found = []
        for booth in self.folder.booths():
            header, name = self.header(booth), f"booth-{booth}/ballots"
            for slot in range(header.slots):
                place = slice(header.offset(slot), header.offset(slot) + header.slot_bytes)
                if earlier.files[name][place] != later.files[name][place]:
                    found.append((booth, slot))
        return found

    def header(self, number: int) -> BoxHeader:
        """The measures of a box."""
        return self._machine(number).header

    def ballots(self) -> dict[str, tuple[int, int]]:
        """Each ballot's id and the slot that it stands in, while the boxes can still be read."""
        pairs = ((key, plain) for slots in self.slots for key, plain in zip(slots.keys, slots.plain, strict=True))
        return {plain[:16].hex(): key for key, plain in pairs}

    def _machine(self, number: int) -> BoothMachine:
        medium = DiskMedium(self.folder.booth(number))
        return booth_of(self.identity, self.folder, number, medium, token_bytes)

    def _slots(self, number: int) -> Slots:
        machine = self._machine(number)
        if machine.element.life is not Life.ZEROED:
            return Slots([], [], [])
        return read_slots(machine, self.image.files[f"booth-{number}/ballots"])

    def _box_clues(self) -> Iterator[Clue]:
        keys: list[Key] = [key for slots in self.slots for key in slots.keys]
        for name, rows in (("raw slots", [r for s in self.slots for r in s.raw]), ("opened slots", self._plain())):
            if rows:
                yield Clue(name, keys, columns(rows), column_labels(rows))
                yield Clue(f"{name}, summed up", keys, summaries(rows))
        for number, slots in enumerate(self.slots, 1):
            yield Clue(f"places in box {number}", slots.keys, np.array([[slot for _, slot in slots.keys]], float))
        yield Clue(
            "places in all boxes", keys, np.array([[slot for slots in self.slots for _, slot in slots.keys]], float)
        )

    def _plain(self) -> list[bytes]:
        return [plain for slots in self.slots for plain in slots.plain]

    def _record_clues(self) -> Iterator[Clue]:
        if (listed := self.image.files.get("out/ballots.json")) is None:
            return
        ballots = msgspec.json.decode(listed)["ballots"]
        ids: list[Key] = [each["id"] for each in ballots]
        yield Clue("the list of ballots", ids, np.arange(len(ids), dtype=float)[np.newaxis])
        for field in ("id", "hash"):
            rows = [bytes.fromhex(each[field]) for each in ballots]
            yield Clue(f"the list's {field}", ids, columns(rows), column_labels(rows))
        for name, data in self.image.files.items():
            if name.endswith(".committed"):
                yield from _ciphertext_clues(name, data, [str(each) for each in ids])

    def _table_clues(self) -> Iterator[Clue]:
        """Every table of the poll book in which a person can be recognized: by row number and by each column."""
        with closing(sqlite3.connect(self.folder.poll_book / "poll-book.db")) as store:
            tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                rows = store.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - the store's own names
                whose = [self._person(row) for row in rows]
                if len(set(whose) - {None}) >= FEWEST:
                    yield Clue(f"table {table}", whose, np.arange(len(rows), dtype=float)[np.newaxis])
                    for column in range(len(rows[0])):
                        values = [_bytes_of(row[column]) for row in rows]
                        yield Clue(f"table {table}, column {column}", whose, columns(values), column_labels(values))
        marks = list(self._marks())
        if marks:
            opened = [each for _, _, each in marks]
            yield Clue("opened marks", [self.people[row] for row, _, _ in marks], columns(opened))

    def _person(self, row: Sequence[object]) -> str | None:
        return next((self.people[each] for each in row if isinstance(each, bytes) and each in self.people), None)

    def _marks(self) -> list[tuple[bytes, bytes, bytes]]:
        """Row, sealed mark, opened mark."""
        with closing(sqlite3.connect(self.folder.poll_book / "poll-book.db")) as store:
            rows = store.execute("SELECT row, sealed FROM mark").fetchall()
        found = []
        for row, sealed in rows:
            try:
                found.append((row, sealed, self._vault.open("mark", row, sealed)))
            except Unproven:
                return []
        return found

    def _place_clues(self) -> Iterator[Clue]:
        """Where in each file something stands that names a ballot or a person: free pages and journals are included."""
        names: dict[Key, list[bytes]] = {
            number: [row, row.hex().encode(), number.encode()] for row, number in self.people.items()
        }
        for ballot in self._named_ballots():
            names[ballot] = [bytes.fromhex(ballot), ballot.encode()]
        for file, data in self.readable().items():
            first = {key: _first(data, needles) for key, needles in names.items()}
            for kind in ("people", "ballots"):
                keys = [
                    key for key, at in first.items() if at >= 0 and (key in self.people.values()) == (kind == "people")
                ]
                if len(keys) >= FEWEST:
                    last = [_last(data, names[key]) for key in keys]
                    yield Clue(
                        f"places of {kind} in {file}", keys, np.array([[first[key] for key in keys], last], float)
                    )

    def _named_ballots(self) -> set[str]:
        listed = self.image.files.get("out/ballots.json")
        ids = {each["id"] for each in msgspec.json.decode(listed)["ballots"]} if listed else set()
        return ids | set(self.ballots())


def read_slots(machine: BoothMachine, box: bytes) -> Slots:
    """The used slots of a box."""
    header = machine.header
    cipher, found = SlotCipher(header, machine.element.voting_key()), Slots([], [], [])
    for slot in range(header.slots):
        data = box[header.offset(slot) : header.offset(slot) + header.slot_bytes]
        if cipher.state(slot, data) is not SlotState.FREE:
            content = cipher.content(slot, data[: header.body_bytes])
            found.keys.append((header.booth, slot))
            found.raw.append(data)
            found.plain.append(bytes.fromhex(content.ballot) + content.sealed_opening + content.ciphertext)
    return found


def _ciphertext_clues(name: str, data: bytes, ids: Sequence[str]) -> Iterator[Clue]:
    """A file of ciphertexts: the order in it, and each column of its records."""
    found = sorted((at, each) for each in ids if (at := data.find(bytes.fromhex(each))) >= 0)
    if len(found) < FEWEST:
        return
    keys: list[Key] = [each for _, each in found]
    size = min(after[0] - at[0] for at, after in pairwise(found))
    rows = [data[at : at + size] for at, _ in found]
    yield Clue(f"places in {name}", keys, np.arange(len(keys), dtype=float)[np.newaxis])
    yield Clue(f"columns of {name}", keys, columns(rows), column_labels(rows))


def _windows(data: bytes, order: str) -> NDArray[np.uint64]:
    size = int(order[-1])
    parts = [np.frombuffer(data[start : start + (len(data) - start) // size * size], order) for start in range(size)]
    return np.concatenate(parts)


@lru_cache(maxsize=64)
def _eights(data: bytes) -> NDArray[np.uint64]:
    """Eight bytes in a row at every place; what is written in hexadecimal digits is read, too."""
    raw = b"".join([data, bytes(8), *(bytes.fromhex(each.decode()) + bytes(8) for each in _HEX.findall(data))])
    values = np.sort(_windows(raw, "<u8"))  # np.unique hashes numbers, and takes twenty times as long
    return values[np.concatenate(([True], values[1:] != values[:-1]))]


def _has(values: NDArray[np.uint64], value: int) -> bool:
    at = int(np.searchsorted(values, np.uint64(value)))
    return at < len(values) and int(values[at]) == value


def _bytes_of(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.to_bytes(8, "big", signed=True) if isinstance(value, int) else str(value).encode()


def _first(data: bytes, needles: Sequence[bytes]) -> int:
    return min((at for each in needles if (at := data.find(each)) >= 0), default=-1)


def _last(data: bytes, needles: Sequence[bytes]) -> int:
    return max(data.rfind(each) for each in needles)
