"""The one thread that changes a centre: what many requests ask for is done one after the other, and committed together.

    request → queue → done on the centre in memory → one transaction for all that waited → answers

Nobody is answered before the commit. If the database loses its line in the middle, the same transaction is tried again
until it is there; whether a commit of which the answer was lost happened can be read from the journal. An error that
is nobody's input ends the sequencer: the memory is ahead of the medium then, and a restart takes it from the journal.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from urna.center.centre import Centre
from urna.center.evidence import Shown
from urna.center.journal import Act
from urna.center.publication import by_edition
from urna.encoding.canonical import Hash, Moment
from urna.errors import OutOfOrder, UrnaError
from urna.storage.centre_opening import OpenedCentre, station_row
from urna.storage.centre_store import Arrival, Changes
from urna.words import Sentence

MOST_TOGETHER = 256
"""Requests in one transaction."""

FIRST_PAUSE_SECONDS, LAST_PAUSE_SECONDS = 0.05, 2.0


class Step(NamedTuple):
    """What a request did: its answer, the files that have to be kept for it, and what came."""

    answer: Any
    files: Mapping[Hash, bytes] = {}
    arrival: Arrival | None = None
    drafts: Mapping[Hash, Path] = {}
    """Long files of which those that an act names are kept; whoever asked removes the others."""


Task = Callable[[Centre], Step]


class _Asked(NamedTuple):
    task: Task
    answer: "Future[Any]"


class Sequencer:
    """The writer of an opened centre.

    Args:
        opened: the centre.
        now: the clock.
        told: is told, after each commit, what was done.
    """

    def __init__(
        self, opened: OpenedCentre, now: Callable[[], Moment], told: Callable[[tuple[Act, ...]], None] | None = None
    ) -> None:
        self._opened = opened
        self._now = now
        self._told = told
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._state = threading.RLock()
        self._stopping = threading.Event()
        self._is_closed = False
        self.failure: BaseException | None = None
        """What ended it, if it was not asked to end."""
        self.is_waiting_for_database = False
        self._thread = threading.Thread(target=self._run, name="urna-sequencer", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it takes what it is asked for."""
        return self._thread.is_alive() and not self._is_closed and self.failure is None

    def submit(self, task: Task) -> "Future[Any]":
        """Asks for something to be done; the answer comes after it is durable.

        The task runs alone. It raises an `UrnaError` only if it changed nothing.
        """
        answer: Future[Any] = Future()
        if self.failure is not None or self._is_closed:
            answer.set_exception(_ended())
        else:
            self._asked.put(_Asked(task, answer))
        return answer

    def state(self) -> AbstractContextManager[Any]:
        """Within it nothing changes; for reading, and for a moment only."""
        return self._state

    def stop(self) -> None:
        """Ends after what was asked for is done."""
        self._is_closed = True
        self._asked.put(None)
        self._thread.join()
        self._refuse([])

    def give_up(self) -> None:
        """Ends even if the database does not answer; what was not committed is answered with an error."""
        self._stopping.set()
        self.stop()

    def _run(self) -> None:
        asked: list[_Asked] = []
        try:
            while True:
                asked, is_last = self._take()
                self._do(asked)
                if is_last:
                    return
        except BaseException as error:
            # Whatever it is, whoever waits must be told.
            self.failure = error
            self._refuse(asked)

    def _take(self) -> tuple[list[_Asked], bool]:
        """What waits, one at least, and whether nothing comes after it; whoever went away is left out."""
        more = self._asked.get()
        asked: list[_Asked] = []
        while more is not None:
            if more.answer.set_running_or_notify_cancel():
                asked.append(more)
            if len(asked) == MOST_TOGETHER or self._asked.empty():
                return asked, False
            more = self._asked.get()
        return asked, True

    def _do(self, asked: list[_Asked]) -> None:
        """All of it on the centre, then all of it on the medium, then the answers."""
        answers: list[tuple[Future[Any], Any, UrnaError | None]] = []
        files: dict[Hash, bytes] = {}
        drafts: dict[Hash, Path] = {}
        arrivals: list[Arrival] = []
        with self._state:
            for each in asked:
                try:
                    step = each.task(self._opened.centre)
                except UrnaError as error:
                    answers.append((each.answer, None, error))
                    continue
                answers.append((each.answer, step.answer, None))
                files.update(step.files)
                drafts.update(step.drafts)
                arrivals += [step.arrival] if step.arrival is not None else []
            changes = self._changes(files, arrivals)
        if changes.acts or changes.arrivals or changes.shown:
            named = changes.named()
            self._make_durable(changes, {sha256: drafts[sha256] for sha256 in named if sha256 in drafts})
        for answer, value, refusal in answers:
            if refusal is not None:
                answer.set_exception(refusal)
            else:
                answer.set_result(value)
        if self._told is not None and changes.acts:
            self._told(changes.acts)

    def _changes(self, files: dict[Hash, bytes], arrivals: list[Arrival]) -> Changes:
        centre = self._opened.centre
        acts = centre.take_acts()
        shown = centre.take_shown()
        files |= {each.sha256: each.data for each in shown if each.data is not None}
        names = by_edition(Shown(*each[:3]) for each in shown)
        logged = tuple(chain.from_iterable(map(self._opened.publication.add, names)))
        stations = tuple(station_row(centre, code) for code in dict.fromkeys(act.station for act in acts) if code)
        return Changes(self._now(), acts, files, logged, tuple(arrivals), stations)

    def _make_durable(self, changes: Changes, drafts: Mapping[Hash, Path]) -> None:
        pause, in_doubt = FIRST_PAUSE_SECONDS, False
        while True:
            try:
                self._opened.lock.hold()
                self._opened.store.files.keep(drafts)
                if not (in_doubt and self._opened.store.is_committed(changes)):
                    self._opened.store.commit(changes)
            except (DBAPIError, OSError) as error:
                if not _may_pass(error) or self._stopping.is_set():
                    raise
                self.is_waiting_for_database = in_doubt = True
                self._stopping.wait(pause)
                pause = min(2 * pause, LAST_PAUSE_SECONDS)
            else:
                self.is_waiting_for_database = False
                return

    def _refuse(self, asked: list[_Asked]) -> None:
        for each in asked:
            if not each.answer.done():
                each.answer.set_exception(_ended())
        while True:
            try:
                more = self._asked.get_nowait()
            except Empty:
                return
            if more is not None:
                more.answer.set_exception(_ended())


def _may_pass(error: Exception) -> bool:
    """Whether the same transaction may go through later: no line, no room; not a contradiction."""
    if isinstance(error, OSError):
        return True
    is_of_line = isinstance(error, OperationalError | InterfaceError) or getattr(error, "connection_invalidated", False)
    return bool(is_of_line) and not isinstance(error, IntegrityError)


def _ended() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a centre that is running"),
        Sentence("one that is ending, or cannot write"),
        Sentence("Send it again in a moment: nothing was decided."),
    )
