"""An election report of NIST SP 1500-100 version 2, urna's or somebody else's, read for its numbers.

Only what counts is taken: units, contests, selections, and the numbers of the type `total` (and `seats`). Numbers of
parts of a total (early, absentee, one kind of device, one round) are passed over: adding them would count twice.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from urna.errors import Malformed
from urna.interop.nist.plain import as_record, is_xml, read_plain
from urna.interop.nist.results.read_parts import REPEATED, ReadBallots, ReadContest, ReadReport, ReadSelection
from urna.words import Sentence

K = TypeVar("K")
V = TypeVar("V")

MOST = 2**53 - 1
"""The largest number of votes that is read: what JSON readers everywhere hold exactly (`Count`)."""


class Unit(NamedTuple):
    """A reporting unit and its people; None where the report has no number."""

    name: str
    registered: int | None
    participated: int | None


class ContestNumbers(NamedTuple):
    """A contest with its totals, by the report's own ids."""

    name: str
    district: str
    selections: Mapping[str, str]
    """What a voter presses, by id, with its name."""
    votes: Mapping[str, Mapping[str, int]]
    """By unit, then by selection."""
    withheld: frozenset[str]
    """Units of which at least one number is suppressed; what stands there is no vote."""
    undervotes: Mapping[str, int]
    seats: Mapping[str, int]


class ReportNumbers(NamedTuple):
    """A report's numbers."""

    title: str
    status: str
    generated: str
    issuer: str
    is_test: bool
    identifiers: Mapping[str, str]
    units: Mapping[str, Unit]
    contests: Mapping[str, ContestNumbers]
    ballots: Mapping[tuple[str, str], int]
    """Ballots cast, by unit and kind: "total", or what stands beside "other"."""


def read_report(data: bytes, where: str) -> ReportNumbers:
    """The numbers of a report in JSON or XML.

    Raises:
        Malformed: no such report, a number for a unit that is not in it, a number given twice, or votes that are not
            whole.
    """
    report = as_record(read_plain(data, REPEATED, where), ReadReport, where, from_xml=is_xml(data))
    if len(report.election) != 1:
        raise _refused(Sentence("one election"), Sentence("{count}", {"count": len(report.election)}), where)
    election = report.election[0]
    units = {
        each.id: Unit(str(each.name or each.id), each.voters_registered, each.voters_participated)
        for each in report.gp_unit
    }
    names = {each.id: str(each.name or each.ballot_name or each.id) for each in (*report.party, *election.candidate)}
    reader = _Reader(units, names, where)
    return ReportNumbers(
        title=str(election.name),
        status=report.status,
        generated=report.generated_date,
        issuer=report.issuer,
        is_test=report.is_test,
        identifiers={each.other_type: each.value for each in report.external_identifier},
        units=units,
        contests=reader.once((each.id, reader.contest(each)) for each in election.contest),
        ballots=reader.once(reader.ballots(election.ballot_counts)),
    )


class _Reader:
    """Turns the lists of a report into tables, each entry once, each unit known."""

    def __init__(self, units: Mapping[str, Unit], names: Mapping[str, str], where: str) -> None:
        self._units = units
        self._names = names
        self._where = where

    def contest(self, contest: ReadContest) -> ContestNumbers:
        votes: dict[str, dict[str, int]] = {}
        for selection in contest.contest_selection:
            for unit, count in self.once(self._numbers(selection, "total")).items():
                votes.setdefault(unit, {})[selection.id] = count
        seats = ((each.id, self.once(self._numbers(each, "seats"))) for each in contest.contest_selection)
        return ContestNumbers(
            name=contest.name,
            district=self._known(contest.election_district_id),
            selections=self.once((each.id, self._name(each)) for each in contest.contest_selection),
            votes=votes,
            withheld=frozenset(
                count.gp_unit_id
                for selection in contest.contest_selection
                for count in selection.vote_counts
                if count.is_suppressed_for_privacy
            ),
            undervotes=self.once(self._undervotes(contest)),
            seats={name: sum(won.values()) for name, won in seats if won},
        )

    def ballots(self, counts: tuple[ReadBallots, ...]) -> Iterator[tuple[tuple[str, str], int]]:
        for count in counts:
            if count.ballots_cast is not None and count.device_class is None:
                kind = count.other_type if count.type == "other" else count.type
                yield (self._known(count.gp_unit_id), kind), self._whole(count.ballots_cast)

    def once(self, pairs: Iterator[tuple[K, V]]) -> dict[K, V]:
        """The pairs as a table; raises `Malformed` if one is there twice."""
        found: dict[K, V] = {}
        for key, value in pairs:
            if key in found:
                raise _refused(
                    Sentence("each id and number once"),
                    Sentence("two for {key}", {"key": repr(key)[:120]}),
                    self._where,
                )
            found[key] = value
        return found

    def _numbers(self, selection: ReadSelection, kind: str) -> Iterator[tuple[str, int]]:
        for count in selection.vote_counts:
            if count.type == kind and count.device_class is None and count.round is None:
                yield self._known(count.gp_unit_id), self._whole(count.count)

    def _undervotes(self, contest: ReadContest) -> Iterator[tuple[str, int]]:
        for count in contest.other_counts:
            if count.undervotes is not None and count.device_class is None:
                yield self._known(count.gp_unit_id), self._whole(count.undervotes)

    def _name(self, selection: ReadSelection) -> str:
        if selection.selection is not None:
            return str(selection.selection)
        return ", ".join(self._names.get(each, each) for each in (*selection.candidate_ids, *selection.party_ids))

    def _known(self, unit: str) -> str:
        if unit not in self._units:
            raise _refused(
                Sentence("a unit of the report"), Sentence("{unit}", {"unit": repr(unit)[:120]}), self._where
            )
        return unit

    def _whole(self, count: float) -> int:
        if not 0 <= count <= MOST or count != int(count):
            raise _refused(Sentence("a whole number of votes"), Sentence("{count}", {"count": str(count)}), self._where)
        return int(count)


def _refused(expected: Sentence, found: Sentence, where: str) -> Malformed:
    return Malformed(expected, found, Sentence("Ask whoever made the report for one that adds up."), where)
