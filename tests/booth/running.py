"""A zeroed booth on a medium, and voters who vote in it."""

import random
from collections.abc import Callable

from tests.booth.sample import CLOSING, ELECTION, PAIRING_KEY, STATION, keys_of, seeded, some_choices

from urna.ballot.box_header import BoxHeader
from urna.ballot.opening import sealed_bytes
from urna.ballot.selections import Selections
from urna.ballot.stored import stored_bytes
from urna.devices.secure_element import SimulatedElement, first_memory
from urna.election.definition import Election
from urna.errors import Unproven
from urna.station.activation import answer
from urna.station.booth import EMPTY_SLOT, Booth
from urna.station.booth_screens import Screen
from urna.station.booth_session import State
from urna.station.counting import BallotReader, BoothResult, count_box
from urna.storage import booth_medium
from urna.storage.ballot_box import BallotBox
from urna.storage.medium import Medium, MemoryMedium
from urna.words import Sentence


class RunningBooth:
    """A booth with everything around it.

    Args:
        election: with a station ST-1.
        medium: empty.
        entropy: all randomness of booth and voters.
        slots: of the box.
        number: of the booth.
    """

    def __init__(
        self,
        election: Election = ELECTION,
        medium: Medium | None = None,
        entropy: Callable[[int], bytes] | None = None,
        slots: int = 64,
        number: int = 1,
    ) -> None:
        self.election = election
        self.medium = medium or MemoryMedium()
        self.entropy = entropy or seeded("running booth")
        self.number = number
        self.header = BoxHeader(
            election=election.identity,
            station=STATION,
            booth=number,
            slots=slots,
            sealed_bytes=sealed_bytes(election),
            ciphertext_bytes=stored_bytes(election, STATION),
        )
        self.papers: list[Selections] = []
        self.code_slips: list[bytes] = []
        self.screens: list[Screen] = []
        self.events: list[str] = []
        """Slips, papers and screens in the order in which they came out."""
        self.printer_fails = False
        self.paper_jams = False
        """The code slip comes out, the paper does not."""
        booth_medium.create_element_file(self.medium, first_memory(self.entropy(32)), self.entropy)
        self.element = self.load_element()
        booth_medium.zero(self.medium, self.element, self.header, self.entropy, EMPTY_SLOT)
        self.restart()

    def load_element(self) -> SimulatedElement:
        """The element as it is after a start."""
        return SimulatedElement(booth_medium.open_element_file(self.medium, self.entropy), self.entropy)

    def restart(self) -> Booth:
        """A new process on the same medium."""
        self.element = self.load_element()
        self.box: BallotBox = booth_medium.open_box(self.medium, self.element, self.header)
        self.booth = Booth(
            election=self.election,
            station=STATION,
            number=self.number,
            box=self.box,
            slot=booth_medium.open_slot(self.medium, self.element, self.entropy),
            printer=self,
            show=self.show,
            entropy=self.entropy,
            pairing_key=PAIRING_KEY,
            closing_key=CLOSING.public_hex,
            keys=keys_of(self.election),
            signer=self.element.signer(self.key_name),
        )
        return self.booth

    @property
    def key_name(self) -> str:
        """The booth's name in notes."""
        return self.election.key_name(STATION, f"booth-{self.number}")

    def show(self, screen: Screen) -> None:
        """The screen before the voter."""
        self.screens.append(screen)
        self.happened(screen.state.value)

    def happened(self, what: str) -> None:
        """A slip or paper came out, or a screen is shown."""
        self.events.append(what)

    def print_code_slip(self, document: bytes) -> None:
        """The code slip; the printer fails when told to."""
        self._print("code slip")
        self.code_slips.append(document)
        self.happened("code slip")

    def print_ballot(self, selections: Selections) -> None:
        """The printer; it fails when told to."""
        self._print("paper")
        self.papers.append(selections)
        self.happened("paper")

    def _print(self, what: str) -> None:
        if self.printer_fails or (self.paper_jams and what == "paper"):
            raise Unproven(Sentence("a paper"), Sentence("a jam"), Sentence("Open the printer."))

    def activate(self, style: str = "FULL") -> None:
        """The poll book's part."""
        given = answer(
            PAIRING_KEY,
            self.booth.challenge(),
            election=self.election.identity,
            station=STATION,
            booth=self.number,
            style=style,
        )
        self.booth.activate(style, given)

    def print_choices(self, chosen: dict[str, tuple[str, ...]]) -> None:
        """From choosing to the question."""
        self.booth.review(chosen)
        self.booth.confirm()

    def cast(self, chosen: dict[str, tuple[str, ...]], style: str = "FULL") -> None:
        """One whole voter."""
        self.activate(style)
        self.print_choices(chosen)
        self.booth.say_yes()
        self.booth.acknowledge()

    def cast_some(self, voters: int, chance: random.Random) -> None:
        """Voters with any choices."""
        for _ in range(voters):
            style = chance.choice(("FULL", "SHORT"))
            self.cast(some_choices(self.election, style, chance), style)

    def close(self) -> BoothResult:
        """What the box says at closing."""
        self.element.begin_closing()
        box = booth_medium.open_box_to_count(self.medium, self.element, self.header)
        reader = BallotReader(self.election, STATION, self.number, CLOSING, keys_of(self.election))
        return count_box(box, reader, "00" * 32)

    @property
    def word(self) -> State:
        """What the screen shows."""
        return self.screens[-1].state
