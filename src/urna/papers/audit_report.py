"""The report of an audit on paper: what was drawn and counted, with which risk, what differed, and what that means."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from urna.audit.report import AuditReport, ContestRisk, Difference, Outcome
from urna.audit.seed import DrawCommitment, Method, SeedRecord
from urna.election.definition import Election, ratio
from urna.encoding.canonical import digest, encode
from urna.papers.paper import Block, Digest, Fact, Facts, Heading, Line, Paper, Row, Rule, Signatures, Table
from urna.papers.pen import Pen, look_up, moment
from urna.words import Say, Sentence, in_english

MOST_DIFFERENCES = 200
"""On paper; the record has them all."""

METHOD_WORDS = {
    Method.SAMPLE: Sentence("A sample, to look at"),
    Method.SHARE: Sentence("A share of each centre's boxes, counted in public"),
    Method.MACRO: Sentence("Boxes compared with their sheets, drawn in proportion to what each could hide"),
    Method.POLLING: Sentence("Single slips drawn from all boxes, read and counted"),
}

_OUTCOMES = {
    Outcome.CONFIRMED: (
        Sentence("The paper confirms the reported outcome."),
        Sentence("If other persons had won, a sample like this one would have been no likelier than the risk limit."),
    ),
    Outcome.GO_ON: (
        Sentence("Not confirmed yet: the audit goes on."),
        Sentence("The next round reads {size} draws in all. Nothing is wrong with an audit that needs another round."),
    ),
    Outcome.FULL_COUNT: (
        Sentence("Every box has to be counted."),
        Sentence("No sample can tell this outcome from another: it is a tie, or the differences are too large."),
    ),
    Outcome.REFUTED: (
        Sentence("The paper says another outcome than the one reported."),
        Sentence(
            "Every box was counted. What follows is for the authority and the courts; this report decides nothing."
        ),
    ),
    Outcome.COMPARED: (
        Sentence("The drawn boxes were compared with their sheets."),
        Sentence("This audit keeps no risk limit; the risk that it reaches is stated for each contest."),
    ),
}

_MEANS = (
    Sentence(
        "A confirmed audit says that this paper elects these persons. That the paper is what the electors put in has "
        "to come from elsewhere: seals, custody, signatures counted by hand."
    ),
    Sentence("A difference is a difference between a sheet and its box, and says nothing of whose fault it is."),
    Sentence("Everybody can work all of this out again from the public record: urna verify."),
)

_SLIPS_MEAN = (
    _MEANS[0],
    Sentence("What the slips said is published as sums over the whole round, and never slip by slip or box by box."),
    _MEANS[2],
)


def audit_report(
    election: Election,
    commitment: DrawCommitment,
    seed: SeedRecord,
    report: AuditReport,
    *,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The paper of a report.

    Args:
        election: the election.
        commitment: the audit's rules.
        seed: what was rolled for them.
        report: of the round.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the definition does not have a contest, option or station of the report.
    """
    pen = Pen(election, say, language)
    kind = say("Audit report")
    headline, meaning = outcome_words(commitment, report)
    is_read = rests_on_slips(commitment, report)
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=kind, level=2),
        Facts(facts=_facts(pen, commitment, seed, report, is_read=is_read)),
        Rule(),
        Line(text=say(headline), size="large", strong=True),
        Line(text=say(meaning)),
        *_risks(pen, commitment, report.risks),
        *([] if is_read else _differences(pen, report.differences)),
        *_named(pen, Sentence("Boxes that cannot be found, counted as the worst there can be"), report.lost),
        *_named(pen, Sentence("Boxes with more slips than there may be"), report.overfull),
        *_named(pen, Sentence("Boxes whose votes stay secret, counted as the worst there can be"), report.withheld),
        Heading(text=say("What this says, and what it does not"), level=3),
        *(Line(text=say(each)) for each in (_SLIPS_MEAN if is_read else _MEANS)),
        Digest(name=say("SHA-256 of the report's record"), digits=digest(encode(report))),
        Signatures(names=tuple(member.name for member in commitment.board)),
    ]
    return Paper(
        form="report",
        name=f"audit-report-{report.audit}-{report.round}",
        title=f"{kind} · {report.audit}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {report.audit} · {kind}",
        blocks=tuple(blocks),
    )


def rests_on_slips(commitment: DrawCommitment, report: AuditReport) -> bool:
    """Whether a report rests on single slips, and no box was counted for it."""
    return commitment.method is Method.POLLING and not report.counts


def is_every_box(commitment: DrawCommitment, report: AuditReport) -> bool:
    """Whether a report rests on the counts of every box."""
    if commitment.method is Method.POLLING:
        return bool(report.counts)
    return len(report.counts) == commitment.population


def outcome_words(commitment: DrawCommitment, report: AuditReport) -> tuple[Sentence, Sentence]:
    """How an audit stands, and what that means."""
    headline, meaning = _OUTCOMES[report.outcome]
    if report.outcome is Outcome.CONFIRMED and is_every_box(commitment, report):
        return headline, Sentence("Every box was counted, and the seats follow from the paper.")
    if report.outcome is Outcome.FULL_COUNT and rests_on_slips(commitment, report):
        return headline, Sentence(
            "Single slips cannot tell this outcome from another: it is a tie or too close, too many were not found, or "
            "a box holds more slips than it may."
        )
    if report.outcome is Outcome.GO_ON:
        return headline, Sentence(meaning.template, {"size": report.next_size})
    return headline, meaning


def percent(value: Fraction, say: Say) -> str:
    """A part of one as a percentage with two digits, rounded up: a risk is never said to be less than it is."""
    hundredths = ceil(value * 10_000)
    return say(Sentence("{whole}.{part}%", {"whole": hundredths // 100, "part": f"{hundredths % 100:02}"}))


def _facts(
    pen: Pen, commitment: DrawCommitment, seed: SeedRecord, report: AuditReport, *, is_read: bool
) -> tuple[Fact, ...]:
    say, limit = pen.say, ratio(commitment.risk_limit)
    facts = [
        (say("Audit"), report.audit),
        (say("Method"), say(METHOD_WORDS[commitment.method])),
        (say("Rules committed"), moment(commitment.decided_at)),
        (say("Seed"), seed.seed),
        (say("Rolled in public"), f"{seed.place}, {moment(seed.rolled_at)}"),
        (say("Round"), str(report.round)),
        *([] if is_read else [(say("Boxes counted"), str(len(report.counts)))]),
        (say("Edition of the results"), str(report.edition) if report.edition else say("none yet")),
        *([(say("Risk limit"), percent(limit, say))] if limit else []),
        (say("Reported"), moment(report.made_at)),
    ]
    return tuple(Fact(name=name, value=value) for name, value in facts)


def _risks(pen: Pen, commitment: DrawCommitment, risks: Sequence[ContestRisk]) -> list[Block]:
    if not risks:
        return []
    say, limit = pen.say, ratio(commitment.risk_limit)
    lines = []
    for each in risks:
        title = pen.words(look_up(pen.election.contests, each.contest).title)
        if not each.assertions:
            said = pen.say("no sample can say")
        elif limit:
            values = {"risk": percent(ratio(each.risk), say), "limit": percent(limit, say)}
            said = pen.say(Sentence("{risk}, limit {limit}", values))
        else:
            said = percent(ratio(each.risk), say)
        lines.append(Fact(name=title, value=said))
    explained = Sentence("How likely such a sample would be if the outcome of the contest were wrong.")
    return [
        Heading(text=pen.say("Risk"), level=3),
        Line(text=pen.say(explained), size="small"),
        Facts(facts=tuple(lines)),
    ]


def _differences(pen: Pen, differences: Sequence[Difference]) -> list[Block]:
    heading = Heading(text=pen.say("Differences between sheets and boxes"), level=3)
    if not differences:
        return [heading, Line(text=pen.say("None: each box says what its sheet says."))]
    header = (pen.say("Station, contest, option"), pen.say("Sheet"), pen.say("Box"), pen.say("Difference"))
    rows = [
        Row(
            label=f"{each.station} · {each.contest}",
            detail=_option(pen, each),
            values=(each.sheet, each.box, each.box - each.sheet),
        )
        for each in differences[:MOST_DIFFERENCES]
    ]
    blocks: list[Block] = [heading, Table(header=header, rows=tuple(rows))]
    if left := len(differences) - len(rows):
        blocks.append(Line(text=pen.say(Sentence("And {count} more, in the record.", {"count": left}))))
    return blocks


def _option(pen: Pen, difference: Difference) -> str:
    contest = look_up(pen.election.contests, difference.contest)
    return look_up({option.code: option for option in contest.options}, difference.option).name


def _named(pen: Pen, title: Sentence, stations: Sequence[str]) -> list[Block]:
    if not stations:
        return []
    return [Heading(text=pen.say(title), level=3), Line(text=", ".join(stations))]
