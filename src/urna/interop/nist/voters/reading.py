"""Voter records of NIST SP 1500-102 as rows of a roll file: all of them, or a list of all mistakes.

    number    the one identifier of the kind that is asked for, such as `state-id`, or `other` with its own word
    name      FullName, or first, middle and last name and suffix
    centre    the identifier of PollingLocation
    station   the identifier of the Locality of type `precinct`; empty if there is none
    group     of a classification `other` with the word `urna-group:INDIGENOUS` that is asserted; otherwise empty

Of several identifiers of a place the one with the word `urna-code` counts. Who is `inactive` is left out and counted.
A record that contradicts itself (active, and said to be dead) is a mistake and nobody is left out for it in silence.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from urna.encoding.canonical import printable
from urna.errors import Finding, Findings, Malformed
from urna.interop.nist.plain import is_xml, read_plain
from urna.interop.nist.voters.read_parts import REPEATED, Place, VoterRecord
from urna.roll.importing import shorten
from urna.roll.rows import COLUMNS, check_fields
from urna.words import Sentence

RESULTS = "VoterRecordResults"
CODE = "urna-code"
GROUP = "urna-group:"
BARRED = ("deceased", "declared-incompetent", "permanently-denied")
"""Classifications that no active record should assert."""

_Mistake = tuple[str, Sentence, Sentence]
"""Where in a record, what is wrong, what to do."""


class VoterRows(NamedTuple):
    """The roll file of a document, and how many records were left out as inactive."""

    table: bytes
    electors: int
    inactive: int


def read_voters(data: bytes, number_kind: str, where: str) -> VoterRows:
    """The roll file, as `urna roll import` takes it.

    Args:
        data: the document, JSON or XML.
        number_kind: which of a person's identifiers is the elector's number: a type of the format, or the word that
            stands beside `other`.
        where: the file's name, for errors.

    Raises:
        Malformed: not a list of voter records.
        Findings: every mistake with its path in the document, the first 1,000 of them; nothing was taken then.
    """
    plain = read_plain(data, REPEATED, where)
    records = plain.get("VoterRecord", [])
    if str(plain.get("@type", "")).rpartition(".")[2] != RESULTS or not isinstance(records, list):
        raise Malformed(
            Sentence("a document {kind} of NIST SP 1500-102", {"kind": RESULTS}),
            Sentence("another one"),
            Sentence("Ask the registry for a list of its voter records; requests and refusals have none."),
            where,
        )
    rows, findings, inactive, seen = [], list[Finding](), 0, dict[str, int]()
    for index, record in enumerate(records):
        row = _row(record, number_kind, from_xml=is_xml(data))
        mistakes = row if not isinstance(row, tuple) else [*_twice(row[0], index, seen)]
        findings += [_finding(where, index, *mistake) for mistake in mistakes or ()]
        inactive += row is None
        if isinstance(row, tuple):
            rows.append(row)
    if not records:
        findings.append(Finding(where, 0, Sentence("the file has no electors."), Sentence("Export the roll again.")))
    if findings:
        raise Findings(shorten(findings, where))
    return VoterRows(_table(rows), len(rows), inactive)


def _row(plain: object, number_kind: str, *, from_xml: bool) -> tuple[str, ...] | list[_Mistake] | None:
    """The five fields of a record, or what is wrong with it; None if it is inactive."""
    try:
        record = msgspec.convert(plain, VoterRecord, strict=not from_xml)
    except msgspec.ValidationError as error:
        reason, _, path = printable(str(error)).partition(" - at `$")
        remedy = Sentence("Ask the registry to check the file against NIST's schema.")
        return [(path.rstrip("`"), Sentence("{reason}.", {"reason": reason}), remedy)]
    if record.voter_status == "inactive":
        return None
    found = _Fields(record, number_kind)
    fields = (found.number(), record.voter.name.written, found.centre(), found.station(), found.group())
    found.check_standing()
    if found.mistakes:
        return found.mistakes
    checked = check_fields(list(fields), "", 0)
    if isinstance(checked, list):
        return [("", each.problem, each.remedy) for each in checked]
    return fields


class _Fields:
    """Takes the fields of a record one by one and remembers what is wrong."""

    def __init__(self, record: VoterRecord, number_kind: str) -> None:
        self._record = record
        self._voter = record.voter
        self._kind = number_kind
        self.mistakes: list[_Mistake] = []

    def number(self) -> str:
        """The one identifier of the kind that was asked for."""
        kinds = [each.other_type if each.type == "other" else each.type for each in self._voter.voter_id]
        found = [
            each.string_value for each, kind in zip(self._voter.voter_id, kinds, strict=True) if kind == self._kind
        ]
        count: dict[str, str | int] = {"count": len(found), "kind": self._kind}
        return self._one(
            found, ".Voter.VoterId", Sentence("{count} identifiers of the kind {kind} instead of one.", count)
        )

    def centre(self) -> str:
        """The code of the polling place."""
        if self._record.polling_location is None:
            return ""
        return self._code(self._record.polling_location, ".PollingLocation")

    def station(self) -> str:
        """The code of the precinct, if the record names one."""
        found = [number for number, place in enumerate(self._record.locality) if place.type == "precinct"]
        if len(found) > 1:
            problem = Sentence("{count} precincts instead of one.", {"count": len(found)})
            return self._one([""] * len(found), ".Locality", problem)
        return self._code(self._record.locality[found[0]], f".Locality[{found[0]}]") if found else ""

    def group(self) -> str:
        """The group of a special electorate, if one is asserted."""
        found = [
            each.other_type.removeprefix(GROUP)
            for each in self._voter.voter_classification
            if each.type == "other" and each.other_type.startswith(GROUP) and each.assertion == "yes"
        ]
        problem = Sentence("{count} groups instead of one.", {"count": len(found)})
        return self._one(found, ".Voter.VoterClassification", problem) if found else ""

    def check_standing(self) -> None:
        """An active record asserts nothing that ends a registration."""
        if self._record.voter_status != "active":
            problem = Sentence("the status is neither active nor inactive.")
            self.mistakes.append((".VoterStatus", problem, Sentence("Decide whether this person may vote.")))
        for number, each in enumerate(self._voter.voter_classification):
            if each.type in BARRED and each.assertion == "yes":
                problem = Sentence("the record is active and asserts: {kind}.", {"kind": each.type})
                place = f".Voter.VoterClassification[{number}]"
                self.mistakes.append((place, problem, Sentence("Decide whether this person may vote.")))

    def _code(self, place: Place, path: str) -> str:
        own = [each.value for each in place.external_identifier if each.other_type == CODE]
        values = own or [each.value for each in place.external_identifier if each.value]
        problem = Sentence("{count} identifiers of the place instead of one.", {"count": len(values)})
        return self._one(values, f"{path}.ExternalIdentifier", problem)

    def _one(self, found: Sequence[str], path: str, problem: Sentence) -> str:
        if len(found) == 1:
            return found[0]
        self.mistakes.append((path, problem, Sentence("Correct the record in the registry, and export it again.")))
        return ""


def _twice(number: str, index: int, seen: dict[str, int]) -> Iterator[_Mistake]:
    first = seen.setdefault(number, index)
    if first != index:
        problem = Sentence("the number of this elector stands in VoterRecord[{index}] too.", {"index": first})
        remedy = Sentence("Find out which record is right and take the other out; nobody votes twice.")
        yield ".Voter.VoterId", problem, remedy


def _finding(where: str, index: int, path: str, problem: Sentence, remedy: Sentence) -> Finding:
    return Finding(f"{where} $.VoterRecord[{index}]{path}", 0, problem, remedy)


def _table(rows: Sequence[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()
