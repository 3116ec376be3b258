"""Screens that say one thing and offer one or two buttons: every step that is not the ballot itself.

Each end says whether the vote is cast, and what to do now.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from urna.election.outcomes import Ending
from urna.station.booth_screens import ENDINGS, SENTENCES
from urna.station.booth_session import State
from urna.station.link import WORK_WORDS, Work
from urna.web.booth.face import Look
from urna.web.booth.names import Names
from urna.web.booth.patience import ANSWER_SECONDS
from urna.web.booth.steps import Step
from urna.words import Sentence


class Button(NamedTuple):
    """A button: what it does, and what it says."""

    does: str
    text: Sentence
    is_primary: bool = False


class Message(NamedTuple):
    """A heading, sentences, buttons."""

    heading: Sentence
    lines: tuple[Sentence, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: str = "calm"
    """"good": it is done; "bad": something needs somebody."""
    about: tuple[tuple[str, Sentence], ...] = ()
    """Titles of contests, with a sentence about each."""

    def __repr__(self) -> str:
        """Nothing of it: it may say where votes are left."""
        return "Message(secret)"


_MOST_TITLES = MappingProxyType({"small": 5, "normal": 4, "large": 3, "largest": 2})
"""Contests with votes left that are named at once, by the text size; the review shows them all."""


def message(look: Look, names: Names, number: int) -> Message:
    """The message of a step.

    Args:
        look: what the screen is drawn from.
        names: of the definition.
        number: of the booth.
    """
    if look.step is Step.WAITING:
        heading = Sentence("Booth {number}", {"number": number})
        return Message(heading, (_text(names.election_title()), SENTENCES[State.WAITING]))
    if look.step is Step.UNUSED:
        return _unused(look, names)
    return _MESSAGES[look.step](look)


def _prepared(look: Look) -> Message:
    work = look.condition.work
    lines = () if work is Work.NONE else (Sentence(WORK_WORDS[work]),)
    return Message(Sentence("This booth is being prepared."), lines)


def _closed(_: Look) -> Message:
    return Message(Sentence("No more votes are taken at this booth."), (Sentence("Voting here is over. Thank you."),))


def _stopped(_: Look) -> Message:
    return Message(
        Sentence("This machine stopped, and starts again."),
        (Sentence("Nothing is lost. Please wait, or call a poll worker."),),
        tone="bad",
    )


def _printing(_: Look) -> Message:
    return Message(SENTENCES[State.PENDING], (Sentence("Your vote is NOT cast yet."),))


def _sure(_: Look) -> Message:
    return Message(
        Sentence("Do you want to challenge the machine?"),
        (
            Sentence("Then this ballot is NOT cast. It is opened in public after closing, to show what was recorded."),
            Sentence("You vote once more afterwards. This cannot be undone."),
        ),
        (
            Button("keep", Sentence("No, back to the question"), is_primary=True),
            Button("sure", Sentence("Yes, challenge the machine")),
        ),
    )


def _void(look: Look) -> Message:
    return Message(*_not_cast(look), tone="bad")


def _challenged(look: Look) -> Message:
    heading, lines, buttons = _not_cast(look)
    kept = Sentence(
        "Keep the code, and give the paper to a poll worker. This ballot is opened in public after closing."
    )
    return Message(heading, (kept, *lines), buttons)


def _not_cast(look: Look) -> tuple[Sentence, tuple[Sentence, ...], tuple[Button, ...]]:
    """The heading, what the booth says after it, how many papers are left, and the way on if there is one."""
    said = look.screen.sentences[1:] if look.screen else ()
    left = look.screen.papers_left if look.screen else 0
    if not left:
        return SENTENCES[State.VOID], said, ()
    again = Button("again", Sentence("Choose again"), is_primary=True)
    return SENTENCES[State.VOID], (*said, _papers(left)), (again,)


def _papers(left: int) -> Sentence:
    if left == 1:
        return Sentence("One more paper may be printed for you.")
    return Sentence("{count} more papers may be printed for you.", {"count": left})


def _expired(look: Look) -> Message:
    said = look.screen.sentences if look.screen else ()
    return Message(Sentence("Please call a poll worker."), said, tone="bad")


def _cast(_: Look) -> Message:
    return Message(
        Sentence("Your vote was cast."), (Sentence("Fold your paper and put it into the box. Thank you."),), tone="good"
    )


def _ended(look: Look) -> Message:
    """The heading says that no vote was cast; the line says why, and not the same once more."""
    said = look.screen.sentences if look.screen else ()
    return Message(
        Sentence("Your vote was NOT cast."),
        tuple(_BELOW_NOT_CAST.get(each.template, each) for each in said),
        tone="bad",
    )


def _silent(look: Look) -> Message:
    return Message(
        Sentence("Are you still there?"),
        (
            Sentence("Touch the button within {count} seconds.", {"count": ANSWER_SECONDS}),
            Sentence("Your vote is NOT cast yet. Otherwise a poll worker is called; nothing is lost."),
        ),
        (Button("here", Sentence("I am here"), is_primary=True),),
    )


def _help(_: Look) -> Message:
    return Message(
        Sentence("Please wait for a poll worker."),
        (Sentence("Raise your hand. Your choices are kept, and nobody sees them now."),),
        (Button("continue", Sentence("Back to my ballot"), is_primary=True),),
    )


def _unused(look: Look, names: Names) -> Message:
    """Votes are left: the voter may leave them, knowingly."""
    voting = look.voting
    if voting is None or voting.choices.is_blank():
        return Message(
            Sentence("You have not chosen anything."),
            (Sentence("You may choose now, or print and cast a blank ballot."),),
            (
                Button("complete", Sentence("Choose"), is_primary=True),
                Button("leave", Sentence("Vote blank")),
            ),
        )
    unused = voting.choices.unused()
    most = _MOST_TITLES[look.settings.size]
    about = tuple((names.title(contest), _votes_left(left)) for contest, left in unused[:most])
    more = (Sentence("And {count} more contests.", {"count": len(unused) - most}),) if len(unused) > most else ()
    return Message(
        Sentence("You have votes left."),
        more,
        (
            Button("complete", Sentence("Complete"), is_primary=True),
            Button("leave", Sentence("Leave as it is, and print")),
        ),
        about=about,
    )


def _votes_left(left: int) -> Sentence:
    return Sentence("One vote left.") if left == 1 else Sentence("{count} votes left.", {"count": left})


def _text(text: str) -> Sentence:
    """Words of the definition, which nobody translates."""
    return Sentence("{text}", {"text": text})


_BELOW_NOT_CAST = MappingProxyType(
    {
        ENDINGS[Ending.EXPIRED].template: Sentence("The time was over. Please speak to the president."),
        ENDINGS[Ending.LEFT].template: Sentence("The voter left."),
        ENDINGS[Ending.FAILURE].template: Sentence("The machine failed. Please speak to the president."),
    }
)
"""How an activation ended, by the booth's words for it, where the heading has said already that no vote was cast."""

_MESSAGES: Mapping[Step, Callable[[Look], Message]] = MappingProxyType(
    {
        Step.PREPARED: _prepared,
        Step.CLOSED: _closed,
        Step.STOPPED: _stopped,
        Step.PRINTING: _printing,
        Step.SURE: _sure,
        Step.VOID: _void,
        Step.CHALLENGED: _challenged,
        Step.EXPIRED: _expired,
        Step.CAST: _cast,
        Step.ENDED: _ended,
        Step.SILENT: _silent,
        Step.HELP: _help,
    }
)
