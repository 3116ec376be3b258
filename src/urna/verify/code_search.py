"""A voter's confirmation code, looked for in a record: which ballot it is, what became of it, how anyone checks that.

A code says nothing of the choice. It is computed again from the encrypted ballot, so whoever finds it has found the
ballot that the booth was bound to when it printed the slip; the list says whether it was cast, and the sheet that all
booths signed has the root of the list.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from urna.ballot.code_slip import CodeSlip, read_code_slip
from urna.ballot.confirmation import confirmation_code
from urna.ballot.context import BallotContext
from urna.ballot.forms import ballot_hash, read_committed
from urna.ballot.published import BallotList, OpenedBallot, OpenedList, PublishedBallot
from urna.ballot.shape import SCALAR_BYTES
from urna.ballot.stored import ID_BYTES
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, decode, digest, encode
from urna.encoding.document import open_document
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.log.merkle import MerkleTree, leaf_hash, verify_inclusion
from urna.record.keys import Keyring, booth_verifiers
from urna.record.layout import Kind, ballots_path, opened_path, sheet_path
from urna.record.reader import RecordReader
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import TallySheet
from urna.verify.authority import Inquiry, check_authority
from urna.verify.ballot_boxes import Box, box_bytes, boxes_of, split_rows
from urna.verify.ballot_files import Keyed, look_at_files
from urna.verify.definition import check_definition_document
from urna.verify.engines import Plain
from urna.verify.folder import Folder, check_folder
from urna.verify.guardians import check_guardians
from urna.verify.pins import Pins
from urna.verify.report import Check, Notebook
from urna.verify.station_files import BallotFile, StationFiles, StationPapers
from urna.verify.work import Progress, Spread, in_turn
from urna.words import Sentence

BOX_ROWS = 4096
"""Ballots whose codes are computed in one task."""


class Opened(NamedTuple):
    """A record that codes can be looked for in: its keys verify."""

    folder: Folder
    keyed: Keyed
    keyring: Keyring


class Place(NamedTuple):
    """Where a ballot with the code lies."""

    file: BallotFile
    row: int


class FoundCode(NamedTuple):
    """The ballot of a code, as the record has it and as it was checked here."""

    station: Code
    ballot: PublishedBallot
    """As it is listed: id, state, style, hash."""
    leaf: int
    """Its place in the list, from 0."""
    leaves: int
    leaf_hash: bytes
    proof: tuple[bytes, ...]
    """From the leaf up to the root."""
    root: bytes
    """On the sheet that all booths of the station signed."""
    opened: OpenedBallot | None
    """What it says, if it was challenged and so opened."""


def open_for_codes(reader: RecordReader, pins: Pins) -> Opened:
    """The record, if codes can be looked for in it.

    1. The definition is signed and sound, by the pinned officers if there are pins.
    2. The guardians' keys verify: every code hangs on them.
    3. Stations have certified keys.

    Raises:
        Malformed: no record there.
        OutOfOrder: an election without guardians has no codes.
        Unproven: with the first thing that does not verify.
    """
    notebook = Notebook()
    folder = check_folder(reader, notebook)
    election = check_definition_document(folder, pins, notebook)
    if election is None:
        raise _does_not_verify(notebook)
    if not election.is_encrypted:
        raise OutOfOrder(
            Sentence("an election with guardians, whose ballots have codes"),
            Sentence("one without"),
            Sentence("Look at the definition: it names no guardians."),
        )
    inquiry = Inquiry(folder, election, notebook)
    keys = check_guardians(inquiry)
    keyring = check_authority(inquiry).keyring
    if keys is None or notebook.found(Check.DEFINITION_SIGNED, Check.GUARDIANS, Check.STATION_KEYS):
        raise _does_not_verify(notebook)
    return Opened(folder, Keyed(reader, election, keys), keyring)


def open_slip(opened: Opened, slip: bytes, where: str) -> CodeSlip:
    """A voter's slip, if a booth of its station signed it; raises as `read_code_slip`."""
    return read_code_slip(slip, opened.keyed.election, opened.keyring, where)


def find_code(
    opened: Opened, code: bytes, station: Code = "", spread: Spread = in_turn, progress: Progress | None = None
) -> FoundCode | None:
    """The ballot with this code; None if the record has none.

    1. Compute the code of every encrypted ballot, of one station or of all.
    2. The ballot that is found proves itself, and is the listed one.
    3. Its leaf is under the root on the sheet that all booths of its station signed.
    4. If it is not there: every ballot that the station listed is, so that a mirror that lost or changed one accuses
       nobody.

    Args:
        opened: the record.
        code: 20 bytes.
        station: where to look; everywhere if empty, and then its absence proves nothing.
        spread: carries out boxes of ballots.
        progress: told how many ballots were looked at.

    Raises:
        Malformed: an unknown station, or a file that cannot be read.
        Unproven: the ballot is there, but it or its list does not verify; or the station's ballots are not all there.
    """
    if station:
        _check_station(opened, station)
    stations = [station] if station else list(opened.keyed.election.stations)
    files = [file for each in stations for file in files_of_station(opened, each).files]
    place = _search(opened, code, files, spread, progress)
    if place is not None:
        return _check_found(opened, code, place)
    if station:
        _check_all_there(opened, station)
    return None


def _check_station(opened: Opened, station: Code) -> None:
    if station not in opened.keyed.election.stations:
        raise Malformed(
            Sentence("a station of this election"),
            Sentence("{station}", {"station": station}),
            Sentence("Type the station's code as it stands on the slip."),
        )


def files_of_station(opened: Opened, station: Code) -> StationFiles:
    """A station's files of encrypted ballots at first sight, style by style; none without a ballot list."""
    listed, opened_list = _read_list(opened, station), _read_opened(opened, station)
    if listed is None:
        return StationFiles((), (), True)
    places, sizes = opened.folder.places, opened.folder.sizes
    paths = [path for path in opened.folder.stations.get(station, ()) if places[path].kind is Kind.CIPHERTEXTS]
    by_path = {path: sizes[path] for path in paths}
    hashed = digest(encode(listed))
    return look_at_files(
        opened.keyed, StationPapers(station, listed, hashed, opened_list, by_path, must_open=opened_list is not None)
    )


def _read_list(opened: Opened, station: Code) -> BallotList | None:
    path = ballots_path(station)
    return decode(opened.folder.read(path), BallotList, path) if opened.folder.has(path) else None


def _read_opened(opened: Opened, station: Code) -> bytes | None:
    path = opened_path(station)
    return opened.folder.read(path) if opened.folder.has(path) else None


def _search(
    opened: Opened, code: bytes, files: Sequence[BallotFile], spread: Spread, progress: Progress | None
) -> Place | None:
    total, done = sum(file.rows for file in files), 0
    tasks = list(boxes_of(files, BOX_ROWS))
    for boxes, place in zip(tasks, spread(partial(_search_boxes, opened.keyed, code), tasks), strict=True):
        if place is not None:
            return place
        done += sum(box.rows for box in boxes)
        if progress is not None:
            progress(done, total)
    return None


def _search_boxes(keyed: Keyed, code: bytes, boxes: Iterable[Box]) -> Place | None:
    """Where among these boxes the code is."""
    for box in boxes:
        context = keyed.context(box.file.station, box.file.style)
        data = keyed.reader.read_part(box.file.path, box.file.start + box.first * box.file.row_bytes, box_bytes(box))
        for number, row in enumerate(split_rows(data, box.file.row_bytes)):
            if code_of_row(context, box.file.form, row) == code:
                return Place(box.file, box.first + number)
    return None


def _check_all_there(opened: Opened, station: Code) -> None:
    """Returns if every ballot under the root that the booths of a station signed lies here as it was listed."""
    listed, seen = _read_list(opened, station), files_of_station(opened, station)
    if (
        listed is not None
        and not seen.findings
        and bytes.fromhex(ballots_root(listed)) == _signed_root(opened, station)
    ):
        hashes = dict(chain.from_iterable(_hashes(opened.keyed, boxes) for boxes in boxes_of(seen.files, BOX_ROWS)))
        if hashes == {ballot.id: ballot.hash for ballot in listed.ballots}:
            return
    raise Unproven(
        Sentence("all ballots that station {station} listed", {"station": station}),
        Sentence("no list, or others"),
        Sentence("Fetch the record again, whole: what is missing here may be elsewhere. Then: urna verify."),
        ballots_path(station),
    )


def _hashes(keyed: Keyed, boxes: Iterable[Box]) -> Iterator[tuple[str, str]]:
    """The id of each ballot, and the hash that it is listed under."""
    for box in boxes:
        context = keyed.context(box.file.station, box.file.style)
        data = keyed.reader.read_part(box.file.path, box.file.start + box.first * box.file.row_bytes, box_bytes(box))
        for row in split_rows(data, box.file.row_bytes):
            yield row[:ID_BYTES].hex(), ballot_hash(_compact_of(context, box.file.form, row))


def _compact_of(context: BallotContext, form: str, row: bytes) -> bytes:
    return row if form == "compact" else read_committed(context, row).compact()


def code_of_row(context: BallotContext, form: str, row: bytes) -> bytes:
    """The confirmation code of a ballot in one of its forms."""
    compact = _compact_of(context, form, row)
    return confirmation_code(context.context, compact[:ID_BYTES], compact[ID_BYTES : ID_BYTES + SCALAR_BYTES])


def _check_found(opened: Opened, code: bytes, place: Place) -> FoundCode:
    file, keyed = place.file, opened.keyed
    row = keyed.reader.read_part(file.path, file.start + place.row * file.row_bytes, file.row_bytes)
    context, ballot = keyed.context(file.station, file.style), row[:ID_BYTES].hex()
    examined = Plain().examine(context, file.form, [row])
    listed = _read_list(opened, file.station)
    entries = listed.ballots if listed else ()
    leaf = next((number for number, each in enumerate(entries) if each.id == ballot), None)
    if examined.doubts or leaf is None or entries[leaf].hash != examined.hashes[0].hex():
        raise Unproven(
            Sentence("an encrypted ballot {ballot} that is proven and listed", {"ballot": ballot}),
            Sentence("one that is not"),
            Sentence("Verify the whole record: urna verify."),
            file.path,
        )
    tree = MerkleTree(encode(each) for each in entries)
    hashed, proof, root = (
        leaf_hash(encode(entries[leaf])),
        tree.inclusion_proof(leaf),
        _signed_root(opened, file.station),
    )
    verify_inclusion(hashed, leaf, tree.size, proof, root)
    challenged = _opened_of(opened, file.station, ballot) if entries[leaf].state is BallotState.CHALLENGED else None
    return FoundCode(file.station, entries[leaf], leaf, tree.size, hashed, proof, root, challenged)


def _signed_root(opened: Opened, station: Code) -> bytes:
    """The root of the list on the sheet of the closing, which every booth of the station signed."""
    path, keys = sheet_path(station, 0), opened.keyring.of(station)
    booths = booth_verifiers(opened.keyed.election, keys) if keys else []
    data = opened.folder.read(path) if opened.folder.has(path) else b""
    sheet = open_document(data, TallySheet, booths, max(len(booths), 1), path)
    if (sheet.election, sheet.station) != (opened.keyed.election.identity, station) or sheet.ballots_root is None:
        raise Unproven(
            Sentence("a sheet of station {station} with a root", {"station": station}),
            Sentence("another one"),
            Sentence("Verify the whole record: urna verify."),
            path,
        )
    return bytes.fromhex(sheet.ballots_root)


def _opened_of(opened: Opened, station: Code, ballot: str) -> OpenedBallot | None:
    data = _read_opened(opened, station)
    ballots = decode(data, OpenedList, opened_path(station)).ballots if data is not None else ()
    return next((each for each in ballots if each.id == ballot), None)


def codes_of_station(opened: Opened, station: Code) -> Iterator[tuple[PublishedBallot, bytes]]:
    """Each listed ballot of a station whose ciphertext is there, with its code, in the order of the list.

    Raises:
        Malformed: an unknown station, or a file that cannot be read.
    """
    _check_station(opened, station)
    found: dict[bytes, bytes] = {}
    for boxes in boxes_of(files_of_station(opened, station).files, BOX_ROWS):
        found |= dict(_codes(opened.keyed, boxes))
    listed = _read_list(opened, station)
    for ballot in listed.ballots if listed else ():
        if bytes.fromhex(ballot.id) in found:
            yield ballot, found[bytes.fromhex(ballot.id)]


def _codes(keyed: Keyed, boxes: Iterable[Box]) -> Iterator[tuple[bytes, bytes]]:
    for box in boxes:
        context = keyed.context(box.file.station, box.file.style)
        data = keyed.reader.read_part(box.file.path, box.file.start + box.first * box.file.row_bytes, box_bytes(box))
        for row in split_rows(data, box.file.row_bytes):
            yield row[:ID_BYTES], code_of_row(context, box.file.form, row)


def _does_not_verify(notebook: Notebook) -> UrnaError:
    finding = next((each for check in notebook.outcomes() for each in check.findings), None)
    return Unproven(
        Sentence("a definition and keys that verify"),
        finding.sentence if finding else Sentence("none"),
        Sentence("Verify the whole record: urna verify."),
        finding.file if finding else "",
    )
