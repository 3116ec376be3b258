"""The index: which templates share cylinders with a finger, without looking at the others.

1. A cylinder has a key in each of many tables: the three of its ones that come first in the table's own order of
   all bits. Two cylinders of one patch of skin share most of their ones, so they share many keys; two others
   share few ones, and keys almost never (min-wise hashing: Broder, "On the resemblance and containment of
   documents", 1997; the chance is about the share of common ones, cubed).
2. A table lists, for each key, the templates with such a cylinder and its direction. Keys so common that they tell
   nothing are not listed.
3. A search looks up the keys of the probe's cylinders. Each template found gets a vote for the turn between the two
   fingers; cylinders of one finger agree on it, chance does not.
4. A template's score is its votes for the turn that most agree on, those of the neighbouring turns counted half;
   divided by its number of cylinders and a constant, since large templates gather more votes by chance.

What this loses against the exact scan is measured by `bench.search` (docs/fingerprint-search.md). A template's score
depends on the probe, the template and the plan alone, so shards that share a plan give the scores of the whole.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.blocks import LANES
from urna.biometrics.cylinders import BITS, WORDS, Cylinders
from urna.biometrics.gallery import Gallery
from urna.biometrics.kernel import compiled, ones
from urna.biometrics.scan import Probe, Scores, probe_of
from urna.errors import Malformed
from urna.words import Sentence

TABLES = 24
COMMON = 0.015
"""A key that has more cylinders than this share of the templates is not listed."""

FEW_TEMPLATES = 20_000
"""Galleries below this size list keys as if they had it."""

MAX_ROWS = 2**24
"""A posting holds the row in 24 bits and the direction in 8."""

TURN_WIDTH = 8
TURNS = 16
"""Votes are kept for sixteen turns, 8/256 of a circle wide each, from -90 to 90 degrees: beyond, no two fingers are
compared (`urna.biometrics.match.MAX_TURN`)."""

MAX_VOTES = 255
PRIOR_CYLINDERS = 30
"""The constant beside a template's cylinders in step 4."""

_MIN_KEY_BITS, _MAX_KEY_BITS = 8, 22
_QUARTER = TURNS * TURN_WIDTH // 2
_NO_KEY = np.int64(-1)
_TOGETHER = 8
_MIX_1, _MIX_2, _MIX_3 = (np.uint64(k) for k in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15))
_S27, _S30, _S31, _S64 = (np.uint64(k) for k in (27, 30, 31, 64))
_ROW, _TURN = np.uint32(8), np.uint32(255)
_WIDTH, _TURNED = np.uint64(3), np.uint64(TURNS * TURN_WIDTH)
_ONE = np.uint64(1)

Orders = NDArray[np.uint16]
Counts = NDArray[np.uint32]
Votes = NDArray[np.uint8]


class Plan(NamedTuple):
    """What all shards of a search share.

    `orders` (T, 64 · WORDS) uint16: each bit's place in each table's order; `common` (T, 2^key bits): whether a key
    is left out.
    """

    orders: Orders
    common: NDArray[np.bool_]


class HashIndex(NamedTuple):
    """The tables of one gallery.

    `starts` (T, 2^key bits + 1) uint32: where each key's postings begin, counted from the table's first, `bases` (T)
    int64; `postings` uint32: row · 256 + direction, by key and row; `sizes` (N,) int32, the templates' cylinders.
    """

    plan: Plan
    starts: NDArray[np.uint32]
    bases: NDArray[np.int64]
    postings: NDArray[np.uint32]
    sizes: NDArray[np.int32]

    def __repr__(self) -> str:
        """How many: what is in it is personal data."""
        return f"HashIndex({len(self.sizes)} templates)"


def build_index(gallery: Gallery, plan: Plan | None = None) -> HashIndex:
    """The index of a gallery.

    Args:
        gallery: the templates, at most MAX_ROWS.
        plan: of the whole that the gallery is a shard of; by default the gallery is the whole.

    Raises:
        Malformed: too many templates for one index.
    """
    _check_size(len(gallery.owners))
    plan = plan or plan_of([gallery])
    tables, keys = plan.common.shape
    starts, bases = np.zeros((tables, keys + 1), np.uint32), np.zeros(tables + 1, np.int64)
    lists = []
    for table, of_lanes in enumerate(_keys_by_table(gallery, plan.orders, keys)):
        lists.append(_listed(gallery, of_lanes, plan.common[table], starts[table]))
        bases[table + 1] = bases[table] + len(lists[-1])
    postings = np.concatenate(lists) if lists else np.zeros(0, np.uint32)
    return _frozen(HashIndex(plan, starts, bases[:-1].copy(), postings, gallery.sizes))


def plan_of(shards: Sequence[Gallery], tables: int = TABLES, common: float = COMMON) -> Plan:
    """The plan of a search over these shards together.

    Args:
        shards: the galleries, all of them; where they lie on several machines, `count_keys` of each and `plan_for`
            of the sums do the same.
        tables: how many.
        common: the share of templates from which a key tells nothing.
    """
    rows, cylinders = (sum(int(count) for count in counts) for counts in zip(*map(_measures, shards), strict=True))
    orders, bits = orders_of(tables), key_bits(cylinders)
    counts = sum((count_keys(shard, orders, bits) for shard in shards), np.zeros((tables, 1 << bits), np.uint32))
    return plan_for(orders, counts, rows, common)


def plan_for(orders: Orders, counts: Counts, rows: int, common: float = COMMON) -> Plan:
    """The plan, from how often each key comes in `rows` templates."""
    return Plan(orders, counts > common * max(rows, FEW_TEMPLATES))


def orders_of(tables: int) -> Orders:
    """Each table's order of the bits: the same on every machine, as good as drawn by lot."""
    numbers = np.arange(tables * 64 * WORDS, dtype=np.uint64).reshape(tables, -1)
    return np.argsort(np.argsort(_mixed(numbers + _ONE), axis=1, kind="stable"), axis=1).astype(np.uint16)


def key_bits(cylinders: int) -> int:
    """How long keys are, so that there are about eight cylinders for each."""
    return min(_MAX_KEY_BITS, max(_MIN_KEY_BITS, (cylinders // 8).bit_length()))


def count_keys(gallery: Gallery, orders: Orders, bits: int) -> Counts:
    """How many cylinders have each key, shape (T, 2^bits); counts of several shards may be added."""
    counts = np.zeros((len(orders), 1 << bits), np.uint32)
    for table, keys in enumerate(_keys_by_table(gallery, orders, 1 << bits)):
        counts[table] = np.bincount(keys[keys != _NO_KEY], minlength=1 << bits)
    return counts


def votes(index: HashIndex, probe: Cylinders, after: int = -1) -> Scores:
    """The score of every template of the index for a finger, shape (N,); 0 where no key is shared.

    Args:
        index: of the gallery.
        probe: the finger.
        after: only rows above this one are looked at: in a search of all against all each pair comes once.
    """
    return _scores(index, probe_of(probe), after)


@compiled
def _scores(index: HashIndex, probe: Probe, after: int) -> Scores:
    rows = len(index.sizes)
    cast = np.zeros((TURNS + 2, rows), np.uint8)
    _vote(index, probe, after, cast)
    most = np.zeros(rows, np.uint16)
    for turn in range(1, TURNS + 1):
        _raise(most, cast[turn - 1], cast[turn], cast[turn + 1])
    scores = np.empty(rows, np.float32)
    for row in range(rows):
        scores[row] = np.float32(most[row]) / np.float32(index.sizes[row] + PRIOR_CYLINDERS)
    return scores


@compiled
def _vote(index: HashIndex, probe: Probe, after: int, cast: Votes) -> None:
    """Looks up every key of every cylinder; the first and last row of `cast` stay empty."""
    tables, keys = index.plan.common.shape
    places = np.empty(BITS, np.int64)
    bounds = np.zeros((tables, 2), np.int64)
    for cylinder in range(len(probe.angles)):
        count = _list_ones(probe.bits[cylinder], places)
        for table in range(tables):  # all of a cylinder's first: memory is slow to answer, but answers many at once
            key = _key(places[:count], index.plan.orders[table], keys)
            bounds[table, :] = 0
            if key != _NO_KEY:
                bounds[table, 0] = index.bases[table] + index.starts[table, key]
                bounds[table, 1] = index.bases[table] + index.starts[table, key + 1]
        for table in range(tables):
            if bounds[table, 1] > bounds[table, 0]:
                _count(index.postings[bounds[table, 0] : bounds[table, 1]], probe.angles[cylinder], after, cast)


@compiled
def _count(postings: NDArray[np.uint32], angle: np.uint8, after: int, cast: Votes) -> None:
    """A vote for each template listed, the later rows first; no turn of more than 90 degrees counts."""
    shift = np.uint32(_QUARTER) - np.uint32(angle)
    for place in range(len(postings)):
        posting = postings[len(postings) - 1 - place]
        row = np.uint64(posting >> _ROW)
        if np.int64(row) <= after:
            break
        turn = np.uint64((posting + shift) & _TURN)
        if turn < _TURNED:
            votes = cast[(turn >> _WIDTH) + _ONE, row]
            cast[(turn >> _WIDTH) + _ONE, row] = votes + np.uint8(votes < MAX_VOTES)


@compiled
def _raise(most: NDArray[np.uint16], before: Votes, here: Votes, behind: Votes) -> None:
    """Into `most`, where it is more: twice the votes for a turn, and those of its neighbours."""
    for row in range(len(most)):
        agreed = np.uint16(np.uint16(2) * np.uint16(here[row]) + np.uint16(before[row]) + np.uint16(behind[row]))
        most[row] = max(most[row], agreed)


def _keys_by_table(gallery: Gallery, orders: Orders, keys: int) -> Iterator[NDArray[np.int32]]:
    """For each table the key of every lane of every block, -1 where it has none; shape (B · LANES,)."""
    for first in range(0, len(orders), _TOGETHER):
        yield from _keys(gallery, orders[first : first + _TOGETHER], keys)


@compiled
def _keys(gallery: Gallery, orders: Orders, keys: int) -> NDArray[np.int32]:
    """The same for some tables at once, shape (tables, B · LANES)."""
    found = np.empty((len(orders), len(gallery.bits) * LANES), np.int32)
    words, places = np.empty(WORDS, np.uint64), np.empty(BITS, np.int64)
    for lane in range(found.shape[1]):
        for word in range(WORDS):
            words[word] = gallery.bits[lane // LANES, word, lane % LANES]
        count = _list_ones(words, places)
        for table in range(len(orders)):
            found[table, lane] = _key(places[:count], orders[table], keys)
    return found


@compiled
def _listed(
    gallery: Gallery, keys: NDArray[np.int32], common: NDArray[np.bool_], starts: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """One table's postings, by key and row; where each key's begin goes into `starts`."""
    for key in keys:
        if key != _NO_KEY and not common[key]:
            starts[key + 1] += 1
    for key in range(len(common)):
        starts[key + 1] += starts[key]
    postings, filled = np.empty(starts[-1], np.uint32), starts[:-1].copy()
    for row in range(len(gallery.sizes)):
        for lane in range(gallery.offsets[row] * LANES, gallery.offsets[row + 1] * LANES):
            key = keys[lane]
            if key != _NO_KEY and not common[key]:
                postings[filled[key]] = np.uint32(row * 256 + gallery.angles[lane // LANES, lane % LANES])
                filled[key] += 1
    return postings


@compiled
def _list_ones(words: NDArray[np.uint64], places: NDArray[np.int64]) -> int:
    """The numbers of the bits that are set, into `places`; how many."""
    count = 0
    for word in range(WORDS):
        left = words[word]
        while left and count < len(places):
            lowest = left & (~left + _ONE)
            places[count] = 64 * word + np.int64(ones(lowest - _ONE))
            count += 1
            left ^= lowest
    return count


@compiled
def _key(places: NDArray[np.int64], order: NDArray[np.uint16], keys: int) -> np.int64:
    """The three ones that come first, mixed into a number below `keys`, a power of two; -1 if there are fewer."""
    first = second = third = np.int64(len(order))
    for place in places:
        rank = np.int64(order[place])
        if rank < third:
            if rank < second:
                third = second
                first, second = (rank, first) if rank < first else (first, rank)
            else:
                third = rank
    if third == len(order):
        return _NO_KEY
    mixed = np.uint64((first * 2048 + second) * 2048 + third + 1) * _MIX_3
    return np.int64(mixed >> (_S64 - ones(np.uint64(keys - 1))))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Steele, Lea and Flood's mixer (splitmix64), of numbers that follow one another."""
    state = numbers * _MIX_3
    state = (state ^ (state >> _S30)) * _MIX_1
    state = (state ^ (state >> _S27)) * _MIX_2
    return state ^ (state >> _S31)


def _measures(gallery: Gallery) -> tuple[int, int]:
    return len(gallery.sizes), int(gallery.sizes.sum())


def _check_size(rows: int) -> None:
    if rows > MAX_ROWS:
        raise Malformed(
            Sentence("at most {most} templates in an index", {"most": MAX_ROWS}),
            Sentence("{rows}", {"rows": rows}),
            Sentence("Cut the gallery into shards and give them one plan."),
        )


def _frozen(index: HashIndex) -> HashIndex:
    for column in (*index.plan, *index[1:]):
        column.setflags(write=False)
    return index
