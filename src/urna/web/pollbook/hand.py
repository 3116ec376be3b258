"""Two drawn hands that show which fingers are enrolled: shape, mark and word, never colour alone."""

from collections.abc import Collection
from typing import NamedTuple

from urna.words import N_

FINGER_WORDS = {
    1: N_("right thumb"),
    2: N_("right index finger"),
    3: N_("right middle finger"),
    4: N_("right ring finger"),
    5: N_("right little finger"),
    6: N_("left thumb"),
    7: N_("left index finger"),
    8: N_("left middle finger"),
    9: N_("left ring finger"),
    10: N_("left little finger"),
}
"""As ISO/IEC 19794-2 numbers them."""

_LEFT = {10: (14, 62), 9: (38, 36), 8: (62, 26), 7: (86, 38), 6: (122, 92)}
"""Where the tips are, in a drawing of 300 x 190: the backs of two hands that lie on the table, thumbs inside."""

WIDTH, HEIGHT, TIP = 300, 190, 11


class Tip(NamedTuple):
    """One finger of the drawing: from the palm to its tip."""

    x: int
    y: int
    from_x: int
    from_y: int
    is_enrolled: bool
    word: str


def tips(enrolled: Collection[int]) -> tuple[Tip, ...]:
    """All ten, the left hand first."""
    return tuple(_tip(position, x, y, position in enrolled) for position, (x, y) in _places().items())


def _places() -> dict[int, tuple[int, int]]:
    """The right hand is the left one in a mirror."""
    return {**_LEFT, **{position - 5: (WIDTH - x, y) for position, (x, y) in reversed(_LEFT.items())}}


def _tip(position: int, x: int, y: int, is_enrolled: bool) -> Tip:
    is_left, is_thumb = position > 5, position in {1, 6}
    from_x = {True: 64, False: WIDTH - 64}[is_left] + (x - {True: 64, False: WIDTH - 64}[is_left]) // 2
    return Tip(x, y, from_x, 140 if is_thumb else 118, is_enrolled, FINGER_WORDS[position])
