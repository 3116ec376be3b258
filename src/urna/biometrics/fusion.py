"""Several fingers and several tries as one score.

An elector has up to four stored fingers, each with up to three impressions, and may lay down a finger several
times; nobody says which finger it is.

1. A laid finger's score against a stored one is its best over that one's impressions.
2. A laid finger counts for one stored finger, and a stored finger counts once.
3. The score of k fingers is the greatest sum of k such scores; each k has a threshold of its own.

The order of the tries does not matter, and a try more never lowers a score. An impostor has many ways to
choose k: `ways` counts them, so that the thresholds keep the false match rate of the whole identification.
"""

from collections.abc import Mapping, Sequence
from math import comb, perm
from typing import NamedTuple

from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.match import score_cylinders
from urna.biometrics.template import Template

MAX_FINGERS = 4
"""Fingers whose scores are added up at most: as many as are enrolled."""

MAX_IMPRESSIONS = 3
"""Stored of one finger at most."""


class StoredFinger(NamedTuple):
    """An enrolled finger: its position (ISO/IEC 19794-2, 1 right thumb to 10 left little), its impressions."""

    position: int
    templates: tuple[Template, ...]

    def __repr__(self) -> str:
        """Which finger, never its minutiae."""
        return f"StoredFinger(position={self.position}, impressions={len(self.templates)})"


def finger_score(probe: Cylinders, impressions: Sequence[Cylinders]) -> float:
    """The best score of a laid finger over a stored one's impressions, 0 to 1; 0 where there is none."""
    return max((score_cylinders(probe, impression) for impression in impressions), default=0.0)


def scores_against(probe: Template, stored: Sequence[StoredFinger]) -> tuple[float, ...]:
    """A laid finger's score against each stored one, in their order."""
    cylinders = encode(probe)
    return tuple(finger_score(cylinders, [encode(each) for each in finger.templates]) for finger in stored)


def fused_score(per_finger_scores: Mapping[int, float]) -> float:
    """The score of so many fingers: the sum over their positions."""
    return sum(per_finger_scores[position] for position in sorted(per_finger_scores))


def best_sums(tries: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The score of one finger, of two, and so on, as far as there are tries and stored fingers.

    Args:
        tries: for each try its scores against every stored finger, shape (tries, fingers); fingers at most 4.

    Returns:
        The greatest sum of k scores, no two of one try or of one stored finger, for k = 1, 2, ….
    """
    fingers = len(tries[0]) if tries else 0
    best = {0: 0.0}
    """The greatest sum by the set of stored fingers that are used, a bit each."""
    for scores in sorted(map(tuple, tries)):
        for used, total in sorted(best.items()):
            for finger in range(fingers):
                more = used | 1 << finger
                if more != used:
                    best[more] = max(best.get(more, 0.0), total + scores[finger])
    counts = range(1, min(fingers, len(tries)) + 1)
    return tuple(max(total for used, total in best.items() if used.bit_count() == count) for count in counts)


def ways(count: int, fingers: int, tries: int, impressions: int = MAX_IMPRESSIONS) -> int:
    """In how many ways an impostor may reach the threshold of `count` fingers.

    Which of the stored fingers, by which of the tries, over which impressions.

    Args:
        count: the fingers that are added up.
        fingers: stored ones.
        tries: how often a finger may be laid down in all.
        impressions: stored of each finger.
    """
    return comb(fingers, count) * perm(tries, count) * int(impressions**count)
