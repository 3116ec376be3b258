"""The ballot box file: equal slots, random order, no counters."""
