"""Pictures of signed sheets for the site, rendered once: when the centre accepts them, or by `urna page --sheets`."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image

from urna.cli.page_files import Files, Item, Made, SiteFolder
from urna.cli.words import say_in
from urna.devices.printer_typst import paper_pdf, paper_pictures
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.papers.tally_sheet import tally_sheet
from urna.web.results.evidence import Evidence, StationSheet
from urna.web.results.station import picture_name

DOTS_PER_INCH = 110
GREYS = 16
LANGUAGE = "es"


def update_sheets(target: SiteFolder, election: Election, evidence: Evidence, processes: int) -> Made:
    """Renders the sheets that have no picture yet; a sheet never changes, so neither does its picture.

    Args:
        target: the site's folder.
        election: the definition.
        evidence: the record, verified.
        processes: how many; 0 for as many as the machine has.
    """
    return target.update(_items(election, evidence), _Sheets(election, evidence), processes)


def sheet_files(election: Election, read: StationSheet) -> Files:
    """A sheet's paper as PDF, and its pages as one picture of 16 greys."""
    language = say_in(LANGUAGE)
    paper = tally_sheet(election, read.sheet, read.statement, read.document, say=language, language=LANGUAGE)
    station, sequence = read.sheet.station, read.sheet.sequence
    yield picture_name(station, sequence, "pdf"), paper_pdf(paper)
    yield picture_name(station, sequence, "png"), _one_below_the_other(paper_pictures(paper, DOTS_PER_INCH))


def _items(election: Election, evidence: Evidence) -> Iterator[Item]:
    for station in election.stations:
        for sequence, leaf in evidence.sheets_of(station).items():
            yield Item(picture_name(station, sequence, "png"), leaf.sha256, (station, sequence))


class _Sheets:
    """Renders sheets; other processes inherit it."""

    def __init__(self, election: Election, evidence: Evidence) -> None:
        self._election, self._evidence = election, evidence

    def __call__(self, which: tuple[Code, int]) -> Files:
        return sheet_files(self._election, self._evidence.sheet(*which))


def _one_below_the_other(pages: Sequence[bytes]) -> bytes:
    """The pages in few greys, a third of the bytes; their codes still read."""
    greys = [_grey(page) for page in pages]
    whole = Image.new("L", (max(each.width for each in greys), sum(each.height for each in greys)), 255)
    top = 0
    for each in greys:
        whole.paste(each, (0, top))
        top += each.height
    sink = BytesIO()
    whole.quantize(GREYS).save(sink, "PNG", optimize=True)
    return sink.getvalue()


def _grey(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png)) as image:
        return image.convert("L")
