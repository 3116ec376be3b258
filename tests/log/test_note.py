"""Signed notes behave as C2SP signed-note says."""

import base64

import pytest

from urna.crypto.signatures import SigningKey
from urna.errors import Malformed, Unproven
from urna.log.note import NoteSigner, NoteVerifier, open_note, parse_note, sign_note

EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def test_the_example_of_the_specification_verifies() -> None:
    """The note and the key in the specification's text."""
    key = NoteVerifier("example.com/foo", base64.b64decode(VKEY.split("+")[2])[1:].hex())
    assert key.vkey() == VKEY
    assert open_note(EXAMPLE, [key])[0] == "This is an example message.\n"


def test_one_changed_letter_is_refused() -> None:
    """The signature covers the text."""
    signer = NoteSigner("a.example/1", SigningKey(bytes(32)))
    note = sign_note("one\n", [signer])
    assert open_note(note, [signer.verifier])[0] == "one\n"
    with pytest.raises(Unproven):
        open_note(note.replace(b"one", b"two"), [signer.verifier])


def test_an_unknown_key_is_no_signature() -> None:
    """Signatures of strangers are passed over, and alone they prove nothing."""
    signer, stranger = (NoteSigner(f"a.example/{n}", SigningKey(bytes([n] * 32))) for n in (1, 2))
    note = sign_note("one\n", [signer, stranger])
    assert open_note(note, [signer.verifier])[1] == (signer.verifier,)
    with pytest.raises(Unproven):
        open_note(sign_note("one\n", [stranger]), [signer.verifier])


@pytest.mark.parametrize("bad", [b"", b"a\n", b"a\n\n", b"a\n\n- x y\n", b"\xff\n\n", EXAMPLE[:-1], EXAMPLE + b"\n"])
def test_what_is_no_note_is_malformed(bad: bytes) -> None:
    """Truncated or stray bytes never parse."""
    with pytest.raises(Malformed):
        parse_note(bad)
