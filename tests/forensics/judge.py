"""Whether what an analyst found is better than chance, told by the only one who knows the truth.

    order       Spearman's |ρ|·√(n - 1), the greatest of all orders, against the greatest of 999 shuffled truths
    moments     how many true instants are named, against the same day turned by 999 other angles

Thousands of orders are tried at once, so the best of them looks good by chance; the shuffles say how good.
"""

import zlib
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Key = Hashable
Orders = NDArray[np.float64]
"""A row for each way to put the keys into an order; a column for each key."""

SHUFFLES = 999
FEWEST = 8
"""So many keys make an order that is worth a look."""


class Clue(NamedTuple):
    """Orders of ballots, slots or people that an analyst can make."""

    name: str
    keys: Sequence[Key]
    orders: Orders
    labels: Sequence[str] = ()


class Verdict(NamedTuple):
    """What was found: the best orders beside what the best would be by chance."""

    chance: float
    best: Sequence[tuple[float, str]]

    @property
    def found(self) -> set[str]:
        """Clues that are better than chance."""
        return {name.partition(":")[0] for score, name in self.best if score > self.chance}


def judge(clues: Sequence[Clue], voter_of: Mapping[Key, int], truth: Sequence[float], seed: int = 1) -> Verdict:
    """Whether any order tells the truth.

    Args:
        clues: the analyst's.
        voter_of: whose each slot, ballot or number is.
        truth: of each voter, what is to be found out: the place in the order of the day, or the choice.
        seed: of the shuffles.
    """
    chance = np.random.default_rng(seed)
    values = np.array(truth, float)
    shuffled = np.stack([values, *(chance.permutation(values) for _ in range(SHUFFLES))])
    greatest = np.zeros(SHUFFLES)
    best: list[tuple[float, str]] = []
    for clue in clues:
        known = [at for at, key in enumerate(clue.keys) if key in voter_of]
        if len(known) < FEWEST:
            continue
        voters = [voter_of[clue.keys[at]] for at in known]
        scores = np.abs(ranks(clue.orders[:, known]) @ ranks(shuffled[:, voters]).T) * np.sqrt(len(known) - 1)
        place = int(np.argmax(scores[:, 0]))
        label = clue.labels[place] if clue.labels else str(place)
        best.append((float(scores[place, 0]), f"{clue.name}: {label} of {len(clue.orders)}"))
        greatest = np.maximum(greatest, scores[:, 1:].max(axis=0))
    return Verdict(float(greatest.max()), sorted(best, reverse=True))


def judge_moments(named: set[int], truth: Sequence[int], first: int, last: int) -> Verdict:
    """Whether the named seconds are those at which something truly happened, more than on a day that is turned."""
    chance, span = np.random.default_rng(2), last - first

    def hits(turn: int) -> int:
        turned = [first + (each - first + turn) % span for each in truth]
        return sum(not named.isdisjoint((each - 1, each, each + 1)) for each in turned)

    turns = [int(chance.integers(60, span - 60)) for _ in range(SHUFFLES)]
    return Verdict(float(max(map(hits, turns))), [(float(hits(0)), "moments")])


def ranks(rows: Orders) -> Orders:
    """Each row's ranks, equal ones sharing their mean, centred and of length one; a row of equals is zero."""
    order = np.argsort(rows, axis=1, kind="stable")
    steps = np.diff(np.take_along_axis(rows, order, axis=1), axis=1) != 0
    ends = np.ones((len(rows), 1), bool)
    place, last = np.arange(rows.shape[1]), rows.shape[1] - 1
    firsts = np.maximum.accumulate(np.where(np.hstack([ends, steps]), place, 0), axis=1)
    lasts = np.minimum.accumulate(np.where(np.hstack([steps, ends]), place, last)[:, ::-1], axis=1)[:, ::-1]
    found = np.empty(rows.shape)
    np.put_along_axis(found, order, (firsts + lasts) / 2, axis=1)
    found -= found.mean(axis=1, keepdims=True)
    length = np.sqrt((found**2).sum(axis=1, keepdims=True))
    return found / np.where(length == 0, 1, length)


def columns(rows: Sequence[bytes]) -> Orders:
    """Eight bytes at each place as a number, both ways round: a time that stands anywhere is one of them."""
    width = max(8, *map(len, rows))
    data = np.frombuffer(b"".join(row.ljust(width, b"\0") for row in rows), np.uint8).reshape(-1, width)
    windows = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(data, 8, axis=1))
    found = [windows.view(order)[..., 0].T for order in (">u8", "<u8")]
    return np.concatenate([_dense(each) for each in found])


def column_labels(rows: Sequence[bytes]) -> list[str]:
    """Names of `columns`."""
    width = max(8, *map(len, rows))
    return [f"byte {at}, {way}" for way in ("big end first", "little end first") for at in range(width - 7)]


def summaries(rows: Sequence[bytes]) -> Orders:
    """What single numbers say of a whole row of bytes."""
    measures = (sum, len, lambda row: len(zlib.compress(row, 9)), lambda row: int.from_bytes(row, "big").bit_count())
    return np.array([[float(measure(row)) for row in rows] for measure in measures])


def _dense(values: NDArray[np.uint64]) -> Orders:
    """Ranks within each row, equal values equal: numbers of 64 bits do not fit a float."""
    order = np.argsort(values, axis=1, kind="stable")
    steps = np.diff(np.take_along_axis(values, order, axis=1), axis=1) != 0
    places = np.concatenate([np.zeros((len(values), 1)), np.cumsum(steps, axis=1)], axis=1)
    found = np.empty(values.shape)
    np.put_along_axis(found, order, places, axis=1)
    return found
