"""The acts of contingency: what the president states, and paper ballots typed twice."""

from collections.abc import Mapping

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.errors import Malformed, OutOfOrder
from urna.station.double_entry import DoubleEntry
from urna.station.event_words import LogEvent, Paper, Way
from urna.station.hand_entry import ContestEntry, HandEntry, PaperReason
from urna.web.pollbook.day_desk import DayDesk
from urna.words import Sentence

MOST_DIGITS = 5


class PaperCount:
    """Paper ballots of this station.

    Args:
        table: the day.
    """

    def __init__(self, table: DayDesk) -> None:
        self._table = table
        self.entry: DoubleEntry[HandEntry] = DoubleEntry()
        self.is_signed = False
        self.sent_by: tuple[Way, ...] = ()

    @property
    def contests(self) -> tuple[Contest, ...]:
        """Those that people of this station vote on."""
        desk = self._table.desk
        return tuple(desk.election.contests_of_station(desk.station_code))

    @property
    def most_fields(self) -> int:
        """Of the page where they are typed."""
        return 5 + sum(3 + len(contest.options) for contest in self.contests)

    def begin(self) -> None:
        """The station goes on with paper ballots; it is said once."""
        if not self._table.notes().on_paper:
            self._table.note(on_paper=True)
            self._table.desk.act(LogEvent.PAPER_BALLOTS_BEGUN)

    def enter(self, entry: HandEntry) -> None:
        """One of two entries; when they agree, the sheet is signed and printed. Runs beside the screen.

        Raises:
            OutOfOrder: nobody said that people vote on paper, or the second entry is another one.
            Unproven: a sum does not hold.
        """
        if not self._table.notes().on_paper:
            raise OutOfOrder(
                Sentence("a station that went on with paper ballots"),
                Sentence("one that did not"),
                Sentence("Say first that voting goes on with paper ballots."),
            )
        self._table.ports.hand_counts.check(entry)
        agreed = self.entry.enter(entry)
        if agreed is not None:
            self._sign(agreed)

    @property
    def ways(self) -> tuple[Way, ...]:
        """By which the signed sheet can be sent."""
        return tuple(self._table.ports.senders)

    def send(self, way: Way) -> None:
        """Sends the signed sheet alone, as often as it takes; the closing's parcel has it too. Runs beside the screen.

        Raises:
            OutOfOrder: nothing is signed.
            NotSent: it did not arrive this time.
        """
        table = self._table
        table.ports.senders[way].send(table.ports.hand_counts.parcel())
        with table.desk.lock:
            table.desk.act(LogEvent.HAND_COUNT_TRANSMITTED, way=way)
            self.sent_by = tuple(dict.fromkeys((*self.sent_by, way)))

    def _sign(self, entry: HandEntry) -> None:
        table = self._table
        paper = table.ports.hand_counts.sign(entry, table.notes().closed_at or table.now)
        self.is_signed = True
        table.desk.ports.reports.print_report(paper)
        table.desk.act(LogEvent.PAPER_PRINTED, paper=Paper.HAND_COUNT_SHEET, copy=1)


def state_annulment(table: DayDesk) -> None:
    """The president states that voting cannot go on at all; the authority decides."""
    if not table.notes().annulment_stated:
        table.note(annulment_stated=True)
        table.desk.act(LogEvent.INCIDENT_NOTED)


def read_entry(election: Election, station: Code, form: Mapping[str, str]) -> HandEntry:
    """What was typed; every field must be there.

    Raises:
        Malformed: a field is missing or no number.
    """
    reason = form.get("reason", "")
    if reason not in set(PaperReason):
        raise _not_typed("reason")
    return HandEntry(
        reason=PaperReason(reason),
        signatures=_count(form, "signatures"),
        handed_out=_count(form, "handed_out"),
        ballots=_count(form, "ballots"),
        contests=tuple(_contest(contest, form) for contest in election.contests_of_station(station)),
    )


def _contest(contest: Contest, form: Mapping[str, str]) -> ContestEntry:
    return ContestEntry(
        contest=contest.code,
        votes=tuple(_count(form, f"{contest.code}.{option.code}") for option in contest.options),
        blank=_count(form, f"{contest.code}:blank"),
        null=_count(form, f"{contest.code}:null"),
        ballots=_count(form, f"{contest.code}:ballots"),
    )


def _count(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise _not_typed(name)
    return int(text)


def _not_typed(name: str) -> Malformed:
    return Malformed(
        Sentence("a number of at most five digits in every field"),
        Sentence("none in {field}", {"field": name}),
        Sentence("Type every number again; write 0 where there is none."),
    )
