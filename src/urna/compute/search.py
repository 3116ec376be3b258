"""A search spread over parts of a gallery (shards) and over processes, with the results of one.

1. Each shard gives its short list for the probe; the lists are merged by score and row.
2. The merged short list is compared in full.

A template's filter score depends on the probe and the template alone, so the merged list is that of the whole
gallery, however it was cut. Where processes can fork they share the mapped columns; nothing is
copied. `urna.compute.cluster` does the same over machines.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.gallery import Gallery, part_of
from urna.biometrics.hashing import HashIndex, Plan, build_index
from urna.biometrics.shortlist import (
    Candidate,
    Shortlist,
    best_candidates,
    filtered,
    merged,
    rematch,
    search,
    search_row,
)
from urna.biometrics.template import Template
from urna.compute.processes import over_processes

_FEW = 32
"""Fewer searches than this are done before other processes have started."""


class Shard(NamedTuple):
    """Some rows of a gallery: the row at which they begin, the rows, and their index if there is one."""

    first: int
    gallery: Gallery
    tables: HashIndex | None = None


def shards_of(gallery: Gallery, count: int, plan: Plan | None = None, processes: int = 1) -> list[Shard]:
    """The gallery cut into so many parts of nearly equal numbers of rows; the columns are not copied.

    Args:
        gallery: the whole.
        count: how many parts.
        plan: of the whole, if the parts shall have indexes (`urna.biometrics.hashing.plan_of`).
        processes: how many build indexes; 0 for as many as this process may use.
    """
    rows = len(gallery.owners)
    bounds = [rows * place // count for place in range(count + 1)]
    parts = [Shard(first, part_of(gallery, first, last)) for first, last in pairwise(bounds)]
    if plan is None:
        return parts
    indexes = over_processes(partial(_index_of, parts, plan), range(count), processes, worth_it=2, chunk=1)
    return [part._replace(tables=index) for part, index in zip(parts, indexes, strict=True)]


def filter_shard(shard: Shard, probe: Cylinders, count: int) -> Shortlist:
    """A shard's own short list; rows counted from the shard's first."""
    return filtered(shard.gallery, shard.tables, probe, count)


def search_shards(shards: Sequence[Shard], probe: Template, count: int, keep: int) -> list[Candidate]:
    """Who a finger may belong to, the best first; as `urna.biometrics.shortlist.search` of the whole gallery.

    Args:
        shards: all of them, in the order of their rows.
        probe: the finger.
        count: how many templates are compared in full, over all shards.
        keep: how many candidates are given at most.
    """
    cylinders = encode(probe)
    lists = [filter_shard(shard, cylinders, count) for shard in shards]
    best = merged(lists, [shard.first for shard in shards], count)
    found = [each for shard in shards for each in rematch_shard(shard, cylinders, best, count)]
    return best_candidates(found, keep)


def rematch_shard(shard: Shard, probe: Cylinders, best: Shortlist, keep: int) -> list[Candidate]:
    """The full comparison of those rows of a merged short list that lie in this shard; rows of the whole."""
    last = shard.first + len(shard.gallery.owners)
    rows = best.rows[(best.rows >= shard.first) & (best.rows < last)] - shard.first
    found = rematch(shard.gallery, probe, rows, keep)
    return [candidate._replace(row=candidate.row + shard.first) for candidate in found]


def search_many(
    gallery: Gallery,
    index: HashIndex | None,
    probes: Sequence[tuple[int, Template]],
    *,
    count: int,
    keep: int,
    processes: int = 0,
) -> Iterator[tuple[int, list[Candidate]]]:
    """Searches for many fingers, spread over processes; the answers in the probes' order.

    Args:
        gallery: the templates.
        index: of the gallery, None for the exact scan.
        probes: a number of the caller's and the finger.
        count: how many templates are compared in full for each probe.
        keep: how many candidates are given at most.
        processes: how many; 0 for as many as this process may use.
    """
    work = partial(_search_one, gallery, index, count, keep)
    yield from over_processes(work, probes, processes, worth_it=_FEW, chunk=16)


def search_rows(
    gallery: Gallery, index: HashIndex | None, rows: Sequence[int], *, count: int, keep: int, processes: int = 0
) -> Iterator[tuple[int, list[Candidate]]]:
    """Searches for fingers of the gallery among the rows after them: for all rows, every pair once.

    Args:
        gallery: the templates.
        index: of the gallery, None for the exact scan.
        rows: the fingers that are searched for.
        count: how many templates are compared in full for each row.
        keep: how many candidates are given at most.
        processes: how many; 0 for as many as this process may use.

    Yields:
        The row and its candidates, in the order of the rows.
    """
    work = partial(_search_row, gallery, index, count, keep)
    yield from over_processes(work, rows, processes, worth_it=_FEW, chunk=64)


def _index_of(parts: Sequence[Shard], plan: Plan, number: int) -> HashIndex:
    return build_index(parts[number].gallery, plan)


def _search_one(
    gallery: Gallery, index: HashIndex | None, count: int, keep: int, probe: tuple[int, Template]
) -> tuple[int, list[Candidate]]:
    return probe[0], search(gallery, index, probe[1], count, keep)


def _search_row(
    gallery: Gallery, index: HashIndex | None, count: int, keep: int, row: int
) -> tuple[int, list[Candidate]]:
    return row, search_row(gallery, index, row, count, keep)
