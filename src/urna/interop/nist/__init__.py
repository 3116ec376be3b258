"""NIST's common data formats, written and read: ballot definition, election results, cast vote records, voter records.

    parts, codes            what all documents are made of
    places, parties,        the definition in the words of the formats
    contests
    ballot_definition       SP 1500-20, written
    plain                   JSON or XML of others, bounded, as plain values
    results/                SP 1500-100 version 2, written and read
    cast_votes/             SP 1500-103, written and read
    voters/                 SP 1500-102, read; it never meets the two above

The event log (SP 1500-101) is `interop/cdf_event_log`. What a format cannot carry is in docs/nist.md.
"""
