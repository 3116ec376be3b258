"""A challenged ballot: opened by its nonces, so that anyone encrypts it again and compares.

Its voter asked the machine to show that it had encrypted what was chosen. The machine was bound to the ciphertext
before it knew; the ballot is void, and its nonces are published. No cast ballot is ever opened like this.
"""

from collections.abc import Sequence

from urna.ballot.context import BallotContext
from urna.ballot.encryption import check_votes, option_nonces
from urna.ballot.forms import EncryptedBallot
from urna.ballot.published import OpenedBallot, OpenedOption
from urna.crypto.elgamal import encrypt, read_ciphertexts
from urna.crypto.scalars import check_scalar
from urna.errors import Unproven
from urna.words import Sentence


def open_ballot(context: BallotContext, seed: bytes, ballot: bytes, votes: Sequence[int]) -> OpenedBallot:
    """The challenged ballot with what it says and the nonces that show it.

    Args:
        context: of the ballot's station and style.
        seed: the ballot's seed, from its opening.
        ballot: its id.
        votes: for each option of the ballot, in the order of the shape.

    Raises:
        Malformed: votes that no proof could speak for.
    """
    check_votes(context, votes)
    names = [(each.contest, option) for each in context.shape.contests for option in each.options]
    nonces = option_nonces(context.shape, seed, ballot)
    return OpenedBallot(
        id=ballot.hex(),
        options=tuple(
            OpenedOption(contest=contest, option=option, votes=count, nonce=nonce.hex())
            for (contest, option), count, nonce in zip(names, votes, nonces, strict=True)
        ),
    )


def check_opened(context: BallotContext, encrypted: EncryptedBallot, opened: OpenedBallot, where: str = "") -> None:
    """Returns if the ballot was encrypted as it is opened.

    1. It is the ballot of this id, with every option of the style once and in order.
    2. Its votes are votes that the style allows.
    3. Each option encrypted again under its nonce is its ciphertext.

    Args:
        context: of the ballot's station and style.
        encrypted: the ballot; its proofs are checked elsewhere, as every ballot's.
        opened: what the station published.
        where: the ballot, to name in an error.

    Raises:
        Unproven: another ballot or style, or an option holds something else than was published.
        Malformed: more votes than the style allows, or a nonce that is not a canonical scalar.
    """
    _check_options(context, encrypted, opened, where)
    check_votes(context, [each.votes for each in opened.options], where)
    for option, ciphertext in zip(opened.options, read_ciphertexts(encrypted.ciphertexts), strict=True):
        nonce = check_scalar(bytes.fromhex(option.nonce), where)
        if encrypt(context.votes_key, option.votes, nonce) != ciphertext:
            raise Unproven(
                Sentence(
                    "{votes} votes in contest {contest}, option {option}",
                    {"votes": option.votes, "contest": option.contest, "option": option.option},
                ),
                Sentence("a ciphertext of something else"),
                Sentence("The booth did not encrypt what it says: stop using it, and call the authority."),
                where,
            )


def _check_options(context: BallotContext, encrypted: EncryptedBallot, opened: OpenedBallot, where: str) -> None:
    expected = [(each.contest, option) for each in context.shape.contests for option in each.options]
    found = [(each.contest, each.option) for each in opened.options]
    if opened.id != encrypted.ballot.hex() or found != expected:
        raise Unproven(
            Sentence(
                "ballot {ballot} with every option of style {style} once and in order",
                {"ballot": encrypted.ballot.hex(), "style": context.shape.style},
            ),
            Sentence("ballot {ballot} with {count} options", {"ballot": opened.id, "count": len(found)}),
            Sentence("Ask the station's authority for the opening of this ballot."),
            where,
        )
