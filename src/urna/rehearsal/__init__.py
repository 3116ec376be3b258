"""A whole election from a results table."""
