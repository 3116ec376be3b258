"""The register of incidents: what the record says that the centre did not count, and what people wrote on paper."""

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from urna.audit.examination import OptionalText, Result, Subject, check_no_identity
from urna.audit.typed_table import read_table
from urna.election.definition import Election, Text
from urna.encoding.canonical import Code
from urna.errors import Finding, Findings, UrnaError
from urna.words import Sentence

COLUMNS = ("incident", "station", "kind", "state", "what", "done")

_NAME = re.compile(r"\A(?:RECORD|PAPER)-[1-9][0-9]{0,8}\Z")


class State(StrEnum):
    """What became of an incident."""

    OPEN = "open"
    """Nobody has settled it yet."""
    SETTLED = "settled"
    """Somebody found out what it was, and it changes nothing; or it was mended."""
    STANDING = "standing"
    """It was found out, and it stands: the result of the station has to be looked at."""


_RESULTS = {State.OPEN: Result.NOT_EXAMINED, State.SETTLED: Result.PASSED, State.STANDING: Result.FAILED}


class Entry(NamedTuple):
    """A line of the register."""

    incident: str
    """RECORD-4 is number 4 of the record's incidents, PAPER-1 the first sheet of this register."""
    station: Code
    kind: str
    state: State
    what: str
    done: str


class Recorded(NamedTuple):
    """An incident of the public record."""

    serial: int
    station: Code
    kind: str
    reason: str


def read_register(
    data: bytes, recorded: Sequence[Recorded], kinds: Collection[str], election: Election, where: str
) -> tuple[Entry, ...]:
    """The lines of a register.

    Args:
        data: the table incident,station,kind,state,what,done.
        recorded: the record's incidents, to which RECORD-<serial> refers.
        kinds: of incidents on paper (the incident sheet's closed list).
        election: the definition.
        where: the file to name.

    Raises:
        Malformed: not such a table.
        Findings: lines that are none, an incident twice, a text with what may be somebody's number; all of them.
    """
    known = {f"RECORD-{each.serial}": each for each in recorded}
    findings: list[Finding] = []
    entries: dict[str, Entry] = {}
    for line, row in read_table(data, COLUMNS, where):
        problem = _problem(row, known, kinds, election)
        if problem is None and row[0] in entries:
            problem = Sentence("{incident} is here twice.", {"incident": row[0]})
        if problem is None:
            entries[row[0]] = Entry(row[0], row[1], row[2], State(row[3]), row[4], row[5])
        else:
            findings.append(Finding(where, line, problem, _REMEDY))
    if findings:
        raise Findings(findings)
    return tuple(entries.values())


def register_subjects(recorded: Sequence[Recorded], entries: Sequence[Entry]) -> Iterator[Subject]:
    """A subject for each incident of the record and of the register; one that nobody wrote about is open."""
    written = {each.incident: each for each in entries}
    for incident in recorded:
        name = f"RECORD-{incident.serial}"
        if name not in written:
            said = f"open: {incident.kind}: {incident.reason}"
            yield _subject(name, incident.station, "-", Result.NOT_EXAMINED, said)
    for entry in entries:
        said = f"{entry.state}: {entry.what}" + (f" / {entry.done}" if entry.done else "")
        yield _subject(entry.incident, entry.station, entry.kind, _RESULTS[entry.state], said)


_REMEDY = Sentence("Write RECORD-4 or PAPER-1, station, kind, open, settled or standing, what happened, what was done.")


def _subject(name: str, station: Code, kind: str, result: Result, said: str) -> Subject:
    return Subject(subject=f"{name} {station} {kind}", result=result, expected="settled", found=said[:200])


def _problem(row: Sequence[str], known: Collection[str], kinds: Collection[str], election: Election) -> Sentence | None:
    if len(row) != len(COLUMNS) or not _NAME.match(row[0]) or row[3] not in set(State):
        return Sentence("this is no incident: {line}.", {"line": ",".join(row)[:80]})
    if row[0].startswith("RECORD-") and row[0] not in known:
        return Sentence("the record has no incident {serial}.", {"serial": row[0].removeprefix("RECORD-")})
    if row[1] not in election.stations:
        return Sentence("station {station} is not in the definition.", {"station": row[1][:40]})
    if row[2] not in kinds:
        return Sentence(
            "{kind} is not a kind of incident; it is one of {kinds}.", {"kind": row[2][:40], "kinds": ", ".join(kinds)}
        )
    return _text_problem(row[4], row[5])


def _text_problem(what: str, done: str) -> Sentence | None:
    try:
        msgspec.convert(what, Text)
        msgspec.convert(done, OptionalText)
        check_no_identity((what, done))
    except (msgspec.ValidationError, UrnaError):
        return Sentence(
            "what happened and what was done are a line each, of at most 200 letters, without anybody's number."
        )
    return None
