"""The machines of a station, put together: a booth on its medium, a poll book on its own.

The station's services know ports only; the media and secure elements are one ring up. This is the place where a
command line joins them. A booth's medium and a poll book's medium are never the same one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from urna.ballot.box_header import BoxHeader
from urna.ballot.keys import JointKeys
from urna.ballot.opening import sealed_bytes
from urna.ballot.slot import SlotState
from urna.ballot.stored import stored_bytes
from urna.crypto.sealing import SealingKey
from urna.devices.secure_element import Life, SimulatedElement, first_memory
from urna.election.definition import Election
from urna.encoding.canonical import Code, Moment, PublicKey, digest
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.station.booth import EMPTY_SLOT, Booth
from urna.station.booth_ports import Printer, Show
from urna.station.counting import BallotReader, BoothResult, count_box
from urna.station.joint_keys import read_joint_keys
from urna.station.manifest import JOINT_KEYS
from urna.station.zeroing import zero_report
from urna.storage import booth_medium
from urna.storage.medium import Medium, MemoryMedium
from urna.storage.station_folder import (
    StationFolder,
    StationIdentity,
    check_own_key,
    open_package,
    pairing_key,
    read_pairing,
)

Entropy = Callable[[int], bytes]

MINIMUM_SPARE_SLOTS = 32
"""Slots beyond the rules' attempts, for papers that a printer or the power spoils."""


class BoothIdentity(NamedTuple):
    """Which booth of which station this is, and what it was given at preparation."""

    election: Election
    station: Code
    number: int
    pairing_key: bytes
    closing_key: PublicKey
    keys: JointKeys | None = None
    """The guardians', in an election that has guardians."""


class BoothMachine:
    """One booth's hardware: a medium with its simulated secure element.

    Args:
        identity: which booth it is.
        medium: its own.
        entropy: fresh random bytes.
    """

    def __init__(self, identity: BoothIdentity, medium: Medium, entropy: Entropy) -> None:
        self.identity = identity
        self._medium = medium
        self._entropy = entropy
        self.element = SimulatedElement(booth_medium.open_element_file(medium, entropy), entropy)

    @classmethod
    def prepare(cls, identity: BoothIdentity, medium: Medium, seed: bytes, entropy: Entropy) -> "BoothMachine":
        """A new machine whose element holds this seed of its signing key."""
        booth_medium.create_element_file(medium, first_memory(seed), entropy)
        medium.sync_directory()
        return cls(identity, medium, entropy)

    @property
    def header(self) -> BoxHeader:
        """The measures of its ballot box: room for every paper that the rules allow, and for what machines spoil.

        A jam or a power cut costs the voter no attempt, so it costs a slot beyond them.
        """
        election, station, number = self.identity[:3]
        electors = election.stations[station].electors
        return BoxHeader(
            election=election.identity,
            station=station,
            booth=number,
            slots=electors * election.rules.attempts + max(MINIMUM_SPARE_SLOTS, electors // 4),
            sealed_bytes=sealed_bytes(election),
            ciphertext_bytes=stored_bytes(election, station),
        )

    def zero(self, now: Moment) -> bytes:
        """Fills the box and signs the zero report.

        Raises:
            OutOfOrder: zeroed before.
        """
        box = booth_medium.zero(self._medium, self.element, self.header, self._entropy, EMPTY_SLOT)
        election, station, number = self.identity[:3]
        report = zero_report(
            election,
            station,
            number,
            slots=self.header.slots,
            ballots=self.header.slots - box.count(SlotState.FREE),
            box_sha256=box.sha256(),
            now=now,
        )
        box.close()
        return sign_document(report, [self.element.signer(self._key_name)])

    def start(self, printer: Printer, show: Show) -> Booth:
        """The booth, recovered from its medium, as after every start, and ready to encrypt."""
        booth = Booth(
            election=self.identity.election,
            station=self.identity.station,
            number=self.identity.number,
            box=booth_medium.open_box(self._medium, self.element, self.header),
            slot=booth_medium.open_slot(self._medium, self.element, self._entropy),
            printer=printer,
            show=show,
            entropy=self._entropy,
            pairing_key=self.identity.pairing_key,
            closing_key=self.identity.closing_key,
            keys=self.identity.keys,
            signer=self.element.signer(self._key_name),
        )
        booth.warm()
        return booth

    def count(self, zero_document: bytes, closing_key: SealingKey | None) -> BoothResult:
        """Counts the box; from now on the booth takes no vote. Without the key, as far as that goes.

        The power may go between the signature and the medium of the sheet: then the same box is counted once more.
        """
        if self.element.life is not Life.SIGNED:
            self.element.begin_closing()
        box = booth_medium.open_box_to_count(self._medium, self.element, self.header)
        election, station, number = self.identity[:3]
        reader = BallotReader(election, station, number, closing_key, self.identity.keys)
        result = count_box(box, reader, digest(zero_document))
        box.close()
        return result

    def sheet_signer(self) -> NoteSigner:
        """Signs the tally sheet, once."""
        return self.element.sheet_signer(self._key_name)

    def destroy_openings(self) -> None:
        """After the sheet is durable elsewhere: nothing opens a ballot any more."""
        booth_medium.destroy(self._medium, self.element, self._entropy)

    @property
    def _key_name(self) -> str:
        return self.identity.election.key_name(self.identity.station, f"booth-{self.identity.number}")


def open_booth_machine(root: Path, number: int, entropy: Entropy) -> BoothMachine:
    """A booth of a station's folder, opened alone: its package and its own memory are all that is read.

    Raises:
        Malformed: a file is missing, or a memory that was not loaded.
        Unproven: a changed or wrong package, or a memory of another station.
        OutOfOrder: the memory of another booth.
    """
    folder = StationFolder(root)
    identity = open_package(folder)
    return booth_of(identity, folder, number, folder.medium(number), entropy)


def booth_of(
    identity: StationIdentity, folder: StationFolder, number: int, medium: Medium, entropy: Entropy
) -> BoothMachine:
    """A booth on a medium, after the package was opened; errors as for `open_booth_machine`."""
    where = str(folder.booth(number))
    pairing = read_pairing(folder.booth(number), identity)
    machine = BoothMachine(booth_identity(identity, number, pairing_key(pairing, number, where)), medium, entropy)
    check_own_key(machine.element.public_hex, identity.keys.booths[number - 1], identity.station, where)
    return machine


def booth_identity(identity: StationIdentity, number: int, pairing: bytes) -> BoothIdentity:
    """Which booth it is, and the guardians' keys of its package."""
    keys = read_joint_keys(identity.files.get(JOINT_KEYS), identity.election, JOINT_KEYS)
    return BoothIdentity(identity.election, identity.station, number, pairing, identity.keys.closing, keys)


def memory_booth(
    election: Election,
    station: Code,
    *,
    seed: bytes,
    pairing_key: bytes,
    closing_key: PublicKey,
    entropy: Entropy,
    keys: JointKeys | None = None,
) -> BoothMachine:
    """The first booth of a station, with everything in memory: for rehearsals."""
    identity = BoothIdentity(election, station, 1, pairing_key, closing_key, keys)
    return BoothMachine.prepare(identity, MemoryMedium(), seed, entropy)
