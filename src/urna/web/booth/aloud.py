"""What is said aloud where it is more than what stands at its place: who listens sees no notice, and no second glance.

1. A screen begins with what has happened: the sound is on, a notice, that the time ends.
2. Its heading says all that is needed to go on: which contest, how many votes, which page; the whole of a message.
3. A card that was touched says what has become of it, and what may still be chosen.
"""

from urna.election.definition import Option
from urna.web.booth.face import Look
from urna.web.booth.messages import Message
from urna.web.booth.patience import Time
from urna.web.booth.speech import Name
from urna.web.booth.voting import Voting
from urna.words import Sentence

Spoken = tuple[Sentence | str, ...]
"""Parts in their order: sentences in the language of the screen, names in the definition's."""

_SAID_AT_ONCE = {
    "audio:on": Sentence(
        "The sound is on. Key 1 goes on to the next thing and says it, key 2 chooses it, key 3 says it again."
    ),
    "dark:on": Sentence("The screen is off."),
    "dark:off": Sentence("The screen is on."),
}
"""What a touch of the bar has done; the screen is read from its heading then."""


def start_of(look: Look) -> str:
    """What was touched last, where the voter goes on; empty where the screen is to be read from its heading."""
    is_read_anew = look.note is not None or look.start in _SAID_AT_ONCE or look.start.startswith("language:")
    return "" if is_read_anew else look.start


def warning(look: Look) -> Sentence | None:
    """What stands above everything else: a note on the last touch, or that the time ends."""
    if look.note is not None:
        return look.note
    if look.time is Time.LAST_MINUTE and look.voting is not None:
        return Sentence("Less than one minute is left. If you need more time, call a poll worker.")
    return None


def news(look: Look) -> Spoken:
    """What is said before the heading."""
    if start_of(look):
        return ()
    done = _SAID_AT_ONCE.get(look.start)
    # That the time ends is said once; the notice stands there to be read again.
    above = warning(look) if look.note is not None or look.came_by_itself else None
    notices = look.voting.notices if look.voting is not None else ()
    return tuple(each for each in (done, above, *notices) if each is not None)


def message_aloud(shown: Message) -> Spoken:
    """A message as a whole."""
    about = tuple(part for title, words in shown.about for part in (title, words))
    return (shown.heading, *about, *shown.lines)


def card_aloud(look: Look, voting: Voting, option: Option, detail: str, counts: Sentence) -> Spoken:
    """An option; after it was touched also what has become of it."""
    is_chosen = option in voting.choices.options(voting.contest.code)
    card = (Name(option.name), Name(detail))
    if start_of(look) != f"choose:{option.code}":
        return (*card, Sentence("Chosen")) if is_chosen else card
    became = Sentence("Chosen") if is_chosen else Sentence("Not chosen")
    return (*voting.notices, *card, became, *((counts,) if voting.contest.votes_allowed > 1 else ()))
