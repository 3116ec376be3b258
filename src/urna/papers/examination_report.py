"""The printed report of an examination: what was looked at before or during the day, and what was found."""

from urna.audit.examination import Examination, ExaminationKind, Result, Subject
from urna.audit.examination_words import FIGURES, sentence_of
from urna.election.definition import Election
from urna.encoding.canonical import digest, encode
from urna.papers.paper import (
    Block,
    Digest,
    Entry,
    Fact,
    Facts,
    Heading,
    Line,
    Paper,
    Register,
    Row,
    Rule,
    Signatures,
    Table,
)
from urna.papers.pen import Pen, moment
from urna.words import N_, Say, Sentence, in_english

KINDS = {
    ExaminationKind.READINESS: N_("Readiness of the stations"),
    ExaminationKind.ROLL: N_("Audit of the roll"),
    ExaminationKind.SOFTWARE: N_("Software of drawn machines"),
    ExaminationKind.CEREMONY: N_("Rehearsal of the key ceremony"),
    ExaminationKind.REHEARSAL: N_("Rehearsal with drawn stations"),
    ExaminationKind.PARALLEL: N_("Parallel test on the day"),
    ExaminationKind.RECONCILIATION: N_("Reconciliation during the day"),
    ExaminationKind.CHALLENGES: N_("Challenged ballots"),
    ExaminationKind.INCIDENTS: N_("Register of incidents"),
    ExaminationKind.MANIFEST: N_("Manifest of the build"),
}

RESULTS = {
    Result.PASSED: N_("correct"),
    Result.FAILED: N_("WRONG"),
    Result.NOT_EXAMINED: N_("not examined"),
}

MOST_RIGHT = 500
"""Right ones that are printed; all stand in the record. What is wrong or was not examined is printed whole."""


def examination_report(
    election: Election, examination: Examination, *, say: Say = in_english, language: str = "en"
) -> Paper:
    """The paper of an examination; the record is the document, this is for people to sign and take home.

    Args:
        election: the election.
        examination: as it is signed.
        say: translates urna's own words into `language`.
        language: the paper's language.
    """
    pen = Pen(election, say, language)
    title = say(KINDS[examination.kind])
    number = say(Sentence("Examination {number}", {"number": examination.serial}))
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=f"{number}: {title}", level=2),
        Facts(facts=_facts(pen, examination)),
        Rule(),
        *_verdict(pen, examination),
        Line(text=examination.conclusion),
        *_numbers(pen, examination),
        *_subjects(pen, examination),
        *_evidence(pen, examination),
        Digest(name=say("Election (SHA-256 of its definition)"), digits=election.identity),
        Digest(name=say("This document (SHA-256)"), digits=digest(encode(examination))),
        Heading(text=say("Signatures"), level=3),
        Signatures(names=tuple(examination.present[:20])),
    ]
    return Paper(
        form="report",
        name=f"examination-{examination.serial:04d}",
        title=f"{number} · {title}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {number}",
        blocks=tuple(blocks),
    )


def _facts(pen: Pen, examination: Examination) -> tuple[Fact, ...]:
    facts = [
        Fact(name=pen.say("Held at"), value=f"{moment(examination.held_at)}, {examination.place}"),
        Fact(name=pen.say("Present"), value=", ".join(examination.present)),
    ]
    if examination.draw:
        facts.append(Fact(name=pen.say("Drawn by the public seed of the audit"), value=examination.draw))
    return tuple(facts)


def _verdict(pen: Pen, examination: Examination) -> tuple[Block, ...]:
    """How much is right; a manifest only lists."""
    if examination.kind is ExaminationKind.MANIFEST:
        return ()
    counts = {result: sum(each.result is result for each in examination.subjects) for result in Result}
    values: dict[str, str | int] = {
        "passed": counts[Result.PASSED],
        "failed": counts[Result.FAILED],
        "open": counts[Result.NOT_EXAMINED],
    }
    text = pen.say(Sentence("{passed} right, {failed} wrong, {open} not examined.", values))
    return (Line(text=text, size="large", strong=True),)


def _numbers(pen: Pen, examination: Examination) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if examination.figures:
        rows = tuple(
            Row(label=pen.say(FIGURES.get(each.name, each.name)), values=(each.number,)) for each in examination.figures
        )
        blocks += [Heading(text=pen.say("Counts"), level=3), Table(rows=rows)]
    if examination.bounds:
        facts = tuple(
            Fact(name=pen.say(FIGURES.get(each.name, each.name)), value=each.ratio) for each in examination.bounds
        )
        blocks += [Heading(text=pen.say("Upper bounds, as fractions"), level=3), Facts(facts=facts)]
    return tuple(blocks)


def _subjects(pen: Pen, examination: Examination) -> tuple[Block, ...]:
    """What is wrong first, then what nobody examined, then what is right."""
    right = [each for each in examination.subjects if each.result is Result.PASSED]
    shown = [*examination.failed, *examination.unexamined, *right[:MOST_RIGHT]]
    if not shown:
        return ()
    header = (pen.say("Result"), pen.say("Examined, and what was found"))
    blocks: list[Block] = [Register(header=header, entries=tuple(_entry(pen, each) for each in shown))]
    if len(right) > MOST_RIGHT:
        more = {"count": len(right) - MOST_RIGHT}
        blocks.append(Line(text=pen.say(Sentence("And {count} more that are right; all are in the record.", more))))
    return tuple(blocks)


def _entry(pen: Pen, subject: Subject) -> Entry:
    return Entry(cells=(pen.say(RESULTS[subject.result]), pen.say(subject_sentence(subject))))


def subject_sentence(subject: Subject) -> Sentence:
    """What was examined, and what was found of it, beside what was expected where that is something else."""
    said = (subject.subject, subject.expected, subject.found)
    values = dict(zip(("subject", "expected", "found"), map(sentence_of, said), strict=True))
    if subject.expected in ("", subject.found):
        template = N_("{subject}: {found}")
    else:
        template = N_("{subject}: expected {expected}; found {found}")
    return Sentence(template, values)  # type: ignore[arg-type]  # sentences in it


def _evidence(pen: Pen, examination: Examination) -> tuple[Block, ...]:
    if not examination.evidence:
        return ()
    heading = Heading(text=pen.say("Files that this rests on"), level=3)
    return (heading, *(Digest(name=each.name, digits=each.sha256) for each in examination.evidence))
