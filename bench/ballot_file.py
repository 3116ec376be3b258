"""`urna verify` over a record with one file of 200,000 encrypted ballots of 12 options, from disk, as people run it.

`URNA_BENCH_BALLOTS` sets another number. The record is made once (`bench/ballot_record`): some minutes on four cores,
0.8 GB on disk, 3 GB of memory while it is made.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from typing import NamedTuple

from bench.ballot_record import BallotRecord, ballot_record
from bench.figures import Figure, of_runs, rate_of_runs, ratio
from bench.places import Ended, urna
from urna.ballot.forms import ID_BYTES
from urna.record.ballot_file import MAX_HEADER_BYTES, read_header

BALLOTS = int(os.environ.get("URNA_BENCH_BALLOTS", "200000"))


def run(runs: int) -> Iterator[Figure]:
    """On 1, 2 and all cores by turns; then with one bit of the file changed."""
    record = ballot_record(BALLOTS)
    cores = len(os.sched_getaffinity(0))
    yield Figure("encrypted ballots, all different", record.ballots, "ballots")
    yield Figure("their file", record.file.stat().st_size / 1e6, "MB")
    jobs = sorted({1, min(2, cores), cores})
    turns = [{each: _verify(record, each) for each in jobs} for _ in range(runs)]
    for each in jobs:
        seconds = [turn[each].seconds for turn in turns]
        name = f"urna verify, {each} {'process' if each == 1 else 'processes'}"
        yield of_runs(name, seconds)
        yield rate_of_runs(name, record.ballots, seconds, "ballots/s")
        processor = [turn[each].processor_seconds / record.ballots for turn in turns]
        yield of_runs(f"{name}: processor time, a ballot", processor, "ms")
        yield Figure(f"{name}: memory of the largest", max(turn[each].megabytes for turn in turns), "MB")
        yield Figure(f"{name}: memory of all together", max(turn[each].together for turn in turns), "MB")
    if cores > 1:
        alone, together = ([turn[each].seconds for turn in turns] for each in (1, cores))
        yield ratio(f"urna verify, 1 process ÷ {cores} processes", alone, together)
    flipped = [flip_and_verify(record, place_in(record, secrets.randbelow(record.ballots))) for _ in range(runs)]
    yield of_runs("one bit changed: found, and its ballot named", flipped)


def _verify(record: BallotRecord, jobs: int) -> Ended:
    """From disk: what the system remembers of the file is dropped first."""
    with record.file.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return urna("verify", record.folder, "--jobs", str(jobs))


class Bit(NamedTuple):
    """A bit of the file, and the ballot whose row it is in."""

    byte: int
    bit: int
    ballot: bytes
    """Its id."""


def place_in(record: BallotRecord, row: int) -> Bit:
    """A random bit of a row."""
    with record.file.open("rb") as file:
        header = read_header(file.read(MAX_HEADER_BYTES))
        file.seek(header.offset(row))
        ballot = file.read(ID_BYTES)
    byte, bit = divmod(secrets.randbelow(8 * header.row_bytes), 8)
    return Bit(header.offset(row) + byte, bit, ballot)


def flip_and_verify(record: BallotRecord, place: Bit) -> float:
    """Seconds of a verification that finds the changed bit and names the ballot.

    The bit is changed in a copy: nothing that ends this program can leave the record changed.

    Raises:
        RuntimeError: the copy passed, or another ballot was named.
    """
    copy = BallotRecord(record.folder.with_name(f"{record.folder.name}-changed"), record.ballots)
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.copytree(record.folder, copy.folder)
    try:
        _flip(copy, place)
        ended = urna("verify", copy.folder, "--json", code=1)
    finally:
        shutil.rmtree(copy.folder)
    findings = [each for check in json.loads(ended.said)["checks"] for each in check["findings"]]
    if not any(place.ballot.hex() in each["sentence"] for each in findings):
        raise RuntimeError(f"bit {place.bit} of byte {place.byte}: {[each['sentence'] for each in findings]}")
    return ended.seconds


def _flip(record: BallotRecord, place: Bit) -> None:
    with record.file.open("r+b") as file:
        file.seek(place.byte)
        (value,) = file.read(1)
        file.seek(place.byte)
        file.write(bytes([value ^ 1 << place.bit]))
