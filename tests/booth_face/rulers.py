"""Rulers for a page: millimetres of what the browser drew, and contrasts of its colours."""

from typing import Any

from playwright.sync_api import Page

MEASURE = """() => {
  const shown = (e) => e.getClientRects().length > 0 && !e.closest('.visually-hidden') && e.type !== 'hidden';
  const box = (e) => { const r = e.getBoundingClientRect(); return {x: r.left, y: r.top, w: r.width, h: r.height}; };
  const name = (e) => (e.value || e.className || e.tagName) + ' ' + (e.innerText || '').slice(0, 20);
  const color = (text) => { const m = text.match(/[\\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3); };
  const under = (e) => { for (; e; e = e.parentElement) { const c = color(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
  const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const screen = document.getElementById('screen');
  const controls = [...document.querySelectorAll('button')].filter(shown);
  const texts = [...screen.querySelectorAll('*')].filter((e) => shown(e) && own(e) && getComputedStyle(e).clipPath === 'none');
  return {
    width: innerWidth, height: innerHeight,
    controls: controls.map((e) => ({name: name(e), ...box(e), isSample: e.classList.contains('glyph'), cut: e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1})),
    texts: texts.map((e) => ({name: name(e), ...box(e), size: parseFloat(getComputedStyle(e).fontSize),
      ink: color(getComputedStyle(e).color), paper: under(e), isSample: !!e.closest('.glyph')})),
    cut: [...screen.querySelectorAll('main, .paper, .cards, .entries, .rail, .answers, .message')].filter((e) =>
      e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1).map(name),
    scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
  };
}"""


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
