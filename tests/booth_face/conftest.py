"""Fixtures of the tests of the booth's face."""

from tests.browser import browser, serve

__all__ = ["browser", "serve"]
