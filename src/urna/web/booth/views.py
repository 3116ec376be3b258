"""From what the face knows to what a template draws: headings, sentences and buttons, still in English sentences."""

from collections.abc import Sequence
from typing import NamedTuple

from urna.election.definition import Contest, Option
from urna.encoding.canonical import Code
from urna.web.booth.aloud import Spoken, card_aloud, message_aloud, news
from urna.web.booth.face import BoothFace, Look
from urna.web.booth.messages import Button, Message, message
from urna.web.booth.names import Entry
from urna.web.booth.photos import NO_PHOTOS, Photos, in_page
from urna.web.booth.steps import Step
from urna.web.booth.voting import Voting
from urna.words import Sentence

ADVANCE_MILLISECONDS = 600
"""How long a choice that finishes its contest is seen before the next contest follows."""


class Card(NamedTuple):
    """An option to touch."""

    option: Option
    name: str
    detail: str
    color: str
    has_outline: bool
    """Whether a drawn outline stands where a photo would."""
    picture: str
    """The address of the photo; "" where there is none."""
    is_chosen: bool
    aloud: Spoken

    @property
    def does(self) -> str:
        """What touching it does."""
        return f"choose:{self.option.code}"

    def __repr__(self) -> str:
        """Nothing of whether it is chosen, or of what is said of it."""
        return f"Card({self.option.code})"


class ContestView(NamedTuple):
    """A contest, or a page of its cards."""

    contest: Contest
    title: str
    position: Sentence
    counts: Sentence
    notices: tuple[Sentence, ...]
    columns: int
    cards: tuple[Card, ...]
    part: Sentence | None
    """Which page of the cards, where there is more than one."""
    buttons: tuple[Button, ...]
    advance: int
    """Milliseconds until the next contest follows by itself; 0: it does not."""

    def __repr__(self) -> str:
        """Which contest, and nothing of the voter."""
        return f"ContestView({self.contest.code})"


class EntryView(NamedTuple):
    """A contest with what is chosen, as the review and the question show it."""

    code: Code
    title: str
    names: tuple[tuple[str, str, str, str], ...]
    """Name, detail and colour of each, and its photo in the review, where there is one: what is printed has none."""
    left: Sentence | None

    def __repr__(self) -> str:
        """Which contest, and nothing of the voter."""
        return f"EntryView({self.code})"


class ListView(NamedTuple):
    """The review, or the printed selections beside the question."""

    heading: Sentence
    lines: tuple[Sentence, ...]
    entries: tuple[EntryView, ...]
    part: Sentence | None
    buttons: tuple[Button, ...]
    notices: tuple[Sentence, ...] = ()
    """What has happened, in the place of the lines."""

    def __repr__(self) -> str:
        """Which list it is, and nothing of the voter."""
        return f"ListView({self.heading.template!r})"


View = Message | ContestView | ListView


def draw(face: BoothFace, look: Look) -> tuple[str, View]:
    """The template and what it draws."""
    voting = look.voting
    if look.step is Step.CONTEST and voting is not None:
        return "contest.html", _contest(face, look, voting)
    if look.step is Step.REVIEW and voting is not None:
        return "review.html", _review(face, voting)
    if look.step is Step.QUESTION and voting is not None:
        return "question.html", _question(face, look, voting)
    return "message.html", message(look, face.names(), face.number)


def heading_aloud(look: Look, view: View) -> Spoken:
    """What the heading says: what has happened, and all that is needed to go on."""
    if isinstance(view, ContestView):
        return (*news(look), view.title, view.position, view.counts, *_spoken(view.part))
    if isinstance(view, ListView):
        return (*news(look), view.heading, *_spoken(view.part), *view.lines)
    return (*news(look), *message_aloud(view))


def _spoken(part: Sentence | None) -> Spoken:
    return () if part is None else (part,)


def _contest(face: BoothFace, look: Look, voting: Voting) -> ContestView:
    contest, names = voting.contest, face.names()
    layout = names.cards(contest, face.fit())
    page = layout.page_of(voting.first)
    chosen = {option.code for option in voting.choices.options(contest.code)}
    cards = [
        Card(
            option,
            *names.card(contest, option)[:2],
            names.color(option),
            names.card(contest, option).has_picture,
            f"/picture/{contest.code}/{option.code}" if (contest.code, option.code) in face.photos else "",
            option.code in chosen,
            card_aloud(look, voting, option, names.card(contest, option).detail, _counts(voting)),
        )
        for option in (contest.options[number] for number in layout.pages[page])
    ]
    return ContestView(
        contest,
        names.title(contest),
        Sentence("Contest {number} of {count}", {"number": voting.number + 1, "count": len(voting.contests)}),
        _counts(voting),
        voting.notices,
        layout.columns,
        tuple(cards),
        _part(page, len(layout.pages)),
        (*_turning(page, len(layout.pages)), *_contest_buttons(voting)),
        ADVANCE_MILLISECONDS if voting.goes_on and look.settings.audio == "off" else 0,
    )


def _counts(voting: Voting) -> Sentence:
    contest = voting.contest
    left = voting.choices.left(contest.code)
    if contest.votes_allowed == 1:
        return Sentence("You may choose one.") if left else Sentence("You have made your choice.")
    return Sentence("You may choose {count}. Remaining: {left}", {"count": contest.votes_allowed, "left": left})


def _contest_buttons(voting: Voting) -> tuple[Button, ...]:
    if voting.is_returning:
        return (Button("next", Sentence("Back to the review"), is_primary=True),)
    next_one = Button("next", Sentence("Next"), is_primary=True)
    return (Button("back", Sentence("Back")), next_one) if voting.number else (next_one,)


def _review(face: BoothFace, voting: Voting) -> ListView:
    entries = face.entries()
    pages, page = _page_of(face, voting)
    is_last = page + 1 == len(pages)
    lines = (Sentence("You have not chosen anything."),) if voting.choices.is_blank() else ()
    return ListView(
        Sentence("Review your choices"),
        (Sentence("Nothing is printed yet. You may change every choice."), *lines),
        tuple(_entry(face, entries[number], face.photos) for number in pages[page]),
        _part(page, len(pages)),
        (
            *_turning(page, len(pages), leads=not is_last),
            Button("back", Sentence("Back")),
            *((Button("vote", Sentence("Print my ballot"), is_primary=True),) if is_last else ()),
        ),
        voting.notices,
    )


def _question(face: BoothFace, look: Look, voting: Voting) -> ListView:
    entries = face.entries()
    pages, page = _page_of(face, voting)
    screen = look.screen
    challenge = (Button("challenge", Sentence("Challenge the machine")),) if screen and screen.may_challenge else ()
    return ListView(
        Sentence("Carefully check your printed ballot."),
        (Sentence("Are your printed selections correct?"), *(screen.sentences[1:] if screen else ())),
        tuple(_entry(face, entries[number]) for number in pages[page]),
        _part(page, len(pages)),
        (
            *_turning(page, len(pages)),
            Button("yes", Sentence("Yes, cast my vote"), is_primary=True),
            Button("no", Sentence("No, change")),
            *challenge,
        ),
    )


def _entry(face: BoothFace, entry: Entry, photos: Photos = NO_PHOTOS) -> EntryView:
    names = face.names()
    chosen = tuple(
        (
            *names.card(entry.contest, option)[:2],
            names.color(option),
            in_page(photos, (entry.contest.code, option.code)),
        )
        for option in entry.options
    )
    return EntryView(entry.contest.code, names.title(entry.contest), chosen, unused_words(entry))


def unused_words(entry: Entry) -> Sentence | None:
    """What the review says of votes that are not used."""
    if not entry.left:
        return None
    if not entry.options:
        return Sentence("Nothing is chosen here.")
    if entry.left == 1:
        return Sentence("One vote is not used.")
    return Sentence("{count} votes are not used.", {"count": entry.left})


def _page_of(face: BoothFace, voting: Voting) -> tuple[Sequence[range], int]:
    pages = face.pages()
    return pages, next((number for number, page in enumerate(pages) if voting.first in page), len(pages) - 1)


def _part(page: int, pages: int) -> Sentence | None:
    return Sentence("Page {number} of {count}", {"number": page + 1, "count": pages}) if pages > 1 else None


def _turning(page: int, pages: int, *, leads: bool = False) -> tuple[Button, ...]:
    """The buttons that turn pages; `leads` makes the next page the main way on."""
    less = (Button("less", Sentence("Previous")),) if page else ()
    more = (Button("more", Sentence("More"), is_primary=leads),) if page + 1 < pages else ()
    return (*less, *more)
