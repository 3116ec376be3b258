"""How each audit stands, in one sentence by its last report."""

from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from urna.election.definition import ratio
from urna.verify.audit_order import drawn_in
from urna.verify.audit_papers import AuditReport
from urna.verify.audit_reading import AuditPapers
from urna.words import N_, Sentence

Values = dict[str, object]
_Plain = Mapping[str, str | int]

_OUTCOMES = {
    "confirmed": N_("Audit {audit}: confirmed, risk {risk} at a limit of {limit}, {counted} of {boxes} boxes counted."),
    "go_on": N_(
        "Audit {audit}: not yet confirmed, risk {risk} at a limit of {limit}, {counted} of {boxes} boxes counted."
    ),
    "full_count": N_("Audit {audit}: every box has to be counted; {counted} of {boxes} are."),
    "refuted": N_(
        "Audit {audit}: REFUTED, the paper elects others than the results; {counted} of {boxes} boxes counted."
    ),
    "compared": N_("Audit {audit}: {counted} of {boxes} boxes compared with their sheets, {differences} differences."),
}

_OF_SLIPS = {
    "confirmed": N_("Audit {audit}: confirmed, risk {risk} at a limit of {limit}, {draws} draws of slips."),
    "go_on": N_("Audit {audit}: not yet confirmed, risk {risk} at a limit of {limit}, {draws} draws of slips."),
    "full_count": N_(
        "Audit {audit}: every box has to be counted after {draws} draws of slips; {counted} of {boxes} are."
    ),
}


def remark_on(papers: AuditPapers) -> Sentence:
    """How an audit stands, in one sentence, by its last report."""
    boxes = len(papers.manifest.record.containers) if papers.manifest else 0
    method = papers.commitment.record.method
    values: Values = {"audit": papers.code, "boxes": boxes, "drawn": len(drawn_in(papers))}
    if method == "sample" and papers.rounds:
        return Sentence("Audit {audit}: {drawn} of {boxes} were drawn to be looked at.", cast(_Plain, values))
    if papers.reports:
        return _of_report(papers, papers.reports[-1].record, values)
    if method == "polling":
        values |= {"draws": _draws(papers), "read": len(papers.readings), "rounds": len(papers.rounds)}
        return Sentence(
            "Audit {audit} has no report yet: {draws} draws of slips, {read} of {rounds} rounds read.",
            cast(_Plain, values),
        )
    values["counted"] = len(papers.counts)
    return Sentence(
        "Audit {audit} has no report yet: {drawn} of {boxes} boxes drawn, {counted} counted.", cast(_Plain, values)
    )


def _of_report(papers: AuditPapers, report: AuditReport, values: Values) -> Sentence:
    risk = max((ratio(each.risk) for each in report.risks), default=Fraction(1))
    limit = ratio(papers.commitment.record.risk_limit)
    values |= {"counted": len(report.counts), "differences": len(report.differences)}
    values |= {"risk": _percent(risk), "limit": _percent(limit), "draws": _draws(papers, report.round)}
    is_read = papers.commitment.record.method == "polling" and not report.counts
    return _said((_OF_SLIPS if is_read else _OUTCOMES)[report.outcome], values)


def _draws(papers: AuditPapers, rounds: int | None = None) -> int:
    return sum(len(one.record.draws) for one in papers.rounds[:rounds])


def _said(template: str, values: Values) -> Sentence:
    return Sentence(template, cast(_Plain, values))


def _percent(value: Fraction) -> Sentence:
    """With one digit after the point, rounded up: 3.1 %."""
    tenths = -(-value.numerator * 1000 // value.denominator)
    whole, rest = divmod(tenths, 10)
    values: dict[str, str | int] = {"whole": whole, "tenth": rest}
    return Sentence("{whole}.{tenth} %", values) if rest else Sentence("{whole} %", values)
