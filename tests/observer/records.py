"""Published records that grow, for a monitor to look at, and ways in which a centre or a server could cheat."""

from collections.abc import Sequence

from tests.tampering.builder import Keys, definition

from urna.center.publication import File, Publication, writes
from urna.election.check import valid_election
from urna.encoding.document import sign_document
from urna.log.cosignature import WitnessSigner
from urna.observer.memory import Memory, begin
from urna.record.layout import DEFINITION, Kind, serial_path
from urna.record.reader import RecordInMemory

KEYS = Keys.make()
ELECTION = valid_election(definition(KEYS))
COSIGNED_AT = 1_607_306_400


class Published:
    """A record, and the log behind it.

    Args:
        mark: what stands in its files; another mark is another history.
        witnesses: who cosigns.
    """

    def __init__(self, mark: str = "true", witnesses: Sequence[WitnessSigner] = KEYS.witnesses) -> None:
        self.record = RecordInMemory({})
        self._publication = Publication(KEYS.log)
        self._witnesses = witnesses
        self._mark = mark
        self.publish([File(DEFINITION, sign_document(definition(KEYS), KEYS.officers))])

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._publication.size

    def publish(self, files: Sequence[File], *, without: Sequence[str] = ()) -> None:
        """Publishes files; those named in `without` are logged and not shown."""
        batch = self._publication.prepare(files)
        lines = [witness.cosign(batch.checkpoint, COSIGNED_AT + batch.size) for witness in self._witnesses]
        for file in writes(batch, lines):
            if file.path not in without:
                self.record.files[file.path] = file.data

    def grow(self, size: int, mark: str = "") -> "Published":
        """Publishes decisions until the log has so many entries."""
        files = [
            File(serial_path(Kind.DECISION, number), f"{mark or self._mark} {number}".encode())
            for number in range(self.size, size)
        ]
        if files:
            self.publish(files)
        return self


def published(*sizes: int, mark: str = "true", common: int = 0) -> Published:
    """A record that was published in steps; with another mark its history parts from the true one after `common`."""
    record = Published(mark)
    if common > 1:
        record.grow(common, "true")
    for size in sizes:
        record.grow(size)
    return record


def nothing_seen() -> Memory:
    """A monitor before its first look."""
    return begin(ELECTION)
