"""Encrypting a ballot and proving that it is one (docs/spec/protocol.md, Encrypting).

Seed, nonces, votes and everything drawn here are secret until they are published: they go through SHA-512 and
libsodium in constant time, and the same calls are made for every vote. Which branch of a proof is the true one is an
index into lists of Python, which is as much as Python can do (docs/spec/security.md, Constant time and memory).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

from urna.ballot.contest_data import contests_with_data, data_nonce, hide_contest_data, pad_contest_data
from urna.ballot.context import BallotContext
from urna.ballot.forms import EncryptedBallot, ballot_challenge
from urna.ballot.selections import Selections
from urna.ballot.shape import BallotShape
from urna.ballot.stored import ID_BYTES
from urna.crypto import scalars
from urna.crypto.group import base_edwards, encode_all
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.words import Sentence

SEED_BYTES = 32

Entropy = Callable[[int], bytes]
"""Fresh uniformly random bytes, so many."""

_NONCE_LABEL = "urna/protocol/1/nonce"
_NUMBER_BYTES = 4
_MOST = 100
_SMALL = tuple(scalars.from_int(number) for number in range(-_MOST, _MOST + 1))
"""The scalars -100 … 100."""


def option_votes(shape: BallotShape, selections: Selections) -> tuple[int, ...]:
    """Votes for each option of the whole ballot, in the order of the shape: 1 for a selected one, else 0.

    Raises:
        Malformed: selections of another style. They are not named.
    """
    contests = {each.contest: frozenset(each.options) for each in selections.contests}
    votes = [option in contests.get(each.contest, ()) for each in shape.contests for option in each.options]
    selected = sum(len(each.options) for each in selections.contests)
    if selections.style != shape.style or len(selections.contests) != len(shape.contests) or sum(votes) != selected:
        raise _refused(Sentence("selections of ballot style {style}", {"style": shape.style}))
    return tuple(map(int, votes))


def option_nonce(seed: bytes, ballot: bytes, contest: int, option: int) -> bytes:
    """The secret nonce ξ of an option.

    Args:
        seed: the ballot's seed, 32 bytes.
        ballot: the ballot's id, 16 bytes.
        contest: the contest's number on the ballot, from 0.
        option: the option's number in the contest, from 0.
    """
    return scalars.hash_to_scalar(_NONCE_LABEL, seed, ballot, _number(contest), _number(option))


def option_nonces(shape: BallotShape, seed: bytes, ballot: bytes) -> tuple[bytes, ...]:
    """The secret nonces of all options of a ballot, in the order of the shape."""
    return tuple(
        option_nonce(seed, ballot, contest, option)
        for contest, each in enumerate(shape.contests)
        for option in range(len(each.options))
    )


def sum_nonces(nonces: Sequence[bytes]) -> bytes:
    """Their sum modulo L, which opens the sum of their ciphertexts; 0 of none."""
    return reduce(scalars.add, nonces, scalars.ZERO)


def encrypt_ballot(
    context: BallotContext,
    votes: Sequence[int],
    ballot: bytes,
    seed: bytes,
    entropy: Entropy,
    *,
    data: Mapping[Code, bytes] | None = None,
) -> EncryptedBallot:
    """The ballot with its proofs.

    1. Refuse votes that no proof can speak for, before anything is made.
    2. Draw all that the proofs hide behind; the nonces follow from the seed.
    3. Compute all points, and encode them in one batch.
    4. Hide the contest data.
    5. Compute the challenge over everything, and the responses to it.

    Args:
        context: of the station and style.
        votes: for each option of the ballot, in the order of the shape.
        ballot: the ballot's id, 16 random bytes, never used before.
        seed: 32 random bytes, which open the ballot; never used before.
        entropy: fresh random bytes.
        data: contest data by contest, in contests that take some.

    Raises:
        Malformed: more votes than an option, choice or contest takes; an id or seed of another length; data that do
            not fit. What was voted is not named.
    """
    check_votes(context, votes)
    _check_sizes(ballot, seed)
    padded = pad_contest_data(context.shape, data or {})
    witness = _draw(context, votes, (ballot, seed), entropy)
    points = _points(context, votes, witness)
    hidden = _hide(context, ballot, points.alpha_hats, witness.data_nonces, padded)
    ciphertexts, commitments = b"".join(points.ciphertexts), b"".join(points.commitments)
    c = ballot_challenge(context, ballot, ciphertexts, hidden, commitments)
    responses = b"".join(_respond(witness, c))
    return EncryptedBallot(ballot, c, ciphertexts, hidden, responses, commitments)


def check_votes(context: BallotContext, votes: Sequence[int], where: str = "") -> None:
    """Returns if proofs exist for these votes.

    Args:
        context: of the station and style.
        votes: for each option of the ballot, in the order of the shape.
        where: the ballot, to name in an error.

    Raises:
        Malformed: not one number for each option, a negative one, or more than an option, choice or contest takes.
    """
    if len(votes) != context.shape.options:
        raise _refused(Sentence("votes for {count} options", {"count": context.shape.options}), where)
    for limit, over, name in zip(context.shape.proof_limits, context.proof_sums, context.proof_names, strict=True):
        if not 0 <= sum(votes[option] for option in over) <= limit:
            raise _refused(Sentence("0 to {limit} votes", {"limit": limit}), f"{where}: {name}" if where else name)


class _RangeProof(NamedTuple):
    """What the prover knows of one range proof: 0 ≤ m ≤ R in the ciphertext whose nonce is ξ."""

    m: int
    nonce: bytes
    parts: tuple[bytes, ...]
    """c_0 … c_R, drawn; 0 in the true branch, whose part is known only when the challenge is."""
    draws: tuple[bytes, ...]
    """v_0 … v_R in the false branches, u in the true one."""


class _Witness(NamedTuple):
    """Everything that the prover of one ballot knows and nobody else."""

    nonces: tuple[bytes, ...]
    """ξ of each option."""
    proofs: tuple[_RangeProof, ...]
    data_nonces: tuple[bytes, ...]
    """ξ̂ of each contest with data."""
    data_draws: tuple[bytes, ...]
    """û of each contest with data."""


class _Points(NamedTuple):
    """The public points of a ballot, encoded."""

    ciphertexts: list[bytes]
    alpha_hats: list[bytes]
    commitments: list[bytes]


def _draw(context: BallotContext, votes: Sequence[int], opening: tuple[bytes, bytes], entropy: Entropy) -> _Witness:
    """The nonces that follow from id and seed, and what the proofs hide behind.

    How much is drawn depends on the shape alone.
    """
    ballot, seed = opening
    shape = context.shape
    nonces = option_nonces(shape, seed, ballot)
    count = sum(2 * limit + 1 for limit in shape.proof_limits) + shape.data_proofs
    drawn = _scalars(entropy(scalars.WIDE_BYTES * count))
    proofs = []
    for limit, over in zip(shape.proof_limits, context.proof_sums, strict=True):
        m = sum(votes[option] for option in over)
        parts = [next(drawn) for _ in range(limit)]
        parts.insert(m, scalars.ZERO)
        draws = tuple(next(drawn) for _ in range(limit + 1))
        proofs.append(_RangeProof(m, sum_nonces([nonces[option] for option in over]), tuple(parts), draws))
    data_nonces = tuple(data_nonce(seed, ballot, number) for number, _ in contests_with_data(shape))
    return _Witness(nonces, tuple(proofs), data_nonces, tuple(drawn))


def _points(context: BallotContext, votes: Sequence[int], witness: _Witness) -> _Points:
    """All points of the ballot. They are public, so they are encoded in a kernel, all at once."""
    ciphertexts = [(nonce, scalars.add(nonce, _small(m))) for nonce, m in zip(witness.nonces, votes, strict=True)]
    commitments = [pair for proof in witness.proofs for pair in _commit(proof)]
    groups = [
        _edwards_pairs(context, ciphertexts),
        list(map(base_edwards, witness.data_nonces)),
        [*_edwards_pairs(context, commitments), *map(base_edwards, witness.data_draws)],
    ]
    encoded = iter(encode_all([point for group in groups for point in group]))
    return _Points(*([next(encoded) for _ in group] for group in groups))


def _edwards_pairs(context: BallotContext, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """The points x·G, y·K of each pair of scalars."""
    key = context.votes_key
    return [point for x, y in pairs for point in (base_edwards(x), key.edwards_times(y))]


def _hide(
    context: BallotContext,
    ballot: bytes,
    alpha_hats: Sequence[bytes],
    data_nonces: Sequence[bytes],
    padded: Sequence[bytes],
) -> bytes:
    """All contest data of the ballot: α̂ and the hidden bytes of each. The shared points stay secret."""
    numbers = (number for number, _ in contests_with_data(context.shape))
    shared = map(context.data_key.edwards_times, data_nonces) if data_nonces else ()
    return b"".join(
        alpha_hat + hide_contest_data(ballot, number, alpha_hat, point, data)
        for number, alpha_hat, point, data in zip(numbers, alpha_hats, shared, padded, strict=True)
    )


# Algorithms (ElectionGuard 2.1.0, 3.3.5, over ristretto255; Cramer, Damgård, Schoenmakers 1994)


def _commit(proof: _RangeProof) -> Iterator[tuple[bytes, bytes]]:
    """The scalars of a_j to G and of b_j to K.

    The prover knows ξ, so that what a verifier computes as v·G + c·A and (v - j·c)·K + c·B is one multiple each:

        a_j = (v_j + c_j·ξ)·G        b_j = (v_j + c_j·ξ + c_j·(m - j))·K

    In the true branch c_j stands at 0 and v_j at u, so this gives u·G and u·K by the same calls.
    """
    xi = proof.nonce
    for j, (c, v) in enumerate(zip(proof.parts, proof.draws, strict=True)):
        a = scalars.add(v, scalars.mul(c, xi))
        yield a, scalars.add(a, scalars.mul(c, _small(proof.m - j)))


def _respond(witness: _Witness, c: bytes) -> Iterator[bytes]:
    """The responses of all proofs, in the order of the ballot's forms."""
    for proof in witness.proofs:
        yield from _respond_range(proof, c)
    for u, nonce in zip(witness.data_draws, witness.data_nonces, strict=True):
        yield _response(u, c, nonce)


def _respond_range(proof: _RangeProof, c: bytes) -> Iterator[bytes]:
    """c_0 … c_(R-1), v_0 … v_R: the true branch takes the rest of the challenge, v = u - c_m·ξ; the others take 0."""
    rest = reduce(scalars.sub, proof.parts, c)
    more = [scalars.ZERO] * len(proof.parts)
    more[proof.m] = rest
    yield from (scalars.add(part, extra) for part, extra in zip(proof.parts[:-1], more[:-1], strict=True))
    yield from (_response(v, extra, proof.nonce) for v, extra in zip(proof.draws, more, strict=True))


def _response(u: bytes, c: bytes, nonce: bytes) -> bytes:
    return scalars.sub(u, scalars.mul(c, nonce))


def _small(number: int) -> bytes:
    return _SMALL[number + _MOST]


def _scalars(uniform: bytes) -> Iterator[bytes]:
    size = scalars.WIDE_BYTES
    return (scalars.reduce_wide(uniform[at : at + size]) for at in range(0, len(uniform), size))


def _number(number: int) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big")


def _check_sizes(ballot: bytes, seed: bytes) -> None:
    if (len(ballot), len(seed)) != (ID_BYTES, SEED_BYTES):
        raise Malformed(
            Sentence("an id of {id} bytes and a seed of {seed}", {"id": ID_BYTES, "seed": SEED_BYTES}),
            Sentence("{id} bytes and {seed}", {"id": len(ballot), "seed": len(seed)}),
            Sentence("Draw them from the system's random bytes."),
        )


def _refused(expected: Sentence, where: str = "") -> Malformed:
    return Malformed(
        expected,
        Sentence("others"),
        Sentence("Do not use this ballot; call the technician and keep the medium."),
        where,
    )
