"""The three procedures of docs/spec/audit-draws.md once more, as plainly as they are written there."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from heapq import merge, nsmallest
from itertools import count, islice

Drawing = tuple[str, str, int]
"""Ticket, unit, and how often it has been drawn by then."""


def share_of(stations: int, above: int, below: int, rounding: str) -> int:
    """How many of a centre's stations are above/below of them, rounded "up" or to the "nearest", and at least one."""
    if rounding == "up":
        return max(1, -(-stations * above // below))
    return max(1, (2 * stations * above + below) // (2 * below))


def smallest(seed: str, units: Iterable[str], most: int) -> list[Drawing]:
    """Those with the smallest hashes of "seed,unit"."""
    return nsmallest(most, ((_hash(f"{seed},{unit}"), unit, 1) for unit in units))


def counted(seed: str, units: Iterable[str], population: int, most: int, *, replacement: bool) -> list[Drawing]:
    """1. The places that the hashes of "seed,1", "seed,2" … name. 2. One walk through the units finds their names."""
    turns: list[tuple[str, int, int]] = []
    times: dict[int, int] = {}
    for turn in count(1):
        if len(turns) == most:
            break
        place = int(_hash(f"{seed},{turn}"), 16) % population
        times[place] = times.get(place, 0) + 1
        if replacement or times[place] == 1:
            turns.append((str(turn), place, times[place]))
    names = {place: unit for place, unit in enumerate(units) if place in times}
    return [(turn, names[place], often) for turn, place, often in turns]


def weighted(seed: str, weights: Iterable[tuple[str, int]], most: int) -> list[Drawing]:
    """With replacement: the unit that owns the number of each turn; units own theirs in the order of their names."""
    owners: list[tuple[int, str]] = []
    total = 0
    for unit, weight in sorted(weights):
        total += weight
        if weight:
            owners.append((total, unit))
    times: dict[str, int] = {}
    turns: list[Drawing] = []
    for turn in range(1, most + 1):
        number = int(_hash(f"{seed},{turn}"), 16) % total
        unit = owners[bisect_right(owners, number, key=lambda owner: owner[0])][1]
        times[unit] = times.get(unit, 0) + 1
        turns.append((str(turn), unit, times[unit]))
    return turns


def consistent(seed: str, units: Iterable[str], most: int, *, replacement: bool) -> list[Drawing]:
    """Those with the smallest decimal tickets; with replacement, of all the tickets that a unit ever gets."""
    start = _hash(seed)
    first = nsmallest(most, ((_decimal(start + unit), unit, 1) for unit in units))
    # What is not among the smallest first tickets is not among the smallest of all.
    return list(islice(merge(*map(_chain, first)), most)) if replacement else first


def _chain(first: Drawing) -> Iterator[Drawing]:
    """All tickets of a unit, rising, for ever."""
    ticket, unit, _ = first
    for times in count(1):
        yield ticket, unit, times
        ticket = _later(ticket)


def _later(ticket: str) -> str:
    nines = next(place for place, digit in enumerate(ticket[2:] + "0") if digit != "9")
    for number in count(1):
        found = "0." + "9" * nines + _decimal(f"{ticket}:{number}")[2:]
        if found > ticket + "0":
            break
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _decimal(text: str) -> str:
    """A hash as a fraction: its decimal digits, 64 at least, the last one first."""
    number = int(_hash(text), 16)
    digits: list[str] = []
    while number or len(digits) < 64:
        number, digit = divmod(number, 10)
        digits.append(str(digit))
    return "0." + "".join(digits)
