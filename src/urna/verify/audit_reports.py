"""Checks 31 and 32 on a report: it rests on the newest counts, shows every difference, and says what follows."""

from collections.abc import Collection, Iterator, Mapping

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import UrnaError
from urna.verify.audit_counts import newest_before
from urna.verify.audit_outcome import Evidence, Verdict, verdict_of
from urna.verify.audit_papers import AuditReport, BoxCount, CountUsed, Difference, Reading
from urna.verify.audit_reading import AuditPapers, Paper
from urna.verify.audit_readings import fewest, least_round
from urna.verify.audit_sheets import Grounds, Table, Tallies, extra_slips, missing_slips, tables_of
from urna.verify.audit_slips import Slips, boxes_named
from urna.verify.report import Check, in_a_sentence
from urna.verify.results import Edition
from urna.words import N_, Sentence


class ReportCheck:
    """One report against everything that it follows from.

    Args:
        election: the definition.
        grounds: what is known of sheets and results.
        papers: the audit's, whose draws were done again.
        report: the report.
        tables: the audited contests, if the rules name the edition; otherwise each report names its own.
    """

    def __init__(
        self,
        election: Election,
        grounds: Grounds,
        papers: AuditPapers,
        report: Paper[AuditReport],
        tables: tuple[Table, ...] = (),
    ) -> None:
        self._election = election
        self._tables = tables
        self._grounds = grounds
        self._papers = papers
        self._paper = report
        self._report = report.record
        self._rules = papers.commitment.record

    def rests_on(self, paths: Collection[str]) -> bool:
        """Whether one of these counts or readings is among those that it needs."""
        used = [paper.path for paper in self._used().values()] + [paper.path for paper in self._readings()]
        return not set(paths).isdisjoint(used)

    def doubts(self) -> Iterator[tuple[Check, Sentence]]:
        """What is wrong with it.

        1. It is of these rules, this seed and an edition that may be audited.
        2. It rests on the newest count of each box that it needs, or on the readings of its rounds.
        3. Each of these boxes has a sheet; its differences, lost and withheld boxes are those.
        4. Risk and outcome.
        """
        seed = self._papers.seed.sha256 if self._papers.seed else ""
        if (self._report.commitment, self._report.seed) != (self._papers.commitment.sha256, seed):
            yield self._doubt(Check.AUDIT_RISK, N_("{file} is of other rules or of another seed."))
            return
        edition = self._grounds.editions.get(self._report.edition)
        if not self._papers.rounds or not self._may_compare_with(edition):
            yield self._doubt(Check.AUDIT_RISK, N_("{file} follows no draw, or compares with results that it may not."))
            return
        is_read = self._rules.method != "polling" or self._report.round > len(self._papers.rounds)
        if not is_read and len(self._readings()) < self._report.round:
            yield self._doubt(Check.AUDIT_COUNTS, N_("{file} rests on rounds whose slips nobody has read."))
            return
        used = self._used()
        expected = tuple(
            CountUsed(station=box, sequence=paper.record.sequence, count=paper.sha256) for box, paper in used.items()
        )
        if self._report.counts != expected or len(used) < len(self._needed()):
            values = {"left": len(self._report.counts), "right": len(self._needed())}
            yield self._doubt(
                Check.AUDIT_COUNTS, N_("{file} rests on {left} counts, expected the newest of {right} boxes."), values
            )
            return
        counts = {box: paper.record for box, paper in used.items()}
        sheets = {box: self._grounds.tallies(box, edition) for box in counts}
        for box in (box for box, sheet in sheets.items() if sheet is None and counts[box].state == "counted"):
            yield self._doubt(
                Check.AUDIT_COUNTS, N_("{file} compares {box} with a sheet that is not there."), {"box": box}
            )
        yield from self._doubts_of_differences(counts, {box: sheet or {} for box, sheet in sheets.items()})
        yield from self._doubts_of_verdict(counts, edition)

    def _may_compare_with(self, edition: Edition | None) -> bool:
        """The edition that was committed; of a share any one before the report, or none."""
        if self._rules.method in ("macro", "polling"):
            return self._report.edition == self._rules.edition
        if edition is None:
            return not self._report.edition
        return self._paper.place is None or edition.place < self._paper.place

    def _draws(self) -> tuple[Code, ...]:
        rounds = self._papers.rounds[: self._report.round]
        return tuple(draw.unit for one in rounds for draw in one.record.draws)

    def _needed(self) -> list[Code]:
        """The boxes of which it needs a count: after the last round of a macro audit, every box."""
        manifest = self._papers.manifest
        is_beyond = self._report.round > len(self._papers.rounds)
        if self._rules.method in ("macro", "polling") and is_beyond and manifest is not None:
            return [box.code for box in manifest.record.containers]
        return [] if self._rules.method == "polling" else sorted(set(self._draws()))

    def _readings(self) -> tuple[Paper[Reading], ...]:
        """Of an audit of slips, what it rests on before every box is counted."""
        is_beyond = self._report.round > len(self._papers.rounds)
        there = (paper for paper in self._papers.readings if paper.record.round <= self._report.round)
        return () if is_beyond else tuple(there)

    def _slips(self) -> Slips:
        readings = tuple(paper.record for paper in self._readings())
        manifest = self._papers.manifest
        boxes = manifest.record if manifest else None
        sizes = {code: least_round(self._election, boxes, code) or 0 for code in self._rules.contests} if boxes else {}
        return Slips(readings, len(self._draws()), fewest(self._election), sizes)

    def _used(self) -> dict[Code, Paper[BoxCount]]:
        newest = newest_before(self._papers, self._paper.place)
        return {box: newest[box] for box in self._needed() if box in newest}

    def _doubts_of_differences(
        self, counts: Mapping[Code, BoxCount], sheets: Mapping[Code, Tallies]
    ) -> Iterator[tuple[Check, Sentence]]:
        differences = tuple(
            sorted(_differences(counts, sheets), key=lambda each: (each.station, each.contest, each.option))
        )
        for each in sorted({*differences, *self._report.differences}, key=str):
            if each not in differences or each not in self._report.differences:
                values = {name: getattr(each, name) for name in ("station", "contest", "option", "sheet", "box")}
                template = N_("{file} leaves out or invents: {station}, {contest}, {option}: sheet {sheet}, box {box}.")
                yield self._doubt(Check.AUDIT_COUNTS, template, values)
        lost = tuple(box for box, count in counts.items() if count.state == "lost")
        withheld = tuple(box for box, count in counts.items() if count.withheld)
        size = {box.code: box.size for box in self._papers.manifest.record.containers} if self._papers.manifest else {}
        overfull = tuple(box for box, count in sorted(counts.items()) if count.papers > size.get(box, 0))
        if self._readings():
            lost, overfull = boxes_named(tuple(paper.record for paper in self._readings()))
        if differences != self._report.differences and set(differences) == set(self._report.differences):
            yield self._doubt(Check.AUDIT_COUNTS, N_("{file} has its differences in another order, or one twice."))
        found = (self._report.lost, self._report.overfull, self._report.withheld)
        if found != (lost, overfull, withheld):
            yield self._doubt(
                Check.AUDIT_COUNTS,
                N_("{file} names as lost, too full or withheld {found}, expected {expected}."),
                {"found": _list(sum(found, ())), "expected": _list(lost + overfull + withheld)},
            )

    def _doubts_of_verdict(
        self, counts: Mapping[Code, BoxCount], edition: Edition | None
    ) -> Iterator[tuple[Check, Sentence]]:
        manifest = self._papers.manifest
        if manifest is None:
            return
        tables = self._tables or tables_of(self._election, self._rules, manifest.record, self._grounds, edition)
        weights = self._papers.weights.record.weights if self._papers.weights else ()
        heavy = {each.code: each.weight for each in weights}
        boxes = {box.code: box for box in manifest.record.containers}
        missing = {
            box: missing_slips(boxes[box], count, self._grounds.tallies(box, edition)) for box, count in counts.items()
        }
        extra = {box: extra_slips(boxes[box], count) for box, count in counts.items()}
        try:
            verdict = verdict_of(
                Evidence(
                    self._rules, manifest.record, heavy, self._draws(), counts, tables, missing, extra, self._slips()
                )
            )
        except UrnaError as error:
            yield Check.AUDIT_RISK, in_a_sentence(error)
            return
        names = tuple(tuple(sorted(claim.name for claim in table.reported.claims)) for table in tables)
        found = tuple((each.contest, tuple(sorted(each.assertions))) for each in self._report.risks)
        if found != tuple(zip(self._rules.contests, names, strict=True)):
            yield self._doubt(Check.AUDIT_RISK, N_("{file} tests other inequalities than those that make the outcome."))
            return
        yield from self._compare(verdict)

    def _compare(self, verdict: Verdict) -> Iterator[tuple[Check, Sentence]]:
        for each, risk in zip(self._report.risks, verdict.risks, strict=True):
            if each.risk != risk:
                yield self._doubt(
                    Check.AUDIT_RISK,
                    N_("{file}: the risk of {contest} is {left}, it follows as {right}."),
                    {"contest": each.contest, "left": each.risk, "right": risk},
                )
        if self._report.outcome != verdict.outcome:
            yield self._doubt(
                Check.AUDIT_RISK,
                N_("{file}: the outcome is {left}, it follows as {right}."),
                {"left": self._report.outcome, "right": verdict.outcome},
            )
        elif self._report.next_size != verdict.next_size:
            yield self._doubt(
                Check.AUDIT_RISK,
                N_("{file}: the next round has {left} draws in all, it follows as {right}."),
                {"left": self._report.next_size, "right": verdict.next_size},
            )

    def _doubt(
        self, check: Check, template: str, values: Mapping[str, str | int] | None = None
    ) -> tuple[Check, Sentence]:
        return check, Sentence(template, {"file": self._paper.path, **(values or {})})


def _differences(counts: Mapping[Code, BoxCount], sheets: Mapping[Code, Tallies]) -> Iterator[Difference]:
    """Every option of which sheet and box say something, and not the same."""
    for box, count in counts.items():
        shown = {
            (tally.contest, each.option): each.votes for tally in sheets[box].values() for each in tally.votes or ()
        }
        for line in count.lines:
            said = shown.get((line.contest, line.option))
            if said is not None and said != line.votes:
                yield Difference(station=box, contest=line.contest, option=line.option, sheet=said, box=line.votes)


def _list(codes: tuple[Code, ...]) -> str:
    return ", ".join(codes[:20]) or "-"
