"""The code slip on paper: the code to read out, the signed code to scan, and nothing of a choice or a moment."""

import io
import re

import pytest
from PIL import Image
from tests.devices.escpos_paper import print_out
from tests.papers.examples import STATION, day, key

from urna.ballot.code_slip import CodeSlip, check_code_slip, sign_code_slip
from urna.ballot.confirmation import read_code, write_code
from urna.devices.camera import codes_on
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_typst import paper_pictures
from urna.devices.printers import Fault, PrinterStopped, SimulatedPrinter, SlipPrinter
from urna.election.certification import StationKeys
from urna.encoding.canonical import encode
from urna.encoding.parts import Kind, join, read_part
from urna.papers.code_slip import code_slip
from urna.papers.paper import Codes, Heading, Line, Paper
from urna.words import in_english

DAY = day()
CODE = bytes(range(100, 120))
SLIP = CodeSlip(election=DAY.election.identity, station=STATION, code=write_code(CODE))
DOCUMENT = sign_code_slip(SLIP, DAY.signer("booth-2"))
KEYS = StationKeys(
    station=STATION,
    poll_book=key("poll-book").public_hex,
    booths=(key("booth-1").public_hex, key("booth-2").public_hex),
    closing="00" * 32,
)


def paper(language: str = "en") -> Paper:
    """The slip's paper."""
    return code_slip(DAY.election, SLIP, DOCUMENT, language=language)


def lines(of: Paper) -> list[str]:
    """All words on it, from top to bottom."""
    return [block.text for block in of.blocks if isinstance(block, Heading | Line)]


def test_the_code_stands_on_the_slip_in_four_lines_of_two_groups() -> None:
    """Read out and typed, it is the code again."""
    groups = [line for line in lines(paper()) if re.fullmatch(r"[0-9A-Z]{4} [0-9A-Z]{4}", line)]
    assert len(groups) == 4
    assert read_code(" ".join(groups)) == CODE


def test_one_small_code_carries_the_signed_slip() -> None:
    """It fits one QR code, which any of urna's readers joins."""
    (codes,) = [block for block in paper().blocks if isinstance(block, Codes)]
    (code,) = codes.codes
    assert read_part(code.data).whole.kind is Kind.CODE_SLIP
    assert check_code_slip(join([code.data]), DAY.election, KEYS) == SLIP


def test_a_slip_says_no_choice_no_moment_no_style_and_no_number() -> None:
    """Its words are the same for everybody but for the code."""
    other = CodeSlip(election=DAY.election.identity, station=STATION, code=write_code(bytes(20)))
    others = code_slip(DAY.election, other, sign_code_slip(other, DAY.signer("booth-2")))
    differing = [pair for pair in zip(lines(paper()), lines(others), strict=True) if pair[0] != pair[1]]
    assert len(differing) == 4
    assert encode(paper()) == encode(paper())
    assert "GENERAL" not in encode(paper()).decode()


def test_the_election_s_name_is_in_the_station_s_language() -> None:
    """As on the voter's other paper."""
    assert lines(paper("es"))[0] == "Elección de la Asamblea Nacional 2030"
    assert paper("es").language == "es"


def test_the_printed_slip_is_read_back_from_both_printers() -> None:
    """Thermal dots and the picture of the PDF, by zxing-cpp."""
    thermal = [code for picture in print_out(paper_escpos(paper())).pictures for code in codes_on(picture)]
    page = Image.open(io.BytesIO(paper_pictures(paper(), 200)[0])).convert("L")
    assert join(thermal) == join(codes_on(page)) == DOCUMENT


def test_the_booth_s_printer_prints_code_slips_and_says_when_it_did_not() -> None:
    """A jam is the booth's to handle, as with the other paper."""
    printer = SimulatedPrinter("escpos", faults=[None, Fault.JAM])
    slips = SlipPrinter(printer, DAY.election, STATION, in_english, "en")
    slips.print_code_slip(DOCUMENT)
    assert SLIP.code[:9] in print_out(printer.take()).text
    with pytest.raises(PrinterStopped):
        slips.print_code_slip(DOCUMENT)
