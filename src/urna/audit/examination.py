"""Examinations: what was looked at before or during the day, and what was found. Signed by k of n officers.

A draw says what to look at (an audit of the method `sample`); an examination says what was seen there. It states
machines, files, counts and incidents. It never states an elector, a ballot's time, or anything that joins the two:
where electors were sampled, the record holds counts alone.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Annotated

import msgspec

from urna.election.definition import Ratio, Text
from urna.encoding.canonical import Count, Hash, Moment, Record
from urna.encoding.letters import letters_of
from urna.errors import Malformed
from urna.words import Sentence

MOST_PRESENT = 100
MOST_SUBJECTS = 40_000
MOST_FIGURES = 1000
MOST_EVIDENCE = 1000

RATIO_DIGITS = 9
"""Digits of a bound that is written down; it is rounded up."""

_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z.])(?:[VEPvep][ .-]?\d{5,9}|(?:[VEPvep][ .-]?)?\d{1,2}[. ]?\d{3}[. ]?\d{3})(?![0-9A-Za-z])"
)
"""A number as identity cards (V-12.345.678) and telephones (seven digits) have it."""


class ExaminationKind(StrEnum):
    """What was examined."""

    READINESS = "readiness"
    """Before the day: the stations' readiness tests."""
    ROLL = "roll"
    """Before the day: the roll, and a sample of it against documents."""
    SOFTWARE = "software"
    """Before the day: the files of drawn machines against the build's manifest."""
    CEREMONY = "ceremony"
    """Before the day: the guardians' rehearsal."""
    REHEARSAL = "rehearsal"
    """Before the day: drawn stations voted known decks, up to the totals."""
    PARALLEL = "parallel"
    """On the day: drawn stations voted a known deck and were compared."""
    RECONCILIATION = "reconciliation"
    """On the day: people, slips and machine counters of a station, half hour by half hour or longer."""
    CHALLENGES = "challenges"
    """From the record: every challenged ballot that was opened."""
    INCIDENTS = "incidents"
    """From the record and from paper: what happened, and what became of it."""
    MANIFEST = "manifest"
    """Before the day: the files that a build consists of."""


class Result(StrEnum):
    """What was found of a subject."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_EXAMINED = "not_examined"
    """It was to be examined, and was not; that is never a pass."""


OptionalCode = Annotated[str, msgspec.Meta(pattern=r"\A(?:[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?)?\Z")]
"""A code, or nothing."""

OptionalText = Annotated[
    str, msgspec.Meta(max_length=200, pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*\Z")
]
"""One line that people read, or nothing."""

Conclusion = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=2000, pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+\Z"),
]
"""A few sentences in one line; no control characters."""

FigureName = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_]{0,59}\Z")]
"""A word of docs/examinations.md, such as `sampled`."""


class Subject(Record, frozen=True, kw_only=True):
    """One thing that was examined: a station, a file, a guardian, a counter."""

    subject: Text
    result: Result
    expected: OptionalText
    found: OptionalText


class Figure(Record, frozen=True, kw_only=True):
    """A count."""

    name: FigureName
    number: Count


class BoundFigure(Record, frozen=True, kw_only=True):
    """A share that was worked out, such as an upper bound at 95 %; rounded up to `RATIO_DIGITS` digits."""

    name: FigureName
    ratio: Ratio


class Evidence(Record, frozen=True, kw_only=True):
    """A file that the examination rests on; whoever holds it can show that it is the one."""

    name: Text
    sha256: Hash
    size: Count
    """In bytes."""


class Examination(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/examination/1"):
    """What was examined and what was found; signed by k of n officers."""

    election: Hash
    serial: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
    """Of the election's examinations, from 1 without a gap."""
    kind: ExaminationKind
    draw: OptionalCode
    """The audit (method `sample`) whose seed chose what was examined; "" if nothing was drawn."""
    held_at: Moment
    place: Text
    present: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=MOST_PRESENT)]
    """Names of the people who examined or watched."""
    subjects: Annotated[tuple[Subject, ...], msgspec.Meta(max_length=MOST_SUBJECTS)]
    """Ascending by subject, each once."""
    figures: Annotated[tuple[Figure, ...], msgspec.Meta(max_length=MOST_FIGURES)]
    """Ascending by name, each once."""
    bounds: Annotated[tuple[BoundFigure, ...], msgspec.Meta(max_length=MOST_FIGURES)]
    """Ascending by name, each once."""
    evidence: Annotated[tuple[Evidence, ...], msgspec.Meta(max_length=MOST_EVIDENCE)]
    """Ascending by name, each once."""
    conclusion: Conclusion

    @property
    def failed(self) -> tuple[Subject, ...]:
        """Subjects that did not pass."""
        return tuple(each for each in self.subjects if each.result is Result.FAILED)

    @property
    def unexamined(self) -> tuple[Subject, ...]:
        """Subjects that nobody examined."""
        return tuple(each for each in self.subjects if each.result is Result.NOT_EXAMINED)


def check_examination(examination: Examination, where: str = "") -> None:
    """Returns if its lists are in order, each entry once, it says something, and no text names an elector.

    Raises:
        Malformed: a list is out of order or names something twice, nothing was examined, or a text that people wrote
            has what may be the number of an identity card or telephone.
    """
    place = where or f"examination {examination.serial}"
    lists: dict[str, Iterable[str]] = {
        "subjects": (each.subject for each in examination.subjects),
        "figures": (each.name for each in examination.figures),
        "bounds": (each.name for each in examination.bounds),
        "evidence": (each.name for each in examination.evidence),
    }
    for name, keys in lists.items():
        _check_ascending(name, list(keys), place)
    _check_present(examination.present, place)
    if not (examination.subjects or examination.figures):
        raise Malformed(
            Sentence("at least one thing that was examined, or one count"),
            Sentence("none"),
            Sentence("Write down what was examined; what nobody looked at is `not_examined`."),
            place,
        )
    check_no_identity((examination.conclusion, examination.place, *examination.present), place)


def check_no_identity(texts: Iterable[str], where: str = "") -> None:
    """Returns if no text that people wrote has a number like that of an identity card or telephone.

    Raises:
        Malformed: one has.
    """
    for text in texts:
        if _IDENTITY.search(text):
            raise Malformed(
                Sentence("a text without the number of a person's card or telephone: everybody will read it"),
                Sentence("one that looks like it"),
                Sentence("Say what happened without saying to whom; write large counts with a comma."),
                where,
            )


def rounded_up(share: Fraction) -> Ratio:
    """A share from 0 to 1 as a record writes it: never below what it is."""
    unit = 10**RATIO_DIGITS
    parts = Fraction(min(unit, ceil(share * unit)), unit)
    return f"{parts.numerator}/{parts.denominator}"


def _check_ascending(name: str, keys: Sequence[str], where: str) -> None:
    for before, after in pairwise(keys):
        if before >= after:
            raise Malformed(
                Sentence("{name} in ascending order, each once", {"name": name}),
                Sentence("{after} after {before}", {"after": repr(after[:60]), "before": repr(before[:60])}),
                Sentence("Make the examination anew with urna audit before or urna audit during."),
                where,
            )


def _check_present(names: Sequence[str], where: str) -> None:
    folded = {letters_of(name) for name in names}
    if len(folded) != len(names):
        raise Malformed(
            Sentence("each person who was present once"),
            Sentence("{count} names of {people} people", {"count": len(names), "people": len(folded)}),
            Sentence("Name everybody once."),
            where,
        )
