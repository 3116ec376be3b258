"""A sitting before the booth's screen: who is there, what the booth says to them, and how their time passes.

A voter comes with an activation and goes with its end. What is chosen is in memory alone, under the desk's lock; what
is durable is the booth's, and the sitting follows what the booth says.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

from urna.election.definition import Election
from urna.errors import OutOfOrder, UrnaError
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.booth_session import State
from urna.station.link import Stage
from urna.web.booth.desk import Desk
from urna.web.booth.machine import Machine
from urna.web.booth.page import ShownPage, remedy
from urna.web.booth.patience import Patience, Time
from urna.web.booth.settings import Settings
from urna.web.booth.steps import STEPS, VOTING, Step
from urna.web.booth.voting import Place, Voting
from urna.web.booth.workbench import Clock, Job
from urna.words import Sentence

LINGER_SECONDS = 6.0
LISTENING = 4
"""How long "your vote is cast" stays after the poll book has recorded it, if nobody is activated; so many times as long
for who listens."""


class Sitting(Desk):
    """The voter before the screen, or nobody.

    Args:
        machine: the booth's.
        clock: seconds that only go forward.
        election: the definition.
        languages: of the screen, the definition's first one first.
        page: that is shown.
        linger_seconds: how long the last screen stays.
    """

    def __init__(
        self,
        machine: Machine,
        clock: Clock,
        election: Election,
        languages: Sequence[str],
        *,
        page: ShownPage,
        linger_seconds: float,
    ) -> None:
        super().__init__(machine, clock)
        self.election = election
        self.languages = tuple(languages)
        self.page = page
        self.settings = Settings(self.languages[0])
        self.voting: Voting | None = None
        self.time = Time.ENOUGH
        self.is_fresh = False
        """A new voter is there."""
        self.is_helping = False
        self.is_silent = False
        self.note: Sentence | None = None
        """What is said of the last touch, where it could not do what it was meant to do."""
        self._linger_seconds = linger_seconds
        self._screen: Screen | None = None
        self._last: Screen | None = None
        self._lingering: tuple[Screen, float] | None = None
        self._patience: Patience | None = None
        self._is_printing = False

    @property
    def screen(self) -> Screen | None:
        """What the booth says, or said last, while it can still be read."""
        return self._lingering[0] if self._lingering else self._screen

    @property
    def voter(self) -> Voting:
        """The voter's choices and place; `OutOfOrder` where nobody is there."""
        if self.voting is None:
            raise OutOfOrder(Sentence("a voter"), Sentence("none"), Sentence("Wait until the booth is activated."))
        return self.voting

    def step(self) -> Step:
        """What is shown."""
        if self.is_helping:
            return Step.HELP
        below = self._step_below_help()
        return Step.SILENT if self.is_silent and below in VOTING else below

    def listened(self) -> None:
        """Who listens is there, though nothing is touched."""
        with self.lock:
            if self._patience:
                self._patience.listen(self.clock())

    def stay(self) -> None:
        """The voter is there."""
        if self._patience:
            self._patience.touch(self.clock())

    def leave_lingering(self) -> None:
        """Whoever touches the screen has read what it said last."""
        self._lingering = None

    def tick(self) -> None:
        """A few times a second: the voter's time, the last screen's end, and the machine."""
        with self.lock:
            now = self.clock()
            if self._lingering and now >= self._lingering[1]:
                self._lingering = None
                self.settings = Settings(self.languages[0])
                self.renew()
            if self._patience and self._step_below_help() in VOTING:
                with suppress(UrnaError):
                    self._watch(self._patience, now)
        super().tick()

    def renew(self) -> None:
        """Another page is shown from now on."""
        with self.lock:
            self.page.renew()

    def show(self, screen: Screen) -> None:
        """What the booth says; it may come from the workbench's thread."""
        with self.lock:
            before = State.WAITING if self._screen is None else self._screen.state
            self._screen = screen
            if screen.state is not before or self.voting is None:
                self._arrive(before, screen)
            # The review is there already: the ballot was made beside it. What lingers is shown, and said, once.
            if screen.state is not State.REVIEWING and not self._lingering:
                self.renew()

    def started(self) -> None:
        """Who was choosing, reviewing or printing chooses on, and reads what became of the paper before it."""
        if self.voting and self._screen and self._screen.state is State.CHOOSING:
            if self.voting.place is not Place.CONTEST:
                self.choose_on()
            self.voting.notices = self._screen.sentences[:-1]

    # What goes on beside touches.

    def begin_review(self) -> None:
        """The ballot is made beside the screen, which shows the review at once."""
        chosen = self.voter.choices.for_ballot()
        self._begin(Job(lambda: self._noting(lambda booth: booth.review(chosen)), is_quick=True))

    def print_paper(self) -> None:
        """The paper is printed beside the screen; its time is not the voter's."""
        self.voter.go(Place.REVIEW)
        began = self.clock()
        self._begin(Job(lambda: self._print_paper(began)))
        self._is_printing = True

    def choose_on(self) -> None:
        """Where a voter who has chosen before goes on: at the review, from which everything can be changed."""
        if self.voter.choices.is_blank():
            self.voter.open(0)
        else:
            self.voter.go(Place.REVIEW)
            self.begin_review()

    def _print_paper(self, began: float) -> None:
        try:
            self._noting(Booth.confirm)
        finally:
            with self.lock:
                self._is_printing = False
                if self._patience:
                    self._patience.wait(self.clock() - began, self.clock())
                self.renew()

    def _noting(self, do: Callable[[Booth], None]) -> None:
        """Does something with the booth; what it refuses is told to the voter."""
        try:
            do(self._running())
        except UrnaError as error:
            with self.lock:
                self.note = remedy(error)
                self.renew()
            raise

    def _watch(self, patience: Patience, now: float) -> None:
        """The voter's time."""
        time, is_silent = patience.time(now), patience.is_silent(now)
        if time is Time.OVER:
            self.time = time  # no word of a last minute beside "the time is over"
            self.is_silent = self.is_helping = False
            self.act(Booth.expire)
        elif (time, is_silent) != (self.time, self.is_silent):
            self.time, self.is_silent = time, is_silent
            self.renew()

    def _arrive(self, before: State, screen: Screen) -> None:
        """The booth has come to another state."""
        now, last, self._last = self.clock(), self._last, screen
        match screen.state:
            case State.CAST | State.ENDED:
                self._forget()
            case State.WAITING:
                self._forget()
                if before in {State.CAST, State.ENDED} and last is not None:
                    times = LISTENING if self.settings.audio == "on" else 1
                    self._lingering = (last, now + times * self._linger_seconds)
            case _ if self.voting is None:
                self._welcome(screen, now)
            case State.CHALLENGED:
                # It will be opened in public: the next ballot begins anew.
                self.voting.forget()
            case State.CHOOSING | State.PRINTED if before in {State.EXPIRED, State.EXPIRED_WITH_PAPER}:
                self._resumed(screen, now)
            case State.PRINTED:
                self.voting.go(Place.QUESTION)

    def _resumed(self, screen: Screen, now: float) -> None:
        """A poll worker gave more time: everything is as it was."""
        if self._patience:
            self._patience.resume(now)
        self.time = Time.ENOUGH
        # A booth that is being started takes no ballot yet: `started`.
        if screen.state is State.CHOOSING and self.voter.place is not Place.CONTEST and not self.is_stopped:
            self.choose_on()

    def _welcome(self, screen: Screen, now: float) -> None:
        """A voter, or the same one after a restart: an empty ballot, and the settings as they are at first."""
        self._forget()
        self._lingering = None
        self.settings = Settings(self.languages[0])
        self.voting = Voting(self.election.contests_of_style(screen.style))
        self._patience = Patience(self.election.rules, now)
        self.is_fresh = True

    def _forget(self) -> None:
        self.voting = self._patience = self.note = None
        self.time = Time.ENOUGH
        self.is_helping = self.is_silent = False

    def _step_below_help(self) -> Step:
        stage = self._condition.stage
        if stage is not Stage.ZEROED:
            return Step.PREPARED if stage is Stage.SEALED else Step.CLOSED
        if self.is_stopped or self.screen is None:
            return Step.STOPPED
        if self._is_printing:
            return Step.PRINTING
        state = self.screen.state
        if state in STEPS or self.voting is None:
            return STEPS.get(state, Step.STOPPED)
        return Step(self.voting.place)

    def _words(self) -> tuple[str, ...]:
        return ("help_wanted",) if self.is_helping else ()
