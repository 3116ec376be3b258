"""What an offline witness is asked to cosign: a request in a file, or a record's folder read whole."""

from pathlib import Path
from typing import NamedTuple

from urna.errors import OutOfOrder, Unproven
from urna.log.checkpoint import MAX_CHECKPOINT_BYTES, open_checkpoint, read_checkpoint
from urna.log.reading import read_log
from urna.log.tiles import MAX_BUNDLE_BYTES
from urna.observer.request import MAX_REQUEST_BYTES, AddCheckpoint, parse_request
from urna.record.layout import CHECKPOINT, LOG
from urna.storage.definition_folder import read_limited
from urna.storage.record import FolderReader
from urna.storage.witness_folder import WitnessFolder
from urna.words import Sentence


class Asked(NamedTuple):
    """A request, and what is in it for a person to compare."""

    body: bytes
    log: str
    size: int
    root: bytes

    def facts(self) -> dict[str, str | int]:
        """Log, size and root."""
        return {"log": self.log, "size": self.size, "root": self.root.hex()}


def read_asked(place: Path, witness: WitnessFolder) -> Asked:
    """The request in a file, or the one that a record's log would make.

    Raises:
        Malformed: neither.
        Unproven: the record's log does not make its checkpoint, or is none that this witness watches.
    """
    body = _of_record(place, witness) if place.is_dir() else read_limited(place, MAX_REQUEST_BYTES)
    checkpoint = read_checkpoint(parse_request(body, str(place)).checkpoint, str(place))
    return Asked(body, checkpoint.origin, checkpoint.size, checkpoint.root)


def _of_record(place: Path, witness: WitnessFolder) -> bytes:
    """A request with the proof from what the witness knows, made from the log's entries, all of them read."""
    reader = FolderReader(place)
    note = reader.read(CHECKPOINT, MAX_CHECKPOINT_BYTES)
    claimed = read_checkpoint(note, CHECKPOINT)
    key = next((log for log in witness.logs if log.name == claimed.origin), None)
    if key is None:
        raise Unproven(
            Sentence("a log that this witness watches"),
            Sentence("{log}", {"log": repr(claimed.origin)}),
            Sentence("Add it first: urna witness watch."),
            str(place),
        )
    checkpoint = open_checkpoint(note, key, CHECKPOINT)
    known = witness.known(key.name)
    old_size = known.checkpoint.size if known else 0
    if old_size > checkpoint.size:
        raise OutOfOrder(
            Sentence("a log of {size} entries or more", {"size": old_size}),
            Sentence("one of {size}", {"size": checkpoint.size}),
            Sentence("Fetch the newest record. If this is the newest, it was rolled back: keep it and tell everybody."),
            str(place),
        )
    log = read_log(lambda path: _read_tile(reader, path), checkpoint)
    return AddCheckpoint(old_size, log.growth_proof(old_size), note).encode()


def _read_tile(reader: FolderReader, path: str) -> bytes:
    """A tile's bytes, its absence told as `read_log` expects it."""
    if not Path(reader.root, LOG + path).is_file():
        raise FileNotFoundError(path)
    return reader.read(LOG + path, MAX_BUNDLE_BYTES)
