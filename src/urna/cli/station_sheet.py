"""Reads the signed sheet in a station's out folder for the poll book, which loads nothing of tallies itself.

python -m urna.cli.station_sheet STATION < question > a paper, or figures
"""

import sys
from pathlib import Path

from urna.cli.words import say_in
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import decode, encode
from urna.encoding.document import open_document, read_document
from urna.errors import UrnaError
from urna.log.note import NoteVerifier
from urna.papers.tally_sheet import tally_sheet
from urna.station.closing_order import SheetFigures, SheetQuestion
from urna.storage.out_folder import SHEET, read_out
from urna.storage.station_folder import StationFolder, StationIdentity, open_package
from urna.tally.sheet import TallySheet
from urna.words import N_

MAX_QUESTION_BYTES = 1024


def main(arguments: list[str]) -> int:
    """Answers one question; 1 where there is no sheet that verifies."""
    question = decode(sys.stdin.buffer.read(MAX_QUESTION_BYTES), SheetQuestion, "question")
    folder = StationFolder(Path(arguments[0]))
    try:
        identity = open_package(folder)
        sys.stdout.buffer.write(answer(identity, read_out(folder.out).get(SHEET, b""), question))
    except UrnaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def answer(identity: StationIdentity, document: bytes, question: SheetQuestion) -> bytes:
    """The paper of a copy, or the figures, of a sheet that every booth of the station signed.

    Raises:
        UrnaError: it is none.
    """
    election, station = identity.election, identity.station
    keys = [
        NoteVerifier(election.key_name(station, f"booth-{number}"), key)
        for number, key in enumerate(identity.keys.booths, 1)
    ]
    sheet = open_document(document, TallySheet, keys, where=SHEET)
    statement = read_document(sheet.statement.encode(), PollBookStatement)
    if question.copy == 0:
        return encode(SheetFigures(figures=figures(sheet, statement)))
    say, language = say_in(question.language), question.language
    paper = tally_sheet(
        election, sheet, statement, document, copy=question.copy, copies=question.copies, say=say, language=language
    )
    return encode(paper)


def figures(sheet: TallySheet, statement: PollBookStatement) -> dict[str, int]:
    """People first, then ballots."""
    return {
        N_("People identified"): statement.identified_total,
        N_("Activations"): statement.activations,
        N_("Ballots cast"): sheet.cast,
        N_("Ballots void"): sum(booth.void for booth in sheet.booths),
        N_("Ballots challenged"): sum(booth.challenged for booth in sheet.booths),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
