"""Whether a booth's removable memory can go on in another machine: checks with verdicts, on a copy, and its hashes.

    1. The files are there and can be read.
    2. It is the memory of this booth of this station.
    3. Its element holds the key that the authority certified, and its life goes on.
    4. What the life asks for is whole: the activation slot, the ballot box and each of its slots.

The memory itself is only read, never written: what proves that it cannot go on must stay as it was found. How many
ballots are in the box is not said: nobody learns that before the closing.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from urna.ballot.slot import SlotState
from urna.cli.machines import BoothMachine, booth_identity
from urna.devices.secure_element import Life
from urna.encoding.canonical import Hash
from urna.errors import OutOfOrder, Unproven, UrnaError
from urna.storage import booth_medium
from urna.storage.medium import MemoryMedium
from urna.storage.station_folder import PAIRING, StationIdentity, check_own_key, pairing_key, read_pairing
from urna.words import N_, Sentence

Entropy = Callable[[int], bytes]

_CHUNK = 1024 * 1024

GOES_ON = {
    Life.FRESH: N_("It is not zeroed yet: go on with the readiness test."),
    Life.ZEROING: N_("Its zeroing was interrupted: zero it again."),
    Life.ZEROED: N_("It goes on with the next voter; nothing is lost."),
    Life.CLOSING: N_("Its closing was interrupted: close again."),
    Life.SIGNED: N_("Its sheet is signed: print and send the same sheet."),
}
"""What a memory goes on with, by the life of its element."""

_NEEDED = {
    Life.ZEROED: (booth_medium.ACTIVATION, booth_medium.BALLOTS),
    Life.CLOSING: (booth_medium.BALLOTS,),
    Life.SIGNED: (booth_medium.BALLOTS,),
}
"""Files that the life asks for, besides the element and the pairing keys."""


class SpareCheck(NamedTuple):
    """One question to the memory, and what was found."""

    question: str
    """Marked for translation."""
    trouble: UrnaError | None
    """None: it is right."""


class SpareReport(NamedTuple):
    """What can be said of a memory, and its hashes as it was found."""

    checks: tuple[SpareCheck, ...]
    files: tuple[tuple[str, Hash], ...]
    """Sorted by name."""
    life: Life | None

    @property
    def goes_on(self) -> bool:
        """Whether a spare machine may go on with it."""
        return all(check.trouble is None for check in self.checks)

    @property
    def sha256(self) -> Hash:
        """Of the whole memory: the lines that `sha256sum` prints of its files, sorted by name."""
        return sha256("".join(f"{digest}  {name}\n" for name, digest in self.files).encode()).hexdigest()


class _Memory:
    """A memory that is being looked at; each check leaves what the next one needs."""

    def __init__(self, identity: StationIdentity, folder: Path, number: int, entropy: Entropy) -> None:
        self.identity, self.folder, self.number, self._entropy = identity, folder, number, entropy
        self.copy = MemoryMedium()
        self.hashes: dict[str, Hash] = {}
        self.machine: BoothMachine | None = None

    def read(self) -> None:
        """Every file, into a copy in memory."""
        for path in sorted(self.folder.iterdir()):
            if path.is_file() and not path.is_symlink():
                self._take(path)
        for name in (booth_medium.ELEMENT, PAIRING):
            self._need(name)

    def own(self) -> None:
        """Of this booth of this station."""
        pairing = read_pairing(self.folder, self.identity)
        key = pairing_key(pairing, self.number, str(self.folder))
        machine = BoothMachine(booth_identity(self.identity, self.number, key), self.copy, self._entropy)
        certified = self.identity.keys.booths[self.number - 1]
        check_own_key(machine.element.public_hex, certified, self.identity.station, str(self.folder))
        self.machine = machine

    def lives(self) -> None:
        """The element has something left to do."""
        if self._known().element.life not in GOES_ON:
            raise OutOfOrder(
                Sentence("a booth that is not closed for good"),
                Sentence("one whose ballots were counted, signed and destroyed"),
                Sentence("Take its sheet from the station's folder; nothing is left to go on with."),
                str(self.folder),
            )

    def is_whole(self) -> None:
        """What the life asks for is there, opens, and no slot of it is damaged."""
        machine = self._known()
        needed = _NEEDED.get(machine.element.life, ())
        for name in needed:
            self._need(name)
        if booth_medium.ACTIVATION in needed:
            booth_medium.open_slot(self.copy, machine.element, self._entropy)
        if needed:
            self._check_box(machine)

    def _check_box(self, machine: BoothMachine) -> None:
        closing = machine.element.life is not Life.ZEROED
        opened = booth_medium.open_box_to_count if closing else booth_medium.open_box
        damaged = opened(self.copy, machine.element, machine.header).count(SlotState.DAMAGED)
        if damaged:
            raise Unproven(
                Sentence("a ballot box of which every slot is whole"),
                Sentence("{count} damaged slots", {"count": damaged}),
                Sentence("Keep the memory sealed for the authority: it decides with the slips in the box."),
                str(self.folder),
            )

    def _take(self, path: Path) -> None:
        content, running = bytearray(), sha256()
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                content += part
                running.update(part)
        self.hashes[path.name] = running.hexdigest()
        self.copy.create(path.name, len(content)).write(0, bytes(content))

    def _need(self, name: str) -> None:
        if name not in self.hashes:
            raise Unproven(
                Sentence("the file {name} on the memory", {"name": name}),
                Sentence("none"),
                Sentence("Check that this is the booth's memory; keep it as it is."),
                str(self.folder),
            )

    def _known(self) -> BoothMachine:
        assert self.machine is not None, "asked after the questions before it were answered"  # noqa: S101 - types only
        return self.machine


def inspect_memory(identity: StationIdentity, folder: Path, number: int, entropy: Entropy) -> SpareReport:
    """The four questions up to the first that fails, and the memory's hashes; nothing of it is changed.

    Args:
        identity: what the package of the spare machine says.
        folder: the memory.
        number: the booth that broke.
        entropy: fresh random bytes.
    """
    memory = _Memory(identity, folder, number, entropy)
    checks = tuple(_ask(memory))
    life = memory.machine.element.life if memory.machine else None
    return SpareReport(checks, tuple(sorted(memory.hashes.items())), life)


def _ask(memory: _Memory) -> Iterator[SpareCheck]:
    for question, check in (
        (N_("The memory can be read."), memory.read),
        (N_("It is the memory of this booth of this station."), memory.own),
        (N_("The booth is not closed for good."), memory.lives),
        (N_("Its ballot box is whole."), memory.is_whole),
    ):
        trouble = _trouble(check, memory.folder)
        yield SpareCheck(question, trouble)
        if trouble is not None:
            return


def _trouble(check: Callable[[], None], folder: Path) -> UrnaError | None:
    """What stands against it; a medium that cannot be read is said so."""
    try:
        check()
    except UrnaError as error:
        return error
    except OSError as error:
        return Unproven(
            Sentence("a memory that can be read"),
            Sentence("one that cannot ({reason})", {"reason": error.strerror or "?"}),
            Sentence("Keep it sealed: a laboratory may still read what this machine cannot."),
            str(folder),
        )
    return None
