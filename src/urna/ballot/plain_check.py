"""Checking one ballot equation by equation through libsodium: slow, plain, and without a random number.

It is the second opinion on `crypto/box_check`, which checks the same equations of a whole box at once; both give the
same verdict (docs/spec/protocol.md, Verifying a box 4).
"""

from urna.ballot.context import BallotContext
from urna.ballot.equations import cut, equations, read_statement
from urna.ballot.forms import EncryptedBallot, read_committed
from urna.crypto.ristretto import to_edwards
from urna.crypto.scalars import check_scalar
from urna.errors import Unproven
from urna.words import Sentence


def check_ballot_plainly(context: BallotContext, committed: bytes, where: str = "") -> None:
    """Returns if every proof of the ballot holds.

    1. Cut the committed form, and compute the challenge from it.
    2. Every scalar and every point is canonical.
    3. Every commitment is the one that its response belongs to.

    Args:
        context: of the ballot's station and style, computed from the definition and the guardians' keys.
        committed: the ballot's committed form.
        where: the ballot, to name in an error.

    Raises:
        Malformed: another length, or something in it is not the canonical encoding of a point or scalar.
        Unproven: a false equation; its contest, option, choice or limit, and its branch are named.
    """
    encrypted = read_committed(context, committed, where)
    for scalar in cut(encrypted.responses):
        check_scalar(scalar, where)
    _check_equations(context, encrypted, where)


def _check_equations(context: BallotContext, encrypted: EncryptedBallot, where: str) -> None:
    """Compares Edwards encodings of representatives, one each for a point: equal if and only if the points are."""
    statement = read_statement(context, encrypted.ciphertexts, encrypted.data, where)
    right = equations(context, statement, encrypted.responses, encrypted.challenge)
    commitments = [to_edwards(point, where) for point in cut(encrypted.commitments)]
    for (name, expected), found in zip(right, commitments, strict=True):
        if expected != found:
            raise Unproven(
                Sentence("a proof that holds ({name})", {"name": name}),
                Sentence("a commitment that does not belong to its response"),
                Sentence("Treat this ballot as forged, and tell the authority."),
                where,
            )
