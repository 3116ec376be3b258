"""A keypad before a page: keys that are pressed and released at the pace of a hand, without waiting for it.

The browser is told when each key went down and up (`Input.dispatchKeyEvent`), and `switches.js` reckons with these
times: a press 300 ms after the last one is one to it, though the test has not waited.
"""

import time
from types import MappingProxyType

from playwright.sync_api import Page

BETWEEN_PRESSES_SECONDS = 0.3
HOLD_SECONDS = 0.08

CODES = MappingProxyType(
    {
        "Tab": ("Tab", 9),
        "Shift+Tab": ("Tab", 9),
        "Enter": ("Enter", 13),
        " ": ("Space", 32),
        "ArrowLeft": ("ArrowLeft", 37),
        "0": ("Digit0", 48),
        "1": ("Digit1", 49),
        "2": ("Digit2", 50),
        "3": ("Digit3", 51),
        "9": ("Digit9", 57),
        "+": ("NumpadAdd", 107),
        "-": ("NumpadSubtract", 109),
        ",": ("Comma", 188),
        ".": ("Period", 190),
    }
)
"""The physical key and its number in the browser's events."""

SHIFT = 8
"""As the browser's events say that it is held."""

BUSY = """
window.busy = 0;
const fetched = window.fetch;
window.fetch = (...given) => { window.busy += 1; return fetched(...given).finally(() => { window.busy -= 1; }); };
const sent = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...given) {
  window.busy += 1;
  this.addEventListener("loadend", () => { window.busy -= 1; });
  return sent.apply(this, given);
};
"""
QUIET = """() => new Promise((done) => {
  let calm = 0;
  const look = () => {
    const swaps = document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added");
    calm = window.busy || swaps ? 0 : calm + 1;
    if (calm > 2) done(); else setTimeout(look, 4);
  };
  look();
})"""


class Keypad:
    """Keys before a page.

    Args:
        page: nowhere yet, or to be loaded once more: it counts what it asks for.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._wire = page.context.new_cdp_session(page)
        self._now = time.time()
        page.add_init_script(BUSY)

    def press(self, key: str, times: int = 1) -> None:
        """Presses and releases, so many times, and waits until the page has got all that it asked for."""
        for _ in range(times):
            self.down(key)
            self.up(key)
        self.rest()

    def down(self, key: str, *, after: float = BETWEEN_PRESSES_SECONDS, repeats: bool = False) -> None:
        """A key goes down, so many seconds after what happened last; a key that is held down repeats."""
        self._send("keyDown", key, after, repeats)

    def up(self, key: str, *, after: float = HOLD_SECONDS) -> None:
        """A key is let go."""
        self._send("keyUp", key, after)

    def rest(self) -> None:
        """Until nothing is under way between page and booth."""
        self._page.evaluate(QUIET)

    def _send(self, kind: str, key: str, after: float, repeats: bool = False) -> None:
        self._now = max(self._now, time.time()) + after
        code, number = CODES[key]
        event = {
            "type": kind,
            "key": key.removeprefix("Shift+"),
            "code": code,
            "windowsVirtualKeyCode": number,
            "modifiers": SHIFT if key.startswith("Shift+") else 0,
            "autoRepeat": repeats,
            "timestamp": self._now,
        }
        self._wire.send("Input.dispatchKeyEvent", event)
