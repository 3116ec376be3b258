"""What ElectionGuard asks of a group of prime order, whichever it is: integers modulo p, or a curve for reading.

Elements multiply with `*`, divide with `/` and take powers with `**`, so that a proof reads like its
equation.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple


class Element(ABC):
    """A value of the group's encoding: in range, but of the right order only if `is_member` says so."""

    __slots__ = ()

    @abstractmethod
    def __mul__(self, other: "Element") -> "Element":
        """The group operation."""

    @abstractmethod
    def __truediv__(self, other: "Element") -> "Element":
        """This element times the inverse of the other."""

    @abstractmethod
    def __pow__(self, exponent: int) -> "Element":
        """A power with a public exponent, 0 <= exponent < 2^256; time depends on it."""

    @abstractmethod
    def secret_power(self, exponent: int) -> "Element":
        """A power with a guardian's exponent, as evenly timed as the library under it gives; see the implementation."""

    @abstractmethod
    def prepared(self) -> "Element":
        """The same element with a table that makes its powers about eight times faster."""

    @property
    @abstractmethod
    def is_member(self) -> bool:
        """Whether the order divides q: the specification's "in Z_p^r"."""

    @abstractmethod
    def __bytes__(self) -> bytes:
        """The fixed-length encoding that hashes and files have."""

    def __eq__(self, other: object) -> bool:
        """Equal if the encodings are."""
        return isinstance(other, Element) and bytes(self) == bytes(other)

    def __hash__(self) -> int:
        """Of the encoding."""
        return hash(bytes(self))


class Group(ABC):
    """A group of prime order q with a generator, and how its elements are written."""

    name: str
    order: int
    """q"""
    element_bytes: int
    generator: Element
    identity: Element

    @abstractmethod
    def read(self, data: bytes, where: str = "") -> Element:
        """The element of an encoding.

        Raises:
            Malformed: a wrong length, or an integer out of range; it is refused, never reduced.
        """

    @abstractmethod
    def scalar_of(self, digest: bytes) -> int:
        """The number below q that a hash of 32 bytes stands for, as a challenge or a nonce."""

    def product(self, elements: Iterable[Element]) -> Element:
        """The product of all; of none, the identity."""
        found = self.identity
        for element in elements:
            found = found * element
        return found

    def knows_scalar(self, value: int) -> bool:
        """Whether an integer is in Z_q as it stands."""
        return 0 <= value < self.order


class Ciphertext(NamedTuple):
    """An encryption (α, β) = (g^ξ, K^(σ+ξ)) of a small number σ."""

    pad: Element
    """α, which is g^ξ."""
    data: Element
    """β, which is K^(σ+ξ)."""

    def times(self, other: "Ciphertext") -> "Ciphertext":
        """An encryption of the sum."""
        return Ciphertext(self.pad * other.pad, self.data * other.data)

    def __bytes__(self) -> bytes:
        """α ∥ β, as hashes have it."""
        return bytes(self.pad) + bytes(self.data)


def aggregate(group: Group, ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """(A, B), the products over all ciphertexts (2.1.0 eq. 79); of none, (1, 1)."""
    total = Ciphertext(group.identity, group.identity)
    for ciphertext in ciphertexts:
        total = total.times(ciphertext)
    return total
