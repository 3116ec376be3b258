"""Version 2.1.0 of the specification, as its text says; equations are those of 2.1.0.

Where the text contradicts itself: labels keep their underscores (the hexadecimal examples have them); d_i of contest
data has H_I as key, as section 3.6.6 says (eq. 99; the table has H_E); eq. 120 without the stray "LOCK"; keys of blocks
count from 1; the indices of U ascend.
"""

from collections.abc import Iterable, Sequence

from urna.errors import Unproven
from urna.interop.electionguard.group import Ciphertext, Element, Group
from urna.interop.electionguard.hashing import H, exclusive_or, scalar, sized, small, version_key
from urna.interop.electionguard.profile import ContestName, Context, DataCiphertext, Hashes
from urna.interop.electionguard.proofs import Proof, knowledge_commitment
from urna.words import Sentence

VERSION = "v2.1.0"

BLOCK = 32

NO_CHAINING = small(0)
SIMPLE_CHAINING = small(1)


def parameter_base_hash(group: Group, guardians: int, quorum: int, prime: int) -> bytes:
    """H_P (eq. 4)."""
    size, q = group.element_bytes, scalar(group.order)
    numbers = prime.to_bytes(size, "big"), q, bytes(group.generator), small(guardians), small(quorum)
    return H(version_key(VERSION), b"\x00", *numbers)


def election_base_hash(parameter_hash: bytes, manifest: bytes) -> bytes:
    """H_B (eq. 5), from the manifest's file."""
    return H(parameter_hash, b"\x01", sized(manifest))


def coefficients_challenge(
    group: Group,
    parameter_hash: bytes,
    label: bytes,
    guardian: int,
    *,
    keys: Sequence[Element],
    commitments: Sequence[Element],
) -> int:
    """c_i or ĉ_i (eq. 11 and 13): label pk_vote or pk_data; keys K_i0, …, κ_i; commitments h_i0, …, h_ik."""
    digest = H(parameter_hash, b"\x10", label, small(guardian), *map(bytes, keys), *map(bytes, commitments))
    return group.scalar_of(digest)


def share_key(parameter_hash: bytes, pair: tuple[int, int], key: Element, alpha: Element, beta: Element) -> bytes:
    """k_iℓ (eq. 16) for the pair (i, ℓ) of sender and receiver."""
    return H(parameter_hash, b"\x11", *map(small, pair), bytes(key), bytes(alpha), bytes(beta))


def share_blocks(key: bytes, pair: tuple[int, int]) -> bytes:
    """k_iℓ1 ∥ k_iℓ2 (eq. 17 and 18)."""
    tail = b"share_enc_keys\0share_encrypt" + small(pair[0]) + small(pair[1]) + b"\x02\x00"
    return H(key, b"\x01", tail) + H(key, b"\x02", tail)


def share_challenge(
    group: Group, parameter_hash: bytes, pair: tuple[int, int], *, commitment: Element, c0: Element, c1: bytes
) -> int:
    """c̄_iℓ (eq. 22)."""
    digest = H(parameter_hash, b"\x12", *map(small, pair), bytes(commitment), bytes(c0), c1)
    return group.scalar_of(digest)


def guardian_record_hash(
    election_hash: bytes,
    joint: Sequence[Element],
    votes: Iterable[Element],
    data: Iterable[Element],
    talk: Iterable[Element],
) -> bytes:
    """H_G (eq. 27): K and K̂, all K_ij, all K̂_ij, all κ_i."""
    return H(election_hash, b"\x13", *map(bytes, joint), *map(bytes, votes), *map(bytes, data), *map(bytes, talk))


def extended_base_hash(election_hash: bytes, votes_key: Element, data_key: Element) -> bytes:
    """H_E (eq. 30)."""
    return H(election_hash, b"\x14", bytes(votes_key), bytes(data_key))


def identifier_hash(base_hash: bytes, identifier: bytes) -> bytes:
    """H_I (eq. 32), of a ballot's selection encryption identifier, 32 bytes."""
    return H(base_hash, b"\x20", identifier)


def device_hash(base_hash: bytes, device: str) -> bytes:
    """H_DI (eq. 72)."""
    return H(base_hash, b"\x2a", sized(device.encode()))


def preencryption_device_hash(base_hash: bytes, device: str) -> bytes:
    """H_DI of a device for pre-encrypted ballots (eq. 119)."""
    return H(base_hash, b"\x43", sized(device.encode()))


def chain_start(base_hash: bytes, device: bytes) -> bytes:
    """H_0 (eq. 74 and 75), from H_DI."""
    return H(base_hash, b"\x29", SIMPLE_CHAINING, device)


def chain_field(base_hash: bytes, last: bytes, device: bytes) -> bytes:
    """The hash in the last B_C (eq. 78)."""
    return H(base_hash, b"\x2b", last, SIMPLE_CHAINING, device)


def chain_end(base_hash: bytes, last: bytes, device: bytes) -> bytes:
    """The closing hash (eq. 77)."""
    return H(base_hash, b"\x29", SIMPLE_CHAINING, chain_field(base_hash, last, device))


class Context210(Context):
    """An election of 2.1.0: two joint keys, K for votes and K̂ for data."""

    def hashes(self, identifier: bytes) -> "Hashes210":
        """The hashes bound to a ballot's identifier of 32 bytes."""
        return Hashes210(self, identifier)

    def decryption_challenge(
        self, indices: tuple[int, int], ciphertext: Ciphertext, a: Element, b: Element, factor: Element
    ) -> int:
        """Eq. 90."""
        tail = bytes(ciphertext), bytes(a), bytes(b), bytes(factor)
        digest = H(self.base_hash, b"\x31", *map(small, indices), *tail)
        return self.group.scalar_of(digest)

    def decryption_commitment(
        self,
        indices: tuple[int, int],
        guardian: int,
        ciphertext: Ciphertext,
        elements: Sequence[Element],
        present: Sequence[int],
    ) -> bytes:
        """d_i (eq. 88), from a_i, b_i, M_i and the indices of those present, which are sorted here."""
        who = small(len(present)) + b"".join(map(small, sorted(present)))
        tail = (bytes(ciphertext), *map(bytes, elements), who)
        return H(self.base_hash, b"\x30", *map(small, indices), small(guardian), *tail)


class Hashes210(Hashes):
    """The hashes of one ballot, all with H_I as key."""

    def __init__(self, context: Context210, identifier: bytes) -> None:
        self.context = context
        self.group = context.group
        self.key = identifier_hash(context.base_hash, identifier)

    def _number(self, *parts: bytes) -> int:
        return self.group.scalar_of(H(self.key, *parts))

    def selection_nonce(self, contest: int, option: int, ballot_nonce: bytes) -> int:
        """Eq. 33."""
        return self._number(b"\x21", small(contest), small(option), ballot_nonce)

    def ballot_nonce_key(self, alpha: Element, beta: Element) -> bytes:
        """k_1 (eq. 35 and 36)."""
        key = H(self.key, b"\x22", bytes(alpha), bytes(beta))
        return H(key, b"\x01ballot_nonce\0ballot_nonce_encrypt\x01\x00")

    def ballot_nonce_challenge(self, commitment: Element, c0: Element, c1: bytes) -> int:
        """c_B (eq. 38)."""
        return self._number(b"\x23", bytes(commitment), bytes(c0), c1)

    def range_challenge(self, indices: Sequence[int], ciphertext: Ciphertext, commitments: Sequence[Element]) -> int:
        """Eq. 59 and 62."""
        return self._number(b"\x24", *map(small, indices), bytes(ciphertext), *map(bytes, commitments))

    def data_nonce(self, contest: int, ballot_nonce: bytes) -> int:
        """Eq. 64."""
        return self._number(b"\x25", small(contest), ballot_nonce)

    def encrypt_data(self, contest: ContestName, data: bytes, nonce: int, commitment_nonce: int) -> DataCiphertext:
        """Eq. 65-69; the data is whole blocks of 32 bytes."""
        c0, factor = self.group.generator**nonce, self.context.data_key**nonce
        c1 = exclusive_or(data, self._data_keys(contest, c0, factor, len(data) // BLOCK))
        challenge = self._data_proof(contest.number, self.group.generator**commitment_nonce, c0, c1)
        response = (commitment_nonce - challenge * nonce) % self.group.order
        return DataCiphertext(c0, c1, scalar(challenge) + scalar(response), len(data))

    def check_data(self, contest: ContestName, data: DataCiphertext) -> None:
        """The proof that whoever encrypted the data knows the nonce; guardians ask for it before they decrypt.

        Raises:
            Unproven: it does not verify.
        """
        challenge, response = int.from_bytes(data.c2[:32], "big"), int.from_bytes(data.c2[32:], "big")
        known = self.group.knows_scalar(challenge) and self.group.knows_scalar(response)
        proof = Proof(challenge, response)
        if (
            not known
            or not data.c0.is_member
            or challenge
            != self._data_proof(contest.number, knowledge_commitment(self.group, data.c0, proof), data.c0, data.c1)
        ):
            raise Unproven(
                Sentence("contest data with a proof of its nonce"),
                Sentence("a proof that does not verify"),
                Sentence("The data was changed, or copied from another ballot; do not decrypt it."),
                contest.label,
            )

    def decrypt_data(self, contest: ContestName, data: DataCiphertext, factor: Element) -> bytes:
        """Eq. 104-106, once the proof of the nonce was checked."""
        self.check_data(contest, data)
        return exclusive_or(data.c1, self._data_keys(contest, data.c0, factor, len(data.c1) // BLOCK))

    def _data_proof(self, contest: int, commitment: Element, c0: Element, c1: bytes) -> int:
        return self._number(b"\x27", small(contest), bytes(commitment), bytes(c0), c1)

    def _data_keys(self, contest: ContestName, c0: Element, factor: Element, blocks: int) -> bytes:
        index = small(contest.number)
        key = H(self.key, b"\x26", index, bytes(c0), bytes(factor))
        tail = b"data_enc_keys\0contest_data" + index + small(blocks * 256)
        return b"".join(H(key, small(i), tail) for i in range(1, blocks + 1))

    def data_challenge(self, contest: int, data: DataCiphertext, a: Element, b: Element, factor: Element) -> int:
        """Eq. 101."""
        return self._number(b"\x33", small(contest), bytes(data), bytes(a), bytes(b), bytes(factor))

    def data_commitment(
        self, contest: int, guardian: int, data: DataCiphertext, elements: Sequence[Element], present: Sequence[int]
    ) -> bytes:
        """d_i for contest data (eq. 99), from a_i, b_i, m_i and those present."""
        who = small(len(present)) + b"".join(map(small, sorted(present)))
        return H(self.key, b"\x32", small(contest), small(guardian), bytes(data), *map(bytes, elements), who)

    def contest_hash(self, contest: int, ciphertexts: Sequence[Ciphertext], data: DataCiphertext | None) -> bytes:
        """Eq. 70."""
        tail = () if data is None else (bytes(data),)
        return H(self.key, b"\x28", small(contest), *map(bytes, ciphertexts), *tail)

    def confirmation_code(self, contest_hashes: Sequence[bytes], chaining: bytes) -> bytes:
        """Eq. 71; the chaining field B_C has 36 bytes."""
        return H(self.key, b"\x29", *contest_hashes, chaining)
