"""A whole day in chromium: python -m tests.day [OUTDIR]."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.day.compare import differences
from tests.day.incidents import Day
from tests.day.play import LISTENS, Pictures, Played
from tests.day.practice import DayStation, make_station, served
from tests.day.script import Visit
from tests.day.visits import long_day, short_day

Script = Callable[[DayStation], list[Visit]]
SCRIPTS: dict[str, Script] = {
    "long": lambda station: long_day(station.made.electors, station.contests),
    "short": lambda station: short_day(station.made.electors, station.contests),
}


def main(folder: Path, script: Script) -> int:
    """Plays it, keeps the pictures, and reports."""
    pictures = folder / "pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        wrong = play(Path(temporary) / "station", pictures, script)
    return 1 if wrong else 0


def play(station: Path, pictures: Path, script: Script) -> list[str]:
    """A station is made, its day played and compared with the script; the differences."""
    with sync_playwright() as playwright, served(station, make_station(station)) as running:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *LISTENS])
        played = Played(browser, running, Pictures(pictures))
        try:
            Day(played).play(script(running))
            wrong = differences(played)
            played.table.wipe()
        except BaseException:
            played.show_failure(pictures)
            raise
        browser.close()
    sys.stdout.writelines(f"{line}\n" for line in report(played, wrong))
    return wrong


def report(played: Played, wrong: list[str]) -> Iterator[str]:
    """What happened, on one screen."""
    yield f"{len(played.done)} voters, {len(played.pictures.names)} pictures"
    yield from (f"  {name.replace('_', ' ')}: {count}" for name, count in played.incidents.items())
    yield f"  spoken: {played.spoken}"
    yield "How long it took, during the day, with pictures being taken (middle, 95th percentile):"
    yield from (f"  {name}: {spread}" for name, spread in played.times.spreads().items())
    yield from wrong or ["no differences between the script, the sheet, the papers and the ballots"]
    yield "FAIL" if wrong else "PASS"


if __name__ == "__main__":
    arguments = [*sys.argv[1:], "day", "long"]
    sys.exit(main(Path(arguments[0]), SCRIPTS[arguments[1] if len(sys.argv) > 2 else "long"]))
