"""What happens to a code on thermal paper, done to its raster at 203 dots to the inch."""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFilter

Harm = Callable[[Image.Image], Image.Image]
QUIET_DOTS = 16


def bleed(dots: int) -> Harm:
    """Black grows by so many dots on each side: too much heat."""
    return lambda code: code.filter(ImageFilter.MinFilter(2 * dots + 1))


def fade(dots: int) -> Harm:
    """Black shrinks: too little heat, or years in the sun."""
    return lambda code: code.filter(ImageFilter.MaxFilter(2 * dots + 1))


def dead_columns(*places: float) -> Harm:
    """A dot of the head that does not burn, or several: a white column two dots wide at a share of the width."""

    def harm(code: Image.Image) -> Image.Image:
        draw = ImageDraw.Draw(code)
        for place in places:
            left = int(place * code.width)
            draw.rectangle((left, 0, left + 1, code.height), fill=255)
        return code

    return harm


def crease(dots: int) -> Harm:
    """A white fold across the code, from one edge to another."""

    def harm(code: Image.Image) -> Image.Image:
        ends = (0, int(code.height * 0.55), code.width, int(code.height * 0.62))
        ImageDraw.Draw(code).line(ends, fill=255, width=dots)
        return code

    return harm


def speckle(share: float) -> Harm:
    """So many of the dots are of the other colour."""

    def harm(code: Image.Image) -> Image.Image:
        draw, dots = Random(3), bytearray(code.tobytes())
        for at in range(len(dots)):
            if draw.random() < share:
                dots[at] = 255 - dots[at]
        return Image.frombytes("L", code.size, bytes(dots))

    return harm


def rotate(degrees: float) -> Harm:
    """The paper lies askew before the camera."""
    return lambda code: code.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=255)


def stain(share: float, fill: int = 255) -> Harm:
    """A square blot over so much of the code's area, at the middle, between its corners."""

    def harm(code: Image.Image) -> Image.Image:
        side = (share**0.5) * (code.width - 2 * QUIET_DOTS)
        left, top = code.width / 2 - side / 2, code.height / 2 - side / 2
        ImageDraw.Draw(code).rectangle((left, top, left + side, top + side), fill=fill)
        return code

    return harm


def all_of(*harms: Harm) -> Harm:
    """One after the other."""

    def harm(code: Image.Image) -> Image.Image:
        for each in harms:
            code = each(code)
        return code

    return harm
