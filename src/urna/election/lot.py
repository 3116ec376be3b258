"""The lot that anyone can draw again: the tied codes by the SHA-256 of seed, contest and code, smallest first.

The seed is public and is fixed after the votes are, by dice before witnesses for instance; otherwise whoever
chooses it would choose the winner. The same draw in a shell is in docs/seats.md.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from urna.errors import Malformed
from urna.words import Sentence

_SEED = re.compile(r"\A(?:[0-9A-Za-z._:/+=-](?:[0-9A-Za-z ._:/+=-]{0,198}[0-9A-Za-z._:/+=-])?)?\Z")


class Lot(NamedTuple):
    """The public seed of the lots of one contest; an empty seed means that none was drawn yet."""

    seed: str
    contest: str

    def ticket(self, code: str) -> str:
        """The number that a code draws: SHA-256 of "seed,contest,code" in ASCII, as 64 hexadecimal digits.

        Contest and list codes hold no comma, so no two draws share a text.
        """
        return hashlib.sha256(f"{self.seed},{self.contest},{code}".encode("ascii")).hexdigest()

    def draw(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The codes in the order in which they are drawn: the smallest ticket first."""
        return tuple(sorted(codes, key=self.ticket))


def check_seed(seed: str) -> str:
    """The seed, if it can be typed into a shell: letters, digits, inner spaces and ._:/+=- ; at most 200.

    Raises:
        Malformed: another character, a space at an end, or too long.
    """
    if not _SEED.match(seed):
        raise Malformed(
            Sentence("a seed of at most 200 letters, digits, inner spaces and ._:/+=-"),
            Sentence("{seed}", {"seed": repr(seed[:200])}),
            Sentence("Write the seed as it was read out, in these characters."),
            "lot",
        )
    return seed
