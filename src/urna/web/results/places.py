"""Where the results come from: turnout by territory, and the stations with their signed sheets."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from urna.election.definition import Territory
from urna.encoding.canonical import Code
from urna.record.layout import sheet_path
from urna.tally.results import StationState, Turnout
from urna.web.results.figures import share
from urna.web.results.lookup import Lookup
from urna.words import N_

STATE_WORDS = {
    StationState.COUNTED: N_("counted"),
    StationState.NOT_OPENED: N_("not opened"),
    StationState.ANNULLED: N_("annulled"),
    StationState.OUTSTANDING: N_("outstanding"),
    StationState.REFUSED: N_("refused"),
}


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
    state: str
    word: str
    """The state in English, to be said."""
    path: str
    """The sheet's file in the record; empty where none counts."""
    sheet: str
    """Its SHA-256."""
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


def station_rows(lookup: Lookup, territory: Code) -> list[StationRow]:
    """The stations of a territory, in the definition's order."""
    rows = []
    for each in lookup.stations(territory):
        is_counted = each.state is StationState.COUNTED
        rows.append(
            StationRow(
                code=each.station,
                name=lookup.election.stations[each.station].name,
                state=each.state.value,
                word=STATE_WORDS[each.state],
                path=sheet_path(each.station, each.sequence or 0) if is_counted else "",
                sheet=each.sheet or "",
                sequence=each.sequence or 0,
            )
        )
    return rows


def states_of(lookup: Lookup, territory: Code) -> list[StateCount]:
    """How many stations are in each state other than counted; only states that occur."""
    counts = Counter(each.state for each in lookup.stations(territory))
    others = (state for state in StationState if state is not StationState.COUNTED and counts[state])
    return [StateCount(STATE_WORDS[state], counts[state]) for state in others]
