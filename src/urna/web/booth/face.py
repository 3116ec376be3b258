"""The booth's face: one voter's touches in, one screen out. All of it is in memory, under the desk's lock.

1. A touch carries the turn of the page that it was made on; an older page changes nothing (`page.ShownPage`).
2. The table of `steps` says what the screen that is shown offers; anything else changes nothing.
3. What is done is done by the booth, which makes it durable; the face shows what the booth says then.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.election.definition import Election
from urna.errors import OutOfOrder, UrnaError
from urna.station.booth_screens import Screen
from urna.station.booth_session import State
from urna.station.link import Condition
from urna.web.booth.fit import Fit
from urna.web.booth.machine import Machine
from urna.web.booth.names import Entry, Names
from urna.web.booth.page import SETTLE_SECONDS, ShownPage, remedy
from urna.web.booth.patience import Time
from urna.web.booth.photos import NO_PHOTOS, Photos
from urna.web.booth.settings import Settings
from urna.web.booth.sitting import LINGER_SECONDS, Sitting
from urna.web.booth.speech import Utterances
from urna.web.booth.steps import ACTS, BAR, Step
from urna.web.booth.touches import TOUCHES
from urna.web.booth.voting import Place, Voting
from urna.web.booth.workbench import Clock
from urna.web.kiosk.display import Display
from urna.words import Sentence


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
    came_by_itself: bool
    """No touch led to this screen."""
    is_fresh: bool
    """A new voter is there."""

    def __repr__(self) -> str:
        """Where it is, and nothing that was touched."""
        return f"Look({self.step})"


class BoothFace(Sitting):
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
        page = ShownPage(clock, settle_seconds)
        super().__init__(machine, clock, election, languages, page=page, linger_seconds=linger_seconds)
        self.number = number
        self.display = display
        self.utterances = utterances
        self.has_voice = has_voice
        self.photos = photos

    @property
    def language(self) -> str:
        """Of the screen."""
        return self.settings.language

    @property
    def speed(self) -> int:
        """Of the voice."""
        return self.settings.speed

    @property
    def is_rehearsal(self) -> bool:
        """Whether every screen says that this is no election."""
        return self.election.definition.purpose == "rehearsal"

    def look(self) -> Look:
        """What to draw now. Hold the lock while drawing: what is drawn is what the turn stands for."""
        return Look(
            self.step(),
            self.settings,
            self.page.turn,
            self.condition(),
            self.screen,
            self.voting,
            self.time,
            self.note,
            self.page.start,
            self.page.came_by_itself,
            self.is_fresh,
        )

    def is_shown(self, turn: str) -> bool:
        """Whether the page with this turn is the one that is shown now."""
        return turn == self.page.turn

    def touch(self, turn: str, does: str) -> None:
        """A button of the page: `verb` or `verb:value`. Whatever is not offered now changes nothing."""
        with self.lock:
            verb, _, value = does.partition(":")
            try:
                if not self.page.take(turn):
                    return
                self.page.start = does
                self.stay()
                self.note, self.is_fresh = None, False
                self._do(verb, value)
            except UrnaError as error:
                self.note = remedy(error)

    def turn_page(self, by: int) -> None:
        """So many pages on, and not beyond the first and the last."""
        pages = self.pages()
        here = next((number for number, page in enumerate(pages) if self.voter.first in page), 0)
        self.voter.first = pages[min(max(here + by, 0), len(pages) - 1)].start
        self.page.appear()

    def want_help(self, wanted: bool) -> None:
        """A poll worker is called, who sees it in the condition, or is not needed any more."""
        self.is_helping = wanted
        self._tell()

    def fit(self) -> Fit:
        """What the display holds in the text size of now."""
        return Fit(self.display, self.settings.size, audio=self.settings.audio == "on", has_banner=self.is_rehearsal)

    def names(self) -> Names:
        """The definition's words in the language of the screen."""
        return Names(self.election, self.settings.language, self.photos.keys())

    def entries(self) -> tuple[Entry, ...]:
        """The contests with what is chosen, or with what is printed while the question is asked."""
        shown = self.screen
        printed = shown.selections if shown and shown.state is State.PRINTED else None
        names = self.names()
        if printed is not None:
            return names.spread(names.printed(printed), self.fit())
        return names.spread(names.chosen(self.voter.choices, self.voter.contests), self.fit())

    def pages(self) -> Sequence[range]:
        """The pages of what is shown: cards of the contest, or entries of the review or the paper."""
        if self.voter.place is Place.CONTEST:
            return self.names().cards(self.voter.contest, self.fit()).pages
        return self.names().pages(self.entries(), self.fit(), is_question=self.voter.place is not Place.REVIEW)

    def _do(self, verb: str, value: str) -> None:
        step = self.step()
        if verb in BAR:
            self._set(verb, value, step)
        elif verb in ACTS.get(step, ()):
            self.leave_lingering()
            place = self._place()
            TOUCHES[verb](self, value)
            if self._place() != place:
                self.page.appear()
        else:
            raise OutOfOrder(
                Sentence("what this screen offers"),
                Sentence("another thing"),
                Sentence("Use the buttons of this screen."),
            )

    def _set(self, name: str, value: str, step: Step) -> None:
        """The bar: help, or a setting."""
        if name != "help":
            self.settings = self.settings.changed(name, value, self.languages)
        elif step not in {Step.PRINTING, Step.STOPPED}:
            self.page.start = ""
            self.want_help(True)

    def _place(self) -> object:
        """The page that is shown: touches on a new one wait until it can be read."""
        voting = self.voting
        return (self.step(), voting and (voting.place, voting.number, voting.first))
