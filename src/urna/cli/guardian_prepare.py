"""The guardians' request from a public record: verified first, on the guardian's own machine."""

import secrets
from pathlib import Path

from urna.ballot.ceremony import check_election, read_ceremony
from urna.cli.verify import verify_and_show
from urna.compute.processes import over_processes
from urna.crypto.kernels.engine import warm
from urna.election.definition import Election
from urna.election.signing import open_definition
from urna.guardian.from_record import VerifiedRecord, request_of_record
from urna.guardian.request import OpeningRequest
from urna.record.layout import DEFINITION, JOINT_KEY, Kind, place_of
from urna.record.reader import RecordReader, read_placed
from urna.storage.record import FolderReader
from urna.verify.encrypted import engine_of


def prepare_request(election: Election, folder: Path) -> OpeningRequest | None:
    """What the guardians are to open; None when the record does not verify, which was shown then.

    1. The record is of this election.
    2. Every check of `urna verify` passes.
    3. The plan follows from its sheets, and the sums from its ciphertexts.

    Raises:
        Unproven: the record is of another election.
    """
    reader = FolderReader(folder)
    recorded = open_definition(read_placed(reader, DEFINITION), DEFINITION)
    check_election(election, recorded.identity, DEFINITION)
    if not verify_and_show(folder):
        return None
    warm()
    keys = read_ceremony(
        election,
        _all(reader, Kind.GUARDIAN_COMMITMENT),
        _all(reader, Kind.GUARDIAN_COEFFICIENTS),
        read_placed(reader, JOINT_KEY),
    )
    record = VerifiedRecord(reader, election, keys)
    return request_of_record(record, election, engine_of("fast", secrets.token_bytes), over_processes)


def _all(reader: RecordReader, kind: Kind) -> list[bytes]:
    places = ((path, place_of(path)) for path in sorted(reader.list().sizes))
    return [read_placed(reader, path) for path, place in places if place is not None and place.kind is kind]
