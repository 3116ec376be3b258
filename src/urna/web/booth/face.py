"""The booth's face: one voter's touches in, one screen out. All of it is in memory, under the desk's lock.

1. A touch carries the turn of the page that it was made on; an older page changes nothing (`web/kiosk/turns`).
2. The table of `steps` says what the screen that is shown offers; anything else changes nothing.
3. What is done is done by the booth, which makes it durable; the face shows what the booth says then.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder, UrnaError
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.booth_session import State
from urna.station.link import Condition, Stage
from urna.web.booth.desk import Clock, Desk, Job
from urna.web.booth.fit import Fit
from urna.web.booth.machine import Machine
from urna.web.booth.names import Entry, Names
from urna.web.booth.patience import Patience, Time
from urna.web.booth.photos import NO_PHOTOS, Photos
from urna.web.booth.settings import Settings
from urna.web.booth.speech import Utterances
from urna.web.booth.steps import ACTS, BAR, VOTING, Step
from urna.web.booth.voting import Place, Voting
from urna.web.kiosk.display import Display
from urna.web.kiosk.turns import Turns
from urna.words import Sentence

LINGER_SECONDS = 6.0
"""How long "your vote is cast" stays after the poll book has recorded it, if nobody is activated meanwhile."""

SETTLE_SECONDS = 0.25
"""A touch so soon after a page appeared was meant for the page before: a finger that touches twice."""

_STEPS = MappingProxyType(
    {
        State.WAITING: Step.WAITING,
        State.PENDING: Step.PRINTING,
        State.VOID: Step.VOID,
        State.CHALLENGED: Step.CHALLENGED,
        State.EXPIRED: Step.EXPIRED,
        State.EXPIRED_WITH_PAPER: Step.EXPIRED,
        State.CAST: Step.CAST,
        State.ENDED: Step.ENDED,
    }
)
"""States of the booth that look one way; in the others the voter's place on the ballot says what is shown."""


class Look(NamedTuple):
    """All that a screen is drawn from, at one moment."""

    step: Step
    settings: Settings
    turn: str
    condition: Condition
    screen: Screen | None
    voting: Voting | None
    time: Time
    note: Sentence | None
    start: str
    """What was touched last, where a listener goes on reading; empty on a new screen."""
    is_fresh: bool
    """A new voter is there."""


class BoothFace(Desk):
    """The face of one booth, and the desk at which the poll book asks (`station/link.BoothDesk`).

    Args:
        machine: the booth's.
        election: the definition.
        number: the booth's, which its waiting screen shows.
        languages: of the screen, the definition's first one first.
        display: the screen.
        utterances: what the screen can say.
        clock: seconds that only go forward.
        has_voice: whether audio works.
        linger_seconds: how long the last screen stays.
        settle_seconds: how long a new page ignores touches.
        photos: of the candidates, by card.
    """

    def __init__(
        self,
        machine: Machine,
        election: Election,
        number: int,
        *,
        languages: Sequence[str],
        display: Display,
        utterances: Utterances,
        clock: Clock,
        has_voice: bool = True,
        linger_seconds: float = LINGER_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
        photos: Photos = NO_PHOTOS,
    ) -> None:
        super().__init__(machine, clock)
        self.election = election
        self.number = number
        self.languages = tuple(languages)
        self.display = display
        self.utterances = utterances
        self.has_voice = has_voice
        self.photos = photos
        self._linger_seconds = linger_seconds
        self._settle_seconds = settle_seconds
        self._turns = Turns()
        self._turn_before = ""
        self._settings = Settings(self.languages[0])
        self._screen: Screen | None = None
        self._last: Screen | None = None
        self._lingering: tuple[Screen, float] | None = None
        self._voting: Voting | None = None
        self._patience: Patience | None = None
        self._time = Time.ENOUGH
        self._is_helping = False
        self._is_silent = False
        self._is_printing = False
        self._note: Sentence | None = None
        self._start = ""
        self._appeared = clock() - settle_seconds
        self._is_fresh = False

    @property
    def language(self) -> str:
        """Of the screen."""
        return self._settings.language

    @property
    def speed(self) -> int:
        """Of the voice."""
        return self._settings.speed

    def look(self) -> Look:
        """What to draw now. Hold the lock while drawing: what is drawn is what the turn stands for."""
        screen = self._lingering[0] if self._lingering else self._screen
        return Look(
            self._step(),
            self._settings,
            self._turns.current,
            self.condition(),
            screen,
            self._voting,
            self._time,
            self._note,
            self._start,
            self._is_fresh,
        )

    def is_shown(self, turn: str) -> bool:
        """Whether the page with this turn is the one that is shown now."""
        return turn == self._turns.current

    def touch(self, turn: str, does: str) -> None:
        """A button of the page: `verb` or `verb:value`. Whatever is not offered now changes nothing."""
        with self.lock:
            verb, _, value = does.partition(":")
            self._start = does
            if not self._take(turn):
                return
            self._note, self._is_fresh = None, False
            try:
                self._do(verb, value)
            except UrnaError as error:
                self._note = _remedy(error)

    def listened(self) -> None:
        """Who listens is there, though nothing is touched."""
        with self.lock:
            if self._patience:
                self._patience.touch(self.clock())

    def tick(self) -> None:
        """A few times a second: the voter's time, the last screen's end, and the machine."""
        with self.lock:
            now = self.clock()
            if self._lingering and now >= self._lingering[1]:
                self._lingering = None
                self._settings = Settings(self.languages[0])
                self.renew()
            if self._patience and self._step_below_help() in VOTING:
                with suppress(UrnaError):
                    self._watch(self._patience, now)
        super().tick()

    def renew(self) -> None:
        """Another page is shown from now on."""
        with self.lock:
            self._turn_before = self._turns.current
            self._turns.renew()
            self._start = ""
            self._appeared = self.clock()

    def show(self, screen: Screen) -> None:
        """What the booth says; it may come from the desk's thread."""
        with self.lock:
            before = State.WAITING if self._screen is None else self._screen.state
            self._screen = screen
            if screen.state is not before or self._voting is None:
                self._arrive(before, screen)
            if screen.state is not State.REVIEWING:
                # The review is there already: the ballot was made beside it.
                self.renew()

    # What touches do.

    def _take(self, turn: str) -> bool:
        """Whether the touch counts: it is of the page that is shown, and that page was there long enough to be read."""
        if turn == self._turns.current and self.clock() - self._appeared < self._settle_seconds:
            return False
        before = self._turns.current
        try:
            self._turns.take(turn)
        except OutOfOrder as error:
            # A finger that touches twice is told nothing: the first touch did what it was meant to do.
            if turn != self._turn_before:
                self._note = _remedy(error)
            return False
        self._turn_before = before
        if self._patience:
            self._patience.touch(self.clock())
        return True

    def _do(self, verb: str, value: str) -> None:
        step = self._step()
        if verb in BAR:
            self._set(verb, value, step)
        elif verb in ACTS.get(step, ()):
            self._lingering = None
            place = self._place()
            _TOUCHES[verb](self, value)
            if self._place() != place:
                self._start = ""
                self._appeared = self.clock()
        else:
            raise OutOfOrder(
                Sentence("what this screen offers"),
                Sentence("another thing"),
                Sentence("Use the buttons of this screen."),
            )

    def _set(self, name: str, value: str, step: Step) -> None:
        """The bar: help, or a setting."""
        if name != "help":
            self._settings = self._settings.changed(name, value, self.languages)
        elif step not in {Step.PRINTING, Step.STOPPED}:
            self._is_helping = True
            self._start = ""
            self._tell()

    def _choose(self, option: str) -> None:
        self._vote.choose(option)

    def _next(self, _: str) -> None:
        self._vote.forward()
        if self._vote.place is Place.REVIEW:
            self._begin_review()

    def _back(self, _: str) -> None:
        if self._vote.place is Place.REVIEW:
            self.act(_to_choosing)
        self._vote.back()

    def _change(self, contest: str) -> None:
        self.act(_to_choosing)
        self._vote.change(contest)

    def _turn_page(self, by: int) -> None:
        pages = self.pages()
        here = next((number for number, page in enumerate(pages) if self._vote.first in page), 0)
        self._vote.first = pages[min(max(here + by, 0), len(pages) - 1)].start
        self._appeared = self.clock()
        self._start = ""

    def _vote_now(self, _: str) -> None:
        if self._vote.choices.unused():
            self._vote.go(Place.UNUSED)
        else:
            self._print()

    def _complete(self, _: str) -> None:
        contest, _left = self._vote.choices.unused()[0]
        self._change(contest.code)

    def _leave(self, _: str) -> None:
        self._print()

    def _yes(self, _: str) -> None:
        self.act(Booth.say_yes)

    def _no(self, _: str) -> None:
        self.act(Booth.say_no)

    def _ask_sure(self, _: str) -> None:
        if self._screen is None or not self._screen.may_challenge:
            raise OutOfOrder(Sentence("a vote that may challenge"), Sentence("none"), Sentence("Call a poll worker."))
        self._vote.go(Place.SURE)

    def _sure(self, _: str) -> None:
        self.act(Booth.challenge_machine)

    def _keep(self, _: str) -> None:
        self._vote.go(Place.QUESTION)

    def _again(self, _: str) -> None:
        """Another attempt. What a voter said No to is there to be changed; a challenged ballot begins anew."""
        self.act(Booth.choose_again)
        self._choose_on()

    def _choose_on(self) -> None:
        """Where a voter who has chosen before goes on: at the review, from which everything can be changed."""
        if self._vote.choices.is_blank():
            self._vote.open(0)
        else:
            self._vote.go(Place.REVIEW)
            self._begin_review()

    def _here(self, _: str) -> None:
        self._is_silent = False

    def _continue(self, _: str) -> None:
        self._is_helping = False
        self._tell()

    # What goes on beside them.

    def _begin_review(self) -> None:
        """The ballot is made beside the screen, which shows the review at once."""
        chosen = self._vote.choices.for_ballot()
        self._begin(Job(lambda: self._noting(lambda booth: booth.review(chosen)), is_quick=True))

    def _print(self) -> None:
        """The paper is printed beside the screen; its time is not the voter's."""
        self._vote.go(Place.REVIEW)
        self._is_printing = True
        began = self.clock()
        self._begin(Job(lambda: self._print_paper(began)))

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
                self._note = _remedy(error)
                self.renew()
            raise

    def _watch(self, patience: Patience, now: float) -> None:
        """The voter's time."""
        time, is_silent = patience.time(now), patience.is_silent(now)
        if time is Time.OVER:
            self._is_silent = self._is_helping = False
            self.act(Booth.expire)
        elif (time, is_silent) != (self._time, self._is_silent):
            self._time, self._is_silent = time, is_silent
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
                    self._lingering = (last, now + self._linger_seconds)
            case _ if self._voting is None:
                self._welcome(screen, now)
            case State.CHALLENGED:
                # It will be opened in public: the next ballot begins anew.
                self._voting.forget()
            case State.CHOOSING | State.PRINTED if before in {State.EXPIRED, State.EXPIRED_WITH_PAPER}:
                self._resumed(screen, now)
            case State.PRINTED:
                self._voting.go(Place.QUESTION)

    def _resumed(self, screen: Screen, now: float) -> None:
        """A poll worker gave more time: everything is as it was."""
        if self._patience:
            self._patience.resume(now)
        self._time = Time.ENOUGH
        if screen.state is State.CHOOSING and self._vote.place is not Place.CONTEST:
            self._choose_on()

    def _welcome(self, screen: Screen, now: float) -> None:
        """A voter, or the same one after a restart: an empty ballot, and the settings as they are at first."""
        self._forget()
        self._lingering = None
        self._settings = Settings(self.languages[0])
        self._voting = Voting(self.election.contests_of_style(screen.style))
        if screen.state is State.CHOOSING:
            # After a power cut: what became of the paper before it.
            self._voting.notices = screen.sentences[:-1]
        self._patience = Patience(self.election.rules, now)
        self._is_fresh = True

    def _forget(self) -> None:
        self._voting = self._patience = self._note = None
        self._time = Time.ENOUGH
        self._is_helping = self._is_silent = False

    @property
    def _vote(self) -> Voting:
        if self._voting is None:
            raise OutOfOrder(Sentence("a voter"), Sentence("none"), Sentence("Wait until the booth is activated."))
        return self._voting

    def _step(self) -> Step:
        if self._is_helping:
            return Step.HELP
        below = self._step_below_help()
        return Step.SILENT if self._is_silent and below in VOTING else below

    def _step_below_help(self) -> Step:
        stage = self._condition.stage
        if stage is not Stage.ZEROED:
            return Step.PREPARED if stage is Stage.SEALED else Step.CLOSED
        if self.is_stopped or self._screen is None:
            return Step.STOPPED
        if self._is_printing:
            return Step.PRINTING
        state = self._lingering[0].state if self._lingering else self._screen.state
        if state in _STEPS or self._voting is None:
            return _STEPS.get(state, Step.STOPPED)
        return Step(self._voting.place)

    def _place(self) -> object:
        """The page that is shown: touches on a new one wait until it can be read."""
        voting = self._voting
        return (self._step(), voting and (voting.place, voting.number, voting.first))

    @property
    def is_rehearsal(self) -> bool:
        """Whether every screen says that this is no election."""
        return self.election.definition.purpose == "rehearsal"

    def fit(self) -> Fit:
        """What the display holds in the text size of now."""
        return Fit(self.display, self._settings.size, audio=self._settings.audio == "on", has_banner=self.is_rehearsal)

    def names(self) -> Names:
        """The definition's words in the language of the screen."""
        return Names(self.election, self._settings.language, self.photos.keys())

    def entries(self) -> tuple[Entry, ...]:
        """The contests with what is chosen, or with what is printed while the question is asked."""
        printed = self._screen.selections if self._screen and self._screen.state is State.PRINTED else None
        names = self.names()
        if printed is not None:
            return names.spread(names.printed(printed), self.fit())
        return names.spread(names.chosen(self._vote.choices, self._vote.contests), self.fit())

    def pages(self) -> Sequence[range]:
        """The pages of what is shown: cards of the contest, or entries of the review or the paper."""
        if self._vote.place is Place.CONTEST:
            return self.names().cards(self._vote.contest, self.fit()).pages
        return self.names().pages(self.entries(), self.fit(), is_question=self._vote.place is not Place.REVIEW)

    def _words(self) -> tuple[str, ...]:
        return ("help_wanted",) if self._is_helping else ()


def _remedy(error: UrnaError) -> Sentence:
    return error.remedy if isinstance(error.remedy, Sentence) else Sentence("{text}", {"text": error.remedy})


def _to_choosing(booth: Booth) -> None:
    """Forgets the ballot that was made for the review; there is none if it could not be made."""
    if booth.state is State.REVIEWING:
        booth.go_back()


_TOUCHES: Mapping[str, Callable[[BoothFace, Code], None]] = MappingProxyType(
    {
        "choose": BoothFace._choose,
        "next": BoothFace._next,
        "back": BoothFace._back,
        "more": lambda face, _: face._turn_page(1),
        "less": lambda face, _: face._turn_page(-1),
        "change": BoothFace._change,
        "vote": BoothFace._vote_now,
        "complete": BoothFace._complete,
        "leave": BoothFace._leave,
        "yes": BoothFace._yes,
        "no": BoothFace._no,
        "challenge": BoothFace._ask_sure,
        "sure": BoothFace._sure,
        "keep": BoothFace._keep,
        "again": BoothFace._again,
        "here": BoothFace._here,
        "continue": BoothFace._continue,
    }
)
