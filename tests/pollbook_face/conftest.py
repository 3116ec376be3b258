"""Chromium for the poll book's face."""

from tests.browser import shell

__all__ = ["shell"]
