"""The demo's people: who comes to vote, with which finger, and what they press.

Everything follows from a seed, and nobody in it exists. A voter's choices are drawn here, outside the station, as a
voter's mind is; the station never learns whose they are.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

import msgspec

from urna.cli.demo.fingers import POSITIONS, DrawnFinger
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.roll.elector import Elector, Finger
from urna.roll.synthetic import synthesize_roll

TURNOUT = 0.72
FINGERS = {0: 0.03, 1: 0.07, 2: 0.20, 3: 0.10, 4: 0.60}
"""Share of the roll with so many fingers stored."""


class Voter(NamedTuple):
    """Somebody who comes to the station."""

    number: str
    style: Code
    fingers: tuple[int, ...]
    """Indexes in the pool of the fingers that are enrolled; none where nothing is stored."""
    choices: Mapping[Code, tuple[Code, ...]]

    def __repr__(self) -> str:
        """Nobody."""
        return "Voter()"


def enrolled_roll(election: Election, pool: Sequence[DrawnFinger], seed: int) -> tuple[Elector, ...]:
    """The synthetic roll, each elector with different fingers of the pool: most with four, some with none."""
    chance = Random(f"urna/demo/enrolment|{seed}")
    electors = []
    for elector in synthesize_roll(election, seed):
        count = chance.choices(list(FINGERS), list(FINGERS.values()))[0]
        own = zip(POSITIONS, chance.sample(pool, count), strict=False)
        fingers = tuple(Finger(position=position, templates=finger.enrolled) for position, finger in own)
        electors.append(msgspec.structs.replace(elector, fingers=fingers))
    return tuple(electors)


def voters_of(
    election: Election, electors: Sequence[Elector], pool: Sequence[DrawnFinger], seed: int
) -> tuple[Voter, ...]:
    """Those of a station's electors who come, in the order in which they come."""
    if not electors:
        return ()
    station = electors[0].station
    chance = Random(f"urna/demo/voters|{seed}|{station}")
    index = {finger.enrolled: number for number, finger in enumerate(pool)}
    coming = [elector for elector in electors if chance.random() < TURNOUT]
    chance.shuffle(coming)
    leanings = _leanings(election, seed, station)
    return tuple(
        Voter(
            elector.number,
            elector.style,
            tuple(index[finger.templates] for finger in elector.fingers),
            choices_of(election, elector.style, leanings, chance),
        )
        for elector in coming
    )


def choices_of(
    election: Election, style: Code, leanings: Mapping[Code, float], chance: Random
) -> dict[Code, tuple[Code, ...]]:
    """What one voter presses: mostly one party throughout, sometimes nothing in a contest."""
    favourite = chance.choices(list(leanings), list(leanings.values()))[0]
    return {
        contest.code: _choose(contest, favourite, chance)
        for contest in election.contests_of_style(style)
        if chance.random() > 0.03
    }


def _leanings(election: Election, seed: int, station: Code) -> dict[Code, float]:
    """How strong each party is at a station. Parties of one alliance share its strength, places differ."""
    allies: dict[Code, int] = {}
    for contest in election.definition.contests:
        for option in contest.options:
            same = sum(other.choice == option.choice for other in contest.options)
            allies[option.party or ""] = max(allies.get(option.party or "", 1), same)
    nation, place = Random(f"urna/demo/nation|{seed}"), Random(f"urna/demo/place|{seed}|{station}")
    parties = [party.code for party in election.definition.parties]
    return {code: nation.uniform(0.7, 1.3) * place.uniform(0.3, 1.7) / allies.get(code, 1) for code in parties}


def _choose(contest: Contest, favourite: Code, chance: Random) -> tuple[Code, ...]:
    """Up to the votes allowed, no choice twice: the favourite's card first, then others at random."""
    options = sorted(contest.options, key=lambda option: (option.party != favourite, chance.random()))
    pressed: dict[Code, Code] = {}
    for option in options:
        if len(pressed) < contest.votes_allowed and (not pressed or chance.random() < 0.7):
            pressed.setdefault(option.choice, option.code)
    return tuple(pressed.values())
