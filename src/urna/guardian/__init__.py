"""Guardians of the joint key: how they make it, each on a machine of their own, and open totals together."""
