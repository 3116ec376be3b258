"""Fixtures of the tests of pages."""

from tests.browser import browser, serve

__all__ = ["browser", "serve"]
