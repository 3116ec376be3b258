"""A polling place on disk: one folder a machine, set up once, started again after every crash.

    <folder>/poll-book/   poll-book.db, secure-element; after the closing its signed statement
    <folder>/booth-1/     secure-element, activation, ballots

Poll book and booths never share a medium. What lies here is what lies on the machines: sealed or random.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from urna.cli.kit import StationKit
from urna.cli.machines import BoothIdentity, BoothMachine, memory_booth
from urna.cli.poll_book_machine import STATEMENT, keep_statement, poll_book_signer
from urna.crypto.sealing import SealingKey
from urna.devices.secure_element import Life, SimulatedElement, first_memory
from urna.election.definition import Election
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Moment
from urna.encoding.document import read_document
from urna.record.bundle import StationBundle
from urna.station.booth import Booth
from urna.station.booth_ports import Printer, Show
from urna.station.cards import Role, join_secret
from urna.station.day import DayEvent, is_over
from urna.station.pollbook import Decide, PollBook, load_poll_book, prepare_day
from urna.station.readiness import check_readiness
from urna.station.signing import sign_sheet
from urna.station.station import Station
from urna.storage import booth_medium
from urna.storage.medium import DiskMedium
from urna.storage.pollbook import SqlitePollBook, open_store, prepare_store
from urna.storage.station_folder import POLL_BOOK, STORE

__all__ = ["POLL_BOOK", "STATEMENT", "STORE", "PollingPlace"]

Entropy = Callable[[int], bytes]


class PollingPlace:
    """The machines of one station.

    Args:
        election: the definition.
        kit: what the authority handed out for it.
        folder: where its machines' media lie.
        decide: how a finger is judged.
        entropy: fresh random bytes.
    """

    def __init__(self, election: Election, kit: StationKit, folder: Path, decide: Decide, entropy: Entropy) -> None:
        self.election, self.kit, self.folder = election, kit, folder
        self._decide, self._entropy = decide, entropy
        self._store: SqlitePollBook | None = None

    def set_up(self, now: Moment, roles: tuple[Role, Role]) -> tuple[bytes, ...]:
        """Loads, tests and zeroes the machines; returns the booths' signed zero reports.

        1. Load the poll book with its package, which two cards unlock, and give each element its seed.
        2. Readiness test: known decks through booths in memory, counted and compared.
        3. Zero the booths.
        """
        media = [self._medium(number) for number in range(len(self.kit.booth_seeds) + 1)]
        booth_medium.create_element_file(media[0], first_memory(self.kit.poll_book_seed), self._entropy)
        store = prepare_store(self.folder / POLL_BOOK / STORE)
        load_poll_book(store, self.election, self.kit.package, self.data_key(roles), self._entropy)
        check_readiness(
            self.election, self.kit.station, self._practice_booth, keys=self.kit.joint_keys, entropy=self._entropy
        )
        prepare_day(store, DayEvent.TEST_READINESS)
        reports = tuple(
            BoothMachine.prepare(self._identity(number), media[number], seed, self._entropy).zero(now)
            for number, seed in enumerate(self.kit.booth_seeds, 1)
        )
        prepare_day(store, DayEvent.PRINT_ZERO_REPORT)
        store.close()
        return reports

    def start(self, roles: tuple[Role, Role], printers: Sequence[Printer], show: Show) -> Station[Booth]:
        """Starts the machines, or starts them again: each goes on from what is durable.

        Booths whose closing has begun take no vote any more and are left out.

        Args:
            roles: whose cards open the poll book.
            printers: one a booth, booth 1 first.
            show: puts a booth's screen before the voter.
        """
        self._store = open_store(self.folder / POLL_BOOK / STORE)
        poll_book = PollBook(
            self._store,
            self.election,
            self.kit.package,
            self.data_key(roles),
            pairing_keys=self.kit.pairing_keys,
            decide=self._decide,
            entropy=self._entropy,
        )
        machines = {number: (self.booth(number), printer) for number, printer in enumerate(printers, 1)}
        return Station(
            poll_book,
            {
                number: machine.start(printer, show)
                for number, (machine, printer) in machines.items()
                if machine.element.life is Life.ZEROED
            },
        )

    def stop(self) -> None:
        """Lets go of the poll book's file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def close(
        self,
        station: Station[Booth],
        zero_reports: Sequence[bytes],
        roles: tuple[Role, Role] | None,
        *,
        signatures: int,
        now: Moment,
    ) -> StationBundle:
        """Closes the polls: the signed tally sheet and what proves it. After a crash, once more: the same bytes.

        1. The members enter the hand count of signatures, before any number of the booths is shown.
        2. The poll book closes and signs its statement, once: afterwards its moment and its signatures count.
        3. Two cards bring the closing key (`roles` None: they are lost, and the guardians will open the votes); each
           booth counts its box.
        4. The booths sign the sheet.

        The openings are destroyed later, when the sheet is durable elsewhere (`destroy_openings`).
        """
        if not is_over(station.poll_book.day):
            for booth in station.booths.values():
                booth.check_idle()
            station.poll_book.advance(DayEvent.CLOSE)
        statement = self._statement(station, signatures, now)
        closing_key = self._closing_key(roles) if roles else None
        machines = {number: self.booth(number) for number in range(1, len(self.kit.booth_seeds) + 1)}
        results = [machines[number].count(zero_reports[number - 1], closing_key) for number in machines]
        return sign_sheet(
            self.election,
            self.kit.keys,
            results,
            statement=statement,
            signers={number: machine.sheet_signer() for number, machine in machines.items()},
            now=read_document(statement, PollBookStatement).closed_at,
            joint_keys=self.kit.joint_keys,
        )

    def destroy_openings(self) -> None:
        """After the sheet is durable elsewhere: nothing opens a ballot any more."""
        for number in range(1, len(self.kit.booth_seeds) + 1):
            self.booth(number).destroy_openings()

    def booth(self, number: int) -> BoothMachine:
        """A booth's hardware, as it lies on its medium."""
        return BoothMachine(self._identity(number), self._medium(number), self._entropy)

    def data_key(self, roles: tuple[Role, Role]) -> bytes:
        """The key of the roll, from two role cards."""
        first, second = roles
        cards: Mapping[Role, bytes] = self.kit.data_cards
        return join_secret(cards[first], self.kit.pins[first], cards[second], self.kit.pins[second])

    def _closing_key(self, roles: tuple[Role, Role]) -> SealingKey:
        first, second = roles
        cards, pins = self.kit.closing_cards, self.kit.pins
        return SealingKey(join_secret(cards[first], pins[first], cards[second], pins[second]))

    def _statement(self, station: Station[Booth], signatures: int, now: Moment) -> bytes:
        """The poll book's statement; durable before a booth counts, because a sheet is signed over it once."""
        signer = poll_book_signer(self._poll_book_element(), self.election, self.kit.station)
        return keep_statement(self._medium(0), station.poll_book, signer, now, signatures)

    def _poll_book_element(self) -> SimulatedElement:
        return SimulatedElement(booth_medium.open_element_file(self._medium(0), self._entropy), self._entropy)

    def _identity(self, number: int) -> BoothIdentity:
        pairing, closing = self.kit.pairing_keys[number - 1], self.kit.keys.closing
        return BoothIdentity(self.election, self.kit.station, number, pairing, closing, self.kit.joint_keys)

    def _medium(self, number: int) -> DiskMedium:
        """The poll book's medium (0) or a booth's."""
        folder = self.folder / (f"booth-{number}" if number else POLL_BOOK)
        folder.mkdir(parents=True, exist_ok=True)
        return DiskMedium(folder)

    def _practice_booth(self, pairing_key: bytes, closing: SealingKey) -> BoothMachine:
        """A booth in memory with keys of its own, for the readiness test: nothing of it reaches a medium."""
        return memory_booth(
            self.election,
            self.kit.station,
            seed=self._entropy(32),
            pairing_key=pairing_key,
            closing_key=closing.public_hex,
            entropy=self._entropy,
            keys=self.kit.joint_keys,
        )
