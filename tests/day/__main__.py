"""A whole day in chromium: python -m tests.day [OUTDIR].

Unfinished: tried with real processes only as far as the boxes are empty and the zero reports wait; what voters do and
the closing are written and never ran.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.day.play import Pictures, Played, differences
from tests.day.practice import make_station, served


def main(folder: Path) -> int:
    """Plays it, keeps the pictures, and says PASS or FAIL."""
    pictures = folder / "pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    station = Path(tempfile.mkdtemp()) / "station"
    made = make_station(station)
    with sync_playwright() as playwright, served(station, made) as running:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        played = Played(browser, running, Pictures(pictures))
        try:
            played.day()
        except BaseException:
            played.show_failure(pictures)
            raise
        wrong = differences(running, played.done)
        browser.close()
    for line in wrong:
        sys.stdout.write(f"{line}\n")
    names = sorted(path.name for path in pictures.iterdir())
    sys.stdout.write(f"{len(played.done)} voters, {len(names)} pictures in {pictures}\n")
    sys.stdout.write("FAIL\n" if wrong else "PASS\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "day")))
