"""The definition and the log of a record, each with its signatures: what everything else in it is read by."""

from collections.abc import Mapping
from typing import NamedTuple

from urna.election.definition import Definition, Election
from urna.encoding.document import open_document, read_document
from urna.log.checkpoint import Checkpoint
from urna.log.cosignature import WitnessPolicy, open_witnessed
from urna.log.log import Log
from urna.log.reading import read_log
from urna.record.entry import LogEntry, read_entry
from urna.record.keys import log_verifier, officer_verifiers, witness_verifiers
from urna.record.layout import CHECKPOINT, DEFINITION, LOG, Kind, place_of
from urna.record.reader import RecordReader, read_placed


class PublishedLog(NamedTuple):
    """The log of a record, whole."""

    log: Log
    entries: tuple[LogEntry, ...]
    checkpoints: tuple[Checkpoint, ...]
    """Every kept one, signed and witnessed."""
    places: Mapping[str, int]
    """The leaf of each path."""


def read_election(reader: RecordReader) -> Election:
    """The definition of a record.

    Raises:
        Malformed: there is none.
        Unproven: too few of the officers whom it names signed it.
    """
    data = read_placed(reader, DEFINITION)
    authority = read_document(data, Definition, DEFINITION).authority
    officers = officer_verifiers(authority.officers)
    return Election(open_document(data, Definition, officers, authority.threshold, DEFINITION))


def read_published_log(reader: RecordReader, election: Election) -> PublishedLog:
    """The log of a record.

    Raises:
        Malformed, Unproven: it is not whole, or not signed and witnessed.
    """
    quorum = election.definition.authority.witness_quorum
    policy = WitnessPolicy(witnesses=witness_verifiers(election), threshold=quorum)
    key = log_verifier(election)
    paths = reader.list().sizes

    def read(path: str) -> bytes:
        if LOG + path not in paths:
            raise KeyError(path)
        return read_placed(reader, LOG + path)

    def opened(path: str) -> Checkpoint:
        return open_witnessed(read_placed(reader, path), key, policy, path)

    log = read_log(read, opened(CHECKPOINT))
    kept = (path for path in paths if (place := place_of(path)) and place.kind is Kind.OLD_CHECKPOINT)
    checkpoints = sorted(map(opened, kept), key=lambda each: each.size)
    entries = tuple(read_entry(each) for each in log.entries)
    places = {entry.path: place for place, entry in enumerate(entries)}
    return PublishedLog(log, entries, tuple(checkpoints), places)
