"""How long people waited for a screen during the day, with pictures being taken."""

from collections.abc import Iterable
from typing import NamedTuple

from playwright.sync_api import Page

WATCH = """
window.dayTimes = [];
let touched = null;
addEventListener("click", (event) => {
  const button = event.target.closest?.("button[name=do]");
  const old = document.getElementById("seen").value;
  if (button) touched = { does: button.value.split(":")[0], at: performance.now(), old };
}, true);
addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => {
  if (!touched || document.getElementById("seen").value === touched.old) return;
  window.dayTimes.push([touched.does, performance.now() - touched.at]);
  touched = null;
}));
"""
"""On a booth's page: from a button that is pressed until the screen that follows is drawn."""


class Spread(NamedTuple):
    """A sample's middle and its 95th percentile, in milliseconds."""

    size: int
    middle: float
    most: float

    def __str__(self) -> str:
        """For people."""
        return f"{self.middle:.0f} ms, p95 {self.most:.0f} ms, of {self.size}"


class Times:
    """What was measured."""

    def __init__(self) -> None:
        self._samples: dict[str, list[float]] = {}

    def watch(self, page: Page) -> None:
        """A booth's page, from its next screen on."""
        page.add_init_script(WATCH)

    def collect(self, page: Page) -> None:
        """What a booth's page has noted."""
        for does, milliseconds in page.evaluate("() => window.dayTimes.splice(0)"):
            self._note("press until the next screen", milliseconds)
            if does == "yes":
                self._note("YES until cast", milliseconds)

    def identification(self, seconds: float) -> None:
        """From "Read a finger" to its outcome; the person needs half a second to lay it down."""
        self._note("finger asked for until its outcome", seconds * 1000)

    def activation(self, seconds: float) -> None:
        """From the poll book's button to the ballot on the booth's screen."""
        self._note("activated until the booth is ready", seconds * 1000)

    def spreads(self) -> dict[str, Spread]:
        """By what was measured."""
        return {name: _spread(sample) for name, sample in sorted(self._samples.items())}

    def _note(self, name: str, milliseconds: float) -> None:
        self._samples.setdefault(name, []).append(milliseconds)


def _spread(sample: Iterable[float]) -> Spread:
    ordered = sorted(sample)
    return Spread(len(ordered), ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)])
