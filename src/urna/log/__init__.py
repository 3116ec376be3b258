"""The transparency log: Merkle tree, signed notes, checkpoints, tiles, cosignatures (C2SP, RFC 9162)."""
