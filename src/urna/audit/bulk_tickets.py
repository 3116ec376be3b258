"""The smallest tickets of millions of papers, in seconds: exactly those that the slow way finds.

1. Hash the papers of each container at once, and keep of each ticket its first part, a 64-bit number.
2. Keep the papers whose first part is among the smallest, all that are equal to the last of them included.
3. Compute the whole tickets of these few with `hashlib`, and sort.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from urna.audit.tickets import Procedure, first_ticket, sorted_ticket
from urna.crypto.kernels.sha256 import Words, sha256_numbered

Heads: TypeAlias = npt.NDArray[np.uint64]
"""First parts of tickets, in the order of the tickets as far as they differ."""

_CHUNK = 1 << 16
_HEAD_DIGITS = 9


class Stack(NamedTuple):
    """Units "name,1" to "name,size"."""

    name: str
    size: int


class _Kept(NamedTuple):
    heads: Heads
    stacks: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]


def smallest(procedure: Procedure, seed: str, stacks: Sequence[Stack], count: int) -> list[tuple[str, str]]:
    """The `count` smallest tickets (fewer if there are fewer units) and their units, in order.

    Args:
        procedure: SORTED or CONSISTENT.
        seed: the public seed.
        stacks: with different names, none with a comma.
        count: at least 1.
    """
    ticket = sorted_ticket if procedure is Procedure.SORTED else first_ticket
    kept = _lowest(_chunks(procedure, seed, stacks), count)
    units = (f"{stacks[stack].name},{position}" for stack, position in zip(kept.stacks, kept.positions, strict=True))
    return sorted((ticket(seed, unit), unit) for unit in units)[:count]


def ticket_heads(procedure: Procedure, seed: str, name: str, first: int, count: int) -> Heads:
    """The first parts of the tickets of "name,first" and the units that follow it.

    SORTED: the first 64 bits. CONSISTENT: the first nine decimal digits.
    """
    if procedure is Procedure.SORTED:
        words = sha256_numbered(f"{seed},{name},".encode(), first, count)
        return (words[:, 0].astype(np.uint64) << np.uint64(32)) | words[:, 1]
    return _backwards(sha256_numbered(f"{hashlib.sha256(seed.encode()).hexdigest()}{name},".encode(), first, count))


def _chunks(procedure: Procedure, seed: str, stacks: Sequence[Stack]) -> Iterator[_Kept]:
    for place, stack in enumerate(stacks):
        for first in range(1, stack.size + 1, _CHUNK):
            count = min(_CHUNK, stack.size + 1 - first)
            heads = ticket_heads(procedure, seed, stack.name, first, count)
            yield _Kept(heads, np.full(count, place, np.int64), np.arange(first, first + count, dtype=np.int64))


def _lowest(chunks: Iterator[_Kept], count: int) -> _Kept:
    """What has one of the `count` smallest heads, or one equal to the last of them."""
    empty = np.zeros(0, np.int64)
    waiting, limit, held = [_Kept(empty.astype(np.uint64), empty, empty)], None, 0
    for chunk in chunks:
        fresh = chunk if limit is None else _taken(chunk, chunk.heads <= limit)
        waiting.append(fresh)
        held += len(fresh.heads)
        if held > 4 * count + _CHUNK:
            waiting = [_cut(waiting, count)]
            limit, held = waiting[0].heads.max(), len(waiting[0].heads)
    return _cut(waiting, count)


def _cut(waiting: Sequence[_Kept], count: int) -> _Kept:
    whole = _Kept(*(np.concatenate(parts) for parts in zip(*waiting, strict=True)))
    if len(whole.heads) <= count:
        return whole
    return _taken(whole, whole.heads <= np.partition(whole.heads, count - 1)[count - 1])


def _taken(kept: _Kept, chosen: npt.NDArray[np.bool_]) -> _Kept:
    return _Kept(kept.heads[chosen], kept.stacks[chosen], kept.positions[chosen])


def _backwards(words: Words) -> Heads:
    """The last nine decimal digits of each 256-bit number, read backwards, as a number."""
    rest = np.zeros(len(words), np.uint64)
    for place in range(words.shape[1]):
        rest = ((rest << np.uint64(32)) | words[:, place]) % np.uint64(10**_HEAD_DIGITS)
    heads = np.zeros(len(words), np.uint64)
    for _ in range(_HEAD_DIGITS):
        heads = heads * np.uint64(10) + rest % np.uint64(10)
        rest //= np.uint64(10)
    return heads
