"""Why a row of a results table cannot be a station, in sentences, and how many rows each reason stops.

A table comes from anybody: what a sentence quotes from it is cut short and made printable.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from urna.errors import Finding
from urna.words import N_, Sentence

NO_PLACE = N_("{column} has no value, so the place has no name.")
NOT_WHOLE = N_("{column} is {value}, not a whole number.")
NO_RESULTS = N_("No results: {count} columns have no value.")
GAPS = N_("Candidates have {votes} votes, but no value stands in: {names}.")
VOTES_NOT_VALID = N_("The options sum to {votes} votes, the valid votes are {valid}.")
NOT_BALLOTS = N_("Valid {valid} and null {nulls} do not sum to ballots {ballots}.")
TOO_MANY = N_("Ballots {ballots} exceed the registered {registered}.")
REPEATED = N_("The same station, {key}, is on lines {lines}; none of them can be told from the others.")

TITLES = {
    NO_RESULTS: N_("no results at all"),
    GAPS: N_("votes for candidates, but other numbers are missing"),
    NOT_WHOLE: N_("a value that is not a whole number"),
    VOTES_NOT_VALID: N_("the options do not sum to the valid votes"),
    NOT_BALLOTS: N_("valid and null votes do not sum to the ballots"),
    TOO_MANY: N_("more ballots than registered electors"),
    REPEATED: N_("a station that stands on several rows"),
    NO_PLACE: N_("a place without a name"),
}
"""Each reason in a few words, for a summary."""

LONGEST_QUOTE = 80
MOST_NAMED = 8


class StoppedRows(NamedTuple):
    """A reason and the rows that it stops."""

    title: str
    """One of `TITLES`, in English."""
    lines: tuple[int, ...]
    """Their lines in the file, ascending, each once."""


def rows_by_reason(findings: Iterable[Finding]) -> list[StoppedRows]:
    """The reasons that occur, the most frequent first; a row with two reasons stands under both."""
    lines: dict[str, dict[int, None]] = {}
    for finding in findings:
        lines.setdefault(TITLES[finding.problem.template], {})[finding.line] = None
    stopped = [StoppedRows(title, tuple(sorted(numbers))) for title, numbers in lines.items()]
    return sorted(stopped, key=lambda each: (-len(each.lines), each.title))


def no_place(column: str) -> Sentence:
    """A territory's column is empty."""
    return Sentence(NO_PLACE, {"column": shown(column)})


def not_whole(column: str, value: str) -> Sentence:
    """A count is written as something else."""
    return Sentence(NOT_WHOLE, {"column": shown(column), "value": shown(value)})


def missing_values(columns: Sequence[str], votes: int) -> Sentence:
    """Columns without a value: no results, or candidates' votes without the numbers around them."""
    if not votes:
        return Sentence(NO_RESULTS, {"count": len(columns)})
    return Sentence(GAPS, {"votes": votes, "names": first_few(columns)})


def wrong_sums(*, votes: int, valid: int, nulls: int, ballots: int, registered: int) -> list[Sentence]:
    """Every rule of votes + nulls = ballots ≤ registered that these numbers break."""
    problems = []
    if votes != valid:
        problems.append(Sentence(VOTES_NOT_VALID, {"votes": votes, "valid": valid}))
    if valid + nulls != ballots:
        problems.append(Sentence(NOT_BALLOTS, {"valid": valid, "nulls": nulls, "ballots": ballots}))
    if ballots > registered:
        problems.append(Sentence(TOO_MANY, {"ballots": ballots, "registered": registered}))
    return problems


def repeated(key: Sequence[str], lines: Sequence[int]) -> Sentence:
    """Several rows with one name: nobody can say which of them is the station."""
    return Sentence(REPEATED, {"key": shown(" / ".join(key), 400), "lines": first_few([str(line) for line in lines])})


def first_few(names: Collection[str], most: int = MOST_NAMED) -> str:
    """The first names in a row, and whether there are more."""
    few = ", ".join(shown(name) for name, _ in zip(names, range(most), strict=False))
    return f"{few}, …" if len(names) > most else few


def shown(text: str, longest: int = LONGEST_QUOTE) -> str:
    """A quotation that is safe on a terminal: control characters as �, at most so many characters."""
    safe = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:longest])
    return f"{safe}…" if len(text) > longest else safe
