"""Contest data, such as a write-in: hidden under the guardians' second key, bound by the ballot's challenge.

    α̂ = ξ̂·G,  the key stream is SHAKE-256 over join(label, id, contest number, α̂, ξ̂·K̂),  data = padded XOR key stream

The contest number is 4 bytes big-endian, from 0; the shared point ξ̂·K̂ goes in as the Edwards encoding of its
representative, as libsodium writes it. The data are padded to the length that the shape has, so that their size says
nothing (docs/spec/protocol.md, Encrypting 4).
"""

import hashlib
from collections.abc import Iterator, Mapping

from urna.ballot.context import BallotContext
from urna.ballot.shape import POINT_BYTES, BallotShape, ContestShape
from urna.crypto.mac import join_parts
from urna.crypto.scalars import hash_to_scalar
from urna.encoding.canonical import Code
from urna.encoding.padding import pad, unpad
from urna.errors import Malformed
from urna.words import Sentence

_DATA_LABEL = b"urna/protocol/1/data"
_NONCE_LABEL = "urna/protocol/1/data-nonce"
_NUMBER_BYTES = 4


def contests_with_data(shape: BallotShape) -> Iterator[tuple[int, ContestShape]]:
    """Each contest that has data, with its number on the ballot."""
    return ((number, contest) for number, contest in enumerate(shape.contests) if contest.data_bytes)


def pad_contest_data(shape: BallotShape, data: Mapping[Code, bytes]) -> tuple[bytes, ...]:
    """The data of each contest that has some, padded; empty where nothing is given.

    Raises:
        Malformed: data of a contest that has none, or too long.
    """
    padded = {each.contest: pad(data.get(each.contest, b""), each.data_bytes) for _, each in contests_with_data(shape)}
    strange = sorted(set(data) - set(padded))
    if strange:
        raise Malformed(
            Sentence("data of contests that take data"),
            Sentence("data of contest {contest}", {"contest": strange[0]}),
            Sentence("Show the voter the ballot of the style that was activated."),
        )
    return tuple(padded.values())


def data_nonce(seed: bytes, ballot: bytes, contest: int) -> bytes:
    """The secret ξ̂ of a contest's data; contests are counted from 0."""
    return hash_to_scalar(_NONCE_LABEL, seed, ballot, _number(contest))


def hide_contest_data(ballot: bytes, contest: int, alpha_hat: bytes, shared: bytes, padded: bytes) -> bytes:
    """The data under their key stream; done twice, the data again.

    Args:
        ballot: the ballot's id.
        contest: its number on the ballot, from 0.
        alpha_hat: α̂.
        shared: the secret ξ̂·K̂, the Edwards encoding of its representative.
        padded: what is hidden.
    """
    key = join_parts(_DATA_LABEL, ballot, _number(contest), alpha_hat, shared)
    stream = hashlib.shake_256(key).digest(len(padded))
    return bytes(one ^ other for one, other in zip(padded, stream, strict=True))


def open_contest_data(
    context: BallotContext, ballot: bytes, contest: int, data: bytes, shared: bytes, *, where: str = ""
) -> bytes:
    """What the voter wrote.

    Args:
        context: of the ballot.
        ballot: the ballot's id.
        contest: its number on the ballot, from 0.
        data: all contest data of the ballot, as in its forms.
        shared: ξ̂·K̂, which the guardians compute from α̂: the Edwards encoding of its representative.
        where: the ballot, to name in an error.

    Raises:
        Malformed: the contest has no data, or they end nowhere, which a dishonest booth can write.
    """
    at = 0
    for number, each in contests_with_data(context.shape):
        end = at + POINT_BYTES + each.data_bytes
        if number == contest:
            alpha_hat, hidden = data[at : at + POINT_BYTES], data[at + POINT_BYTES : end]
            return unpad(hide_contest_data(ballot, contest, alpha_hat, shared, hidden), where)
        at = end
    raise Malformed(
        Sentence("a contest that takes data"),
        Sentence("contest number {number}", {"number": contest}),
        Sentence("Check that the definition is this election's."),
        where,
    )


def _number(contest: int) -> bytes:
    return contest.to_bytes(_NUMBER_BYTES, "big")
