"""Opening, closing and contingency in chromium: every page fits, axe finds nothing, a keyboard is enough."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk, served, walk_day

from urna.web.kiosk.display import DISPLAYS


@pytest.mark.slow
def test_the_whole_day_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    """Every page on the way fits the smallest display, and axe finds nothing at WCAG 2.1 AA."""
    scene, display = DayScene(tmp_path), DISPLAYS["10.1-inch"]
    scene.pages.display = display
    context = browser.new_context(viewport={"width": display.width, "height": display.height}, bypass_csp=True)
    try:
        with served(scene) as address:
            walk = Walk(context.new_page())
            walk_day(scene, walk, address)
    finally:
        context.close()
    assert walk.wrong == []
    assert scene._store.day() == "transmitted"
    assert scene.wiped
