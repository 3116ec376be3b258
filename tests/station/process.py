"""A station as a process of its own, spoken to over its standard input: one JSON line each way, screens as they appear.

    python -m tests.station.process FOLDER ELECTORS KIND

The people around it (voters, papers, what the screens said) are in the process that speaks to it, and so survive
when this one is killed.
"""

import hashlib
import json
import os
import pickle
import secrets
import sys
from pathlib import Path

from tests.station.small import KINDS, STATION, always_a_match, small_election

from urna.ballot.selections import Selections
from urna.cli.kit import StationKit
from urna.cli.polling_place import PollingPlace
from urna.election.outcomes import Ending
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.cards import Role
from urna.station.day import Day, DayEvent
from urna.station.station import Station

ROLES = (Role.PRESIDENT, Role.SECRETARY)
KIT, BUNDLE, ZERO = "kit", "bundle", "zero-1.note"


class Paper:
    """A printer that always works; what it printed lies outside."""

    def print_code_slip(self, document: bytes) -> None:
        """The code slip is out."""
        say({"code_slip": document.decode()})

    def print_ballot(self, selections: Selections) -> None:
        """The paper is out."""
        say({"paper": True})


def say(line: object) -> None:
    """One line, on its way before anything else happens."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def show(screen: Screen) -> None:
    """A screen before the voter."""
    say({"screen": screen.state.value})


class Process:
    """The station, and one method for each word that it understands."""

    def __init__(self, folder: Path, electors: int, kind: str) -> None:
        election = small_election(electors, has_guardians=KINDS[kind])
        self.folder = folder
        kit: StationKit = pickle.loads((folder / KIT).read_bytes())  # noqa: S301 - our own test wrote it
        self.place = PollingPlace(election, kit, folder, always_a_match, secrets.token_bytes)
        if not (folder / ZERO).exists():
            (report,) = self.place.set_up(election.definition.opens_at, ROLES)
            write_durably(folder / ZERO, report)
        self.station: Station[Booth] = self.place.start(ROLES, [Paper()], show)
        if self.station.poll_book.day is Day.ZERO_REPORTED:
            self.station.poll_book.advance(DayEvent.OPEN)

    def status(self) -> dict[str, object]:
        """Where the day, the booth and the pair of slots are, and how many wait."""
        book = self.station.poll_book
        booth = self.station.booths.get(1)
        return {
            "day": book.day.value,
            "booth": booth.state.value if booth else None,
            "pair": self.station.pair(1).value if booth else None,
            "waiting": book.counts().waiting,
            "closed": (self.folder / BUNDLE).exists(),
        }

    def identify(self, number: str) -> None:
        """An elector comes."""
        self.station.poll_book.identify(number, None)

    def activate(self, style: str) -> None:
        """The booth is given to somebody who waits."""
        self.station.activate(1, style)

    def review(self, chosen: dict[str, list[str]]) -> None:
        """The voter has chosen."""
        self.station.booths[1].review(chosen)

    def confirm(self) -> None:
        """The voter presses VOTE."""
        self.station.booths[1].confirm()

    def yes(self) -> None:
        """Yes, cast."""
        self.station.booths[1].say_yes()

    def no(self) -> None:
        """No, change."""
        self.station.booths[1].say_no()

    def challenge(self) -> None:
        """Challenge the machine."""
        self.station.booths[1].challenge_machine()

    def again(self) -> None:
        """A new attempt."""
        self.station.booths[1].choose_again()

    def leave(self) -> None:
        """A poll worker ends the activation."""
        self.station.booths[1].end(Ending.LEFT)

    def record(self) -> None:
        """The poll book records the ending."""
        self.station.recover(1)

    def close(self) -> None:
        """Closes the polls; what leaves the station is durable before the openings are destroyed."""
        zero = (self.folder / ZERO).read_bytes()
        now = self.place.election.definition.closes_at
        if not (self.folder / BUNDLE).exists():
            bundle = pickle.dumps(self.place.close(self.station, [zero], ROLES, signatures=0, now=now))
            say({"signed": hashlib.sha256(bundle).hexdigest()})
            write_durably(self.folder / BUNDLE, bundle)
        self.place.destroy_openings()


def write_durably(path: Path, data: bytes) -> None:
    """The file whole, or not at all."""
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def main(folder: str, electors: str, kind: str) -> None:
    """Reads words until the standard input ends."""
    process = Process(Path(folder), int(electors), kind)
    say({"ready": STATION})
    for line in sys.stdin:
        word, *arguments = json.loads(line)
        say({"done": getattr(process, word)(*arguments)})


if __name__ == "__main__":
    main(*sys.argv[1:])
