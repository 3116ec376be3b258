"""Checks 30 to 32: every audit in the record, done again from its papers, the sheets and the results.

Docs: docs/spec/audits.md, docs/verification.md. Nothing of `urna.audit` is used: what was drawn and worked out there is
drawn and worked out here a second time.
"""

from collections.abc import Iterator
from typing import NamedTuple

from urna.errors import UrnaError
from urna.tally.edition import OPEN_STATES
from urna.tally.results import StationState
from urna.verify.audit_bounds import doubts_of_bounds, doubts_of_population
from urna.verify.audit_cautions import cautions_on, cautions_on_all
from urna.verify.audit_counts import doubts_of_counts
from urna.verify.audit_draws import check_draws
from urna.verify.audit_order import doubts_of_order
from urna.verify.audit_papers import Commitment, Manifest
from urna.verify.audit_reading import AuditPapers, AuditReader, audits_of
from urna.verify.audit_readings import doubts_of_readings, doubts_of_sizes
from urna.verify.audit_remarks import remark_on
from urna.verify.audit_reports import ReportCheck
from urna.verify.audit_risk import weights_of
from urna.verify.audit_seed_time import caution_on_seed
from urna.verify.audit_sheets import Grounds, Table, overfull, tables_of
from urna.verify.audit_slips import slip_tables_of
from urna.verify.authority import Inquiry
from urna.verify.report import AUDIT_CHECKS, Check, in_a_sentence
from urna.verify.results import Edition
from urna.words import Sentence


class Done(NamedTuple):
    """What was looked at."""

    audits: int = 1
    draws: int = 0
    counts: int = 0
    reports: int = 0
    unfinished: int = 0
    """Audits whose counts and reports could not be looked at, because of what else is wrong."""


def check_audits(inquiry: Inquiry, grounds: Grounds) -> list[AuditPapers]:
    """Every audit of the record; returns those that verify.

    1. Open its papers with the keys of the officers, and of the board that they named.
    2. Compare their order in the log, draw again, compare boxes and weights with the sheets.     check 30
    3. Look at each count and each reading of slips.                                              check 31
    4. Compare each report with what follows from sheets, draws and counts.                       checks 31 and 32
    5. Say how each audit stands, and what it rests on.
    """
    notebook = inquiry.notebook
    audits = audits_of(inquiry)
    if not audits:
        notebook.absent(*AUDIT_CHECKS, detail=Sentence("the record has no audits"))
        return []
    done = []
    stand: list[Sentence] = []
    sound: list[AuditPapers] = []
    for code, paths in audits.items():
        before = notebook.total(*AUDIT_CHECKS)
        reader = AuditReader(inquiry, grounds.leaves, code, paths)
        papers = reader.read(grounds.keyring)
        looked_at = _check_audit(inquiry, grounds, papers) if papers else Done(unfinished=int(reader.is_begun))
        done.append(looked_at)
        if looked_at.unfinished or notebook.total(*AUDIT_CHECKS) > before:
            stand.append(Sentence("Audit {audit} DOES NOT VERIFY: whatever it says proves nothing.", {"audit": code}))
        elif papers is not None:
            stand += [remark_on(papers), *cautions_on(inquiry.election, grounds, papers)]
            stand += caution_on_seed(inquiry, grounds.log.checkpoints, papers)
            sound.append(papers)
    stand += cautions_on_all(sound)
    notebook.first[:0] = stand
    _conclude(inquiry, Done(*(sum(column) for column in zip(*done, strict=True))))
    return sound


def _conclude(inquiry: Inquiry, done: Done) -> None:
    values: dict[str, str | int] = dict(done._asdict())
    checked = inquiry.notebook.checked
    checked(Check.AUDIT_DRAWS, detail=Sentence("audits: {audits}, draws: {draws}", values))
    if not done.unfinished:
        checked(Check.AUDIT_COUNTS, detail=Sentence("boxes counted: {counts}", values))
        checked(Check.AUDIT_RISK, detail=Sentence("reports: {reports}", values))


def _check_audit(inquiry: Inquiry, grounds: Grounds, papers: AuditPapers) -> Done:
    """One audit."""
    notebook, path = inquiry.notebook, papers.commitment.path
    rules = papers.commitment.record
    edition = grounds.editions.get(rules.edition)
    for where, sentence in doubts_of_order(papers, grounds.log, edition.place if edition else None):
        notebook.find(Check.AUDIT_DRAWS, sentence, file=where)
    for where, sentence in doubts_of_sizes(inquiry.election, papers):
        notebook.find(Check.AUDIT_DRAWS, sentence, file=where)
    draws = _draw_again(inquiry, papers)
    if draws is None or papers.manifest is None:
        return Done(unfinished=1)
    if rules.method == "sample":
        _refuse_counts(inquiry, papers)
        return Done(draws=draws)
    manifest = papers.manifest.record
    doubts = [*_doubts_of_boxes(inquiry, rules, manifest, edition)]
    is_readable = not doubts and grounds.is_readable(box.code for box in manifest.containers)
    made = slip_tables_of if rules.method == "polling" else tables_of
    tables = made(inquiry.election, rules, manifest, grounds, edition) if is_readable else ()
    if is_readable:
        doubts += [*doubts_of_bounds(rules, manifest, grounds, edition), *_doubts_of_weights(papers, manifest, tables)]
    for sentence in doubts:
        notebook.find(Check.AUDIT_DRAWS, sentence, file=path)
    if doubts or not is_readable:
        return Done(draws=draws, unfinished=1)
    known = tables if rules.method in ("macro", "polling") else ()
    return _check_counts_and_reports(inquiry, grounds, papers, known)._replace(draws=draws)


def _check_counts_and_reports(
    inquiry: Inquiry, grounds: Grounds, papers: AuditPapers, tables: tuple[Table, ...]
) -> Done:
    """A report that rests on a count which cannot be is not looked at further."""
    notebook = inquiry.notebook
    wrong = set()
    for doubt in doubts_of_counts(inquiry.election, papers, grounds):
        notebook.find(Check.AUDIT_COUNTS, doubt.sentence, file=doubt.path, station=doubt.station)
        wrong.add(doubt.path)
    for where, sentence in doubts_of_readings(inquiry.election, papers, tables):
        notebook.find(Check.AUDIT_COUNTS, sentence, file=where)
        wrong.add(where)
    unfinished = 0
    for number, report in enumerate(papers.reports, start=1):
        if report.record.round != number:
            values: dict[str, str | int] = {"file": report.path, "right": number}
            sentence = Sentence("{file} is there without the ones before it; expected report {right}.", values)
            notebook.find(Check.AUDIT_RISK, sentence, file=report.path)
        check = ReportCheck(inquiry.election, grounds, papers, report, tables)
        if check.rests_on(wrong):
            unfinished = 1
            continue
        for which, sentence in check.doubts():
            notebook.find(which, sentence, file=report.path)
    return Done(counts=len(papers.counts), reports=len(papers.reports), unfinished=unfinished)


def _draw_again(inquiry: Inquiry, papers: AuditPapers) -> int | None:
    """How many draws came out as written; None if one did not, or something is missing to draw from."""
    if papers.manifest is None:
        sentence = Sentence("Audit {audit} has rules and no manifest that verifies.", {"audit": papers.code})
        inquiry.notebook.find(Check.AUDIT_DRAWS, sentence, file=papers.commitment.path)
        return None
    too_many = [*doubts_of_population(inquiry.election, papers.commitment.record, papers.manifest.record)]
    for sentence in too_many:
        inquiry.notebook.find(Check.AUDIT_DRAWS, sentence, file=papers.commitment.path)
    if too_many:
        return None
    try:
        return check_draws(
            papers.manifest.data,
            papers.commitment.data,
            papers.seed.data if papers.seed else None,
            [one.data for one in papers.rounds],
            papers.weights.data if papers.weights else None,
        )
    except UrnaError as error:
        inquiry.notebook.find(Check.AUDIT_DRAWS, in_a_sentence(error), file=papers.commitment.path)
        return None


def _refuse_counts(inquiry: Inquiry, papers: AuditPapers) -> None:
    """What a sample found is an examination."""
    for count in (each for counts in papers.counts.values() for each in counts):
        sentence = Sentence("{file} counts a box, and the audit is a sample to look at.", {"file": count.path})
        inquiry.notebook.find(Check.AUDIT_COUNTS, sentence, file=count.path, station=count.record.station)
    for reading in papers.readings:
        sentence = Sentence("{file} reads slips that were not drawn.", {"file": reading.path})
        inquiry.notebook.find(Check.AUDIT_COUNTS, sentence, file=reading.path)
    for report in papers.reports:
        sentence = Sentence("{file} states a risk, and the audit is a sample to look at.", {"file": report.path})
        inquiry.notebook.find(Check.AUDIT_RISK, sentence, file=report.path)


def _doubts_of_boxes(
    inquiry: Inquiry, rules: Commitment, manifest: Manifest, edition: Edition | None
) -> Iterator[Sentence]:
    """Boxes are stations in their centres, as large as their bound; of audited results exactly those that count."""
    election = inquiry.election
    for box in manifest.containers:
        station = election.stations.get(box.code)
        if station is None or station.centre != box.centre:
            values: dict[str, str | int] = {"box": box.code, "centre": box.centre}
            yield Sentence("The definition has no station {box} in centre {centre}.", values)
        elif manifest.bound == "registered" and box.size < station.electors:
            values = {"box": box.code, "left": box.size, "right": station.electors}
            yield Sentence("{box} may have {left} papers by the manifest, and has {right} registered electors.", values)
    for contest in rules.contests:
        if contest not in election.contests:
            yield Sentence("The definition has no contest {contest}.", {"contest": contest})
    if rules.method in ("macro", "polling"):
        yield from _doubts_of_edition(rules, manifest, edition)


def _doubts_of_edition(rules: Commitment, manifest: Manifest, edition: Edition | None) -> Iterator[Sentence]:
    if edition is None:
        yield Sentence("Results of edition {edition} are not in the record.", {"edition": rules.edition})
        return
    states = edition.results.stations
    apart = [each.station for each in states if each.state in (*OPEN_STATES, StationState.HAND_COUNT)]
    if apart:
        values: dict[str, str | int] = {"edition": rules.edition, "left": len(apart), "station": apart[0]}
        yield Sentence(
            "Edition {edition} is audited with {left} stations open or counted by hand, {station} among them.", values
        )
    counted = {each.station for each in states if each.state is StationState.COUNTED}
    for box in sorted(counted ^ {box.code for box in manifest.containers}):
        values = {"box": box, "edition": rules.edition}
        yield Sentence("{box} is either a box of the manifest or counts in edition {edition}, not both.", values)


def _doubts_of_weights(papers: AuditPapers, manifest: Manifest, tables: tuple[Table, ...]) -> Iterator[Sentence]:
    """Cards for every vote; and of audited results the weights that the sheets give."""
    for table in tables:
        for box in overfull(table):
            values: dict[str, str | int] = {"box": box, "contest": table.contest.code}
            yield Sentence("The sheet of {box} has more votes in {contest} than the manifest has cards for.", values)
    if papers.weights is None:
        return
    expected = weights_of([table.reported for table in tables], [box.code for box in manifest.containers])
    for each in papers.weights.record.weights:
        if each.weight != expected[each.code]:
            values = {"box": each.code, "left": each.weight, "right": expected[each.code]}
            yield Sentence("{box} weighs {left}; the sheets and the manifest give {right}.", values)
