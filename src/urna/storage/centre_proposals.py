"""Proposals of operators, each changed in one transaction with the entry of the trail that tells of it."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from urna.center.proposals import Proposal, ProposalEvent, ProposalState, confirm, step, withdraw
from urna.encoding.canonical import Hash, Moment, decode, encode
from urna.errors import OutOfOrder
from urna.storage.centre_operator_tables import PROPOSAL
from urna.storage.centre_trail import write_entry
from urna.words import Sentence


class ProposalRow(NamedTuple):
    """A proposal as it stands."""

    serial: int
    proposal: Proposal
    state: ProposalState
    confirmed_by: str
    outcome: str
    """What the centre said, a kept sentence (`center.kept_sentence`) or an edition's number; empty before."""


class Proposals:
    """The proposals of a centre.

    Args:
        engine: its database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def propose(self, proposal: Proposal, document: bytes | None = None) -> int:
        """A new proposal's number; the same form again gives the number that it got the first time."""
        with self._engine.begin() as connection:
            # The trail's head is taken first: whoever sends the same form at the same time waits here.
            self._tell(connection, proposal, "proposed", proposal.proposed_at, proposal.proposed_by)
            known = connection.execute(select(PROPOSAL.c.serial).where(PROPOSAL.c.once == proposal.once)).scalar()
            if known is not None:
                connection.rollback()
                return int(known)
            values = {"once": proposal.once, "proposal": encode(proposal).decode(), "document": document}
            made = insert(PROPOSAL).values(**values, state=ProposalState.OPEN.value, confirmed_by="", outcome="")
            return int(connection.execute(made.returning(PROPOSAL.c.serial)).scalar_one())

    def confirm(self, serial: int, by: str, seen: Hash, at: Moment) -> Proposal:
        """Confirmed by a second person, once; raises as `center.proposals.confirm`."""
        return self._change(serial, by, at, "confirmed", lambda row: confirm(row.proposal, row.state, by, seen))

    def withdraw(self, serial: int, by: str, at: Moment) -> Proposal:
        """Taken back by its proposer; raises as `center.proposals.withdraw`."""
        return self._change(serial, by, at, "withdrawn", lambda row: withdraw(row.proposal, row.state, by))

    def end(self, serial: int, by: str, at: Moment, outcome: str, *, is_done: bool) -> Proposal:
        """Done, or refused by the centre, and what it said; raises OutOfOrder if it was not confirmed."""
        event = ProposalEvent.DONE if is_done else ProposalEvent.REFUSED
        return self._change(serial, by, at, event.value, lambda row: step(row.state, event), outcome=outcome)

    def find(self, serial: int) -> ProposalRow | None:
        """One of them."""
        with self._engine.connect() as connection:
            return self._find(connection, serial)

    def document(self, serial: int) -> bytes | None:
        """The signed paper that a proposal brings."""
        with self._engine.connect() as connection:
            data = connection.execute(select(PROPOSAL.c.document).where(PROPOSAL.c.serial == serial)).scalar()
        return bytes(data) if data is not None else None

    def all(self, most: int = 500) -> list[ProposalRow]:
        """The newest first."""
        query = select(PROPOSAL).order_by(PROPOSAL.c.serial.desc()).limit(most)
        with self._engine.connect() as connection:
            return [_row(each) for each in connection.execute(query).mappings()]

    def _change(
        self,
        serial: int,
        by: str,
        at: Moment,
        what: str,
        judge: Callable[[ProposalRow], ProposalState],
        *,
        outcome: str = "",
    ) -> Proposal:
        """One step, of one writer at a time: two who confirm at once wait for each other at the trail's head."""
        before = self.find(serial)
        if before is None:
            raise no_proposal()
        with self._engine.begin() as connection:
            self._tell(connection, before.proposal, what, at, by)
            now = self._find(connection, serial)
            if now is None:
                raise no_proposal()
            values = {"state": judge(now).value, "outcome": outcome}
            values |= {"confirmed_by": by} if what == "confirmed" else {}
            connection.execute(update(PROPOSAL).where(PROPOSAL.c.serial == serial).values(**values))
        return before.proposal

    def _find(self, connection: Connection, serial: int) -> ProposalRow | None:
        row = connection.execute(select(PROPOSAL).where(PROPOSAL.c.serial == serial)).mappings().first()
        return _row(row) if row is not None else None

    def _tell(self, connection: Connection, proposal: Proposal, what: str, at: Moment, by: str) -> None:
        detail = f"{proposal.kind.value} {proposal.hash}"
        write_entry(connection, at=at, who=by, what=what, station=proposal.station, detail=detail)


def no_proposal() -> OutOfOrder:
    """The error for a number that no proposal has."""
    return OutOfOrder(Sentence("a proposal of this centre"), Sentence("none"), Sentence("Look at the list of all."))


def _row(row: RowMapping) -> ProposalRow:
    proposal = decode(row["proposal"].encode(), Proposal)
    return ProposalRow(row["serial"], proposal, ProposalState(row["state"]), row["confirmed_by"], row["outcome"])
