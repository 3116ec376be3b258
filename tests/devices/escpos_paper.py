"""A thermal printer for tests: it obeys ESC/POS bytes and gives back the text and the pictures on the paper.

Written from Epson's command reference, not from python-escpos. A command that it does not know is an error.
"""

from dataclasses import dataclass, field

from PIL import Image

PAGES = {19: "cp858"}
DOTS = 576


@dataclass
class PrintedLine:
    """A line of text as it was set; a letter is 12 by 24 dots times width and height."""

    text: str
    width: int
    height: int
    bold: bool
    inverted: bool
    align: str


@dataclass
class PrintedPaper:
    """Everything that came out before one cut."""

    lines: list[PrintedLine] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    cuts: int = 0

    @property
    def text(self) -> str:
        """All lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


def print_out(data: bytes) -> PrintedPaper:
    """The paper that a printer makes of these bytes."""
    return _Machine(data).run()


class _Machine:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.paper = PrintedPaper()
        self.reset()

    def reset(self) -> None:
        self.page = "cp437"
        self.width = self.height = 1
        self.bold = self.inverted = False
        self.align = "left"
        self.pending = ""

    def run(self) -> PrintedPaper:
        while self.at < len(self.data):
            byte = self.take(1)
            if byte == b"\x1b":
                self.escape(self.take(1))
            elif byte == b"\x1d":
                self.group(self.take(1))
            elif byte == b"\n":
                self.feed()
            else:
                assert byte >= b" ", f"control character {byte!r} at {self.at}"
                self.pending += byte.decode(self.page)
        assert not self.pending, "text without a line feed"
        return self.paper

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        assert len(taken) == count, "bytes end inside a command"
        self.at += count
        return taken

    def escape(self, command: bytes) -> None:
        match command:
            case b"@":
                self.reset()
            case b"t":
                self.page = PAGES[self.take(1)[0]]
            case b"E":
                self.bold = bool(self.take(1)[0] & 1)
            case b"a":
                self.align = ("left", "center", "right")[self.take(1)[0]]
            case b"d":
                self.take(1)
            case _:
                raise AssertionError(f"ESC {command!r}")

    def group(self, command: bytes) -> None:
        match command:
            case b"!":
                size = self.take(1)[0]
                self.width, self.height = (size >> 4) + 1, (size & 15) + 1
            case b"B":
                self.inverted = bool(self.take(1)[0] & 1)
            case b"V":
                assert self.take(1) in (b"\x00", b"\x01")
                self.paper.cuts += 1
            case b"v":
                self.raster()
            case _:
                raise AssertionError(f"GS {command!r}")

    def feed(self) -> None:
        assert len(self.pending) * 12 * self.width <= DOTS, f"wider than the paper: {self.pending!r}"
        line = PrintedLine(self.pending, self.width, self.height, self.bold, self.inverted, self.align)
        self.paper.lines.append(line)
        self.pending = ""

    def raster(self) -> None:
        assert self.take(2) == b"0\x00", "GS v 0 at normal density"
        width_bytes = int.from_bytes(self.take(2), "little")
        height = int.from_bytes(self.take(2), "little")
        assert width_bytes * 8 <= DOTS + 7
        dots = Image.frombytes("1", (width_bytes * 8, height), self.take(width_bytes * height))
        # A set dot burns black; Pillow's 1 is white.
        self.paper.pictures.append(dots.point([255] * 128 + [0] * 128, mode="L"))
