"""A centre at work for the small worlds of the tests: what their stations send, and what their authority hands over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.tampering.builder import COSIGNED_AT, NIGHT, World

from urna.center.centre import Centre
from urna.center.publication import Batch
from urna.encoding.canonical import encode
from urna.log.note import NoteSignature
from urna.record.layout import (
    DEFINITION,
    JOINT_KEY,
    ROLL,
    Kind,
    coefficients_path,
    commitment_path,
    place_of,
)
from urna.station.sending import Parcel
from urna.storage.centre_files import CentreFiles
from urna.storage.centre_opening import FILES, make_centre, open_centre
from urna.storage.centre_publisher import Prove
from urna.storage.centre_service import CentreService
from urna.storage.centre_workers import Workers

CERTIFIED = "certifications/0001.note"
NO_CHANGES: Mapping[str, bytes] = {}


def parcel_of(world: World, station: str, sequence: int = 0, changes: Mapping[str, bytes] = NO_CHANGES) -> bytes:
    """What a station sends: its files as the record has them, some of them changed by name."""
    files: dict[str, bytes] = {}
    for path, data in world.files.items():
        place = place_of(path)
        if (
            place is not None
            and place.station == station
            and (place.kind is not Kind.SHEET or place.number == sequence)
        ):
            files[path.rpartition("/")[2]] = data
    return encode(Parcel(election=world.election.identity, station=station, files={**files, **changes}))


def prepare(world: World, centre: Centre) -> None:
    """What the authority and the guardians hand over before the day."""
    files = world.files
    centre.certify(files[CERTIFIED])
    centre.commit_roll(files[ROLL])
    numbers = range(1, len(getattr(world, "guardians", ())) + 1)
    if numbers:
        centre.take_commitments([files[commitment_path(number)] for number in numbers])
        centre.take_keys([files[coefficients_path(number)] for number in numbers], files[JOINT_KEY])


def make(world: World, folder: Path, database: str = "") -> None:
    """A centre that has everything from before the day."""
    make_centre(folder, world.files[DEFINITION], world.keys.log, NIGHT, database)
    with at_work(world, folder) as service:
        service.take(lambda centre: prepare(world, centre), {})


@contextmanager
def at_work(world: World, folder: Path, processes: int = 0) -> Iterator[CentreService]:
    """The centre while it runs."""
    opened = open_centre(folder, world.keys.log)
    workers = Workers(world.files[DEFINITION], CentreFiles(folder / FILES).folder, processes)
    service = CentreService(opened, lambda: NIGHT, workers)
    service.start()
    try:
        yield service
    finally:
        service.close()


def wait_for_proofs(service: CentreService) -> None:
    """Returns when no sheet waits for its proof."""
    service.wait_for_proofs()
    assert service.broken_proofs == 0


def witnesses(world: World, missing: int = 0) -> "Witnesses":
    """The world's witnesses, some of whom do not answer."""
    return Witnesses(world, missing)


class Witnesses:
    """They cosign whatever they are asked to."""

    def __init__(self, world: World, missing: int) -> None:
        self._signers = world.keys.witnesses[missing:]
        self.asked: list[Batch] = []

    def __call__(self, batch: Batch, prove: Prove) -> Sequence[NoteSignature]:
        """Their signatures."""
        self.asked.append(batch)
        assert prove(batch.old_size) == batch.proof
        return [signer.cosign(batch.checkpoint, COSIGNED_AT) for signer in self._signers]
