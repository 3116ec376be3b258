"""What every answer of pages with people behind them tells the browser: nothing from elsewhere, nothing kept."""

from collections.abc import Mapping
from types import MappingProxyType

CLOSE = {"Connection": "close"}
"""The line ends after this answer, so that nobody sends the next request on it."""


def headers(*sources: str) -> Mapping[str, str]:
    """The headers of every answer.

    Args:
        sources: what these pages may load beside scripts, styles and pictures of their own address, as
            "font-src 'self'".

    Referrer-Policy must let Origin through to the pages themselves.
    """
    own = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", *sources)
    last = ("connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
    return MappingProxyType(
        {
            "Content-Security-Policy": "; ".join((*own, *last)),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
    )
