"""What differs between versions of the specification: inputs and tags of hashes, keys, contest data.

A `Context` is an election whose keys are known; `Hashes` are the hashes of one ballot in it. `v2_1_0` follows the
text of 2.1.0; `v2_0_0` follows egk-ec, which writes records of 2.0.0, where it and the text differ.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from urna.interop.electionguard.group import Ciphertext, Element, Group
from urna.interop.electionguard.proofs import Proof


class DataCiphertext(NamedTuple):
    """Encrypted contest data (C_0, C_1, C_2), and how many bytes of the plain text count."""

    c0: Element
    c1: bytes
    c2: bytes
    size: int

    def __bytes__(self) -> bytes:
        """C_0 ∥ C_1 ∥ C_2."""
        return bytes(self.c0) + self.c1 + self.c2


class Hashes(ABC):
    """The hashes of one ballot, or of the tally where it names none."""

    @abstractmethod
    def selection_nonce(self, contest: int, option: int, ballot_nonce: bytes) -> int:
        """ξ_ij."""

    @abstractmethod
    def range_challenge(self, indices: Sequence[int], ciphertext: Ciphertext, commitments: Sequence[Element]) -> int:
        """C of the proof for a selection (contest, option) or for a contest's sum (contest,)."""

    @abstractmethod
    def contest_hash(self, contest: int, ciphertexts: Sequence[Ciphertext], data: DataCiphertext | None) -> bytes:
        """χ_l."""

    @abstractmethod
    def confirmation_code(self, contest_hashes: Sequence[bytes], chaining: bytes) -> bytes:
        """H(B)."""

    @abstractmethod
    def data_nonce(self, contest: int, ballot_nonce: bytes) -> int:
        """ξ of the contest data."""

    @abstractmethod
    def encrypt_data(self, contest: "ContestName", data: bytes, nonce: int, commitment_nonce: int) -> DataCiphertext:
        """Encrypts contest data."""

    @abstractmethod
    def decrypt_data(self, contest: "ContestName", data: DataCiphertext, factor: Element) -> bytes:
        """The plain text, from β.

        Raises:
            Unproven: the ciphertext does not authenticate.
        """

    @abstractmethod
    def data_challenge(self, contest: int, data: DataCiphertext, a: Element, b: Element, factor: Element) -> int:
        """C of the proof that contest data was decrypted right."""


class ContestName(NamedTuple):
    """A contest's number and label; the versions bind contest data to one or the other."""

    number: int
    label: str


class Context(ABC):
    """An election whose keys are known: the group, K, the key for other data, and H_E."""

    def __init__(self, group: Group, votes_key: Element, data_key: Element, base_hash: bytes) -> None:
        self.group = group
        self.votes_key = votes_key.prepared()
        self.data_key = self.votes_key if data_key == votes_key else data_key.prepared()
        self.base_hash = base_hash

    @abstractmethod
    def hashes(self, identifier: bytes) -> Hashes:
        """The hashes of the ballot with this identifier."""

    @abstractmethod
    def decryption_challenge(
        self, indices: tuple[int, int], ciphertext: Ciphertext, a: Element, b: Element, factor: Element
    ) -> int:
        """C of the proof that a total (or, in 2.0.0, a selection) was decrypted right."""

    def is_in_range(self, proof: Proof) -> bool:
        """Whether both numbers are in Z_q."""
        return self.group.knows_scalar(proof.challenge) and self.group.knows_scalar(proof.response)
