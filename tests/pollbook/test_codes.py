"""Override codes: typed by people, for one station, never guessed; and those that come by telephone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pollbook.test_cards import Drawn

from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven
from urna.station.codes import SYMBOLS, check_code, make_codes, read_code
from urna.station.telephone import answer_challenge, check_response, draw_challenge, read_challenge

ELECTION = "e" * 64
SHEET = make_codes(ELECTION, "S1", 20, Drawn("sheet"), Cost.TOY)
CENTRE = SigningKey(bytes(range(32)))


def test_every_code_of_the_sheet_is_accepted_as_people_type_it() -> None:
    """With dashes, in small letters, without spaces, the line without its leading zero."""
    for code in SHEET.codes:
        for typed in (code, code.lower(), code.replace(" ", "-"), code.replace(" ", ""), f" {code.lstrip('0')} "):
            check_code(SHEET.hashes, read_code(typed))


@given(code=st.sampled_from(SHEET.codes), data=st.data())
def test_one_wrong_symbol_is_a_slip_and_not_a_guess(code: str, data: st.DataObject) -> None:
    """The check symbol shows every single wrong symbol, and every exchange of two unlike symbols."""
    line, symbols = code[:2], code[3:].replace(" ", "")
    at, other = data.draw(st.integers(0, 9)), data.draw(st.integers(0, 9))
    wrong = data.draw(st.sampled_from(SYMBOLS.replace(symbols[at], "")))
    changed = {symbols[:at] + wrong + symbols[at + 1 :]}
    if symbols[at] != symbols[other]:
        exchanged = list(symbols)
        exchanged[at], exchanged[other] = symbols[other], symbols[at]
        changed.add("".join(exchanged))
    for each in changed:
        with pytest.raises(Malformed, match="slip"):
            read_code(line + each)


def test_a_code_of_another_station_election_line_or_sheet_is_refused() -> None:
    """The right form is not enough."""
    other_station = make_codes(ELECTION, "S2", 20, Drawn("sheet"), Cost.TOY)
    other_election = make_codes("f" * 64, "S1", 20, Drawn("sheet"), Cost.TOY)
    assert other_station.codes == SHEET.codes, "the same drawing, so only the hash can tell them apart"
    for hashes in (other_station.hashes, other_election.hashes):
        moved = [each.__class__(line=each.line, salt=each.salt, hash=each.hash) for each in hashes.lines]
        assert all(a.hash != b.hash for a, b in zip(moved, SHEET.hashes.lines, strict=True))
    for guess in make_codes(ELECTION, "S1", 30, Drawn("guess"), Cost.TOY).codes:
        with pytest.raises(Unproven):
            check_code(SHEET.hashes, read_code(guess))


def test_the_station_holds_no_code() -> None:
    """Neither whole nor in halves; nor does a repr show one."""
    kept = encode(SHEET.hashes) + repr(SHEET).encode() + repr(read_code(SHEET.codes[0])).encode()
    assert not [code for code in SHEET.codes if code[3:8].encode() in kept or code[9:].encode() in kept]


def test_a_code_has_more_than_forty_random_bits() -> None:
    """Nine symbols of 31; no two codes of a sheet are alike."""
    assert len(SYMBOLS) ** 9 > 2**44
    assert not set("01ILO") & set(SYMBOLS)
    assert len(set(make_codes(ELECTION, "S1", 99, Drawn(), Cost.TOY).codes)) == 99


@pytest.mark.parametrize(
    "text", ["", "7", "07 K7QFM", "07 K7QFM 2XR9T 2", "07 O7QFM 2XR9T", "００ K7QFM 2XR9T", "x" * 999]
)
def test_what_cannot_be_a_code_is_a_slip(text: str) -> None:
    """Malformed, and not counted."""
    with pytest.raises(Malformed):
        read_code(text)


@pytest.mark.parametrize("count", [0, 100, -1])
def test_a_sheet_has_1_to_99_codes(count: int) -> None:
    """The line has two digits."""
    with pytest.raises(Malformed):
        make_codes(ELECTION, "S1", count, Drawn(), Cost.TOY)


def test_a_telephone_response_opens_its_own_challenge_only() -> None:
    """Not another challenge, station or election, and not by another key."""
    challenge, other = draw_challenge(Drawn("a")), draw_challenge(Drawn("b"))
    response = answer_challenge(CENTRE, ELECTION, "S1", challenge.lower().replace(" ", "-"))
    check_response(CENTRE.public_hex, ELECTION, "S1", challenge, response.lower().replace(" ", ""))
    forged = answer_challenge(SigningKey(bytes(32)), ELECTION, "S1", challenge)
    for election, station, shown, text in (
        (ELECTION, "S1", other, response),
        (ELECTION, "S2", challenge, response),
        ("f" * 64, "S1", challenge, response),
        (ELECTION, "S1", challenge, forged),
        (ELECTION, "S1", challenge, response[:-1]),
        (ELECTION, "S1", challenge, response + "A"),
        (ELECTION, "S1", challenge, "1" + response[1:]),
        (ELECTION, "S1", challenge, "ñ" + response[1:]),
        (ELECTION, "S1", challenge, ""),
    ):
        with pytest.raises(Unproven):
            check_response(CENTRE.public_hex, election, station, shown, text)


def test_a_slip_in_a_challenge_is_found_before_anything_is_signed() -> None:
    """The centre's operator hears of it at once."""
    challenge = draw_challenge(Drawn())
    assert read_challenge(challenge) == challenge.replace(" ", "")
    for wrong in ("", challenge[:-1], challenge + "2", challenge[1] + challenge[0] + challenge[2:], "0" * 10):
        with pytest.raises(Malformed):
            answer_challenge(CENTRE, ELECTION, "S1", wrong)
