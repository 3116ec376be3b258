"""The centre: receives sheets, totals, publishes."""
