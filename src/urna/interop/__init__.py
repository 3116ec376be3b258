"""Formats of others (arrives with parts 2 and 5)."""
