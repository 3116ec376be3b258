"""urna: an election that a stranger can check from one public folder."""

__version__ = "0.1.0"
