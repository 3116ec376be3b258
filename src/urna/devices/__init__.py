"""The world's machines and their simulated twins: readers, printers, secure element."""
