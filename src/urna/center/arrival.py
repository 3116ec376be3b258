"""A station's parcel as it arrives: its files by what they are, and everything about them that needs no other station.

zero reports    signed by their booths, nothing but zeros
the sheet       the first stage (`center/examination`), with these zero reports and those that came before
hand counts     signed by the poll book, their sums hold: shown, and counted by decision alone
the rest        event logs: kept with what counts, not looked at, in no record
"""

from collections.abc import Mapping
from typing import NamedTuple

from urna.center.evidence import Evidence, Piece, evidence_of, piece_of
from urna.center.examination import Examined, StationFacts, examine
from urna.center.hand_counts import hand_count_station, open_hand_count
from urna.center.receipt import Receipt, no_keys, refused
from urna.center.reception import check_length, open_zero_report, station_of
from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, digest
from urna.errors import Malformed, UrnaError
from urna.record.bundle import StationBundle
from urna.record.layout import Kind, Place, place_of
from urna.tally.hand_count import HandCountSheet
from urna.tally.sheet import ZeroReport
from urna.words import Sentence

MOST_FILES = 200

MOST_OTHER_BYTES = 16 * 1024 * 1024
"""Of all files beside a sheet that are in no record; more of them are left out."""


class Parts(NamedTuple):
    """The files of a parcel."""

    bundle: StationBundle | None
    """None if it brings no sheet."""
    zero_reports: Mapping[int, bytes]
    """By booth."""
    others: Mapping[str, bytes]
    hand_counts: tuple[bytes, ...] = ()
    """By sequence."""


class HandSeen(NamedTuple):
    """A hand count that may be shown, or why not."""

    document: bytes
    sheet: HandCountSheet | None
    refused: Receipt | None


class ZeroSeen(NamedTuple):
    """A zero report that may be taken, or why not."""

    booth: int
    document: bytes
    refused: Receipt | None


class ParcelSeen(NamedTuple):
    """What a parcel brings, as far as it can be told without any other station. It can be sent between processes."""

    station: Code
    zero_reports: tuple[ZeroSeen, ...]
    examined: Examined | None
    evidence: Evidence | None
    """Of the sheet, with the bytes of short files."""
    refused: Receipt | None
    """Why the sheet is none of the station's."""
    others: Mapping[str, Piece] = {}
    """What came beside it."""
    keys: StationKeys | None = None
    """With which all of it was looked at."""
    hand_counts: tuple[HandSeen, ...] = ()


def sort_files(station: Code, files: Mapping[str, bytes]) -> Parts:
    """The files by their names, which are those of the public record.

    Raises:
        Malformed: more than one sheet, or more files than any station has.
    """
    placed: list[tuple[Place, bytes]] = []
    others: dict[str, bytes] = {}
    for name, data in files.items():
        place = place_of(f"stations/{station}/{name}")
        if place is None:
            others[name] = data
        else:
            placed.append((place, data))
    sheets = [data for place, data in placed if place.kind is Kind.SHEET]
    if len(sheets) > 1 or len(files) > MOST_FILES:
        raise Malformed(
            Sentence("one sheet and its files"),
            Sentence("{count} sheets among {files} files", {"count": len(sheets), "files": len(files)}),
            Sentence("Send each sheet with its own files."),
            station,
        )
    one = {place.kind: data for place, data in placed}
    ciphertexts = {place.style: data for place, data in placed if place.kind is Kind.CIPHERTEXTS}
    bundle = StationBundle(sheets[0], one.get(Kind.BALLOTS), ciphertexts, one.get(Kind.OPENED)) if sheets else None
    zero_reports = {place.number: data for place, data in placed if place.kind is Kind.ZERO_REPORT}
    hands = sorted((place.number, data) for place, data in placed if place.kind is Kind.HAND_COUNT)
    return Parts(bundle, zero_reports, others, tuple(data for _, data in hands))


def look_at(station: Code, parts: Parts, election: Election, facts: StationFacts) -> ParcelSeen:
    """Everything about a parcel that needs no other station.

    Args:
        station: whose parcel it says it is.
        parts: its files.
        election: the definition.
        facts: what the centre knows of the station now.
    """
    zero_reports = tuple(
        _look_at_zero(station, booth, document, election, facts)
        for booth, document in sorted(parts.zero_reports.items())
    )
    hands = tuple(_look_at_hand_count(station, document, election, facts) for document in parts.hand_counts)
    seen = ParcelSeen(station, zero_reports, None, None, None, keys=facts.keys, hand_counts=hands)
    if parts.bundle is None:
        return seen
    brought = {each.booth: digest(each.document) for each in zero_reports if each.refused is None}
    try:
        examined = examine(parts.bundle, election, facts._replace(zero_reports={**brought, **facts.zero_reports}))
        if examined.station != station:
            raise another_station(station, examined.station)
    except UrnaError as error:
        return seen._replace(refused=refused(digest(parts.bundle.sheet), error))
    held = examined.held.portable() if examined.held else None
    others = {name: piece_of(data) for name, data in parts.others.items()}
    if sum(piece.size for piece in others.values()) > MOST_OTHER_BYTES:
        others = {}
    evidence = evidence_of(parts.bundle)
    return seen._replace(examined=examined._replace(held=held), evidence=evidence, others=others)


def _look_at_hand_count(station: Code, document: bytes, election: Election, facts: StationFacts) -> HandSeen:
    try:
        named = hand_count_station(document, election)
        if named != station:
            raise another_station(station, named)
        if facts.keys is None:
            raise no_keys(station)
        sheet = open_hand_count(document, election, facts.keys)
    except UrnaError as error:
        return HandSeen(document, None, refused(digest(document), error))
    return HandSeen(document, sheet, None)


def _look_at_zero(station: Code, booth: int, document: bytes, election: Election, facts: StationFacts) -> ZeroSeen:
    try:
        check_length(document, Kind.ZERO_REPORT)
        named = station_of(document, ZeroReport, election)
        if named != station:
            raise another_station(station, named)
        if facts.keys is None:
            raise no_keys(station)
        report = open_zero_report(document, election, facts.keys)
    except UrnaError as error:
        return ZeroSeen(booth, document, refused(digest(document), error))
    return ZeroSeen(report.booth, document, None)


def another_station(expected: Code, found: Code) -> Malformed:
    """The error for papers that were sent as another station's."""
    return Malformed(
        Sentence("papers of station {station}", {"station": expected}),
        Sentence("papers of {station}", {"station": found}),
        Sentence("Send them as what they are."),
        expected,
    )


def keep_of(evidence: Evidence) -> dict[Hash, bytes]:
    """The bytes that some evidence has with it, by hash."""
    pieces = [evidence.sheet, evidence.ballots, *evidence.ciphertexts.values(), evidence.opened]
    return {piece.sha256: piece.data for piece in pieces if piece is not None and piece.data is not None}
