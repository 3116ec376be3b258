"""The sealed opening: what a ballot box slot keeps of a vote, readable with the closing key alone.

An opening is the ballot's id with its selections, and in an encrypted election the seed that all its nonces follow
from. It is padded to one length for the whole election, so that its size says nothing of what is in it; then sealed to
the station's closing key, whose private half is not in the machine while people vote.
"""

from collections.abc import Iterator

from urna.ballot.selections import ContestSelections, Selections, check_selections
from urna.crypto.sealing import OVERHEAD_BYTES, SealingKey, seal
from urna.election.definition import BallotStyle, Contest, Election
from urna.encoding.canonical import BallotId, Hash, PublicKey, decode, encode
from urna.encoding.padding import END, pad, unpad
from urna.encoding.secret import Secret
from urna.errors import Malformed
from urna.words import Sentence

_GRAIN_BYTES = 64


class Opening(Secret, frozen=True, kw_only=True, omit_defaults=True):
    """A ballot's id, what it says, and what opens its ciphertext."""

    ballot: BallotId
    selections: Selections
    seed: Hash | None = None
    """32 bytes; None in an election without guardians."""


def padded_bytes(election: Election) -> int:
    """The length of every padded opening of the election.

    It is that of the longest possible one with its end mark, in whole grains of 64 bytes.
    """
    longest = max((len(encode(each)) for each in _longest_openings(election)), default=0)
    return -(-(longest + len(END)) // _GRAIN_BYTES) * _GRAIN_BYTES


def sealed_bytes(election: Election) -> int:
    """The length of every sealed opening of the election."""
    return padded_bytes(election) + OVERHEAD_BYTES


def seal_opening(opening: Opening, size: int, closing_key: PublicKey, ephemeral_secret: bytes) -> bytes:
    """The opening, padded and sealed.

    Args:
        opening: a ballot with selections that `choose` made.
        size: `padded_bytes` of the election.
        closing_key: the public half of the station's closing key.
        ephemeral_secret: 32 fresh random bytes.
    """
    return seal(closing_key, pad(encode(opening), size), ephemeral_secret)


def unseal_opening(election: Election, sealed: bytes, closing_key: SealingKey, where: str = "") -> Opening:
    """The opening, its selections checked against the definition.

    Raises:
        Unproven: sealed to another key, or changed.
        Malformed: what was sealed is not an opening of this election.
    """
    opening = decode(unpad(closing_key.unseal(sealed, where), where), Opening, where)
    if election.is_encrypted != (opening.seed is not None):
        raise Malformed(
            Sentence("an opening with a seed, if and only if the definition has guardians"),
            Sentence("another one"),
            Sentence("Check that the definition is the one the box was made for."),
            where,
        )
    check_selections(election, opening.selections)
    return opening


def _longest_openings(election: Election) -> Iterator[Opening]:
    seed = "0" * 64 if election.is_encrypted else None
    for style in election.definition.styles:
        yield Opening(ballot="0" * 32, selections=_longest_selections(election, style), seed=seed)


def _longest_selections(election: Election, style: BallotStyle) -> Selections:
    return Selections(
        style=style.code,
        contests=tuple(
            ContestSelections(contest=contest.code, options=_longest_options(contest))
            for contest in election.contests_of_style(style.code)
        ),
    )


def _longest_options(contest: Contest) -> tuple[str, ...]:
    codes = sorted((option.code for option in contest.options), key=len, reverse=True)
    return tuple(codes[: contest.votes_allowed])
