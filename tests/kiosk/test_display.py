"""A display's millimetres."""

import re
from math import isclose

import pytest

from urna.errors import Malformed
from urna.web.kiosk.display import (
    DEFAULT,
    DISPLAYS,
    GAP_MILLIMETRES,
    TARGET_MILLIMETRES,
    TEXT_MILLIMETRES,
    read_display,
)


def test_a_millimetre_follows_from_diagonal_and_pixels() -> None:
    """15.6 inches at 1920 x 1080 have 141.2 pixels an inch."""
    assert isclose(DEFAULT.pixels_per_millimetre * 25.4, 141.21, abs_tol=0.01)


def test_sizes_are_within_the_standard() -> None:
    """VVSG 2.0: text ranges of 7.1-G, targets of 7.2-H, gaps of 7.2-I."""
    ranges = {"small": (3.5, 4.2), "normal": (4.8, 5.6), "large": (6.4, 7.1), "largest": (8.5, 9.0)}
    assert all(low <= TEXT_MILLIMETRES[name] <= high for name, (low, high) in ranges.items())
    assert TARGET_MILLIMETRES >= 12.7
    assert GAP_MILLIMETRES >= 2.54


def test_the_style_sheet_holds_them_in_pixels_of_this_display() -> None:
    """Each size is millimetres times pixels per millimetre."""
    sizes = dict(re.findall(r"--([a-z-]+): ([0-9.]+)px", DEFAULT.css()))
    assert isclose(float(sizes["target"]) / float(sizes["mm"]), TARGET_MILLIMETRES, rel_tol=1e-3)
    assert {"text-small", "text-normal", "text-large", "text-largest"} <= sizes.keys()


def test_a_display_is_named_or_measured() -> None:
    """By its name in the list, or as inches and pixels."""
    assert read_display("13.3-inch") == DISPLAYS["13.3-inch"]
    assert read_display("17:1280x1024")[1:] == (17.0, 1280, 1024)


@pytest.mark.parametrize("text", ["", "17", "17:", "17:1280", "0:1280x1024", "nan:1280x1024", "17:1x1", "a:bxc"])
def test_what_is_no_display_is_refused(text: str) -> None:
    """The error names the displays that are known."""
    with pytest.raises(Malformed, match=r"15\.6-inch"):
        read_display(text)
