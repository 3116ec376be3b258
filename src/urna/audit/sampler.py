"""What a seed draws: units in the order of their tickets, with or without replacement.

A sample is a beginning of that order, so a larger sample holds the smaller one, draw for draw: `after` leaves out what
earlier rounds have drawn, and nothing drawn before comes up again as new. With replacement a unit may be drawn
several times, which `times` counts: its paper is fetched once and counts as often as it was drawn.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heapify, heapreplace
from itertools import accumulate, count, islice
from typing import NamedTuple

from urna.audit.bulk_tickets import Stack, smallest
from urna.audit.manifest import BallotManifest, Numbering
from urna.audit.tickets import Procedure, counter_number, first_ticket, next_ticket, sorted_ticket
from urna.errors import Malformed
from urna.words import Sentence


class Draw(NamedTuple):
    """One draw."""

    ticket: str
    """What decided it: 64 hexadecimal digits (SORTED), a fraction "0.…" (CONSISTENT), or the turn (COUNTER)."""
    unit: str
    """A container's code, or a paper as "container,position"."""
    times: int
    """How often the unit has been drawn by now, this time included; from 1."""


Lowest = Callable[[int], list[tuple[str, str]]]
"""The so many smallest first tickets and their units, in order."""


def draw_units(
    procedure: Procedure, seed: str, units: Sequence[str], size: int, after: int = 0, *, replacement: bool = False
) -> tuple[Draw, ...]:
    """The draws after + 1 to `size` from some units.

    Args:
        procedure: how tickets are made. COUNTER numbers the units in the order given, from 1.
        seed: the public seed.
        units: different names.
        size: draws in all, those of earlier rounds included.
        after: draws of earlier rounds.
        replacement: whether a drawn unit goes back.

    Raises:
        Malformed: units that are not different; more draws than there are units; SORTED with replacement.
    """
    unit, often = Counter(units).most_common(1)[0] if units else ("", 1)
    if often > 1:
        raise _malformed(Sentence("units with different names"), Sentence("{unit} twice", {"unit": unit}))
    _check(procedure, len(units), size, after, replacement=replacement)
    if procedure is Procedure.COUNTER:
        return _by_counter(seed, len(units), lambda number: units[number - 1], (after, size), replacement=replacement)
    ticket = sorted_ticket if procedure is Procedure.SORTED else first_ticket
    tickets = sorted((ticket(seed, unit), unit) for unit in units)
    return _by_tickets(lambda most: tickets[:most], after, size, replacement=replacement)


def draw_papers(
    procedure: Procedure, seed: str, manifest: BallotManifest, size: int, after: int = 0, *, replacement: bool = False
) -> tuple[Draw, ...]:
    """The same from all papers and phantoms of a manifest, 25 million of them in seconds.

    Raises:
        Malformed: more draws than there are papers; SORTED with replacement.
    """
    _check(procedure, manifest.size, size, after, replacement=replacement)
    if procedure is Procedure.COUNTER:
        numbering = Numbering(manifest)
        return _by_counter(seed, numbering.size, numbering.name, (after, size), replacement=replacement)
    stacks = [Stack(each.code, each.size) for each in manifest.containers]
    return _by_tickets(lambda most: smallest(procedure, seed, stacks, most), after, size, replacement=replacement)


def draw_weighted(seed: str, weights: Mapping[str, int], size: int, after: int = 0) -> tuple[Draw, ...]:
    """Draws with replacement, each unit with the likelihood of its weight: batches by the error they may hold.

    By COUNTER, from as many numbers as all weights together; a unit has as many of them as it weighs, those of the
    first name, by code points, first.

    Args:
        seed: the public seed.
        weights: whole numbers, 0 or more, at least one above 0; exact ratios times their common denominator.
        size: draws in all.
        after: draws of earlier rounds.

    Raises:
        Malformed: a weight below 0, or none above it.
    """
    names = sorted(weights)
    if not any(weights.values()) or min(weights.values()) < 0:
        raise _malformed(
            Sentence("weights of 0 or more, at least one of them above 0"),
            Sentence(
                "{least} and a sum of {sum}", {"least": min(weights.values(), default=0), "sum": sum(weights.values())}
            ),
        )
    ends = list(accumulate(weights[name] for name in names))
    _check(Procedure.COUNTER, ends[-1], size, after, replacement=True)
    return _by_counter(seed, ends[-1], lambda number: names[bisect_left(ends, number)], (after, size), replacement=True)


def _by_tickets(lowest: Lowest, after: int, size: int, *, replacement: bool) -> tuple[Draw, ...]:
    # The first `size` draws, put back or not, are among the `size` smallest first tickets.
    tickets = lowest(size)
    if not replacement:
        return tuple(Draw(ticket, unit, 1) for ticket, unit in tickets[after:])
    return tuple(islice(_with_replacement(tickets), after, size))


def _with_replacement(tickets: Sequence[tuple[str, str]]) -> Iterator[Draw]:
    """Draws without end: the smallest ticket, whose unit then goes back with a greater one."""
    basket = [Draw(ticket, unit, 1) for ticket, unit in tickets]
    heapify(basket)
    while True:
        drawn = basket[0]
        yield drawn
        heapreplace(basket, Draw(next_ticket(drawn.ticket), drawn.unit, drawn.times + 1))


def _by_counter(
    seed: str, total: int, name: Callable[[int], str], span: tuple[int, int], *, replacement: bool
) -> tuple[Draw, ...]:
    return tuple(islice(_turns(seed, total, name, replacement=replacement), *span))


def _turns(seed: str, total: int, name: Callable[[int], str], *, replacement: bool) -> Iterator[Draw]:
    """Draws by turn; without replacement, a turn that brings up a drawn unit again is passed over."""
    times: dict[str, int] = {}
    for turn in count(1):
        unit = name(counter_number(seed, turn, total))
        times[unit] = times.get(unit, 0) + 1
        if replacement or times[unit] == 1:
            yield Draw(str(turn), unit, times[unit])


def _check(procedure: Procedure, units: int, size: int, after: int, *, replacement: bool) -> None:
    if procedure is Procedure.SORTED and replacement:
        raise _malformed(
            Sentence("a procedure that draws with replacement"),
            Sentence("{procedure}, which gives each unit one ticket", {"procedure": procedure}),
        )
    if not 0 <= after < size or (size > units and not replacement) or units < 1:
        raise _malformed(
            Sentence(
                "a sample larger than the {after} drawn before, out of {units} units", {"after": after, "units": units}
            ),
            Sentence("one of {size}", {"size": size}),
        )


def _malformed(expected: Sentence, found: Sentence) -> Malformed:
    return Malformed(expected, found, Sentence("Mend the rules of the draw; nothing was drawn."), "draw")
