"""How a voter reaches a button of the booth: by touch, by a keyboard, or by two switches and the voice."""

from typing import Protocol

from playwright.sync_api import Page

KEY_MILLISECONDS = 210
"""Between two presses: what comes sooner is taken for a bounce."""

STEPS_TO = """does => {
  const all = [...document.querySelectorAll("[data-say]")].filter((e) => !e.disabled && e.getClientRects().length);
  const at = all.findIndex((e) => e.hasAttribute("data-here")), to = all.findIndex((e) => e.value === does);
  return [to < 0 ? null : to - at, all.length];
}"""
"""How many places lie between where the voter stands and a button."""

STANDS_ON = "() => document.querySelector('[data-here]')?.value ?? ''"


class Hands(Protocol):
    """One way to press a button."""

    def press(self, page: Page, does: str) -> None:
        """Presses the button that does this."""


class Touch:
    """A finger on the screen."""

    def press(self, page: Page, does: str) -> None:
        """Touches it."""
        page.click(f"button[value='{does}']:visible")


class Keys:
    """Walks through all that the screen says, and selects.

    Args:
        onward: the key that goes on.
        back: the one that goes back; none goes all the way round.
        select: the one that presses.
    """

    def __init__(self, onward: str = "Tab", back: str = "Shift+Tab", select: str = "Enter") -> None:
        self._onward, self._back, self._select = onward, back, select

    def press(self, page: Page, does: str) -> None:
        """Walks there the shorter way, and selects; a page that came in between is walked anew."""
        for _ in range(3):
            self._walk(page, does)
            if page.evaluate(STANDS_ON) == does:
                page.keyboard.press(self._select)
                return
        raise AssertionError(f"the keys do not reach {does}")

    def _walk(self, page: Page, does: str) -> None:
        way, places = page.evaluate(STEPS_TO, does)
        if way is None:
            return
        onward, back = way % places, -way % places
        key, steps = (self._back, back) if self._back and back < onward else (self._onward, onward)
        for _ in range(steps):
            page.keyboard.press(key)
            page.wait_for_timeout(KEY_MILLISECONDS)


HANDS: dict[str, Hands] = {"touch": Touch(), "keyboard": Keys(), "switches": Keys("1", "", "2")}
