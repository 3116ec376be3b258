"""A look at a page in chromium: at three widths, in light and dark, by axe, and as a picture for people."""

import os
from pathlib import Path

from tests.browser import DESKTOP, PHONE, SMALLEST_PHONE, Watched

AXE = Path(__file__).parents[2] / ".venv/share/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDE = """[...document.querySelectorAll('main *')].filter(each => !each.closest('.wide')
 && each.getBoundingClientRect().right > document.documentElement.clientWidth).map(each => each.outerHTML)"""
"""What is too wide."""

PICTURES = os.environ.get("URNA_PICTURES", "")
"""A folder for pictures of every page, if somebody wants to look at them."""


def look(watched: Watched, name: str, *, has_axe: bool) -> None:
    """No sideways scroll at any width, nothing that axe finds; and a picture.

    Args:
        watched: the page.
        name: of the picture, and in what is said of a failure.
        has_axe: whether axe may run in this browser, past the page's own policy.
    """
    page = watched.page
    page.wait_for_load_state("load")
    for width, height in (PHONE, SMALLEST_PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert not watched.has_sideways_scroll(), f"{name} at {width}: {page.evaluate(WIDE)}"
        if PICTURES and width != SMALLEST_PHONE[0]:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    for scheme in ("light", "dark") if has_axe else ():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AXE.read_text())
        found = page.evaluate(f"async () => (await axe.run({{runOnly: {list(TAGS)}}})).violations")
        assert [f"{name} {each['id']}: {each['nodes'][0]['html'][:160]}" for each in found] == []
