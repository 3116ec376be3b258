"""How quick the booth's screen is, in chromium: from the tap to the picture, and from YES to "cast".

`python -m tests.booth_face.measure [VOTERS]`. A tap is timed in the page itself, from the click to the second animation
frame after the new screen is in it: by then it is drawn. The ballot has 60 options over four contests and is encrypted.
"""

import sys
from statistics import quantiles
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright
from tests.booth_face.ballots import sixty
from tests.booth_face.scene import LAUNCH_KEY, Scene, served
from tests.browser import CHROMIUM, FLAGS

from urna.web.kiosk.display import DEFAULT

TAP = """async ([does, wanted]) => {
  const button = document.querySelector(`button[value="${does}"]`);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const painted = async () => { await frame(); await frame(); return performance.now(); };
  const shown = new Promise((done) => {
    const look = () => {
      if (wanted && !document.querySelector(wanted)) return;
      document.removeEventListener('htmx:afterSettle', look);
      painted().then(done);
    };
    document.addEventListener('htmx:afterSettle', look);
  });
  const began = performance.now();
  button.click();
  return (await shown) - began;
}"""
"""Clicks, and answers the milliseconds until the screen that is wanted is drawn; any new screen if none is named."""


class Measured(NamedTuple):
    """Milliseconds of each tap, and of each YES."""

    taps: list[float]
    casts: list[float]

    def percentile(self, values: list[float], share: int) -> float:
        """Of the values, in percent."""
        return quantiles(values, n=100, method="inclusive")[share - 1]


def measure(voters: int) -> Measured:
    """Votes that many times and times every tap."""
    found = Measured([], [])
    scene = Scene(sixty())
    with served(scene) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": DEFAULT.width, "height": DEFAULT.height})
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        for number in range(voters + 1):
            one = _vote(scene, page, number)
            if number:  # the first voter warms the browser up
                found.taps.extend(one.taps)
                found.casts.extend(one.casts)
        browser.close()
    return found


def _vote(scene: Scene, page: Page, number: int) -> Measured:
    taps: list[float] = []

    def tap(does: str, wanted: str = "") -> None:
        page.wait_for_selector(f"button[value='{does}']")
        page.wait_for_timeout(40 + 13 * (number % 5))  # a person, at no fixed place of the pulse
        taps.append(page.evaluate(TAP, [does, wanted]))

    scene.activate()
    tap("choose:NOM-0")
    tap("choose:NOM-1")
    tap("choose:NOM-2")  # one too many: explained
    tap("choose:NOM-1")
    tap("more")
    tap("less")
    tap("next")
    for option in ("ALC-1", "REG-2", "NAC-3"):
        tap(f"choose:{option}")
        page.wait_for_selector(f"button[value='choose:{option}']", state="detached")
    page.wait_for_selector("#screen.step-review")
    tap("size:large")
    tap("size:normal")
    tap("vote")
    tap("leave")
    page.wait_for_selector("#screen.step-question")
    cast: list[float] = [page.evaluate(TAP, ["yes", "#screen.step-cast"])]
    scene.acknowledge()
    page.wait_for_selector("#screen.step-waiting")
    return Measured(taps, cast)


def main(voters: int) -> None:
    """Prints them."""
    found = measure(voters)
    for name, values in (("tap to picture", found.taps), ("YES to cast", found.casts)):
        half, most = found.percentile(values, 50), found.percentile(values, 95)
        print(f"{name}: {len(values)} times, p50 {half:.1f} ms, p95 {most:.1f} ms, most {max(values):.1f} ms")  # noqa: T201 - a command


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
