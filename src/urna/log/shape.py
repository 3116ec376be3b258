"""The shape of a Merkle tree: which nodes lie beside the way up, and so which hashes a proof holds.

Everything here is arithmetic on places and sizes; the tree that makes proofs and the functions that verify
them share it, and their tests hold both against RFC 9162's recursion and other people's vectors.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from urna.errors import Malformed
from urna.words import Sentence

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
"""The largest tree: sizes are 63-bit numbers in every C2SP format."""

MAX_PROOF_HASHES = 63
"""No inclusion proof in a tree of MAX_SIZE leaves is longer."""


class Sibling(NamedTuple):
    """A node beside the way up: the `position`-th of its row, left or right of the way.

    Row `height` holds the subtrees of 2^height leaves each; its last one may have fewer.
    """

    height: int
    position: int
    on_left: bool


class Way(NamedTuple):
    """The way of a consistency proof: the node where it starts, and the siblings up to the root.

    `is_whole` says that the node is the old tree itself, whose root is known; otherwise the proof begins
    with its hash.
    """

    node: Sibling
    siblings: tuple[Sibling, ...]
    is_whole: bool

    def in_proof(self) -> tuple[Sibling, ...]:
        """The nodes whose hashes the proof holds, in its order."""
        return self.siblings if self.is_whole else (self.node, *self.siblings)


def climb(position: int, last: int, height: int = 0) -> Iterator[Sibling]:
    """The siblings on the way from a node to the root, lowest first.

    Args:
        position: the node's place in its row.
        last: the place of the row's last node. A last node without a sibling moves up unchanged.
        height: the row's height above the leaves.
    """
    while last:
        if position & 1:
            yield Sibling(height, position - 1, on_left=True)
        elif position < last:
            yield Sibling(height, position + 1, on_left=False)
        position, last, height = position >> 1, last >> 1, height + 1


def consistency_way(start: int, end: int, size: int) -> Way:
    """The way from the largest node that ends the leaves [start, end), and is whole in both trees, to the root.

    Source: RFC 9162 §2.1.4.2 steps 1-4 (start = 0); draft-ietf-plants-merkle-tree-certs §4.4.
    """
    first, position, last, height = start, end - 1, size - 1, 0
    while first != position and (position == last or position & 1):
        first, position, last, height = first >> 1, position >> 1, last >> 1, height + 1
    node = Sibling(height, position, on_left=True)
    return Way(node, tuple(climb(position, last, height)), is_whole=first == position)


def check_subtree(start: int, end: int, size: int) -> None:
    """Returns if [start, end) lies within `size` leaves and starts where a subtree that large can start.

    Raises:
        Malformed: otherwise.
    """
    width = 1 << max(end - start - 1, 0).bit_length()
    if not 0 <= start <= end <= size <= MAX_SIZE or start % width:
        raise Malformed(
            Sentence("a subtree within {size} leaves", {"size": size}),
            Sentence("leaves from {start} to before {end}", {"start": start, "end": end}),
            Sentence("Check the sizes; an old tree is never larger than a new one."),
        )


def check_old_size(old: int) -> None:
    """Returns if a consistency proof can start from a tree of `old` leaves; raises `Malformed` otherwise."""
    if old < 1:
        raise Malformed(
            Sentence("an old tree of at least 1 leaf"),
            Sentence("{size}", {"size": old}),
            Sentence("Start from a checkpoint that is not empty."),
        )


def check_index(index: int, start: int, end: int) -> None:
    """Returns if the index is one of [start, end); raises `Malformed` otherwise."""
    if not start <= index < end:
        raise Malformed(
            Sentence("an index from {start} to before {end}", {"start": start, "end": end}),
            Sentence("{index}", {"index": index}),
            Sentence("Check which entry and which tree the proof is for."),
        )


def check_hashes(hashes: Sequence[bytes], count: int) -> None:
    """Returns if these are `count` hashes; raises `Malformed` otherwise."""
    odd = [len(one) for one in hashes if len(one) != HASH_BYTES]
    if len(hashes) != count or odd:
        raise Malformed(
            Sentence("{count} hashes of 32 bytes", {"count": count}),
            Sentence("{count} hashes, {odd} of another length", {"count": len(hashes), "odd": len(odd)}),
            Sentence("Ask the log for the proof again; if it stays wrong, report the log."),
        )
