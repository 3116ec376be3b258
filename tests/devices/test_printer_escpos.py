"""Papers on a thermal printer, read back from the bytes that it gets."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from tests.devices.escpos_paper import DOTS, print_out
from tests.papers.examples import STATION, Day, day
from tests.papers.spanish import in_spanish

from urna.ballot.selections import Selections, choose
from urna.devices.camera import codes_on
from urna.devices.printer_escpos import harmless_picture, paper_escpos
from urna.devices.printer_typst import line_picture
from urna.encoding.document import open_document
from urna.encoding.parts import join
from urna.papers.paper import Line, Paper, Row, Table
from urna.papers.slip import slip
from urna.papers.tally_sheet import tally_sheet
from urna.papers.zero_report import zero_report
from urna.tally.sheet import TallySheet, ZeroReport

DAY = day()


def selections(chosen: dict[str, list[str]] | None = None) -> Selections:
    """Choices on the one style of the example."""
    wanted = {"NOM-CAP-1": ["N04", "N01"], "XNAT": ["X09"], "REF-1": ["SI"]} if chosen is None else chosen
    return choose(DAY.election, "GENERAL", wanted)


def sheet_paper(of: Day) -> Paper:
    """The tally sheet of a day, in Spanish."""
    return tally_sheet(
        of.election, of.sheet, of.statement, of.sheet_document, copy=1, copies=3, say=in_spanish, language="es"
    )


def one_line(text: str) -> Paper:
    """A paper with one line."""
    return Paper(form="slip", name="test", title="Test", language="es", blocks=(Line(text=text),))


def test_a_slip_prints_its_choices_with_every_accent_and_is_cut() -> None:
    """Code page 858 carries Spanish; the names come out as they stand in the definition."""
    paper = print_out(paper_escpos(slip(DAY.election, STATION, selections(), say=in_spanish, language="es")))
    unwrapped = " ".join(paper.text.split())
    for words in (
        "Elección de la Asamblea Nacional 2030",
        "María de los Ángeles Rodríguez Fernández de Castro",
        "José Ñáñez",
        "Ñandú Verde",
        "¿Está usted de acuerdo con que el municipio publique cada año sus cuentas?",
        "Sí",
        "Aquí no se marcó nada.",
    ):
        assert words in unwrapped
    assert paper.cuts == 1
    assert not paper.pictures


def test_every_letter_of_a_slip_is_at_least_3_5_mm_high() -> None:
    """A capital is 17 of a letter's 24 dots (VVSG 2.0 7.1-I), and 203 dots are an inch."""
    paper = print_out(paper_escpos(slip(DAY.election, STATION, selections())))
    words = [line for line in paper.lines if any(letter.isalnum() for letter in line.text)]
    assert words
    assert min(line.height * 17 / 203 * 25.4 for line in words) >= 3.5


def test_the_same_choices_are_the_same_bytes() -> None:
    """In whatever order they were touched, and however often they are printed."""
    once = paper_escpos(slip(DAY.election, STATION, selections({"NOM-CAP-1": ["N04", "N01", "N13"]})))
    again = paper_escpos(slip(DAY.election, STATION, selections({"NOM-CAP-1": ["N13", "N01", "N04"]})))
    assert once == again
    assert once != paper_escpos(slip(DAY.election, STATION, selections({"NOM-CAP-1": ["N13", "N01"]})))


@pytest.mark.parametrize("which", ["small", "five booths", "large"])
def test_a_sheets_codes_on_the_roll_carry_the_signed_document(which: str) -> None:
    """The raster bytes are put together, read by zxing-cpp, joined, and the signatures verified."""
    today = {"small": DAY, "five booths": day(booths=5), "large": day(large=True)}[which]
    paper = print_out(paper_escpos(sheet_paper(today)))
    found = [code for picture in paper.pictures for code in codes_on(picture)]
    document = join(found)
    assert document == today.sheet_document
    signers = [today.signer(f"booth-{booth.booth}").verifier for booth in today.sheet.booths]
    assert open_document(document, TallySheet, signers, len(signers)) == today.sheet


def test_a_zero_reports_codes_on_the_roll_carry_the_signed_document() -> None:
    """As a sheet's do."""
    paper = print_out(paper_escpos(zero_report(DAY.election, DAY.zero, DAY.zero_document)))
    document = join(code for picture in paper.pictures for code in codes_on(picture))
    assert open_document(document, ZeroReport, [DAY.signer("booth-1").verifier]) == DAY.zero


def test_a_code_is_at_most_60_mm_wide_and_its_modules_at_least_3_dots() -> None:
    """Dense codes print badly on thermal paper; 203 dots are an inch."""
    for picture in print_out(paper_escpos(sheet_paper(day(large=True)))).pictures:
        assert picture.width / 203 * 25.4 <= 60
        # The topmost row of a finder pattern is seven black modules after four white ones.
        row = picture.convert("L").crop((0, 4 * 4, picture.width, 4 * 4 + 1)).tobytes()
        dark = row.index(b"\x00")
        assert (row.index(b"\xff", dark) - dark) / 7 >= 3


def test_every_vote_and_every_count_of_people_stands_on_the_roll() -> None:
    """Each number right after its name."""
    text = print_out(paper_escpos(sheet_paper(DAY))).text
    for votes, option in zip(DAY.sheet.contests[1].votes or (), DAY.election.contests["LIST-CAP"].options, strict=True):
        assert any(line.startswith(option.name) and line.endswith(f" {votes.votes}") for line in text.splitlines())
    assert "Firmas en el cuaderno (contadas a mano) .... 610" in text
    assert f"  Comprobantes {'.' * 29} 608" in text


def test_numbers_stand_in_one_column_at_the_right_edge() -> None:
    """Long names wrap; their number stands on their last line."""
    rows = tuple(Row(label=label, values=(value,)) for label, value in (("A", 1), ("B " * 40, 12345), ("C", None)))
    paper = Paper(form="report", name="t", title="t", language="en", blocks=(Table(rows=rows),))
    lines = [line.text for line in print_out(paper_escpos(paper)).lines if line.text]
    assert [line for line in lines if line.endswith((" 1", " 12345", " -"))] == [lines[0], *lines[2:]]
    assert {len(line) for line in (lines[0], *lines[2:])} == {48}


def test_a_table_too_wide_for_the_roll_gives_each_value_a_line() -> None:
    """No number is cut off, no column overlaps."""
    header = ("Booth", *(f"Heading number {n}" for n in range(5)))
    table = Table(header=header, rows=(Row(label="Booth 1", values=(1, 2, 3, 4, None)),))
    paper = Paper(form="report", name="t", title="t", language="en", blocks=(table,))
    lines = [line.text for line in print_out(paper_escpos(paper)).lines if line.text]
    assert lines[0] == "Booth 1"
    assert [line.rsplit(" ", 1)[1] for line in lines[1:]] == ["1", "2", "3", "4", "-"]


@pytest.mark.parametrize("name", ["Hɨyãmɨ Yanomamɨ", "Łukasz", "Ελένη", "Ŵan Ǹdé"])
def test_a_letter_that_the_printer_lacks_is_printed_as_a_picture(name: str) -> None:
    """No question mark stands for anybody's letter."""
    paper = print_out(paper_escpos(one_line(name)))
    assert [picture.size for picture in paper.pictures] == [(-(-len(name) * 12 // 8) * 8, 48)]
    assert 0.01 < _blackness(paper.pictures[0]) < 0.5
    assert "?" not in paper.text


def test_pictures_of_different_letters_differ() -> None:
    """A picture shows the letters that it stands for, not one box for all of them."""
    pictures = [print_out(paper_escpos(one_line(name))).pictures[0].tobytes() for name in ("ɨɨɨɨ", "ʉʉʉʉ", "łłłł")]
    assert len(set(pictures)) == 3


def test_a_name_cannot_give_the_printer_a_command() -> None:
    """Control characters are not in a definition; where one came all the same it would be a blank."""
    paper = print_out(paper_escpos(one_line("A\x1b@\x1dV\x00B")))
    assert paper.cuts == 1


def test_a_rehearsal_says_so_in_white_on_black() -> None:
    """At the head and at the foot, on slips and on sheets."""
    rehearsal = day("rehearsal")
    for paper in (sheet_paper(rehearsal), slip(rehearsal.election, STATION, selections(), say=in_spanish)):
        lines = print_out(paper_escpos(paper)).lines
        inverted = [line.text.strip() for line in lines if line.inverted]
        assert inverted == ["SIMULACRO - NO ES UNA ELECCIÓN"] * 2
        assert lines[0].inverted
        assert lines[-1].inverted
    assert not any(line.inverted for line in print_out(paper_escpos(sheet_paper(DAY))).lines)


def test_importing_the_library_leaves_no_folder_and_no_log_handler(tmp_path: Path) -> None:
    """python-escpos makes a folder in /tmp and configures logging when it is imported; urna undoes both."""
    program = (
        "import logging; from urna.devices.escpos_device import open_device; open_device().textln('x'); "
        "print(len(logging.root.handlers))"
    )
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
    assert list(tmp_path.iterdir()) == []
    assert logging.root.name == "root"


def _blackness(picture: Image.Image) -> float:
    return picture.convert("L").tobytes().count(0) / (picture.width * picture.height)


def test_the_example_roll_is_as_wide_as_the_paper() -> None:
    """The printer of these tests refuses a wider line; this makes sure that it would have seen one."""
    widest = max(len(line.text) * line.width for line in print_out(paper_escpos(sheet_paper(DAY))).lines)
    assert widest * 12 == DOTS


def test_a_letter_set_as_a_picture_is_as_high_and_as_wide_as_the_printers_own() -> None:
    """A capital of a slip has 3.5 mm (VVSG 2.0 7.1-I), and a full line reaches from edge to edge."""
    capitals = ImageChops.invert(line_picture("IIII", 1, 2).convert("L")).getbbox()
    assert capitals is not None
    assert (capitals[3] - capitals[1]) / 203 * 25.4 >= 3.5
    rule = ImageChops.invert(line_picture("─" * 48, 1, 1).convert("L")).getbbox()
    assert rule is not None
    assert rule[2] - rule[0] >= DOTS - 2


def test_a_pictures_bytes_are_never_a_command_that_is_obeyed_at_once() -> None:
    """A printer obeys DLE EOT, DLE ENQ and DLE DC4 even in the middle of a picture."""
    for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        dots = ImageChops.invert(Image.frombytes("1", (24, 1), command + b"\x00").convert("L")).convert("1")
        assert command not in ImageChops.invert(harmless_picture(dots)).tobytes()
    assert harmless_picture(Image.new("1", (24, 1), 1)).tobytes() == b"\xff\xff\xff"
