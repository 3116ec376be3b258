"""Pictures of every screen, with a page to look at them: python -m tests.day.gallery [OUTDIR].

1. The booth: every screen in both languages, four text sizes and four contrasts, with sound, and in a rehearsal.
2. The poll book: every page of the day and of people, in both languages, and in a practice on the smallest display.
3. The papers: the images that the tests compare with (tests/papers/reference).
4. One page, index.html, with all of them by screen, language and size.

What does not fit on a screen is said, and then the command fails.
"""

import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.booth_face import screens as booth
from tests.browser import CHROMIUM, FLAGS
from tests.day.gallery_files import BOOTH, PAPERS, POLL_BOOK, lighten
from tests.day.gallery_page import write_page
from tests.pollbook_face import day_screens as day
from tests.pollbook_face import screens as people

from urna.web.kiosk.display import DEFAULT

REFERENCE = Path(__file__).parents[1] / "papers" / "reference"
PROCESSES = max(2, min(8, len(os.sched_getaffinity(0))))


def main(folder: Path) -> int:
    """Takes all of them anew; 0 if everything fits."""
    began = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        wrong = [each for found in pool.map(_run, _tasks(folder)) for each in found]
    for each in wrong:
        sys.stdout.write(f"{each}\n")
    seen = write_page(folder)
    sys.stdout.write(f"{seen} pictures in {time.monotonic() - began:.0f} s: {folder / 'index.html'}\n")
    return 1 if wrong else 0


def _tasks(folder: Path) -> Iterator[partial[list[str]]]:
    """The longest first."""
    for look in people.LOOKS:
        yield partial(take_people, look, folder)
        yield partial(take_day, look, folder)
    for each in booth.LOOKS:
        yield partial(take_booth, each, folder)
    yield partial(take_papers, folder)


def _run(task: partial[list[str]]) -> list[str]:
    return task()


def take_booth(look: booth.BoothLook, folder: Path) -> list[str]:
    """Every screen of the booth in one look."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        wrong = booth.take(browser, look, folder / BOOTH)
        browser.close()
    lighten(folder, (folder / BOOTH).glob(f"*-{look.name}.png"))
    return wrong


def take_people(look: people.DeskLook, folder: Path) -> list[str]:
    """Every page of people at the table in one look."""
    return _take_desk("people", look, folder)


def take_day(look: people.DeskLook, folder: Path) -> list[str]:
    """Every page of opening, closing and contingency in one look."""
    return _take_desk("day", look, folder)


def _take_desk(part: str, look: people.DeskLook, folder: Path) -> list[str]:
    name = f"{look.language}-{'usual' if look.display == DEFAULT else 'smallest'}-display"
    name += "-practice" if look.is_practice else ""
    taken = folder / f"{part}-{name}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        walk = (people if part == "people" else day).take(browser, look, taken, has_axe=False)
        browser.close()
    (folder / POLL_BOOK).mkdir(exist_ok=True)
    pictures = [
        each.rename(folder / POLL_BOOK / f"{part}-{each.stem}-{name}.png") for each in sorted(taken.glob("*.png"))
    ]
    taken.rmdir()
    lighten(folder, pictures)
    return [f"{part} {name}: {each}" for each in walk.wrong]


def take_papers(folder: Path) -> list[str]:
    """What the tests of the papers compare with."""
    shutil.copytree(REFERENCE, folder / PAPERS, ignore=lambda _, names: [name for name in names if name[-4:] != ".png"])
    lighten(folder, (folder / PAPERS).glob("*.png"))
    return []


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "day/gallery")))
