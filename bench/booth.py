"""The booth with encrypted ballots: a review, and one vote up to the free booth, on a disk that syncs and in memory."""

import secrets
from collections.abc import Iterator
from itertools import cycle
from random import Random

from bench.figures import Figure, compared, of_runs, seconds_of, timed
from bench.places import WORK, emptied
from urna.ballot.keys import JointKeys
from urna.ballot.selections import Selections
from urna.cli.machines import BoothIdentity, BoothMachine
from urna.crypto.group import base_times
from urna.crypto.scalars import from_int
from urna.crypto.sealing import SealingKey
from urna.election.definition import Election
from urna.election.folder import read_folder
from urna.election.outcomes import Ending
from urna.station.activation import answer
from urna.station.booth import Booth
from urna.storage.booth_medium import open_box
from urna.storage.definition_folder import example_files
from urna.storage.medium import DiskMedium, Medium, MemoryMedium

STATION = "MON-AL-1-1"
PAIRING, CLOSING = b"\3" * 32, SealingKey(b"\4" * 32)
KEYS = JointKeys(base_times(from_int(20201206)), base_times(from_int(20260101)), b"\6" * 32)
VOTES = 10
"""In each run."""


class _Paper:
    """A printer without paper: only the machine is measured."""

    def print_code_slip(self, document: bytes) -> None:
        """Nothing comes out."""

    def print_ballot(self, selections: Selections) -> None:
        """Nothing comes out."""


def run(runs: int) -> Iterator[Figure]:
    """The example of a National Assembly: nominal, regional list and national list on one ballot."""
    election = Election(read_folder(example_files()))
    runs = min(runs, election.stations[STATION].electors // VOTES)  # the ballot box has room for the station's own
    folder = emptied(WORK / "booth")
    folder.mkdir()
    medium = DiskMedium(folder)
    disk, memory = _machine(election, medium), _machine(election, MemoryMedium())
    opens_at = election.definition.opens_at
    yield of_runs("ballot box zeroed, on disk", [seconds_of(lambda: disk[1].append(disk[0].zero(opens_at)))], "ms")
    memory[1].append(memory[0].zero(opens_at))
    booths = [machine.start(_Paper(), lambda screen: None) for machine, _ in (disk, memory)]
    slots = f"{disk[0].header.slots} slots of {disk[0].header.slot_bytes} bytes"
    yield timed(
        f"ballot box of {slots} read at a start", lambda: open_box(medium, disk[0].element, disk[0].header), runs
    )
    voters = [_votes(election) for _ in booths]
    acts = (lambda: _vote(booths[0], next(voters[0])), lambda: _vote(booths[1], next(voters[1])))
    yield _reviewed(booths[1], next(voters[1]), runs)
    yield from compared("a vote on disk, with fsync", "a vote in memory", acts, runs, times=VOTES)
    counted = seconds_of(lambda: disk[0].count(disk[1][0], CLOSING))
    yield of_runs(f"box of {runs * VOTES} ballots counted", [counted], "ms")
    emptied(folder)


def _reviewed(booth: Booth, choices: dict[str, list[str]], runs: int) -> Figure:
    """From REVIEW to the review page, and back: the ballot is encrypted and proven by then, and forgotten."""
    _activate(booth)

    def review() -> None:
        booth.review(choices)
        booth.go_back()

    figure = timed("a review, ballot encrypted and proven", review, runs, times=VOTES)
    booth.end(Ending.LEFT)
    booth.acknowledge()
    return figure


def _machine(election: Election, medium: Medium) -> tuple[BoothMachine, list[bytes]]:
    """A booth, and room for its zero report."""
    identity = BoothIdentity(election, STATION, 1, PAIRING, CLOSING.public_hex, KEYS)
    return BoothMachine.prepare(identity, medium, b"\5" * 32, secrets.token_bytes), []


def _votes(election: Election) -> Iterator[dict[str, list[str]]]:
    """One option of each contest, over and over."""
    chance = Random("bench/booth")
    contests = election.contests_of_style(election.stations[STATION].styles[0].style)
    return cycle([{each.code: [chance.choice(each.options).code] for each in contests} for _ in range(50)])


def _vote(booth: Booth, choices: dict[str, list[str]]) -> None:
    """One voter, as fast as the machine allows."""
    _activate(booth)
    booth.review(choices)
    booth.confirm()
    booth.say_yes()
    booth.acknowledge()


def _activate(booth: Booth) -> None:
    """The poll book's part."""
    style = booth.election.stations[STATION].styles[0].style
    challenge = booth.challenge()
    given = answer(
        PAIRING, challenge, election=booth.election.identity, station=STATION, booth=booth.number, style=style
    )
    booth.activate(style, given)
