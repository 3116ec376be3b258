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

_CONTROL = bytes(each for each in range(0x20) if each != ord("\n"))
_LINE = re.compile(r"\A— (\S+) (\S+)\Z")
_KEY_HEX = re.compile(r"\A[0-9a-f]{64}\Z")


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

    def by(self, name: str, key_id: bytes) -> tuple[bytes, ...]:
        """What the key of this name and id signed: what follows the id, line by line."""
        return tuple(one.signature for one in self.signatures if (one.name, one.key_id) == (name, key_id))


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


def check_public_hex(public_hex: str) -> str:
    """The Ed25519 public key, if it is 64 lower-case hexadecimal digits.

    Raises:
        Malformed: it is not.
    """
    if not _KEY_HEX.match(public_hex):
        raise Malformed(
            Sentence("a public key of 64 lower-case hexadecimal digits"),
            Sentence("{key}", {"key": repr(public_hex[:80])}),
            Sentence("Check the key."),
        )
    return public_hex


def format_vkey(name: str, signature_type: int, public_hex: str) -> str:
    """A public key as C2SP writes it: name+hex key id+base64(type || public key)."""
    public = bytes.fromhex(public_hex)
    encoded = base64.b64encode(bytes([signature_type]) + public).decode()
    return f"{name}+{key_id(name, signature_type, public).hex()}+{encoded}"


def parse_vkey(vkey: str, signature_type: int) -> tuple[str, str]:
    """The name and the public key, in hexadecimal digits, of an Ed25519 key that C2SP's format holds.

    Args:
        vkey: name+hex key id+base64(type || public key).
        signature_type: the one that the key must be for.

    Raises:
        Malformed: not such a key, or its id is not that of its name, type and public key.
    """
    name, _, rest = vkey.partition("+")
    try:
        raw = base64.b64decode(rest.partition("+")[2], validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 33 or format_vkey(check_key_name(name), signature_type, raw[1:].hex()) != vkey:
        raise Malformed(
            Sentence("a key as name+id+base64, of signature type {type}", {"type": signature_type}),
            Sentence("{key}", {"key": repr(vkey[:200])}),
            Sentence("Copy the key again from where its owner publishes it."),
        )
    return name, raw[1:].hex()


class NoteVerifier:
    """A key that is trusted under a name.

    Args:
        name: the key's name, a schema-less URL by custom.
        public_hex: its Ed25519 public key.
    """

    def __init__(self, name: str, public_hex: str) -> None:
        self.name = check_key_name(name)
        self.public_hex = check_public_hex(public_hex)
        self.key_id = key_id(name, ED25519, bytes.fromhex(public_hex))

    @classmethod
    def of(cls, vkey: str) -> "NoteVerifier":
        """The key that a text in C2SP's format holds; raises `Malformed` if it is none."""
        return cls(*parse_vkey(vkey, ED25519))

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
        return format_vkey(self.name, ED25519, self.public_hex)

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


def add_signatures(data: bytes, signatures: Iterable[NoteSignature], where: str = "") -> bytes:
    """The note with more signatures under it; one that it already bears is not repeated.

    Raises:
        Malformed: not a note, or it would bear more than MAX_SIGNATURES.
    """
    there = list(parse_note(data, where).signatures)
    for signature in signatures:
        if signature not in there:
            there.append(signature)
            data += signature.line().encode()
    parse_note(data, where)
    return data


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
    if not separator or not tail.endswith("\n") or _has_control(data):
        raise _malformed(Sentence("no text and signatures parted by an empty line"), where)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(Sentence("{count} signatures", {"count": len(lines)}), where)
    return Note(text + "\n", tuple(parse_signature(line, where) for line in lines))


def parse_signature(line: str, where: str = "") -> NoteSignature:
    """The signature that a line is, without its newline.

    Raises:
        Malformed: not a signature line.
    """
    match = _LINE.match(line)
    try:
        raw = base64.b64decode(match[2], validate=True) if match else b""
    except (binascii.Error, ValueError):
        raw = b""
    if match is None or len(raw) < 5 or "+" in match[1] or base64.b64encode(raw).decode() != match[2]:
        raise _malformed(Sentence("a signature line that is not one"), where)
    return NoteSignature(match[1], raw[:4], raw[4:])


def open_note(data: bytes, trusted: Sequence[NoteVerifier], where: str = "") -> tuple[str, tuple[NoteVerifier, ...]]:
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
        own = note.by(verifier.name, verifier.key_id)
        for signature in own:
            verifier.check(text, signature)
        if own:
            found.append(verifier)
    if not found:
        raise Unproven(
            Sentence("a signature by {names}", {"names": " / ".join(v.name for v in trusted)})
            if trusted
            else Sentence("a signature by a trusted key"),
            Sentence("none by a trusted key"),
            Sentence("Ask for the document with its signature, or check which keys you trust."),
            where,
        )
    return note.text, tuple(found)


def _has_control(data: bytes) -> bool:
    """Whether a control character is in UTF-8 other than newlines; ten times as quick as a pattern."""
    return len(data.translate(None, _CONTROL)) != len(data)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _has_control(text.encode()):
        raise _malformed(Sentence("a text that is not lines ended by newlines"), "")


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a signed note: text, an empty line, signatures"),
        found,
        Sentence("Ask its maker for the file as it was written."),
        where,
    )
