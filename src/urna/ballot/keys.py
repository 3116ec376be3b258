"""The guardians' joint keys, as a ballot needs them; how they are made is in `ballot/ceremony`."""

from typing import NamedTuple


class JointKeys(NamedTuple):
    """What the key ceremony ends with. All of it is public."""

    votes: bytes
    """K, the key of votes: a point, not the identity."""
    data: bytes
    """K̂, the key of contest data: another point, not the identity."""
    base_hash: bytes
    """H_E, 32 bytes: the election, the guardians' coefficients and both keys (docs/spec/protocol.md, Keys 6)."""
