"""The tree that a monitor keeps says the same as the log's own, with one hash for 256 entries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.errors import Unproven
from urna.log.log import Log
from urna.log.merkle import leaf_hash
from urna.log.tiles import ENTRIES, TILE_WIDTH, tiles_of
from urna.observer.trunk import Trunk

LOG = Log("log.example", [f"entry {n}".encode() for n in range(1500)])
LEAVES = [leaf_hash(entry) for entry in LOG.entries]
SIZES = st.one_of(st.integers(0, 1500), st.sampled_from([0, 1, 255, 256, 257, 511, 512, 513, 1024, 1280]))


def trunk_of(size: int, *steps: int) -> Trunk:
    """The trunk at a size, grown in steps."""
    trunk, at = Trunk(), 0
    for step in (*sorted(min(step, size) for step in steps), size):
        trunk.extend(LEAVES[at:step])
        at = step
    return trunk


def opened(*indices: int) -> dict[int, list[bytes]]:
    """The leaves of the bundles in which these entries are."""
    return {index // TILE_WIDTH: LEAVES[index // TILE_WIDTH * TILE_WIDTH :][:TILE_WIDTH] for index in indices}


@given(SIZES, st.lists(SIZES, max_size=3))
def test_the_root_is_the_logs(size: int, steps: list[int]) -> None:
    """Whatever the size and the steps in which it came."""
    trunk = trunk_of(size, *steps)
    assert trunk.size == size
    assert trunk.root() == LOG.checkpoint(size).root


@settings(max_examples=60)
@given(SIZES, SIZES)
def test_earlier_roots_and_proofs_are_the_logs(one: int, other: int) -> None:
    """With the one bundle opened in which the earlier size ends."""
    old, new = sorted((one, other))
    trunk = trunk_of(new)
    assert trunk.root(old, opened(old)) == LOG.checkpoint(old).root
    if old:
        assert trunk.growth_proof(old, opened(old)) == LOG.growth_proof(old, new)
    if old < new:
        assert trunk.inclusion_proof(old, opened(old)) == LOG.inclusion_proof(old, new)


@settings(max_examples=40)
@given(SIZES)
def test_tiles_above_the_leaves_are_the_logs(size: int) -> None:
    """And the partial tile of leaves; full ones are known by their root alone."""
    trunk = trunk_of(size)
    for tile in tiles_of(size):
        content = trunk.tile(tile)
        if tile.level == ENTRIES or (tile.level == 0 and tile.width == TILE_WIDTH):
            assert content is None
        else:
            assert content == LOG.content(tile)


def test_a_bundle_that_changed_is_noticed() -> None:
    """One leaf of 256, anywhere."""
    trunk = trunk_of(1000)
    trunk.check_bundle(2, LEAVES[512:768])
    with pytest.raises(Unproven):
        trunk.check_bundle(2, [*LEAVES[512:767], LEAVES[0]])


def test_a_copy_grows_by_itself() -> None:
    """What a monitor tries out does not change what it knows."""
    trunk = trunk_of(300)
    trunk.copy().extend(LEAVES[300:900])
    assert trunk.root() == LOG.checkpoint(300).root
