"""A display in millimetres: what the standard asks of sizes, turned into CSS for one screen.

    pixels per millimetre = sqrt(width² + height²) / (diagonal in inches × 25.4)

The browser runs at one CSS pixel a device pixel (`--force-device-scale-factor=1`), so `var(--mm)` is a millimetre on
this display, where CSS's own `mm` is a guess. Sizes are those of VVSG 2.0 (7.1-G text, 7.2-H/I touch targets and gaps).
"""

from math import hypot
from typing import NamedTuple

from urna.errors import Malformed
from urna.words import Sentence

CAPITAL_HEIGHT = 0.688
"""Height of a capital I over the font size in Liberation Sans, the face of every screen."""

TEXT_MILLIMETRES = {"small": 3.85, "normal": 5.0, "large": 6.7, "largest": 8.7}
"""Capital heights: the middle of the standard's four ranges, 3.5-4.2, 4.8-5.6, 6.4-7.1, 8.5-9.0 mm."""

TARGET_MILLIMETRES = 14
"""A touch target; the standard asks for 12.7."""

GAP_MILLIMETRES = 3
"""Between touch targets; the standard asks for 2.54."""


class Display(NamedTuple):
    """A screen: its name, diagonal in inches, and pixels."""

    name: str
    diagonal_inches: float
    width: int
    height: int

    @property
    def pixels_per_millimetre(self) -> float:
        """Along any side: pixels are square."""
        return hypot(self.width, self.height) / (self.diagonal_inches * 25.4)

    def css(self) -> str:
        """The style sheet that says how long a millimetre is, and the sizes that follow from it."""
        mm = self.pixels_per_millimetre
        texts = "".join(
            f"  --text-{name}: {size / CAPITAL_HEIGHT * mm:.3f}px;\n" for name, size in TEXT_MILLIMETRES.items()
        )
        return (
            f":root {{\n  --mm: {mm:.4f}px;\n  --target: {TARGET_MILLIMETRES * mm:.3f}px;\n"
            f"  --gap: {GAP_MILLIMETRES * mm:.3f}px;\n{texts}}}\n"
        )


DEFAULT = Display("15.6-inch", 15.6, 1920, 1080)
DISPLAYS = {
    each.name: each for each in (DEFAULT, Display("13.3-inch", 13.3, 1920, 1080), Display("10.1-inch", 10.1, 1280, 800))
}


def read_display(text: str) -> Display:
    """A display by its name, or as DIAGONAL:WIDTHxHEIGHT, as 17:1280x1024.

    Raises:
        Malformed: neither.
    """
    if text in DISPLAYS:
        return DISPLAYS[text]
    try:
        diagonal, _, pixels = text.partition(":")
        width, _, height = pixels.partition("x")
        display = Display(text, float(diagonal), int(width), int(height))
    except ValueError:
        display = Display(text, 0, 0, 0)
    if not (5 <= display.diagonal_inches <= 60 and 640 <= display.width <= 8000 and 480 <= display.height <= 8000):
        raise Malformed(
            Sentence("a display: {names}, or inches and pixels as 17:1280x1024", {"names": ", ".join(DISPLAYS)}),
            Sentence("{text}", {"text": text}),
            Sentence("Measure the diagonal of the screen and name it with its resolution."),
        )
    return display
