"""A booth as its poll book sees it, at the other end of the activation channel.

Each question is answered within seconds or counts as not answered; then the connection is given up, and the next
question makes another one. A question that only asks is asked once more by itself. One that changes something is not:
it was done once or not at all, and the pair of slots says which (`station/activation.RECONCILIATION`).
"""

import socket
import time
from threading import Lock
from typing import TypeVar

from urna.devices.activation_server import Address, connect_to, hang_up
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Moment
from urna.errors import Malformed, UrnaError
from urna.station.activation import BoothSlot
from urna.station.link import Condition, NoAnswer, Stage, check_waits
from urna.station.link_messages import (
    Acknowledge,
    Activate,
    AskChallenge,
    AskCondition,
    AskZeroDocument,
    Challenged,
    Done,
    End,
    Piece,
    PrintZeroReport,
    Refused,
    Release,
    Reply,
    Request,
    Resume,
    Shown,
    Stop,
    TestReadiness,
    Zero,
    error_of,
    read_reply,
    write_request,
)
from urna.station.link_session import Ends, Entropy, PollBookEnd, Stand
from urna.words import Sentence

ANSWER_SECONDS = 3.0
FRESH_SECONDS = 5.0
"""A connection that was silent for longer is tried with a harmless question before it carries an act."""

_CHUNK = 8192

R = TypeVar("R", bound=Reply)


class RemoteBooth:
    """A `BoothLink`, and the acts of the day besides. Threads may share it; their questions follow each other.

    Args:
        address: where the booth listens.
        ends: the booth, this poll book and their key.
        entropy: fresh random bytes.
        seconds: how long an answer may take.

    Every method raises `NoAnswer` when the booth does not answer, `Unproven` when somebody else answers, and what the
    booth itself raised.
    """

    def __init__(self, address: Address, ends: Ends, entropy: Entropy, seconds: float = ANSWER_SECONDS) -> None:
        self._address, self._ends, self._entropy, self._seconds = address, ends, entropy, seconds
        self._lock = Lock()
        self._line: tuple[socket.socket, PollBookEnd] | None = None
        self._last_word = 0.0

    @property
    def slot(self) -> BoothSlot:
        """The booth's activation slot, asked for now."""
        return self.condition().slot

    @property
    def state(self) -> str:
        """What the poll book sees of the booth, asked for now."""
        return self.condition().presence

    def condition(self) -> Condition:
        """The booth at this moment."""
        return _expect(Shown, self._ask(AskCondition())).condition

    def challenge(self) -> bytes:
        """A fresh challenge of the booth."""
        return bytes.fromhex(_expect(Challenged, self._ask(AskChallenge())).challenge)

    def activate(self, style: Code, answer: bytes) -> None:
        """Style S, once."""
        self._do(Activate(style=style, answer=answer.hex()))

    def check_idle(self) -> None:
        """Returns if the booth waits for a voter."""
        check_waits(self.condition(), self._ends.where)

    def resume(self) -> None:
        """More time for the voter."""
        self._do(Resume())

    def end(self, ending: Ending) -> None:
        """The activation ends without a vote."""
        self._do(End(ending=ending))

    def acknowledge(self) -> None:
        """The poll book has durably recorded the ending."""
        self._do(Acknowledge())

    def test_readiness(self) -> None:
        """Begins the known deck; `condition` says how it goes."""
        self._do(TestReadiness())

    def zero(self, now: Moment) -> None:
        """Begins zeroing."""
        self._do(Zero(now=now))

    def zero_document(self) -> bytes:
        """The signed zero report, to be verified by whoever asks."""
        text, size = "", 1
        while len(text) < size:
            piece = _expect(Piece, self._ask(AskZeroDocument(offset=len(text))))
            size = piece.size
            if not piece.text:
                break
            text += piece.text
        return text.encode()

    def print_zero_report(self, copies: int) -> None:
        """Begins to print the zero report."""
        self._do(PrintZeroReport(copies=copies))

    def release(self) -> None:
        """The booth lets go of its medium, for the closing; one that has done so already is left as it is."""
        if self.condition().stage not in {Stage.RELEASED, Stage.CLOSED}:
            self._do(Release())

    def stop(self) -> None:
        """The booth's process ends."""
        self._do(Stop())

    def close(self) -> None:
        """Hangs up."""
        with self._lock:
            self._give_up()

    def _do(self, request: Request) -> None:
        _expect(Done, self._ask(request))

    def _ask(self, request: Request) -> Reply:
        with self._lock:
            if self._line is not None and time.monotonic() - self._last_word > FRESH_SECONDS:
                self._try_again(AskCondition())
            reply = self._try_again(request) if isinstance(request, AskCondition) else self._try(request)
        if isinstance(reply, Refused):
            raise error_of(reply.trouble)
        return reply

    def _try_again(self, request: AskCondition) -> Reply:
        """Asks, and once more on a new line if an old one was dead."""
        was_there = self._line is not None
        try:
            return self._try(request)
        except NoAnswer:
            if not was_there:
                raise
            return self._try(request)

    def _try(self, request: Request) -> Reply:
        try:
            line, end = self._line or self._connect()
            line.sendall(end.request(write_request(request)))
            while (body := end.reply(_received(line))) is None:
                continue
            self._last_word = time.monotonic()
            return read_reply(body)
        except OSError as error:
            self._give_up()
            raise self._no_answer() from error
        except UrnaError:
            self._give_up()
            raise

    def _connect(self) -> tuple[socket.socket, PollBookEnd]:
        line, end = connect_to(self._address, self._seconds), PollBookEnd(self._ends, self._entropy)
        self._line = line, end
        line.sendall(end.hello())
        while end.stand is not Stand.OPEN:
            line.sendall(end.welcomed(_received(line)))
        return line, end

    def _give_up(self) -> None:
        if self._line is not None:
            hang_up(self._line[0])
            self._line = None

    def _no_answer(self) -> NoAnswer:
        return NoAnswer(
            Sentence("an answer of booth {booth}", {"booth": self._ends.booth}),
            Sentence("none within {seconds} seconds", {"seconds": int(self._seconds)}),
            Sentence("Look whether the booth is on and its cable is in. Then go on: nothing is done twice."),
            self._ends.where,
        )

    def __repr__(self) -> str:
        """Which booth."""
        return f"RemoteBooth({self._ends.where})"


def _received(line: socket.socket) -> bytes:
    data = line.recv(_CHUNK)
    if not data:
        raise ConnectionResetError
    return data


def _expect(kind: type[R], reply: Reply) -> R:
    if not isinstance(reply, kind):
        raise Malformed(
            Sentence("the answer to what was asked"),
            Sentence("another one"),
            Sentence("Poll book and booth run different versions; load the same package on both."),
        )
    return reply
