"""Where everything lies in the public record, and how large it may be.

    definition.note                      the definition, signed by k of n officers
    certifications/0001.note             station keys that are certified
    revocations/0001.note                station keys that are revoked
    roll.note                            how many electors each station has, and the roots of its roll
    guardians/commitment-1.note          what guardian 1 bound itself to, before anybody showed a coefficient
    guardians/coefficients-1.note        the public coefficients of guardian 1
    guardians/joint-key.note             the joint keys, signed by every guardian
    decisions/0001.note                  stations not opened or annulled, and those of which a hand count counts
    withdrawals/0001.note                candidates who take no seat, or give one up
    incidents/0001.note                  what the centre refused or was sent twice, by hash
    stations/<CODE>/zero-1.note          the zero report of booth 1
    stations/<CODE>/sheet-0.note         the tally sheet; corrections are sheet-1.note and so on
    stations/<CODE>/hand-0.note          the sheet of paper ballots counted by hand; a correction is hand-1.note
    stations/<CODE>/ballots.json         the ballots' ids and states
    stations/<CODE>/ballots-<STYLE>.committed   the encrypted ballots of a style; or .compact
    stations/<CODE>/opened.json          the challenged ballots, opened
    aggregates/0001.note                 votes of a set of stations, opened by the guardians
    results/0001.note                    the results, first edition
    examinations/0001.note               what was examined before or during the day, and what was found
    audits/<AUDIT>/manifest.note         an audit's boxes and how much paper each may hold
    audits/<AUDIT>/weights.note          by what they are drawn, if not all alike
    audits/<AUDIT>/commitment.note       the rules of its draw, before the seed
    audits/<AUDIT>/seed.note             what the public dice said; one for each audit
    audits/<AUDIT>/round-1.note          what was drawn
    audits/<AUDIT>/reading-1.note        what the slips of a round say, as sums
    audits/<AUDIT>/count-<CODE>-1.note   what was found in the box of a station; count-<CODE>-2 replaces it
    audits/<AUDIT>/report-1.note         what the counts say of the outcome, and with which risk
    log/checkpoint                       the log's newest checkpoint
    log/checkpoints/<size>               every checkpoint it ever published
    log/tile/…                           its tiles
    README.txt                           how to verify all this

Every file is one leaf of the log, except the log itself, README.txt and the encrypted ballots: these are bound one by
one by the ballot list, so that a mirror may carry them in either form.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.log.tiles import MAX_BUNDLE_BYTES, parse_tile_path

README = "README.txt"
DEFINITION = "definition.note"
ROLL = "roll.note"
JOINT_KEY = "guardians/joint-key.note"
CHECKPOINT = "log/checkpoint"
LOG = "log/"

_MEGABYTE = 1024 * 1024


class Kind(StrEnum):
    """What a file of the record is."""

    DEFINITION = "definition"
    CERTIFICATION = "certification"
    REVOCATION = "revocation"
    ROLL = "roll"
    GUARDIAN_COMMITMENT = "guardian's commitment"
    GUARDIAN_COEFFICIENTS = "guardian's coefficients"
    JOINT_KEY = "joint key"
    HAND_COUNT = "hand count"
    """Before decisions: what is decided on is in the log before the decision."""
    DECISION = "decision"
    WITHDRAWAL = "withdrawal"
    INCIDENT = "incident"
    ZERO_REPORT = "zero report"
    SHEET = "tally sheet"
    BALLOTS = "ballot list"
    CIPHERTEXTS = "encrypted ballots"
    OPENED = "opened ballots"
    AGGREGATE = "opened aggregate"
    RESULTS = "results"
    EXAMINATION = "examination"
    AUDIT_MANIFEST = "audit's manifest"
    AUDIT_WEIGHTS = "audit's weights"
    AUDIT_COMMITMENT = "audit's commitment"
    AUDIT_SEED = "audit's seed"
    AUDIT_ROUND = "audit's round"
    AUDIT_READING = "audit's reading"
    AUDIT_COUNT = "audit's count"
    AUDIT_REPORT = "audit's report"
    CHECKPOINT = "checkpoint"
    OLD_CHECKPOINT = "kept checkpoint"
    TILE = "tile"
    README = "readme"

    @property
    def is_logged(self) -> bool:
        """Whether a file of this kind is a leaf of the log."""
        return self not in _UNLOGGED


_UNLOGGED = frozenset({Kind.CHECKPOINT, Kind.OLD_CHECKPOINT, Kind.TILE, Kind.README, Kind.CIPHERTEXTS})

MAX_BYTES = {
    Kind.DEFINITION: 60 * _MEGABYTE,
    Kind.CERTIFICATION: 60 * _MEGABYTE,
    Kind.REVOCATION: _MEGABYTE,
    Kind.ROLL: 60 * _MEGABYTE,
    Kind.GUARDIAN_COMMITMENT: _MEGABYTE,
    Kind.GUARDIAN_COEFFICIENTS: _MEGABYTE,
    Kind.JOINT_KEY: _MEGABYTE,
    Kind.HAND_COUNT: 4 * _MEGABYTE,
    Kind.DECISION: _MEGABYTE,
    Kind.WITHDRAWAL: _MEGABYTE,
    Kind.INCIDENT: _MEGABYTE,
    Kind.ZERO_REPORT: 4 * _MEGABYTE,
    Kind.SHEET: 4 * _MEGABYTE,
    Kind.BALLOTS: 64 * _MEGABYTE,
    Kind.CIPHERTEXTS: 8 * 1024 * _MEGABYTE,
    Kind.OPENED: 64 * _MEGABYTE,
    Kind.AGGREGATE: 4 * _MEGABYTE,
    Kind.RESULTS: 60 * _MEGABYTE,
    Kind.EXAMINATION: 16 * _MEGABYTE,
    Kind.AUDIT_MANIFEST: 60 * _MEGABYTE,
    Kind.AUDIT_WEIGHTS: 60 * _MEGABYTE,
    Kind.AUDIT_COMMITMENT: _MEGABYTE,
    Kind.AUDIT_SEED: _MEGABYTE,
    Kind.AUDIT_ROUND: 60 * _MEGABYTE,
    Kind.AUDIT_READING: 16 * _MEGABYTE,
    Kind.AUDIT_COUNT: _MEGABYTE,
    Kind.AUDIT_REPORT: 60 * _MEGABYTE,
    Kind.CHECKPOINT: _MEGABYTE,
    Kind.OLD_CHECKPOINT: _MEGABYTE,
    Kind.TILE: MAX_BUNDLE_BYTES,
    Kind.README: 64 * 1024,
}
"""The most bytes that are read of a file of each kind; a longer one is refused unread.

Ciphertexts are read in parts.
"""


class Place(NamedTuple):
    """What lies at a path: its kind, whose it is ("" if no station's), its number, and its style.

    The number is the serial of a certification, revocation, decision, withdrawal, incident or aggregate, the edition of
    results, the booth of a zero report, the sequence of a sheet, a hand count or an audit's count, the index of a
    guardian, the round of an audit's draw, reading or report, or the size of a kept checkpoint; otherwise 0.
    """

    kind: Kind
    station: Code = ""
    number: int = 0
    style: Code = ""
    """Of encrypted ballots; otherwise empty."""
    audit: Code = ""
    """Of an audit's papers; otherwise empty."""


_SERIAL = {
    "certifications": Kind.CERTIFICATION,
    "revocations": Kind.REVOCATION,
    "decisions": Kind.DECISION,
    "withdrawals": Kind.WITHDRAWAL,
    "incidents": Kind.INCIDENT,
    "aggregates": Kind.AGGREGATE,
    "results": Kind.RESULTS,
    "examinations": Kind.EXAMINATION,
}
_FOLDER = {kind: folder for folder, kind in _SERIAL.items()}
_FIXED = {
    README: Kind.README,
    DEFINITION: Kind.DEFINITION,
    ROLL: Kind.ROLL,
    JOINT_KEY: Kind.JOINT_KEY,
    CHECKPOINT: Kind.CHECKPOINT,
}
_SERIAL_PATH = re.compile(r"\A([a-z]+)/(\d{4,9})\.note\Z", re.ASCII)
_STATION_PATH = re.compile(
    r"\Astations/([A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?)/"
    r"(?:(zero|sheet|hand)-(0|[1-9]\d{0,3})\.note|(ballots|opened)\.json"
    r"|ballots-([A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?)\.(?:committed|compact))\Z",
    re.ASCII,
)
_SHEETS = {"sheet": Kind.SHEET, "hand": Kind.HAND_COUNT}
_GUARDIAN_PATH = re.compile(r"\Aguardians/(commitment|coefficients)-([1-9]\d{0,2})\.note\Z", re.ASCII)
_GUARDIAN = {"commitment": Kind.GUARDIAN_COMMITMENT, "coefficients": Kind.GUARDIAN_COEFFICIENTS}
_CODE = r"[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?"
_AUDIT_PATH = re.compile(
    rf"\Aaudits/({_CODE})/(?:(manifest|weights|commitment|seed)|(round|reading|report)-([1-9]\d{{0,3}})"
    rf"|count-({_CODE})-([1-9]\d{{0,3}}))\.note\Z",
    re.ASCII,
)
_AUDIT = {
    "manifest": Kind.AUDIT_MANIFEST,
    "weights": Kind.AUDIT_WEIGHTS,
    "commitment": Kind.AUDIT_COMMITMENT,
    "seed": Kind.AUDIT_SEED,
    "round": Kind.AUDIT_ROUND,
    "reading": Kind.AUDIT_READING,
    "report": Kind.AUDIT_REPORT,
}
_AUDIT_FILE = {kind: name for name, kind in _AUDIT.items()}
_OLD_CHECKPOINT_PATH = re.compile(r"\Alog/checkpoints/(0|[1-9]\d{0,17})\Z", re.ASCII)


def serial_path(kind: Kind, serial: int) -> str:
    """Where the document of this kind with this serial (from 1) lies."""
    return f"{_FOLDER[kind]}/{serial:04d}.note"


def zero_report_path(station: Code, booth: int) -> str:
    """Where the zero report of a booth (from 1) lies."""
    return f"stations/{station}/zero-{booth}.note"


def sheet_path(station: Code, sequence: int) -> str:
    """Where a station's sheet lies; sequence 0 is the sheet of the closing."""
    return f"stations/{station}/sheet-{sequence}.note"


def hand_count_path(station: Code, sequence: int) -> str:
    """Where a station's hand-count sheet lies; sequence from 0."""
    return f"stations/{station}/hand-{sequence}.note"


def ballots_path(station: Code) -> str:
    """Where a station's ballot list lies."""
    return f"stations/{station}/ballots.json"


def ciphertexts_path(station: Code, style: Code, form: str = "committed") -> str:
    """Where a station's encrypted ballots of a style lie, in the form "committed" or "compact"."""
    return f"stations/{station}/ballots-{style}.{form}"


def opened_path(station: Code) -> str:
    """Where a station's opened challenged ballots lie."""
    return f"stations/{station}/opened.json"


def commitment_path(guardian: int) -> str:
    """Where the commitment of a guardian (from 1) lies."""
    return f"guardians/commitment-{guardian}.note"


def coefficients_path(guardian: int) -> str:
    """Where the public coefficients of a guardian (from 1) lie."""
    return f"guardians/coefficients-{guardian}.note"


def results_path(edition: int) -> str:
    """Where an edition of the results (from 1) lies."""
    return serial_path(Kind.RESULTS, edition)


def audit_path(audit: Code, kind: Kind, number: int = 0) -> str:
    """Where an audit's manifest, weights, commitment or seed lies, or its round, reading or report with this number."""
    name = _AUDIT_FILE[kind]
    return f"audits/{audit}/{name}-{number}.note" if number else f"audits/{audit}/{name}.note"


def audit_count_path(audit: Code, station: Code, sequence: int) -> str:
    """Where what an audit found in a station's box lies; sequence from 1."""
    return f"audits/{audit}/count-{station}-{sequence}.note"


def kept_checkpoint_path(size: int) -> str:
    """Where the checkpoint of this size is kept."""
    return f"log/checkpoints/{size}"


@lru_cache(4096)
def place_of(path: str) -> Place | None:
    """What lies at a path of the record; None if nothing of the record has such a path."""
    if path in _FIXED:
        return Place(_FIXED[path])
    if match := _STATION_PATH.match(path):
        return _station_place(match)
    if (match := _SERIAL_PATH.match(path)) and match[1] in _SERIAL:
        place = Place(_SERIAL[match[1]], number=int(match[2]))
        return place if serial_path(place.kind, place.number) == path and place.number else None
    return _place_apart(path)


def _place_apart(path: str) -> Place | None:
    """Of a guardian, an audit or the log."""
    if match := _GUARDIAN_PATH.match(path):
        return Place(_GUARDIAN[match[1]], number=int(match[2]))
    if match := _AUDIT_PATH.match(path):
        return _audit_place(match)
    if match := _OLD_CHECKPOINT_PATH.match(path):
        return Place(Kind.OLD_CHECKPOINT, number=int(match[1]))
    return Place(Kind.TILE) if path.startswith(LOG) and _is_tile(path.removeprefix(LOG)) else None


def _station_place(match: re.Match[str]) -> Place | None:
    station, what, number, listed, style = match.groups()
    if style:
        return Place(Kind.CIPHERTEXTS, station, style=style)
    if listed:
        return Place(Kind.BALLOTS if listed == "ballots" else Kind.OPENED, station)
    if what in _SHEETS:
        return Place(_SHEETS[what], station, int(number))
    return Place(Kind.ZERO_REPORT, station, int(number)) if int(number) else None


def _audit_place(match: re.Match[str]) -> Place:
    """The station of a count is not the place's: a station's own files are what came from it."""
    audit, once, numbered, number, _, sequence = match.groups()
    if once:
        return Place(_AUDIT[once], audit=audit)
    if numbered:
        return Place(_AUDIT[numbered], number=int(number), audit=audit)
    return Place(Kind.AUDIT_COUNT, number=int(sequence), audit=audit)


def _is_tile(path: str) -> bool:
    try:
        parse_tile_path(path)
    except Malformed:
        return False
    return True
