"""Passwords that programs guess early: leaked and common ones, words, names, dates, rows of keys, and their like.

An estimate by zxcvbn (docs/adr/0135), from lists that lie in its package: nothing is asked of any network.
"""

from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # it says no types

from urna.errors import Malformed
from urna.words import Sentence

LEAST_GUESSES = 10**8
"""Before one of these is found. Five failures in a quarter of an hour are 175,000 a year."""

PIECE_LETTERS = 32
"""Looked at together: an estimate takes half a second of them at most, and much longer of more."""


def check_not_guessable(password: str) -> None:
    """Returns if a password is not found early; raises Malformed. Of a long one, one strong piece is enough."""
    pieces = (password[start : start + PIECE_LETTERS] for start in range(0, len(password), PIECE_LETTERS))
    if all(int(zxcvbn(piece)["guesses"]) < LEAST_GUESSES for piece in pieces):
        raise Malformed(
            Sentence("a password that no guessing program tries early"),
            Sentence("one of common or leaked words, names, dates or rows of keys"),
            Sentence("Four or five words that nobody says together are good; so is a password manager's."),
        )
