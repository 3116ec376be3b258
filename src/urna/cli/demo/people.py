"""The demo's people: who comes to vote, with which finger, and what they press.

Everything follows from a seed, and nobody in it exists. A voter's choices are drawn here, outside the station, as a
voter's mind is; the station never learns whose they are.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

import msgspec

from urna.cli.demo.fingers import DrawnFinger
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.roll.elector import Elector, Finger
from urna.roll.synthetic import synthesize_roll

TURNOUT = 0.72
WITHOUT_FINGERS = 0.03
"""Share of the roll with no print stored."""

RIGHT_INDEX = 2


class Voter(NamedTuple):
    """Somebody who comes to the station."""

    number: str
    style: Code
    finger: int | None
    """Index in the pool of the finger that is enrolled; None where nothing is stored."""
    choices: Mapping[Code, tuple[Code, ...]]

    def __repr__(self) -> str:
        """Nobody."""
        return "Voter()"


def enrolled_roll(election: Election, pool: Sequence[DrawnFinger], seed: int) -> tuple[Elector, ...]:
    """The synthetic roll, each elector with a finger of the pool, some with none."""
    chance = Random(f"urna/demo/enrolment|{seed}")
    electors = []
    for elector in synthesize_roll(election, seed):
        finger = chance.randrange(len(pool))
        stored = Finger(position=RIGHT_INDEX, templates=(pool[finger].enrolled,))
        fingers = () if chance.random() < WITHOUT_FINGERS else (stored,)
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
            index[elector.fingers[0].templates[0]] if elector.fingers else None,
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
