"""Check 33: what officers examined before and during the day is signed, numbered, and of a draw of this record."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from urna.audit.examination import Examination, Result, check_examination
from urna.encoding.canonical import Code
from urna.encoding.document import open_document
from urna.errors import UrnaError
from urna.record.keys import officer_verifiers
from urna.record.layout import Kind, audit_path
from urna.verify.audit_reading import AuditPapers
from urna.verify.authority import Inquiry, another_election
from urna.verify.leaves import Leaf
from urna.verify.report import Check, in_a_sentence
from urna.words import Sentence


def check_examinations(inquiry: Inquiry, leaves: Mapping[str, Leaf], audits: Sequence[AuditPapers] = ()) -> None:
    """Every examination of the record.

    1. k officers signed it, of this election; its lists are in order, and it names nobody's number.
    2. Its serial is its path's, from 1 without a gap, and it was logged in that order.
    3. A draw that it names is an audit of this record, whose seed was there before.
    4. What a sample drew and no examination speaks of is said: whoever draws and examines could keep silent about it.

    Args:
        inquiry: the record.
        leaves: by path.
        audits: those that verify.
    """
    folder, election, notebook = inquiry
    authority = election.definition.authority
    officers = officer_verifiers(authority.officers)
    listed = folder.numbered(Kind.EXAMINATION)
    if not listed:
        notebook.absent(Check.EXAMINATIONS, detail=Sentence("the record has no examinations"))
        notebook.remarks += _silence(audits, {})
        return
    spoken: dict[Code, list[Examination]] = defaultdict(list)
    found = failed = 0
    last = -1
    for place, (number, path) in enumerate(listed, start=1):
        try:
            examination = open_document(folder.read(path), Examination, officers, authority.threshold, path)
            check_examination(examination, path)
        except UrnaError as error:
            notebook.find(Check.EXAMINATIONS, in_a_sentence(error), file=path)
            continue
        found += 1
        spoken[examination.draw].append(examination)
        failed += sum(each.result is Result.FAILED for each in examination.subjects)
        leaf = leaves[path].place if path in leaves else None
        for sentence in _doubts(inquiry, leaves, path, examination):
            notebook.find(Check.EXAMINATIONS, sentence, file=path)
        if not examination.serial == number == place or (leaf is not None and leaf < last):
            values: dict[str, str | int] = {"file": path, "left": examination.serial, "right": place}
            sentence = Sentence("{file} has serial {left}, expected {right}, in this order in the log.", values)
            notebook.find(Check.EXAMINATIONS, sentence, file=path)
        last = max(last, leaf if leaf is not None else last)
    values = {"count": found, "failed": failed}
    notebook.checked(Check.EXAMINATIONS, detail=Sentence("examinations: {count}, things that failed: {failed}", values))
    if failed:
        notebook.remarks.append(Sentence("In {count} examinations {failed} things did not pass.", values))
    notebook.remarks += _silence(audits, spoken)


def _silence(audits: Sequence[AuditPapers], spoken: Mapping[Code, Sequence[Examination]]) -> Iterator[Sentence]:
    """Samples of which something was drawn that no examination speaks of, or that one says was not examined.

    A subject begins with its station. Electors are drawn as papers; an examination has only their count, `sampled`.
    """
    for papers in audits:
        rules = papers.commitment.record
        drawn = sorted({draw.unit for one in papers.rounds for draw in one.record.draws})
        if rules.method != "sample":
            continue
        of_it = spoken.get(papers.code, ())
        if rules.unit == "container":
            named, looked_at = _subjects(of_it, looked_at=False), _subjects(of_it, looked_at=True)
            left = [unit for unit in drawn if unit not in named]
            yield from _not_examined(papers.code, [unit for unit in drawn if unit in named - looked_at])
        else:
            sampled = sum(each.number for one in of_it for each in one.figures if each.name == "sampled")
            left = drawn if sampled < len(drawn) else []
        if left:
            values: dict[str, str | int] = {"audit": papers.code, "count": len(left), "first": left[0]}
            yield Sentence("Audit {audit} drew {count} of which no examination speaks, {first} among them.", values)


def _subjects(examinations: Sequence[Examination], *, looked_at: bool) -> set[str]:
    """The stations of their subjects; those of which something was found, or all."""
    return {
        each.subject.split(" ")[0]
        for one in examinations
        for each in one.subjects
        if not (looked_at and each.result is Result.NOT_EXAMINED)
    }


def _not_examined(audit: Code, units: Sequence[str]) -> Iterator[Sentence]:
    """Whoever draws a machine that would not pass could say that nobody looked at it."""
    if units:
        values: dict[str, str | int] = {"audit": audit, "count": len(units), "first": units[0]}
        yield Sentence("Audit {audit} drew {count} that were not examined, {first} among them.", values)


def _doubts(inquiry: Inquiry, leaves: Mapping[str, Leaf], path: str, examination: Examination) -> Iterator[Sentence]:
    if examination.election != inquiry.election.identity:
        yield another_election(path)
    if not examination.draw:
        return
    seed = audit_path(examination.draw, Kind.AUDIT_SEED)
    values: dict[str, str | int] = {"file": path, "audit": examination.draw}
    if not inquiry.folder.has(seed):
        yield Sentence("{file} names the draw {audit}, of which the record has no seed.", values)
    elif path in leaves and seed in leaves and leaves[seed].place > leaves[path].place:
        yield Sentence("{file} was logged before the seed of the draw {audit} that it names.", values)
