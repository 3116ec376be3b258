"""Voter records in NIST's format SP 1500-102, read into a roll file. Nothing here knows ballots or results."""
