"""Rulers for a page: millimetres of what the browser drew, and contrasts of its colours."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

MEASURE = Path(__file__).with_suffix(".js").read_text()


def measure(page: Page) -> dict[str, Any]:
    """Controls and texts with their boxes, in pixels."""
    found: dict[str, Any] = page.evaluate(MEASURE)
    return found


def contrast(ink: list[float], paper: list[float]) -> float:
    """Of two colours, as WCAG computes it."""
    one, two = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (one + 0.05) / (two + 0.05)


def outside(found: dict[str, Any]) -> list[str]:
    """Controls and texts that are not wholly on the screen."""
    return [
        each["name"]
        for each in (*found["controls"], *found["texts"])
        if each["x"] < 0
        or each["y"] < 0
        or each["x"] + each["w"] > found["width"] + 1
        or each["y"] + each["h"] > found["height"] + 1
    ]


def gaps(found: dict[str, Any]) -> list[tuple[float, str, str]]:
    """Pixels between each two controls, the least first; overlapping ones have none."""
    boxes = found["controls"]
    pairs = [(one, two) for number, one in enumerate(boxes) for two in boxes[:number]]
    return sorted((_gap(one, two), one["name"], two["name"]) for one, two in pairs)


def _gap(one: dict[str, Any], two: dict[str, Any]) -> float:
    aside = max(one["x"] - two["x"] - two["w"], two["x"] - one["x"] - one["w"])
    above = max(one["y"] - two["y"] - two["h"], two["y"] - one["y"] - one["h"])
    return float(max(aside, above))


def _luminance(color: list[float]) -> float:
    parts = [part / 255 for part in color]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
