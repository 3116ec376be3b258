"""Fingerprints: templates, matching, decision, and synthetic fingers."""
