"""Checks 6 to 8: the log is the one that the witnesses saw, its files make its tree, and it only ever grew."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import printable
from urna.errors import UrnaError
from urna.log.checkpoint import Checkpoint, open_checkpoint, read_checkpoint
from urna.log.cosignature import WitnessPolicy, WitnessVerifier, require_witnesses
from urna.log.merkle import MerkleTree
from urna.log.note import NoteVerifier, parse_note
from urna.log.tiles import ENTRIES, TILE_WIDTH, Tile, bundle, parse_bundle, parse_tile_path, tile_bytes, tiles_of
from urna.record.keys import log_verifier, witness_verifiers
from urna.record.layout import CHECKPOINT, LOG, Kind, kept_checkpoint_path
from urna.verify.authority import Inquiry
from urna.verify.report import Check, in_a_sentence
from urna.words import Sentence

MAX_MISSING = 20
"""Missing tiles that are named."""


class _Kept(NamedTuple):
    """A checkpoint from before: its bytes, and the file or other place that it comes from."""

    data: bytes
    file: str
    size: int | None = None
    """What the file's name says; None if it says nothing."""


class _Trust(NamedTuple):
    """Whose signatures a checkpoint of this election bears."""

    log: NoteVerifier
    policy: WitnessPolicy

    def known(self) -> set[tuple[str, bytes]]:
        """The names and ids of all these keys."""
        keys: list[NoteVerifier | WitnessVerifier] = [self.log, *self.policy.witnesses]
        return {(key.name, key.key_id) for key in keys}


def check_log(inquiry: Inquiry, seen: Sequence[bytes] = ()) -> tuple[bytes, ...]:
    """The entries of the log, as far as its files hold them.

    1. The checkpoint: the log's signature, the witnesses' cosignatures, and no line that nobody can check.
    2. The tree of the entries has the checkpoint's size and root, and every tile file is a part of it.
    3. Every checkpoint kept in the record, or seen elsewhere by the reader, is of the same tree, smaller.

    Args:
        inquiry: the record.
        seen: checkpoints that the reader kept from earlier, or got from other people.
    """
    trust = _trust(inquiry.election)
    checkpoint = _check_checkpoint(inquiry, trust)
    entries = _read_entries(inquiry)
    tree = MerkleTree(entries)
    if checkpoint is not None:
        _check_root(inquiry, checkpoint, tree)
    _check_tiles(inquiry, tree, entries, max(checkpoint.size if checkpoint else 0, tree.size))
    inquiry.notebook.checked(Check.TREE, detail=Sentence("leaves: {count}", {"count": len(entries)}))
    kept = _check_kept(inquiry, trust, tree, checkpoint)
    for number, data in enumerate(seen, start=1):
        _check_seen(inquiry, trust, tree, _Kept(data, f"seen-{number}"))
    detail = Sentence("checkpoints: {count}", {"count": kept + len(seen)})
    inquiry.notebook.checked(Check.GROWTH, detail=detail)
    return entries


def _trust(election: Election) -> _Trust:
    quorum = election.definition.authority.witness_quorum
    return _Trust(log_verifier(election), WitnessPolicy(witnesses=witness_verifiers(election), threshold=quorum))


def _check_checkpoint(inquiry: Inquiry, trust: _Trust) -> Checkpoint | None:
    """The newest checkpoint, if it can be read at all, so that the tree can be compared with it."""
    folder, _, notebook = inquiry
    if not folder.has(CHECKPOINT):
        return None
    checkpoint = None
    try:
        data = folder.read(CHECKPOINT)
        checkpoint = read_checkpoint(data, CHECKPOINT)
        for sentence in _doubts(data, trust):
            notebook.find(Check.CHECKPOINT, sentence, file=CHECKPOINT)
    except UrnaError as error:
        notebook.find(Check.CHECKPOINT, in_a_sentence(error), file=CHECKPOINT)
    counts: dict[str, str | int] = {"quorum": trust.policy.threshold, "count": len(trust.policy.witnesses)}
    notebook.checked(Check.CHECKPOINT, detail=Sentence("{quorum} of {count} witnesses", counts))
    return checkpoint


def _doubts(data: bytes, trust: _Trust) -> Iterator[Sentence]:
    """What speaks against a checkpoint's signatures."""
    try:
        open_checkpoint(data, trust.log)
        require_witnesses(data, trust.policy)
    except UrnaError as error:
        yield in_a_sentence(error)
    known = trust.known()
    for line in parse_note(data).signatures:
        if (line.name, line.key_id) not in known:
            values: dict[str, str | int] = {"name": printable(line.name[:80])}
            yield Sentence("A signature under the name {name} is by no key of the definition.", values)


def _read_entries(inquiry: Inquiry) -> tuple[bytes, ...]:
    """The entries of the bundles from the first on; at each place the widest bundle counts."""
    folder, _, notebook = inquiry
    widest: dict[int, Tile] = {}
    for path in folder.kinds.get(Kind.TILE, ()):
        tile = parse_tile_path(path.removeprefix(LOG))
        if tile.level == ENTRIES and (tile.index not in widest or tile.width > widest[tile.index].width):
            widest[tile.index] = tile
    entries: list[bytes] = []
    for index in range(len(widest)):
        if index not in widest or len(entries) != index * TILE_WIDTH:
            break
        path = LOG + widest[index].path()
        try:
            entries += parse_bundle(folder.read(path), widest[index].width, path)
        except UrnaError as error:
            notebook.find(Check.TREE, in_a_sentence(error), file=path)
            break
    return tuple(entries)


def _check_root(inquiry: Inquiry, checkpoint: Checkpoint, tree: MerkleTree) -> None:
    if checkpoint.size != tree.size:
        values: dict[str, str | int] = {"left": checkpoint.size, "right": tree.size}
        sentence = Sentence("The checkpoint says {left} leaves, the log's files hold {right}.", values)
        inquiry.notebook.find(Check.TREE, sentence, file=CHECKPOINT)
    elif checkpoint.root != tree.root():
        values = {"left": checkpoint.root.hex(), "right": tree.root().hex()}
        sentence = Sentence("The checkpoint says root {left}, the log's leaves make {right}.", values)
        inquiry.notebook.find(Check.TREE, sentence, file=CHECKPOINT)


def _check_tiles(inquiry: Inquiry, tree: MerkleTree, entries: Sequence[bytes], size: int) -> None:
    """Every tile that the size asks for is there, and every tile file is what the entries make of it.

    Of the missing ones only the first are looked for: a checkpoint may claim any size.
    """
    folder, _, notebook = inquiry
    there = {path: parse_tile_path(path.removeprefix(LOG)) for path in folder.kinds.get(Kind.TILE, ())}
    needed = (LOG + tile.path() for tile in tiles_of(size))
    for path in islice((path for path in needed if path not in there), MAX_MISSING):
        notebook.find(Check.TREE, Sentence("{file} is missing.", {"file": path}), file=path)
    for path, tile in there.items():
        try:
            is_right = folder.read(path) == _content(tile, tree, entries)
        except UrnaError as error:
            notebook.find(Check.TREE, in_a_sentence(error), file=path)
            continue
        if not is_right:
            sentence = Sentence("{file} does not hold what the log's leaves make of it.", {"file": path})
            notebook.find(Check.TREE, sentence, file=path)


def _content(tile: Tile, tree: MerkleTree, entries: Sequence[bytes]) -> bytes:
    """What a tile file must hold; raises `Malformed` if the tree is too small to have such a tile."""
    start = tile.index * TILE_WIDTH
    if tile.level == ENTRIES and start + tile.width <= len(entries):
        return bundle(entries[start : start + tile.width])
    return tile_bytes(tree, Tile(max(tile.level, 0), tile.index, tile.width))


def _check_kept(inquiry: Inquiry, trust: _Trust, tree: MerkleTree, newest: Checkpoint | None) -> int:
    """The kept checkpoints, the newest among them; returns how many there are."""
    folder, _, notebook = inquiry
    kept = folder.numbered(Kind.OLD_CHECKPOINT)
    for size, path in kept:
        try:
            data = folder.read(path)
        except UrnaError as error:
            notebook.find(Check.GROWTH, in_a_sentence(error), file=path)
            continue
        _check_seen(inquiry, trust, tree, _Kept(data, path, size))
    if newest is not None and not _same(inquiry, kept_checkpoint_path(newest.size)):
        path = kept_checkpoint_path(newest.size)
        sentence = Sentence("{file} is missing, or is not the newest checkpoint.", {"file": path})
        notebook.find(Check.GROWTH, sentence, file=path)
    return len(kept)


def _same(inquiry: Inquiry, path: str) -> bool:
    folder = inquiry.folder
    try:
        return folder.has(path) and folder.read(path) == folder.read(CHECKPOINT)
    except UrnaError:
        return False


def _check_seen(inquiry: Inquiry, trust: _Trust, tree: MerkleTree, kept: _Kept) -> None:
    """An earlier checkpoint is signed as any, and its tree is how this one began."""
    find = inquiry.notebook.find
    data, file, size = kept
    try:
        checkpoint = read_checkpoint(data, file)
    except UrnaError as error:
        find(Check.GROWTH, in_a_sentence(error), file=file)
        return
    for sentence in _doubts(data, trust):
        find(Check.GROWTH, sentence, file=file)
    values: dict[str, str | int] = {"file": file, "left": checkpoint.size, "right": tree.size}
    if size not in (None, checkpoint.size):
        values["right"] = size or 0
        find(Check.GROWTH, Sentence("{file} is of size {left}, its name says {right}.", values), file=file)
    elif checkpoint.size > tree.size:
        sentence = Sentence("{file} is of {left} leaves, but the log has {right}: it was rolled back.", values)
        find(Check.GROWTH, sentence, file=file)
    elif checkpoint.root != tree.root(checkpoint.size):
        sentence = Sentence(
            "{file}: the first {left} of {right} leaves make another root: the log was changed.", values
        )
        find(Check.GROWTH, sentence, file=file)
