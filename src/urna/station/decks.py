"""The known decks of the readiness test: what is pressed and compared. It follows from the definition alone."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code


class Card(NamedTuple):
    """One ballot of a deck: its style, its number there, and what it presses, by contest."""

    style: Code
    number: int
    """From 0: the option that it presses."""
    pressed: Mapping[Code, tuple[Code, ...]]


def deck(election: Election, station: Code) -> Iterator[Card]:
    """The ballots of the first deck, in the order in which they are pressed."""
    for each in election.stations[station].styles:
        contests = election.contests_of_style(each.style)
        for number in range(max((len(contest.options) for contest in contests), default=0) + 1):
            pressed = {
                contest.code: (contest.options[number].code,) for contest in contests if number < len(contest.options)
            }
            yield Card(each.style, number, pressed)


def decks(election: Election, station: Code) -> Iterator[tuple[Card, ...]]:
    """All decks of the test: the first one, and one for each binary digit of its numbers."""
    cards = tuple(deck(election, station))
    yield cards
    for digit in range(max((card.number for card in cards), default=0).bit_length()):
        yield tuple(card for card in cards if card.number >> digit & 1)


def positions(election: Election, station: Code) -> int:
    """Numbers that are compared over all decks: every option of every contest, and the votes not used."""
    each = sum(len(contest.options) + 1 for contest in election.contests_of_station(station))
    return each * sum(1 for _ in decks(election, station))
