"""What a thermal printer burns: lines and pictures of one paper, and the raster of them at 203 dots to the inch."""

from typing import NamedTuple

from PIL import Image, ImageChops

from urna.devices.escpos_stream import DOTS, Cut, Feed, Raster, Reset, Setting, Text, page_name, read_command
from urna.devices.printer_typst import line_picture

LINE_DOTS = 30
"""The height of a line of small letters, and of an empty one: 3.75 mm."""

_LETTER_DOTS = 24
_ALIGNMENTS = ("left", "center", "right")


class Burnt(NamedTuple):
    """Something that came out: its rows of dots, made into a picture only when somebody looks."""

    letters: str
    rows: int
    width: int = 1
    height: int = 1
    strong: bool = False
    inverted: bool = False
    align: str = "left"
    raster: Raster | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is burnt in these rows."""
        return self.raster is None and not self.letters.strip()

    def picture(self) -> Image.Image:
        """The rows, as wide as the paper; 0 is black."""
        strip = Image.new("L", (DOTS, self.rows), 255)
        burnt = self._burnt()
        if burnt is not None:
            left = {"left": 0, "center": (DOTS - burnt.width) // 2, "right": DOTS - burnt.width}[self.align]
            strip.paste(burnt.crop((0, 0, burnt.width, min(burnt.height, self.rows))), (left, 0))
        return strip

    def _burnt(self) -> Image.Image | None:
        if self.raster is not None:
            return _dots(self.raster)
        if not self.letters:
            return None
        line = line_picture(self.letters, self.width, self.height, strong=self.strong).convert("L")
        return ImageChops.invert(line) if self.inverted else line


class Settings:
    """How what follows is set."""

    def __init__(self) -> None:
        self._values = dict.fromkeys(("page", "bold", "align", "size", "inverted"), 0)

    def change(self, setting: Setting) -> None:
        """One setting."""
        self._values[setting.name] = setting.value

    def burn(self, command: Text | Raster | Feed) -> Burnt:
        """What the printer makes of a command."""
        align = _ALIGNMENTS[self._values["align"] % 3]
        match command:
            case Feed():
                return Burnt("", command.lines * LINE_DOTS)
            case Raster():
                return Burnt("", len(command.rows) // command.width_bytes, align=align, raster=command)
            case Text():
                return self._line(command, align)

    def _line(self, text: Text, align: str) -> Burnt:
        size = self._values["size"]
        width, height = (size >> 4) + 1, (size & 15) + 1
        letters = text.letters.decode(page_name(self._values["page"]))
        return Burnt(
            letters,
            max(LINE_DOTS, _LETTER_DOTS * height),
            width,
            height,
            strong=bool(self._values["bold"] & 1),
            inverted=bool(self._values["inverted"] & 1),
            align=align,
        )


class Slip(NamedTuple):
    """A paper as it lies in the tray."""

    burnt: tuple[Burnt, ...]
    torn: bool
    """Whether it was torn off and not cut."""

    @property
    def text(self) -> str:
        """Its lines."""
        return "\n".join(each.letters for each in self.burnt if each.raster is None)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is burnt on it."""
        return all(each.is_blank for each in self.burnt)

    @property
    def rows(self) -> int:
        """Its length in dots."""
        return sum(each.rows for each in self.burnt)

    def picture(self, most_rows: int | None = None) -> Image.Image:
        """The paper at 203 dots to the inch; at most its first rows, if so many are wanted."""
        height = self.rows if most_rows is None else min(self.rows, most_rows)
        paper = Image.new("L", (DOTS, max(1, height)), 255)
        at = 0
        for each in self.burnt:
            if at >= height:
                break
            paper.paste(each.picture(), (0, at))
            at += each.rows
        return paper

    def __repr__(self) -> str:
        """Nothing of what is on it."""
        return f"Slip(torn={self.torn})"


def burn_all(data: bytes) -> Slip:
    """The paper that a printer without any trouble makes of these bytes."""
    settings, burnt = Settings(), []
    while data and (found := read_command(data)) is not None:
        command, size = found
        data = data[size:]
        if isinstance(command, Reset):
            settings = Settings()
        elif isinstance(command, Setting):
            settings.change(command)
        elif isinstance(command, Text | Raster | Feed):
            burnt.append(settings.burn(command))
        elif isinstance(command, Cut):
            break
    return Slip(tuple(burnt), torn=False)


def _dots(raster: Raster) -> Image.Image:
    size = (raster.width_bytes * 8, len(raster.rows) // raster.width_bytes)
    return ImageChops.invert(Image.frombytes("1", size, raster.rows).convert("L"))
