"""What the ballots of one station and style prove, as numbers alone: which proof is over which options."""

from typing import NamedTuple


class BoxShape(NamedTuple):
    """Enough to check a box of ballots without knowing what an election is."""

    limits: tuple[int, ...]
    """Upper end of each range proof, in the order of the ballot."""
    sums: tuple[tuple[int, ...], ...]
    """Options that each proof is over, counted from 0 over the whole ballot, in the same order."""
    options: int
    """Options of the ballot, and so ciphertexts."""
    data_bytes: tuple[int, ...]
    """Bytes of contest data of each contest; 0 where there are none."""
    context: bytes
    """32 bytes that every challenge is bound to."""
    votes_key: bytes
    """K."""
