"""Elections and totals to write in NIST's formats: any that hypothesis can think of."""

from typing import NamedTuple

import msgspec
from hypothesis import strategies as st
from tests.tampering.builder import Keys, definition

from urna.election.check import check_definition
from urna.election.definition import (
    BallotStyle,
    Candidate,
    Choice,
    Contest,
    ContestKind,
    Definition,
    Election,
    Option,
    Party,
    SeatRule,
    Station,
    StyleElectors,
    Territory,
)
from urna.election.styles import Coverage
from urna.election.territory import Tree
from urna.tally.edition import OPEN_STATES, compile_edition
from urna.tally.results import Results, StationResult, StationState
from urna.tally.sheet import ContestTally, OptionVotes
from urna.tally.totals import StationCount

BASE = definition(Keys.make())
CODES = tuple(
    dict.fromkeys(
        first + second
        for first in ("A", "O", "9", "A-O")
        for second in ("", "-O-A", "--B", ".C", "_D", "-9", "E", "-A", "-SEL-9")
    )
)
"""Codes that could be mistaken for each other, or for two, if ids were made carelessly."""

texts = st.text(
    st.characters(
        exclude_categories=["Cc", "Cs"],
        exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    min_size=1,
    max_size=12,
)
"""Any line that a definition may hold."""


class Counted(NamedTuple):
    """An election with an edition of its results and the counts behind it."""

    election: Election
    results: Results
    counts: tuple[StationCount, ...]


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """Any small election: codes full of dashes, names in any script, contests of every kind."""
    names = draw(st.permutations(CODES))
    territories = _territories(draw, names[:6])
    parties = tuple(Party(code=code, name=draw(texts), short_name=draw(texts)) for code in names[6:9])
    candidates = tuple(Candidate(code=code, name=draw(texts)) for code in names[9:21])
    contests = _contests(draw, names[21:24], territories, parties, [each.code for each in candidates])
    styles, stations = _stations(draw, names[24:30], territories, contests)
    found = msgspec.structs.replace(
        BASE,
        title={"es": draw(texts), "en": draw(texts)},
        purpose=draw(st.sampled_from(["election", "rehearsal"])),
        territories=territories,
        parties=parties,
        candidates=candidates,
        contests=contests,
        styles=styles,
        stations=stations,
    )
    assert check_definition(found) == []
    return Election(found)


@st.composite
def counted(draw: st.DrawFn, source: st.SearchStrategy[Election] | None = None) -> Counted:
    """An election with any totals that can be: stations in every state, votes withheld, ties undecided."""
    election = draw(source if source is not None else elections())
    states = {code: draw(st.sampled_from(list(StationState))) for code in election.stations}
    counts = tuple(_count(draw, election, code) for code, state in states.items() if state is StationState.COUNTED)
    is_open = bool(OPEN_STATES & set(states.values()))
    results = compile_edition(
        election,
        {station.code: station.electors for station in election.definition.stations},
        [_station_result(code, state) for code, state in states.items()],
        counts,
        edition=draw(st.integers(1, 9)),
        status="provisional" if is_open else draw(st.sampled_from(["provisional", "final"])),
        issued_at="2020-12-07T02:00:00Z",
        lot_seed=draw(st.sampled_from(["", "46113"])),
    )
    return Counted(election, results, counts)


def _territories(draw: st.DrawFn, names: list[str]) -> tuple[Territory, ...]:
    nation, state, centre, other, circuit, _ = names
    return (
        Territory(code=nation, kind="NATION", name=draw(texts)),
        Territory(code=state, kind="STATE", name=draw(texts), parent=nation),
        Territory(code=centre, kind="CENTRE", name=draw(texts), parent=state),
        Territory(code=other, kind="CENTRE", name=draw(texts), parent=nation),
        Territory(code=circuit, kind="CIRCUIT", name=draw(texts), parent=nation),
    )


def _contests(
    draw: st.DrawFn, names: list[str], territories: tuple[Territory, ...], parties: tuple[Party, ...], people: list[str]
) -> tuple[Contest, ...]:
    """One in the nation, one in the state, one in the circuit; each of any kind."""
    places = (territories[0].code, territories[1].code, territories[4].code)
    return tuple(
        _contest(draw, code, place, parties, people[4 * number : 4 * number + 4])
        for number, (code, place) in enumerate(zip(names, places, strict=True))
    )


def _contest(draw: st.DrawFn, code: str, place: str, parties: tuple[Party, ...], people: list[str]) -> Contest:
    kind = draw(st.sampled_from(list(ContestKind)))
    count = draw(st.integers(1, 4))
    own = draw(st.permutations(CODES))[:count]
    party = st.sampled_from([None, *(each.code for each in parties)])
    nominees = [(person,) for person in people] if kind is not ContestKind.REFERENDUM else [()] * 4
    choices = tuple(
        Choice(code=each, name=draw(texts), party=draw(party), nominees=who)
        for each, who in zip(own, nominees, strict=False)
    )
    cards = draw(st.permutations(CODES))[: count + draw(st.integers(0, 3))]
    return Contest(
        code=code,
        kind=kind,
        title={"es": draw(texts), "en": draw(texts)},
        territory=place,
        votes_allowed=draw(st.integers(1, 3)) if kind is ContestKind.NOMINAL else 1,
        options=tuple(
            Option(code=card, name=f"{draw(texts)} {n}", party=draw(party), choice=own[n % count])
            for n, card in enumerate(cards)
        ),
        choices=choices,
        seat_rule=_seat_rule(draw, kind),
    )


def _seat_rule(draw: st.DrawFn, kind: ContestKind) -> SeatRule:
    if kind is ContestKind.REFERENDUM:
        return SeatRule(method="none", seats=0)
    if kind is ContestKind.LIST:
        return SeatRule(method=draw(st.sampled_from(["dhondt", "hare"])), seats=draw(st.integers(1, 5)))
    return SeatRule(method="plurality", seats=draw(st.integers(1, 3)))


def _stations(
    draw: st.DrawFn, names: list[str], territories: tuple[Territory, ...], contests: tuple[Contest, ...]
) -> tuple[tuple[BallotStyle, ...], tuple[Station, ...]]:
    """Stations in both centres, some of them in the circuit; each with the one style that follows."""
    tree, coverage = Tree(territories), Coverage(contests)
    styles: dict[tuple[str, ...], str] = {}
    stations = []
    circuit = territories[4].code
    for number, code in enumerate(names[: draw(st.integers(3, 6))]):
        within = (circuit,) if number == 0 or draw(st.booleans()) else ()
        centre = territories[2 + number % 2].code
        place = Station(code=code, name=draw(texts), centre=centre, within=within, styles=())
        held = coverage.ballot(tree.places(place), "ALL").contests
        style = StyleElectors(style=styles.setdefault(held, f"S{len(styles)}"), electors=draw(st.integers(10, 90)))
        stations.append(msgspec.structs.replace(place, styles=(style,)))
    return tuple(BallotStyle(code=code, contests=held) for held, code in styles.items()), tuple(stations)


def _station_result(code: str, state: StationState) -> StationResult:
    if state is StationState.COUNTED:
        return StationResult(station=code, state=state, sheet="ab" * 32, sequence=0)
    return StationResult(station=code, state=state)


def _count(draw: st.DrawFn, election: Election, code: str) -> StationCount:
    cast = {each.style: draw(st.integers(0, each.electors)) for each in election.stations[code].styles}
    tallies = []
    for contest in election.contests_of_station(code):
        ballots = sum(cast.get(style, 0) for style in election.styles_with(contest.code))
        tallies.append(_tally(draw, contest, ballots, election.rules.secrecy_threshold))
    total = sum(cast.values())
    return StationCount(code, total + draw(st.integers(0, 3)), total, tuple(tallies))


def _tally(draw: st.DrawFn, contest: Contest, ballots: int, threshold: int) -> ContestTally:
    if ballots < threshold:
        return ContestTally(contest=contest.code, ballots=ballots, votes=None, undervotes=None)
    left = ballots * contest.votes_allowed
    votes = []
    for option in contest.options:
        votes.append(OptionVotes(option=option.code, votes=draw(st.integers(0, left))))
        left -= votes[-1].votes
    return ContestTally(contest=contest.code, ballots=ballots, votes=tuple(votes), undervotes=left)


def replaced(election: Election, **changes: object) -> Election:
    """The election of a definition with other fields."""
    changed: Definition = msgspec.structs.replace(election.definition, **changes)
    return Election(changed)
