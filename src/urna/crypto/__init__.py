"""Signatures, sealed boxes, and keys on cards. Ciphertexts of votes arrive with the protocol of part 2."""
