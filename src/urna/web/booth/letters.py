"""How wide a text is before the browser draws it, and how many lines it takes. Lengths are in em of the text size.

Widths are the advances of Liberation Sans Bold, the wider of the two faces that the screens use; an accent is as wide
as its letter. `tests/booth_face/test_letters.py` compares them with what the browser measures.
"""

import unicodedata
from types import MappingProxyType

SPACE = 0.278
UNKNOWN = 1.02
"""A letter that is not in the table: as wide as the widest of them."""

_BY_WIDTH = MappingProxyType(
    {
        0.238: "'",
        0.28: "ijlI.,·/’|",
        0.333: "ft:;!()[]-",
        0.389: "r",
        0.475: '"',
        0.5: "z“”",
        0.556: "aceksvxyJ0123456789«»–",
        0.585: "+",
        0.611: "bdghnopquFLTZ?",
        0.667: "EPSVXY",
        0.723: "ABCDHKNRU&",
        0.778: "wGOQ",
        0.834: "M",
        0.89: "m%",
        0.944: "W",
        1.0: "…—",
    }
)
_WIDTHS = MappingProxyType({letter: width for width, letters in _BY_WIDTH.items() for letter in letters})


def line_count(text: str, width: float) -> int:
    """Lines that a text takes in this width: words go to the next line whole, unless longer than one."""
    lines, used = 1 if text else 0, 0.0
    for word in text.split():
        length = text_width(word)
        if used and used + SPACE + length > width:
            lines, used = lines + 1, 0.0
        used += length + (SPACE if used else 0)
        while used > width > 0.9:
            lines, used = lines + 1, used - width
    return lines


def longest_word(text: str) -> float:
    """Width of the longest word."""
    return max(map(text_width, text.split()), default=0.0)


def text_width(text: str) -> float:
    """Width of a text in bold letters."""
    return sum(SPACE if letter == " " else _width(letter) for letter in text)


def _width(letter: str) -> float:
    return _WIDTHS.get(unicodedata.normalize("NFD", letter)[0], UNKNOWN)
