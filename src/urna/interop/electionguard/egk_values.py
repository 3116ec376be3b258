"""Numbers, ciphertexts and proofs from the texts of egk-ec's files, and back; nothing out of range is reduced."""

from urna.errors import Malformed
from urna.interop.electionguard.egk_files import HashedPair, Pair, RangeResponses, Response
from urna.interop.electionguard.egk_json import AS_WRITTEN, read_octets, write_octets
from urna.interop.electionguard.group import Ciphertext, Element, Group
from urna.interop.electionguard.hashing import HASH_BYTES, scalar
from urna.interop.electionguard.profile import DataCiphertext
from urna.interop.electionguard.proofs import Proof, RangeProof
from urna.words import Sentence


def read_element(group: Group, text: str, where: str = "") -> Element:
    """An element of the encoding; raises `Malformed` for another length or an integer out of range."""
    return group.read(read_octets(text, group.element_bytes, where), where)


def read_member(group: Group, text: str, where: str = "") -> Element:
    """An element of order q, or 1.

    Raises:
        Malformed: out of range, or of another order.
    """
    found = read_element(group, text, where)
    if not found.is_member:
        raise Malformed(
            Sentence("an element x of the group, x^q = 1"), Sentence("one of another order"), AS_WRITTEN, where
        )
    return found


def read_hash(text: str, where: str = "") -> bytes:
    """32 bytes; raises `Malformed` for another length."""
    return read_octets(text, HASH_BYTES, where)


def read_scalar(group: Group, text: str, where: str = "") -> int:
    """A number of Z_q.

    Raises:
        Malformed: another length, or q and more.
    """
    found = int.from_bytes(read_hash(text, where), "big")
    if not group.knows_scalar(found):
        raise Malformed(
            Sentence("a number below q"), Sentence("one that is not; it is refused, never reduced"), AS_WRITTEN, where
        )
    return found


def read_pair(group: Group, pair: Pair, where: str = "") -> Ciphertext:
    """(α, β), both members; raises `Malformed` otherwise."""
    return Ciphertext(read_member(group, pair.pad, where), read_member(group, pair.data, where))


def read_data(group: Group, data: HashedPair, where: str = "") -> DataCiphertext:
    """(C_0, C_1, C_2) of 2.0.0.

    Raises:
        Malformed: an element out of range, C_1 not whole blocks, or a length that does not fit it.
    """
    found = DataCiphertext(
        read_member(group, data.c0, where), read_octets(data.c1, None, where), read_hash(data.c2, where), data.numBytes
    )
    if len(found.c1) % HASH_BYTES or -(-found.size // HASH_BYTES) * HASH_BYTES != len(found.c1):
        raise Malformed(
            Sentence("encrypted data in whole blocks of 32 bytes"),
            Sentence("{size} bytes", {"size": len(found.c1)}),
            AS_WRITTEN,
            where,
        )
    return found


def write_element(element: Element) -> str:
    """Base64 of the fixed-length encoding."""
    return write_octets(bytes(element))


def write_scalar(number: int) -> str:
    """Base64 of 32 bytes."""
    return write_octets(scalar(number))


def write_pair(ciphertext: Ciphertext) -> Pair:
    """(α, β) as a file has it."""
    return Pair(write_element(ciphertext.pad), write_element(ciphertext.data))


def write_proof(proof: Proof) -> Response:
    """(c, v) as a file has it."""
    return Response(write_scalar(proof.challenge), write_scalar(proof.response))


def write_range(proof: RangeProof) -> RangeResponses:
    """A range proof as a file has it."""
    return RangeResponses(tuple(write_proof(branch) for branch in proof))


def write_data(data: DataCiphertext) -> HashedPair:
    """Contest data as a file has it."""
    return HashedPair(write_element(data.c0), write_octets(data.c1), write_octets(data.c2), data.size)
