"""Cast vote records in NIST's format SP 1500-103: challenged ballots written, other systems' records read."""
