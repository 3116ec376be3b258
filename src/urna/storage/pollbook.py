"""The poll-book store: SQLite, write-ahead log, synchronous FULL."""
