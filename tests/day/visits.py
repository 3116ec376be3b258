"""Who comes on the long day, and on the short one: names nobody, chooses by arithmetic."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.day.script import MEMBERS, PRESIDENT, Visit
from tests.day.voter import Ballot

from urna.election.definition import Contest
from urna.roll.elector import Elector

VOTERS = 40
FAINT, STRANGER = ("faint",) * 2, ("stranger",) * 2
NONE, NO_READER = ("none",), ("no reader",)


class People(NamedTuple):
    """The station's electors as they come, and the ballots that they make."""

    enrolled: Iterator[Elector]
    unenrolled: Iterator[Elector]
    ballots: Iterator[Ballot]

    def one(self, papers: int = 1, *, same: bool = True, votes: int = 2, **more: Any) -> Visit:
        """The next elector, with one ballot on so many papers, or as many different ones."""
        person = next(self.unenrolled if more.get("outcome") == "nothing_stored" else self.enrolled)
        first = self._ballot(votes)
        rest = tuple(first if same else self._ballot(votes) for _ in range(papers - 1))
        return Visit(person, (first, *rest), **more)

    def _ballot(self, votes: int) -> Ballot:
        """With so many votes in the first contest."""
        found = dict(next(self.ballots))
        first = next(iter(found))
        return found | {first: found[first][:votes]}


def people(electors: tuple[Elector, ...], contests: tuple[Contest, ...]) -> People:
    """Of a station."""
    by_number = sorted(electors, key=lambda each: each.number)
    enrolled = (each for each in by_number if len(each.fingers) > 1)
    unenrolled = (each for each in by_number if not each.fingers)
    return People(enrolled, unenrolled, (_ballot(number, contests) for number in range(1000)))


def long_day(electors: tuple[Elector, ...], contests: tuple[Contest, ...]) -> list[Visit]:
    """Forty voters, and every way to be identified, to vote and to be disturbed."""
    they = people(electors, contests)
    script = [
        they.one(event="takes_too_long", touches=("language:en",)),
        *_identified(they),
        *_settings(they),
        they.one(event="falls_silent"),
        *_ballots(they, contests),
        *_disturbed(they),
    ]
    return script + [they.one() for _ in range(VOTERS - len(script))]


def short_day(electors: tuple[Elector, ...], contests: tuple[Contest, ...]) -> list[Visit]:
    """Seven voters, a challenge, a void paper, a telephone code, and a machine that breaks."""
    they = people(electors, contests)
    return [
        they.one(touches=("language:en",)),
        they.one(2, same=False, spoiled="challenged"),
        they.one(fingers=STRANGER, outcome="no_match", by=PRESIDENT, by_telephone=True),
        they.one(event="meets_a_broken_machine", touches=("language:en",)),
        they.one(2, spoiled="void", votes=1),
        they.one(outcome="nothing_stored", fingers=NONE, by=MEMBERS, reason="known_to_members"),
        they.one(event="comes_twice"),
    ]


def _identified(they: People) -> Iterator[Visit]:
    """Every outcome, admitted by the president and by two members, by a code of the sheet and by telephone."""
    yield they.one(fingers=STRANGER, outcome="no_match", by=PRESIDENT)
    yield they.one(fingers=STRANGER, outcome="no_match", by=MEMBERS, reason="known_to_members")
    yield they.one(fingers=FAINT, outcome="poor_image", by=PRESIDENT, reason="finger_injured")
    yield they.one(fingers=NO_READER, outcome="poor_image", by=PRESIDENT, reason="reader_failed")
    yield they.one(fingers=NONE, outcome="no_fingers", by=PRESIDENT, reason="finger_injured")
    yield they.one(fingers=NONE, outcome="nothing_stored", by=PRESIDENT)
    yield they.one(fingers=NONE, outcome="nothing_stored", by=MEMBERS, reason="known_to_members", by_telephone=True)
    yield they.one(fingers=STRANGER, outcome="no_match", by=PRESIDENT, by_telephone=True)
    yield they.one(fingers=("stranger", ""))
    yield they.one(event="comes_twice")
    yield they.one(event="withdraws_and_returns")


def _settings(they: People) -> Iterator[Visit]:
    """Languages, sizes, contrasts, keys and voice."""
    yield they.one(touches=("size:largest",))
    yield they.one(touches=("contrast:highest",), companion="other")
    yield they.one(touches=("language:en", "size:large", "contrast:dark"))
    yield they.one(touches=("contrast:low", "size:small"))
    yield they.one(touches=("language:en", "language:es", "size:largest", "contrast:dark"))
    yield they.one(hands="keyboard", touches=("language:en",))
    yield they.one(hands="switches", touches=("audio:on",), companion="blind")
    yield they.one(touches=("language:en",), asks_for_help=True)


def _ballots(they: People, contests: tuple[Contest, ...]) -> Iterator[Visit]:
    """Papers that are void or challenged, votes too many and votes left."""
    yield they.one(2, spoiled="void")
    yield _changed(they.one(3, spoiled="void", touches=("language:en",)), contests[-1])
    yield they.one(2, same=False, spoiled="challenged")
    yield they.one(2, same=False, spoiled="challenged", touches=("language:en", "size:largest"))
    full = they.one()
    yield full._replace(over=_another(full.ballots[0], contests[0]))
    yield they.one(votes=1)
    full = they.one(touches=("language:en",))
    yield full._replace(completes=_less(full.ballots[0], contests[0].code))
    yield they.one(votes=0)


def _disturbed(they: People) -> Iterator[Visit]:
    """Printers, machines, and people who wait or go."""
    yield they.one(event="meets_an_empty_printer")
    yield they.one(event="meets_a_jam")
    yield they.one(event="meets_a_broken_machine", touches=("language:en",))
    yield they.one(event="waits")
    yield they.one(event="leaves")


def _ballot(number: int, contests: tuple[Contest, ...]) -> Ballot:
    """Another one for each number; now and then a contest of one vote is left blank."""
    return {
        contest.code: ()
        if contest.votes_allowed == 1 and (number + place) % 5 == 4
        else _options(contest, number * (place + 1))
        for place, contest in enumerate(contests)
    }


def _options(contest: Contest, start: int) -> tuple[str, ...]:
    """As many different choices as there are votes, from an option on, in ballot order."""
    turned = [contest.options[(start + step) % len(contest.options)] for step in range(len(contest.options))]
    chosen: dict[str, str] = {}
    for option in turned:
        if len(chosen) < contest.votes_allowed:
            chosen.setdefault(option.choice, option.code)
    return tuple(option.code for option in contest.options if option.code in chosen.values())


def _changed(visit: Visit, contest: Contest) -> Visit:
    """With another choice on the last paper than on those before."""
    *before, last = visit.ballots
    return visit._replace(ballots=(*before, {**last, contest.code: (_another(last, contest),)}))


def _another(ballot: Ballot, contest: Contest) -> str:
    """An option whose choice is not chosen."""
    chosen = {option.choice for option in contest.options if option.code in ballot[contest.code]}
    return next(option.code for option in contest.options if option.choice not in chosen)


def _less(ballot: Ballot, contest: str) -> Mapping[str, tuple[str, ...]]:
    """One vote fewer in a contest."""
    return {**ballot, contest: ballot[contest][:-1]}
