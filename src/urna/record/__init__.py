"""The public record: its folders, its events, its files."""
