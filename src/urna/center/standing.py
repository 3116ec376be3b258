"""How a station stands at the centre, as a transition table."""

from enum import StrEnum

from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.tally.results import StationState
from urna.words import Sentence


class Event(StrEnum):
    """What can happen to a station's standing."""

    SHEET = "sheet"
    """The sheet of the closing was accepted."""
    CORRECTION = "correction"
    """A sheet with the next sequence was accepted."""
    HELD = "held"
    """Something properly signed came and was not counted: quarantined, in conflict, or by a revoked key."""
    NOT_OPENED = "not_opened"
    """The authority decided that the station never opened."""
    ANNULLED = "annulled"
    """The authority decided that its sheet does not count."""
    HAND_COUNT = "hand_count"
    """The authority decided that a hand count counts, in place of the sheet or added to it."""


_S = StationState

TRANSITIONS: dict[tuple[StationState, Event], StationState] = {
    (_S.OUTSTANDING, Event.SHEET): _S.COUNTED,
    (_S.OUTSTANDING, Event.HELD): _S.REFUSED,
    (_S.OUTSTANDING, Event.NOT_OPENED): _S.NOT_OPENED,
    (_S.OUTSTANDING, Event.ANNULLED): _S.ANNULLED,
    (_S.REFUSED, Event.SHEET): _S.COUNTED,
    (_S.REFUSED, Event.HELD): _S.REFUSED,
    (_S.REFUSED, Event.NOT_OPENED): _S.NOT_OPENED,
    (_S.REFUSED, Event.ANNULLED): _S.ANNULLED,
    (_S.COUNTED, Event.CORRECTION): _S.COUNTED,
    (_S.COUNTED, Event.HELD): _S.COUNTED,
    (_S.COUNTED, Event.ANNULLED): _S.ANNULLED,
    (_S.NOT_OPENED, Event.HELD): _S.NOT_OPENED,
    (_S.ANNULLED, Event.HELD): _S.ANNULLED,
    **dict.fromkeys([(state, Event.HAND_COUNT) for state in _S], _S.HAND_COUNT),
    (_S.HAND_COUNT, Event.HELD): _S.HAND_COUNT,
    (_S.HAND_COUNT, Event.ANNULLED): _S.ANNULLED,
}
"""Everything that is not here is refused: a closed station has no sheet, a decided one no second decision but on a hand
count, which names the first (`election/certification.check_succession`)."""


def step(state: StationState, event: Event, station: Code) -> StationState:
    """The station's next state.

    Raises:
        OutOfOrder: the table does not allow the event in this state.
    """
    if (state, event) not in TRANSITIONS:
        raise OutOfOrder(
            Sentence("a station for which {event} can come", {"event": event.value}),
            Sentence("one that is {state}", {"state": state.value}),
            Sentence("Ask the authority for a decision; nothing was changed."),
            station,
        )
    return TRANSITIONS[state, event]
