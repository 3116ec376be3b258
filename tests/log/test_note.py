"""Signed notes behave as C2SP signed-note says."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import note_signer
from tests.shared import shared

from urna.crypto.signatures import SigningKey
from urna.errors import Malformed, Unproven
from urna.log.note import (
    MAX_SIGNATURES,
    NoteSigner,
    NoteVerifier,
    check_key_name,
    open_note,
    parse_note,
    sign_note,
)

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


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"a\n",
        b"a\n\n",
        b"a\n\n- x y\n",
        b"\xff\n\n",
        EXAMPLE[:-1],
        EXAMPLE + b"\n",
        EXAMPLE.replace(b"aQM=", b"aQN="),
        EXAMPLE.replace(b"aQM=", b"aQM"),
        "a\n\n— x AAAAAA==\n".encode(),
    ],
)
def test_what_is_no_note_is_malformed(bad: bytes) -> None:
    """Truncated or stray bytes never parse."""
    with pytest.raises(Malformed):
        parse_note(bad)


def test_the_text_ends_at_the_last_empty_line() -> None:
    """A text may have empty lines of its own, also at its end."""
    signer = note_signer("a.example", 1)
    for text in ("one\n\ntwo\n", "one\n\n", "\n", "— a.example AAAAAAA=\n\ntwo\n"):
        assert open_note(sign_note(text, [signer]), [signer.verifier])[0] == text
    found = parse_note(shared("tlog/c2sp-specs/signed-note.md").read_text().split("```\n")[1].encode())
    assert found.text.endswith("\n\ned è subito sera.\n")
    assert found.signatures[0].name == "quasimodo.example/salvatore"


def test_sixteen_signatures_are_read_and_too_many_are_not() -> None:
    """A reader must take 16; ours takes 128."""
    signers = [note_signer(f"a.example/{n}", n + 1) for n in range(16)]
    assert len(open_note(sign_note("one\n", signers), [one.verifier for one in signers])[1]) == 16
    note = sign_note("one\n", signers[:1])
    line = note.partition(b"\n\n")[2]
    assert len(parse_note(note + line * (MAX_SIGNATURES - 1)).signatures) == MAX_SIGNATURES
    with pytest.raises(Malformed):
        parse_note(note + line * MAX_SIGNATURES)


def test_a_known_keys_bad_signature_refuses_the_whole_note() -> None:
    """Although another signature, and another of the same key, verify."""
    one, two = note_signer("a.example/1", 1), note_signer("a.example/2", 2)
    wrong = sign_note("other\n", [one]).partition(b"\n\n")[2]
    note = sign_note("text\n", [one, two]) + wrong
    assert open_note(note, [two.verifier])[1] == (two.verifier,)
    for trusted in ([one.verifier], [one.verifier, two.verifier]):
        with pytest.raises(Unproven):
            open_note(note, trusted)


@pytest.mark.parametrize(
    "name", ["", "a b", "a\u00a0b", "a\u2003b", "a\u3000", "a\u2028b", "a\u0085b", "a+b", "a\nb", "a\x1fb"]
)
def test_a_name_with_a_space_of_any_kind_is_no_name(name: str) -> None:
    """Nor with a plus sign or a control character, in a key or in a note."""
    with pytest.raises(Malformed):
        check_key_name(name)
    line = sign_note("one\n", [note_signer("NAME", 1)]).replace(b"NAME", name.encode())
    with pytest.raises(Malformed):
        parse_note(line)


@pytest.mark.parametrize("text", ["", "a", "a\r\n", "a\tb\n", "a\0\n", "\x1b[31m\n"])
def test_a_text_that_is_not_lines_is_not_signed(text: str) -> None:
    """No control characters but newline; the last line is ended."""
    with pytest.raises(Malformed):
        sign_note(text, [note_signer("a.example", 1)])


@given(st.binary(max_size=200) | st.text(st.sampled_from("— ab+=/A\n\t0"), max_size=80).map(str.encode))
def test_any_bytes_are_a_note_or_malformed(data: bytes) -> None:
    """Nothing else escapes; and what is a note has lines that are written as they were read."""
    try:
        note = parse_note(data)
    except Malformed:
        return
    assert (note.text + "\n" + "".join(one.line() for one in note.signatures)).encode() == data
