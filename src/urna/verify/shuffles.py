"""A proof of a shuffle checked as the specification writes it, equation by equation, through libsodium alone.

Nothing here is shared with the prover or with `crypto/shuffle_check` but the group, the scalars and the way in which
parts are joined before hashing: the bytes are cut, the generators and challenges are made, and the equations are
written once more (docs/spec/secret-comparison.md, The proof; its numbers stand in the errors).
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from urna.crypto.group import add, base_times, subtract, times, total
from urna.crypto.mac import join_parts
from urna.crypto.ristretto import IDENTITY, check_point, hash_to_point
from urna.crypto.scalars import L, check_scalar, from_int, to_int
from urna.errors import Malformed, Unproven
from urna.words import Sentence

_ENCODING = 32
_NAMES = ("before", "after", "proof")


class Shuffled(NamedTuple):
    """What was published of one mixer's work, and what the verifier knows by itself."""

    context: bytes
    """32 bytes, computed by the verifier: election, rows, and the mixer's number."""
    key: bytes
    """K, from the guardians' ceremony."""
    width: int
    """Ciphertexts in a row, from the definition."""
    before: bytes
    after: bytes
    proof: bytes


class _Proof(NamedTuple):
    """A proof's points and scalars; N rows, w ciphertexts in each."""

    c: list[bytes]
    chain: list[bytes]
    t: list[bytes]
    t4: list[bytes]
    t_chain: list[bytes]
    s: list[int]
    s4: list[int]
    s_chain: list[int]
    s_order: list[int]


class _Given(NamedTuple):
    """What the equations are about."""

    key: bytes
    before: list[list[bytes]]
    """The points of each row: α, β of each ciphertext."""
    after: list[list[bytes]]
    proof: _Proof
    u: list[int]
    """Of each row of the input."""
    c: int


def check_shuffled(shuffled: Shuffled, where: str = "") -> None:
    """Returns if `after` is proven to be `before` in another order, encrypted again.

    1. Sizes, points and scalars are what they have to be.
    2. The challenges follow from what was published.
    3. The equations 1 to 5 hold.

    Raises:
        Malformed: a length, a point or a scalar is wrong, or the key is the identity.
        Unproven: an equation is false; its number is named.
    """
    count = _count(shuffled, where)
    proof = _read_proof(shuffled, count, where)
    before, after = (_read_rows(data, shuffled.width, where) for data in (shuffled.before, shuffled.after))
    given = _Given(shuffled.key, before, after, proof, *_challenges(shuffled, count, proof))
    _check_order(given, where)
    _check_columns(given, where)
    _check_chain(given, where)


# ---------------------------------------------------------------- 1: what was published


def _sizes(count: int, width: int) -> list[int]:
    return [count, count, 3, 2 * width, count, 3, width, count, count]


def _count(shuffled: Shuffled, where: str) -> int:
    """How many rows there are, if everything has the length that follows."""
    row = 2 * _ENCODING * max(shuffled.width, 1)
    count = len(shuffled.before) // row
    proof = _ENCODING * sum(_sizes(count, shuffled.width))
    found = (len(shuffled.before), len(shuffled.after), len(shuffled.proof), len(shuffled.context))
    if not count or shuffled.width < 1 or found != (count * row, count * row, proof, _ENCODING):
        raise Malformed(
            Sentence("whole rows, as many after as before, and a proof of {size} bytes", {"size": proof}),
            Sentence("{before} bytes, {after} and a proof of {proof}", dict(zip(_NAMES, found, strict=False))),
            Sentence("Ask the mixer for the files as they were written."),
            where,
        )
    if check_point(shuffled.key, where) == IDENTITY:
        raise Malformed(
            Sentence("the guardians' joint key"),
            Sentence("the identity, whose secret everybody knows"),
            Sentence("Take the key from the ceremony's record."),
            where,
        )
    return count


def _read_proof(shuffled: Shuffled, count: int, where: str) -> _Proof:
    values = _pieces(shuffled.proof, _ENCODING)
    parts = [[next(values) for _ in range(size)] for size in _sizes(count, shuffled.width)]
    points = [[check_point(each, where) for each in part] for part in parts[:5]]
    scalars = [[to_int(check_scalar(each, where)) for each in part] for part in parts[5:]]
    return _Proof(*points, *scalars)  # type: ignore[arg-type]


def _read_rows(data: bytes, width: int, where: str) -> list[list[bytes]]:
    rows = _pieces(data, 2 * _ENCODING * width)
    return [[check_point(each, where) for each in _pieces(row, _ENCODING)] for row in rows]


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


# ---------------------------------------------------------------- 2: challenges


def _challenges(shuffled: Shuffled, count: int, proof: _Proof) -> tuple[list[int], int]:
    """The u of each row of the input, and c."""
    statement = _hash(
        "statement",
        shuffled.context,
        shuffled.key,
        _number(count),
        _number(shuffled.width),
        shuffled.before,
        shuffled.after,
    )
    seed = _hash("committed", statement, b"".join(proof.c))
    u = [_scalar_hash("row", seed, _number(i)) for i in range(count)]
    commitments = (proof.chain, proof.t, proof.t4, proof.t_chain)
    return u, _scalar_hash("challenge", seed, *(b"".join(each) for each in commitments))


def _generator(number: int) -> bytes:
    return hash_to_point(hashlib.sha512(join_parts(b"urna/shuffle/1/generator", _number(number))).digest())


def _hash(name: str, *parts: bytes) -> bytes:
    return hashlib.sha256(join_parts(f"urna/shuffle/1/{name}".encode(), *parts)).digest()


def _scalar_hash(name: str, *parts: bytes) -> int:
    digest = hashlib.sha512(join_parts(f"urna/shuffle/1/{name}".encode(), *parts)).digest()
    return int.from_bytes(digest, "little") % L


def _number(number: int) -> bytes:
    return number.to_bytes(4, "big")


# ---------------------------------------------------------------- 3: equations


def _check_order(given: _Given, where: str) -> None:
    """Equations 1, 2 and 3: the commitments and the chain are of one and the same order."""
    proof, u, c = given.proof, given.u, given.c
    h = [_generator(number) for number in range(1, len(u) + 1)]
    product = 1
    for each in u:
        product = product * each % L
    committed = subtract(total(proof.c), total(h))
    _require(1, _base(proof.s[0]), add(proof.t[0], _times(c, committed)), where)
    end = subtract(proof.chain[-1], _times(product, _generator(0)))
    _require(2, _base(proof.s[1]), add(proof.t[1], _times(c, end)), where)
    left = add(_base(proof.s[2]), _combine(proof.s_order, h))
    _require(3, left, add(proof.t[2], _times(c, _combine(u, proof.c))), where)


def _check_columns(given: _Given, where: str) -> None:
    """Equation 4 for the α and the β of each column."""
    proof = given.proof
    for place, t in enumerate(proof.t4):
        base = given.key if place % 2 else _base(1)
        own = _combine(proof.s_order, [row[place] for row in given.after])
        left = subtract(own, _times(proof.s4[place // 2], base))
        other = _combine(given.u, [row[place] for row in given.before])
        _require(4, left, add(t, _times(given.c, other)), where)


def _check_chain(given: _Given, where: str) -> None:
    """Equation 5 for each link."""
    proof = given.proof
    links = [_generator(0), *proof.chain]
    for i, t in enumerate(proof.t_chain):
        left = add(_base(proof.s_chain[i]), _times(proof.s_order[i], links[i]))
        _require(5, left, add(t, _times(given.c, links[i + 1])), where)


def _require(number: int, left: bytes, right: bytes, where: str) -> None:
    if left != right:
        raise Unproven(
            Sentence("rows that are proven to be the ones before them in another order"),
            Sentence("a proof whose equation {number} is false", {"number": number}),
            Sentence("Do not use these rows; let another mixer take the rows before them."),
            where,
        )


def _combine(scalars: Iterable[int], points: Iterable[bytes]) -> bytes:
    """Σ s·P."""
    return total([_times(scalar, point) for scalar, point in zip(scalars, points, strict=True)])


def _times(scalar: int, point: bytes) -> bytes:
    return times(from_int(scalar), point)


def _base(scalar: int) -> bytes:
    return base_times(from_int(scalar))
