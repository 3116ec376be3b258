"""Writes tests/crypto/vectors/shuffle.json: `python -m tests.crypto.write_shuffle_vectors`.

Valid shuffles with everything that a second implementation needs to make the same bytes, and changed ones with who is
to blame. The file is part of the protocol: it changes only with docs/spec/secret-comparison.md.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.crypto.shuffled import CONTEXT, KEY, KEY_SECRET, entropy, some_rows

from urna.crypto.scalars import L, from_int
from urna.crypto.shuffle import draw_secret, shuffle
from urna.crypto.shuffle_proof import prove_shuffle
from urna.crypto.shuffle_transcript import Statement, generators, part_sizes

FILE = Path(__file__).parent / "vectors" / "shuffle.json"
SIZES = ((1, 1), (2, 3), (3, 2), (5, 1))
CHANGED = 2
"""Which of them the changed ones are made from."""


def vectors() -> dict[str, object]:
    """The whole file."""
    valid = [_valid(number, width) for number, width in SIZES]
    return {
        "specification": "docs/spec/secret-comparison.md",
        "key_secret": KEY_SECRET.hex(),
        "key": KEY.point.hex(),
        "context": CONTEXT.hex(),
        "generators": [each.hex() for each in generators(5)],
        "valid": valid,
        "invalid": list(_invalid(valid[CHANGED])),
    }


def _valid(number: int, width: int) -> dict[str, str | int | list[int] | list[str] | list[list[str]]]:
    before = some_rows(number, width, "vectors")
    secret = draw_secret(before, entropy(f"vectors {number} {width}"))
    after = shuffle(KEY, before, secret)
    drawn: list[bytes] = []
    more = entropy(f"vectors' proof {number} {width}")

    def kept(size: int) -> bytes:
        drawn.append(more(size))
        return drawn[-1]

    proof = prove_shuffle(Statement(CONTEXT, KEY.point, before, after), secret, kept)
    return {
        "rows": number,
        "width": width,
        "before": before.data.hex(),
        "order": list(secret.order),
        "factors": [[each.hex() for each in row] for row in secret.factors],
        "after": after.data.hex(),
        "random": [each.hex() for each in drawn],
        "proof": proof.written().hex(),
    }


def _invalid(valid: dict[str, str | int | list[int] | list[str] | list[list[str]]]) -> Iterator[dict[str, object]]:
    """Name, who is to blame, the kind of failure, which bytes are changed, from where, and to what."""
    after, proof = bytes.fromhex(str(valid["after"])), bytes.fromhex(str(valid["proof"]))
    row = len(after) // SIZES[CHANGED][0]
    scalars = 32 * sum(part_sizes(*SIZES[CHANGED])[:5])
    first = int.from_bytes(proof[scalars : scalars + 32], "little")
    cases = (
        ("rows-exchanged", "the mixer", "unproven", "after", 0, after[row : 2 * row] + after[:row]),
        ("row-doubled", "the mixer", "unproven", "after", row, after[:row]),
        ("ids-exchanged", "the mixer", "unproven", "after", 0, after[row : row + 64]),
        ("result-is-the-identity", "the mixer", "unproven", "after", 0, bytes(64)),
        ("result-with-high-bit", "the encoder", "malformed", "after", 31, bytes([after[31] | 0x80])),
        ("commitments-exchanged", "the mixer", "unproven", "proof", 0, proof[32:64] + proof[:32]),
        ("commitment-is-the-identity", "the mixer", "unproven", "proof", 0, bytes(32)),
        ("commitment-off-the-group", "the encoder", "malformed", "proof", 0, b"\x01" + bytes(31)),
        ("answer-changed", "the mixer", "unproven", "proof", scalars, from_int(first + 1)),
        ("answer-above-the-order", "the encoder", "malformed", "proof", scalars, (first + L).to_bytes(32, "little")),
        ("other-context", "a copied proof", "unproven", "context", 0, bytes(32)),
        (
            "other-key",
            "the mixer",
            "unproven",
            "key",
            0,
            bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"),
        ),
        ("key-is-the-identity", "the mixer", "malformed", "key", 0, bytes(32)),
    )
    for name, blame, failure, changed, offset, data in cases:
        yield {
            "name": name,
            "blame": blame,
            "failure": failure,
            "valid": CHANGED,
            "changed": changed,
            "offset": offset,
            "bytes": data.hex(),
        }


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n")
