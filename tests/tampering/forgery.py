"""What an attacker can do to a record, by what the attacker holds.

A case that needs no key changes the published folder. A case with keys changes the world before it is published, and
publishes it again with the log's key and with witnesses that look away: so that only the check under test is left
to notice.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec
from tests.tampering.builder import World

from urna.election.statement import PollBookStatement
from urna.record.reader import RecordInMemory
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet
from urna.verify.pins import Pins
from urna.words import Sentence


class Forgery:
    """A good record being changed.

    Args:
        world: a copy of the good world, free to change.
        folder: a copy of its published folder, free to change.
    """

    def __init__(self, world: World, folder: dict[str, bytes]) -> None:
        self.world = world
        self.folder = folder
        self.strange: dict[str, Sentence] = {}
        self.pins = Pins()

    def record(self) -> RecordInMemory:
        """The record that the verifier is given."""
        return RecordInMemory(self.folder, self.strange)

    def publish(self, *, retotal: bool = True, witnesses: int = 2) -> None:
        """Publishes the changed world from the beginning, with the log's key and these many witnesses."""
        if retotal:
            self.world.retotal()
        self.folder = self.world.publish(self.world.keys.witnesses[:witnesses])

    def replace(self, path: str, old: bytes, new: bytes) -> None:
        """Changes bytes of one published file, as an editor would; the old bytes must be there."""
        assert old in self.folder[path]
        self.folder[path] = self.folder[path].replace(old, new, 1)

    def sheet(self, station: str, change: Callable[[TallySheet], TallySheet], sequence: int = 0) -> None:
        """Changes a sheet and signs it with the station's booths' keys."""
        self.world.put_sheet(change(self.world.sheet(station, sequence)))

    def statement(self, station: str, change: Callable[[PollBookStatement], PollBookStatement]) -> None:
        """Changes a poll book's statement, signed by its key, inside a sheet signed by the booths' keys."""
        document = self.world.sign_statement(change(self.world.statement(station)))
        self.sheet(station, lambda sheet: msgspec.structs.replace(sheet, statement=document))


class Case(NamedTuple):
    """One attack: what the attacker holds, what is done, and what verification must say."""

    name: str
    powers: str
    tamper: Callable[[Forgery], None]
    check: int
    """The number of the check that is there for this attack."""
    also: frozenset[int]
    """The other checks that fail with it; no further one does."""
    names: tuple[str, ...]
    """What the findings of the check name: the station, the file, both numbers."""


CASES: list[Case] = []

Tamper = Callable[[Forgery], None]


def case(powers: str, check: int, *names: str, also: Iterable[int] = ()) -> Callable[[Tamper], Tamper]:
    """Registers an attack under the name of its function."""

    def register(tamper: Tamper) -> Tamper:
        CASES.append(Case(tamper.__name__, powers, tamper, check, frozenset(also), names))
        return tamper

    return register


def tallied(contest: str, **changes: object) -> Callable[[TallySheet], TallySheet]:
    """A change of one contest's tally on a sheet."""

    def change(sheet: TallySheet) -> TallySheet:
        contests = tuple(
            msgspec.structs.replace(each, **changes) if each.contest == contest else each for each in sheet.contests
        )
        return msgspec.structs.replace(sheet, contests=contests)

    return change


def votes_of(sheet: TallySheet, contest: str) -> tuple[OptionVotes, ...]:
    """The votes of a contest on a sheet."""
    return tally_of(sheet, contest).votes or ()


def tally_of(sheet: TallySheet, contest: str) -> ContestTally:
    """A contest on a sheet."""
    return next(each for each in sheet.contests if each.contest == contest)
