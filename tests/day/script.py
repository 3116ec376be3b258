"""What happens on the day, voter by voter, and what the sheet must say in the end."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from tests.day.voter import Ballot

from urna.election.definition import Contest
from urna.roll.elector import Elector
from urna.station.cards import Role


class Visit(NamedTuple):
    """One voter's visit."""

    elector: Elector
    ballots: tuple[Ballot, ...]
    """Papers that are printed, one after the other; the last one is cast."""
    fingers: tuple[str, ...] = ()
    """Who lays a finger on the reader, one after the other; empty: the elector, once."""
    outcome: str = "match"
    by: tuple[Role, ...] | None = None
    """Who admits without a match: nobody (None), the president's finger (empty), or two members."""
    spoiled: str = ""
    """What becomes of every paper but the last: "void" or "challenged"."""
    touches: tuple[str, ...] = ()
    """Settings of the screen that the voter changes first."""
    companion: bool = False


class Expected(NamedTuple):
    """What the statement and the sheet must say."""

    identified: Counter[str]
    votes: Counter[tuple[str, str]]
    undervotes: Counter[str]
    cast: int
    void: int
    challenged: int
    overrides: int


def visits(electors: tuple[Elector, ...], contests: tuple[Contest, ...]) -> Iterator[Visit]:
    """Twelve voters, and every way to be identified."""
    people = iter(sorted(electors, key=lambda each: each.number))
    ballots = (_ballot(number, contests) for number in range(100))

    def one(count: int = 1) -> tuple[Ballot, ...]:
        return tuple(next(ballots) for _ in range(count))

    yield Visit(next(people), one())
    yield Visit(next(people), one(), touches=("language:en",))
    yield Visit(next(people), one(), touches=("size:largest",))
    yield Visit(next(people), one(), touches=("contrast:highest",), companion=True)
    yield Visit(next(people), one(2), spoiled="void")
    yield Visit(next(people), one(2), spoiled="challenged")
    yield Visit(next(people), one(), ("stranger",) * 2, "no_match", by=())
    yield Visit(next(people), one(), ("stranger",) * 2, "no_match", by=(Role.SECRETARY, Role.MEMBER))
    yield Visit(next(people), one(), ("faint",) * 2, "poor_image", by=())
    yield Visit(next(people), one(), ("none",), "no_fingers", by=())
    yield Visit(next(people), one())
    yield Visit(next(people), one())


def expected(done: list[Visit], contests: tuple[Contest, ...]) -> Expected:
    """By arithmetic alone."""
    votes: Counter[tuple[str, str]] = Counter()
    undervotes: Counter[str] = Counter()
    for visit in done:
        for contest in contests:
            option = visit.ballots[-1][contest.code]
            if option is None:
                undervotes[contest.code] += contest.votes_allowed
            else:
                votes[contest.code, contest.options[option].code] += 1
                undervotes[contest.code] += contest.votes_allowed - 1
    spoiled = Counter(
        {each: sum(len(v.ballots) - 1 for v in done if v.spoiled == each) for each in ("void", "challenged")}
    )
    return Expected(
        Counter(visit.outcome for visit in done),
        votes,
        undervotes,
        len(done),
        spoiled["void"],
        spoiled["challenged"],
        sum(visit.by is not None for visit in done),
    )


def _ballot(number: int, contests: tuple[Contest, ...]) -> Ballot:
    """Another one for each number; now and then a contest is left blank."""
    return {
        contest.code: None if (number + place) % 5 == 4 else (number * (place + 1)) % len(contest.options)
        for place, contest in enumerate(contests)
    }
