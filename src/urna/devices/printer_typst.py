"""Papers as PDF and as pictures, set by typst.

The template (paper.typ) never changes; a paper comes in as JSON, so no name on it can be taken for a command.
The same paper gives the same bytes: no date, no random id, only typst's own fonts. docs/adr/0060-typst.md
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from threading import Lock

import msgspec
import typst
from PIL import Image

from urna.devices.printer_codes import code_svg
from urna.papers.paper import Code, Codes, Paper

_BLACK_OR_WHITE = [0] * 144 + [255] * 112

_lock = Lock()


def paper_pdf(paper: Paper) -> bytes:
    """The paper as a PDF, A4 for a report and 80 mm wide for a slip."""
    with _lock:
        document = _compiler().compile(_template(), format="pdf", sys_inputs=_inputs(paper))
    return _pages(document)[0]


def paper_pictures(paper: Paper, dots_per_inch: int = 200) -> list[bytes]:
    """The paper's pages as PNG."""
    with _lock:
        pages = _compiler().compile(_template(), format="png", ppi=dots_per_inch, sys_inputs=_inputs(paper))
    return _pages(pages)


def line_picture(line: str, width: int, height: int, *, strong: bool = False) -> Image.Image:
    """A line of text as black dots, each letter 12 × 24 dots multiplied by `width` and `height`.

    For a thermal printer whose own letters lack one of the line's.
    """
    scale = max(width, height)
    inputs = {"line": line, "letters": str(len(line)), "strong": str(strong)}
    with _lock:
        png = _compiler().compile(_line_template(), format="png", ppi=72 * scale, sys_inputs=inputs)
    with Image.open(BytesIO(_pages(png)[0])) as image:
        dots = image.convert("L").resize((12 * width * len(line), 24 * height), Image.Resampling.BILINEAR)
    return dots.point(_BLACK_OR_WHITE, mode="1")


def _inputs(paper: Paper) -> dict[str, str]:
    pictures = {msgspec.to_builtins(code.data): code_svg(code.data) for code in _codes(paper)}
    return {
        "paper": msgspec.json.encode(paper, order="sorted").decode(),
        "pictures": msgspec.json.encode(pictures).decode(),
    }


def _codes(paper: Paper) -> list[Code]:
    return [code for block in paper.blocks if isinstance(block, Codes) for code in block.codes]


@cache
def _template() -> bytes:
    return (files("urna.devices") / "paper.typ").read_bytes()


@cache
def _line_template() -> bytes:
    return (files("urna.devices") / "line.typ").read_bytes()


@cache
def _compiler() -> typst.Compiler:
    # One for the process: its fonts are read once, and it remembers what it has set. It reads no file and, as
    # no paper names a package, no network.
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True)


def _pages(compiled: bytes | list[bytes] | None) -> list[bytes]:
    if compiled is None:
        raise TypeError("typst was asked for bytes and gave none")
    return compiled if isinstance(compiled, list) else [compiled]
