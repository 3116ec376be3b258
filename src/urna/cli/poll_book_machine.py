"""The poll book's machine, opened alone from a station's folder: its store, its element, its counts of wrong PINs.

    before the cards come    the day, the readiness test, the zero report; sign-in
    two cards                `unlock` gives the open poll book, and fills its store the first time
    after closing            `statement`, durable before anything is counted

No booth is reached from here, and no ballot box.
"""

from pathlib import Path

from urna.biometrics.fusion import StoredFinger
from urna.devices.secure_element import SimulatedElement
from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment, decode
from urna.errors import Unproven
from urna.log.note import NoteSigner
from urna.station.cards import Entropy
from urna.station.day import Day, DayEvent
from urna.station.manifest import POLL_BOOK as POLL_BOOK_FILE
from urna.station.pollbook import Decide, PollBook, load_poll_book, prepare_day
from urna.station.pollbook_package import MAX_PACKAGE_BYTES, PollBookPackage
from urna.station.president import open_president
from urna.station.sign_in import SignIns
from urna.storage.element_file import open_element_file
from urna.storage.medium import DiskMedium
from urna.storage.pollbook import open_store
from urna.storage.sign_in_file import open_sign_in_file
from urna.storage.station_folder import (
    POLL_BOOK,
    STORE,
    StationFolder,
    StationIdentity,
    check_own_key,
    open_package,
    pairing_key,
    read_pairing,
)
from urna.words import Sentence

STATEMENT = "statement"


class PollBookMachine:
    """One station's poll book on its medium; nothing else has it open.

    Args:
        folder: of the station.
        identity: what its package says.
        entropy: fresh random bytes.

    Raises:
        Malformed: a medium that was not loaded.
        Unproven: a medium of another station, or an element whose key is not the certified one.
        OutOfOrder: another process has the poll book open.
    """

    def __init__(self, folder: StationFolder, identity: StationIdentity, entropy: Entropy) -> None:
        self.folder, self.identity, self._entropy = folder, identity, entropy
        self.medium = folder.medium(0)
        pairing = read_pairing(folder.poll_book, identity)
        booths = range(1, len(identity.keys.booths) + 1)
        self.pairing_keys = tuple(pairing_key(pairing, booth, str(folder.poll_book)) for booth in booths)
        self.package = read_poll_book_package(identity)
        self._president: tuple[StoredFinger, ...] = ()
        # The store first: it is the lock, and what follows mends files that a running poll book may be writing.
        self.store = open_store(folder.poll_book / STORE)
        try:
            self.element = SimulatedElement(open_element_file(self.medium, entropy), entropy)
            check_own_key(self.element.public_hex, identity.keys.poll_book, identity.station, str(folder.poll_book))
            self.sign_ins = SignIns(identity.manifest, open_sign_in_file(self.medium, entropy))
        except BaseException:
            self.close()
            raise

    @property
    def day(self) -> Day:
        """How far the station's day has come; known before the cards are."""
        return Day(self.store.day())

    @property
    def is_loaded(self) -> bool:
        """Whether the roll is in the store; two cards bring it there."""
        return self.store.people() is not None

    def prepare_day(self, event: DayEvent) -> Day:
        """Takes the day one step before the cards come: readiness test or zero report; errors as `prepare_day`."""
        return prepare_day(self.store, event)

    def unlock(self, data_key: bytes, decide: Decide) -> PollBook:
        """The open poll book; the first time its store is filled with the electors of the package.

        Args:
            data_key: from two role cards (`sign_ins.unlock`).
            decide: how a finger is judged.

        Raises:
            Unproven: another data key, or a roll that is not the one that was committed to.
        """
        if not self.is_loaded:
            load_poll_book(self.store, self.identity.election, self.package, data_key, self._entropy)
        election, station = self.identity.election.identity, self.identity.station
        self._president = open_president(self.package.president, data_key, election, station)
        return PollBook(
            self.store,
            self.identity.election,
            self.package,
            data_key,
            pairing_keys=self.pairing_keys,
            decide=decide,
            entropy=self._entropy,
        )

    def president_fingers(self) -> tuple[StoredFinger, ...]:
        """The president's own, once the poll book is unlocked; none: two members authorize."""
        return self._president

    def signer(self) -> NoteSigner:
        """Signs with the poll book's own key."""
        return poll_book_signer(self.element, self.identity.election, self.identity.station)

    def statement(self, poll_book: PollBook, now: Moment, signatures: int | None) -> bytes:
        """The signed statement of a closed day: made once; afterwards its moment and its signatures count."""
        return keep_statement(self.medium, poll_book, self.signer(), now, signatures)

    def close(self) -> None:
        """Lets go of the store and of every file of its medium, the event log's included."""
        self.medium.close()
        self.store.close()


def open_poll_book_machine(root: Path, entropy: Entropy) -> PollBookMachine:
    """The poll book of a station's folder; errors as for `open_package` and `PollBookMachine`."""
    folder = StationFolder(root)
    return PollBookMachine(folder, open_package(folder), entropy)


def read_poll_book_package(identity: StationIdentity) -> PollBookPackage:
    """The poll book's part of a station's package.

    Raises:
        Malformed: no such package.
        Unproven: of another station or election.
    """
    package = decode(identity.files[POLL_BOOK_FILE], PollBookPackage, POLL_BOOK_FILE, MAX_PACKAGE_BYTES)
    if (package.election, package.station) != (identity.election.identity, identity.station):
        raise Unproven(
            Sentence("the poll book of station {station}", {"station": identity.station}),
            Sentence("that of station {station}", {"station": package.station}),
            Sentence("This is the wrong package: take the one with this station's name, or call the centre."),
            POLL_BOOK_FILE,
        )
    return package


def poll_book_signer(element: SimulatedElement, election: Election, station: Code) -> NoteSigner:
    """The poll book's key under the name that the election gives it."""
    return element.signer(election.key_name(station, POLL_BOOK))


def keep_statement(
    medium: DiskMedium, poll_book: PollBook, signer: NoteSigner, now: Moment, signatures: int | None
) -> bytes:
    """The poll book's statement; durable before a booth counts, because a sheet is signed over it once."""
    if STATEMENT not in medium.names():
        document = poll_book.sign_statement(now, signatures, signer)
        if (draft := f"{STATEMENT}.part") in medium.names():
            medium.unlink(draft)
        file = medium.create(draft, len(document))
        file.write(0, document)
        file.sync()
        file.close()
        medium.rename(draft, STATEMENT)
        medium.sync_directory()
    file = medium.open(STATEMENT)
    document = file.read(0, file.size)
    file.close()
    return document
