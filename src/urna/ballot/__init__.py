"""Selections and their rules, and the sealed opening that a ballot box slot holds."""
