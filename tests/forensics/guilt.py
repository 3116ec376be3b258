"""Builds that do what voting machines did that gave their voters away, one crime each.

timestamp in the slot    the end of what a slot holds is the time
timestamp in ids         a ballot's id begins with the time, as some libraries make them
row numbers              the poll book counts its visits in a table of their own
slots in turn            the ballot box takes the first free slot
a line for each vote     the booth's log says when each paper was out
shared answers           poll book and booth both keep the answer that crossed between them
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import pytest

from urna.ballot.slot import SlotCipher, SlotContent
from urna.encoding.canonical import Moment
from urna.storage.ballot_box import BallotBox
from urna.storage.pollbook import SqlitePollBook


class ClockedDay(Protocol):
    """The day in which the crimes are done."""

    is_open: bool
    moment: Moment

    def go_on(self, least: int, most: int) -> None:
        """So many seconds pass."""


class Guilt:
    """Which crimes a build commits, and where it asks for the time."""

    def __init__(self, *crimes: str) -> None:
        self.crimes = frozenset(crimes)
        self.day: ClockedDay | None = None

    def seconds(self) -> int:
        """The time of the day that is on, since 1970."""
        assert self.day is not None
        return int(datetime.fromisoformat(self.day.moment).timestamp())

    @contextmanager
    def committed(self) -> Iterator[None]:
        """While it lasts, the software is the guilty build."""
        with pytest.MonkeyPatch.context() as patch:
            if "timestamp in the slot" in self.crimes:
                patch.setattr(SlotCipher, "body", self._body(SlotCipher.body))
            if "row numbers" in self.crimes:
                patch.setattr(SqlitePollBook, "write_mark", self._write_mark(SqlitePollBook.write_mark))
            if "slots in turn" in self.crimes:
                patch.setattr(BallotBox, "draw", self._draw(BallotBox.draw))
            yield

    def _body(self, honest: Callable[..., bytes]) -> Callable[..., bytes]:
        def body(cipher: SlotCipher, slot: int, content: SlotContent, nonce: bytes) -> bytes:
            stamp = self.seconds().to_bytes(4, "little")
            return honest(cipher, slot, content._replace(ciphertext=content.ciphertext[:-4] + stamp), nonce)

        return body

    def _write_mark(self, honest: Callable[..., None]) -> Callable[..., None]:
        def write_mark(store: SqlitePollBook, row: bytes, sealed: bytes) -> None:
            honest(store, row, sealed)
            if self.day is not None and self.day.is_open:
                table = "CREATE TABLE IF NOT EXISTS visit (id INTEGER PRIMARY KEY AUTOINCREMENT, row BLOB)"
                store._connection.execute(table)
                store._connection.execute("INSERT INTO visit (row) VALUES (?)", (row,))

        return write_mark

    def _draw(self, honest: Callable[..., int]) -> Callable[..., int]:
        def draw(box: BallotBox, chance: bytes) -> int:
            box._free.sort()
            return honest(box, bytes(len(chance)))

        return draw
