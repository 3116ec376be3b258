"""One voter before the screen: the choices, the place on the ballot, and what is to be read there.

It begins with an activation and is forgotten with it. The booth (`station/booth`) knows what is durable; this knows
what the voter looks at.
"""

from collections.abc import Sequence
from enum import StrEnum

from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.web.booth.choices import Choices
from urna.words import Sentence


class Place(StrEnum):
    """Where the voter is."""

    CONTEST = "contest"
    REVIEW = "review"
    UNUSED = "unused"
    """Votes are left: complete or leave them."""
    QUESTION = "question"
    SURE = "sure"
    """To challenge the machine cannot be taken back: is the voter sure?"""


class Voting:
    """One voter.

    Args:
        contests: of the ballot style.
    """

    def __init__(self, contests: Sequence[Contest]) -> None:
        self.contests = tuple(contests)
        self.choices = Choices(contests)
        self.place = Place.CONTEST
        self.number = 0
        """Of the contest that is shown, from 0."""
        self.first = 0
        """A card, or an entry of a list, that the page shows: so it stays in sight when the text grows."""
        self.is_returning = False
        """The contest was opened from the review and leads back to it."""
        self.goes_on = False
        """The contest is done: the next one follows by itself."""
        self.notices: tuple[Sentence, ...] = ()

    @property
    def contest(self) -> Contest:
        """That is shown."""
        return self.contests[self.number]

    def choose(self, option: Code) -> None:
        """Touches a card of the contest that is shown."""
        done = self.choices.touch(self.contest.code, option)
        self.notices = () if done.note is None else (done.note,)
        self.goes_on = done.is_done and not self.is_returning

    def forward(self) -> None:
        """To the next contest, or to the review."""
        if self.is_returning or self.number + 1 == len(self.contests):
            self.go(Place.REVIEW)
        else:
            self.open(self.number + 1)

    def back(self) -> None:
        """To the contest before; from the first one there is no way back."""
        if self.place is Place.CONTEST and self.number == 0:
            raise _no_way()
        self.open(len(self.contests) - 1 if self.place is Place.REVIEW else self.number - 1)

    def change(self, contest: Code) -> None:
        """From the review to a contest, and back again afterwards."""
        self.check_contest(contest)
        self.open([each.code for each in self.contests].index(contest), is_returning=True)

    def check_contest(self, contest: Code) -> None:
        """`OutOfOrder` where the ballot has no such contest."""
        if contest not in {each.code for each in self.contests}:
            raise _no_way()

    def open(self, number: int, *, is_returning: bool = False) -> None:
        """Shows a contest."""
        self.go(Place.CONTEST)
        self.number = number
        self.is_returning = is_returning

    def go(self, place: Place) -> None:
        """Shows something else."""
        self.place = place
        self.first = 0
        self.notices = ()
        self.goes_on = False

    def forget(self) -> None:
        """Begins with an empty ballot."""
        self.choices = Choices(self.contests)
        self.open(0)

    def __repr__(self) -> str:
        """Nothing of the voter."""
        return "Voting(secret)"


def _no_way() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a way that this screen offers"),
        Sentence("another one"),
        Sentence("Use the buttons of this screen."),
    )
