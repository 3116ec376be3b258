"""A centre's store, read for the operators' pages: acts by station, and what its newest sheet says of people."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, select

from urna.center.journal import Act, ActKind
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash, Moment, decode
from urna.encoding.document import read_document
from urna.storage.centre_store import CentreStore
from urna.storage.centre_tables import ARRIVAL, JOURNAL
from urna.tally.sheet import TallySheet


class Acted(NamedTuple):
    """An act of the journal."""

    serial: int
    at: Moment
    act: Act


class SheetRead(NamedTuple):
    """A sheet that was received, with its poll book's statement. Its votes are no page's business here."""

    sheet: TallySheet
    statement: PollBookStatement


class CentreReading:
    """Reads; the centre's one writer may write meanwhile.

    Args:
        store: the centre's.
    """

    def __init__(self, store: CentreStore) -> None:
        self._store = store

    def acts_of(self, station: Code, most: int = 200) -> list[Acted]:
        """The acts on a station, the newest first."""
        query = select(JOURNAL.c.serial, JOURNAL.c.at, JOURNAL.c.act).where(JOURNAL.c.station == station)
        with self._store.engine.connect() as connection:
            rows = connection.execute(query.order_by(JOURNAL.c.serial.desc()).limit(most)).all()
        return [Acted(row.serial, row.at, decode(row.act.encode(), Act)) for row in rows]

    def incidents(self) -> Counter[Code]:
        """How many sheets of each station did not count."""
        query = select(JOURNAL.c.station, func.count()).where(JOURNAL.c.kind == ActKind.HELD.value)
        with self._store.engine.connect() as connection:
            return Counter({row[0]: row[1] for row in connection.execute(query.group_by(JOURNAL.c.station))})

    def last_arrivals(self) -> dict[Code, Moment]:
        """When something came last from, or in the name of, each station."""
        query = select(ARRIVAL.c.station, func.max(ARRIVAL.c.at)).group_by(ARRIVAL.c.station)
        with self._store.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def has_act(self, kind: ActKind, document: Hash) -> bool:
        """Whether an act of this kind on this document was done."""
        query = select(JOURNAL.c.serial).where(JOURNAL.c.kind == kind.value, JOURNAL.c.sha256 == document)
        with self._store.engine.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def kept(self, name: str) -> dict[Code, Hash]:
        """By station, the newest file of a name that came beside its sheet; nobody checked it."""
        query = select(JOURNAL.c.act).where(JOURNAL.c.kind == ActKind.KEPT.value).order_by(JOURNAL.c.serial)
        with self._store.engine.connect() as connection:
            acts = [decode(row.act.encode(), Act) for row in connection.execute(query)]
        return {act.station: act.kept[name].sha256 for act in acts if act.kept and name in act.kept}

    def sheet(self, sha256: Hash) -> SheetRead:
        """A sheet that was received or counts."""
        sheet = read_document(self._store.read(sha256), TallySheet)
        return SheetRead(sheet, read_document(sheet.statement.encode(), PollBookStatement))
