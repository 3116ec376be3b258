"""Cosignatures behave as C2SP tlog-cosignature says."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import LOG, WITNESSES, note_signer, witness_signer
from tests.shared import shared

from urna.crypto.signatures import SigningKey, verify_signature
from urna.errors import Malformed, Unproven
from urna.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from urna.log.cosignature import (
    WitnessPolicy,
    WitnessSigner,
    WitnessVerifier,
    cosigned_message,
    open_witnessed,
    read_cosignatures,
    require_witnesses,
)
from urna.log.merkle import root_of
from urna.log.note import MAX_SIGNATURES, NoteSignature, add_signatures, parse_note, parse_signature

NOW = 1_607_292_000
"""2020-12-06T22:00:00Z."""

SIGNED = sign_checkpoint(Checkpoint(origin=LOG.name, size=2, root=root_of([b"a", b"b"])), [LOG])
COSIGNED = add_signatures(SIGNED, [witness.cosign(SIGNED, NOW + n) for n, witness in enumerate(WITNESSES)])

PUBLISHED = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSi\
XCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
""".encode()
PUBLISHED_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"


def _policy(threshold: int, witnesses: tuple[WitnessSigner, ...] = WITNESSES) -> WitnessPolicy:
    return WitnessPolicy(witnesses=tuple(one.verifier for one in witnesses), threshold=threshold)


def test_a_cosignature_that_a_public_witness_made_verifies() -> None:
    """A checkpoint of a Certificate Transparency log and the line of a witness, both as published."""
    witness = WitnessVerifier.of(PUBLISHED_KEY)
    assert witness.vkey() == PUBLISHED_KEY
    [found] = read_cosignatures(PUBLISHED, [witness])
    assert (found.witness, found.timestamp_seconds) == (witness, 0x6A122120)
    with pytest.raises(Unproven):
        read_cosignatures(PUBLISHED.replace(b"1432088532", b"1432088533"), [witness])


def test_the_example_of_the_specification_is_read() -> None:
    """The cosigned checkpoint in the specification's text states the time that it explains further down."""
    text = shared("tlog/c2sp-specs/tlog-cosignature.md").read_text()
    line = parse_note(text.split("```\n")[1].encode()).signatures[1]
    assert (line.name, len(line.signature)) == ("witness.example.com/w1", 72)
    assert f"time {int.from_bytes(line.signature[:8], 'big')}\n" in text


def test_a_witness_signs_the_message_of_the_specification() -> None:
    """A header, the time and the checkpoint's lines, put together here by hand."""
    line = WITNESSES[0].cosign(SIGNED, NOW)
    message = f"cosignature/v1\ntime {NOW}\n".encode() + SIGNED.partition(b"\n\n")[0] + b"\n"
    verify_signature(WITNESSES[0].verifier.public_hex, message, line.signature[8:])
    assert line.signature[:8] == NOW.to_bytes(8, "big")
    assert base64.b64decode(line.line().split()[2]) == line.key_id + line.signature


def test_cosignatures_are_found_with_their_times() -> None:
    """Each trusted witness once, in the order of trust; strangers are passed over."""
    trusted = [WITNESSES[2].verifier, witness_signer("stranger.example", 99).verifier, WITNESSES[0].verifier]
    found = read_cosignatures(COSIGNED, trusted)
    assert [(one.witness.name, one.timestamp_seconds) for one in found] == [
        ("witness2.example", NOW + 2),
        ("witness0.example", NOW),
    ]
    assert open_checkpoint(COSIGNED, LOG.verifier).size == 2


@pytest.mark.parametrize("threshold", range(4))
def test_enough_witnesses_are_enough(threshold: int) -> None:
    """Two of three cosigned: that satisfies 0, 1 and 2, and not 3."""
    data = add_signatures(SIGNED, [one.cosign(SIGNED, NOW) for one in WITNESSES[:2]])
    if threshold <= 2:
        assert len(require_witnesses(data, _policy(threshold))) == 2
        assert open_witnessed(data, LOG.verifier, _policy(threshold)).size == 2
    else:
        with pytest.raises(Unproven):
            require_witnesses(data, _policy(threshold))


def test_one_witness_that_signs_twice_counts_once() -> None:
    """With the later of its times."""
    data = add_signatures(SIGNED, [WITNESSES[0].cosign(SIGNED, NOW + n) for n in (5, 0)])
    assert [one.timestamp_seconds for one in read_cosignatures(data, [WITNESSES[0].verifier])] == [NOW + 5]
    with pytest.raises(Unproven):
        require_witnesses(data, _policy(2))


def test_a_key_under_two_names_is_no_two_witnesses() -> None:
    """The signed message does not hold the name, so the policy refuses the second."""
    with pytest.raises(Malformed):
        _policy(1, (witness_signer("a.example", 5), witness_signer("b.example", 5)))


@pytest.mark.parametrize("threshold", [-1, 4])
def test_a_threshold_that_cannot_be_met_is_malformed(threshold: int) -> None:
    """A policy asks for at most as many witnesses as there are."""
    with pytest.raises(Malformed):
        _policy(threshold)


def test_the_log_is_no_witness_of_itself() -> None:
    """Its own key among the witnesses refuses the policy, whatever the name."""
    own = WitnessSigner("witness.example", SigningKey(bytes([1]) * 32))
    data = add_signatures(SIGNED, [own.cosign(SIGNED, NOW)])
    with pytest.raises(Malformed):
        open_witnessed(data, LOG.verifier, _policy(1, (own,)))


def test_a_cosignature_is_no_signature_of_the_log_nor_the_reverse() -> None:
    """The same key under the same name has another id for each use, and signs another message."""
    both, own = note_signer("a.example", 7), witness_signer("a.example", 7)
    assert both.verifier.key_id != own.verifier.key_id
    plain = sign_checkpoint(Checkpoint(origin="a.example", size=1, root=bytes(32)), [both])
    assert read_cosignatures(plain, [own.verifier]) == ()
    posing = NoteSignature("a.example", own.verifier.key_id, bytes(8) + both.sign(b"").signature)
    with pytest.raises(Unproven):
        read_cosignatures(add_signatures(plain, [posing]), [own.verifier])


@given(st.data())
def test_a_cosigned_checkpoint_with_any_bit_changed_is_refused(data: st.DataObject) -> None:
    """With all three witnesses required, no bit may change: not the text, not a time, not a name."""
    changed = bytearray(COSIGNED)
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, Unproven)):
        open_witnessed(bytes(changed), LOG.verifier, _policy(3))


@pytest.mark.parametrize("length", [0, 8, 64, 71, 73, 2428])
def test_a_cosignature_of_another_length_is_refused(length: int) -> None:
    """Also one of ML-DSA's length under an Ed25519 key's id."""
    line = NoteSignature(
        WITNESSES[0].name, WITNESSES[0].verifier.key_id, (NOW.to_bytes(8, "big") + bytes(2420))[:length]
    )
    with pytest.raises((Malformed, Unproven)):
        read_cosignatures(add_signatures(SIGNED, [line]), [WITNESSES[0].verifier])


@pytest.mark.parametrize("time", [-1, 0, 2**63])
def test_a_time_that_cannot_be_is_malformed(time: int) -> None:
    """A witness states when it looked; 0 is no time."""
    with pytest.raises(Malformed):
        WITNESSES[0].cosign(SIGNED, time)


@pytest.mark.parametrize("time", [0, 2**63, 2**64 - 1])
def test_a_cosignature_that_states_no_time_is_refused(time: int) -> None:
    """Although its signature verifies."""
    witness = WITNESSES[0].verifier
    signature = SigningKey(bytes([10]) * 32).sign(cosigned_message(parse_note(SIGNED).text, time))
    line = NoteSignature(witness.name, witness.key_id, time.to_bytes(8, "big") + signature)
    with pytest.raises(Unproven, match="states a time"):
        read_cosignatures(add_signatures(SIGNED, [line]), [witness])


def test_a_witness_signs_checkpoints_only() -> None:
    """A note with another text is refused, so a witness's key cannot be used to sign something else."""
    with pytest.raises(Malformed):
        WITNESSES[0].cosign(b"any text\n\n" + SIGNED.partition(b"\n\n")[2], NOW)


def test_a_line_that_a_witness_sent_back_is_added_once() -> None:
    """As a witness's answer comes: one line; a note bears at most 128."""
    line = WITNESSES[0].cosign(SIGNED, NOW)
    once = add_signatures(SIGNED, [parse_signature(line.line()[:-1])])
    assert add_signatures(once, [line]) == once == SIGNED + line.line().encode()
    with pytest.raises(Malformed):
        add_signatures(SIGNED, [WITNESSES[0].cosign(SIGNED, NOW + n) for n in range(MAX_SIGNATURES)])


def test_no_private_key_shows() -> None:
    """Reprs name the public half only."""
    seed = bytes([10]) * 32
    assert seed.hex() not in repr(WITNESSES[0]) + repr(WITNESSES[0].verifier) + repr(LOG)
    assert WITNESSES[0].verifier.vkey() in repr(WITNESSES[0])
