"""Arithmetic of ristretto255 on public data in bulk, compiled by numba. `engine` is the door; nothing secret enters.

engine        what others call: arrays of 32-byte encodings in and out
tier          which kernels this processor can run
box           the coefficients of a box of ballots (`crypto/box_check`)
multi_scalar  one sum of many multiples (Pippenger)
sums          plain sums of many points, and many small combinations of multiples
points        decode, encode, add, double (RFC 9496, RFC 8032)
scalar_field  integers modulo the group order
field         integers modulo 2^255 - 19, four at a time
lanes         four 64-bit words that are computed at once
sha256        SHA-256 of texts that differ in a number, for the tickets of audits
wide…         the same kernels eight at a time, for processors with AVX-512 IFMA
compiler      the one place that asks numba
"""
