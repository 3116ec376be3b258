"""Numbered checks of a public record."""
