"""The tree's part of a look: the checkpoint is the log's, and its tree grew out of the one that was seen before."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from urna.encoding.canonical import digest
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.log.checkpoint import MAX_CHECKPOINT_BYTES, Checkpoint, open_checkpoint
from urna.log.cosignature import require_witnesses
from urna.log.note import NoteVerifier
from urna.log.tiles import TILE_WIDTH, tiles_of
from urna.observer.alarms import Alarm, Exhibit, Shout
from urna.observer.evidence import Forked, encode_fork
from urna.observer.memory import MOST_ENTRIES, Memory
from urna.observer.reading import LogFileWrong, Source, check_leaf_tile, check_tile, read_bundle
from urna.observer.trunk import Leaves, Opened, Trunk
from urna.record.layout import CHECKPOINT
from urna.verify.report import in_a_sentence
from urna.words import Sentence

Progress = Callable[[int, int], None]
"""Told how many entries were read, of how many."""


class Followed(NamedTuple):
    """What is known after a look at the tree, and what is wrong."""

    memory: Memory
    shouts: tuple[Shout, ...] = ()


class _Newest(NamedTuple):
    note: bytes
    checkpoint: Checkpoint


def follow(source: Source, memory: Memory, leaves: Leaves, progress: Progress = lambda _done, _all: None) -> Followed:
    """Looks at the newest checkpoint and at everything that is new in the tree.

    1. The log signed the checkpoint, and enough witnesses cosigned it.
    2. It is not smaller than the one that was seen.
    3. Its tree begins with the one that was seen; every new entry and tile is what it must be.

    What was seen stays known if anything but the witnesses is wrong, so the next look shouts again.

    Raises:
        OutOfOrder: no answer now; nothing is known that was not known before.
    """
    try:
        newest = _read_newest(source, memory.verifier())
    except LogFileWrong as error:
        return Followed(memory, (error.shout,))
    shouts = _doubts(newest, memory)
    seen = memory.seen()
    if seen is not None and newest.checkpoint.size <= seen.size:
        return Followed(memory, (*shouts, *compare(memory, leaves, newest.note, CHECKPOINT)))
    new_leaves: dict[int, Sequence[bytes]] = {}
    try:
        trunk = _read_growth(source, memory.trunk(), newest.checkpoint, new_leaves, progress)
    except LogFileWrong as error:
        return Followed(memory, (*shouts, *_explain(source, memory, newest, error.shout)))
    for index, hashes in new_leaves.items():
        leaves.keep(index, hashes)
    return Followed(memory.grown(newest.note, trunk), shouts)


def compare(memory: Memory, leaves: Leaves, note: bytes, where: str) -> tuple[Shout, ...]:
    """What a checkpoint from anywhere says against the tree that was seen: the log's own, or other people's.

    Args:
        memory: what was seen.
        leaves: the leaf hashes of what was seen.
        note: the checkpoint.
        where: the file or address that it comes from.

    Raises:
        Malformed: not a checkpoint.
        Unproven: not signed by the log.
        OutOfOrder: the leaf hashes that it takes are lost.
    """
    log, seen = memory.verifier(), memory.seen()
    other = open_checkpoint(note, log, where)
    if seen is None or other.size > seen.size:
        size = seen.size if seen else 0
        return (_rolled_back(memory, note, other.size, size, where),)
    trunk = memory.trunk()
    try:
        opened = _open(leaves, trunk, other.size)
        root = trunk.root(other.size, opened)
    except OutOfOrder:
        if where != CHECKPOINT:
            raise
        return (_rolled_back(memory, note, seen.size, other.size, where),)
    if root != other.root:
        proof = trunk.growth_proof(other.size, opened)
        fork = Forked.of_two_sizes(log, note, memory.checkpoint.encode(), root, proof)
        return (_forked(fork, other.size, seen.size),)
    if other.size < seen.size and where == CHECKPOINT:
        return (_rolled_back(memory, note, seen.size, other.size, where),)
    return ()


def _read_newest(source: Source, log: NoteVerifier) -> _Newest:
    try:
        note = source.read(CHECKPOINT, MAX_CHECKPOINT_BYTES)
    except Malformed as error:
        sentence = Sentence("{path} is missing, or longer than it may be.", {"path": CHECKPOINT})
        raise LogFileWrong(Shout(Alarm.TREE, sentence, CHECKPOINT)) from error
    try:
        checkpoint = open_checkpoint(note, log, CHECKPOINT)
        if checkpoint.size > MOST_ENTRIES:
            raise Malformed(
                Sentence("at most {limit} entries", {"limit": MOST_ENTRIES}),
                Sentence("{size}", {"size": checkpoint.size}),
                Sentence("No election has so many."),
            )
    except UrnaError as error:
        exhibit = Exhibit(f"checkpoint-{digest(note)[:16]}", note)
        sentence = Sentence("{path} is not one that the log signed.", {"path": CHECKPOINT})
        shout = Shout(Alarm.UNSIGNED, sentence, CHECKPOINT, (exhibit,), in_a_sentence(error))
        raise LogFileWrong(shout) from error
    return _Newest(note, checkpoint)


def _doubts(newest: _Newest, memory: Memory) -> tuple[Shout, ...]:
    policy = memory.policy()
    try:
        require_witnesses(newest.note, policy, CHECKPOINT)
    except Unproven as error:
        exhibit = Exhibit(f"checkpoint-{newest.checkpoint.size}-{digest(newest.note)[:16]}", newest.note)
        sentence = Sentence(
            "The checkpoint of {size} entries does not bear {quorum} good cosignatures.",
            {"size": newest.checkpoint.size, "quorum": policy.threshold},
        )
        return (Shout(Alarm.UNWITNESSED, sentence, CHECKPOINT, (exhibit,), in_a_sentence(error)),)
    return ()


def _read_growth(
    source: Source, trunk: Trunk, new: Checkpoint, leaves: dict[int, Sequence[bytes]], progress: Progress
) -> Trunk:
    """The tree of the new checkpoint, grown out of this one; every new bundle and every new or wider tile is read.

    Raises:
        LogFileWrong: a file is missing or wrong, or all of them do not make the checkpoint's root.
    """
    since = trunk.size
    for index in range(since // TILE_WIDTH, -(-new.size // TILE_WIDTH)):
        width = min(TILE_WIDTH, new.size - index * TILE_WIDTH)
        bundle = read_bundle(source, index, width)
        known = len(trunk.edge)
        if list(bundle.leaves[:known]) != trunk.edge:
            raise LogFileWrong(_changed_entries(index * TILE_WIDTH, known))
        check_leaf_tile(source, index, bundle.leaves)
        trunk.extend(bundle.leaves[known:])
        leaves[index] = bundle.leaves
        progress(trunk.size - since, new.size - since)
    for tile in tiles_of(new.size, since):
        expected = trunk.tile(tile)
        if expected is not None and tile.level > 0:
            check_tile(source, tile, expected)
    if trunk.root() != new.root:
        values: dict[str, str | int] = {"size": new.size}
        sentence = Sentence("The log's files do not make the root of its checkpoint of {size} entries.", values)
        raise LogFileWrong(Shout(Alarm.TREE, sentence, CHECKPOINT))
    return trunk


def _explain(source: Source, memory: Memory, newest: _Newest, found: Shout) -> tuple[Shout, ...]:
    """Why a larger tree does not grow out of the one that was seen: two histories, if the new one is whole.

    Both checkpoints are kept in any case.
    """
    seen = memory.seen()
    notes = [Exhibit(f"checkpoint-{newest.checkpoint.size}-{digest(newest.note)[:16]}", newest.note)]
    if seen is not None:
        notes.append(
            Exhibit(f"checkpoint-{seen.size}-{digest(memory.checkpoint.encode())[:16]}", memory.checkpoint.encode())
        )
    plain = found._replace(exhibits=(*found.exhibits, *notes))
    if seen is None or seen.size == 0:
        return (plain,)
    opened: dict[int, Sequence[bytes]] = {}
    try:
        other = _read_growth(source, Trunk(), newest.checkpoint, opened, lambda _done, _all: None)
    except LogFileWrong:
        return (plain,)
    root = other.root(seen.size, opened)
    if root == seen.root:
        return (plain,)
    proof = other.growth_proof(seen.size, opened)
    fork = Forked.of_two_sizes(memory.verifier(), memory.checkpoint.encode(), newest.note, root, proof)
    return (_forked(fork, seen.size, newest.checkpoint.size),)


def _open(leaves: Leaves, trunk: Trunk, size: int) -> Opened:
    """The leaves of the bundle in which a smaller tree ends, if they are needed; checked against the trunk.

    Raises:
        OutOfOrder: the leaves that were kept are lost, or not those of the trunk.
    """
    index, rest = divmod(size, TILE_WIDTH)
    if not rest or index >= len(trunk.bundles):
        return {}
    kept = leaves.of_bundle(index)
    try:
        trunk.check_bundle(index, kept)
    except Unproven as error:
        raise OutOfOrder(
            Sentence("the hashes of entries that were seen"),
            Sentence("none, or others"),
            Sentence("Restore the file beside the state; without it older checkpoints cannot be compared."),
        ) from error
    return {index: kept}


def _changed_entries(first: int, count: int) -> Shout:
    values: dict[str, str | int] = {"first": first, "last": first + count - 1}
    return Shout(Alarm.TREE, Sentence("Among entries {first} to {last} one is not what it was.", values))


def _rolled_back(memory: Memory, note: bytes, more: int, fewer: int, where: str) -> Shout:
    sentence = Sentence(
        "The log signed a checkpoint of {more} entries, and its record shows {fewer}. A cache that is behind heals by"
        " itself: look again; if it stays so, entries were taken out.",
        {"more": more, "fewer": fewer},
    )
    exhibits = [Exhibit(f"checkpoint-{digest(one)[:16]}", one) for one in (memory.checkpoint.encode(), note) if one]
    return Shout(Alarm.ROLLBACK, sentence, where, tuple(exhibits))


def _forked(fork: Forked, first: int, second: int) -> Shout:
    data = encode_fork(fork)
    sentence = Sentence(
        "A checkpoint of {first} entries and one of {second} bear the log's signature, and neither grew out of the"
        " other. The file of evidence convinces everybody who knows the log's key: urna witness judge.",
        {"first": first, "second": second},
    )
    return Shout(Alarm.FORK, sentence, CHECKPOINT, (Exhibit(f"fork-{digest(data)[:16]}.json", data),))
