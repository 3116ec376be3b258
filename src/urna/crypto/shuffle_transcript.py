"""What a proof of a shuffle is about, where its parts lie, and what is hashed (docs/spec/secret-comparison.md).

Letters as in Haenni, Locher, Koenig, Dubuis, "Pseudo-code algorithms for verifiable re-encryption mix-nets" (2017),
written additively; N rows, w ciphertexts in a row.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from urna.crypto.mac import join_parts
from urna.crypto.ristretto import POINT_BYTES
from urna.crypto.scalars import SCALAR_BYTES, WIDE_BYTES, hash_to_scalar
from urna.crypto.shuffle import Rows
from urna.crypto.threshold import index_bytes
from urna.errors import Malformed
from urna.words import Sentence

CONTEXT_BYTES = 32

_GENERATOR = b"urna/shuffle/1/generator"
_STATEMENT = b"urna/shuffle/1/statement"
_COMMITTED = b"urna/shuffle/1/committed"
_ROW = "urna/shuffle/1/row"
_CHALLENGE = "urna/shuffle/1/challenge"


class Statement(NamedTuple):
    """That `after` is `before` in another order, encrypted again under the key."""

    context: bytes
    """32 bytes: which election, which rows, which mixer; a proof for another context fails."""
    key: bytes
    """K."""
    before: Rows
    after: Rows


class ShuffleProof(NamedTuple):
    """The parts of a proof, in the order in which they are written."""

    c: tuple[bytes, ...]
    """Commitments to the order, N points."""
    chain: tuple[bytes, ...]
    """ĉ, N points."""
    t: tuple[bytes, ...]
    """t_1, t_2, t_3."""
    t_rows: tuple[bytes, ...]
    """t_4: for each column one for α and one for β, 2w points."""
    t_chain: tuple[bytes, ...]
    """t̂, N points."""
    s: tuple[bytes, ...]
    """s_1, s_2, s_3."""
    s_rows: tuple[bytes, ...]
    """s_4, w scalars."""
    s_chain: tuple[bytes, ...]
    """ŝ, N scalars."""
    s_order: tuple[bytes, ...]
    """s̃, N scalars."""

    def written(self) -> bytes:
        """The bytes that `read_proof` reads."""
        return b"".join(each for part in self for each in part)


def part_sizes(count: int, width: int) -> tuple[int, ...]:
    """Points or scalars in each part of a proof."""
    return (count, count, 3, 2 * width, count, 3, width, count, count)


def read_proof(data: bytes, rows: Rows, where: str = "") -> ShuffleProof:
    """The parts of a proof; whether they are points and scalars is for whoever checks it.

    Raises:
        Malformed: another length than a proof for such rows has.
    """
    sizes = part_sizes(rows.size, rows.width)
    if len(data) != POINT_BYTES * sum(sizes):
        raise Malformed(
            Sentence("a proof of {size} bytes for {rows} rows", {"size": POINT_BYTES * sum(sizes), "rows": rows.size}),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("Ask whoever made it for the file as it was written."),
            where,
        )
    values = iter(data[at : at + SCALAR_BYTES] for at in range(0, len(data), SCALAR_BYTES))
    return ShuffleProof(*(tuple(next(values) for _ in range(size)) for size in sizes))


def check_statement(statement: Statement, where: str = "") -> None:
    """Returns if both lists have as many rows of one width, and the context its length.

    Raises:
        Malformed: they have not.
    """
    before, after = statement.before, statement.after
    if (before.size, before.width) != (after.size, after.width) or len(statement.context) != CONTEXT_BYTES:
        raise Malformed(
            Sentence("{rows} rows of {width} ciphertexts", {"rows": before.size, "width": before.width}),
            Sentence("{rows} rows of {width}", {"rows": after.size, "width": after.width}),
            Sentence("Ask the mixer for the rows as they were written; none may be missing and none added."),
            where,
        )


@lru_cache(maxsize=8)
def generators(count: int) -> tuple[bytes, ...]:
    """H, h_1 … h_N: points whose logarithms nobody knows, the same for every election."""
    import numpy as np  # noqa: PLC0415 - with numba over a second to load, and most commands need neither

    from urna.crypto.kernels.map_points import hash_to_points  # noqa: PLC0415 - the same

    hashes = (hashlib.sha512(join_parts(_GENERATOR, index_bytes(number))).digest() for number in range(count + 1))
    points = hash_to_points(np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, WIDE_BYTES))
    return tuple(row.tobytes() for row in points)


class Challenges(NamedTuple):
    """What the mixer cannot choose once the order is committed to."""

    seed: bytes
    """32 bytes: a hash of the statement and the commitments."""
    u: tuple[bytes, ...]
    """A scalar for each row of the input."""


def row_challenges(statement: Statement, c: Sequence[bytes]) -> Challenges:
    """The u_i, over the whole statement and the commitments to the order."""
    before, after = statement.before, statement.after
    sizes = (index_bytes(before.size), index_bytes(before.width))
    parts = (statement.context, statement.key, *sizes, before.data, after.data)
    stated = hashlib.sha256(join_parts(_STATEMENT, *parts)).digest()
    seed = hashlib.sha256(join_parts(_COMMITTED, stated, b"".join(c))).digest()
    return Challenges(seed, tuple(hash_to_scalar(_ROW, seed, index_bytes(i)) for i in range(before.size)))


def proof_challenge(seed: bytes, commitments: Sequence[Sequence[bytes]]) -> bytes:
    """The challenge of the proof, over everything before it.

    Args:
        seed: of the row challenges; the statement and c are in it.
        commitments: ĉ, t, t_4 and t̂.
    """
    return hash_to_scalar(_CHALLENGE, seed, *map(b"".join, commitments))


def columns(width: int) -> Iterator[tuple[int, int]]:
    """Of each ciphertext of a row: its column, and the place of its α among the row's points; β follows."""
    return ((column, 2 * column) for column in range(width))
