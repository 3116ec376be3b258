"""Signed notes (C2SP signed-note): a text and the signatures under it.

    text, one or more lines, each ended by a newline
    (an empty line)
    — <key name> <base64 of 4-byte key id and signature>

Everything that urna signs is a note, so one small parser and any C2SP tool can check it.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from urna.crypto.signatures import SIGNATURE_BYTES, SigningKey, verify_signature
from urna.errors import Malformed, Unproven
from urna.words import Sentence

ED25519 = 0x01
"""The signature type of a plain Ed25519 note signature."""

MAX_NOTE_BYTES = 64 * 1024 * 1024
MAX_SIGNATURES = 128

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"\A— (\S+) (\S+)\Z")


class NoteSignature(NamedTuple):
    """One signature line: the key's name, its 4-byte id, and what follows the id."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


class Note(NamedTuple):
    """A parsed note: the text with its final newline, and all its signatures, verified or not."""

    text: str
    signatures: tuple[NoteSignature, ...]


def key_id(name: str, signature_type: int, public: bytes) -> bytes:
    """The 4-byte id of a key: SHA-256(name || 0x0A || type || public key)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([signature_type]) + public).digest()[:4]


def check_key_name(name: str) -> str:
    """The name, if it is one: not empty, no space of any kind, no plus, no control character.

    Raises:
        Malformed: it is not.
    """
    if not name or "+" in name or any(letter.isspace() or ord(letter) < 0x20 for letter in name):
        raise Malformed(
            Sentence("a key name without spaces and plus signs"),
            Sentence("{name}", {"name": repr(name)}),
            Sentence("Choose another name for the key."),
        )
    return name


class NoteVerifier:
    """A key that is trusted under a name.

    Args:
        name: the key's name, a schema-less URL by custom.
        public_hex: its Ed25519 public key.
    """

    def __init__(self, name: str, public_hex: str) -> None:
        self.name = check_key_name(name)
        self.public_hex = public_hex
        self.key_id = key_id(name, ED25519, bytes.fromhex(public_hex))

    def check(self, text: bytes, signature: bytes) -> None:
        """Returns if this key signed the text; raises `Unproven` otherwise."""
        if len(signature) != SIGNATURE_BYTES:
            raise Unproven(
                Sentence("a signature of 64 bytes"),
                Sentence("{size} bytes", {"size": len(signature)}),
                Sentence("Treat the document as not signed, and ask its maker."),
                self.name,
            )
        verify_signature(self.public_hex, text, signature, self.name)

    def vkey(self) -> str:
        """The key as C2SP writes it: name+hex key id+base64(type || public key)."""
        encoded = base64.b64encode(bytes([ED25519]) + bytes.fromhex(self.public_hex)).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def __repr__(self) -> str:
        """The key as C2SP writes it."""
        return f"NoteVerifier({self.vkey()})"


class NoteSigner:
    """A private key that signs notes under a name."""

    def __init__(self, name: str, key: SigningKey) -> None:
        self.name = check_key_name(name)
        self._key = key
        self.verifier = NoteVerifier(name, key.public_hex)

    def sign(self, text: bytes) -> NoteSignature:
        """The signature line of this key over the text."""
        return NoteSignature(self.name, self.verifier.key_id, self._key.sign(text))

    def __repr__(self) -> str:
        """Names the public half only."""
        return f"NoteSigner({self.verifier.vkey()})"


def sign_note(text: str, signers: Iterable[NoteSigner]) -> bytes:
    """A note with this text and a signature of each signer, in the order given.

    Args:
        text: one or more lines, ended by a newline, without other control characters.
        signers: at least one.

    Raises:
        Malformed: the text cannot be a note's text.
    """
    _check_text(text)
    lines = [signer.sign(text.encode()).line() for signer in signers]
    if not lines:
        raise Malformed(Sentence("at least one signer"), Sentence("none"), Sentence("Name who signs."))
    return (text + "\n" + "".join(lines)).encode()


def parse_note(data: bytes, where: str = "") -> Note:
    """The note that these bytes are; its signatures are not verified yet.

    Raises:
        Malformed: not a note.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise _malformed(Sentence("{size} bytes", {"size": len(data)}), where)
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(Sentence("bytes that are not UTF-8"), where) from error
    text, separator, tail = whole.rpartition("\n\n")
    if not separator or not tail.endswith("\n") or _CONTROL.search(whole):
        raise _malformed(Sentence("no text and signatures parted by an empty line"), where)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(Sentence("{count} signatures", {"count": len(lines)}), where)
    return Note(text + "\n", tuple(_parse_line(line, where) for line in lines))


def open_note(
    data: bytes, trusted: Sequence[NoteVerifier], where: str = ""
) -> tuple[str, tuple[NoteVerifier, ...]]:
    """The note's text and the trusted keys that signed it, each once, in the order of `trusted`.

    Signatures of unknown keys are passed over; a known key's signature that fails refuses the whole note.

    Raises:
        Malformed: not a note.
        Unproven: a known key's signature fails, or no known key signed.
    """
    note = parse_note(data, where)
    text = note.text.encode()
    found = []
    for verifier in trusted:
        own = [s for s in note.signatures if (s.name, s.key_id) == (verifier.name, verifier.key_id)]
        for signature in own:
            verifier.check(text, signature.signature)
        if own:
            found.append(verifier)
    if not found:
        raise Unproven(
            Sentence(
                "a signature by {names}", {"names": " / ".join(v.name for v in trusted) or "a trusted key"}
            ),
            Sentence("none by a trusted key"),
            Sentence("Ask for the document with its signature, or check which keys you trust."),
            where,
        )
    return note.text, tuple(found)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise _malformed(Sentence("a text that is not lines ended by newlines"), "")


def _parse_line(line: str, where: str) -> NoteSignature:
    match = _LINE.match(line)
    try:
        raw = base64.b64decode(match[2], validate=True) if match else b""
    except (binascii.Error, ValueError):
        raw = b""
    if match is None or len(raw) < 5 or "+" in match[1] or base64.b64encode(raw).decode() != match[2]:
        raise _malformed(Sentence("a signature line that is not one"), where)
    return NoteSignature(match[1], raw[:4], raw[4:])


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a signed note: text, an empty line, signatures"),
        found,
        Sentence("Ask its maker for the file as it was written."),
        where,
    )
