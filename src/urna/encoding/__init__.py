"""The canonical bytes of a record, and documents that carry signatures."""
