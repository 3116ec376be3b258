"""A session at the desk: one elector after the other, with the same two operators and the same reader."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import typer

from urna.biometrics.capture import Extractor
from urna.cli.roll_enrol_screen import Desk, Keyboard, Unattended
from urna.cli.roll_enrol_work import enrol_one, open_office, stations_of_electors
from urna.cli.screen import out, show_error
from urna.cli.words import say
from urna.devices.extractor import LeaderExtractor
from urna.devices.readers import open_reader
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Unproven
from urna.log.note import NoteSigner
from urna.roll.at_rest import RollKey
from urna.roll.enrolled import EnrolmentRecord
from urna.roll.enrolment_rules import Reason
from urna.storage.enrolment_files import Place, holding, read_setup, settle
from urna.storage.roll_files import read_stored

THREADS = 2
"""Cores that one capture uses while an elector waits."""


class Session(NamedTuple):
    """What the command line said."""

    election: Election
    roll: Path
    archive: Path
    key: RollKey
    signers: tuple[NoteSigner, ...]
    reader: str
    left_out: Mapping[int, Reason]
    again: bool
    is_unattended: bool

    @property
    def place(self) -> Place:
        """Where it writes."""
        return Place(self.roll, self.archive, self.key, secrets.token_bytes)


def make_extractor() -> Extractor:
    """What finds minutiae and quality in an image."""
    return LeaderExtractor(threads=THREADS)


def hold_session(session: Session, numbers: Sequence[str] | None) -> None:
    """Enrols the electors with these numbers, or asks for numbers until none is given.

    Raises:
        Unproven: not two operators of this roll; or a number that is not on the roll, when it was given beforehand.
        OutOfOrder: another command works on the roll, or the archive's key was not set.
    """
    place = session.place
    with holding(session.roll):
        office = open_office(session.election, place, read_setup(session.roll, session.key), session.signers)
        if undone := settle(place):
            line = say("{count} enrolments were interrupted and did not come to be; enrol them again.", count=undone)
            out.print(line, style="yellow")
        stations = stations_of_electors(place, session.election)
        extractor, reader = make_extractor(), open_reader(session.reader, ready=_say_ready)
        desk: Desk = (
            Unattended(session.left_out) if session.is_unattended else Keyboard(session.signers, session.left_out)
        )
        done = 0
        try:
            for number in numbers if numbers else iter(_ask_number, ""):
                try:
                    if _is_left_alone(session, stations, number):
                        continue
                    record = enrol_one(office, number, stations, reader, extractor, desk)
                except Unproven as error:
                    if numbers:
                        raise
                    show_error(error)
                    continue
                done += record is not None
                _show(record)
        finally:
            reader.close()
        out.print(say("Enrolled in this session: {count}.", count=done), style="green")


def _desk(session: Session) -> Desk:
    if session.is_unattended:
        return Unattended(session.left_out)
    return Keyboard(session.signers, session.left_out)


def _is_left_alone(session: Session, stations: Mapping[str, Code], number: str) -> bool:
    """Whether the elector is enrolled already and should not be again."""
    if session.again or number not in stations:
        return False
    is_enrolled = read_stored(session.roll, stations[number], session.key).enrolment_of(number) is not None
    if is_enrolled:
        out.print(say("Enrolled already; --again enrols the elector again."), style="yellow")
    return is_enrolled


def _show(record: EnrolmentRecord | None) -> None:
    if record is None:
        out.print(say("Stopped; nothing was written."), style="yellow")
        return
    values = {"fingers": len(record.fingers), "impressions": sum(len(each.qualities) for each in record.fingers)}
    line = say("Enrolled. Fingers: {fingers}; impressions: {impressions}; record: {id}.", **values, id=record.enrolment)
    out.print(line, style="green")


def _say_ready() -> None:
    out.print(say("Lay the finger on the reader now."))


def _ask_number() -> str:
    asked = say("Number of the next elector, Enter to end")
    return str(typer.prompt(asked, default="", show_default=False, err=True)).strip()
