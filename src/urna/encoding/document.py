"""A signed document: a signed note whose text is one record in canonical form and a newline.

So a document can be read with `head -1`, its record with any JSON tool, and its signatures with any tool for
C2SP notes; and a signature covers exactly the bytes that are hashed.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from urna.encoding.canonical import decode, encode
from urna.errors import Unproven
from urna.log.note import NoteSigner, NoteVerifier, open_note, parse_note, sign_note
from urna.words import Sentence

R = TypeVar("R")


def sign_document(record: msgspec.Struct, signers: Iterable[NoteSigner]) -> bytes:
    """The document: the record's canonical bytes, signed by each signer."""
    return sign_note(encode(record).decode() + "\n", signers)


def read_document(data: bytes, kind: type[R], where: str = "") -> R:
    """The record of a document, its signatures NOT verified: for looking up whose keys should have signed it.

    Raises:
        Malformed: not a note, or its text is not that record in canonical form.
    """
    return decode(parse_note(data, where).text[:-1].encode(), kind, where)


def open_document(
    data: bytes, kind: type[R], trusted: Sequence[NoteVerifier], threshold: int = 1, where: str = ""
) -> R:
    """The record of a document that at least `threshold` of the trusted keys signed.

    Raises:
        Malformed: not a note, or its text is not that record in canonical form.
        Unproven: too few signatures, or a trusted key's signature that fails.
    """
    text, signed_by = open_note(data, trusted, where)
    if len({verifier.public_hex for verifier in signed_by}) < threshold:
        raise Unproven(
            Sentence("signatures by {threshold} of {count} keys", {"threshold": threshold, "count": len(trusted)}),
            Sentence("{found}", {"found": len(signed_by)}),
            Sentence("Ask the missing officers to sign it."),
            where,
        )
    return decode(text[:-1].encode(), kind, where)
