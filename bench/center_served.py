"""A real centre for benchmarks: `urna center serve` on an empty database, and parcels over many connections."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, SimpleQueue

from tests.night.processes import Running, free_port, urna

from urna.crypto.kdf import Cost
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, seal_key
from urna.election.certification import RollCommitments
from urna.election.definition import Election
from urna.encoding.canonical import Code, digest
from urna.encoding.document import sign_document
from urna.record.layout import DEFINITION
from urna.rehearsal.counts import certify_all
from urna.rehearsal.election import RehearsalKeys
from urna.rehearsal.run import signed_definition

CONNECTIONS = 64
PASSPHRASE = "maíz barco lluvia siete"  # noqa: S105 - of keys that live as long as a benchmark
SECONDS = 120

Sent = tuple[Code, bytes | Path]
"""A station and its parcel, or the file that holds it."""


def write_papers(
    folder: Path,
    election: Election,
    keys: RehearsalKeys,
    roll: RollCommitments,
    others: Mapping[str, bytes] | None = None,
) -> None:
    """The papers of before the day, and the log's key, under a folder that is made."""
    papers = folder / "papers"
    papers.mkdir(parents=True)
    officers = keys.officers[: election.definition.authority.threshold]
    files = {"certification.note": certify_all(election, keys), "roll.note": sign_document(roll, officers)}
    for name, data in (files | dict(others or {})).items():
        (papers / name).write_bytes(data)
    seed = keys.secret(keys.log.name)
    closed = seal_key(keys.log.name, seed, PASSPHRASE, salt=bytes(SALT_BYTES), nonce=bytes(NONCE_BYTES), cost=Cost.TOY)
    (folder / "log.key").write_bytes(closed)
    (folder / "words").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (folder / DEFINITION).write_bytes(signed_definition(election, keys))


@contextmanager
def serving(folder: Path, place: Path, database: str) -> Iterator[int]:
    """A new centre that listens, and the port of it.

    Args:
        folder: with the papers.
        place: of the centre, which is not there yet.
        database: empty; "" for SQLite.
    """
    signing = ("--log-key", folder / "log.key", "--passphrase-file", folder / "words")
    urna("center", "init", place, "--definition", folder / DEFINITION, "--database", database, *signing)
    urna("center", "load", place, folder / "papers", *signing)
    port = free_port()
    said = place.with_name(f"{place.name}.said")
    centre = Running(said, "center", "serve", place, "--port", port, "--results-every", 0, *signing)
    try:
        centre.address()
        yield port
    finally:
        centre.stop()


def send(port: int, parcels: Sequence[Sent], status: int, verdict: str) -> list[float]:
    """Every parcel over one of the connections, and the seconds until each was answered.

    Raises:
        RuntimeError: one was answered otherwise.
    """
    waiting: SimpleQueue[Sent] = SimpleQueue()
    for each in parcels:
        waiting.put(each)
    right = (status, f'"verdict":"{verdict}"'.encode())
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        lines = [pool.submit(partial(_line, port, waiting, right)) for _ in range(CONNECTIONS)]
        return [seconds for line in lines for seconds in line.result()]


def _line(port: int, waiting: "SimpleQueue[Sent]", right: tuple[int, bytes]) -> list[float]:
    """One connection: a parcel after the other, until none waits."""
    latencies: list[float] = []
    with closing(HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        while True:
            try:
                station, parcel = waiting.get_nowait()
            except Empty:
                return latencies
            data = parcel if isinstance(parcel, bytes) else parcel.read_bytes()
            started = time.perf_counter()
            connection.request("POST", f"/stations/{station}", data, {"Idempotency-Key": digest(data)})
            response = connection.getresponse()
            said = response.read()
            latencies.append(time.perf_counter() - started)
            if response.status != right[0] or right[1] not in said:
                raise RuntimeError(f"{station}: {response.status} {said[:500]!r}")
