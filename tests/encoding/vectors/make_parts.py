"""Writes parts.json: a second, independent writer of the parts of a document (docs/spec/qr.md).

Run it from the root of the repository: .venv/bin/python tests/encoding/vectors/make_parts.py
"""

import hashlib
import json
import zlib
from pathlib import Path

DOCUMENT = b"".join(
    b'{"contest":"C%d","votes":[%s]}\n' % (n, b",".join(b"%d" % (n * n * k % 997) for k in range(20))) for n in range(6)
)


def deflate(data: bytes) -> bytes:
    """Raw deflate."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(data) + machine.flush()


def part(  # noqa: PLR0917 - the fields of the header, in order
    number: int,
    count: int,
    chunk: bytes,
    fingerprint: bytes,
    compressed_length: int,
    length: int,
    version: int = 1,
    kind: int = 1,
) -> bytes:
    """One part, field by field as the specification lists them."""
    head = b"URNA" + bytes([version, kind, number, count]) + fingerprint
    head += compressed_length.to_bytes(4, "big") + length.to_bytes(4, "big")
    return head + zlib.crc32(head + chunk).to_bytes(4, "big") + chunk


def parts(document: bytes, count: int, **changed: int) -> list[bytes]:
    """All parts of a document."""
    compressed = deflate(document)
    size = -(-len(compressed) // count)
    fingerprint = hashlib.sha256(document).digest()[:8]
    return [
        part(
            n + 1, count, compressed[n * size : (n + 1) * size], fingerprint, len(compressed), len(document), **changed
        )
        for n in range(count)
    ]


def cases() -> list[dict[str, object]]:
    """Every case: its name, who is to blame, the codes as read, and the document or the words of the refusal."""
    three = parts(DOCUMENT, 3)
    other = parts(DOCUMENT + b"x", 3)
    compressed = deflate(DOCUMENT)
    fingerprint = hashlib.sha256(DOCUMENT).digest()[:8]
    bomb = deflate(bytes(5_000_000))
    flipped = bytearray(three[1])
    flipped[40] ^= 1
    lie = part(1, 1, compressed, bytes(8), len(compressed), len(DOCUMENT))
    shorter = part(1, 1, compressed, fingerprint, len(compressed), len(DOCUMENT) - 1)
    longer = part(1, 1, compressed, fingerprint, len(compressed), len(DOCUMENT) + 1)
    tail = part(1, 1, compressed + b"x", fingerprint, len(compressed) + 1, len(DOCUMENT))
    stored = b"\x01" + len(DOCUMENT).to_bytes(2, "little") + (0xFFFF - len(DOCUMENT)).to_bytes(2, "little") + DOCUMENT
    claim = part(1, 1, b"x" * 50, bytes(8), 50, 0xFFFFFFFF)
    return [
        {"name": "one part", "codes": parts(DOCUMENT, 1), "document": DOCUMENT},
        {"name": "three parts", "codes": three, "document": DOCUMENT},
        {"name": "three parts, last first, one of them twice", "codes": [three[2], three[0], three[2], three[1]],
         "document": DOCUMENT},
        {"name": "a document of one byte", "codes": parts(b"u", 1), "document": b"u"},
        {"name": "another deflate: stored, not compressed",
         "codes": [part(1, 1, stored, fingerprint, len(stored), len(DOCUMENT))], "document": DOCUMENT},
        {"name": "second part missing", "blame": "photographer", "codes": [three[0], three[2]],
         "refused": "part 2 of 3 is missing"},
        {"name": "no part", "blame": "photographer", "codes": [], "refused": "no code"},
        {"name": "a part of another document", "blame": "photographer", "codes": [three[0], three[1], other[2]],
         "refused": "2 documents"},
        {"name": "another QR code", "blame": "photographer", "codes": [b"https://example.org/a-poster-on-the-wall"],
         "refused": "a code of another kind"},
        {"name": "cut off inside the header", "blame": "reader", "codes": [three[0][:20]], "refused": "cut off"},
        {"name": "last byte cut off", "blame": "reader", "codes": [three[0], three[1][:-1], three[2]],
         "refused": "bytes in part 2 of 3"},
        {"name": "one byte too many", "blame": "reader", "codes": [three[0], three[1] + b"\0", three[2]],
         "refused": "bytes in part 2 of 3"},
        {"name": "a bit flipped", "blame": "reader", "codes": [three[0], bytes(flipped), three[2]],
         "refused": "part 2 of 3, damaged"},
        {"name": "version 2", "blame": "reader", "codes": parts(DOCUMENT, 1, version=2), "refused": "version 2"},
        {"name": "kind 9", "blame": "maker", "codes": parts(DOCUMENT, 1, kind=9), "refused": "kind 9"},
        {"name": "number 0", "blame": "maker",
         "codes": [part(0, 1, compressed, fingerprint, len(compressed), len(DOCUMENT))], "refused": "part 0 of 1"},
        {"name": "count 0", "blame": "maker",
         "codes": [part(1, 0, compressed, fingerprint, len(compressed), len(DOCUMENT))], "refused": "part 1 of 0"},
        {"name": "number above count", "blame": "maker",
         "codes": [part(2, 1, compressed, fingerprint, len(compressed), len(DOCUMENT))], "refused": "part 2 of 1"},
        {"name": "more parts than bytes", "blame": "maker", "codes": [part(1, 90, b"x", bytes(8), 10, 100)],
         "refused": "part 1 of 90"},
        {"name": "4 GB claimed", "blame": "maker", "codes": [claim], "refused": "4294967295 bytes"},
        {"name": "4 GB of compressed bytes claimed", "blame": "maker",
         "codes": [part(1, 99, b"x" * 50, bytes(8), 0xFFFFFFFF, 100)], "refused": "from 4294967295"},
        {"name": "a bomb that claims to be small", "blame": "maker",
         "codes": [part(1, 1, bomb, bytes(8), len(bomb), 1000)], "refused": "another length"},
        {"name": "another hash", "blame": "maker", "codes": [lie], "refused": "another hash"},
        {"name": "a byte less claimed than there is", "blame": "maker", "codes": [shorter],
         "refused": "another length"},
        {"name": "a byte more claimed than there is", "blame": "maker", "codes": [longer],
         "refused": "another length"},
        {"name": "bytes after the end of the deflate stream", "blame": "maker", "codes": [tail],
         "refused": "another length"},
        {"name": "not deflate", "blame": "maker",
         "codes": [part(1, 1, b"\xff" * 50, fingerprint, 50, len(DOCUMENT))], "refused": "do not unpack"},
        {"name": "two different second parts", "blame": "maker",
         "codes": [three[0], three[1], three[2],
                   part(2, 3, bytes(len(three[1]) - 28), fingerprint, len(compressed), len(DOCUMENT))],
         "refused": "two different parts 2 of 3"},
        {"name": "three parts of an unfinished stream", "blame": "maker",
         "codes": [part(1, 1, compressed[:-9], fingerprint, len(compressed) - 9, len(DOCUMENT))],
         "refused": "another length"},
    ]  # fmt: skip


def main() -> None:
    """Write the file."""

    def in_hex(value: object) -> object:
        if isinstance(value, bytes):
            return value.hex()
        return [in_hex(each) for each in value] if isinstance(value, list) else value

    found = [{key: in_hex(value) for key, value in case.items()} for case in cases()]
    Path(__file__).with_name("parts.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
