"""The public record: one folder of static files from which a stranger can decide who won, and whether it is true."""
