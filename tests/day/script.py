"""What may happen on a day, visit by visit, and what the sheet must say in the end: by arithmetic alone."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tests.day.voter import Ballot

from urna.election.definition import Contest
from urna.roll.elector import Elector
from urna.station.cards import Role

PRESIDENT: tuple[Role, ...] = ()
"""Who admits without a match: the president's own finger."""

MEMBERS = (Role.SECRETARY, Role.MEMBER)

PRESENTS = "presents"
"""Comes and votes; every other event has a method of this name in `tests.day.incidents`."""


class Visit(NamedTuple):
    """One voter's visit."""

    elector: Elector
    ballots: tuple[Ballot, ...]
    """Papers that are printed, one after the other; the last one is cast."""
    event: str = PRESENTS
    fingers: tuple[str, ...] = ()
    """Who lays a finger on the reader, one after the other; empty: the elector, once."""
    outcome: str = "match"
    by: tuple[Role, ...] | None = None
    """Who admits without a match: nobody (None), the president, or two members."""
    reason: str = "document_checked"
    by_telephone: bool = False
    """The centre's response in the place of a code of the sheet."""
    spoiled: str = ""
    """What becomes of every paper but the last: "void" or "challenged"."""
    touches: tuple[str, ...] = ()
    """Settings of the screen that the voter changes first."""
    hands: str = "touch"
    companion: str = ""
    over: str = ""
    """An option that is touched although no vote is left."""
    completes: Ballot | None = None
    """What is chosen at first, before the notice that votes are left."""
    asks_for_help: bool = False


class Outcomes(NamedTuple):
    """What an event adds to the statement and the sheet, beside the person who is identified."""

    activations: int = 1
    cast: int = 1
    void: int = 0
    expired: int = 0
    left: int = 0
    withdrawn: int = 0
    readmitted: int = 0
    refused: int = 0
    torn: int = 0
    """Papers that came out in part."""


EVENTS = {
    PRESENTS: Outcomes(),
    "waits": Outcomes(),
    "comes_twice": Outcomes(refused=1),
    "withdraws_and_returns": Outcomes(withdrawn=1, readmitted=1),
    "takes_too_long": Outcomes(),
    "falls_silent": Outcomes(activations=2, expired=1, readmitted=1),
    "leaves": Outcomes(cast=0, left=1),
    "meets_a_jam": Outcomes(void=1, torn=1),
    "meets_an_empty_printer": Outcomes(),
    "meets_a_broken_machine": Outcomes(void=1),
}
"""Everything that a visit can be."""


class Expected(NamedTuple):
    """What the statement and the sheet must say."""

    identified: Counter[str]
    overrides: Counter[str]
    votes: Counter[tuple[str, str]]
    undervotes: Counter[str]
    counts: Counter[str]
    """The fields of `Outcomes`, summed, with the codes that were used."""

    @property
    def papers(self) -> int:
        """Whole ones: a code slip and a ballot for each attempt, less what was torn."""
        made = self.counts["cast"] + self.counts["void"] + self.counts["challenged"]
        return 2 * made - self.counts["torn"]


def expected(done: Iterable[Visit], contests: tuple[Contest, ...]) -> Expected:
    """Of these visits."""
    found = Expected(Counter(), Counter(), Counter(), Counter(), Counter())
    for visit in done:
        _count_people(visit, found)
        outcomes = EVENTS[visit.event]
        found.counts.update(outcomes._asdict())
        if visit.spoiled:
            found.counts[visit.spoiled] += len(visit.ballots) - 1
        if outcomes.cast:
            _count_votes(visit.ballots[-1], contests, found)
    return found


def _count_people(visit: Visit, found: Expected) -> None:
    found.identified[visit.outcome] += 1
    if visit.by is not None:
        found.overrides[visit.reason] += 1
        found.counts["telephone" if visit.by_telephone else "codes"] += 1


def _count_votes(ballot: Ballot, contests: tuple[Contest, ...], found: Expected) -> None:
    for contest in contests:
        for option in ballot[contest.code]:
            found.votes[contest.code, option] += 1
        found.undervotes[contest.code] += contest.votes_allowed - len(ballot[contest.code])
