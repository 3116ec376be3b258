"""Papers as PDF and as pictures: the same for the same contents, safe for any name, readable again."""

import io
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from PIL import Image, ImageChops
from tests.papers.examples import STATION, day
from tests.papers.spanish import in_spanish

from urna.ballot.selections import choose
from urna.devices.camera import codes_on
from urna.devices.printer_typst import paper_pdf, paper_pictures
from urna.encoding.document import open_document
from urna.encoding.parts import join
from urna.papers.paper import Heading, Line, Paper, Row, Table
from urna.papers.slip import slip
from urna.papers.tally_sheet import tally_sheet
from urna.papers.zero_report import zero_report
from urna.tally.sheet import TallySheet, ZeroReport

DAY = day()
SELECTIONS = choose(DAY.election, "GENERAL", {"NOM-CAP-1": ["N01", "N04"], "LIST-CAP": ["L03"], "REF-1": ["SI"]})
SLIP = slip(DAY.election, STATION, SELECTIONS, say=in_spanish, language="es")

PROGRAM = """
import hashlib
from tests.devices.test_printer_typst import SLIP
from urna.devices.camera import codes_on
from urna.devices.printer_typst import paper_pdf
from urna.devices.printer_escpos import paper_escpos
print(hashlib.sha256(paper_pdf(SLIP)).hexdigest(), hashlib.sha256(paper_escpos(SLIP)).hexdigest())
"""


def a_slip(*texts: str) -> Paper:
    """A slip with these lines."""
    blocks = tuple(Line(text=text) for text in texts)
    return Paper(form="slip", name="test", title="Test", language="es", blocks=blocks)


def picture(paper: Paper, dots_per_inch: int = 200) -> Image.Image:
    """The first page."""
    return Image.open(io.BytesIO(paper_pictures(paper, dots_per_inch)[0])).convert("L")


@pytest.mark.parametrize("which", ["small", "five booths", "large", "rehearsal", "withheld"])
def test_a_sheets_codes_carry_the_signed_document(which: str) -> None:
    """The pages at 200 dpi are read by zxing-cpp, the parts joined, and every booth's signature verified."""
    today = {
        "small": DAY,
        "five booths": day(booths=5),
        "large": day(large=True),
        "rehearsal": day("rehearsal"),
        "withheld": day(withheld=True),
    }[which]
    paper = tally_sheet(
        today.election, today.sheet, today.statement, today.sheet_document, copies=3, say=in_spanish, language="es"
    )
    document = join(code for page in _pages_with_codes(paper) for code in page)
    assert document == today.sheet_document
    signers = [today.signer(f"booth-{booth.booth}").verifier for booth in today.sheet.booths]
    assert open_document(document, TallySheet, signers, len(signers)) == today.sheet


def test_a_zero_reports_code_carries_the_signed_document() -> None:
    """As a sheet's do."""
    paper = zero_report(DAY.election, DAY.zero, DAY.zero_document)
    document = join(code for page in _pages_with_codes(paper) for code in page)
    assert open_document(document, ZeroReport, [DAY.signer("booth-1").verifier]) == DAY.zero


def test_the_same_slip_is_the_same_file_in_another_process_and_at_another_time() -> None:
    """Neither the clock nor the machine's language or name is in it: nothing on paper orders ballots."""
    places = [
        {"TZ": "America/Caracas", "LANG": "es_VE.UTF-8", "SOURCE_DATE_EPOCH": "1"},
        {"TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "1999999999", "HOSTNAME": "booth-7"},
    ]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONPATH": ":".join(sys.path), **place},
            capture_output=True,
            check=True,
        ).stdout
        for place in places
    }
    assert len(outputs) == 1


def test_a_pdf_holds_no_date_and_no_author() -> None:
    """Its only identifiers are hashes of its contents: equal contents, equal identifiers."""
    pdf = paper_pdf(SLIP)
    assert not re.search(rb"CreationDate|ModDate|CreateDate|ModifyDate|MetadataDate|Author", pdf)
    assert pdf == paper_pdf(SLIP)
    other = choose(DAY.election, "GENERAL", {"REF-1": ["NO"]})
    assert pdf != paper_pdf(slip(DAY.election, STATION, other, say=in_spanish, language="es"))


def test_only_typsts_own_fonts_are_used() -> None:
    """A sheet looks the same on every machine."""
    paper = tally_sheet(DAY.election, DAY.sheet, DAY.statement, DAY.sheet_document)
    fonts = set(re.findall(rb"/BaseFont/[A-Z]{6}\+([A-Za-z]+)", paper_pdf(paper)))
    assert fonts == {b"LibertinusSerif", b"DejaVuSansMono"}


@pytest.mark.parametrize(
    "name",
    [
        '#panic("no")',
        '#read("/etc/passwd")',
        "*strong* _emph_ $x^2$ `raw` <label> @ref // comment",
        '"] }) \\ #{',
        "= Heading",
        "🗳 ɨ ﷺ 选举",
        "a" * 200,
    ],
)
def test_a_name_is_shown_and_never_run(name: str) -> None:
    """Whatever a candidate is called, typst gets it as data."""
    header = Paper(
        form="report",
        name="t",
        title=name,
        language=name[:3],
        banner=name,
        footer=name,
        blocks=(Heading(text=name), Line(text=name), Table(rows=(Row(label=name, detail=name, values=(1,)),))),
    )
    assert paper_pdf(header).startswith(b"%PDF")
    assert min(picture(a_slip(name)).tobytes()) < 128


def test_text_on_a_slip_is_at_least_3_5_mm_high() -> None:
    """The height of a capital I (VVSG 2.0 7.1-I), measured on the picture."""
    box = ImageChops.invert(picture(a_slip("I"), 600).point(lambda grey: 255 if grey > 128 else 0)).getbbox()
    assert box is not None
    assert (box[3] - box[1]) / 600 * 25.4 >= 3.5


def test_a_slip_is_80_mm_wide_and_a_report_is_a4() -> None:
    """At 200 dpi, to the dot."""
    assert picture(SLIP).width == round(80 / 25.4 * 200)
    report = picture(zero_report(DAY.election, DAY.zero, DAY.zero_document))
    assert report.size == (1654, 2339)


def test_a_long_name_wraps_and_nothing_runs_over_the_margin() -> None:
    """The outer 3 mm of a slip stay white."""
    page = picture(a_slip("Concepción del Carmen Urdaneta y Villavicencio " * 3, "Ñ" * 60))
    margin = int(3 / 25.4 * 200)
    assert page.crop((0, 0, margin, page.height)).getextrema() == (255, 255)
    assert page.crop((page.width - margin, 0, page.width, page.height)).getextrema() == (255, 255)


def test_a_rehearsal_is_marked_on_every_page() -> None:
    """Grey letters across each page, and a black bar at its head."""
    today = day("rehearsal")
    paper = tally_sheet(today.election, today.sheet, today.statement, today.sheet_document)
    plain = Paper(**{name: getattr(paper, name) for name in paper.__struct_fields__} | {"banner": ""})
    marked, unmarked = paper_pictures(paper, 60), paper_pictures(plain, 60)
    assert len(marked) == len(unmarked) == 2
    for with_banner, without in zip(marked, unmarked, strict=True):
        pages = [Image.open(io.BytesIO(page)).convert("L") for page in (with_banner, without)]
        # The watermark's grey, which nothing else has so much of.
        greys = [page.tobytes().count(214) for page in pages]
        assert greys[0] > greys[1] + 2000
        heads = [page.crop((0, 0, page.width, 50)).tobytes().count(0) for page in pages]
        assert heads[0] > heads[1] + 2000


def test_equal_codes_have_equal_sizes_on_the_page() -> None:
    """Parts of equal length are codes of equal version, so they stand in line."""
    paper = tally_sheet(DAY.election, day(booths=5).sheet, DAY.statement, day(booths=5).sheet_document)
    lengths = [len(code) for page in _pages_with_codes(paper) for code in page]
    assert all(abs(a - b) <= 2 for a, b in pairwise(lengths))


def _pages_with_codes(paper: Paper) -> list[list[bytes]]:
    pages = (Image.open(io.BytesIO(page)).convert("L") for page in paper_pictures(paper, 200))
    return [codes for page in pages if (codes := codes_on(page))]
