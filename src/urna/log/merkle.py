"""The Merkle tree of a log (RFC 6962 §2.1, RFC 9162 §2.1): one hash that commits to every entry and its place.

    MTH({})     = SHA-256()
    MTH({d})    = SHA-256(0x00 || d)
    MTH(D[0:n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])),  k the largest power of two below n

An inclusion proof shows that an entry stands at a place; a consistency proof shows that an old tree is a
prefix of a new one: nothing was taken out, changed or moved. Both are lists of hashes, from the leaves up.

A proof alone does not prove the *size* of a tree: where the way up has the same turns, it fits several sizes.
Size and root belong together in a signed checkpoint, and a proof is checked against those two.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from urna.errors import Malformed, Unproven
from urna.log.shape import (
    HASH_BYTES,
    MAX_SIZE,
    Sibling,
    check_hashes,
    check_index,
    check_old_size,
    check_subtree,
    climb,
    consistency_way,
)
from urna.words import Sentence

EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry, 32 bytes; its prefix 0x00 keeps an entry from posing as a node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes, 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root of the tree over these entries, in their order."""
    return MerkleTree(entries).root()


class MerkleTree:
    """A tree that grows at its right end and remembers every smaller tree it has been.

    It holds the hash of each complete subtree, row by row (64 bytes an entry in all), so a root or a proof
    at any earlier size takes a number of steps in the order of log²(size).

    Args:
        entries: the first entries, in order.
    """

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._rows: list[bytearray] = [bytearray()]
        self.extend(entries)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._rows[0]) // HASH_BYTES

    def append(self, entry: bytes) -> int:
        """Adds one entry and returns its index, from 0."""
        self.extend((entry,))
        return self.size - 1

    def extend(self, entries: Iterable[bytes]) -> None:
        """Adds entries in their order."""
        self._rows[0] += b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
        self._complete_rows()

    def row(self, height: int, first: int, count: int) -> bytes:
        """Hashes of complete subtrees of 2^height leaves each, side by side: `count` of them from the `first`.

        Raises:
            Malformed: the tree does not have them all.
        """
        row = self._rows[height] if 0 <= height < len(self._rows) else b""
        if first < 0 or count < 0 or (first + count) * HASH_BYTES > len(row):
            raise Malformed(
                Sentence(
                    "a tree with subtrees {a} to {b} of 2^{h} leaves each",
                    {"a": first, "b": first + count, "h": height},
                ),
                Sentence("{size} leaves", {"size": self.size}),
                Sentence("Ask for hashes that the tree has."),
            )
        return bytes(row[first * HASH_BYTES : (first + count) * HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree's first `size` leaves (all of them by default).

        Raises:
            Malformed: the tree is smaller than that.
        """
        return self.subtree_root(0, self._known(size))

    def subtree_root(self, start: int, end: int) -> bytes:
        """The root of the leaves [start, end), `start` a multiple of the power of two at or above their number.

        Raises:
            Malformed: not such a subtree, or not in this tree.
        """
        check_subtree(start, end, self.size)
        if start == end:
            return EMPTY_ROOT
        pieces = []
        while start < end:
            height = (end - start).bit_length() - 1
            pieces.append(self.row(height, start >> height, 1))
            start += 1 << height
        root = pieces.pop()
        while pieces:
            root = node_hash(pieces.pop(), root)
        return root

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that entry `index` is in the tree of the first `size` leaves (RFC 9162 §2.1.3.1).

        Raises:
            Malformed: no such entry in a tree of that size, or the tree is smaller.
        """
        size = self._known(size)
        check_index(index, 0, size)
        return self._hashes(climb(index, size - 1), size)

    def consistency_proof(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The proof that the tree of `old` leaves, at least 1, is a prefix of that of `new` (RFC 9162 §2.1.4.1).

        Raises:
            Malformed: old is 0 or above new, or the tree is smaller than new.
        """
        new = self._known(new)
        check_old_size(old)
        check_subtree(0, old, new)
        return self.subtree_proof(0, old, new)

    def subtree_proof(self, start: int, end: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the leaves [start, end) are a part of the tree of `size` leaves.

        Source: draft-ietf-plants-merkle-tree-certs §4.4, which holds the consistency proof as start = 0.

        Raises:
            Malformed: not a subtree of that tree, or the tree is smaller.
        """
        size = self._known(size)
        check_subtree(start, end, size)
        if start == end:
            return ()
        return self._hashes(consistency_way(start, end, size).in_proof(), size)

    def _hashes(self, steps: Iterable[Sibling], size: int) -> tuple[bytes, ...]:
        return tuple(
            self.subtree_root(position << height, min(position + 1 << height, size)) for height, position, _ in steps
        )

    def _complete_rows(self) -> None:
        """Hashes every new pair of complete siblings, row by row."""
        height = 0
        while len(row := self._rows[height]) >= 2 * HASH_BYTES:
            if height + 1 == len(self._rows):
                self._rows.append(bytearray())
            done = 2 * len(self._rows[height + 1])
            pairs = bytes(row[done : len(row) - len(row) % (2 * HASH_BYTES)])
            self._rows[height + 1] += b"".join(
                [sha256(b"\x01" + pairs[at : at + 64]).digest() for at in range(0, len(pairs), 64)]
            )
            height += 1

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise Malformed(
                Sentence("a size of at most {size}", {"size": self.size}),
                Sentence("{size}", {"size": size}),
                Sentence("Ask for a tree that the log has already been."),
            )
        return size


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Returns if the proof shows that this leaf stands at `index` in the tree of this size and root.

    Args:
        leaf: the entry's `leaf_hash`, 32 bytes.
        index: its place, from 0.
        size: the checkpoint's size.
        proof: hashes from the leaf's sibling up, 32 bytes each.
        root: the checkpoint's root.

    Raises:
        Malformed: the proof cannot be one for this index and size.
        Unproven: it leads to another root.

    Source: RFC 9162 §2.1.3.2.
    """
    verify_subtree_inclusion(leaf, index, 0, size, proof=proof, root=root)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Returns if the proof shows that the tree of `old` leaves is a prefix of the tree of `new` leaves.

    The empty tree is a prefix of every tree, which proves nothing about it: `old` is at least 1.

    Raises:
        Malformed: the proof cannot be one for these sizes.
        Unproven: it leads to another old or new root.

    Source: RFC 9162 §2.1.4.2.
    """
    check_old_size(old)
    verify_subtree(0, old, new, proof=proof, part_root=old_root, root=new_root)


def verify_subtree_inclusion(
    leaf: bytes, index: int, start: int, end: int, *, proof: Sequence[bytes], root: bytes
) -> None:
    """As `verify_inclusion`, for the leaves [start, end) of a larger tree.

    Raises:
        Malformed: the proof cannot be one for this index and subtree.
        Unproven: it leads to another root.

    Source: draft-ietf-plants-merkle-tree-certs §4.3.
    """
    check_subtree(start, end, MAX_SIZE)
    check_index(index, start, end)
    steps = list(climb(index - start, end - start - 1))
    check_hashes([leaf], 1)
    check_hashes(proof, len(steps))
    found = leaf
    for step, sibling in zip(steps, proof, strict=True):
        found = node_hash(sibling, found) if step.on_left else node_hash(found, sibling)
    _check_root(found, root)


def verify_subtree(start: int, end: int, size: int, *, proof: Sequence[bytes], part_root: bytes, root: bytes) -> None:
    """Returns if the leaves [start, end), of root `part_root`, are those of the tree of this size and root.

    An empty part is in every tree, whatever its root. Roots are compared, not measured: they come from
    checkpoints, which hold 32 bytes, and a root of another length cannot lead to one of 32.

    Raises:
        Malformed: the proof cannot be one for these numbers.
        Unproven: it leads to another root of the part or of the tree.

    Source: draft-ietf-plants-merkle-tree-certs §4.4.
    """
    check_subtree(start, end, size)
    if start == end:
        check_hashes(proof, 0)
        _check_root(EMPTY_ROOT, part_root)
        return
    way = consistency_way(start, end, size)
    check_hashes(proof, len(way.in_proof()))
    part = whole = part_root if way.is_whole else proof[0]
    for step, sibling in zip(way.siblings, proof[not way.is_whole :], strict=True):
        if not step.on_left:
            whole = node_hash(whole, sibling)
            continue
        whole = node_hash(sibling, whole)
        if step.position << step.height >= start:
            part = node_hash(sibling, part)
    _check_root(part, part_root)
    _check_root(whole, root)


def _check_root(found: bytes, root: bytes) -> None:
    if found != root:
        raise Unproven(
            Sentence("the root {root}", {"root": root.hex()}),
            Sentence("{root}", {"root": found.hex()}),
            Sentence("Ask the log for the proof again; if it stays wrong, report the log."),
        )
