"""Where the results come from: turnout by territory, and the stations with their signed sheets."""

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

from urna.election.definition import Territory
from urna.encoding.canonical import Code
from urna.record.layout import sheet_path
from urna.tally.results import StationResult, StationState, Turnout
from urna.web.results.figures import share
from urna.web.results.lookup import Lookup
from urna.words import N_

STATE_WORDS = {
    StationState.COUNTED: N_("counted"),
    StationState.HAND_COUNT: N_("counted by hand"),
    StationState.NOT_OPENED: N_("not opened"),
    StationState.ANNULLED: N_("annulled"),
    StationState.OUTSTANDING: N_("outstanding"),
    StationState.REFUSED: N_("refused"),
}

RECEIVED = N_("received, not yet proven")
"""Of a station whose signed sheet is in the log while no edition counts it yet."""


class TerritoryRow(NamedTuple):
    """A territory and its people."""

    name: str
    page: str
    """The file of its page; empty where it has none."""
    turnout: Turnout
    share: Fraction | None
    """Identified, of those registered at the stations that are counted."""


class StationRow(NamedTuple):
    """A station, its state, and where its signed sheet lies."""

    code: Code
    name: str
    page: str
    """The file of its page; empty where it has none."""
    state: str
    word: str
    """The state in English, to be said."""
    path: str
    """The machines' sheet's file in the record; empty where none counts."""
    sheet: str
    """Its SHA-256; without one that of the hand count that counts."""
    sequence: int
    """Above 0 for a correction."""


class StateCount(NamedTuple):
    """How many stations are in a state."""

    word: str
    stations: int


def turnout_share(turnout: Turnout) -> Fraction | None:
    """Identified, of those registered at the stations that are counted."""
    return share(turnout.identified, turnout.registered_counted)


def territory_rows(lookup: Lookup, territories: list[Territory], page: Callable[[Code], str]) -> list[TerritoryRow]:
    """The people of each territory, in the order given."""
    rows = [(each, lookup.turnout[each.code]) for each in territories]
    return [TerritoryRow(each.name, page(each.code), turnout, turnout_share(turnout)) for each, turnout in rows]


def state_word(lookup: Lookup, station: Code) -> str:
    """A station's state, in English, to be said."""
    return RECEIVED if station in lookup.received else STATE_WORDS[lookup.states[station].state]


def station_rows(
    lookup: Lookup, stations: Iterable[StationResult], page: Callable[[Code], str] = lambda _: ""
) -> list[StationRow]:
    """Stations, in the order given."""
    return [
        StationRow(
            code=each.station,
            name=lookup.election.stations[each.station].name,
            page=page(each.station),
            state="received" if each.station in lookup.received else each.state.value,
            word=state_word(lookup, each.station),
            path=sheet_path(each.station, each.sequence or 0) if each.sheet is not None else "",
            sheet=each.sheet or each.hand or "",
            sequence=each.sequence or 0,
        )
        for each in stations
    ]


def states_of(lookup: Lookup, territory: Code) -> list[StateCount]:
    """How many stations are in each state other than counted; only states that occur."""
    counts = Counter(state_word(lookup, each.station) for each in lookup.stations(territory))
    others = (*(word for state, word in STATE_WORDS.items() if state is not StationState.COUNTED), RECEIVED)
    return [StateCount(word, counts[word]) for word in others if counts[word]]
