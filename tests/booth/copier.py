"""Somebody who copies the booth's medium, and how far that takes them. Given keys, they use them."""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt

from urna.ballot.box_header import SECTOR_BYTES, BoxHeader
from urna.ballot.slot import SlotCipher, SlotState
from urna.storage.booth_medium import BALLOTS

Copy = dict[str, bytes]
Sorter = Callable[[int, bytes, bytes], object]

SORTERS: dict[str, Sorter] = {
    "the slot's place": lambda slot, body, mark: slot,
    "the body's bytes": lambda slot, body, mark: body,
    "the body's end": lambda slot, body, mark: body[::-1],
    "the body's sum": lambda slot, body, mark: sum(body),
    "the mark's bytes": lambda slot, body, mark: mark,
    "the mark's sum": lambda slot, body, mark: sum(mark),
    "ones in the body": lambda slot, body, mark: int.from_bytes(body, "big").bit_count(),
    "how it compresses": lambda slot, body, mark: len(zlib.compress(body, 9)),
}
"""Ways to put a copy's slots into an order that might be the order of casting."""


def slots_of(copy: Copy, header: BoxHeader) -> list[tuple[bytes, bytes]]:
    """Body and mark of every slot of a copy."""
    box = copy[BALLOTS]
    starts = (header.offset(slot) for slot in range(header.slots))
    return [
        (box[start : start + header.body_bytes], box[start + header.body_bytes : start + header.slot_bytes])
        for start in starts
    ]


def used_slots(copy: Copy, header: BoxHeader, box_key: bytes) -> list[int]:
    """Slots that hold a ballot, for one who has the box key."""
    cipher = SlotCipher(header, box_key)
    data = enumerate(slots_of(copy, header))
    return [slot for slot, (body, mark) in data if cipher.state(slot, body + mark) is not SlotState.FREE]


def rank_correlation(order: Sequence[int], truth: Sequence[int]) -> float:
    """Spearman's: 1 for the same order, about 0 ± 1/√(n - 1) for an unrelated one."""
    place = {slot: rank for rank, slot in enumerate(truth)}
    size = len(order)
    distance = sum((rank - place[slot]) ** 2 for rank, slot in enumerate(order))
    return 1 - 6 * distance / (size * (size**2 - 1))


def best_sorting(copy: Copy, header: BoxHeader, casting_order: Sequence[int]) -> tuple[float, str]:
    """How well the best sorter finds the order in which slots were used, forwards or backwards, from one copy alone.

    It is even told which slots are used. In standard deviations of a blind guess.
    """
    slots = slots_of(copy, header)
    found = []
    for name, sorter in SORTERS.items():
        # Equal slots stand by place: the order of casting, which a copy does not hold, must not break ties.
        order = sorted(sorted(casting_order), key=lambda slot: sorter(slot, *slots[slot]))  # type: ignore[arg-type, return-value]
        found.append((abs(rank_correlation(order, casting_order)) * sqrt(len(casting_order) - 1), name))
    return max(found)


def chi_square(data: bytes) -> float:
    """Distance of the byte counts from even ones, in standard deviations; about 0 ± 1 for random bytes."""
    expected = len(data) / 256
    counts = Counter(data)
    statistic = sum((counts[value] - expected) ** 2 / expected for value in range(256))
    return (statistic - 255) / sqrt(2 * 255)


def separation(values: Sequence[float], used: frozenset[int]) -> float:
    """How well a number of each slot tells the used ones (Mann-Whitney), in standard deviations of no difference.

    Equal numbers stand by the slot's place, which has nothing to do with use.
    """
    order = sorted(range(len(values)), key=lambda slot: (values[slot], slot))
    some, others = len(used), len(values) - len(used)
    ranks = sum(rank for rank, slot in enumerate(order, 1) if slot in used)
    mean = some * (len(values) + 1) / 2
    spread = sqrt(some * others * (len(values) + 1) / 12)
    return (ranks - mean) / spread


def best_separation(copy: Copy, header: BoxHeader, used: Sequence[int]) -> tuple[float, str]:
    """How well the best number of a slot tells used slots from free ones, without any key."""
    slots = slots_of(copy, header)
    numbers: dict[str, Callable[[bytes], float]] = {
        "sum": lambda data: float(sum(data)),
        "ones": lambda data: float(int.from_bytes(data, "big").bit_count()),
        "compressed": lambda data: float(len(zlib.compress(data, 9))),
        "chi-square": chi_square,
        "repeated pairs": lambda data: float(-len(set(pairwise(data)))),
        "first byte": lambda data: float(data[0]),
        "last byte": lambda data: float(data[-1]),
    }
    found = []
    for part in range(2):
        for name, number in numbers.items():
            values = [number(pair[part]) for pair in slots]
            found.append((abs(separation(values, frozenset(used))), f"{name} of part {part}"))
    return max(found)


def changed_sectors(before: Copy, after: Copy) -> dict[str, list[int]]:
    """Which sectors of which files differ between two copies."""
    found = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name, b""), after.get(name, b"")
        sectors = range(0, max(len(old), len(new)), SECTOR_BYTES)
        found[name] = [
            at // SECTOR_BYTES for at in sectors if old[at : at + SECTOR_BYTES] != new[at : at + SECTOR_BYTES]
        ]
    return {name: sectors for name, sectors in found.items() if sectors}


def sectors_of_slot(header: BoxHeader, slot: int) -> list[int]:
    """All sectors of a slot."""
    first = header.offset(slot) // SECTOR_BYTES
    return list(range(first, first + header.slot_bytes // SECTOR_BYTES))


def spellings(words: Sequence[str]) -> list[bytes]:
    """Ways in which a word might lie on a medium: as it is, in UTF-16, reversed, in hexadecimal."""
    plain = [word.encode() for word in words]
    wide = [word.encode("utf-16-le") for word in words]
    return [*plain, *wide, *(word[::-1] for word in plain), *(word.hex().encode() for word in plain)]
