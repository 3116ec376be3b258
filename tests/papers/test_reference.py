"""Papers look as they did when somebody last looked at them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.papers.reference import FOLDER, FOUND, difference, images, save

MOST_DIFFERENT = 0.01
LEAST_ALIKE = 0.97


@pytest.fixture(scope="module")
def now() -> dict[str, Image.Image]:
    """Every image as it is now."""
    return dict(images())


def test_every_paper_looks_like_its_reference(now: dict[str, Image.Image]) -> None:
    """Where a change was meant: `python -m tests.papers.write_reference`, and look at what it wrote."""
    changed = [name for name, image in now.items() if not _is_alike(image, name)]
    for name in changed:
        save(now[name], FOUND / name)
    assert not changed, f"these do not look like those in {FOLDER}; found: {[str(FOUND / name) for name in changed]}"


def _is_alike(image: Image.Image, name: str) -> bool:
    if not (FOLDER / name).exists():
        return False
    with Image.open(FOLDER / name) as reference:
        if image.size != reference.size:
            return False
        different, alike = difference(image, reference)
    return different <= MOST_DIFFERENT and alike >= LEAST_ALIKE


def test_no_reference_is_of_a_paper_that_is_no_more(now: dict[str, Image.Image]) -> None:
    """The folder holds what is compared, and less than 3 MB."""
    paths = list(FOLDER.glob("*.png"))
    assert {path.name for path in paths} == set(now)
    assert sum(path.stat().st_size for path in paths) < 3_000_000


def test_a_line_that_went_missing_is_seen(now: dict[str, Image.Image]) -> None:
    """And one that moved by half a letter; speckles of a rendering by other means are not."""
    page = now["readiness-es-page-1.png"]
    missing, speckled = page.copy(), np.asarray(page).copy()
    ImageDraw.Draw(missing).rectangle((0, 250, page.width, 275), fill=255)
    assert difference(missing, page)[1] < LEAST_ALIKE
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (0, 4))
    assert difference(moved, page)[1] < LEAST_ALIKE
    speckled[::9, ::9] = np.clip(speckled[::9, ::9].astype(int) - 8, 0, 255)
    different, alike = difference(Image.fromarray(speckled), page)
    assert different <= MOST_DIFFERENT
    assert alike >= LEAST_ALIKE
