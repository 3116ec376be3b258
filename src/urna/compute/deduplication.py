"""Who is twice among many people, by their fingers: every person against all others, in parts that stand alone.

For each finger of a person that is searched by, in the galleries of those positions:

1. Filter: the templates of people with higher numbers that look most alike (index, or exact scan).
2. Compare each of them in full; go on with those that few strangers reach (`Screens.one`).
3. Compare the other searched fingers of the two; go on where the sum is one that few strangers reach.
4. Compare all fingers that both have; the sum decides whether the pair is a hit.

Galleries and index of everybody may not fit into a machine's memory. The people are then cut into slices, one slice
after another is prepared, and whoever comes before its end is searched in it.

Screens save time: step 4 reads and encodes templates anew. What they lose is measured by `bench/deduplication.py`.
A part's result depends on its people and the whole, not on other parts; so parts may be done in any order, in
any process, on any machine, and done again. Each pair is looked at once, from the side of the lower number.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple, TypeVar

import numpy as np

from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.gallery import Gallery, cylinders_of, gallery_of, join
from urna.biometrics.hashing import HashIndex, build_index
from urna.biometrics.match import score_cylinders
from urna.biometrics.pairs import Hand, PairScore, pair_score, pair_score_across
from urna.biometrics.shortlist import filtered
from urna.compute.impressions import Impressions, Prints
from urna.compute.processes import over_processes
from urna.errors import Malformed
from urna.roll.deduplication_report import DuplicateRule

R = TypeVar("R")

Spread = Callable[[Callable[[Any], Any], Sequence[Any]], Iterator[Any]]
"""Carries out equal tasks, the answers in their order: `over_processes`, or a cluster's."""

AT_ONCE = 500
"""Templates that one task encodes."""

in_processes: Spread = partial(over_processes, worth_it=2, chunk=1)


class Screens(NamedTuple):
    """Scores below which a pair is given up: of the finger it was found by, and of all searched fingers together.

    About one pair of strangers in 2,000 reaches `one`, and fewer `all` (docs/deduplication.md).
    """

    one: float = 0.025
    all: float = 0.045


class Plan(NamedTuple):
    """How to search: the positions to search by, how many candidates a finger has, and what makes a hit."""

    positions: tuple[int, ...]
    rule: DuplicateRule
    candidates: int = 20
    across: bool = False
    slices: int = 1
    exact: bool = False
    """Whether every template is scanned instead of those that the index gives: slow, and the measure of the index."""
    screens: Screens = Screens()


class Search(NamedTuple):
    """Everything that a part needs to search in a slice; equal everywhere."""

    plan: Plan
    prints: Prints
    people: range
    """Who is in the slice."""
    galleries: Mapping[int, Gallery]
    """Of the slice, by searched position; owners are people, ascending."""
    indexes: Mapping[int, HashIndex]
    """Of the galleries; none if the search is exact."""


class Hit(NamedTuple):
    """Two people, the lower number first, whose fingers together reach the rule's threshold."""

    one: int
    other: int
    score: PairScore


class Found(NamedTuple):
    """What came of one part: its hits by people, and what was done for it."""

    hits: tuple[Hit, ...]
    probes: int
    comparisons: int


def prepare(prints: Prints, plan: Plan, people: range, spread: Spread = in_processes) -> Search:
    """Reads the fingers of a slice, encodes the searched ones, and indexes them.

    Args:
        prints: all fingers of everybody.
        plan: how to search.
        people: the slice.
        spread: carries it out.

    Raises:
        Malformed: a record of the slice is no template.
    """
    galleries = {}
    for at, impressions in prints.items():
        if at in plan.positions:
            galleries[at] = join(_each_part(_encoded, impressions, people, spread))
        else:
            _each_part(_read, impressions, people, spread)
    indexed = spread(partial(_indexed, galleries), [] if plan.exact else list(galleries))
    return Search(plan, prints, people, galleries, dict(zip(galleries, indexed, strict=False)))


def slices_of(people: int, count: int) -> list[range]:
    """The people's numbers in so many slices of nearly equal size."""
    bounds = [people * place // count for place in range(count + 1)]
    return [range(first, last) for first, last in pairwise(bounds)]


def parts_of(people: int, size: int) -> list[range]:
    """The people's numbers, so many to a part."""
    return [range(first, min(first + size, people)) for first in range(0, people, size)]


def search_parts(search: Search, parts: Sequence[range], spread: Spread = in_processes) -> Iterator[Found]:
    """The results of these parts, in their order."""
    yield from spread(partial(search_part, search), parts)


def search_part(search: Search, part: range) -> Found:
    """Every person of a part against the people of a slice who come later.

    1. Find candidates by each searched finger.
    2. Judge each pair once.
    """
    probes = comparisons = 0
    suspects: dict[tuple[int, int], bool] = {}
    for person in part:
        for probe, position in _probes(search, person):
            found, compared = _candidates(search, position, probe, person)
            suspects.update({(person, each): True for each in found})
            probes, comparisons = probes + 1, comparisons + compared
    hits = []
    for one, other in sorted(suspects):
        score, compared = _judge(search, one, other)
        comparisons += compared
        if search.plan.rule.is_case(score.total, len(score.fingers)):
            hits.append(Hit(one, other, score))
    return Found(tuple(hits), probes, comparisons)


def hand_of(prints: Prints, person: int) -> Hand:
    """A person's fingers, encoded; a position without a finger is left out."""
    found = {at: impressions.of(person) for at, impressions in prints.items()}
    return {at: [encode(template) for template in templates] for at, templates in found.items() if templates}


def _probes(search: Search, person: int) -> Iterator[tuple[Cylinders, int]]:
    """The person's searched fingers, each with a position to look for it in."""
    for at in search.galleries:
        for probe in _finger(search, at, person):
            for other in search.galleries:
                if other == at or search.plan.across:
                    yield probe, other


def _candidates(search: Search, position: int, probe: Cylinders, person: int) -> tuple[list[int], int]:
    """People after this one with a finger more like the probe than most are, and how many were compared."""
    gallery, plan = search.galleries[position], search.plan
    after = int(np.searchsorted(gallery.owners, person, side="right")) - 1
    rows = filtered(gallery, search.indexes.get(position), probe, plan.candidates, after).rows
    scores = [score_cylinders(probe, cylinders_of(gallery, int(row))) for row in rows]
    alike = [row for row, score in zip(rows, scores, strict=True) if score >= plan.screens.one]
    return [int(gallery.owners[row]) for row in alike], len(rows)


def _judge(search: Search, one: int, other: int) -> tuple[PairScore, int]:
    """The pair's score over all fingers, or over the searched ones if these are too unlike; and the comparisons."""
    hands = _searched(search, one), _searched(search, other)
    score, done = _compared(search.plan, *hands)
    if score.total < search.plan.screens.all:
        return PairScore(0.0, ()), done
    score, again = _compared(search.plan, hand_of(search.prints, one), hand_of(search.prints, other))
    return score, done + again


def _compared(plan: Plan, one: Hand, other: Hand) -> tuple[PairScore, int]:
    """The score of two people by these fingers, and how many impressions were compared with one another."""
    if plan.across:
        sizes = (sum(map(len, hand.values())) for hand in (one, other))
        return pair_score_across(one, other), prod(sizes)
    return pair_score(one, other), sum(len(one[at]) * len(other[at]) for at in one.keys() & other.keys())


def _searched(search: Search, person: int) -> Hand:
    """A person's searched fingers."""
    found = {at: _finger(search, at, person) for at in search.galleries}
    return {at: cylinders for at, cylinders in found.items() if cylinders}


def _finger(search: Search, at: int, person: int) -> list[Cylinders]:
    """A person's impressions of a searched finger: from the gallery, or encoded anew if it is of another slice."""
    if person in search.people:
        own = search.galleries[at]
        return [cylinders_of(own, row) for row in _rows_of(own, person)]
    return [encode(template) for template in search.prints[at].of(person)]


def _rows_of(gallery: Gallery, person: int) -> range:
    first, last = np.searchsorted(gallery.owners, (person, person + 1))
    return range(int(first), int(last))


def _each_part(
    work: Callable[[Impressions, range], R], impressions: Impressions, people: range, spread: Spread
) -> list[R]:
    """What the work gives for each part of these people's rows; a record that is no template is refused here."""
    first, last = (int(row) for row in np.searchsorted(impressions.people, (people.start, people.stop)))
    parts = [range(first + part.start, first + part.stop) for part in parts_of(last - first, AT_ONCE)]
    found: list[R | Refused] = list(spread(partial(_read_or_refuse, work, impressions), parts))
    for each in found:
        if isinstance(each, Refused):
            impressions.template(each.row)
    return [each for each in found if not isinstance(each, Refused)]


class Refused(NamedTuple):
    """The row of a record that is no template; an error with its sentences stays in the process that made it."""

    row: int


def _read_or_refuse(work: Callable[[Impressions, range], R], impressions: Impressions, part: range) -> R | Refused:
    try:
        return work(impressions, part)
    except Malformed:
        return Refused(next(row for row in part if not _is_template(impressions, row)))


def _is_template(impressions: Impressions, row: int) -> bool:
    try:
        impressions.template(row)
    except Malformed:
        return False
    return True


def _indexed(galleries: Mapping[int, Gallery], position: int) -> HashIndex:
    return build_index(galleries[position])


def _encoded(impressions: Impressions, part: range) -> Gallery:
    return gallery_of((int(impressions.people[row]), encode(impressions.template(row))) for row in part)


def _read(impressions: Impressions, part: range) -> None:
    for row in part:
        impressions.template(row)
