"""The examples of docs/spec/poll-book.md, recomputed without urna's own code, and by it."""

import base64
import hashlib
import hmac
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from tests.pollbook.world import Drawn
from tests.roll.small import small_election

from urna.crypto.kdf import Cost
from urna.encoding.canonical import decode
from urna.roll.commitment import commit_part, leaf
from urna.roll.elector import MAX_NAME_LETTERS, Elector, Member, RollPart
from urna.roll.rows import MAX_LINE_BYTES, read_rows
from urna.station.codes import MAX_WRONG_CODES, SYMBOLS, read_code, show_code, slow_hash
from urna.station.pollbook_rows import PEOPLE_STEP
from urna.station.telephone import check_response
from urna.station.vault import Vault

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/poll-book.md").read_text()
ELECTION, KEY = "e" * 64, bytes(range(32))


def block(name: str) -> str:
    """The fenced example with this name."""
    match = re.search(rf"^```{name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert match, f"no example {name}"
    return match[1].rstrip("\n")


def parts(*values: bytes) -> bytes:
    """Each after its length in 8 bytes, as the page says."""
    return b"".join(len(value).to_bytes(8, "big") + value for value in values)


def derive(purpose: bytes) -> bytes:
    """HKDF-Expand for 32 bytes is one HMAC."""
    return hmac.digest(KEY, purpose + b"\x01", "sha256")


def test_the_roll_file_reads() -> None:
    """Three well-formed rows."""
    rows, findings = read_rows(block("csv").encode(), "roll.csv")
    assert (len(rows), findings) == (3, [])
    assert small_election().stations["S1"].centre == rows[0].centre


def test_the_leaves_and_the_root_are_hashes_of_the_electors_shown() -> None:
    """By hand, and by the commitment."""
    electors = block("electors").split("\n")
    leaves = [hashlib.sha256(bytes([n] * 32) + line.encode()).digest() for n, line in enumerate(electors, start=1)]
    assert [each.hex() for each in leaves] == block("leaves").split("\n")
    a, b, c = (hashlib.sha256(b"\0" + each).digest() for each in sorted(leaves))
    root = hashlib.sha256(b"\1" + hashlib.sha256(b"\1" + a + b).digest() + c).hexdigest()
    assert root == block("root")
    members = tuple(
        Member(salt=bytes([n] * 32).hex(), elector=decode(line.encode(), Elector))
        for n, line in enumerate(electors, start=1)
    )
    assert [leaf(member) for member in members] == leaves
    assert commit_part(RollPart(election=ELECTION, station="S1", members=members)).root == root


def test_the_code_has_the_check_symbol_and_the_hash_shown() -> None:
    """The sum by hand; Argon2id by OpenSSL."""
    shown, hashed = block("code").split("\n")
    assert block("symbols") == SYMBOLS
    symbols = shown[3:].replace(" ", "")
    values = [SYMBOLS.index(symbol) for symbol in symbols]
    assert (sum(i * value for i, value in enumerate(values[:9], start=1)) + 10 * 7) % 31 == values[9]
    secret = parts(b"urna/override-code/1", ELECTION.encode(), b"S1", b"7", symbols.encode())
    argon = Argon2id(salt=bytes(16), length=32, iterations=2, lanes=1, memory_cost=64 * 1024)
    assert argon.derive(secret).hex() == hashed
    assert show_code(read_code(shown)) == shown
    assert slow_hash(ELECTION, "S1", read_code(shown), bytes(16), Cost.INTERACTIVE).hex() == hashed


def test_the_telephone_response_is_the_signature_described() -> None:
    """Over the parts, in base32."""
    challenge, response = block("telephone").split("\n")
    message = parts(b"urna/telephone-code/1", bytes.fromhex(ELECTION), b"S1", challenge.replace(" ", "").encode())
    key = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)
    assert base64.b32encode(key.sign(message)).decode().rstrip("=") == response.replace(" ", "")
    check_response(key.public_key().public_bytes_raw().hex(), ELECTION, "S1", challenge, response)


def test_the_row_is_the_keyed_hash_described() -> None:
    """HMAC over the parts, under the derived key."""
    number, row = block("row").split()
    message = parts(b"urna/poll-book/row/1", bytes.fromhex(ELECTION), b"S1", number.encode())
    assert hmac.digest(derive(b"urna/poll-book/rows/1"), message, "sha256").hex() == row
    assert Vault(KEY, ELECTION, "S1", Drawn()).row_of(number).hex() == row


STATED = {
    "padded to 3,072 bytes": PEOPLE_STEP == 3072,
    "at most 1,024 bytes": MAX_LINE_BYTES == 1024,
    "1 to 80 letters": MAX_NAME_LETTERS == 80,
    "ten in a day lock": MAX_WRONG_CODES == 10,
}


@pytest.mark.parametrize("claim", STATED)
def test_the_numbers_in_the_text_are_the_codes(claim: str) -> None:
    """Sizes that the page states, beside the constants that set them."""
    assert claim in PAGE
    assert STATED[claim]
