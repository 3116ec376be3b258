"""The centre: it receives the stations' papers, totals them, and publishes every one before it is believed."""
