"""What the booth's screen says, in sentences that the face translates. The last word is always the record's."""

from types import MappingProxyType
from typing import NamedTuple

from urna.ballot.selections import Selections, Undervote, undervotes
from urna.election.definition import Election
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code
from urna.station.booth_session import Cause, Session, State
from urna.station.booth_states import may_challenge, papers_left
from urna.words import Sentence


class Screen(NamedTuple):
    """One screen of the booth.

    `selections` is for drawing the review; whoever draws it keeps no copy and logs nothing of it.
    """

    state: State
    sentences: tuple[Sentence, ...]
    style: Code = ""
    selections: Selections | None = None
    undervotes: tuple[Undervote, ...] = ()
    papers_left: int = 0
    may_challenge: bool = False

    def __repr__(self) -> str:
        """Without selections."""
        return f"Screen({self.state})"


SENTENCES = MappingProxyType(
    {
        State.WAITING: Sentence("This booth is waiting. A poll worker will activate it for you."),
        State.CHOOSING: Sentence("Touch your choices. After the last page you see all of them once more."),
        State.REVIEWING: Sentence("These are your choices. Print them, or change them."),
        State.PENDING: Sentence("Your paper is being printed. Please wait."),
        State.PRINTED: Sentence("Carefully check your printed paper. Are your printed selections correct?"),
        State.CAST: Sentence("Your vote was cast. Fold your paper and put it into the box."),
        State.VOID: Sentence("Your vote was NOT cast."),
        State.CHALLENGED: Sentence(
            "Your vote was NOT cast. This ballot will be opened in public after closing: keep the code, and give the "
            "paper to a poll worker."
        ),
        State.EXPIRED: Sentence("The time is over. Your vote was NOT cast. Please call a poll worker."),
        State.EXPIRED_WITH_PAPER: Sentence(
            "The time is over. Your vote was NOT cast, and your paper is not yet a vote. Please call a poll worker."
        ),
    }
)

NOT_CAST = MappingProxyType(
    {
        Cause.VOTER: Sentence("This paper is spoiled: give it to a poll worker."),
        Cause.PRINTER: Sentence("The printer failed. If a paper came out, it is spoiled: give it to a poll worker."),
        Cause.POWER: Sentence("The power failed. If a paper came out, it is spoiled: give it to a poll worker."),
    }
)
"""Why a vote was not cast, and what becomes of the paper."""

ENDINGS = MappingProxyType(
    {
        Ending.EXPIRED: Sentence("The time was over. No vote was cast. Please speak to the president."),
        Ending.LEFT: Sentence("The voter left. No vote was cast."),
        Ending.FAILURE: Sentence("The machine failed. No vote was cast. Please speak to the president."),
    }
)


def screen_of(session: Session, election: Election) -> Screen:
    """The screen of a session."""
    drawn = session.state in {State.REVIEWING, State.PRINTED}
    selections = session.selections if drawn else None
    unused = undervotes(election, selections) if selections is not None and session.state is State.REVIEWING else ()
    return Screen(
        state=session.state,
        sentences=(*_sentences(session, election), *map(_undervote, unused)),
        style=session.style,
        selections=selections,
        undervotes=unused,
        papers_left=papers_left(session, election.rules),
        may_challenge=session.state is State.PRINTED and may_challenge(session, election.rules),
    )


def _sentences(session: Session, election: Election) -> tuple[Sentence, ...]:
    match session.state:
        case State.ENDED if session.ending is not None:
            return (ENDINGS[session.ending],)
        case State.CHOOSING if session.cause is Cause.POWER:
            return SENTENCES[State.VOID], NOT_CAST[Cause.POWER], SENTENCES[State.CHOOSING]
        case State.VOID:
            return SENTENCES[State.VOID], NOT_CAST[session.cause], _next_attempt(session, election)
        case State.CHALLENGED:
            return SENTENCES[State.CHALLENGED], _next_attempt(session, election)
        case State.PRINTED if papers_left(session, election.rules) == 1:
            return SENTENCES[State.PRINTED], Sentence("This is the last paper that may be printed for you.")
        case state:
            return (SENTENCES[state],)


def _next_attempt(session: Session, election: Election) -> Sentence:
    if papers_left(session, election.rules) < 1:
        return Sentence("No further paper may be printed for you. Please call a poll worker.")
    return Sentence("Please choose again.")


def _undervote(unused: Undervote) -> Sentence:
    return Sentence(
        "In contest {contest} you have {count} votes left.", {"contest": unused.contest, "count": unused.votes_left}
    )
