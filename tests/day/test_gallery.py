"""The gallery's page: every picture is on it once, under its screen, in its language and look."""

from pathlib import Path

import pytest
from PIL import Image
from tests.booth_face.screens import LOOKS
from tests.day.gallery_files import SMALL, lighten, pictures_of
from tests.day.gallery_page import write_page
from tests.day.gallery_titles import BOOTH, Title, title_of


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    """One screen of the booth in every look, two pages of the poll book, one paper."""
    names = [f"booth/05-overvote-{look.name}.png" for look in LOOKS]
    names += [f"poll-book/people-10-admitted-{language}-usual-display.png" for language in ("es", "en")]
    names += ["poll-book/day-27-closing-over-es-smallest-display-practice.png", "papers/slip-es-roll.png"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (192, 108), "white").save(tmp_path / name)
    lighten(tmp_path, list(tmp_path.glob("*/*.png")))
    return tmp_path


def test_every_picture_is_on_the_page_once_with_its_small_one(gallery: Path) -> None:
    """And nothing comes from anywhere else."""
    assert write_page(gallery) == len(LOOKS) + 4
    page = (gallery / "index.html").read_text()
    for path in gallery.glob("*/*.png"):
        name = path.relative_to(gallery)
        assert page.count(f'href="{name}"') == 1
        small = gallery / SMALL / name.with_suffix(".webp")
        assert small.exists()
        assert page.count(f'src="{small.relative_to(gallery)}"') == 1
    assert "http" not in page
    assert "<script" not in page
    assert BOOTH["overvote"].es in page


def test_each_look_of_the_booth_can_be_shown_alone(gallery: Path) -> None:
    """Text sizes, contrasts, sound and rehearsal: each in one language or two."""
    write_page(gallery)
    page = (gallery / "index.html").read_text()
    for look in ("normal", "small", "large", "largest", "highest", "dark", "low", "sound"):
        assert page.count(f'look-{look}"') == 2, look
        assert f"body:has(#booth-{look}:checked) .booth figure:not(.look-{look})" in page
    assert page.count('look-rehearsal"') == 1


def test_a_picture_whose_name_says_nothing_is_refused(gallery: Path) -> None:
    """It would stand nowhere."""
    (gallery / "booth" / "picture.png").write_bytes(b"")
    with pytest.raises(ValueError, match="does not say which screen"):
        pictures_of(gallery, "booth")


def test_a_screen_without_a_title_is_shown_by_its_name() -> None:
    """New screens are in the gallery before anybody has named them."""
    assert title_of("new-screen", BOOTH) == Title("new screen", "new screen")
