"""Chromium for the poll book's face."""

from tests.browser import browser

__all__ = ["browser"]
