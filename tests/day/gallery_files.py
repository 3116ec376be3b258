"""The gallery's files: where pictures lie, what their names say, and small ones beside them for the page."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PIL import Image

BOOTH, POLL_BOOK, PAPERS, SMALL = "booth", "poll-book", "papers", "small"

COLORS = 128
"""Of a screen, which has few: letters' edges need most of them."""

SMALL_WIDTH = 480

NAMES = {
    BOOTH: re.compile(r"(?P<number>\d\d)-(?P<screen>.+?)-(?P<language>es|en)-(?P<look>\w+-text-\w+-contrast.*)"),
    POLL_BOOK: re.compile(r"(?P<part>people|day)-(?P<number>\d\d)-(?P<screen>.+?)-(?P<language>es|en)-(?P<look>.+)"),
    PAPERS: re.compile(r"(?P<screen>.+?)-(?P<language>es|en)-(?P<look>.+)"),
}


class Picture(NamedTuple):
    """One picture, as its name says it."""

    path: str
    """Below the gallery."""
    screen: str
    """What is shown, without number, language and look."""
    number: str
    language: str
    look: str
    part: str
    """Of the poll book: people or day."""

    @property
    def small(self) -> str:
        """The small one."""
        return f"{SMALL}/{Path(self.path).with_suffix('.webp')}"


def lighten(folder: Path, pictures: Iterable[Path]) -> None:
    """Writes each with a palette, and a small one beside it."""
    for path in pictures:
        with Image.open(path) as opened:
            whole = opened.convert("RGB")
        small = folder / SMALL / path.relative_to(folder).with_suffix(".webp")
        small.parent.mkdir(parents=True, exist_ok=True)
        height = max(1, round(whole.height * SMALL_WIDTH / whole.width))
        whole.resize((SMALL_WIDTH, height), Image.Resampling.LANCZOS).save(small, quality=82, method=4)
        whole.quantize(COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)


def pictures_of(folder: Path, kind: str) -> list[Picture]:
    """All of one kind, by their names; the name of one that says nothing is an error."""
    found = []
    for path in sorted((folder / kind).glob("*.png")):
        said = NAMES[kind].fullmatch(path.stem)
        if said is None:
            raise ValueError(f"{path.name} does not say which screen it shows, in which language and look")
        parts = {"number": "", "part": "", **said.groupdict()}
        found.append(Picture(path=f"{kind}/{path.name}", **parts))
    return found
