"""`urna audit serve`: the pages of an audit at one place, until the process is told to end."""

import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from fastapi import FastAPI

from urna.audit.draw_rules import board_verifiers
from urna.audit.report import AuditReport
from urna.cli.audit_folder import PassphraseOption, check_members, signers_of
from urna.cli.audit_place import AuditOption, AuditPlace, FolderArgument, RecordOption, open_place
from urna.cli.center_server import CentreServer
from urna.cli.screen import out
from urna.cli.words import say, say_in
from urna.devices.printer_typst import paper_pdf
from urna.errors import OutOfOrder
from urna.log.note import NoteSigner
from urna.papers.audit_report import audit_report
from urna.storage.centre_operators import Clock
from urna.web.audit.face import PREFIX, AuditParts
from urna.web.audit.pages import audit_pages
from urna.web.center.tls import read_tls
from urna.words import Sentence

KeyFiles = Annotated[
    list[Path],
    typer.Option("--key", help=say("A key file of the audit board; the first one names this place, others sign, too.")),
]
Pem = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("The certificate for https, PEM."))]
PemKey = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("The certificate's key, PEM."))]


def serve(
    folder: FolderArgument,
    key: KeyFiles,
    record: RecordOption = None,
    audit: AuditOption = "",
    host: Annotated[str, typer.Option(help=say("The address to listen at."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=say("0 for any that is free."))] = 8410,
    pages: Annotated[
        str,
        typer.Option(help=say("The address as people type it, as https://audit.example; by default where it listens.")),
    ] = "",
    offline: Annotated[
        bool, typer.Option("--offline", help=say("A board's own place at a centre, which reads and writes sticks."))
    ] = False,
    tls_cert: Pem = None,
    tls_key: PemKey = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Nothing is published from here: signed notes go into FOLDER/out, for `urna center load`."""
    signers = signers_of(key, passphrase_file)
    place = open_place(folder, record, audit, signers[0].name)
    check_members(board_verifiers(place.case.commitment), signers)
    check_place(place, is_offline=offline)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    server = CentreServer(app, host, port, _tell, tls=read_tls(tls_cert, tls_key, ""))
    app.mount(PREFIX, audit_pages(parts_of(place, signers, pages.rstrip("/") or server.address)))

    def end(number: int, frame: FrameType | None) -> None:
        server.stop()

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, end)
    server.run()


def parts_of(place: AuditPlace, signers: Sequence[NoteSigner], origin: str) -> AuditParts:
    """What the pages work with."""
    case = place.case

    def pdf(report: AuditReport, language: str) -> bytes:
        seed = case.documents.seed
        return paper_pdf(
            audit_report(case.election, case.commitment, seed, report, say=say_in(language), language=language)
        )

    return AuditParts(
        case=case,
        journal=place.journal,
        accounts=place.accounts,
        signers=signers,
        clock=_clock,
        speakers={"es": say_in("es"), "en": say_in("en")},
        origin=origin,
        pdf=pdf,
    )


def check_place(place: AuditPlace, *, is_offline: bool) -> None:
    """Returns if the folder is what it is said to be: the coordinator's place, or a board's own.

    Raises:
        OutOfOrder: it is the other one; or a board's that has not read the coordinator's stick yet; or the record has
            counts or sums of slips of this audit that were made elsewhere.
    """
    with place.journal.reading() as board:
        main = board.main
        made = {code: box.counts for code, box in board.boxes.items()}
        read = list(board.readings)
    strange = [code for code, count in place.published.items() if count not in made.get(code, ())]
    if any(each not in read for each in place.read) and not is_offline:
        raise OutOfOrder(
            Sentence("an audit whose published sums of slips were all made in this folder"),
            Sentence("others"),
            Sentence("Go on where they were made: with that folder, or with urna audit read."),
            place.settings.place,
        )
    if strange and not is_offline:
        raise OutOfOrder(
            Sentence("an audit whose published counts were all made in this folder"),
            Sentence("{count} others, of {station} among them", {"count": len(strange), "station": strange[0]}),
            Sentence("Go on where they were made: with that folder, or with urna audit count."),
            place.settings.place,
        )
    if is_offline and not main:
        raise OutOfOrder(
            Sentence("a folder that has read the coordinator's stick"),
            Sentence("one without any act"),
            Sentence("Read it first: urna audit import FOLDER STICK."),
            place.settings.place,
        )
    if is_offline == (main in {"", place.settings.place}):
        raise OutOfOrder(
            Sentence("--offline at a board's own place, and not at the coordinator's"),
            Sentence("the coordinator's place {main}", {"main": main or place.settings.place}),
            Sentence("Start it the other way, or take this place's own folder."),
            place.settings.place,
        )


def _tell(address: str) -> None:
    out.print(say("Listening at {address}", address=f"{address}{PREFIX}"), markup=False)
    out.file.flush()


def _clock() -> Clock:
    seconds = int(time.time())
    return Clock(seconds, datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
