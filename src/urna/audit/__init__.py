"""Audits of machines against paper (arrives with part 6)."""
