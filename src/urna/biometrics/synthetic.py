"""Fingers that urna draws itself (being written)."""
