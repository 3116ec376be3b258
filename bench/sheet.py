"""The tally sheet of a National Assembly election: signed, verified, split for QR codes, set as PDF, read back."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.figures import Figure, timed
from bench.places import demo_record
from urna.crypto.signatures import SigningKey
from urna.devices.camera import NoCode, read_codes_in
from urna.devices.printer_typst import paper_pdf, paper_pictures
from urna.election.definition import Definition, Election
from urna.election.statement import PollBookStatement
from urna.encoding.document import open_document, read_document, sign_document
from urna.encoding.parts import Kind, join, split
from urna.log.note import NoteSigner
from urna.papers.tally_sheet import tally_sheet
from urna.tally.sheet import TallySheet


def run(runs: int) -> Iterator[Figure]:
    """The first station of the demo that publishes its votes."""
    record = demo_record()
    election = Election(read_document((record / "definition.note").read_bytes(), Definition))
    document = _document(record)
    sheet = read_document(document, TallySheet)
    statement = read_document(sheet.statement.encode(), PollBookStatement)
    signer = NoteSigner("bench/booth-1", SigningKey(b"\2" * 32))
    signed = sign_document(sheet, [signer])
    yield Figure("signed sheet, its statement inside", len(document), "bytes")
    yield timed("signed by one booth", lambda: sign_document(sheet, [signer]), runs, times=50)
    yield timed(
        "verified and read strictly", lambda: open_document(signed, TallySheet, [signer.verifier]), runs, times=50
    )
    parts = split(document, Kind.TALLY_SHEET)
    yield Figure("QR codes", len(parts), "codes")
    yield timed("split for QR codes", lambda: split(document, Kind.TALLY_SHEET), runs, times=20)
    yield timed("parts put together", lambda: join(parts), runs, times=20)
    paper = tally_sheet(election, sheet, statement, document)
    paper_pdf(paper)  # the fonts are read once for the process
    # Another copy each time: typst remembers what it has set before.
    copies = iter(range(2, 10_000))
    yield timed(
        "set as PDF", lambda: paper_pdf(tally_sheet(election, sheet, statement, document, copy=next(copies))), runs
    )
    pictures = paper_pictures(paper)
    yield timed("QR codes read back from the pages, 200 dots per inch", lambda: _read(pictures), runs)
    if join(_read(pictures)) != join(parts):
        raise RuntimeError("the page does not say what was signed")


def _document(record: Path) -> bytes:
    documents = [path.read_bytes() for path in sorted((record / "stations").glob("*/sheet-0.note"))]
    return next(d for d in documents if all(c.votes is not None for c in read_document(d, TallySheet).contests))


def _read(pictures: list[bytes]) -> list[bytes]:
    """The codes of all pages; not every page has one."""
    codes = []
    for picture in pictures:
        with suppress(NoCode):
            codes += read_codes_in(picture)
    return codes
