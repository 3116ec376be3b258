"""Fixtures of the tests of pages."""

from tests.browser import serve, shell

__all__ = ["serve", "shell"]
