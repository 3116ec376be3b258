"""SHA-256 of many texts that differ in a number at their end: "…,1", "…,2" and so on (FIPS 180-4). Public data only.

`hashlib` needs more time for the call than for the hash; here 32 texts are hashed side by side, and what all of
them begin with is hashed once. The results are those of `hashlib`, which stays the one that everything else uses.
"""

import itertools
from collections.abc import Iterator
from math import isqrt
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels.compiler import compiled, inlined

Words: TypeAlias = npt.NDArray[np.uint32]

DIGEST_WORDS = 8
MAX_NUMBER = 10**18
"""Numbers are below it."""

_LANES = 32
_BLOCK_WORDS = 16
_BLOCK_BYTES = 64
_ROUNDS = 64
_ONES = np.uint32(0xFFFFFFFF)
_ZERO = ord("0")


def _primes() -> Iterator[int]:
    return (n for n in itertools.count(2) if all(n % d for d in range(2, isqrt(n) + 1)))


def _cube_root(number: int) -> int:
    """Rounded down."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle - 1)
    return low


# FIPS 180-4 §4.2.2 and §5.3.3: the first 32 bits of the fractional parts of roots of primes.
_K = np.array([_cube_root(p << 96) % 2**32 for p in itertools.islice(_primes(), _ROUNDS)], np.uint32)
_START = np.array([isqrt(p << 64) % 2**32 for p in itertools.islice(_primes(), DIGEST_WORDS)], np.uint32)


class _Room(NamedTuple):
    """Where 32 texts are hashed side by side: word w of text t stands at 16·w + t in each array."""

    states: Words
    """Eight words a text: H."""
    schedule: Words
    """64 words a text: W, of which the first 16 are the block."""
    work: Words
    """Eight words a text: a to h."""


def sha256_numbered(prefix: bytes, first: int, count: int) -> Words:
    """SHA-256 of prefix + number, for `count` numbers from `first` on.

    1. Part the numbers by how many digits they have: texts of one length differ in these digits alone.
    2. Hash the whole blocks of the prefix, once.
    3. Hash the rest, 32 texts at a time.

    Args:
        prefix: what each text begins with.
        first: 0 or more; numbers are written in decimal ASCII digits, without leading zeros.
        count: how many; first + count is at most 10^18.

    Returns:
        Shape (count, 8): the digests, each as eight big-endian words.
    """
    if first < 0 or count < 0 or first + count > MAX_NUMBER:
        raise ValueError(f"numbers from {first}, {count} of them")
    found = np.empty((count, DIGEST_WORDS), np.uint32)
    room = _Room(*(np.empty(_LANES * words, np.uint32) for words in (DIGEST_WORDS, _ROUNDS, DIGEST_WORDS)))
    start, end = first, first + count
    while start < end:
        digits = len(str(start))
        stop = min(end, 10**digits)
        whole = len(prefix) // _BLOCK_BYTES * _BLOCK_BYTES
        state = _absorbed(prefix[:whole], room)
        rest = _words(_padded(prefix + bytes(digits))[whole:])
        _hash_numbers(state, rest, len(prefix) - whole, digits, start, found[start - first : stop - first], room, _K)
        start = stop
    return found


def digest_of(words: Words) -> bytes:
    """The digest that eight words are, as `hashlib` gives it."""
    return words.astype(">u4").tobytes()


def _padded(text: bytes) -> bytes:
    """FIPS 180-4 §5.1.1: a one bit, zeros, and the length in bits, up to whole blocks."""
    return text + b"\x80" + bytes(-(len(text) + 9) % _BLOCK_BYTES) + (8 * len(text)).to_bytes(8, "big")


def _words(data: bytes) -> Words:
    return np.frombuffer(data, ">u4").astype(np.uint32)


def _absorbed(whole_blocks: bytes, room: _Room) -> Words:
    """The state, eight words, to which some whole blocks lead."""
    room.states[:] = np.repeat(_START, _LANES)
    blocks = _words(whole_blocks)
    for start in range(0, len(blocks), _BLOCK_WORDS):
        room.schedule[: _BLOCK_WORDS * _LANES] = np.repeat(blocks[start : start + _BLOCK_WORDS], _LANES)
        _compress(room, _K)
    return room.states[::_LANES].copy()


@inlined
def _turned(word: np.uint32, bits: int) -> np.uint32:
    """ROTR: turned to the right by some bits."""
    return np.uint32(word >> np.uint32(bits)) | np.uint32(word << np.uint32(32 - bits))


@compiled
def _compress(room: _Room, constants: Words) -> None:
    """One block of each text: FIPS 180-4 §6.2.2, with its letters."""
    states, schedule, work = room
    for place in range(16 * _LANES, _ROUNDS * _LANES, _LANES):
        for at in range(place, place + _LANES):
            early, late = schedule[at - 15 * _LANES], schedule[at - 2 * _LANES]
            sigma0 = _turned(early, 7) ^ _turned(early, 18) ^ (early >> np.uint32(3))
            sigma1 = _turned(late, 17) ^ _turned(late, 19) ^ (late >> np.uint32(10))
            schedule[at] = sigma1 + schedule[at - 7 * _LANES] + sigma0 + schedule[at - 16 * _LANES]
    for at in range(DIGEST_WORDS * _LANES):
        work[at] = states[at]
    for t in range(_ROUNDS):
        # a to h stay where they are; from round to round their names move on by one.
        a, b, c, d = (-t & 7) * _LANES, (1 - t & 7) * _LANES, (2 - t & 7) * _LANES, (3 - t & 7) * _LANES
        e, f, g, h = (4 - t & 7) * _LANES, (5 - t & 7) * _LANES, (6 - t & 7) * _LANES, (7 - t & 7) * _LANES
        for lane in range(_LANES):
            x, y, z = work[e + lane], work[f + lane], work[g + lane]
            chosen = (x & y) ^ ((x ^ _ONES) & z)
            sum1 = _turned(x, 6) ^ _turned(x, 11) ^ _turned(x, 25)
            t1 = np.uint32(work[h + lane] + sum1 + chosen + constants[t] + schedule[t * _LANES + lane])
            x, y, z = work[a + lane], work[b + lane], work[c + lane]
            majority = (x & y) ^ (x & z) ^ (y & z)
            sum0 = _turned(x, 2) ^ _turned(x, 13) ^ _turned(x, 22)
            work[d + lane] += t1
            work[h + lane] = t1 + sum0 + majority
    for at in range(DIGEST_WORDS * _LANES):
        states[at] += work[at]


@compiled
def _hash_numbers(  # noqa: PLR0917 - a kernel is called by place
    state: Words, rest: Words, place: int, digits: int, first: int, found: Words, room: _Room, constants: Words
) -> None:
    """Fills `found` with the digests for the numbers from `first` on, all of so many digits.

    Args:
        state: eight words, after the blocks that all texts begin with.
        rest: the other blocks, 16 words each, with zero bytes where the digits stand.
        place: of the first digit in `rest`, in bytes.
        digits: of every number.
        first: the first number.
        found: shape (numbers, 8).
        room: to work in.
        constants: K.
    """
    states, schedule, _ = room
    for start in range(0, len(found), _LANES):
        for at in range(DIGEST_WORDS * _LANES):
            states[at] = state[at // _LANES]
        for block in range(0, len(rest), _BLOCK_WORDS):
            for at in range(_BLOCK_WORDS * _LANES):
                schedule[at] = rest[block + at // _LANES]
            for lane in range(_LANES):
                _write_digits(schedule, lane, first + start + lane, place - 4 * block, digits)
            _compress(room, constants)
        for lane in range(min(_LANES, len(found) - start)):
            for word in range(DIGEST_WORDS):
                found[start + lane, word] = states[word * _LANES + lane]


@inlined
def _write_digits(schedule: Words, lane: int, number: int, place: int, digits: int) -> None:
    """The digits of a number, the first at byte `place` of the lane's block, as far as they lie in it."""
    for at in range(place + digits - 1, place - 1, -1):
        if 0 <= at < _BLOCK_BYTES:
            word = np.uint32(_ZERO + number % 10) << np.uint32(24 - 8 * (at & 3))
            schedule[(at >> 2) * _LANES + lane] |= word
        number //= 10
