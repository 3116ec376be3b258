"""What a rule of reconciliation is, and the papers that it looks at."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from urna.ballot.published import BallotList
from urna.election.certification import RollCommitment
from urna.election.definition import Election, Station
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Hash
from urna.tally.sheet import TallySheet

Values = dict[str, str | int]
"""What fills a rule's sentence: `left` and `right`, the two things that should agree, and what names them."""


class Case(NamedTuple):
    """One station's papers, properly signed, all of the same election and station."""

    election: Election
    sheet: TallySheet
    statement: PollBookStatement
    roll: RollCommitment | None
    """The station's commitment; None if it has none."""
    zero_reports: Mapping[int, Hash]
    """SHA-256 of the signed zero report, by booth."""
    ballots: BallotList | None
    """The published ballots; None if there are none."""

    @property
    def station(self) -> Station:
        """The station in the definition."""
        return self.election.stations[self.sheet.station]


class Rule(NamedTuple):
    """An invariant: its stable number and name, the sentence if it is broken, and what finds that it is.

    `find` yields the values of the sentence, once for each time that the rule is broken.
    """

    number: int
    name: str
    sentence: str
    find: Callable[[Case], Iterable[Values]]


def unless_equal(left: int, right: int, **named: str | int) -> Iterable[Values]:
    """The values of a broken rule if two numbers differ."""
    if left != right:
        yield {"left": left, "right": right, **named}


def unless_at_most(left: int, right: int, **named: str | int) -> Iterable[Values]:
    """The values of a broken rule if the left number is above the right one."""
    if left > right:
        yield {"left": left, "right": right, **named}


def unless_same_list(left: Iterable[str], right: Iterable[str], **named: str | int) -> Iterable[Values]:
    """The values of a broken rule if two lists are not the same in the same order; names the first difference.

    Both are spelled short: a sheet may hold anything that its keys signed.
    """
    found, wanted = list(left), list(right)
    if found == wanted:
        return
    at = next((n for n, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]), None)
    place = min(len(found), len(wanted)) if at is None else at
    yield {
        "left": len(found),
        "right": len(wanted),
        "place": place + 1,
        "listed": found[place] if place < len(found) else "-",
        "expected": wanted[place] if place < len(wanted) else "-",
        **named,
    }
