"""The Merkle tree agrees with RFC 9162's recursion, and its proofs hold and break as they should."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log import recursion
from tests.processor import within

from urna.errors import Malformed, Unproven
from urna.log.merkle import (
    EMPTY_ROOT,
    MerkleTree,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
    verify_subtree,
    verify_subtree_inclusion,
)
from urna.log.shape import MAX_SIZE

ENTRIES = [f"entry {n}".encode() for n in range(300)]
TREE = MerkleTree(ENTRIES)
ROOTS = [recursion.mth(ENTRIES[:size]) for size in range(len(ENTRIES) + 1)]

sizes = st.integers(1, len(ENTRIES))
lists = st.lists(st.binary(max_size=40), max_size=70)


@st.composite
def ordered(draw: st.DrawFn) -> tuple[int, int]:
    """An old and a new size."""
    new = draw(sizes)
    return draw(st.integers(1, new)), new


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    """An index and a size above it."""
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def subtrees(draw: st.DrawFn) -> tuple[int, int, int]:
    """The start and end of a subtree, and the size of a tree that has it."""
    size = draw(sizes)
    height = draw(st.integers(0, (size - 1).bit_length()))
    start = draw(st.integers(0, (size - 1) >> height)) << height
    return start, draw(st.integers(start + 1, min(start + (1 << height), size))), size


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def test_the_root_of_every_size_is_that_of_the_recursion() -> None:
    """Sizes 0 to 300, asked of one tree that has already grown."""
    assert [TREE.root(size) for size in range(301)] == ROOTS
    assert ROOTS[0] == EMPTY_ROOT == hashlib.sha256().digest()


@given(lists, st.lists(st.integers(0, 70), max_size=5))
def test_growing_by_any_steps_gives_the_same_tree(entries: list[bytes], cuts: list[int]) -> None:
    """One by one, all at once, or in pieces."""
    pieces, grown = MerkleTree(), MerkleTree()
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(entries)], strict=True):
        pieces.extend(entries[start:end])
    indices = [grown.append(entry) for entry in entries]
    assert indices == list(range(len(entries)))
    assert pieces.root() == grown.root() == root_of(entries) == recursion.mth(entries)


@given(places())
def test_an_inclusion_proof_is_that_of_the_recursion_and_verifies(place: tuple[int, int]) -> None:
    """PATH of RFC 9162, at any earlier size of the tree."""
    index, size = place
    proof = TREE.inclusion_proof(index, size)
    assert list(proof) == recursion.path(index, ENTRIES[:size])
    verify_inclusion(leaf_hash(ENTRIES[index]), index, size, proof, ROOTS[size])


@given(ordered())
def test_a_consistency_proof_is_that_of_the_recursion_and_verifies(pair: tuple[int, int]) -> None:
    """PROOF of RFC 9162, between any two sizes."""
    old, new = pair
    proof = TREE.consistency_proof(old, new)
    assert list(proof) == recursion.proof(old, ENTRIES[:new])
    verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


@given(subtrees(), st.data())
def test_a_subtree_is_shown_to_be_part_of_its_tree(bounds: tuple[int, int, int], data: st.DataObject) -> None:
    """The recursion of merkle-tree-certs, whole and for one leaf."""
    start, end, size = bounds
    part = recursion.mth(ENTRIES[start:end])
    proof = TREE.subtree_proof(start, end, size)
    assert list(proof) == recursion.subproof(start, end, ENTRIES[:size], known=True)
    assert TREE.subtree_root(start, end) == part
    verify_subtree(start, end, size, proof=proof, part_root=part, root=ROOTS[size])
    index = data.draw(st.integers(start, end - 1))
    path = recursion.path(index - start, ENTRIES[start:end])
    verify_subtree_inclusion(leaf_hash(ENTRIES[index]), index, start, end, proof=path, root=part)


@given(places(), st.data())
def test_an_inclusion_proof_with_any_bit_changed_is_refused(place: tuple[int, int], data: st.DataObject) -> None:
    """In the leaf, in the root, or in any hash between them."""
    index, size = place
    hashes = [leaf_hash(ENTRIES[index]), ROOTS[size], *TREE.inclusion_proof(index, size)]
    which, bit = data.draw(st.integers(0, len(hashes) - 1)), data.draw(st.integers(0, 255))
    hashes[which] = _flip(hashes[which], bit)
    with pytest.raises(Unproven):
        verify_inclusion(hashes[0], index, size, hashes[2:], hashes[1])


@given(ordered(), st.data())
def test_a_consistency_proof_with_any_bit_changed_is_refused(pair: tuple[int, int], data: st.DataObject) -> None:
    """In the old root, in the new root, or in any hash of the proof."""
    old, new = pair
    hashes = [ROOTS[old], ROOTS[new], *TREE.consistency_proof(old, new)]
    which, bit = data.draw(st.integers(0, len(hashes) - 1)), data.draw(st.integers(0, 255))
    hashes[which] = _flip(hashes[which], bit)
    with pytest.raises(Unproven):
        verify_consistency(old, new, hashes[2:], hashes[0], hashes[1])


@given(places(), st.sampled_from(["add", "drop", "double", "short", "long", "swap"]), st.data())
def test_a_proof_of_another_form_is_refused(place: tuple[int, int], how: str, data: st.DataObject) -> None:
    """A hash too many, too few, twice, cut, longer, or out of order."""
    index, size = place
    proof = list(TREE.inclusion_proof(index, size))
    at = data.draw(st.integers(0, max(len(proof) - 2, 0)))
    changed = {
        "add": [*proof, bytes(32)],
        "drop": proof[1:],
        "double": proof[: at + 1] + proof[at:],
        "short": [one[:31] for one in proof],
        "long": [one + b"\0" for one in proof],
        "swap": proof[:at] + proof[at : at + 2][::-1] + proof[at + 2 :],
    }[how]
    if changed == proof:
        return
    with pytest.raises((Malformed, Unproven)):
        verify_inclusion(leaf_hash(ENTRIES[index]), index, size, changed, ROOTS[size])


@given(places(), st.integers(-2, 301))
def test_no_other_index_fits_a_proof(place: tuple[int, int], other: int) -> None:
    """Each leaf has its own way up."""
    index, size = place
    if other == index:
        return
    with pytest.raises((Malformed, Unproven)):
        verify_inclusion(leaf_hash(ENTRIES[index]), other, size, TREE.inclusion_proof(index, size), ROOTS[size])


@given(places(), st.integers(-2, 301))
def test_another_size_fits_a_proof_only_where_the_way_up_is_the_same(place: tuple[int, int], other: int) -> None:
    """What no proof can show is left to the signed checkpoint, and nothing more is."""
    index, size = place
    proof, leaf = TREE.inclusion_proof(index, size), leaf_hash(ENTRIES[index])
    if other > index and recursion.turns(index, other) == recursion.turns(index, size):
        verify_inclusion(leaf, index, other, proof, ROOTS[size])
    else:
        with pytest.raises((Malformed, Unproven)):
            verify_inclusion(leaf, index, other, proof, ROOTS[size])


@given(lists.filter(bool), st.data())
def test_a_log_that_changes_an_old_entry_cannot_prove_that_it_grew(entries: list[bytes], data: st.DataObject) -> None:
    """Append-only: whatever proof the changed log makes, the old root refuses it."""
    old = data.draw(st.integers(1, len(entries)))
    changed = list(entries)
    changed[data.draw(st.integers(0, old - 1))] += b"!"
    proof = MerkleTree(changed).consistency_proof(old)
    verify_consistency(old, len(entries), proof, root_of(changed[:old]), root_of(changed))
    with pytest.raises(Unproven):
        verify_consistency(old, len(entries), proof, root_of(entries[:old]), root_of(changed))


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, -1), (0, MAX_SIZE + 1), (2**70, 2**71)])
def test_an_index_or_size_that_cannot_be_is_malformed(index: int, size: int) -> None:
    """Out of range, empty, negative, above 2^63 - 1."""
    with pytest.raises(Malformed):
        verify_inclusion(bytes(32), index, size, [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (-1, 5), (6, 5), (1, MAX_SIZE + 1)])
def test_sizes_that_cannot_be_are_malformed(old: int, new: int) -> None:
    """An empty or negative old tree, one that shrank, one too large."""
    with pytest.raises(Malformed):
        verify_consistency(old, new, [], EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize(("start", "end"), [(1, 3), (2, 5), (2, 6), (1, 300), (4, 3), (-2, 0), (0, 301)])
def test_leaves_that_are_no_subtree_are_malformed(start: int, end: int) -> None:
    """A subtree starts at a multiple of the power of two at or above its number of leaves."""
    for call in (TREE.subtree_root, lambda start, end: TREE.subtree_proof(start, end, 300)):
        with pytest.raises(Malformed):
            call(start, end)
    with pytest.raises(Malformed):
        verify_subtree(start, end, 300, proof=[bytes(32)] * 9, part_root=bytes(32), root=ROOTS[300])


def test_the_largest_tree_has_proofs_of_63_hashes() -> None:
    """A claimed size costs no more than its 63 rows."""
    with pytest.raises(Unproven):
        verify_inclusion(bytes(32), 0, MAX_SIZE, [bytes(32)] * 63, bytes(32))
    with pytest.raises(Malformed):
        verify_inclusion(bytes(32), 0, MAX_SIZE, [bytes(32)] * 64, bytes(32))


@pytest.mark.parametrize("ask", [(301, 0), (-1, 0)])
def test_a_tree_is_asked_only_for_what_it_has_been(ask: tuple[int, int]) -> None:
    """Roots and proofs beyond the tree are refused."""
    for call in (TREE.root, lambda size: TREE.inclusion_proof(0, size), lambda size: TREE.consistency_proof(1, size)):
        with pytest.raises(Malformed):
            call(ask[0])
    with pytest.raises(Malformed):
        TREE.row(0, ask[0], 1)
    with pytest.raises(Malformed):
        TREE.row(40, 0, 1)


def test_a_hundred_thousand_leaves_take_less_than_a_second() -> None:
    """The whole tree, from entries to root."""
    entries = [number.to_bytes(100, "big") for number in range(100_000)]
    with within(seconds=1):
        root_of(entries)
