"""Elections with results to show: the example that comes with urna, one full of trouble, a nation, a hostile one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Literal, TypeVar

import msgspec

from urna.election.definition import (
    BallotStyle,
    Candidate,
    Choice,
    Contest,
    ContestKind,
    Election,
    Option,
    Party,
    SeatRule,
    Station,
    StyleElectors,
    Territory,
)
from urna.election.folder import read_folder
from urna.encoding.canonical import Code, digest
from urna.storage.definition_folder import example_files
from urna.tally.edition import compile_edition
from urna.tally.results import Results, StationResult, StationState
from urna.tally.sheet import ContestTally, OptionVotes
from urna.tally.totals import StationCount

HOSTILE = "<script>alert(1)</script>\"'&{{ 7 * 7 }}<!--\N{RIGHT-TO-LEFT OVERRIDE}%(x)s{0}" + "W" * 100

STRENGTH = {"AURORA": 34, "FARO": 30, "COMETA": 17, "RAIZ": 7, "VOZRIOS": 14, "SELVA": 9}
LEAN = (7, 3, 0, -4, 2, -8, -5, 1, 4, 6, -3, 0)
"""How far a station leans to the first party, in hundredths."""

R = TypeVar("R", bound=msgspec.Struct)
Shown = tuple[Election, Results]


@cache
def example_results() -> Shown:
    """The example, final: 22 seats; one station never opened, one sheet was corrected."""
    election = Election(read_folder(example_files()))
    codes = list(election.stations)
    return election, results_of(election, {codes[7]: StationState.NOT_OPENED}, corrected=[codes[3]], status="final")


@cache
def troubled_results() -> Shown:
    """The example with everything that can stay open: ties, vacancies, secret votes, a question, every state."""
    definition = read_folder(example_files())
    contests = [_shortened(each) if each.code == "NAC" else each for each in definition.contests]
    contests = [_without_party(contests[0]), *contests[1:], _question()]
    styles = [_replace(each, contests=(*each.contests, "QUESTION")) for each in definition.styles]
    rules = _replace(definition.rules, secrecy_threshold=20)
    election = Election(_replace(definition, contests=tuple(contests), styles=tuple(styles), rules=rules))
    states = (StationState.OUTSTANDING, StationState.REFUSED, StationState.ANNULLED, StationState.NOT_OPENED)
    codes = list(election.stations)
    absent = dict(zip((codes[2], codes[5], codes[6], codes[10]), states, strict=True))
    return election, results_of(
        election, absent, corrected=[], status="provisional", even=[contests[1].code, "REG-SAB"]
    )


@cache
def large_results() -> Shown:
    """The example with as many seats as the Assembly of 2020 had: 277, all but 17 by the national list."""
    definition = read_folder(example_files())
    contests = [
        _replace(each, seat_rule=_replace(each.seat_rule, seats=260)) if each.code == "NAC" else each
        for each in definition.contests
    ]
    election = Election(_replace(definition, contests=tuple(contests)))
    return election, results_of(election, {}, corrected=[], status="final")


@cache
def hostile_results() -> Shown:
    """The example with hostile text wherever a definition carries text."""
    definition = read_folder(example_files())
    parties = [_replace(each, name=HOSTILE, short_name=HOSTILE) for each in definition.parties]
    contests = [
        _replace(
            each,
            title=dict.fromkeys(each.title, HOSTILE),
            choices=tuple(_replace(choice, name=HOSTILE) for choice in each.choices),
            options=tuple(_replace(option, name=HOSTILE) for option in each.options),
        )
        for each in definition.contests
    ]
    election = Election(
        _replace(
            definition,
            title=dict.fromkeys(definition.title, HOSTILE),
            authority=_replace(definition.authority, name=HOSTILE),
            territories=tuple(_replace(each, name=HOSTILE) for each in definition.territories),
            parties=tuple(parties),
            candidates=tuple(_replace(each, name=HOSTILE) for each in definition.candidates),
            contests=tuple(contests),
            stations=tuple(_replace(each, name=HOSTILE) for each in definition.stations),
        )
    )
    return election, results_of(election, {}, corrected=[], status="final")


@cache
def nation_results(stations: int = 13_517, states: int = 24) -> Shown:
    """A rehearsal as large as 2012's: one contest, states of 14 municipalities, stations over all of them."""
    definition = read_folder(example_files())
    territories = [Territory(code="ALL", kind="NATION", name="Nation")]
    for state in range(1, states + 1):
        territories.append(Territory(code=f"{state:02}", kind="STATE", name=f"State {state}", parent="ALL"))
        territories += [
            Territory(
                code=f"{state:02}-{n:02}", kind="MUNICIPALITY", name=f"Municipality {state}-{n}", parent=f"{state:02}"
            )
            for n in range(1, 15)
        ]
    places = [each.code for each in territories if each.kind == "MUNICIPALITY"]
    election = Election(
        _replace(
            definition,
            purpose="rehearsal",
            territories=tuple(territories),
            parties=(),
            candidates=tuple(Candidate(code=f"O{n}", name=f"Candidate {n}") for n in range(1, 9)),
            contests=(_president(),),
            styles=(BallotStyle(code="ALL", contests=("PRE",)),),
            stations=tuple(
                Station(
                    code=f"S{n:05}",
                    name=f"Centre number {n}",
                    centre=places[n * 7919 % len(places)],
                    styles=(StyleElectors(style="ALL", electors=1400),),
                )
                for n in range(stations)
            ),
        )
    )
    return election, results_of(election, {}, corrected=[], status="final")


@cache
def republic_results(absent: int = 40) -> Shown:
    """As large as the Assembly of 2020: 277 seats in a national list, 24 regional ones and 87 circuits; 14 parties.

    So many of its stations are still outstanding.
    """
    definition = read_folder(example_files())
    parties = [_replace(definition.parties[0], code=f"P{n}", name=f"Party {n}", short_name=f"P{n}") for n in range(14)]
    parties = [_replace(each, color=f"#{n * 1150000 + 4000000:06x}") for n, each in enumerate(parties)]
    nation = Territory(code="VE", kind="NATION", name="Republic")
    states = [Territory(code=f"S{n:02}", kind="STATE", name=f"State {n}", parent="VE") for n in range(24)]
    towns = [
        Territory(code=f"{s.code}-{n}", kind="MUNICIPALITY", name=f"Town {s.code}-{n}", parent=s.code)
        for s in states
        for n in range(5)
    ]
    circuits = [
        Territory(code=f"C{n:02}", kind="CIRCUIT", name=f"Circuit {n}", parent=states[n % 24].code) for n in range(87)
    ]
    lists = [_list("NAC", nation, parties, 48)] + [_list(f"L-{state.code}", state, parties, 4) for state in states]
    contests = [*lists, *(_persons(f"N-{c.code}", c, parties, 2 if n < 45 else 1) for n, c in enumerate(circuits))]
    people = dict.fromkeys(code for contest in contests for choice in contest.choices for code in choice.nominees)
    styles: list[BallotStyle] = []
    stations: list[Station] = []
    for number, circuit in enumerate(circuits):
        state = states[number % 24]
        styles.append(BallotStyle(code=circuit.code, contests=("NAC", f"L-{state.code}", f"N-{circuit.code}")))
        stations += [
            Station(
                code=f"M{number:02}{n}",
                name=f"School {number}-{n}",
                centre=f"{state.code}-{n % 5}",
                within=(circuit.code,),
                styles=(StyleElectors(style=circuit.code, electors=900),),
            )
            for n in range(6)
        ]
    election = Election(
        _replace(
            definition,
            territories=(nation, *states, *towns, *circuits),
            parties=tuple(parties),
            candidates=tuple(Candidate(code=code, name=f"Person {code}") for code in people),
            contests=tuple(contests),
            styles=tuple(styles),
            stations=tuple(stations),
        )
    )
    missing = dict.fromkeys([each.code for each in stations][:: len(stations) // absent or 1], StationState.OUTSTANDING)
    return election, results_of(election, missing, corrected=[], status="provisional" if missing else "final")


def _list(code: Code, territory: Territory, parties: Sequence[Party], seats: int) -> Contest:
    """A list of each party."""
    choices = [
        Choice(
            code=f"{code}-{party.code}",
            name=party.name,
            party=party.code,
            nominees=tuple(f"{code}-{party.code}-{n}" for n in range(seats)),
        )
        for party in parties
    ]
    return Contest(
        code=code,
        kind=ContestKind.LIST,
        title={"es": f"Lista {territory.name}", "en": f"List {territory.name}"},
        territory=territory.code,
        options=tuple(Option(code=c.code, name=c.name, party=c.party, choice=c.code) for c in choices),
        choices=tuple(choices),
        seat_rule=SeatRule(method="dhondt", seats=seats),
    )


def _persons(code: Code, territory: Territory, parties: Sequence[Party], votes: int) -> Contest:
    """So many persons of each party."""
    choices = [
        Choice(
            code=f"{code}-{party.code}-{n}",
            name=f"Person {code}-{party.code}-{n}",
            party=party.code,
            nominees=(f"{code}-{party.code}-{n}",),
        )
        for party in parties
        for n in range(votes)
    ]
    return Contest(
        code=code,
        kind=ContestKind.NOMINAL,
        title={"es": f"Diputados {territory.name}", "en": f"Members {territory.name}"},
        territory=territory.code,
        votes_allowed=votes,
        options=tuple(Option(code=c.code, name=c.name, party=c.party, choice=c.code) for c in choices),
        choices=tuple(choices),
        seat_rule=SeatRule(method="plurality", seats=votes),
    )


def results_of(
    election: Election,
    absent: Mapping[Code, StationState],
    *,
    corrected: Collection[Code],
    status: Literal["provisional", "final"],
    even: Collection[Code] = (),
) -> Results:
    """The results when these stations are absent; contests in `even` end in a tie of all their choices."""
    stations = [_station_result(code, absent, corrected) for code in election.stations]
    counts = [
        _station_count(election, station, LEAN[number % len(LEAN)], even)
        for number, station in enumerate(election.definition.stations)
        if station.code not in absent
    ]
    registered = {station.code: station.electors for station in election.definition.stations}
    return compile_edition(
        election,
        registered,
        stations,
        counts,
        edition=3 if status == "final" else 2,
        status=status,
        issued_at="2026-12-07T01:12:00Z",
        lot_seed="4 1 6 2 5 3 6 1" if status == "final" else "",
    )


def _station_result(code: Code, absent: Mapping[Code, StationState], corrected: Collection[Code]) -> StationResult:
    if code in absent:
        return StationResult(station=code, state=absent[code])
    sequence = int(code in corrected)
    return StationResult(station=code, state=StationState.COUNTED, sheet=digest(code.encode()), sequence=sequence)


def _station_count(election: Election, station: Station, lean: int, even: Collection[Code]) -> StationCount:
    """About 70 of 100 electors came; one in 40 of them left without a vote."""
    cast = {style.style: style.electors * (68 + lean) // 100 for style in station.styles}
    tallies = []
    for contest in election.contests_of_station(station.code):
        ballots = sum(cast[style] for style in election.styles_with(contest.code) if style in cast)
        tallies.append(_tally(election, contest, ballots, 0 if contest.code in even else lean, contest.code in even))
    total = sum(cast.values())
    return StationCount(station.code, total + total // 40, total, tuple(tallies))


def _tally(election: Election, contest: Contest, ballots: int, lean: int, is_even: bool) -> ContestTally:
    if ballots < election.rules.secrecy_threshold:
        return ContestTally(contest=contest.code, ballots=ballots, votes=None, undervotes=None)
    valid = ballots * contest.votes_allowed * 96 // 100
    by_choice = dict(zip((c.code for c in contest.choices), _shares(contest, valid, lean, is_even), strict=True))
    votes = tuple(OptionVotes(option=code, votes=number) for code, number in _by_card(contest, by_choice))
    undervotes = ballots * contest.votes_allowed - sum(each.votes for each in votes)
    return ContestTally(contest=contest.code, ballots=ballots, votes=votes, undervotes=undervotes)


def _shares(contest: Contest, valid: int, lean: int, is_even: bool) -> list[int]:
    """The valid votes of a station, by choice."""
    if is_even:
        return [valid // len(contest.choices) for _ in contest.choices]
    weights = [_strength(choice, number, lean) for number, choice in enumerate(contest.choices)]
    return [int(Fraction(valid * weight, sum(weights))) for weight in weights]


def _strength(choice: Choice, number: int, lean: int) -> int:
    base = STRENGTH.get(choice.party or "", 40 >> number or 1)
    return max(1, base + (lean if choice.party == "AURORA" else 0) - (number % 3))


def _by_card(contest: Contest, by_choice: Mapping[Code, int]) -> Iterator[tuple[Code, int]]:
    """Each choice's votes over its cards: a quarter of what is left to each but the first."""
    cards: dict[Code, Sequence[Option]] = {}
    for option in contest.options:
        cards[option.choice] = (*cards.get(option.choice, ()), option)
    given = {}
    for choice, options in cards.items():
        left = by_choice[choice]
        for option in options[1:]:
            given[option.code] = left // 4
            left -= left // 4
        given[options[0].code] = left
    return ((option.code, given[option.code]) for option in contest.options)


def _shortened(contest: Contest) -> Contest:
    """A contest whose first list has one nominee, and wins more seats than that."""
    first, *others = contest.choices
    return _replace(contest, choices=(_replace(first, nominees=first.nominees[:1]), *others))


def _without_party(contest: Contest) -> Contest:
    """A contest whose first candidate stands without a party."""
    first, *others = contest.choices
    return _replace(contest, choices=(_replace(first, party=None), *others))


def _question() -> Contest:
    """A question to the whole nation, which fills no seat of the house."""
    answers = {"YES": "Sí / Yes", "NO": "No"}
    return Contest(
        code="QUESTION",
        kind=ContestKind.REFERENDUM,
        title={"es": "¿Voto a los 16?", "en": "Vote at 16?"},
        territory="LUM",
        options=tuple(Option(code=f"Q-{code}", name=name, choice=code) for code, name in answers.items()),
        choices=tuple(Choice(code=code, name=name) for code, name in answers.items()),
        seat_rule=SeatRule(method="majority", seats=1),
    )


def _president() -> Contest:
    codes = [f"O{number}" for number in range(1, 9)]
    return Contest(
        code="PRE",
        kind=ContestKind.NOMINAL,
        title={"es": "Presidencia", "en": "President"},
        territory="ALL",
        options=tuple(Option(code=code, name=f"Candidate {code[1:]}", choice=code) for code in codes),
        choices=tuple(Choice(code=code, name=f"Candidate {code[1:]}", nominees=(code,)) for code in codes),
        seat_rule=SeatRule(method="plurality", seats=1),
    )


def _replace(record: R, **changes: object) -> R:
    return msgspec.structs.replace(record, **changes)
