"""Encrypted ballots of 12 and 30 options, one contest with one vote: encrypting, verifying, sizes, the other form."""

import os
import secrets
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.figures import Figure, compared, of_runs, rate_of_runs, ratio, seconds_of, timed
from bench.quick_ballots import QuickEncryption
from urna.ballot.context import BallotContext, ballot_context, box_shape
from urna.ballot.encryption import encrypt_ballot
from urna.ballot.forms import ID_BYTES
from urna.ballot.keys import JointKeys
from urna.ballot.plain_check import check_ballot_plainly
from urna.ballot.shape import POINT_BYTES, BallotShape, ContestShape
from urna.compute.processes import over_processes
from urna.crypto.box_check import check_box, recompute_commitments
from urna.crypto.group import base_times
from urna.crypto.kernels.engine import decode_points, warm
from urna.crypto.kernels.tier import Tier, available
from urna.crypto.scalars import from_int
from urna.verify.fast_engine import Fast

OPTIONS = (12, 30)
BALLOTS = 1024
"""One box, as `urna verify` takes them."""

PLAIN, CONVERTED, ENCRYPTED = 2, 256, 5
"""Ballots in a run of what takes longer."""

BOXES = 4
"""For each core."""

KEYS = JointKeys(base_times(from_int(20201206)), base_times(from_int(20260101)), b"\6" * 32)


class Sample(NamedTuple):
    """Ballots of a size, in both forms."""

    context: BallotContext
    committed: npt.NDArray[np.uint8]
    compact: npt.NDArray[np.uint8]


def sample(options: int, ballots: int = BALLOTS) -> Sample:
    """Ballots of so many options. They are made quickly (`bench/quick_ballots`)."""
    names = tuple(f"O{number}" for number in range(1, options + 1))
    contest = ContestShape(contest="C", options=names, option_limit=1, choices=(), limit=1)
    context = ballot_context(KEYS, "BENCH", BallotShape(style="ALL", contests=(contest,)))
    made = QuickEncryption(context, options)(range(ballots))
    return Sample(context, made.committed, made.compact)


def encrypt_one(made: Sample) -> None:
    """A ballot for the first option, as a booth encrypts and proves it: through libsodium, from the system's bytes."""
    votes = [1] + [0] * (made.context.shape.options - 1)
    encrypt_ballot(made.context, votes, secrets.token_bytes(ID_BYTES), secrets.token_bytes(32), secrets.token_bytes)


def check_fast(made: Sample, tier: Tier | None = None) -> None:
    """All proofs of the sample by one sum.

    Raises:
        RuntimeError: one does not hold.
    """
    if check_box(box_shape(made.context), made.committed, secrets.token_bytes, tier):
        raise RuntimeError("a ballot of the benchmark is not proven")


def check_plainly(made: Sample) -> None:
    """The first few, equation by equation through libsodium."""
    for row in made.committed[:PLAIN]:
        check_ballot_plainly(made.context, row.tobytes())


def run(runs: int) -> Iterator[Figure]:
    """Each size: encrypt, verify on each tier and on all cores beside the plain path, sizes, the other form."""
    for tier in available():
        warm(tier=tier)
    for options in OPTIONS:
        for figure in _of_size(sample(options), runs):
            yield figure._replace(what=f"{options} options: {figure.what}")


def _of_size(made: Sample, runs: int) -> Iterator[Figure]:
    yield timed("encrypted and proven, libsodium", partial(encrypt_one, made), runs, times=ENCRYPTED)
    for tier in available():
        acts = (partial(check_plainly, made), partial(check_fast, made, tier))
        names = "verified plainly, a ballot", f"verified in a box, {tier.value} tier, a ballot"
        yield from compared(*names, acts, runs, sizes=(PLAIN, len(made.committed)))
    points = _points(made)
    seconds = [seconds_of(lambda: decode_points(points)) for _ in range(runs)]
    yield of_runs("of that, its points decoded", [each / len(made.committed) for each in seconds], "ms")
    yield from _on_all_cores(made, runs)
    yield Figure("compact form", made.compact.shape[1], "bytes")
    yield Figure("committed form", made.committed.shape[1], "bytes")
    few = made.compact[:CONVERTED]
    seconds = [seconds_of(lambda: recompute_commitments(box_shape(made.context), few)) for _ in range(runs)]
    yield of_runs("commitments from a compact form", [each / len(few) for each in seconds], "ms")


def _points(made: Sample) -> npt.NDArray[np.uint8]:
    """All points of all ballots, shape (n, 32): ciphertexts and commitments."""
    shape, rows = made.context.shape, made.committed
    ciphertexts = rows[:, ID_BYTES : ID_BYTES + shape.ciphertext_bytes]
    return np.concatenate([ciphertexts, rows[:, -shape.commitment_bytes :]], axis=1).reshape(-1, POINT_BYTES)


def _on_all_cores(made: Sample, runs: int) -> Iterator[Figure]:
    """The engine of `urna verify`, box after box: here, and in a process a core, their start included."""
    cores = len(os.sched_getaffinity(0))
    rows = [row.tobytes() for row in made.committed]
    boxes = range(BOXES * cores)
    examine = _Examine(made.context, rows)
    here, there = [], []
    for _ in range(runs):
        here.append(seconds_of(lambda: list(map(examine, boxes))))
        there.append(seconds_of(lambda: list(over_processes(examine, boxes, cores, 2, 1))))
    count = len(rows) * len(boxes)
    yield rate_of_runs("examined with hashes, 1 process", count, here, "ballots/s")
    yield rate_of_runs(f"examined with hashes, {cores} processes", count, there, "ballots/s")
    yield ratio(f"1 process ÷ {cores} processes", here, there)


class _Examine:
    """What `urna verify` does with each box; it can be sent to other processes."""

    def __init__(self, context: BallotContext, rows: Sequence[bytes]) -> None:
        self._context = context
        self._rows = rows

    def __call__(self, _: int) -> int:
        """Ballots examined.

        Raises:
            RuntimeError: one does not hold.
        """
        examined = Fast(secrets.token_bytes).examine(self._context, "committed", self._rows)
        if examined.doubts:
            raise RuntimeError("a ballot of the benchmark is not proven")
        return len(self._rows)
