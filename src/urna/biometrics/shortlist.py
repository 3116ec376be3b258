"""From a finger to the few people it may belong to: filter, short list, full comparison.

1. Filter: a score for every template, from the exact scan or from the index.
2. The short list: the rows with the highest scores.
3. Compare each of them in full, and give the best.

Equal scores are ordered by row, so the same gallery gives the same answer every time. What is found is a
candidate: two people decide.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.gallery import Gallery, cylinders_of, part_of
from urna.biometrics.hashing import HashIndex, votes
from urna.biometrics.kernel import compiled
from urna.biometrics.match import score_cylinders
from urna.biometrics.scan import Scores, scan
from urna.biometrics.template import Template

Rows = NDArray[np.int64]

NO_ROW = -1
_STEPS = 1024
_ALMOST = 1.0 - 1e-9


class Shortlist(NamedTuple):
    """Rows of a gallery and their filter scores, the best first; equal scores by row."""

    rows: Rows
    scores: Scores


class Candidate(NamedTuple):
    """A template that may be of the same finger: its row, its owner's number, the full score, 0 to 1."""

    row: int
    owner: int
    score: float


def filtered(gallery: Gallery, index: HashIndex | None, probe: Cylinders, count: int, after: int = NO_ROW) -> Shortlist:
    """The short list of a finger: by the index if there is one, else by the exact scan.

    Args:
        gallery: the templates of one finger position.
        index: of this gallery.
        probe: the finger.
        count: how many rows at most.
        after: only rows above this one are listed; in a search of all against all each pair then comes once.
    """
    if index is not None:
        return shortlist(votes(index, probe, after), count)
    rows = len(gallery.owners)
    return merged([shortlist(scan(part_of(gallery, after + 1, rows), probe), count)], [after + 1], count)


def shortlist(scores: Scores, count: int) -> Shortlist:
    """The rows of the highest filter scores, the best first; rows without any score are left out.

    Args:
        scores: of every row of a gallery, not negative.
        count: how many rows at most.
    """
    rows = _rows_from(scores, _least(scores, count))
    order = np.lexsort((rows, -scores[rows]))[:count]
    return Shortlist(rows[order], scores[rows[order]])


def merged(lists: Sequence[Shortlist], firsts: Sequence[int], count: int) -> Shortlist:
    """The short list of a whole gallery from those of its parts.

    Args:
        lists: of the parts, each of at least `count` rows if its part has so many.
        firsts: the row of the whole at which each part begins.
        count: how many rows at most.
    """
    moved = [each.rows + first for each, first in zip(lists, firsts, strict=True)]
    rows = np.concatenate([np.zeros(0, np.int64), *moved])
    scores = np.concatenate([np.zeros(0, np.float32), *(each.scores for each in lists)])
    order = np.lexsort((rows, -scores))[:count]
    return Shortlist(rows[order], scores[order])


def rematch(gallery: Gallery, probe: Cylinders, rows: Rows, keep: int) -> list[Candidate]:
    """The best of the rows by the full comparison, the best first; equal scores by row.

    Args:
        gallery: the templates.
        probe: the finger that is searched for.
        rows: the short list.
        keep: how many candidates at most.
    """
    found = [
        Candidate(int(row), int(gallery.owners[row]), score_cylinders(probe, cylinders_of(gallery, int(row))))
        for row in rows
    ]
    return best_candidates(found, keep)


def best_candidates(found: Sequence[Candidate], keep: int) -> list[Candidate]:
    """The candidates of the highest full scores, the best first; equal scores by row."""
    return sorted(found, key=lambda each: (-each.score, each.row))[:keep]


def search(gallery: Gallery, index: HashIndex | None, probe: Template, count: int, keep: int) -> list[Candidate]:
    """Who a finger may belong to, the best first.

    Args:
        gallery: the templates of one finger position.
        index: of the gallery, None for the exact scan.
        probe: the finger.
        count: how many templates are compared in full.
        keep: how many candidates are given at most.
    """
    return search_cylinders(gallery, index, encode(probe), count, keep)


def search_cylinders(
    gallery: Gallery, index: HashIndex | None, probe: Cylinders, count: int, keep: int
) -> list[Candidate]:
    """The same for a finger that was encoded before."""
    return rematch(gallery, probe, filtered(gallery, index, probe, count).rows, keep)


def search_row(gallery: Gallery, index: HashIndex | None, row: int, count: int, keep: int) -> list[Candidate]:
    """Who the finger of a row may belong to among the rows after it: all against all, each pair once."""
    probe = cylinders_of(gallery, row)
    return rematch(gallery, probe, filtered(gallery, index, probe, count, after=row).rows, keep)


def _least(scores: Scores, count: int) -> float:
    """A score that at least `count` rows reach and not many more do: exact enough to sort the few above it."""
    most = float(scores.max(initial=0.0))
    steps = _histogram(scores, _STEPS / most) if most > 0.0 else np.zeros(_STEPS + 1, np.int64)
    reached = np.cumsum(steps[::-1])[::-1]
    step = int(np.flatnonzero(reached >= count)[-1]) if count <= reached[0] else 0
    return step * most / _STEPS


@compiled
def _histogram(scores: Scores, scale: float) -> NDArray[np.int64]:
    """How many positive scores lie in each step; scale times the greatest is the last step."""
    steps = np.zeros(_STEPS + 1, np.int64)
    for score in scores:
        if score > 0.0:
            steps[min(int(score * scale), _STEPS)] += 1
    return steps


@compiled
def _rows_from(scores: Scores, least: float) -> Rows:
    """The rows with a positive score that may be at least this, a rounding below included."""
    rows = np.empty(len(scores), np.int64)
    found = 0
    for row in range(len(scores)):
        if scores[row] > 0.0 and scores[row] >= least * _ALMOST:
            rows[found] = row
            found += 1
    return rows[:found]
