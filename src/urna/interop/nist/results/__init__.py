"""Election results in NIST's format SP 1500-100 version 2: written from a record, read again to the same totals."""
