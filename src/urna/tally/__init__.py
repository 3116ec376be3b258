"""Counting, the tally sheet, totals, and reconciliation."""
