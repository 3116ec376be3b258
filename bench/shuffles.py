"""Shuffles of encrypted rows: mixed, proven, and verified in kernels and plainly; a row is an id and its options."""

import secrets
from collections.abc import Iterator
from functools import partial
from itertools import islice, repeat
from typing import NamedTuple

from bench.figures import Act, Figure, compared, rate_of_runs, seconds_of, timed
from urna.crypto.elgamal import encrypt
from urna.crypto.group import FixedPoint, base_times
from urna.crypto.kernels.engine import warm
from urna.crypto.kernels.tier import Tier, available
from urna.crypto.scalars import from_int
from urna.crypto.shuffle import Rows, ShuffleSecret, draw_secret, join_rows, shuffle
from urna.crypto.shuffle_check import check_shuffle
from urna.crypto.shuffle_proof import prove_shuffle
from urna.crypto.shuffle_transcript import ShuffleProof, Statement, generators
from urna.crypto.threshold import draw_scalar
from urna.verify.shuffles import Shuffled, check_shuffled

ROWS = 1000
WIDTHS = (3, 13)
"""An id with two answers, and with twelve lists."""
FEW = 50
"""Rows of the comparison with the plain check."""

KEY = FixedPoint(base_times(from_int(20261206)))
CONTEXT = b"\x07" * 32


class Sample(NamedTuple):
    """A proven shuffle."""

    statement: Statement
    secret: ShuffleSecret
    proof: ShuffleProof


def run(runs: int) -> Iterator[Figure]:
    """Each width: rows a second of one mixer, of one verifier, by both engines; and bytes."""
    for tier in available():
        warm(tier=tier)
    check(sample(2, 2))
    for width in WIDTHS:
        made, few = sample(ROWS, width), sample(FEW, width)
        for figure in _of_width(made, few, runs):
            yield figure._replace(what=f"{width} ciphertexts a row: {figure.what}")
    yield timed(f"generators of {ROWS:,} rows, the first time", _generators_anew, runs)


def _of_width(made: Sample, few: Sample, runs: int) -> Iterator[Figure]:
    before = made.statement.before
    yield _rate("shuffled", partial(shuffle, KEY, before, made.secret), runs)
    yield _rate("proven", partial(prove_shuffle, made.statement, made.secret, secrets.token_bytes), runs)
    for tier in available():
        yield _rate(f"verified by one sum, {tier.value} tier", partial(check, made, tier), runs)
    names = "a row verified equation by equation", "a row verified by one sum"
    acts = partial(check_plainly, few), partial(check, made)
    yield from compared(*names, acts, runs, sizes=(FEW, ROWS))
    yield Figure("proof, a row", (len(made.proof.written()) - len(few.proof.written())) // (ROWS - FEW), "bytes")
    yield Figure("the row itself", before.row_bytes, "bytes")


def _rate(what: str, act: Act, runs: int) -> Figure:
    return rate_of_runs(what, ROWS, [seconds_of(act) for _ in range(runs)], "rows a second")


def sample(rows: int, width: int) -> Sample:
    """A shuffle of rows that hold no votes and one."""
    before = some_rows(rows, width)
    secret = draw_secret(before, secrets.token_bytes)
    statement = Statement(CONTEXT, KEY.point, before, shuffle(KEY, before, secret))
    return Sample(statement, secret, prove_shuffle(statement, secret, secrets.token_bytes))


def some_rows(rows: int, width: int) -> Rows:
    """Fresh ciphertexts of 0 and 1."""
    numbers = (encrypt(KEY, secrets.randbelow(2), draw_scalar(secrets.token_bytes)) for _ in repeat(None))
    return join_rows([tuple(islice(numbers, width)) for _ in range(rows)])


def check(made: Sample, tier: Tier | None = None) -> None:
    """By one sum."""
    check_shuffle(made.statement, made.proof, secrets.token_bytes, tier)


def check_plainly(made: Sample) -> None:
    """Equation by equation through libsodium."""
    before, after = made.statement.before, made.statement.after
    check_shuffled(Shuffled(CONTEXT, KEY.point, before.width, before.data, after.data, made.proof.written()))


def _generators_anew() -> None:
    generators.cache_clear()
    generators(ROWS)
