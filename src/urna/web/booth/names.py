"""What of the definition stands on the booth's screens, in one language, and how it is spread over pages."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from urna.ballot.selections import Selections
from urna.election.definition import Contest, ContestKind, Election, Option
from urna.election.folder_photos import CardPlace
from urna.papers.pen import Pen
from urna.web.booth.choices import Choices
from urna.web.booth.fit import HEAD, RAIL, CardText, Fit, Line, Pages
from urna.web.booth.speech import Name
from urna.words import in_english

REVIEW_CHANGE = 6.4
"""Width of the button CHANGE beside an entry of the review, in em."""

ENTRY_MARK = 1.6
"""Width of mark and colour before a name, in em."""

REVIEW_HEAD = 3.4
QUESTION_HEAD = 5.2
"""Height above the entries, in em: headings, and the buttons that turn pages of what is printed."""


class Entry(NamedTuple):
    """A contest with what is chosen in it."""

    contest: Contest
    options: tuple[Option, ...]
    left: int
    """Votes that are not used."""

    def __repr__(self) -> str:
        """Without what is chosen."""
        return f"Entry({self.contest.code})"


class Names:
    """The definition's words in a language.

    Args:
        election: the definition.
        language: of the screen; where the definition has no text in it, its first language speaks.
        pictured: the cards that have a photo.
    """

    def __init__(self, election: Election, language: str, pictured: Collection[CardPlace] = ()) -> None:
        self._election = election
        self._pen = Pen(election, in_english, language)
        self._pictured = pictured

    def election_title(self) -> str:
        """The election's name."""
        return self._pen.title()

    def title(self, contest: Contest) -> str:
        """A contest's title; a `Name` where the definition does not have it in this language."""
        words = self._pen.words(contest.title)
        spoken = next((code for code, text in contest.title.items() if text == words), "")
        return words if contest.title.get(self._pen.language) == words else Name(words, spoken)

    def card(self, contest: Contest, option: Option) -> CardText:
        """What an option's card says: name, whom it counts for, party; beside it a photo, where others have one."""
        has_picture = contest.kind is ContestKind.NOMINAL and self._has_photos(contest)
        return CardText(option.name, self._pen.detail(contest, option), has_picture)

    def color(self, option: Option) -> str:
        """The party's colour; "" where there is no party."""
        return self._election.parties[option.party].color if option.party else ""

    def cards(self, contest: Contest, fit: Fit) -> Pages:
        """A contest's cards on pages."""
        return fit.cards([self.card(contest, option) for option in contest.options], self.title(contest))

    def chosen(self, choices: Choices, contests: Sequence[Contest]) -> tuple[Entry, ...]:
        """Every contest with what is chosen in it."""
        return tuple(Entry(each, choices.options(each.code), choices.left(each.code)) for each in contests)

    def printed(self, selections: Selections) -> tuple[Entry, ...]:
        """Every contest with what is printed, as the booth says."""
        return tuple(self._entry(each.contest, set(each.options)) for each in selections.contests)

    def spread(self, entries: Sequence[Entry], fit: Fit) -> tuple[Entry, ...]:
        """In large text each choice is an entry of its own, so that one page holds every one of them whole."""
        if fit.size in {"small", "normal"}:
            return tuple(entries)
        return tuple(part for entry in entries for part in _parts(entry))

    def pages(self, entries: Sequence[Entry], fit: Fit, *, is_question: bool) -> tuple[range, ...]:
        """The entries on pages, as the review or beside the question."""
        width = (fit.width + RAIL) * 6 / 11 - 1 if is_question else fit.width - REVIEW_CHANGE
        taken = QUESTION_HEAD if is_question else max(REVIEW_HEAD, HEAD[fit.size])
        lines = [self._lines(each, has_photos=not is_question) for each in entries]
        return fit.lines(lines, width=width - ENTRY_MARK, taken=taken)

    def _has_photos(self, contest: Contest) -> bool:
        return any((contest.code, option.code) in self._pictured for option in contest.options)

    def _entry(self, code: str, options: set[str]) -> Entry:
        contest = self._election.contests[code]
        printed = tuple(option for option in contest.options if option.code in options)
        return Entry(contest, printed, contest.votes_allowed - len(printed))

    def _lines(self, entry: Entry, *, has_photos: bool) -> list[Line]:
        lines = [Line(self.title(entry.contest))]
        for option in entry.options:
            text = " · ".join(filter(None, self.card(entry.contest, option)[:2]))
            lines.append(Line(text, has_photos and (entry.contest.code, option.code) in self._pictured))
        return [*lines, Line("x")] if entry.left else lines


def _parts(entry: Entry) -> Sequence[Entry]:
    """The entry's choices one by one; the last one says what is left."""
    if len(entry.options) < 2:
        return (entry,)
    *before, last = entry.options
    return (*(Entry(entry.contest, (option,), 0) for option in before), Entry(entry.contest, (last,), entry.left))
