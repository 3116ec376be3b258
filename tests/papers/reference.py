"""Reference images: how every paper looks, page by page and as a roll, and how two images are compared."""

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import numpy.typing as npt
from PIL import Image
from tests.papers.every_paper import DAY, REHEARSAL, papers

from urna.devices.escpos_picture import burn_all
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_typst import paper_pictures
from urna.papers.paper import Paper

FOLDER = Path(__file__).parent / "reference"
FOUND = Path(gettempdir()) / "urna-papers"
"""Where an image that differs is put, to be looked at beside its reference."""

LANGUAGES = ("es", "en")
PAGES = 2
"""Pages of each paper: a list's third page is as its second."""
ROLL_ROWS = 4000
IN_ENGLISH_TOO = ("slip", "code-slip", "tally-sheet")
"""Rolls that are kept in both languages; the others are laid out alike."""

GREYS = 16

Grey = npt.NDArray[np.float64]


def images() -> Iterator[tuple[str, Image.Image]]:
    """Every reference image as it is now, by its file's name."""
    for language in LANGUAGES:
        for name, paper in papers(language, of=DAY).items():
            yield from of_paper(f"{name}-{language}", paper)
    rehearsed = papers("es", of=REHEARSAL)
    for name in ("slip", "tally-sheet"):
        yield from of_paper(f"{name}-rehearsal-es", rehearsed[name])


def of_paper(name: str, paper: Paper) -> Iterator[tuple[str, Image.Image]]:
    """The pages at 80 dots to the inch, and the roll at half its dots."""
    for number, page in enumerate(paper_pictures(paper, 80)[:PAGES], start=1):
        yield f"{name}-page-{number}.png", _plain(Image.open(io.BytesIO(page)))
    if paper.language == "es" or name.removesuffix("-en") in IN_ENGLISH_TOO:
        yield f"{name}-roll.png", _plain(burn_all(paper_escpos(paper)).picture(ROLL_ROWS).reduce(2))


def difference(found: Image.Image, reference: Image.Image) -> tuple[float, float]:
    """The mean difference of two images of one size, and their likeness, each from 0 to 1.

    The likeness is the mean structural similarity (Wang and others, 2004) over squares of 8 dots that are not white in
    both: on a page that is mostly white, a line that went missing would be lost in the mean otherwise.
    """
    ours, theirs = _array(found), _array(reference)
    similar = _similarity(_squares(ours), _squares(theirs))
    inked = (_squares(ours).min(axis=1) < 0.95) | (_squares(theirs).min(axis=1) < 0.95)
    return float(np.abs(ours - theirs).mean()), float(similar[inked].mean()) if inked.any() else 1.0


def save(image: Image.Image, path: Path) -> None:
    """Writes an image with few greys, so that it is small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(GREYS).save(path, optimize=True)


def _plain(image: Image.Image) -> Image.Image:
    return image.convert("L")


def _array(image: Image.Image) -> Grey:
    return np.asarray(image.convert("L"), dtype=np.float64) / 255


def _squares(image: Grey) -> Grey:
    height, width = (side // 8 * 8 for side in image.shape)
    cut = image[:height, :width].reshape(height // 8, 8, width // 8, 8)
    return cut.transpose(0, 2, 1, 3).reshape(-1, 64)


def _similarity(ours: Grey, theirs: Grey) -> Grey:
    mean_a, mean_b = ours.mean(axis=1), theirs.mean(axis=1)
    both = ((ours - mean_a[:, None]) * (theirs - mean_b[:, None])).mean(axis=1)
    c1, c2 = 0.01**2, 0.03**2
    light = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    alike: Grey = light * (2 * both + c2) / (ours.var(axis=1) + theirs.var(axis=1) + c2)
    return alike
