"""A polling station: its day, its poll book, its booth."""
