"""The colours of the style sheet keep WCAG's contrast, light and dark."""

import re

import pytest
from tests.web.examples import example_results

from urna.web.results.house import ink_on, luminance
from urna.web.results.page import results_site
from urna.words import in_english

TEXT = 4.5
"""WCAG 2.2, 1.4.3 (AA): text against what lies behind it."""

SHAPE = 3.0
"""WCAG 2.2, 1.4.11 (AA): shapes that carry meaning."""

TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("ink", "track"),
    ("soft", "paper"),
    ("soft", "ground"),
    ("accent", "paper"),
    ("accent", "ground"),
    ("on-accent", "accent"),
    ("warn", "warn-ground"),
    ("warn", "paper"),
    ("ink", "warn-ground"),
    ("soft", "warn-ground"),
    ("accent", "warn-ground"),
]
SHAPE_PAIRS = [("outline", "paper"), ("accent", "track"), ("outline", "track")]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio: from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def schemes() -> dict[str, dict[str, str]]:
    """The colour variables of both schemes."""
    css = results_site(*example_results(), {"en": in_english})["style.css"].decode()
    light, dark = re.findall(r":root \{([^}]*)\}", css)[:2]
    return {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for name, block in (("light", light), ("dark", dark))
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_stands_out(scheme: str, front: str, back: str) -> None:
    """Every pair of text and ground that the style sheet uses."""
    colors = schemes()[scheme]
    assert contrast(colors[front], colors[back]) >= TEXT


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SHAPE_PAIRS)
def test_shapes_stand_out(scheme: str, front: str, back: str) -> None:
    """Outlines of circles and bars, so that a party's colour may be anything."""
    colors = schemes()[scheme]
    assert contrast(colors[front], colors[back]) >= SHAPE


def test_both_schemes_have_the_same_colours_named() -> None:
    """No variable is forgotten in the dark."""
    both = schemes()
    assert set(both["light"]) == set(both["dark"])
    assert len(both["light"]) > 8


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#808080", "#757575", "#d4ac0d", "#c0392b", "#1f6fb2"])
def test_a_letter_reads_on_its_partys_colour(color: str) -> None:
    """Black or white always reaches 4.5."""
    assert contrast(ink_on(color), color) >= TEXT


def test_contrast_is_wcags() -> None:
    """Black on white is 21; #767676 on white is the well-known 4.54."""
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
