"""Chromium for the day that is played in it."""

from tests.browser import browser

__all__ = ["browser"]
