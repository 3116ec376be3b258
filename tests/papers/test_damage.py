"""Codes on thermal paper, 203 dots to the inch, with damage: what a reader still reads, and what it does not.

The table of docs/papers.md is this file's.
"""

from functools import cache

import pytest
from PIL import Image
from tests.papers.damage import Harm, all_of, bleed, crease, dead_columns, fade, rotate, speckle, stain
from tests.papers.every_paper import papers

from urna.devices.camera import codes_on
from urna.devices.escpos_picture import burn_all
from urna.devices.printer_escpos import paper_escpos
from urna.papers.paper import Codes

PAPERS = ("code-slip", "zero-report", "tally-sheet", "role-card")

SURVIVED: dict[str, Harm] = {
    "clean": lambda code: code,
    "black grows by one dot on each side": bleed(1),
    "black shrinks by one dot on each side": fade(1),
    "a dot of the head is dead": dead_columns(0.3),
    "six dots of the head are dead": dead_columns(0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
    "a crease of half a millimetre": crease(4),
    "a crease of two millimetres": crease(16),
    "2 % of the dots are wrong": speckle(0.02),
    "askew by 2 degrees": rotate(2),
    "askew by 20 degrees": rotate(20),
    "a white blot over 12 % of the code": stain(0.12),
    "a black blot over 12 % of the code": stain(0.12, fill=0),
    "bleeding, a dead dot, a crease, speckles, askew": all_of(
        bleed(1), dead_columns(0.4), crease(4), speckle(0.01), rotate(3)
    ),
}

NOT_SURVIVED: dict[str, Harm] = {
    "black grows by two dots on each side": bleed(2),
    "black shrinks by two dots on each side": fade(2),
    "15 % of the dots are wrong": speckle(0.15),
    "a white blot over 25 % of the code": stain(0.25),
}


@cache
def codes(name: str) -> list[tuple[bytes, Image.Image]]:
    """What each code of a paper carries, and its raster as the roll shows it."""
    paper = papers("es")[name]
    carried = [code.data for block in paper.blocks if isinstance(block, Codes) for code in block.codes]
    strips = [each.picture() for each in burn_all(paper_escpos(paper)).burnt if each.raster is not None]
    return list(zip(carried, map(_square, strips), strict=True))


def _square(strip: Image.Image) -> Image.Image:
    left = (strip.width - strip.height) // 2
    return strip.crop((left, 0, left + strip.height, strip.height))


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("harm", list(SURVIVED))
def test_a_damaged_code_is_read(name: str, harm: str) -> None:
    """Byte for byte what was printed."""
    for carried, picture in codes(name):
        assert codes_on(SURVIVED[harm](picture.copy())) == [carried]


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("harm", list(NOT_SURVIVED))
def test_a_code_with_too_much_damage_is_not_read_and_never_read_as_another(name: str, harm: str) -> None:
    """The paper's other copies, and the numbers in words, are for that."""
    for _, picture in codes(name):
        assert codes_on(NOT_SURVIVED[harm](picture.copy())) == []
