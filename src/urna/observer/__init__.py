"""Witnesses and monitors of the log (arrives with part 5)."""
