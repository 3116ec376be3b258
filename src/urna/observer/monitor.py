"""One look at a published record, in steps that can be cut off anywhere and gone on with.

    follow the tree → compare with other people's checkpoints → files of new entries, if the tree is right
                    → files that were wrong before → some old files again → wait, and look again at what is doubtful

What is known is handed out after each step, so that a long first look need not begin again.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from urna.log.checkpoint import open_checkpoint
from urna.log.tiles import TILE_WIDTH
from urna.observer.alarms import Alarm, Shout
from urna.observer.files import Doubtful, LookedAt, Spread, look_again, look_at_bundle, one_by_one, shout_at
from urna.observer.growth import Progress, compare, follow
from urna.observer.memory import Memory
from urna.observer.reading import Source
from urna.observer.trunk import Leaves
from urna.words import Sentence


class Other(NamedTuple):
    """A checkpoint of the same log from other people."""

    where: str
    """The file or address that it comes from."""
    note: bytes
    is_early: bool = False
    """Whether it may be of a log that is not published yet, as a witness's is."""


class Plan(NamedTuple):
    """How to look."""

    leaves: Leaves
    """The leaf hashes that were seen."""
    others: Sequence[Other] = ()
    again: int | None = 1
    """Bundles of 256 old entries whose files are looked at again; None for all of them."""
    keep: Callable[[Memory], None] = lambda _: None
    """Is given what is known, after each step."""
    wait: Callable[[], None] = lambda: None
    """Waits as long as a file may be on its way."""
    progress: Progress = lambda _done, _all: None
    spread: Spread = one_by_one
    """How files are read."""


class Look(NamedTuple):
    """What a look found."""

    memory: Memory
    shouts: tuple[Shout, ...]
    files: int
    """How many files were looked at."""
    remarks: tuple[Sentence, ...] = ()


class _Files:
    """Gathers what was found file by file."""

    def __init__(self, source: Source, spread: Spread) -> None:
        self._source, self._spread = source, spread
        self.count = 0
        self.doubtful: dict[int, Doubtful] = {}
        self.shouts: list[Shout] = []

    def look(self, memory: Memory, index: int, only: Iterable[int]) -> None:
        """Looks at the files of some entries of a bundle."""
        numbers = list(only)
        if numbers:
            found: LookedAt = look_at_bundle(self._source, memory, index, numbers, self._spread)
            self.count += len(numbers)
            self.doubtful.update((one.number, one) for one in found.doubtful)
            self.shouts += [shout for shout in found.shouts if shout not in self.shouts]


def look(source: Source, memory: Memory, plan: Plan) -> Look:
    """Looks once; see the module for the steps.

    Raises:
        Malformed: another checkpoint is none.
        Unproven: another checkpoint is not signed by the log.
        OutOfOrder: no answer now; what `plan.keep` was given last is what is known.
    """
    followed = follow(source, memory, plan.leaves, plan.progress)
    memory = followed.memory
    plan.keep(memory)
    shouts, remarks = _compare_others(memory, plan)
    if any(shout.alarm is not Alarm.UNWITNESSED for shout in followed.shouts):
        # Another tree is shown than the one that was seen: what its entries name says nothing about this one's files.
        return Look(memory, (*followed.shouts, *shouts), 0, tuple(remarks))
    files = _Files(source, plan.spread)
    old = memory.checked
    memory = _look_at_new(files, memory, plan)
    _look_at_missing(files, memory)
    memory = _look_at_old(files, memory, old, plan)
    left = _wait_for(source, files, plan)
    memory = replace(memory, missing=tuple(sorted(one.number for one in left)))
    plan.keep(memory)
    found = (*followed.shouts, *shouts, *files.shouts, *map(shout_at, left))
    return Look(memory, found, files.count, tuple(remarks))


def _compare_others(memory: Memory, plan: Plan) -> tuple[list[Shout], list[Sentence]]:
    shouts: list[Shout] = []
    remarks: list[Sentence] = []
    seen = memory.seen()
    for other in plan.others:
        size = open_checkpoint(other.note, memory.verifier(), other.where).size
        if other.is_early and size > (seen.size if seen else 0):
            values: dict[str, str | int] = {"where": other.where, "size": size}
            remarks.append(Sentence("{where} knows {size} entries, more than the record shows yet.", values))
        else:
            shouts += compare(memory, plan.leaves, other.note, other.where)
    return shouts, remarks


def _look_at_new(files: _Files, memory: Memory, plan: Plan) -> Memory:
    """The files of entries that nobody looked at yet, bundle by bundle."""
    first, size = memory.checked, memory.trunk().size
    for index in range(first // TILE_WIDTH, -(-size // TILE_WIDTH)):
        end = min((index + 1) * TILE_WIDTH, size)
        files.look(memory, index, range(memory.checked, end))
        missing = tuple(sorted({*memory.missing, *files.doubtful}))
        memory = replace(memory, checked=end, missing=missing)
        plan.keep(memory)
        plan.progress(end - first, size - first)
    return memory


def _look_at_missing(files: _Files, memory: Memory) -> None:
    """Files that were wrong at an earlier look."""
    earlier = [number for number in memory.missing if number not in files.doubtful]
    for index, numbers in groupby(earlier, key=lambda number: number // TILE_WIDTH):
        files.look(memory, index, numbers)


def _look_at_old(files: _Files, memory: Memory, old: int, plan: Plan) -> Memory:
    """Some bundles of the first `old` entries again, going round: what was right may have been exchanged since."""
    bundles = -(-old // TILE_WIDTH)
    count = bundles if plan.again is None else min(plan.again, bundles)
    for step in range(count):
        index = (memory.cursor + step) % bundles
        numbers = range(index * TILE_WIDTH, min((index + 1) * TILE_WIDTH, old))
        files.look(memory, index, [number for number in numbers if number not in files.doubtful])
        plan.progress(step + 1, count)
    return replace(memory, cursor=(memory.cursor + count) % bundles) if bundles else memory


def _wait_for(source: Source, files: _Files, plan: Plan) -> tuple[Doubtful, ...]:
    """What is still wrong after a while."""
    doubtful = tuple(files.doubtful[number] for number in sorted(files.doubtful))
    if not doubtful:
        return ()
    plan.wait()
    return look_again(source, doubtful, plan.spread)
