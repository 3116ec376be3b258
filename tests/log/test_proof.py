"""Proofs to take home behave as C2SP tlog-proof says."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import LOG, WITNESSES, note_signer

from urna.errors import Malformed, Unproven
from urna.log.checkpoint import sign_checkpoint
from urna.log.cosignature import WitnessPolicy
from urna.log.log import Log
from urna.log.merkle import leaf_hash
from urna.log.note import add_signatures
from urna.log.proof import MAX_EXTRA_BYTES, MAX_PROOF_BYTES, LogProof, parse_proof, verify_proof

LOGGED = Log(LOG.name, (str(n).encode() for n in range(21)))
SIGNED = sign_checkpoint(LOGGED.checkpoint(), [LOG])
CHECKPOINT = add_signatures(SIGNED, [witness.cosign(SIGNED, 1_607_292_000) for witness in WITNESSES])
POLICY = WitnessPolicy(witnesses=tuple(witness.verifier for witness in WITNESSES), threshold=3)


def _proof(index: int, extra: bytes | None = None) -> LogProof:
    return LogProof(index=index, hashes=LOGGED.inclusion_proof(index), checkpoint=CHECKPOINT, extra=extra)


@pytest.mark.parametrize("index", range(21))
def test_a_proof_reads_back_and_verifies(index: int) -> None:
    """For each entry, with nothing but the file, the entry and the keys."""
    data = _proof(index).encode()
    assert parse_proof(data) == _proof(index)
    checkpoint = verify_proof(parse_proof(data), leaf_hash(str(index).encode()), LOG.verifier, POLICY)
    assert checkpoint == LOGGED.checkpoint()


def test_a_proof_is_written_as_the_specification_says() -> None:
    """Header, extra, index, hashes from the leaf's sibling up, an empty line, the checkpoint verbatim."""
    hashes = "".join(base64.b64encode(one).decode() + "\n" for one in LOGGED.inclusion_proof(20))
    expected = f"c2sp.org/tlog-proof@v1\nextra aGk=\nindex 20\n{hashes}\n".encode() + CHECKPOINT
    assert _proof(20, b"hi").encode() == expected
    assert parse_proof(expected).extra == b"hi"


@given(st.data())
def test_a_proof_with_any_bit_changed_is_refused(data: st.DataObject) -> None:
    """No bit of the file is without meaning, as long as there is no extra line."""
    changed = bytearray(_proof(9).encode())
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, Unproven)):
        verify_proof(parse_proof(bytes(changed)), leaf_hash(b"9"), LOG.verifier, POLICY)


def test_a_proof_is_for_one_entry_one_log_and_enough_witnesses() -> None:
    """Another entry, another log's key, or a missing witness refuses it."""
    proof = _proof(9)
    with pytest.raises(Unproven):
        verify_proof(proof, leaf_hash(b"8"), LOG.verifier, POLICY)
    with pytest.raises(Unproven):
        verify_proof(proof, leaf_hash(b"9"), note_signer(LOG.name, 2).verifier, POLICY)
    alone = LogProof(index=9, hashes=proof.hashes, checkpoint=SIGNED)
    with pytest.raises(Unproven):
        verify_proof(alone, leaf_hash(b"9"), LOG.verifier, POLICY)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v2\nindex 0",
        "c2sp.org/tlog-proof@v1\nextra aGk=",
        "c2sp.org/tlog-proof@v1\nextra !!\nindex 0",
        "c2sp.org/tlog-proof@v1\nextra aGl=\nindex 0",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra aGk=",
        "c2sp.org/tlog-proof@v1\nindex 00",
        "c2sp.org/tlog-proof@v1\nindex -1",
        "c2sp.org/tlog-proof@v1\nindex 9223372036854775807",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + base64.b64encode(bytes(31)).decode(),
        "c2sp.org/tlog-proof@v1\nindex 0\né" + base64.b64encode(bytes(32)).decode(),
        "c2sp.org/tlog-proof@v1\nindex 0" + ("\n" + base64.b64encode(bytes(32)).decode()) * 64,
    ],
)
def test_what_is_no_proof_is_malformed(head: str) -> None:
    """Missing or misspelled lines, numbers and hashes that cannot be."""
    with pytest.raises(Malformed):
        parse_proof(f"{head}\n\n".encode() + CHECKPOINT)


def test_a_proof_without_checkpoint_or_too_long_is_malformed() -> None:
    """The size is looked at before the content."""
    head = _proof(0).encode().partition(b"\n\n")[0]
    for bad in (head, head + b"\n\n", head + b"\n\nnone\n", bytes(MAX_PROOF_BYTES + 1)):
        with pytest.raises(Malformed):
            parse_proof(bad)
    with pytest.raises(Malformed):
        _proof(0, bytes(MAX_EXTRA_BYTES + 1))
