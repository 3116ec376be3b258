"""Whether every row of a secret comparison has an id of its own, without anybody seeing the ids.

Two rows with one id would share one paper, and whichever is drawn would match it, while another paper matches no row
and is never drawn. So, before the seed:

1. Guardians in turn multiply the (A, B) of all rows by a secret factor, the same for all rows (`crypto/same_factor`).
2. k guardians decrypt what comes out: of each row its P times all factors, by each guardian's own share.
3. Equal points are equal ids. Different ones say nothing, as long as one of the blinding guardians forgets its factor.

Source: docs/spec/secret-comparison.md, Ids that are all different.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from urna.crypto.group import subtract
from urna.crypto.ristretto import POINT_BYTES
from urna.crypto.shuffle import Rows
from urna.crypto.threshold import combine_points


def id_column(mixed: Rows) -> bytes:
    """A, B of each row, what the first guardian blinds."""
    size = 2 * POINT_BYTES
    return b"".join(mixed.data[at : at + size] for at in range(0, len(mixed.data), mixed.row_bytes))


def alphas(column: bytes) -> bytes:
    """A of each row, what guardians decrypt."""
    return b"".join(points_of(column)[0::2])


def blinded_points(column: bytes, shares: Mapping[int, bytes]) -> list[bytes]:
    """Of each row its P times all factors.

    Args:
        column: A, B of each row as the last guardian blinded them.
        shares: of k guardians or more, by index, the P(i)·A of each row, checked.

    Raises:
        Malformed: something in them is not a point.
    """
    betas = points_of(column)[1::2]
    lists = {guardian: points_of(share) for guardian, share in shares.items()}
    each_row = zip(*lists.values(), strict=True)
    return [
        subtract(beta, combine_points(dict(zip(lists, row, strict=True))))
        for beta, row in zip(betas, each_row, strict=True)
    ]


def doubled_rows(blinded: Sequence[bytes]) -> frozenset[int]:
    """The numbers, from 1, of rows whose id another row has, too. Honest booths make none."""
    often = Counter(blinded)
    return frozenset(number for number, point in enumerate(blinded, 1) if often[point] > 1)


def points_of(data: bytes) -> list[bytes]:
    """The encodings that stand one after the other."""
    return [data[at : at + POINT_BYTES] for at in range(0, len(data), POINT_BYTES)]
