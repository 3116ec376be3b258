"""`urna sheet`: read the codes of tally sheets, zero reports and hand counts from photos; print such papers again."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from urna.cli.paper_screen import show_paper
from urna.cli.screen import err, groups_of_four, out, show_error
from urna.cli.sheet_trust import Trust, load_trust, open_hand_count, open_sheet, open_zero_report, read_bounded
from urna.cli.words import say, spoken
from urna.devices.camera import NoCode, read_codes
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_typst import paper_pdf, paper_pictures
from urna.encoding.canonical import digest
from urna.encoding.document import read_document
from urna.encoding.parts import MAX_DOCUMENT_BYTES, Kind, Whole, is_part, join, sort_out
from urna.errors import Malformed, Unproven, UrnaError
from urna.log.note import parse_note
from urna.papers.hand_count_sheet import hand_count_sheet
from urna.papers.paper import Paper
from urna.papers.tally_sheet import tally_sheet
from urna.papers.zero_report import zero_report
from urna.tally.hand_count import HandCountSheet
from urna.tally.sheet import TallySheet, ZeroReport
from urna.words import N_, Sentence

app = typer.Typer(no_args_is_help=True)

_DEFINITION = say("The election's signed definition; station keys are looked for beside it.")
_CERTIFICATIONS = say("Signed certifications of station keys, or folders of them.")
_REVOCATIONS = say("Signed revocations of station keys, or folders of them.")


_BY_ALL = N_("✓ Signed by all booths and by the poll book, with keys that the authority certified.")
_SIGNED = {
    Kind.ZERO_REPORT: N_("✓ Signed by the booth, with a key that the authority certified."),
    Kind.HAND_COUNT: N_("✓ Signed by the poll book, with a key that the authority certified."),
}


class Format(StrEnum):
    """What a paper is printed as."""

    PDF = "pdf"
    PNG = "png"
    ESCPOS = "escpos"


@app.command(
    "read", help=say("Read tally sheets, zero reports and hand counts from pictures, and verify them offline.")
)
def read(
    images: Annotated[list[Path], typer.Argument(help=say("Photos or scans, all codes of a paper among them."))],
    definition: Annotated[Path | None, typer.Option(help=_DEFINITION)] = None,
    certifications: Annotated[list[Path] | None, typer.Option(help=_CERTIFICATIONS)] = None,
    revocations: Annotated[list[Path] | None, typer.Option(help=_REVOCATIONS)] = None,
    save: Annotated[Path | None, typer.Option(help=say("A folder to write the signed documents to."))] = None,
) -> None:
    """Read papers from pictures.

    1. Read the codes of all pictures.
    2. Sort them by the document that they carry.
    3. Join each document, verify it and show it; say which does not verify.
    """
    trust = load_trust(definition, certifications or [], revocations or []) if definition else None
    codes = _read_all(images)
    worst = 0
    for whole, parts in sort_out(codes).items():
        try:
            _show_document(whole, join(parts), trust, save)
        except UrnaError as error:
            show_error(error)
            worst = max(worst, 1 if isinstance(error, Unproven) else 2)
    raise typer.Exit(worst)


@app.command("print", help=say("Print a signed tally sheet or zero report, as a new copy of the paper."))
def print_again(
    document: Annotated[Path, typer.Argument(help=say("The signed document, as the record has it."))],
    definition: Annotated[Path, typer.Option(help=_DEFINITION)],
    out_folder: Annotated[Path, typer.Option("--out", help=say("The folder to write to."))],
    form: Annotated[Format, typer.Option("--format", help=say("What to write."))] = Format.PDF,
    copies: Annotated[int, typer.Option(min=1, max=99, help=say("How many copies of a tally sheet."))] = 1,
    certifications: Annotated[list[Path] | None, typer.Option(help=_CERTIFICATIONS)] = None,
    revocations: Annotated[list[Path] | None, typer.Option(help=_REVOCATIONS)] = None,
) -> None:
    """Print a document that verifies; one that does not is never printed."""
    trust = load_trust(definition, certifications or [], revocations or [])
    data = read_bounded(document, MAX_DOCUMENT_BYTES)
    try:
        papers = [_paper(_kind_of(data, str(document)), data, trust, copy + 1, copies) for copy in range(copies)]
    except Unproven as error:
        show_error(error)
        raise typer.Exit(1) from error
    out_folder.mkdir(parents=True, exist_ok=True)
    for paper in papers:
        for name, contents in _files(paper, form):
            (out_folder / name).write_bytes(contents)
            out.print(str(out_folder / name), markup=False)


def _read_all(images: Sequence[Path]) -> list[bytes]:
    """The codes of urna in all pictures; a page without codes is mentioned, no code at all is an error."""
    found = []
    for image in images:
        try:
            found += [code for code in read_codes(image) if is_part(code)]
        except NoCode:
            err.print(say("{file}: no code that can be read.", file=str(image)), style="yellow", markup=False)
    if not found:
        raise Malformed(
            Sentence("pictures with urna's QR codes"),
            Sentence("none that can be read"),
            Sentence("Photograph each code from above, sharp, whole, and with its white border."),
        )
    return found


def _show_document(whole: Whole, document: bytes, trust: Trust | None, save: Path | None) -> None:
    if trust is None:
        _show_unverified(whole.kind, document)
    else:
        show_paper(_paper(whole.kind, document, trust))
        _say_verified(whole.kind, trust)
    if save is not None:
        _save(whole.kind, document, save)


def _paper(kind: Kind, document: bytes, trust: Trust, copy: int = 1, copies: int = 1) -> Paper:
    """The paper of a document that verifies."""
    election = trust.election
    if kind is Kind.ZERO_REPORT:
        return zero_report(election, open_zero_report(document, trust), document, say=say, language=spoken())
    if kind is Kind.HAND_COUNT:
        counted = open_hand_count(document, trust)
        return hand_count_sheet(election, counted, document, copy=copy, copies=copies, say=say, language=spoken())
    sheet, statement = open_sheet(document, trust)
    return tally_sheet(election, sheet, statement, document, copy=copy, copies=copies, say=say, language=spoken())


def _say_verified(kind: Kind, trust: Trust) -> None:
    out.print()
    out.print(say(_SIGNED.get(kind, _BY_ALL)), style="bold green")
    if kind is Kind.HAND_COUNT:
        out.print(say("  A hand count: it does not prove itself. The paper ballots in the box decide."), style="bold")
    election = groups_of_four(trust.election.identity)
    out.print(say("  The authority is that of the definition with hash {hash}.", hash=election), style="dim")


def _show_unverified(kind: Kind, document: bytes) -> None:
    """The bare numbers by code: without a definition there are neither names nor trusted keys."""
    if kind is Kind.ZERO_REPORT:
        report = read_document(document, ZeroReport)
        _lines(report.station, [("booth", report.booth), ("ballots", report.ballots)])
    elif kind is Kind.HAND_COUNT:
        counted = read_document(document, HandCountSheet)
        out.print(say("HAND COUNT of paper ballots."), style="bold")
        votes = [vote for contest in counted.contests for vote in contest.votes or ()]
        _lines(counted.station, [("ballots", counted.ballots), *((vote.option, vote.votes) for vote in votes)])
    else:
        sheet = read_document(document, TallySheet)
        votes = [vote for tally in sheet.contests for vote in tally.votes or ()]
        _lines(sheet.station, [("cast", sheet.cast), *((vote.option, vote.votes) for vote in votes)])
    out.print(
        say("NOT VERIFIED: no signature was checked. Give the election's definition with --definition."),
        style="bold yellow",
    )


def _lines(station: str, numbers: Sequence[tuple[str, int]]) -> None:
    out.print(Text(station, style="bold"))
    for name, number in numbers:
        out.print(Text(f"{name:<40} {number:>9}"))


def _save(kind: Kind, document: bytes, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind.name.lower().replace('_', '-')}-{digest(document)[:16]}.note"
    path.write_bytes(document)
    out.print(say("Written: {file}", file=str(path)), markup=False)


def _kind_of(document: bytes, where: str) -> Kind:
    text = parse_note(document, where).text
    kinds = {Kind.ZERO_REPORT: ZeroReport, Kind.HAND_COUNT: HandCountSheet}
    found = (kind for kind, record in kinds.items() if f'"type":"{record.__struct_config__.tag}"' in text)
    return next(found, Kind.TALLY_SHEET)


def _files(paper: Paper, form: Format) -> list[tuple[str, bytes]]:
    match form:
        case Format.PDF:
            return [(f"{paper.name}.pdf", paper_pdf(paper))]
        case Format.ESCPOS:
            return [(f"{paper.name}.escpos", paper_escpos(paper))]
        case Format.PNG:
            pages = enumerate(paper_pictures(paper), start=1)
            return [(f"{paper.name}-page-{number}.png", page) for number, page in pages]
