"""What a reader should know of audits that verify: what they do not cover, and what their risks rest on.

None of it is wrong by itself, so no check fails. Whoever relies on an audit has to know it all the same: results that
changed after it, contests that it leaves out, sheets that came when the draw was known, several draws of which one is
shown. Docs: docs/audits.md, "Who could cheat an audit".
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from urna.election.definition import Election, ratio
from urna.encoding.canonical import Code
from urna.tally.results import StationState
from urna.verify.audit_bounds import small_boxes
from urna.verify.audit_papers import AuditReport, BoxCount
from urna.verify.audit_reading import AuditPapers, Paper
from urna.verify.audit_sheets import Grounds, missing_slips
from urna.verify.results import Edition
from urna.words import Sentence

_SHOWN = 20


def cautions_on(election: Election, grounds: Grounds, papers: AuditPapers) -> Iterator[Sentence]:
    """What limits an audit; all but the first once it has a report.

    1. Which stations are not drawn from. 2. Whose results, which contests.
    3. By what its boxes are bounded, and by whom its papers are signed.
    4. Of a share: sheets younger than the seed. 5. Counts that were replaced; slips that were not there.
    """
    yield from _of_stations(election, grounds, papers)
    if not papers.reports:
        return
    report = papers.reports[-1].record
    yield from _of_edition(grounds, papers, report)
    yield from _of_contests(election, papers)
    yield from _of_grounds(election, papers)
    if papers.commitment.record.method == "share":
        yield from _of_late_sheets(grounds, papers, grounds.editions.get(report.edition))
        yield from _of_small_boxes(grounds, papers, grounds.editions.get(report.edition))
    yield from _of_counts(grounds, papers, report)
    yield from _of_reports(papers, report)
    yield from _of_slips(papers)


def cautions_on_all(audits: Sequence[AuditPapers]) -> Iterator[Sentence]:
    """What only shows when audits are laid side by side: an outcome drawn for again, a seed that was known before."""
    drawn: dict[Code, list[Code]] = defaultdict(list)
    shares: dict[Code, list[Code]] = defaultdict(list)
    for papers in audits:
        rules = papers.commitment.record
        for contest in rules.contests:
            (shares if rules.method == "share" else drawn)[contest].append(papers.code)
    for contest, codes in sorted(shares.items()):
        if len(codes) > 1:
            values: dict[str, str | int] = {"contest": contest, "count": len(codes), "audits": _list(codes)}
            yield Sentence(
                "{contest} was compared by {count} shares, {audits}: the risk of one of them takes no account of the "
                "others.",
                values,
            )
    for contest, codes in sorted(drawn.items()):
        if len(codes) > 1:
            yield Sentence(
                "{contest} is audited {count} times, {audits}: the chance that one of them confirms a wrong outcome is "
                "only below the sum of their limits.",
                {"contest": contest, "count": len(codes), "audits": _list(codes)},
            )
    yield from _of_known_seeds(audits)


def _of_known_seeds(audits: Sequence[AuditPapers]) -> Iterator[Sentence]:
    for papers in audits:
        rules, seed = papers.commitment.place, papers.seed
        for other in audits:
            known = other.seed
            if seed is None or known is None or known.place is None or rules is None or known.place > rules:
                continue
            if known.record.seed == seed.record.seed:
                values: dict[str, str | int] = {"audit": papers.code, "other": other.code}
                yield Sentence(
                    "Audit {audit} has the seed of {other}, which was public before its rules: whoever made the rules "
                    "could know what they draw.",
                    values,
                )


def _of_edition(grounds: Grounds, papers: AuditPapers, report: AuditReport) -> Iterator[Sentence]:
    newest = max(grounds.editions, default=0)
    if report.edition == newest:
        return
    values: dict[str, str | int] = {"audit": papers.code, "edition": report.edition, "newest": newest}
    then, now = grounds.editions.get(report.edition), grounds.editions[newest]
    yield Sentence("Audit {audit} is of edition {edition} of the results; the newest is {newest}.", values)
    changed = [] if then is None else _changed(papers.commitment.record.contests, then, now)
    if changed:
        values["contests"] = _list(changed)
        yield Sentence(
            "Audit {audit} confirms nothing of edition {newest} for {contests}: totals or seats are others.", values
        )
    others = [each.station for each in report.counts if _is_another(grounds, each.station, then, now)]
    if others:
        values |= {"count": len(others), "stations": _list(others)}
        yield Sentence(
            "Audit {audit}: in edition {newest} another sheet counts of {count} of its boxes: {stations}.", values
        )


def _of_stations(election: Election, grounds: Grounds, papers: AuditPapers) -> Iterator[Sentence]:
    """Whoever makes the manifest of a share or a sample decides what can be drawn at all."""
    rules, manifest = papers.commitment.record, papers.manifest
    if manifest is None or rules.method not in ("share", "sample") or rules.unit != "container":
        return
    states = grounds.editions[max(grounds.editions)].states if grounds.editions else {}
    closed = {code for code, result in states.items() if result.state is StationState.NOT_OPENED}
    left_out = [
        code for code in election.stations if code not in closed | {box.code for box in manifest.record.containers}
    ]
    if left_out:
        values: dict[str, str | int] = {"audit": papers.code, "count": len(left_out), "stations": _list(left_out)}
        yield Sentence("Audit {audit} could draw nothing of {count} stations: {stations}.", values)


def _changed(contests: Sequence[Code], then: Edition, now: Edition) -> list[Code]:
    """Audited contests of which totals or seats are not the same in two editions."""

    def said(edition: Edition, contest: Code) -> object:
        results = edition.results
        totals = [each for each in results.totals if each.contest == contest]
        return totals, [each for each in results.seats if each.contest == contest]

    return [each for each in contests if said(then, each) != said(now, each)]


def _is_another(grounds: Grounds, station: Code, then: Edition | None, now: Edition) -> bool:
    return grounds.tallies(station, then) != grounds.tallies(station, now)


def _of_contests(election: Election, papers: AuditPapers) -> Iterator[Sentence]:
    left_out = sorted(set(election.contests) - set(papers.commitment.record.contests))
    if left_out:
        values: dict[str, str | int] = {"audit": papers.code, "contests": _list(left_out)}
        yield Sentence("Audit {audit} says nothing of {contests}.", values)


def _of_grounds(election: Election, papers: AuditPapers) -> Iterator[Sentence]:
    values: dict[str, str | int] = {"audit": papers.code}
    rules = papers.commitment.record
    if papers.manifest is not None and papers.manifest.record.bound == "reported":
        yield Sentence(
            "Audit {audit} bounds its boxes by the machines' own numbers: its risk says nothing of slips beyond them.",
            values,
        )
    law = election.rules
    if rules.method == "share" and (ratio(rules.share), rules.rounding) != (ratio(law.audit_share), law.audit_rounding):
        values |= {"left": f"{rules.share} {rules.rounding}", "right": f"{law.audit_share} {law.audit_rounding}"}
        yield Sentence("Audit {audit} opens {left} of each centre; the definition says {right}.", values)
    if rules.method in ("macro", "polling") and ratio(rules.risk_limit) > ratio(law.risk_limit):
        values |= {"left": rules.risk_limit, "right": law.risk_limit}
        yield Sentence("Audit {audit} keeps a limit of {left}; the definition says {right}.", values)
    if rules.seed_kind == "text":
        yield Sentence("Audit {audit}: its seed is words; whoever had the last of them could choose the draw.", values)
    if not election.definition.authority.witness_quorum:
        yield Sentence(
            "Audit {audit}: no witness saw its rules before the seed; that they came first is the log's word.", values
        )
    if rules.quorum == 1:
        yield Sentence("Audit {audit}: one key of its board signs alone, seed and counts included.", values)


def _of_late_sheets(grounds: Grounds, papers: AuditPapers, edition: Edition | None) -> Iterator[Sentence]:
    """Whoever knows which boxes are opened can make the other sheets say anything."""
    seed = papers.seed.place if papers.seed else None
    if seed is None or papers.manifest is None:
        return
    late = [box.code for box in papers.manifest.record.containers if _leaf(grounds, box.code, edition) > seed]
    if late:
        values: dict[str, str | int] = {"audit": papers.code, "count": len(late), "stations": _list(late)}
        yield Sentence(
            "Audit {audit}: {count} sheets came into the log after the seed, {stations}; its risk holds only if they "
            "are the sheets that were printed before it.",
            values,
        )


def _of_small_boxes(grounds: Grounds, papers: AuditPapers, edition: Edition | None) -> Iterator[Sentence]:
    """Of a share the manifest may be older than the sheets: what these have beyond it is for people to look at."""
    manifest = papers.manifest
    found = [] if manifest is None else [*small_boxes(papers.commitment.record, manifest.record, grounds, edition)]
    if found:
        values: dict[str, str | int] = {
            "audit": papers.code,
            "count": len(found),
            "stations": _list([box for box, _, _ in found]),
        }
        yield Sentence(
            "Audit {audit}: {count} sheets have more ballots than their boxes may hold slips: {stations}.", values
        )


def _leaf(grounds: Grounds, station: Code, edition: Edition | None) -> int:
    """The place of the sheet that counts; -1 if none does."""
    result = edition.states.get(station) if edition is not None else None
    sequence = result.sequence if result is not None else (0 if edition is None else None)
    leaves = [each.leaf for each in grounds.sheets.get(station, ()) if each.sequence == sequence]
    return max((leaf for leaf in leaves if leaf is not None), default=-1)


def _of_counts(grounds: Grounds, papers: AuditPapers, report: AuditReport) -> Iterator[Sentence]:
    replaced = [station for station, counts in papers.counts.items() if len(counts) > 1]
    used = {(each.station, each.sequence) for each in report.counts}
    stations = {each.station for each in report.counts}
    newer = [
        station
        for station, counts in papers.counts.items()
        if (station, counts[-1].record.sequence) not in used and (station in stations or len(counts) > 1)
    ]
    values: dict[str, str | int] = {"audit": papers.code}
    if replaced:
        values |= {"count": len(replaced), "stations": _list(replaced)}
        yield Sentence("Audit {audit}: {count} boxes were counted more than once: {stations}.", values)
    if newer:
        values |= {"stations": _list(newer)}
        yield Sentence("Audit {audit}: its last report does not rest on the newest counts of {stations}.", values)
    missing = _missing(grounds, papers, report)
    if missing:
        values |= {"count": missing}
        yield Sentence(
            "Audit {audit}: {count} slips for which there are papers or ballots were not in their boxes.", values
        )


def _of_slips(papers: AuditPapers) -> Iterator[Sentence]:
    """Of single slips: draws that found none, or of which nothing may be shown."""
    found: dict[Code, int] = defaultdict(int)
    for reading in papers.readings:
        for each in reading.record.contests:
            found[each.contest] += each.not_found
    missing = max(found.values(), default=0)
    if missing:
        values: dict[str, str | int] = {"audit": papers.code, "count": missing}
        yield Sentence(
            "Audit {audit}: {count} draws of a contest count as not found: the slips are not in their boxes, or too "
            "few were found to show their votes.",
            values,
        )


def _of_reports(papers: AuditPapers, last: AuditReport) -> Iterator[Sentence]:
    """What the last report passes over: a later draw, or an earlier report that said the contrary."""
    values: dict[str, str | int] = {"audit": papers.code, "rounds": len(papers.rounds), "number": last.round}
    if last.round < len(papers.rounds):
        yield Sentence("Audit {audit} has drawn {rounds} rounds, and its last report is number {number}.", values)
    if last.overfull:
        values |= {"count": len(last.overfull), "boxes": _list(last.overfull)}
        yield Sentence("Audit {audit}: {count} boxes hold more slips than there may be: {boxes}.", values)
    if last.outcome != "refuted" and any(each.record.outcome == "refuted" for each in papers.reports):
        yield Sentence("Audit {audit}: an earlier report said REFUTED; counts were replaced after it.", values)


def _missing(grounds: Grounds, papers: AuditPapers, report: AuditReport) -> int:
    boxes = {box.code: box for box in papers.manifest.record.containers} if papers.manifest else {}
    edition = grounds.editions.get(report.edition)
    return sum(
        missing_slips(boxes[paper.record.station], paper.record, grounds.tallies(paper.record.station, edition))
        for paper in _used(papers, report)
        if paper.record.station in boxes
    )


def _used(papers: AuditPapers, report: AuditReport) -> Iterator[Paper[BoxCount]]:
    names = {(each.station, each.sequence) for each in report.counts}
    for station, counts in papers.counts.items():
        yield from (each for each in counts if (station, each.record.sequence) in names)


def _list(codes: Sequence[Code]) -> str:
    rest = len(codes) - _SHOWN
    return ", ".join(codes[:_SHOWN]) + (f" (+{rest})" if rest > 0 else "")
