"""The centre as its operators see and move it: a port, and the centre at work behind it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, Protocol

from urna.center.anomalies import Anomaly, Blanks, CheckIns, Reported, find_anomalies, find_late
from urna.center.centre import Centre
from urna.center.journal import ActKind, Words, read_words
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Moment, decode, digest
from urna.errors import OutOfOrder, UrnaError
from urna.station.buckets import closed_buckets
from urna.station.event_entry import read_log
from urna.storage.centre_reading import Acted, CentreReading, SheetRead
from urna.storage.centre_sequencer import Step
from urna.storage.centre_service import CentreService
from urna.storage.centre_store import Arrival, StationRow
from urna.tally.results import StationState
from urna.words import Sentence

POLL_BOOK_LOG: Final = "event-log-poll-book.jsonl"

PaperName = Literal["decision", "withdrawal", "revocation"]


class BoardRow(NamedTuple):
    """A station on the board."""

    code: Code
    name: str
    place: str
    standing: str
    sequence: int
    incidents: int
    last: Moment | None


class StationPage(NamedTuple):
    """A station on its own page."""

    row: BoardRow
    sheet: Hash
    read: SheetRead | None
    arrivals: Sequence[Arrival]
    acts: Sequence[Acted]


class DeskCentre(Protocol):
    """What the operators' pages need of a centre."""

    election: Election

    def board(self) -> list[BoardRow]:
        """Every station."""
        ...

    def station(self, code: Code) -> StationPage | None:
        """One of them."""
        ...

    def anomalies(self, now: int) -> list[Anomaly]:
        """What people should look at."""
        ...

    def hand_over(self, paper: PaperName, document: bytes) -> None:
        """Hands the authority's document to the centre; harmless if it has it already."""
        ...

    def issue(self, status: Literal["provisional", "final"], now: Moment) -> int:
        """Issues the next edition of the results; its number."""
        ...


_ACTS: dict[PaperName, tuple[ActKind, Callable[[Centre, bytes], None]]] = {
    "decision": (ActKind.DECISION, Centre.decide),
    "withdrawal": (ActKind.WITHDRAWAL, Centre.withdraw),
    "revocation": (ActKind.REVOCATION, Centre.revoke),
}


class CentreAtDesk:
    """The centre at work.

    Args:
        service: which is running.
    """

    def __init__(self, service: CentreService) -> None:
        self._service = service
        self._store = service.opened.store
        self._reading = CentreReading(self._store)
        self.election = service.opened.centre.election
        self._reported: dict[Hash, Reported] = {}
        self._found: tuple[int, list[Anomaly]] | None = None
        """What was found, and after which act of the journal."""
        self._profiles: dict[Hash, tuple[CheckIns, ...]] = {}

    def board(self) -> list[BoardRow]:
        """Every station, by code."""
        incidents, last = self._reading.incidents(), self._reading.last_arrivals()
        return [self._row(each, incidents[each.code], last.get(each.code)) for each in self._store.stations()]

    def station(self, code: Code) -> StationPage | None:
        """One of them."""
        row = self._store.station(code) if code in self.election.stations else None
        if row is None:
            return None
        acts, arrivals = self._reading.acts_of(code), self._store.arrivals(code)
        held = sum(each.act.kind is ActKind.HELD for each in acts)
        read = self._reading.sheet(row.sheet) if row.sheet else None
        return StationPage(self._row(row, held, arrivals[0].at if arrivals else None), row.sheet, read, arrivals, acts)

    def anomalies(self, now: int) -> list[Anomaly]:
        """Over every sheet that counts or waits for its proof; each is read once, and compared when something came."""
        serial, rows = self._store.serial, self._store.stations()
        if self._found is None or self._found[0] != serial:
            self._found = serial, self._compare(rows)
        late = [each.code for each in rows if each.standing == StationState.OUTSTANDING.value]
        return [*self._found[1], *find_late(late, seconds_of(self.election.definition.closes_at), now)]

    def _compare(self, rows: Sequence[StationRow]) -> list[Anomaly]:
        logs = self._reading.kept(POLL_BOOK_LOG)
        telling = [each for each in rows if each.sheet and each.standing in {"received", StationState.COUNTED.value}]
        for each in telling:
            if each.sheet not in self._reported:
                self._reported[each.sheet] = self._report(each)
        return find_anomalies(
            [self._reported[each.sheet]._replace(profile=self._profile(each.code, logs)) for each in telling]
        )

    def hand_over(self, paper: PaperName, document: bytes) -> None:
        """In the sequencer, where nothing comes between the look and the act."""
        kind, act = _ACTS[paper]
        hashed = digest(document)

        def take(centre: Centre) -> Step:
            if not self._reading.has_act(kind, hashed):
                act(centre, document)
            return Step(None)

        self._service.sequencer.submit(take).result()

    def issue(self, status: Literal["provisional", "final"], now: Moment) -> int:
        """Never before the polls close: nothing of votes is anybody's before that."""
        if now < self.election.definition.closes_at:
            raise OutOfOrder(
                Sentence("results after the polls closed, {at}", {"at": self.election.definition.closes_at}),
                Sentence("{now}", {"now": now}),
                Sentence("Propose it again then."),
            )
        return self._service.issue_results(status=status).edition

    def _row(self, row: StationRow, incidents: int, last: Moment | None) -> BoardRow:
        station = self.election.stations[row.code]
        place = self.election.territories[self._parish(row.code)]
        return BoardRow(row.code, station.name, place.name, standing_of(row), row.sequence, incidents, last)

    def _profile(self, station: Code, logs: Mapping[Code, Hash]) -> tuple[CheckIns, ...]:
        """What the station's poll book said of its day by the half hour; nothing where no log came."""
        sha256 = logs.get(station)
        if sha256 is None:
            return ()
        if sha256 not in self._profiles:
            self._profiles[sha256] = read_profile(self._store.read(sha256), station)
        return self._profiles[sha256]

    def _parish(self, station: Code) -> Code:
        chain = self.election.chain(self.election.stations[station].centre)
        return chain[min(1, len(chain) - 1)]

    def _report(self, row: StationRow) -> Reported:
        sheet, statement = self._reading.sheet(row.sheet)
        blanks = {
            each.contest: Blanks(each.undervotes, each.ballots * self.election.contests[each.contest].votes_allowed)
            for each in sheet.contests
            if each.undervotes is not None
        }
        outcomes = {outcome.value: count for outcome, count in statement.identified.items()}
        return Reported(row.code, self._parish(row.code), statement.registered, outcomes, blanks)


def read_profile(log: bytes, station: Code) -> tuple[CheckIns, ...]:
    """People by the half hour or more, as a poll book's exported log has them; nothing of what is no such log."""
    try:
        header, entries = read_log(log.splitlines(), station)
    except UrnaError:
        return ()
    if (header.station, header.machine) != (station, "poll-book"):
        return ()
    spans = [(each, seconds_of(each.until) - seconds_of(each.since)) for each in closed_buckets(entries)]
    return tuple(CheckIns(seconds // 60, each.people) for each, seconds in spans)


def standing_of(row: StationRow) -> str:
    """The word of the board: a counted sheet that a correction brought is "replaced"."""
    if row.standing == StationState.COUNTED.value:
        return "replaced" if row.sequence else "proven"
    return {"outstanding": "pending", "refused": "quarantined"}.get(row.standing, row.standing)


def reason_of(arrival: Arrival) -> Sentence | None:
    """Why something was not taken, as it can be said in any language."""
    return read_words(decode(arrival.reason.encode(), Words)) if arrival.reason else None


def seconds_of(moment: Moment) -> int:
    """A moment in seconds since 1970."""
    return int(datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
