"""Cast vote records of other systems (NIST SP 1500-103, JSON or XML), read for what each ballot says.

Of each record the current snapshot counts. Marks that are no indication are passed over. A mark for a selection that
its contest does not have is kept under the name that it has, and told apart: a vote that cannot be attributed must
not disappear.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from urna.errors import Malformed
from urna.interop.nist.plain import Repeated, as_record, is_xml, read_plain
from urna.words import Sentence

REPEATED = Repeated(
    (
        "BallotImage",
        "CVR",
        "CVRContest",
        "CVRContestSelection",
        "CVRSnapshot",
        "Candidate",
        "CandidateIds",
        "Code",
        "Contest",
        "ContestSelection",
        "Election",
        "GpUnit",
        "MarkMetricValue",
        "Party",
        "PartyIds",
        "ReportGeneratingDeviceIds",
        "ReportType",
        "ReportingDevice",
        "ReportingDeviceIds",
        "SelectionPosition",
        "Status",
    )
)
"""Elements that the format lets repeat."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The base of what is taken from a report."""


class _WriteIn(_Part, frozen=True, kw_only=True):
    text: str = ""


class _Position(_Part, frozen=True, kw_only=True, gc=False):
    has_indication: str
    number_votes: int
    rank: int | None = None
    write_in: _WriteIn | str | None = msgspec.field(default=None, name="CVRWriteIn")


class _Marked(_Part, frozen=True, kw_only=True):
    contest_selection_id: str = ""
    rank: int | None = None
    selection_position: tuple[_Position, ...] = ()


class _MarkedContest(_Part, frozen=True, kw_only=True):
    contest_id: str
    selections: tuple[_Marked, ...] = msgspec.field(default=(), name="CVRContestSelection")


class _Snapshot(_Part, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    contests: tuple[_MarkedContest, ...] = msgspec.field(default=(), name="CVRContest")


class _Cvr(_Part, frozen=True, kw_only=True):
    current_snapshot_id: str
    snapshots: tuple[_Snapshot, ...] = msgspec.field(name="CVRSnapshot")
    unique_id: str = ""
    ballot_style_id: str = ""
    ballot_style_unit_id: str = ""


class _Named(_Part, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    name: str = ""
    candidate_ids: tuple[str, ...] = ()
    party_ids: tuple[str, ...] = ()
    selection: str = ""
    is_write_in: bool = False


class _Contest(_Part, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    name: str = ""
    votes_allowed: int = 1
    contest_selection: tuple[_Named, ...] = ()


class _Election(_Part, frozen=True, kw_only=True):
    name: str = ""
    candidate: tuple[_Named, ...] = ()
    contest: tuple[_Contest, ...] = ()


class _Report(_Part, frozen=True, kw_only=True):
    generated_date: str
    election: tuple[_Election, ...]
    party: tuple[_Named | str, ...] = ()
    records: tuple[_Cvr, ...] = msgspec.field(default=(), name="CVR")


class Mark(NamedTuple):
    """One indication of a ballot."""

    selection: str
    """The selection's id; empty for a write-in without one."""
    votes: int
    rank: int | None
    """Where voters rank; otherwise None."""
    write_in: str
    """The text that the voter wrote; empty for all others."""


class CastRecord(NamedTuple):
    """One ballot: its marks by contest."""

    unique_id: str
    style: str
    unit: str
    contests: Mapping[str, tuple[Mark, ...]]


class CastContest(NamedTuple):
    """A contest and its selections by id, with their names."""

    name: str
    votes_allowed: int
    selections: Mapping[str, str]


class CastVotes(NamedTuple):
    """A report: who stands, and every ballot."""

    title: str
    generated: str
    contests: Mapping[str, CastContest]
    records: tuple[CastRecord, ...]

    def first_marks(self, contest: str) -> Counter[str]:
        """Marks by selection id, with their weight; where voters rank, those ranked first. Overvotes are not judged."""
        found: Counter[str] = Counter()
        for record in self.records:
            for mark in record.contests.get(contest, ()):
                if mark.rank in (None, 1):
                    found[mark.selection] += mark.votes
        return found

    def strangers(self) -> Counter[tuple[str, str]]:
        """Marks by contest and selection where that contest has no such selection."""
        known = {(name, each) for name, contest in self.contests.items() for each in contest.selections}
        return Counter(
            (contest, mark.selection)
            for record in self.records
            for contest, marks in record.contests.items()
            for mark in marks
            if mark.selection and (contest, mark.selection) not in known
        )


def read_cast_votes(data: bytes, where: str) -> CastVotes:
    """The report as its bytes have it.

    Raises:
        Malformed: no such report, a contest twice or unknown, or a ballot without its current snapshot.
    """
    report = as_record(read_plain(data, REPEATED, where), _Report, where, from_xml=is_xml(data))
    if len(report.election) != 1:
        raise _refused(Sentence("one election"), Sentence("{count}", {"count": len(report.election)}), where)
    election = report.election[0]
    parties = [each for each in report.party if isinstance(each, _Named)]
    names = {each.id: each.name for each in (*election.candidate, *parties)}
    contests = {each.id: _contest(each, names) for each in election.contest}
    if len(contests) != len(election.contest):
        raise _refused(Sentence("each contest once"), Sentence("one of them twice"), where)
    records = tuple(_record(each, contests, where) for each in report.records)
    return CastVotes(election.name, report.generated_date, contests, records)


def _contest(contest: _Contest, names: Mapping[str, str]) -> CastContest:
    return CastContest(
        " ".join((contest.name or contest.id).split()),
        contest.votes_allowed,
        {each.id: _name(each, names) for each in contest.contest_selection},
    )


def _name(selection: _Named, names: Mapping[str, str]) -> str:
    if selection.selection:
        return selection.selection
    found = [names.get(each) or each for each in (*selection.candidate_ids, *selection.party_ids)]
    return ", ".join(found) or selection.id


def _record(record: _Cvr, contests: Mapping[str, CastContest], where: str) -> CastRecord:
    current = [each for each in record.snapshots if each.id == record.current_snapshot_id]
    if len(current) != 1:
        expected = Sentence("one snapshot {name} of a ballot", {"name": repr(record.current_snapshot_id)[:120]})
        raise _refused(expected, Sentence("{count}", {"count": len(current)}), where)
    marks: dict[str, tuple[Mark, ...]] = {}
    for contest in current[0].contests:
        if contest.contest_id not in contests or contest.contest_id in marks:
            found = Sentence("{name}", {"name": repr(contest.contest_id)[:120]})
            raise _refused(Sentence("a contest of the election, once on a ballot"), found, where)
        marks[contest.contest_id] = tuple(_marks(contest))
    return CastRecord(record.unique_id, record.ballot_style_id, record.ballot_style_unit_id, marks)


def _marks(contest: _MarkedContest) -> Iterator[Mark]:
    for selection in contest.selections:
        for position in selection.selection_position:
            if position.has_indication == "yes":
                rank = position.rank if position.rank is not None else selection.rank
                written = position.write_in.text if isinstance(position.write_in, _WriteIn) else position.write_in or ""
                yield Mark(selection.contest_selection_id, position.number_votes, rank, written)


def _refused(expected: Sentence, found: Sentence, where: str) -> Malformed:
    return Malformed(expected, found, Sentence("Ask whoever exported the records for a whole file."), where)
