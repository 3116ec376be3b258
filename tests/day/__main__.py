"""A whole day in chromium: python -m tests.day [OUTDIR] [long|short]."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.day.compare import differences
from tests.day.incidents import Day
from tests.day.play import LISTENS, Pictures, Played
from tests.day.practice import make_station, served
from tests.day.visits import long_day, short_day

SCRIPTS = {"long": long_day, "short": short_day}


def main(folder: str = "day", script: str = "long") -> int:
    """Plays it, keeps the pictures in the folder, and reports."""
    pictures = Path(folder) / "pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        played, wrong = play(Path(temporary) / "station", pictures, script)
    for line in (*report(played, wrong), f"Pictures: {pictures}"):
        tell(line)
    return 1 if wrong else 0


def play(station: Path, pictures: Path, script: str) -> tuple[Played, list[str]]:
    """A station is made, its day played and compared with the script; what was played, and the differences."""
    with sync_playwright() as playwright, served(station, make_station(station)) as running:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *LISTENS])
        played = Played(browser, running, Pictures(pictures))
        try:
            Day(played, tell).play(SCRIPTS[script](running.made.electors, running.contests))
            wrong = differences(played)
            played.table.wipe()
        except BaseException:
            played.show_failure(pictures)
            raise
        browser.close()
    return played, wrong


def report(played: Played, wrong: list[str]) -> Iterator[str]:
    """What happened, on one screen."""
    yield f"{len(played.done)} voters, {len(played.pictures.names)} pictures, {played.spoken} places spoken aloud"
    yield from (f"  {name.replace('_', ' ')}: {count}" for name, count in played.incidents.items())
    yield "During the day, with pictures being taken (middle, 95th percentile):"
    yield from (f"  {name}: {spread}" for name, spread in played.times.spreads().items())
    yield from wrong or ["No differences between the script, the sheet, the papers and the ballots."]
    yield "FAIL" if wrong else "PASS"


def tell(line: str) -> None:
    """At once, since a day is long."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
