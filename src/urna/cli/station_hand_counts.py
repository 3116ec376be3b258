"""The poll book's end of a hand count: what was typed goes to a process that knows tallies; its record is signed here.

entry ──→ station_hand_count ──→ record ── the poll book's key ──→ STATION/out/hand-0.note ──→ paper
"""

import os
import subprocess
import sys

import msgspec

from urna.cli.poll_book_machine import PollBookMachine
from urna.encoding.canonical import Moment, Record, decode, encode
from urna.errors import Malformed, OutOfOrder
from urna.log.note import sign_note
from urna.papers.paper import Paper
from urna.station.hand_entry import HandEntry
from urna.station.link import Trouble
from urna.station.link_messages import error_of
from urna.station.sending import Parcel
from urna.storage.medium import DiskMedium
from urna.storage.out_folder import HAND_COUNT
from urna.storage.zero_document import write_whole
from urna.words import Sentence

MAX_ORDER_BYTES = 1 << 20
_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")


class HandOrder(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/hand-count-order/1"):
    """What was typed; with a document, its paper is wanted."""

    entry: HandEntry
    closed_at: Moment
    language: str
    document: str = ""


class HandAnswer(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The canonical record, or the paper, or why not."""

    record: str = ""
    paper: Paper | None = None
    trouble: Trouble | None = None


class ProcessHandCounts:
    """A `HandCounts` of the contingency pages.

    Args:
        machine: the poll book's, whose key signs.
        language: of the paper.
    """

    def __init__(self, machine: PollBookMachine, language: str) -> None:
        self._machine, self._language = machine, language

    def check(self, entry: HandEntry) -> None:
        """Returns if its sums hold."""
        self._ask(entry, self._machine.identity.election.definition.closes_at)

    def sign(self, entry: HandEntry, closed_at: Moment) -> Paper:
        """The paper of the sheet, which is durable and signed by then; signed once, printed as often as it is entered.

        Raises:
            OutOfOrder: another count was signed before.
        """
        before = self._kept()
        record = self._ask(entry, closed_at if before is None else _closed_at(before)).record
        if before is not None and not before.startswith(f"{record}\n\n".encode()):
            raise _another()
        document = self._keep(record) if before is None else before
        paper = self._ask(entry, closed_at, document.decode()).paper
        if paper is None:
            raise _no_answer()
        return paper

    def parcel(self) -> Parcel:
        """The signed sheet alone: it is sent so where the machines' count cannot be closed.

        Raises:
            OutOfOrder: none was signed.
        """
        document, identity = self._kept(), self._machine.identity
        if document is None:
            raise OutOfOrder(
                Sentence("a signed sheet of the hand count"),
                Sentence("none"),
                Sentence("Type both entries first."),
                HAND_COUNT,
            )
        files = {HAND_COUNT: document}
        return Parcel(election=identity.election.identity, station=identity.station, files=files)

    def _kept(self) -> bytes | None:
        """What was signed before."""
        path = self._machine.folder.out / HAND_COUNT
        return path.read_bytes() if path.is_file() else None

    def _keep(self, record: str) -> bytes:
        """Signs the record and makes it durable."""
        out = self._machine.folder.out
        document = sign_note(f"{record}\n", [self._machine.signer()])
        out.mkdir(mode=0o700, exist_ok=True)
        write_whole(DiskMedium(out), HAND_COUNT, document)
        return document

    def _ask(self, entry: HandEntry, closed_at: Moment, document: str = "") -> HandAnswer:
        order = HandOrder(entry=entry, closed_at=closed_at, language=self._language, document=document)
        environment = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
        command = [sys.executable, "-P", "-m", "urna.cli.station_hand_count", str(self._machine.folder.root)]
        ended = subprocess.run(command, input=encode(order), capture_output=True, env=environment, check=False)  # noqa: S603 - our own module
        if ended.returncode != 0:
            raise _no_answer()
        found = decode(ended.stdout, HandAnswer, "hand count")
        if found.trouble is not None:
            raise error_of(found.trouble)
        return found


class _Signed(msgspec.Struct, frozen=True):
    """All that is read here of a signed sheet; whoever knows tallies reads the rest."""

    closed_at: Moment


def _closed_at(document: bytes) -> Moment:
    """The hour that a signed sheet says: a count that is entered once more is of the same one."""
    try:
        return msgspec.json.decode(document.partition(b"\n")[0], type=_Signed).closed_at
    except msgspec.DecodeError as error:
        raise Malformed(
            Sentence("the signed sheet of a hand count"),
            Sentence("something else"),
            Sentence("Keep the folder as it is and call the centre: somebody changed the file."),
            HAND_COUNT,
        ) from error


def _another() -> OutOfOrder:
    return OutOfOrder(
        Sentence("the hand count that this station signed before"),
        Sentence("another one"),
        Sentence("Enter what was signed, and it is printed again. If it is wrong, note that on an incident sheet."),
        HAND_COUNT,
    )


def _no_answer() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a sheet of the hand count"), Sentence("none"), Sentence("Type both entries again; nothing is lost.")
    )
