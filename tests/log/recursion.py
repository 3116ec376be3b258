"""RFC 9162 §2.1 as it is written, by recursion over lists of entries: a second oracle, slow and plain."""

from collections.abc import Sequence
from hashlib import sha256


def split(n: int) -> int:
    """The largest power of two below n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(entries: Sequence[bytes]) -> bytes:
    """MTH(D[n]), RFC 9162 §2.1.1."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\1" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]), RFC 9162 §2.1.3.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), RFC 9162 §2.1.4.1."""
    return subproof(0, m, entries, known=True)


def subproof(start: int, end: int, entries: Sequence[bytes], *, known: bool) -> list[bytes]:
    """SUBTREE_SUBPROOF(start, end, D[n], b): SUBPROOF where start = 0; merkle-tree-certs §4.4.1."""
    n = len(entries)
    if start == 0 and end == n:
        return [] if known else [mth(entries)]
    k = split(n)
    if end <= k:
        return [*subproof(start, end, entries[:k], known=known), mth(entries[k:])]
    if start >= k:
        return [*subproof(start - k, end - k, entries[k:], known=known), mth(entries[:k])]
    return [*subproof(0, end - k, entries[k:], known=False), mth(entries[:k])]


def turns(m: int, n: int) -> list[bool]:
    """Whether each sibling on the way up from leaf m of n lies left: the shape that a proof can show."""
    if n == 1:
        return []
    k = split(n)
    return [*turns(m, k), False] if m < k else [*turns(m - k, n - k), True]
