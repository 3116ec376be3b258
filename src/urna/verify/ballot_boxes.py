"""Checks 17, 25 and 26 on the ballots themselves, box by box: read a part of a file, check it, keep its sum alone.

A box is some consecutive rows of one file. However long a file is, only a few boxes are in memory, and boxes need
nothing of each other, so they are inspected in any order and in several processes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.challenged import check_opened
from urna.ballot.context import BallotContext
from urna.ballot.forms import EncryptedBallot
from urna.ballot.published import BallotList, OpenedBallot, OpenedList
from urna.ballot.stored import ID_BYTES
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, Hash, decode, digest
from urna.errors import Malformed, UrnaError
from urna.record.layout import MAX_BYTES, Kind, ballots_path, opened_path
from urna.verify.ballot_files import Keyed
from urna.verify.engines import Examiner, are_points, ciphertexts_of
from urna.verify.report import Check, Finding, finding, in_a_sentence
from urna.verify.station_files import BallotFile
from urna.words import Sentence

_HASH_BYTES = 32
_MOST_BOX_BYTES = 32 * 1024 * 1024
"""Of one box: a long ballot makes boxes of fewer rows, since decoded points take several times their bytes."""
_STATES = tuple(BallotState)


class Box(NamedTuple):
    """Consecutive rows of one file."""

    file: BallotFile
    first: int
    """The first row, from 0."""
    rows: int


class CastSum(NamedTuple):
    """The sum of the cast ballots of some rows of one station and style."""

    station: Code
    style: Code
    points: bytes
    """Σα, Σβ of each option of the style, in its order; empty if no ballot was cast."""
    is_whole: bool
    """False if a cast ballot's ciphertext is no points, so that it is not in the sum."""


class BoxesSeen(NamedTuple):
    """What some boxes say: findings, and sums."""

    findings: tuple[Finding, ...]
    sums: tuple[CastSum, ...]
    ballots: int


class _Listed(NamedTuple):
    """What the ballot list says of one ballot."""

    ballot: bytes
    hash: bytes
    state: BallotState


class Listing:
    """A station's ballot list, packed: a large station has many boxes, and each process asks its list for each row.

    Args:
        listed: as it was read.
    """

    def __init__(self, listed: BallotList) -> None:
        self._rows: dict[Code, list[bytes]] = {}
        for each in listed.ballots:
            if each.style is not None and each.hash is not None:
                packed = bytes.fromhex(each.id + each.hash) + bytes([_STATES.index(each.state)])
                self._rows.setdefault(each.style, []).append(packed)

    def at(self, style: Code, row: int) -> bytes:
        """The id that is listed at a row of a style; nothing if the list is shorter."""
        rows = self._rows.get(style, [])
        return rows[row][:ID_BYTES] if row < len(rows) else b""

    def find(self, style: Code, ballot: bytes) -> _Listed | None:
        """What is listed of a ballot of a style."""
        rows = self._rows.get(style, [])
        place = bisect_left(rows, ballot)
        if place == len(rows) or not rows[place].startswith(ballot):
            return None
        row = rows[place]
        return _Listed(row[:ID_BYTES], row[ID_BYTES:-1], _STATES[row[-1]])


class _Papers(NamedTuple):
    """What the ballots of a station are compared with."""

    listing: Listing
    opened: Mapping[str, OpenedBallot]
    """By id."""


def boxes_of(files: Iterable[BallotFile], box_rows: int) -> Iterator[tuple[Box, ...]]:
    """All rows of all files in boxes, tasks of at most so many rows: a small station shares its task with others."""
    task: list[Box] = []
    room = box_rows
    for file in files:
        most = max(1, min(box_rows, _MOST_BOX_BYTES // file.row_bytes))
        for first in range(0, file.rows, most):
            box = Box(file, first, min(most, file.rows - first))
            if box.rows > room:
                yield tuple(task)
                task, room = [], box_rows
            task.append(box)
            room -= box.rows
    if task:
        yield tuple(task)


class BoxInspector:
    """Inspects boxes; it can be sent to other processes.

    Args:
        keyed: the record, its election and joint keys.
        engine: how proofs are checked.
        listings: the ballot lists that were decoded and packed already; all processes share them.
    """

    def __init__(self, keyed: Keyed, engine: Examiner, listings: Mapping[Code, Listing] | None = None) -> None:
        self._keyed = keyed
        self._engine = engine
        self._listings = listings or {}
        self._last: tuple[Code, _Papers] | None = None
        """The papers of the station whose box came last: the next box is likely the same station's."""

    def __call__(self, boxes: Sequence[Box]) -> BoxesSeen:
        """What these boxes say."""
        seen = [self._inspect(box) for box in boxes]
        findings = (one for each in seen for one in each.findings)
        return BoxesSeen(
            tuple(findings), tuple(total for each in seen for total in each.sums), sum(each.ballots for each in seen)
        )

    def _inspect(self, box: Box) -> BoxesSeen:
        """One box; if its bytes are not what was there a moment ago, that is all that is said of it."""
        file = box.file
        try:
            papers = self._papers(file)
            data = self._keyed.reader.read_part(file.path, file.start + box.first * file.row_bytes, box_bytes(box))
            if len(data) != box_bytes(box):
                raise _changed(file.path)
        except UrnaError as error:
            lost = finding(Check.CIPHERTEXTS, in_a_sentence(error), file=file.path, station=file.station)
            return BoxesSeen((lost,), (CastSum(file.station, file.style, b"", False),), box.rows)
        context = self._keyed.context(file.station, file.style)
        return _Inspection(box, context, papers, self._engine, split_rows(data, file.row_bytes)).carry_out()

    def _papers(self, file: BallotFile) -> _Papers:
        if self._last is None or self._last[0] != file.station:
            self._last = (file.station, self._read_papers(file))
        return self._last[1]

    def _read_papers(self, file: BallotFile) -> _Papers:
        path = ballots_path(file.station)
        data = self._reread(path, Kind.BALLOTS, file.listed)
        listing = self._listings.get(file.station) or Listing(decode(data, BallotList, path))
        opened: tuple[OpenedBallot, ...] = ()
        if file.opened is not None:
            path = opened_path(file.station)
            opened = decode(self._reread(path, Kind.OPENED, file.opened), OpenedList, path).ballots
        return _Papers(listing, {each.id: each for each in opened})

    def _reread(self, path: str, kind: Kind, expected: Hash) -> bytes:
        data = self._keyed.reader.read(path, MAX_BYTES[kind])
        if digest(data) != expected:
            raise _changed(path)
        return data


class _Inspection:
    """One box being inspected."""

    def __init__(
        self, box: Box, context: BallotContext, papers: _Papers, engine: Examiner, rows: Sequence[bytes]
    ) -> None:
        self._box = box
        self._context = context
        self._listing, self._opened = papers
        self._engine = engine
        self._rows = rows
        self._findings: list[Finding] = []
        self._cast: list[bytes] = []
        self._is_whole = True

    def carry_out(self) -> BoxesSeen:
        """1. Every proof. 2. Each row is the listed ballot. 3. The challenged ones, opened. 4. The sum of the cast."""
        examined = self._engine.examine(self._context, self._box.file.form, self._rows)
        for number, doubt in examined.doubts.items():
            self._find(Check.BALLOT_PROOFS, _unproven(self._box.file.style, self._rows[number], doubt))
        self._check_places()
        for number, (row, compact_hash) in enumerate(zip(self._rows, examined.hashes, strict=True)):
            listed = self._listing.find(self._box.file.style, row[:ID_BYTES])
            if listed is not None:
                self._compare(row, listed, compact_hash)
                self._take(row, listed.state, is_proven=number not in examined.doubts)
        points = self._engine.total(self._cast) if self._cast else b""
        total = CastSum(self._box.file.station, self._box.file.style, points, self._is_whole)
        return BoxesSeen(tuple(self._findings), (total,), len(self._rows))

    def _compare(self, row: bytes, listed: _Listed, compact_hash: bytes) -> None:
        """A ballot with what the list says of it, and with its opening, if it was challenged."""
        if listed.hash != compact_hash:
            self._find(Check.CIPHERTEXTS, _another_hash(listed, compact_hash))
        if listed.state is BallotState.CHALLENGED:
            self._check_opened(row)

    def _take(self, row: bytes, state: BallotState, *, is_proven: bool) -> None:
        """Keeps the ciphertexts of a cast ballot for the sum; where they are no points, there is no whole sum."""
        if state is not BallotState.CAST:
            return
        ciphertexts = ciphertexts_of(self._context.shape, self._box.file.form, row)
        if is_proven or are_points(ciphertexts):
            self._cast.append(ciphertexts)
        else:
            self._is_whole = False

    def _check_places(self) -> None:
        """Row by row the ids of the list; the first other one is named, since all after it may have moved with it."""
        file = self._box.file
        for number, row in enumerate(self._rows):
            expected = self._listing.at(file.style, self._box.first + number)
            if row[:ID_BYTES] != expected:
                values: dict[str, str | int] = {
                    "style": file.style,
                    "row": self._box.first + number,
                    "left": row[:ID_BYTES].hex(),
                    "right": expected.hex() or "-",
                }
                sentence = Sentence("Style {style}, row {row}: ballot {left}, but the list has {right} there.", values)
                self._find(Check.CIPHERTEXTS, sentence)
                return

    def _check_opened(self, row: bytes) -> None:
        """The opening of a challenged ballot against its ciphertext; one that is missing was found before."""
        opened = self._opened.get(row[:ID_BYTES].hex())
        if opened is None:
            return
        ciphertexts = ciphertexts_of(self._context.shape, self._box.file.form, row)
        ballot = EncryptedBallot(row[:ID_BYTES], b"", ciphertexts, b"", b"", b"")
        try:
            check_opened(self._context, ballot, opened, opened_path(self._box.file.station))
        except UrnaError as error:
            values = {"ballot": opened.id, "doubt": in_a_sentence(error)}
            self._find(
                Check.CHALLENGED,
                Sentence("Challenged ballot {ballot}: {doubt}", values),  # type: ignore[arg-type]
                opened_path(self._box.file.station),
            )

    def _find(self, check: Check, sentence: Sentence, path: str = "") -> None:
        file = self._box.file
        self._findings.append(finding(check, sentence, file=path or file.path, station=file.station))


def split_rows(data: bytes, length: int) -> list[bytes]:
    """The rows that stand one after the other."""
    return [data[at : at + length] for at in range(0, len(data), length)]


def box_bytes(box: Box) -> int:
    """The length of all rows of a box."""
    return box.rows * box.file.row_bytes


def _unproven(style: Code, row: bytes, doubt: Sentence) -> Sentence:
    values = {"ballot": row[:ID_BYTES].hex(), "style": style, "doubt": doubt}
    return Sentence("Ballot {ballot} of style {style} is not proven: {doubt}", values)  # type: ignore[arg-type]


def _another_hash(listed: _Listed, found: bytes) -> Sentence:
    values: dict[str, str | int] = {
        "ballot": listed.ballot.hex(),
        "left": found.hex(),
        "right": listed.hash.hex(),
    }
    return Sentence("Ballot {ballot} has hash {left}, the list says {right}.", values)


def _changed(path: str) -> Malformed:
    return Malformed(
        Sentence("the file as it was read a moment ago"),
        Sentence("another one"),
        Sentence("Verify a folder that nobody is writing to."),
        path,
    )
