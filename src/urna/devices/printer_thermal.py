"""A thermal printer over a line that answers: a paper counts as printed whole only when the printer has said so.

1. Make the printer forget whatever an earlier paper may have left in its memory.
2. Ask what it is in; where it does not print, nothing is sent and nothing came out. An answer to an earlier question
   that was still on its way has come in before these, and counts no more.
3. Where an earlier paper may hang out of it, after a doubt and when the booth starts, cut that off first.
4. Send the paper, its cut, and a question that is answered in its turn: after the cut.
5. Wait for that answer; meanwhile ask again and again what the printer is in.
6. Ask once more: a printer that has a trouble now may have had it before the cut.

From the first byte of step 4 on, everything else than the answer and a printer that prints is a torn paper: it counts
as printed and is spoiled by hand, even if it should lie there whole. So a doubt costs a paper, never a vote.
docs/adr/0123-printers-over-a-link-with-status.md
"""

import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from urna.devices.escpos_status import (
    CLEAR,
    ID_BYTES,
    QUERIES,
    Answers,
    ask,
    ask_in_turn,
    ask_with_id,
    sort_answers,
    state_of,
)
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_link import Link, LinkLost
from urna.papers.paper import Paper
from urna.papers.printer import STATUSES, PrinterState, PrinterStatus, stopped

ANSWER_TIMEOUT_SECONDS = 1.0
"""The longest for an answer that comes at once."""

PRINT_TIMEOUT_SECONDS = 12.0
"""The longest for a paper, besides its length."""

BYTES_A_SECOND = 1500
"""The slowest that a printer makes paper of bytes: text at 80 mm a second is faster."""

_LOOK_AGAIN_SECONDS = 0.1

_CUT_OFF = b"\x1b@\x1bd\x06\x1dV\x00"
"""ESC @, ESC d, GS V: feed past the knife and cut."""


class Completion(StrEnum):
    """How a printer is asked whether it is done."""

    WITH_ID = "id"
    """GS ( H: it sends an id back. Epson's and good copies; others would print it as text."""
    IN_TURN = "turn"
    """GS r: it sends the paper sensor's status, after all that came before. Nearly all printers."""


class ThermalPrinter:
    """A printer that speaks ESC/POS and answers.

    Args:
        link: the line to it.
        completion: how it is asked whether it is done.
        entropy: gives so many random bytes, for ids that order nothing.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        link: Link,
        completion: Completion = Completion.IN_TURN,
        *,
        entropy: Callable[[int], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._completion = completion
        self._entropy = entropy
        self._clock = clock
        self._answers = Answers()
        self._hangs_out = True  # a booth that died while it printed does not know it

    def status(self) -> PrinterStatus:
        """What the printer is in now; `UNPLUGGED` where it does not answer."""
        return STATUSES[self._state()]

    def check_ready(self) -> None:
        """Returns if a paper can be printed now."""
        status = self.status()
        if not status.prints:
            raise stopped(status.state, torn=False)

    def print_paper(self, paper: Paper) -> None:
        """Prints a paper and returns when it is whole and cut."""
        data = paper_escpos(paper)
        self._forget()
        self.check_ready()
        self._answers = Answers()
        question, is_done = self._question()
        before = _CUT_OFF if self._hangs_out else b""
        self._hangs_out = True
        try:
            self._link.send(before + data + question)
            self._wait(is_done, len(data))
        except LinkLost as error:
            raise stopped(PrinterState.UNPLUGGED, torn=True) from error
        state = self._state()
        if not STATUSES[state].prints:
            raise self._torn(state)
        self._hangs_out = False

    def close(self) -> None:
        """Lets go of the line."""
        self._link.close()

    def _state(self) -> PrinterState:
        try:
            found = [self._asked(query) for query in QUERIES]
        except LinkLost:
            return PrinterState.UNPLUGGED
        return next((state for state in found if state is not PrinterState.READY), PrinterState.READY)

    def _asked(self, query: int) -> PrinterState:
        """What one query says, without loss of an answer that comes in its turn."""
        self._read(0)
        self._answers = self._answers._replace(at_once=b"")
        self._link.send(ask(query))
        deadline = self._clock() + ANSWER_TIMEOUT_SECONDS
        while not self._answers.at_once:
            if self._clock() >= deadline:
                # A printer that is silent is as good as none, and a late answer must not be taken for the next one.
                self._link.close()
                raise LinkLost
            self._read(_LOOK_AGAIN_SECONDS)
        return state_of(query, self._answers.at_once[0])

    def _forget(self) -> None:
        try:
            self._link.send(CLEAR)
        except LinkLost as error:
            raise stopped(PrinterState.UNPLUGGED, torn=False) from error

    def _question(self) -> tuple[bytes, Callable[[], bool]]:
        """What is sent after the cut, and whether it has been answered."""
        if self._completion is Completion.IN_TURN:
            return ask_in_turn(), lambda: bool(self._answers.in_turn)
        identifier = bytes(0x41 + byte % 26 for byte in self._entropy(ID_BYTES))
        return ask_with_id(identifier), lambda: identifier in self._answers.ids

    def _wait(self, is_done: Callable[[], bool], size: int) -> None:
        deadline = self._clock() + PRINT_TIMEOUT_SECONDS + size / BYTES_A_SECOND
        while not is_done():
            state = self._state()
            if state is PrinterState.BUSY:
                state = PrinterState.READY  # offline for a moment while it cuts or cools; the deadline limits it
            if not STATUSES[state].prints:
                raise self._torn(state)
            if self._clock() >= deadline:
                raise self._torn(PrinterState.JAMMED)
            if not is_done():
                self._read(_LOOK_AGAIN_SECONDS)

    def _torn(self, state: PrinterState) -> Exception:
        # What is left in its memory must not come out on the next roll: it is the rest of somebody's slip.
        # Its answer to another question says that it has forgotten, before anybody is told to mend it.
        with suppress(LinkLost):
            self._link.send(CLEAR)
            self._asked(QUERIES[0])
        return stopped(state, torn=True)

    def _read(self, timeout_seconds: float) -> None:
        came = sort_answers(self._answers.rest + self._link.receive(timeout_seconds))
        self._answers = Answers(
            self._answers.at_once + came.at_once,
            self._answers.in_turn + came.in_turn,
            self._answers.ids + came.ids,
            came.rest,
        )
