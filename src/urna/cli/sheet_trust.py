"""What a photographed sheet is checked against, offline: a definition, and the station keys that it certifies."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from urna.election.certification import Certification, Revocation, StationKeys
from urna.election.definition import Definition, Election
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash, digest, encode
from urna.encoding.document import open_document, read_document
from urna.errors import Malformed, Unproven
from urna.record.keys import Keyring, booth_verifiers, officer_verifiers, poll_book_verifier
from urna.record.layout import MAX_BYTES, Kind
from urna.tally.hand_count import HandCountSheet, check_hand_count
from urna.tally.sheet import TallySheet, ZeroReport
from urna.words import Sentence

D = TypeVar("D", Certification, Revocation)


class Trust(NamedTuple):
    """An election that enough of its officers signed, and the keys that they certified for its stations."""

    election: Election
    keyring: Keyring


def load_trust(definition: Path, certifications: Sequence[Path], revocations: Sequence[Path]) -> Trust:
    """Reads a definition and what belongs to it.

    Args:
        definition: the signed definition.
        certifications: signed certifications, or folders of them; none: those beside the definition.
        revocations: signed revocations, in the same way.

    Raises:
        Malformed: one of the files is not what it should be.
        Unproven: too few officers signed one of them, or it is of another election.
    """
    election = open_definition(definition)
    folder = definition.parent
    certified = _notes(certifications or _beside(folder / "certifications"))
    revoked = _notes(revocations or _beside(folder / "revocations"))
    return Trust(
        election,
        Keyring(
            [_open(path, Certification, Kind.CERTIFICATION, election) for path in certified],
            [_open(path, Revocation, Kind.REVOCATION, election) for path in revoked],
        ),
    )


def open_definition(path: Path) -> Election:
    """The election of a definition that enough of its own officers signed.

    Whether these are the right officers, only its hash can tell, compared with one from elsewhere.

    Raises:
        Malformed: not a definition.
        Unproven: too few signatures.
    """
    data = read_bounded(path, MAX_BYTES[Kind.DEFINITION])
    authority = read_document(data, Definition, str(path)).authority
    officers = officer_verifiers(authority.officers)
    definition = open_document(data, Definition, officers, authority.threshold, str(path))
    return Election(definition, digest(encode(definition)))


def open_sheet(document: bytes, trust: Trust, where: str = "") -> tuple[TallySheet, PollBookStatement]:
    """A tally sheet and the poll book's statement in it.

    1. The sheet names this election and one of its stations.
    2. The station has certified keys.
    3. All its booths signed the sheet.
    4. Its poll book signed the statement, for the same election and station.

    Raises:
        Malformed: not a tally sheet.
        Unproven: one of these does not hold.
    """
    claimed = read_document(document, TallySheet, where)
    keys = _keys(trust, claimed.election, claimed.station)
    sheet = open_document(document, TallySheet, booth_verifiers(trust.election, keys), len(keys.booths), where)
    poll_book = [poll_book_verifier(trust.election, keys)]
    statement = open_document(sheet.statement.encode(), PollBookStatement, poll_book, where=where)
    _keys(trust, statement.election, statement.station)
    if statement.station != sheet.station:
        raise Unproven(
            Sentence("the poll book's statement of station {station}", {"station": sheet.station}),
            Sentence("one of station {station}", {"station": statement.station}),
            Sentence("Treat the sheet as not genuine, and tell the authority."),
            where,
        )
    return sheet, statement


def open_zero_report(document: bytes, trust: Trust, where: str = "") -> ZeroReport:
    """A zero report that its booth signed.

    Raises:
        Malformed: not a zero report.
        Unproven: of another election, without certified keys, or not signed by that booth.
    """
    claimed = read_document(document, ZeroReport, where)
    keys = _keys(trust, claimed.election, claimed.station)
    booth = booth_verifiers(trust.election, keys)[max(claimed.booth - 1, 0) :][:1]
    return open_document(document, ZeroReport, booth, where=where)


def open_hand_count(document: bytes, trust: Trust, where: str = "") -> HandCountSheet:
    """A hand-count sheet that the station's poll book signed, and whose sums hold.

    Raises:
        Malformed: not a hand-count sheet, or it does not fit the definition.
        Unproven: of another election, without certified keys, not signed by the poll book, or its sums do not hold.
    """
    claimed = read_document(document, HandCountSheet, where)
    keys = _keys(trust, claimed.election, claimed.station)
    sheet = open_document(document, HandCountSheet, [poll_book_verifier(trust.election, keys)], where=where)
    check_hand_count(trust.election, sheet)
    return sheet


def read_bounded(path: Path, limit: int) -> bytes:
    """A file's bytes.

    Raises:
        Malformed: it is longer than the limit.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Malformed(
            Sentence("a file of at most {limit} bytes", {"limit": limit}),
            Sentence("a longer one"),
            Sentence("Check that this is the right file."),
            str(path),
        )
    return data


def _beside(folder: Path) -> list[Path]:
    return [folder] if folder.is_dir() else []


def _notes(paths: Sequence[Path]) -> list[Path]:
    return [note for path in paths for note in (sorted(path.glob("*.note")) if path.is_dir() else [path])]


def _open(path: Path, kind: type[D], layout: Kind, election: Election) -> D:
    authority = election.definition.authority
    officers = officer_verifiers(authority.officers)
    found = open_document(read_bounded(path, MAX_BYTES[layout]), kind, officers, authority.threshold, str(path))
    _check_election(found.election, election, str(path))
    return found


def _keys(trust: Trust, election: Hash, station: Code) -> StationKeys:
    _check_election(election, trust.election, station)
    keys = trust.keyring.of(station)
    if keys is None:
        raise Unproven(
            Sentence("one set of certified keys for station {station}", {"station": station}),
            Sentence("none that is not revoked, or more than one"),
            Sentence("Give the authority's certifications with --certifications."),
            station,
        )
    return keys


def _check_election(found: Hash, election: Election, where: str) -> None:
    if found != election.identity:
        raise Unproven(
            Sentence("a document of election {election}", {"election": election.identity[:16]}),
            Sentence("one of election {election}", {"election": found[:16]}),
            Sentence("Check that the definition is the one of this election."),
            where,
        )
