"""Where a poll book keeps the one boundary that its buckets hold back: sealed, and overwritten in place."""

from urna.crypto.kdf import derive_key
from urna.station.buckets import EMPTY
from urna.storage.medium import Medium
from urna.storage.two_copies import Entropy, TwoCopies

BUCKET = "bucket"
"""The file's name on the poll book's medium."""


def open_bucket_cell(medium: Medium, data_key: bytes, entropy: Entropy) -> TwoCopies:
    """The cell for `station/buckets.Buckets`; an empty one is made the first time.

    If the file is taken away, the boundary in it is lost and no count: that bucket joins the next one.

    Args:
        medium: the poll book's.
        data_key: from two role cards.
        entropy: fresh randomness.

    Raises:
        Unproven: another data key, or a file that was changed.
    """
    key = derive_key(data_key, "urna/poll-book/bucket/1")
    if BUCKET in medium.names():
        return TwoCopies.open(medium, BUCKET, key, entropy)
    return TwoCopies.create(medium, BUCKET, key, entropy, EMPTY)
