"""A card file as bytes and as the text of a QR code."""

import msgspec
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.station.cards_of import PINS, cards_of

from urna.crypto.kdf import Cost
from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven, UrnaError
from urna.station.card_file import MAX_TEXT, CardFile, card_text, check_file_pin, read_card_file, read_card_text
from urna.station.cards import Role


@pytest.mark.parametrize("role", Role)
def test_a_card_survives_file_and_text(role: Role) -> None:
    """Both readings give the same card; the text may come in small letters and in lines."""
    file = cards_of().files[role]
    text = card_text(file)
    assert read_card_file(encode(file)) == file
    assert read_card_file(text.encode()) == file
    assert read_card_text(f" {text[:40].lower()}\r\n{text[40:].lower()}\t") == file
    assert text.isalnum()
    assert len(text) <= MAX_TEXT


def test_a_card_is_one_qr_code_that_reads_back() -> None:
    """Alphanumeric, error level M, with the longest station code that there can be."""
    file = cards_of("long", "S" * 40).files[Role.PRESIDENT]
    code = segno.make(card_text(file), error="m", boost_error=False, micro=False)
    assert code.mode == "alphanumeric"
    rows = [[255 * (1 - bit) for bit in row for _ in range(4)] for row in code.matrix_iter(border=4) for _ in range(4)]
    image = memoryview(bytes(each for row in rows for each in row)).cast("B", (len(rows), len(rows[0])))
    assert read_card_text(zxingcpp.read_barcodes(image)[0].text) == file


@pytest.mark.parametrize("role", Role)
def test_a_cards_pin_can_be_checked_alone(role: Role) -> None:
    """The right one passes, another one is refused."""
    check_file_pin(cards_of().files[role], PINS[role])
    with pytest.raises(Unproven, match="PIN"):
        check_file_pin(cards_of().files[role], "111112")


def test_the_technicians_card_has_no_part_of_a_key() -> None:
    """It signs in, and opens nothing."""
    file = cards_of().files[Role.TECHNICIAN]
    assert (file.data_key, file.closing_key) == (None, None)


def test_cards_of_two_people_are_no_file() -> None:
    """One file is one role's; a president's cards under a member's name are refused, and so is one card missing."""
    president, member = cards_of().files[Role.PRESIDENT], cards_of().files[Role.MEMBER]
    for cards in ((president.cards[0], member.cards[1]), member.cards, president.cards[:1], president.cards[::-1]):
        with pytest.raises(Malformed):
            msgspec.structs.replace(president, cards=cards).__post_init__()


@settings(max_examples=300)
@given(data=st.data())
def test_a_changed_text_is_no_card(data: st.DataObject) -> None:
    """One letter changed, taken out or doubled: refused as a slip, never read as another card."""
    text = card_text(cards_of().files[Role.MEMBER])
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABZ27019é "))
    for changed in (text[:place] + letter + text[place + 1 :], text[:place] + text[place + 1 :], text[:place]):
        if "".join(changed.split()) != text:
            with pytest.raises(Malformed):
                read_card_text(changed)


@settings(max_examples=200)
@given(noise=st.binary(max_size=300))
def test_noise_is_no_card(noise: bytes) -> None:
    """Anything else ends as an error of urna."""
    for given_bytes in (noise, b"URNA1" + noise, b'{"type":"urna/card-file/1"' + noise):
        with pytest.raises(UrnaError):
            read_card_file(given_bytes)


def test_a_text_that_unfolds_without_end_is_refused() -> None:
    """A small text of a million zeros is not unfolded beyond the limit."""
    import zlib  # noqa: PLC0415 - for this attack only
    from base64 import b32encode  # noqa: PLC0415 - the same

    bomb = "URNA1" + b32encode(bytes(4) + zlib.compress(bytes(1_000_000), 9)).decode().rstrip("=")
    assert len(bomb) < MAX_TEXT + 5
    with pytest.raises(Malformed):
        read_card_text(bomb)


def test_a_repr_shows_no_card() -> None:
    """Role and station, and nothing that is on it."""
    file = cards_of().files[Role.PRESIDENT]
    assert repr(file) == "CardFile(station='S-1', role=president)"
    assert isinstance(file, CardFile)
    assert file.cards[0].cost is Cost.TOY
