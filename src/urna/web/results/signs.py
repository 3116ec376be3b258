"""The two little signs in rows of tables: a dot of a colour, and a bar as long as a share."""

from fractions import Fraction
from functools import lru_cache

from markupsafe import Markup, escape

from urna.web.results.figures import width

_COLORS = 1024


@lru_cache(_COLORS)
def dot(color: str) -> Markup:
    """A dot; nothing without a colour."""
    if not color:
        return Markup()
    return Markup(  # noqa: S704 - escaped here
        '<svg class="dot" viewBox="0 0 10 10" aria-hidden="true">'
        f'<circle cx="5" cy="5" r="4.500" fill="{escape(color)}"/></svg>'
    )


def rod(value: Fraction | None, color: str = "") -> Markup:
    """A bar of a share of the line, in a colour or the page's own."""
    return Markup(  # noqa: S704 - escaped here
        '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width(value)}" height="1"{_filled(color)}/></svg>'
    )


@lru_cache(_COLORS)
def _filled(color: str) -> str:
    return f' fill="{escape(color)}"' if color else ""
