"""The power may go at any instant: what was acknowledged is there, what was not is there or not, nothing else."""

import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import pytest
from tests.pollbook.power import Medium
from tests.pollbook.world import CHALLENGE, DATA_KEY, Drawn, World, president, seen, template

from urna.election.outcomes import Ending, OverrideReason
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.station.day import Day, DayEvent
from urna.station.marks import Mark
from urna.station.people import People
from urna.station.pollbook import PollBook, load_poll_book
from urna.storage.pollbook import Connection, Cursor, SqlitePollBook

WORLD = World(general=8, indigenous=3)
NUMBERS = sorted(WORLD.people)
CUTS = 300


class State(NamedTuple):
    """Everything that a poll book holds."""

    day: Day
    people: People
    marks: tuple[Mark, ...]


def state_of(book: PollBook) -> State:
    """What is on the medium now."""
    return State(book.day, book.counts(), tuple(book.find(number).mark for number in NUMBERS))


class Act(NamedTuple):
    """A method of the poll book with its arguments, and the error with which it is refused, if it is."""

    name: str
    arguments: tuple[object, ...]
    error: type[Exception] | None = None

    def do(self, book: PollBook) -> None:
        """Do it."""
        method = getattr(book, self.name)
        if self.error is None:
            method(*self.arguments)
        else:
            with pytest.raises(self.error):
                method(*self.arguments)


def script() -> list[Act]:
    """A day with every kind of act, from opening to transmission."""
    with_fingers = [number for number in NUMBERS if WORLD.people[number].fingers]
    without = [number for number in NUMBERS if not WORLD.people[number].fingers]
    reason = OverrideReason.DOCUMENT_CHECKED
    acts = [Act("advance", (DayEvent.OPEN,))]
    for place, number in enumerate(with_fingers[:-1]):
        booth, style = place % 2 + 1, WORLD.people[number].style
        acts += [
            Act("identify", (number, seen(template("X", 2)))),
            Act("identify", (number, seen(template(number, 7)))),
            Act("arm", (booth, style, CHALLENGE)),
            Act("end", (booth, list(Ending)[place % 4])),
        ]
    for line, number in enumerate(without):
        code, other = WORLD.sheet.codes[line], WORLD.other_sheet.codes[line]
        acts += [
            Act("identify", (number, None)),
            Act("override", (number, reason, president(), other), Unproven),
            Act("override", (number, reason, president(), code)),
            Act("withdraw", (WORLD.people[number].style,)),
            Act("identify", (number, None), OutOfOrder),
        ]
    again = with_fingers[0]
    return [
        *acts,
        Act("readmit", (again, president())),
        Act("arm", (1, WORLD.people[again].style, CHALLENGE)),
        Act("advance", (DayEvent.PAUSE,)),
        Act("settle", (1, president())),
        Act("advance", (DayEvent.RESUME,)),
        Act("advance", (DayEvent.CLOSE,)),
        Act("advance", (DayEvent.PRINT_SHEET,)),
        Act("advance", (DayEvent.TRANSMIT,)),
    ]


class Slack:
    """A connection on which one setting is weakened."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, sql: str, parameters: Sequence[bytes | str] = (), /) -> Cursor:
        return self.connection.execute(sql.replace("synchronous=FULL", "synchronous=OFF"), parameters)

    def close(self) -> None:
        self.connection.close()


@cache
def loaded() -> dict[str, bytes]:
    """A medium with the roll loaded, before opening."""
    medium = Medium()
    WORLD.prepared(medium.connect)
    return medium.raw()


@cache
def expected() -> tuple[State, ...]:
    """The state after each act of the script, the first before any."""
    book = WORLD.reopened(Medium(loaded()))
    states = [state_of(book)]
    for act in script():
        act.do(book)
        states.append(state_of(book))
    return tuple(states)


def run_to_cut(medium: Medium, connect: Callable[[], Connection]) -> int:
    """Runs the script until the power goes; returns how many acts were acknowledged."""
    book = WORLD.opened(SqlitePollBook(connect))
    done = 0
    for act in script():
        act.do(book)
        if medium.is_cut:
            break
        done += 1
    return done


def check(medium: Medium, done: int, chance: random.Random) -> None:
    """After the power comes back (and perhaps goes again while it recovers), all is as it must be."""
    image = medium.image or medium.raw()
    while chance.random() < 0.5:
        again = Medium(image, cut_at=chance.randint(1, 12), seed=chance.randrange(2**32))
        WORLD.reopened(again)
        image = again.image or again.raw()
    found = state_of(WORLD.reopened(Medium(image)))
    assert found in expected()[done : done + 2]


def operations() -> int:
    """How many operations on the medium the script needs."""
    medium = Medium(loaded())
    run_to_cut(medium, medium.connect)
    return medium.operations


def cuts(count: int, seed: int) -> list[int]:
    """Instants spread over the whole day, each somewhere in its own stretch of it."""
    total, chance = operations(), random.Random(seed)
    return [1 + total * at // count + chance.randrange(max(1, total // count)) for at in range(count)]


def test_nothing_acknowledged_is_lost_at_any_of_300_instants() -> None:
    """The state afterwards is that of the last acknowledged act, or of the one that the cut interrupted."""
    for number, cut in enumerate(cuts(CUTS, seed=1)):
        medium = Medium(loaded(), cut_at=cut, seed=number)
        check(medium, run_to_cut(medium, medium.connect), random.Random(number))


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_at_any_instant_at_all() -> None:
    """Every single operation of the day, three times with other sectors surviving."""
    for seed in range(3):
        for cut in range(1, operations() + 1):
            medium = Medium(loaded(), cut_at=cut, seed=seed * 10_000 + cut)
            check(medium, run_to_cut(medium, medium.connect), random.Random(seed))


def test_the_day_goes_on_after_a_cut() -> None:
    """Every rest of the script can be done on what the cut left, and the end is that of a day without cuts."""
    for number, cut in enumerate(cuts(12, seed=2)):
        medium = Medium(loaded(), cut_at=cut, seed=number)
        done = run_to_cut(medium, medium.connect)
        book = WORLD.reopened(Medium(medium.image or medium.raw()))
        done += state_of(book) != expected()[done]
        for act in script()[done:]:
            act.do(book)
        assert state_of(book) == expected()[-1]


def broken(connect_of: Callable[[Medium], Callable[[], Connection]]) -> int:
    """How many of the cuts lose or change something on such a medium."""
    lost = 0
    for number, cut in enumerate(cuts(40, seed=3)):
        medium = Medium(loaded(), cut_at=cut, seed=number)
        done = run_to_cut(medium, connect_of(medium))
        try:
            check(medium, done, random.Random(number))
        except Exception:
            lost += 1
    return lost


def test_without_synchronous_full_acts_are_lost() -> None:
    """The same cuts with synchronous=OFF: so the test above can fail."""
    assert broken(lambda medium: lambda: Slack(medium.connect())) > 10


def test_on_a_medium_that_does_not_sync_acts_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same cuts where sync does nothing."""
    monkeypatch.setattr("tests.pollbook.power.Handle.xSync", lambda self, flags: self.medium.tick())
    assert broken(lambda medium: medium.connect) > 10


def test_a_cut_while_loading_leaves_nothing_or_all() -> None:
    """Preparing and loading again after any cut gives the loaded book."""
    whole = Medium()
    WORLD.prepared(whole.connect)
    chance = random.Random(4)
    for number in range(40):
        medium = Medium(cut_at=chance.randint(1, whole.operations), seed=number)
        WORLD.prepared(medium.connect)
        after = Medium(medium.image or medium.raw())
        try:
            store = SqlitePollBook(after.connect)
        except Malformed:
            after = Medium({})
            store = SqlitePollBook.prepare(after.connect)
        if store.people() is None:
            load_poll_book(store, WORLD.election, WORLD.package, DATA_KEY, Drawn("again"))
        assert state_of(WORLD.opened(store))[1:] == expected()[0][1:]
