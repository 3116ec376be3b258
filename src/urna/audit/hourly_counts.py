"""Reconciliation during the day: what people count at a station's table against what its machines show.

Each line is one look at a quiet moment, all numbers since the opening:

    station,until,book,identified,readmitted,withdrawn,waiting,activations,voting,cast,uncast,slips

`book` are signatures in the paper book, `slips` papers seen to go into the box; the others stand on the machines'
screens. As in the event log, a look covers at least half an hour and ten people more than the one before: smaller steps
would say when somebody voted. Numbers so small that they point at somebody (readmitted, withdrawn, uncast) are compared
here, and written down nowhere.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from urna.audit.examination import Result, Subject
from urna.audit.typed_table import read_table
from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment
from urna.errors import Finding, Findings
from urna.words import Sentence

COUNTS = (
    "book",
    "identified",
    "readmitted",
    "withdrawn",
    "waiting",
    "activations",
    "voting",
    "cast",
    "uncast",
    "slips",
)
COLUMNS = ("station", "until", *COUNTS)

LEAST_MINUTES = 30
LEAST_PEOPLE = 10

_COUNT = re.compile(r"\A(?:0|[1-9][0-9]{0,5})\Z")
_MOMENT = re.compile(r"\A20\d\d-\d\d-\d\dT\d\d:(?:00|30):00Z\Z")


class Look(NamedTuple):
    """One line: whose numbers, when, and the numbers since the opening."""

    line: int
    station: Code
    until: Moment
    """A full or half hour."""
    book: int
    identified: int
    readmitted: int
    withdrawn: int
    waiting: int
    activations: int
    voting: int
    cast: int
    uncast: int
    slips: int


class Rule(NamedTuple):
    """Two sums that are equal when nothing went wrong."""

    name: str
    left: int
    right: int


def read_looks(data: bytes, election: Election, where: str) -> tuple[Look, ...]:
    """The looks of a table, by station and time.

    Raises:
        Malformed: not such a table.
        Findings: lines that are none; counts that fall; a look that is too soon, or of too few people.
    """
    findings: list[Finding] = []
    looks: list[Look] = []
    for line, row in read_table(data, COLUMNS, where):
        problem = _problem(row, election)
        if problem is None:
            looks.append(Look(line, row[0], row[1], *map(int, row[2:])))
        else:
            findings.append(Finding(where, line, problem, _REMEDY))
    looks.sort(key=lambda look: (look.station, look.until))
    if not findings:
        findings = [*_steps(looks, election, where)]
    if findings:
        raise Findings(findings)
    return tuple(looks)


def rules_of(look: Look) -> tuple[Rule, ...]:
    """What must be equal at a quiet moment."""
    return (
        Rule("signatures in the book, people identified", look.book, look.identified),
        Rule(
            "people let in, activations and people who wait or left",
            look.identified + look.readmitted,
            look.activations + look.withdrawn + look.waiting,
        ),
        Rule("activations, what became of them", look.activations, look.voting + look.cast + look.uncast),
        Rule("ballots cast, slips in the box", look.cast, look.slips),
    )


def reconcile(looks: Sequence[Look]) -> Iterator[Subject]:
    """A subject for each look: passed, or the first rule that does not hold, and by how much.

    No sum is written down: the last look less the sheet's totals would show the few who came after it.
    """
    for look in looks:
        name = f"{look.station} until {look.until}"
        broken = next((rule for rule in rules_of(look) if rule.left != rule.right), None)
        if broken is None:
            yield Subject(subject=name, result=Result.PASSED, expected="equal", found="equal")
        else:
            found = f"{broken.name}: they differ by {abs(broken.left - broken.right)}"
            yield Subject(subject=name, result=Result.FAILED, expected="equal", found=found)


_REMEDY = Sentence("Write whole numbers since the opening, and a full or half hour as 2026-12-06T14:30:00Z.")


def _problem(row: Sequence[str], election: Election) -> Sentence | None:
    if len(row) != len(COLUMNS) or not all(_COUNT.match(cell) for cell in row[2:]) or not _is_half_hour(row[1]):
        return Sentence("this is no look at a station: {line}.", {"line": ",".join(row)[:120]})
    if row[0] not in election.stations:
        return Sentence("station {station} is not in the definition.", {"station": row[0][:40]})
    return None


def _is_half_hour(text: str) -> bool:
    if not _MOMENT.match(text):
        return False
    try:
        _time(text)
    except ValueError:
        return False
    return True


def _steps(looks: Sequence[Look], election: Election, where: str) -> Iterator[Finding]:
    """What is wrong between one look and the one before; the first one's is the opening."""
    before: Look | None = None
    for look in looks:
        if before is None or before.station != look.station:
            before = Look(0, look.station, election.definition.opens_at, *[0] * len(COUNTS))
        minutes = (_time(look.until) - _time(before.until)) // timedelta(minutes=1)
        people = look.identified - before.identified
        if minutes < LEAST_MINUTES or people < LEAST_PEOPLE:
            values: dict[str, str | int] = {"minutes": minutes, "people": people}
            problem = Sentence("{minutes} minutes and {people} people after the look before.", values)
            remedy = Sentence("Wait for half an hour and ten people more; a smaller step says when somebody voted.")
            yield Finding(where, look.line, problem, remedy)
        for name in ("book", "readmitted", "withdrawn", "activations", "cast", "uncast", "slips"):
            if getattr(look, name) < getattr(before, name):
                fallen: dict[str, str | int] = {
                    "name": name,
                    "before": getattr(before, name),
                    "after": getattr(look, name),
                }
                problem = Sentence("{name} fell from {before} to {after}.", fallen)
                yield Finding(where, look.line, problem, Sentence("These numbers only rise: read them again."))
        before = look


def _time(moment: Moment) -> datetime:
    return datetime.fromisoformat(moment)
