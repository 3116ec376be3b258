"""One station's day in the demo, with the incidents that real days have.

It drives the real poll book, booths, fingers, papers and media; only the people are played.
"""

import os
import secrets
import signal
from collections import deque
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from urna.biometrics.capture import Extractor
from urna.biometrics.decision import Decision, decide
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.image import FingerImage
from urna.biometrics.template import Template
from urna.cli.demo.fingers import POSITIONS, DrawnFinger, RememberingExtractor
from urna.cli.demo.incidents import Incident
from urna.cli.demo.people import Voter
from urna.cli.kit import StationKit
from urna.cli.polling_place import PollingPlace
from urna.cli.words import say_in
from urna.crypto.signatures import SigningKey
from urna.devices.printers import Fault, SimulatedPrinter, SlipBox, SlipPrinter
from urna.devices.reader import SimulatedReader
from urna.election.definition import Election
from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.election.statement import PollBookStatement
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.papers.tally_sheet import tally_sheet as sheet_paper
from urna.papers.zero_report import zero_report as zero_paper
from urna.record.bundle import StationBundle
from urna.rehearsal.counts import StationDocuments
from urna.station.authorization import Authorization, authorize_by_cards, authorize_by_finger
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.booth_session import State
from urna.station.cards import Role
from urna.station.day import DayEvent
from urna.station.pollbook import Identification, Step
from urna.station.telephone import answer_challenge
from urna.tally.sheet import TallySheet, ZeroReport

PRESIDENT_AND_SECRETARY = (Role.PRESIDENT, Role.SECRETARY)
SECRETARY_AND_MEMBER = (Role.SECRETARY, Role.MEMBER)


class StationTask(NamedTuple):
    """What one worker needs to play a station's day."""

    election: Election
    kit: StationKit
    voters: tuple[Voter, ...]
    incidents: tuple[Incident, ...]
    folder: Path
    papers: Path
    president_finger: int
    centre_seed: bytes
    """Of the key that answers telephone challenges."""

    def __repr__(self) -> str:
        """Which station."""
        return f"StationTask({self.kit.station})"


class PlayedDay(NamedTuple):
    """What a day left: documents for the centre, slips in the box, and what happened."""

    station: str
    documents: StationDocuments
    slips: int
    happened: tuple[Incident, ...]


def play_day(task: StationTask, pool: Sequence[DrawnFinger]) -> PlayedDay:
    """A station's day, from the sealed machines to the transmitted sheet.

    1. Set up: load, test, zero, print the zero reports.
    2. Open, and let everybody vote; the incidents happen to the first voters they fit.
    3. Close: count signatures, count the boxes, print the sheet, transmit, destroy the openings.
    """
    day = _Day(task, pool)
    zero_reports = day.set_up()
    day.open_and_vote()
    return day.close(zero_reports)


class _Day:
    """The state of one played day: the machines, and what lies on the table around them."""

    def __init__(self, task: StationTask, pool: Sequence[DrawnFinger]) -> None:
        self.task, self.pool = task, pool
        self.election, self.kit = task.election, task.kit
        self.extractor: Extractor = RememberingExtractor(pool)
        self.place = PollingPlace(task.election, task.kit, task.folder, decide, secrets.token_bytes)
        self.faults: dict[int, deque[Fault | None]] = {}
        self.tray = [self._slip_printer(number) for number in self._booths()]
        self.slips = SlipBox()
        self.code_slips = SlipBox()
        self.signatures = 0
        self.codes = list(task.kit.code_lines)
        self.waiting = list(task.incidents)
        self.happened: list[Incident] = []
        self.turn = 0

    def set_up(self) -> tuple[bytes, ...]:
        """Loads, tests and zeroes; prints the zero reports."""
        reports = self.place.set_up(self.election.definition.opens_at, PRESIDENT_AND_SECRETARY)
        printer = SimulatedPrinter("pdf", self.task.papers)
        for document in reports:
            report = read_document(document, ZeroReport)
            printer.print_paper(zero_paper(self.election, report, document, say=say_in("es"), language="es"))
        return reports

    def open_and_vote(self) -> None:
        """Everybody comes, one after another."""
        self._start()
        self.station.poll_book.advance(DayEvent.OPEN)
        for voter in self.task.voters:
            self._serve(voter)

    def close(self, zero_reports: Sequence[bytes]) -> PlayedDay:
        """Closes, prints first, transmits then."""
        now = self.election.definition.closes_at
        book = self.station.poll_book
        bundle = self.place.close(self.station, zero_reports, SECRETARY_AND_MEMBER, signatures=self.signatures, now=now)
        self._print_sheet(bundle.sheet)
        book.advance(DayEvent.PRINT_SHEET)
        _keep_bundle(self.task.folder, bundle)
        book.advance(DayEvent.TRANSMIT)
        self.place.destroy_openings()
        self.place.stop()
        slips = len(self.slips)
        self.slips.empty(self.task.papers / "slips", "escpos")
        self.code_slips.empty(self.task.papers / "code-slips", "note")
        documents = StationDocuments(tuple(zero_reports), bundle)
        return PlayedDay(self.kit.station, documents, slips, tuple(self.happened))

    def _serve(self, voter: Voter) -> None:
        """One voter: identify, sign the paper book, activate, vote, drop the slip."""
        incident = self._incident_for(voter)
        if not self._identify(voter, incident):
            return
        self.signatures += 1
        if incident is Incident.WITHDRAWN:
            self.station.poll_book.withdraw(voter.style)
            return
        if incident is Incident.POWER_CUT:
            self._lose_power(voter)
        number = self._next_booth()
        if self.station.booths[number].state is State.WAITING:
            self.station.activate(number, voter.style)
        self._vote(number, voter, incident)
        if incident is Incident.SECOND_ATTEMPT:
            self._come_again(voter)

    def _incident_for(self, voter: Voter) -> Incident | None:
        """The next incident of the script, if it can happen to this voter."""
        if not self.waiting or not voter.fingers:
            return None
        incident = self.waiting.pop(0)
        self.happened.append(incident)
        return incident

    def _identify(self, voter: Voter, incident: Incident | None) -> bool:
        """The finger on the reader until the poll book admits; else the president decides. False: sent away."""
        book = self.station.poll_book
        result = self._try_finger(voter, incident)
        while result.step is Step.TRY_AGAIN:
            result = self._try_finger(voter, incident)
        if result.step is Step.ADMITTED:
            return True
        if incident is Incident.TELEPHONE:
            challenge = book.telephone_challenge()
            key = SigningKey(self.task.centre_seed)
            response = answer_challenge(key, self.election.identity, self.kit.station, challenge)
            book.override_by_telephone(voter.number, OverrideReason.READER_FAILED, self._president(), response)
            return True
        authorized = self._members() if incident is Incident.POOR_IMAGE else self._president()
        book.override(voter.number, OverrideReason.DOCUMENT_CHECKED, authorized, self.codes.pop(0))
        return True

    def _try_finger(self, voter: Voter, incident: Incident | None) -> Identification:
        """One try: image from the reader, minutiae, ISO template, the poll book's judgement."""
        if incident is Incident.NO_FINGERS:
            return self.station.poll_book.identify(voter.number, None, no_fingers=True)
        image = self._laid_finger(voter, incident)
        if image is None:
            return self.station.poll_book.identify(voter.number, None)
        extraction = self.extractor.extract(SimulatedReader([image]).capture())
        probe = Template.from_iso(extraction.template.to_iso())
        return self.station.poll_book.identify(voter.number, extraction._replace(template=probe))

    def _laid_finger(self, voter: Voter, incident: Incident | None) -> FingerImage | None:
        """One of the voter's enrolled fingers; each time another one, or the same laid down anew."""
        if not voter.fingers:
            return None
        self.turn += 1
        finger = self.pool[voter.fingers[self.turn % len(voter.fingers)]]
        if incident in {Incident.NO_MATCH, Incident.TELEPHONE}:
            finger = self._foreign(voter)
        if incident is Incident.POOR_IMAGE:
            return finger.faint
        return finger.captures[self.turn % len(finger.captures)]

    def _foreign(self, voter: Voter) -> DrawnFinger:
        """A finger that is none of the voter's."""
        return next(finger for number, finger in enumerate(self.pool) if number not in voter.fingers)

    def _president(self) -> Authorization:
        """The president's own finger against the president's own templates; where it fails, two members."""
        finger = self.pool[self.task.president_finger]
        stored = StoredFinger(POSITIONS[0], tuple(Template.from_iso(record) for record in finger.enrolled))
        reader, decisions = SimulatedReader(finger.captures), list[Decision]()
        for _ in finger.captures:
            capture = self.extractor.extract(reader.capture())
            decisions.append(decide(capture, [stored], False, decisions, self.election.rules.fingers))
            if decisions[-1].outcome is Outcome.MATCH:
                return authorize_by_finger(decisions[-1])
        return self._members()

    def _members(self) -> Authorization:
        """Two members with card and PIN."""
        cards, pins = self.kit.data_cards, self.kit.pins
        first, second = SECRETARY_AND_MEMBER
        key = self.place.data_key(PRESIDENT_AND_SECRETARY)
        return authorize_by_cards(cards[first], pins[first], cards[second], pins[second], key)

    def _vote(self, number: int, voter: Voter, incident: Incident | None) -> None:
        """At the booth, to the end of the activation; after one without a vote, once more."""
        booth = self.station.booths[number]
        if incident in {Incident.EXPIRED, Incident.LEFT}:
            booth.review(voter.choices)
            booth.expire()
            booth.end(Ending.EXPIRED if incident is Incident.EXPIRED else Ending.LEFT)
            self.station.record_ending(number)
            if incident is Incident.LEFT:
                return
            style = self.station.poll_book.readmit(voter.number, self._president())
            self.station.activate(number, style)
        if incident is Incident.PAPER_JAM:
            self._jam(booth, voter)
        if incident is Incident.SPOILED_SLIP:
            self._print(booth, voter)
            booth.say_no()
            self._take_papers(number)
        if incident is Incident.CHALLENGE:
            self._print(booth, voter)
            booth.challenge_machine()
            self._take_papers(number)
        self._print(booth, voter)
        booth.say_yes()
        self.slips.drop(self._take_papers(number))
        self.station.record_ending(number)
        if incident is Incident.PAUSE:
            self.station.poll_book.advance(DayEvent.PAUSE)
            self.station.poll_book.advance(DayEvent.RESUME)

    def _print(self, booth: Booth, voter: Voter) -> None:
        """Choose, review, print."""
        if booth.state in {State.VOID, State.CHALLENGED}:
            booth.choose_again()
        booth.review(voter.choices)
        booth.confirm()

    def _come_again(self, voter: Voter) -> None:
        """The same elector comes a second time, and is refused."""
        try:
            self.station.poll_book.identify(voter.number, None)
        except OutOfOrder:
            return
        raise AssertionError("an elector was identified twice")

    def _start(self) -> None:
        printers = [_BoothPrinter(tray, self.election, self.kit.station, self.code_slips) for tray in self.tray]
        self.station = self.place.start(PRESIDENT_AND_SECRETARY, printers, self._show)

    def _show(self, screen: Screen) -> None:
        """Nobody looks: the voters are played."""

    def _lose_power(self, voter: Voter) -> None:
        """The machines run in a process that is killed after the paper and before the vote is cast."""
        self.place.stop()
        number = 1
        child = os.fork()
        if child == 0:
            self._start()
            self.station.activate(number, voter.style)
            self._print(self.station.booths[number], voter)
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        self._start()

    def _jam(self, booth: Booth, voter: Voter) -> None:
        """The printer tears a slip in the middle; the torn piece is kept as spoiled."""
        if self._has_receipts():
            self.faults[booth.number].append(None)
        self.faults[booth.number].append(Fault.JAM)
        self._print(booth, voter)
        self._take_papers(booth.number)

    def _take_papers(self, number: int) -> bytes:
        """The voter takes what came out: the paper to check, and a code slip to take home."""
        paper = self.tray[number - 1].take()
        if self._has_receipts():
            self.tray[number - 1].take()
        return paper

    def _has_receipts(self) -> bool:
        return self.election.rules.receipts and self.election.is_encrypted

    def _print_sheet(self, sheet: bytes) -> None:
        """Paper first: two copies as PDF, one for the thermal printer."""
        record = read_document(sheet, TallySheet)
        statement = read_document(record.statement.encode(), PollBookStatement)
        for copy, kind in enumerate(("pdf", "escpos"), 1):
            paper = sheet_paper(
                self.election, record, statement, sheet, copy=copy, copies=2, say=say_in("es"), language="es"
            )
            SimulatedPrinter(kind, self.task.papers).print_paper(paper)

    def _booths(self) -> range:
        return range(1, len(self.kit.booth_seeds) + 1)

    def _next_booth(self) -> int:
        """The booths take turns; after a power cut the voter goes on where the activation is."""
        armed = [number for number, booth in self.station.booths.items() if booth.state is not State.WAITING]
        self.turn += 1
        return armed[0] if armed else self.turn % len(self.station.booths) + 1

    def _slip_printer(self, number: int) -> SimulatedPrinter:
        """A thermal printer whose faults are those that the script puts into its queue."""
        queue = self.faults.setdefault(number, deque())
        return SimulatedPrinter("escpos", faults=(queue.popleft() if queue else None for _ in count()))


class _BoothPrinter(SlipPrinter):
    """A booth's printer whose code slips go home with their voters: a box of them, in no order."""

    def __init__(self, tray: SimulatedPrinter, election: Election, station: str, taken_home: SlipBox) -> None:
        super().__init__(tray, election, station, say_in("es"), "es")
        self._taken_home = taken_home

    def print_code_slip(self, document: bytes) -> None:
        """Prints it, and remembers that somebody has it."""
        super().print_code_slip(document)
        self._taken_home.drop(document)


def _keep_bundle(folder: Path, bundle: StationBundle) -> None:
    """The sheet and what proves it, before the openings are destroyed."""
    _keep(folder / "sheet-0.note", bundle.sheet)
    for style, data in bundle.ciphertexts.items():
        _keep(folder / f"ballots-{style}.committed", data)
    for name, listed in (("ballots.json", bundle.ballots), ("opened.json", bundle.opened)):
        if listed is not None:
            _keep(folder / name, listed)


def _keep(path: Path, data: bytes) -> None:
    """On the medium before this returns: only then may the openings be destroyed."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
