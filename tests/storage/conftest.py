"""The databases of a centre, for its store's tests."""

from tests.databases import database

__all__ = ["database"]
