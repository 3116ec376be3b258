"""The secure element lives once: zeroed once, one first sheet ever, its box key gone at the end."""

from typing import get_args

import pytest
from tests.booth.sample import seeded

from urna.crypto.signatures import SigningKey, verify_signature
from urna.devices.secure_element import LIVES, Deed, Life, SimulatedElement, first_memory
from urna.errors import OutOfOrder
from urna.log.note import open_note, sign_note

SEED = bytes(range(32))
SHEET = b'{"sequence":0,"type":"urna/tally-sheet/1"}\n'
CORRECTION = b'{"sequence":1,"type":"urna/tally-sheet/1"}\n'


class MemoryCell:
    """A cell in memory."""

    def __init__(self) -> None:
        self.value = first_memory(SEED)

    def read(self) -> bytes:
        return self.value

    def write(self, value: bytes) -> None:
        self.value = value


def lived(*deeds: Deed) -> tuple[MemoryCell, SimulatedElement]:
    """An element that did these."""
    cell = MemoryCell()
    element = SimulatedElement(cell, seeded("element"))
    for deed in deeds:
        do(element, deed)
    return cell, element


def do(element: SimulatedElement, deed: Deed) -> None:
    """One deed."""
    if deed == "sign_sheet":
        element.sign_sheet(SHEET)
    else:
        getattr(element, deed)()


PATHS: dict[Life, tuple[Deed, ...]] = {
    Life.FRESH: (),
    Life.ZEROING: ("begin_zeroing",),
    Life.ZEROED: ("begin_zeroing", "finish_zeroing"),
    Life.CLOSING: ("begin_zeroing", "finish_zeroing", "begin_closing"),
    Life.SIGNED: ("begin_zeroing", "finish_zeroing", "begin_closing", "sign_sheet"),
    Life.CLOSED: ("begin_zeroing", "finish_zeroing", "begin_closing", "sign_sheet", "destroy_box_key"),
}


@pytest.mark.parametrize("life", list(Life))
@pytest.mark.parametrize("deed", get_args(Deed))
def test_only_the_table_is_allowed(life: Life, deed: Deed) -> None:
    """Every life with every deed: what the table has goes there, also after a start; the rest changes nothing."""
    cell, element = lived(*PATHS[life])
    assert element.life is life
    if (life, deed) in LIVES:
        do(element, deed)
    else:
        before = cell.value
        with pytest.raises(OutOfOrder):
            do(element, deed)
        assert cell.value == before
    assert SimulatedElement(cell, seeded(0)).life is LIVES.get((life, deed), life)


def test_zeroing_again_makes_another_key() -> None:
    """The box that was cut short is useless afterwards."""
    _, element = lived()
    first, second = element.begin_zeroing(), element.begin_zeroing()
    element.finish_zeroing()
    assert first != second == element.voting_key()


def test_there_is_one_first_sheet_ever() -> None:
    """The same sheet gives the same signature, also after a start; another one is refused."""
    cell, element = lived(*PATHS[Life.CLOSING])
    first = element.sign_sheet(SHEET)
    again = SimulatedElement(cell, seeded(1))
    assert again.sign_sheet(SHEET) == first
    with pytest.raises(OutOfOrder):
        again.sign_sheet(SHEET.replace(b"{", b'{"more":1,'))


def test_a_sheet_is_signed_only_as_a_sheet() -> None:
    """The way for reports takes no first sheet, and no correction before there is a first one."""
    _, element = lived(*PATHS[Life.CLOSING])
    for sheet in (SHEET, CORRECTION):
        with pytest.raises(OutOfOrder):
            element.sign(sheet)
    element.sign_sheet(SHEET)
    verify_signature(element.public_hex, CORRECTION, element.sign(CORRECTION))
    with pytest.raises(OutOfOrder):
        element.sign(SHEET)


def test_documents_are_signed_under_a_name() -> None:
    """Notes by the element verify with its public key."""
    _, element = lived(*PATHS[Life.CLOSING])
    signer = element.signer("example/booth-1")
    note = sign_note("zero report\n", [signer])
    assert open_note(note, [signer.verifier])[1] == (signer.verifier,)
    sheet = sign_note(SHEET.decode(), [element.sheet_signer("example/booth-1")])
    assert open_note(sheet, [signer.verifier])[0] == SHEET.decode()
    assert element.public_hex == SigningKey(SEED).public_hex


def test_after_closing_the_box_key_is_nowhere() -> None:
    """Not in the cell; asking for it is refused."""
    cell, element = lived(*PATHS[Life.ZEROED])
    key = element.voting_key()
    assert key.hex().encode() in cell.value
    for deed in ("begin_closing", "sign_sheet", "destroy_box_key"):
        do(element, deed)
    assert key.hex().encode() not in cell.value
    with pytest.raises(OutOfOrder):
        element.counting_key()


def test_keys_show_in_no_repr() -> None:
    """Of the element, its memory and its signers."""
    _, element = lived(*PATHS[Life.ZEROED])
    text = repr(element) + repr(element._memory) + repr(element.signer("example/booth-1"))
    assert SEED.hex() not in text
    assert element.voting_key().hex() not in text
