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
from urna.biometrics.gallery import Gallery, cylinders_of
from urna.biometrics.match import score_cylinders
from urna.biometrics.scan import Scores, scan
from urna.biometrics.template import Template

Rows = NDArray[np.int64]


class Shortlist(NamedTuple):
    """Rows of a gallery and their filter scores, the best first; equal scores by row."""

    rows: Rows
    scores: Scores


class Candidate(NamedTuple):
    """A template that may be of the same finger: its row, its owner's number, the full score, 0 to 1."""

    row: int
    owner: int
    score: float


def shortlist(scores: Scores, count: int) -> Shortlist:
    """The rows of the highest filter scores, the best first; rows without any score are left out.

    Args:
        scores: of every row of a gallery.
        count: how many rows at most.
    """
    rows = np.flatnonzero(scores > 0)
    if len(rows) > count:
        least = np.partition(scores[rows], len(rows) - count)[len(rows) - count] if count else np.inf
        rows = rows[scores[rows] >= least]
    order = np.lexsort((rows, -scores[rows]))[:count]
    return Shortlist(rows[order].astype(np.int64), scores[rows[order]])


def merged(lists: Sequence[Shortlist], firsts: Sequence[int], count: int) -> Shortlist:
    """The short list of a whole gallery from those of its parts.

    Args:
        lists: of the parts, each of at least `count` rows if its part has so many.
        firsts: the row of the whole at which each part begins.
        count: how many rows at most.
    """
    rows = np.concatenate([each.rows + first for each, first in zip(lists, firsts, strict=True)])
    scores = np.concatenate([each.scores for each in lists])
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


def search(gallery: Gallery, index: None, probe: Template, count: int, keep: int) -> list[Candidate]:
    """Who a finger may belong to, the best first.

    Args:
        gallery: the templates of one finger position.
        index: of the gallery, None for the exact scan.
        probe: the finger.
        count: how many templates are compared in full.
        keep: how many candidates are given at most.
    """
    del index
    cylinders = encode(probe)
    return rematch(gallery, cylinders, shortlist(scan(gallery, cylinders), count).rows, keep)
