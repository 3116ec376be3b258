"""Who may vote: electors, their allotment to stations, and what is committed before the day."""
