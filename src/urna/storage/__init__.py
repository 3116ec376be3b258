"""What is kept on media: ballot box file, poll-book store, record folder."""
