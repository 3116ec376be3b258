"""The sums of a round's slips as two people typed them, each for themselves, and the sums that they agree on.

A file has a line for each number: contest,line,draws, below a line with these names. `line` is an option, `none` for
slips without a valid vote, or `not-found` for slips that are not in their box.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from urna.audit.slip_reading import ContestReading, OptionDraws
from urna.audit.typed_table import read_table
from urna.election.definition import Contest
from urna.encoding.letters import letters_of
from urna.errors import Finding, Findings, Malformed
from urna.words import Sentence

COLUMNS = ["contest", "line", "draws"]
NONE, NOT_FOUND = "none", "not-found"
AGAIN = Sentence("Look at the tally sheets of the round again, then both type the sums anew.")

_DRAWS = re.compile(r"\A[0-9]{1,9}\Z")

Lines = Mapping[tuple[str, str], int]
"""Draws by contest and line."""


def lines_of(contest: Contest) -> tuple[str, ...]:
    """What is asked of a contest, in the order of the tally sheet."""
    return (*(option.code for option in contest.options), NONE, NOT_FOUND)


def lines_to_type(asked: Sequence[Contest]) -> bytes:
    """The file with every line that is asked, for a person to fill in."""
    lines = [f"{each.code},{line}," for each in asked for line in lines_of(each)]
    return ("\n".join([",".join(COLUMNS), *lines]) + "\n").encode()


def read_typed_sums(data: bytes, asked: Sequence[Contest], where: str) -> Lines:
    """What one person typed.

    Raises:
        Malformed: not UTF-8, or other columns.
        Findings: lines that are none, twice, missing, or not asked; all of them.
    """
    expected = {(each.code, line) for each in asked for line in lines_of(each)}
    lines: dict[tuple[str, str], int] = {}
    findings = []
    for number, row in read_table(data, COLUMNS, where, may_be_empty=True):
        key = (row[0], row[1]) if len(row) == len(COLUMNS) else ("", "")
        said = {"line": ",".join(row)[:80]}
        if key not in expected or not _DRAWS.match(row[2]):
            remedy = Sentence("Write contest,line,draws as on the tally sheet: whole numbers from 0 up.")
            findings.append(Finding(where, number, Sentence("this is no line of the round: {line}.", said), remedy))
        elif key in lines:
            remedy = Sentence("Leave one of them.")
            findings.append(Finding(where, number, Sentence("this line is here twice: {line}.", said), remedy))
        else:
            lines[key] = int(row[2])
    for key in sorted(expected - lines.keys()):
        missing = Sentence("{contest}, {line} is missing.", {"contest": key[0], "line": key[1]})
        findings.append(
            Finding(where, 0, missing, Sentence("Write each line of the tally sheet, with 0 if there is none."))
        )
    if findings:
        raise Findings(findings)
    return lines


def agreed_sums(
    asked: Sequence[Contest], people: tuple[str, str], typed: tuple[Lines, Lines], where: str
) -> tuple[ContestReading, ...]:
    """The sums that both typed alike.

    Args:
        asked: the contests.
        people: the two, by name.
        typed: what each typed, as `read_typed_sums` gives it.
        where: the audit.

    Raises:
        Malformed: one person twice, or a name that is none.
        Findings: every number in which they differ.
    """
    first, second = (" ".join(name.split()) for name in people)
    if not first or not second or letters_of(first) == letters_of(second):
        raise Malformed(
            Sentence("two people who typed"),
            Sentence("{person} twice", {"person": first or "''"}),
            Sentence("Let somebody else type the second time, without seeing the first."),
            where,
        )
    if findings := list(_differences((first, second), typed, where)):
        raise Findings(findings)
    return tuple(_sums(each, typed[0]) for each in asked)


def _sums(contest: Contest, lines: Lines) -> ContestReading:
    code = contest.code
    return ContestReading(
        contest=code,
        options=tuple(
            OptionDraws(option=option, draws=lines[code, option])
            for option in sorted(option.code for option in contest.options)
        ),
        without_vote=lines[code, NONE],
        not_found=lines[code, NOT_FOUND],
    )


def _differences(people: tuple[str, str], typed: tuple[Lines, Lines], where: str) -> Iterator[Finding]:
    for key in sorted(typed[0]):
        if typed[0][key] != typed[1][key]:
            said: dict[str, str | int] = {
                "contest": key[0],
                "line": key[1],
                "first": people[0],
                "one": typed[0][key],
                "second": people[1],
                "other": typed[1][key],
            }
            problem = Sentence("{contest}, {line}: {first} typed {one}, {second} typed {other}.", said)
            yield Finding(where, 0, problem, AGAIN)
