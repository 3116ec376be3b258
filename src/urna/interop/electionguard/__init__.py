"""ElectionGuard as it is specified, versions 2.1.0 and 2.0.0, to read other people's records and to write test ones.

It needs the extra `interop` (gmpy2). Nothing of urna's own elections goes through here.
"""
