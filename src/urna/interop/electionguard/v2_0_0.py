"""Version 2.0.0 as egk-ec reads and writes it; equations are those of 2.0.0.

Where egk-ec departs from the text, its records decide, and this profile follows them:

- the additional bytes B_aux enter the confirmation code without their length (eq. 58-61, section 5.5.3);
- the challenge for contest data has C_1 as capital hexadecimal digits (eq. 81);
- contest data is derived with the label "share_enc_keys", the context "contest_data" ∥ label of the contest, and the
  length of the data in bits (eq. 52); "contest_data" has no length before it in eq. 50;
- challenges are reduced modulo q before they are written, and here a challenge of q or more is refused.
"""

from collections.abc import Sequence

from urna.errors import Unproven
from urna.interop.electionguard.group import Ciphertext, Element, Group
from urna.interop.electionguard.hashing import H, exclusive_or, sized, small, version_key
from urna.interop.electionguard.profile import ContestName, Context, DataCiphertext, Hashes
from urna.words import Sentence

VERSION = "v2.0.0"

BLOCK = 32


def parameter_base_hash(version: str, *parameters: bytes) -> bytes:
    """H_P (eq. 4), from p, q and g; for a curve egk-ec takes a, b, p, x and y of g, and h, 32 bytes each."""
    return H(version_key(version), b"\x00", *parameters)


def manifest_hash(parameter_hash: bytes, manifest: bytes) -> bytes:
    """H_M (eq. 6), from the manifest's file."""
    return H(parameter_hash, b"\x01", sized(manifest))


def election_base_hash(parameter_hash: bytes, manifest: bytes, guardians: int, quorum: int) -> bytes:
    """H_B (eq. 7)."""
    return H(parameter_hash, b"\x02", manifest, small(guardians), small(quorum))


def coefficient_challenge(
    group: Group, parameter_hash: bytes, place: tuple[int, int], key: Element, commitment: Element
) -> int:
    """c_ij (eq. 12) for the place (i, j); guardians count from 1, coefficients from 0."""
    digest = H(parameter_hash, b"\x10", *map(small, place), bytes(key), bytes(commitment))
    return group.scalar_of(digest)


def extended_base_hash(election_hash: bytes, key: Element) -> bytes:
    """H_E (eq. 23)."""
    return H(election_hash, b"\x12", bytes(key))


class Context200(Context, Hashes):
    """An election of 2.0.0; its hashes are the same for all ballots, since none names the ballot."""

    def __init__(self, group: Group, votes_key: Element, base_hash: bytes) -> None:
        super().__init__(group, votes_key, votes_key, base_hash)
        self._key = bytes(votes_key)

    def hashes(self, identifier: bytes) -> Hashes:
        """Itself."""
        del identifier
        return self

    def _number(self, *parts: bytes) -> int:
        return self.group.scalar_of(H(self.base_hash, *parts))

    def selection_nonce(self, contest: int, option: int, ballot_nonce: bytes) -> int:
        """Eq. 25."""
        return self._number(b"\x20", ballot_nonce, small(contest), small(option))

    def range_challenge(self, indices: Sequence[int], ciphertext: Ciphertext, commitments: Sequence[Element]) -> int:
        """Eq. 46 and 56: neither names the option or the contest."""
        del indices
        return self._number(b"\x21", self._key, bytes(ciphertext), *map(bytes, commitments))

    def contest_hash(self, contest: int, ciphertexts: Sequence[Ciphertext], data: DataCiphertext | None) -> bytes:
        """Eq. 57; contest data is not in it."""
        del data
        return H(self.base_hash, b"\x23", small(contest), self._key, *map(bytes, ciphertexts))

    def confirmation_code(self, contest_hashes: Sequence[bytes], chaining: bytes) -> bytes:
        """Eq. 58."""
        return H(self.base_hash, b"\x24", *contest_hashes, chaining)

    def chain_start(self, device: bytes) -> bytes:
        """H_0 (eq. 59), from B_aux,0."""
        return H(self.base_hash, b"\x24", device)

    def chain_end(self, last: bytes, device: bytes) -> bytes:
        """The closing hash (eq. 61)."""
        return H(self.base_hash, b"\x24", last, device, b"CLOSE")

    def serial_nonce(self, ballot_nonce: bytes) -> int:
        """The nonce of egk-ec's serial number, which the specification does not have."""
        return self._number(b"\x10", ballot_nonce)

    def data_nonce(self, contest: int, ballot_nonce: bytes) -> int:
        """Eq. 50."""
        return self._number(b"\x20", ballot_nonce, small(contest), b"contest_data")

    def encrypt_data(self, contest: ContestName, data: bytes, nonce: int, commitment_nonce: int) -> DataCiphertext:
        """Eq. 51-55; the data is filled up with zeros to whole blocks."""
        del commitment_nonce
        c0, factor = self.group.generator**nonce, self.votes_key**nonce
        blocks = -(-len(data) // BLOCK)
        mac_key, *keys = self._data_keys(contest, c0, factor, blocks, len(data))
        c1 = exclusive_or(data.ljust(blocks * BLOCK, b"\0"), b"".join(keys))
        return DataCiphertext(c0, c1, H(mac_key, bytes(c0), c1), len(data))

    def decrypt_data(self, contest: ContestName, data: DataCiphertext, factor: Element) -> bytes:
        """Eq. 51-55 backwards; the code C_2 is compared first."""
        mac_key, *keys = self._data_keys(contest, data.c0, factor, len(data.c1) // BLOCK, data.size)
        if H(mac_key, bytes(data.c0), data.c1) != data.c2:
            raise Unproven(
                Sentence("contest data with its authentication code"),
                Sentence("another one"),
                Sentence("The data or its decryption was changed."),
                contest.label,
            )
        return exclusive_or(data.c1, b"".join(keys))[: data.size]

    def _data_keys(self, contest: ContestName, c0: Element, factor: Element, blocks: int, size: int) -> list[bytes]:
        key = H(self.base_hash, b"\x22", self._key, bytes(c0), bytes(factor))
        tail = b"share_enc_keys\0contest_data" + contest.label.encode() + small(size * 8)
        return [H(key, small(i), tail) for i in range(blocks + 1)]

    def data_challenge(self, contest: int, data: DataCiphertext, a: Element, b: Element, factor: Element) -> int:
        """Eq. 81."""
        del contest
        c1 = data.c1.hex().upper().encode()
        return self._number(b"\x31", self._key, bytes(data.c0), c1, data.c2, bytes(a), bytes(b), bytes(factor))

    def decryption_challenge(
        self, indices: tuple[int, int], ciphertext: Ciphertext, a: Element, b: Element, factor: Element
    ) -> int:
        """Eq. 71."""
        del indices
        return self._number(b"\x30", self._key, bytes(ciphertext), bytes(a), bytes(b), bytes(factor))
