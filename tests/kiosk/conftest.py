"""Chromium for what both faces share."""

from tests.browser import browser

__all__ = ["browser"]
