"""The acts of closing. Where a power cut comes between two of them, the day and the files say where to go on.

    nothing           → close: the hour is noted first, then the day is closed
    day closed        → signatures: two entries that agree, then the signed statement, once
    statement         → count: the booths let go of their media; the closing process counts, once or again
    sheet             → the first copy is printed, then the day says so
    first copy        → draw, sending, archive, wiping

No number of the booths exists in this process before the statement is signed.
"""

from urna.errors import OutOfOrder, UrnaError
from urna.papers.printer import PrinterStopped
from urna.papers.reprint import reprint
from urna.station.cards import Role
from urna.station.day import Day, DayEvent
from urna.station.day_facts import Block, Facts, needs_reason_to_close
from urna.station.day_guide import check_now, closing
from urna.station.day_notes import DayReason
from urna.station.day_steps import StepName
from urna.station.double_entry import DoubleEntry
from urna.station.event_words import LogEvent, Paper, Reason, Way
from urna.web.pollbook.access import Worker
from urna.web.pollbook.booth_views import BoothView, Look, view_of
from urna.web.pollbook.day_desk import DayDesk
from urna.web.pollbook.day_ports import ClosingCards
from urna.words import Sentence


class Closing:
    """From the last voter to the wiped machine.

    Args:
        table: the day.
    """

    def __init__(self, table: DayDesk) -> None:
        self._table, self._desk, self._ports = table, table.desk, table.ports
        self.signatures: DoubleEntry[int] = DoubleEntry()
        self.lost_said = 0
        """How often the members said that the closing cards are lost."""

    def close(self, reason: DayReason | None) -> None:
        """Closes the polls: nobody waits, every booth is free; before the hour by the president, with a reason."""
        facts = self._check(StepName.CLOSE)
        needs = needs_reason_to_close(facts)
        if needs:
            self._check_early(reason)
        closed_at = self._table.notes().closed_at or facts.now
        self._table.note(closed_at=closed_at, closing_reason=reason if needs else None)
        self._desk.poll_book.advance(DayEvent.CLOSE)
        self._desk.finish_counts()
        self._desk.act(LogEvent.CLOSED)

    def enter_signatures(self, count: int) -> None:
        """One of two entries; when they agree, the poll book signs its statement, and nobody changes it any more."""
        self._check(StepName.SIGNATURES)
        agreed = self.signatures.enter(count)
        if agreed is None:
            return
        closed_at = self._table.notes().closed_at or self._table.now
        self._ports.statements.sign(self._desk.poll_book, closed_at, agreed)
        self._desk.act(LogEvent.SIGNATURES_ENTERED, count=agreed)

    def count(self, cards: ClosingCards | None) -> None:
        """Counts the booths with the closing key, or without where the cards are lost; runs beside the screen.

        1. The cards are those of two members, with their PINs; wrong ones are counted.
        2. Every booth lets go of its medium.
        3. The closing process counts and signs.
        """
        self._check(StepName.COUNT)
        statement = self._ports.statements.read()
        if cards is not None:
            self._check_cards(cards)
        elif self.lost_said < 2:
            raise _not_said()
        self._release()
        self._table.is_counting = True
        try:
            for at in self._ports.closer.count(statement or b"", cards):
                self._desk.work.hint = at
        except UrnaError as error:
            self._table.count_block = Block(_part(error.found), _part(error.remedy))
            raise
        finally:
            self._table.is_counting = False
        self._table.count_block = None
        self._write_count(cards)

    def _release(self) -> None:
        """Every booth lets go; the page goes on saying which one did not, and why, until a count succeeds."""
        for number, booth in self._ports.booths.items():
            why = Sentence("It does not let go of its memory, and the sheet needs the memories of all booths.")
            try:
                _check_settled(view_of(self._desk, number))
                booth.release()
            except UrnaError as error:
                place = Sentence("Booth {number}", {"number": number})
                self._table.count_block = Block(why, _part(error.remedy), place)
                raise

    def say_lost(self) -> None:
        """The members say that the closing cards are lost; it takes two of them."""
        self._check(StepName.COUNT)
        self.lost_said += 1

    def take_back_lost(self) -> None:
        """They were found."""
        self.lost_said = 0

    def print_sheet(self, copies: int) -> None:
        """Prints the copies that are missing, and takes the day on after the first; runs beside the screen.

        A copy is noted before it is printed: after a power cut it counts as printed, and its second print says so.
        """
        if self._table.day() is Day.CLOSED:
            self._check(StepName.SHEET)
        for copy in range(1, copies + 1):
            self._print_copy(copy, copies)

    def _print_copy(self, copy: int, copies: int) -> None:
        notes = self._table.notes()
        paper = self._ports.closer.sheet_paper(copy, copies)
        again = copy <= notes.sheet_copies
        number = notes.sheet_reprints + 1
        if again:
            paper = reprint(paper, number, say=self._table.paper_say)
        self._table.note(
            sheet_copies=max(copy, notes.sheet_copies), sheet_reprints=number if again else notes.sheet_reprints
        )
        try:
            self._desk.ports.reports.print_report(paper)
        except PrinterStopped as stopped:
            if not stopped.torn:
                self._table.keep(notes)
            raise
        with self._desk.lock:
            self._desk.poll_book.advance(DayEvent.PRINT_SHEET)
            event = LogEvent.PAPER_REPRINTED if again else LogEvent.PAPER_PRINTED
            self._desk.act(event, paper=Paper.TALLY_SHEET, copy=copy)

    def look_up_draw(self) -> None:
        """The members looked whether the station was drawn for the hand count."""
        self._check(StepName.DRAW)
        self._table.note(draw_looked_up=True)

    def send(self, way: Way) -> None:
        """Sends the parcel; both ways may be taken, and each again. Runs beside the screen.

        Raises:
            OutOfOrder: no copy of the sheet is printed yet, or the way is not open.
        """
        if self._table.day() not in {Day.SHEET_PRINTED, Day.TRANSMITTED}:
            self._check(StepName.SEND)
        try:
            self._ports.senders[way].send(self._ports.closer.parcel())
        except UrnaError:
            self._desk.act(LogEvent.TRANSMISSION_FAILED, way=way, reason=Reason.NO_ANSWER)
            raise
        with self._desk.lock:
            sent = self._table.notes().sent_by
            self._table.note(sent_by=tuple(sorted({*sent, str(way)})))
            self._desk.poll_book.advance(DayEvent.TRANSMIT)
            self._desk.act(LogEvent.SHEET_TRANSMITTED, way=way)

    def archive(self) -> None:
        """Writes what is kept to the archive stick; runs beside the screen."""
        self._check(StepName.ARCHIVE)
        self._ports.archive(self._ports.closer.parcel())
        with self._desk.lock:
            self._table.note(archived=True)
            self._desk.act(LogEvent.ARCHIVED)

    def wipe(self) -> None:
        """Wipes the machines, last of all; runs beside the screen. The poll book is gone then."""
        self._check(StepName.WIPE)
        self._desk.act(LogEvent.WIPED)
        with self._desk.lock:
            self._desk.let_go()
            self._ports.wipe()
            self._table.is_wiped = True

    def _check(self, name: StepName) -> Facts:
        facts = self._table.look()
        check_now(closing(facts), name)
        return facts

    def _check_early(self, reason: DayReason | None) -> None:
        if reason is None or self._desk.who() is not Worker.PRESIDENT:
            raise OutOfOrder(
                Sentence("the president with a reason, because it is before the hour of closing"),
                Sentence("neither or one of them"),
                Sentence("Wait for the hour; or let the president sign in and choose the reason."),
            )

    def _check_cards(self, cards: ClosingCards) -> None:
        roles: set[Role] = {self._table.check_member(each) for each in cards}
        if len(roles) < len(cards):
            raise OutOfOrder(
                Sentence("the cards of two roles"),
                Sentence("the same role twice"),
                Sentence("Bring the cards of two different members."),
            )

    def _write_count(self, cards: ClosingCards | None) -> None:
        with self._desk.lock:
            self._desk.act(LogEvent.CLOSING_KEY_JOINED if cards else LogEvent.CLOSING_CARDS_LOST)
            self._desk.act(LogEvent.SHEET_SIGNED)
            if cards is None:
                self._table.note(cards_lost=True)


def _check_settled(view: BoothView) -> None:
    """Returns unless the booth came back with a voter in it, whom only the president's decision ends."""
    if view.look is Look.DOUBTFUL:
        raise OutOfOrder(
            Sentence("a booth without an open activation"),
            Sentence("a voter's activation is open there, and not in the poll book"),
            Sentence("The president settles it: Attend, beside the booth. Then count again."),
        )


def _not_said() -> OutOfOrder:
    return OutOfOrder(
        Sentence("two members who say that the closing cards are lost"),
        Sentence("fewer"),
        Sentence("Bring two cards with their PINs; or let a second member say that they are lost."),
    )


def _part(part: Sentence | str) -> Sentence:
    return part if isinstance(part, Sentence) else Sentence("{text}", {"text": part})
