"""Guardians of the joint key (arrives with part 2)."""
