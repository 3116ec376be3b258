"""The code slip: signed by a certified booth of its station, and worth nothing otherwise."""

import msgspec
import pytest
from tests.booth.sample import ELECTION, STATION

from urna.ballot.code_slip import CodeSlip, check_code_slip, read_code_slip, sign_code_slip
from urna.ballot.confirmation import write_code
from urna.crypto.signatures import SigningKey
from urna.election.certification import StationKeys
from urna.encoding.canonical import Code, encode
from urna.encoding.document import sign_document
from urna.errors import Malformed, Unproven
from urna.log.note import NoteSigner

CODE = bytes(range(20))
BOOTHS = tuple(SigningKey(bytes([number]) * 32) for number in (1, 2))
POLL_BOOK = SigningKey(b"\7" * 32)
KEYS = StationKeys(
    station=STATION,
    poll_book=POLL_BOOK.public_hex,
    booths=tuple(key.public_hex for key in BOOTHS),
    closing="00" * 32,
)
SLIP = CodeSlip(election=ELECTION.identity, station=STATION, code=write_code(CODE))


class Certified:
    """Keys of one station."""

    def of(self, station: Code) -> StationKeys | None:
        return KEYS if station == STATION else None


def signer(role: str, key: SigningKey, station: str = STATION) -> NoteSigner:
    """A key under its name in notes."""
    return NoteSigner(ELECTION.key_name(station, role), key)


@pytest.mark.parametrize("number", [1, 2])
def test_a_slip_of_either_booth_is_read(number: int) -> None:
    """The code comes back as the twenty bytes that the record is searched for."""
    document = sign_code_slip(SLIP, signer(f"booth-{number}", BOOTHS[number - 1]))
    assert read_code_slip(document, ELECTION, Certified()) == SLIP
    assert SLIP.code_bytes == CODE


def test_a_slip_holds_election_station_and_code_alone() -> None:
    """No time, no number, no style, no choice; the same code gives the same bytes."""
    assert set(msgspec.json.decode(encode(SLIP))) == {"code", "election", "station", "type"}
    documents = {sign_code_slip(SLIP, signer("booth-1", BOOTHS[0])) for _ in range(3)}
    assert len(documents) == 1


def test_another_key_signs_no_slip() -> None:
    """Neither the poll book's nor a stranger's under the booth's name, nor booth 2's under that of booth 1."""
    for forger in (
        signer("poll-book", POLL_BOOK),
        signer("booth-1", SigningKey(b"\x09" * 32)),
        signer("booth-1", BOOTHS[1]),
    ):
        with pytest.raises(Unproven):
            read_code_slip(sign_document(SLIP, [forger]), ELECTION, Certified())


@pytest.mark.parametrize("changes", [{"election": "0" * 64}, {"station": "ST-2"}])
def test_a_slip_of_another_place_is_refused(changes: dict[str, str]) -> None:
    """Also where the booth's own key signed it."""
    document = sign_code_slip(msgspec.structs.replace(SLIP, **changes), signer("booth-1", BOOTHS[0]))
    with pytest.raises(Unproven):
        read_code_slip(document, ELECTION, Certified())
    with pytest.raises(Unproven):
        check_code_slip(document, ELECTION, KEYS)


def test_a_changed_code_is_refused() -> None:
    """One digit is enough."""
    document = sign_code_slip(SLIP, signer("booth-1", BOOTHS[0]))
    digits = SLIP.code.encode()
    forged = document.replace(digits, digits[:-1] + b"Z")
    assert forged != document
    with pytest.raises(Unproven):
        read_code_slip(forged, ELECTION, Certified())


@pytest.mark.parametrize(
    "code", ["", SLIP.code.lower(), SLIP.code.replace(" ", ""), SLIP.code[:-1] + "U", SLIP.code + " "]
)
def test_a_code_has_one_spelling(code: str) -> None:
    """A slip with another one is not read."""
    document = sign_code_slip(msgspec.structs.replace(SLIP, code=code), signer("booth-1", BOOTHS[0]))
    with pytest.raises(Malformed):
        read_code_slip(document, ELECTION, Certified())
