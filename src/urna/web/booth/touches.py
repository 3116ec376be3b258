"""What each touch does: one function a verb of `steps.ACTS`, and the table of them.

The face has looked already whether the screen that is shown offers it (`face.BoothFace.touch`).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.station.booth import Booth
from urna.station.booth_session import State
from urna.web.booth.voting import Place
from urna.words import Sentence

if TYPE_CHECKING:
    from urna.web.booth.face import BoothFace

Touch = Callable[["BoothFace", Code], None]


def _choose(face: "BoothFace", option: Code) -> None:
    face.voter.choose(option)


def _next(face: "BoothFace", _: Code) -> None:
    face.voter.forward()
    if face.voter.place is Place.REVIEW:
        face.begin_review()


def _back(face: "BoothFace", _: Code) -> None:
    if face.voter.place is Place.REVIEW:
        face.act(_to_choosing)
    face.voter.back()


def _more(face: "BoothFace", _: Code) -> None:
    face.turn_page(1)


def _less(face: "BoothFace", _: Code) -> None:
    face.turn_page(-1)


def _change(face: "BoothFace", contest: Code) -> None:
    face.voter.check_contest(contest)  # before the ballot of the review is forgotten
    face.act(_to_choosing)
    face.voter.change(contest)


def _vote(face: "BoothFace", _: Code) -> None:
    if face.voter.choices.unused():
        face.voter.go(Place.UNUSED)
    else:
        face.print_paper()


def _complete(face: "BoothFace", _: Code) -> None:
    contest, _left = face.voter.choices.unused()[0]
    _change(face, contest.code)


def _leave(face: "BoothFace", _: Code) -> None:
    face.print_paper()


def _yes(face: "BoothFace", _: Code) -> None:
    face.act(Booth.say_yes)


def _no(face: "BoothFace", _: Code) -> None:
    face.act(Booth.say_no)


def _challenge(face: "BoothFace", _: Code) -> None:
    if face.screen is None or not face.screen.may_challenge:
        raise OutOfOrder(Sentence("a vote that may challenge"), Sentence("none"), Sentence("Call a poll worker."))
    face.voter.go(Place.SURE)


def _sure(face: "BoothFace", _: Code) -> None:
    face.act(Booth.challenge_machine)


def _keep(face: "BoothFace", _: Code) -> None:
    face.voter.go(Place.QUESTION)


def _again(face: "BoothFace", _: Code) -> None:
    """Another attempt. What a voter said No to is there to be changed; a challenged ballot begins anew."""
    face.act(Booth.choose_again)
    face.choose_on()


def _here(face: "BoothFace", _: Code) -> None:
    face.is_silent = False


def _continue(face: "BoothFace", _: Code) -> None:
    face.want_help(False)


def _to_choosing(booth: Booth) -> None:
    """Forgets the ballot that was made for the review; there is none if it could not be made."""
    if booth.state is State.REVIEWING:
        booth.go_back()


TOUCHES: Mapping[str, Touch] = MappingProxyType(
    {
        "choose": _choose,
        "next": _next,
        "back": _back,
        "more": _more,
        "less": _less,
        "change": _change,
        "vote": _vote,
        "complete": _complete,
        "leave": _leave,
        "yes": _yes,
        "no": _no,
        "challenge": _challenge,
        "sure": _sure,
        "keep": _keep,
        "again": _again,
        "here": _here,
        "continue": _continue,
    }
)
"""By the verb, which the page sends as `verb` or `verb:value`."""
