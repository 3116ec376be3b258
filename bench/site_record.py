"""A record of 30,000 stations with six contests and sixty options each, for the public site: counts only.

Its sheets are made straight from records with keys that anybody can make again; nobody voted, and no booth ran.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from urna.center.publication import File, Publication, writes
from urna.crypto.signatures import SigningKey
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
from urna.election.folder import read_folder
from urna.encoding.canonical import Code, digest
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.record.layout import DEFINITION, results_path, sheet_path
from urna.rehearsal.counts import matched_statement
from urna.storage.definition_folder import example_files
from urna.storage.record import FolderWriter
from urna.tally.edition import compile_edition
from urna.tally.results import Results, StationResult, StationState
from urna.tally.sheet import BoothCounts, ContestTally, OptionVotes, StyleBallots, TallySheet
from urna.tally.totals import StationCount

STATIONS, OPTIONS = 30_000, 10
STATES, TOWNS, PARISHES, CIRCUITS = 24, 335, 1_120, 87
CHOSEN = 1_000_003
"""Spreads stations over parishes and votes over options."""


class SiteRecord:
    """The record, and what publishes further editions of its results.

    Args:
        folder: empty.
        stations: how many.
    """

    def __init__(self, folder: Path, stations: int = STATIONS) -> None:
        self.folder = folder
        self.election = Election(definition_of(stations))
        self._signer = NoteSigner("bench", SigningKey(hashlib.sha256(b"bench").digest()))
        self._writer = FolderWriter(folder, durable=False)
        self._publication = Publication(self._signer)
        self._sheets = {code: self._sheet(number, code) for number, code in enumerate(self.election.stations)}
        self._counts: dict[Code, StationCount] = {}
        self._hashes: dict[Code, str] = {}
        self._publish(self._first_files())

    def issue(self, edition: int, counted: int) -> Results:
        """Publishes an edition that counts the first so many stations."""
        codes = list(self.election.stations)
        states = [self._state(code, is_counted=number < counted) for number, code in enumerate(codes)]
        results = compile_edition(
            self.election,
            {station.code: station.electors for station in self.election.definition.stations},
            states,
            [self._counts[code] for code in codes[:counted]],
            edition=edition,
            status="provisional",
            issued_at=self.election.definition.closes_at,
        )
        self._publish([File(results_path(edition), sign_document(results, [self._signer]))])
        return results

    def _publish(self, files: list[File]) -> None:
        for file in writes(self._publication.prepare(files)):
            self._writer.write(file.path, file.data)

    def _first_files(self) -> list[File]:
        files = [File(DEFINITION, sign_document(self.election.definition, [self._signer]))]
        for code, sheet in self._sheets.items():
            document = sign_document(sheet, [self._signer])
            files.append(File(sheet_path(code, 0), document))
            self._hashes[code] = digest(document)
            self._counts[code] = StationCount(code, sheet.cast, sheet.cast, sheet.contests)
        return files

    def _state(self, code: Code, *, is_counted: bool) -> StationResult:
        if not is_counted:
            return StationResult(station=code, state=StationState.OUTSTANDING)
        return StationResult(station=code, state=StationState.COUNTED, sheet=self._hashes[code], sequence=0)

    def _sheet(self, number: int, code: Code) -> TallySheet:
        ballots = 350 + number * CHOSEN % 300
        contests = tuple(tally_of(each, ballots, number) for each in self.election.contests_of_station(code))
        registered = self.election.stations[code].electors
        stated = matched_statement(self.election, code, ballots, registered, "0" * 64)
        statement = sign_document(stated, [self._signer])
        return TallySheet(
            election=self.election.identity,
            station=code,
            sequence=0,
            statement=statement.decode(),
            booths=(BoothCounts(booth=1, zero_report="0" * 64, cast=ballots, void=number % 3, challenged=0),),
            styles=tuple(StyleBallots(style=s.style, cast=ballots) for s in self.election.stations[code].styles),
            contests=contests,
            ballots_root=None,
            closed_at=self.election.definition.closes_at,
        )


def tally_of(contest: Contest, ballots: int, number: int) -> ContestTally:
    """What a station counted: votes that add up, spread by its number."""
    weights = [1 + (number * CHOSEN + place * place) % 17 for place in range(len(contest.options))]
    votes = [ballots * weight // (sum(weights) + 3) for weight in weights]
    return ContestTally(
        contest=contest.code,
        ballots=ballots,
        votes=tuple(OptionVotes(option=o.code, votes=v) for o, v in zip(contest.options, votes, strict=True)),
        undervotes=ballots - sum(votes),
    )


def definition_of(stations: int) -> Definition:
    """The nation: states, municipalities, parishes; circuits beside them; three contests of all, three of a place."""
    example = read_folder(example_files())
    parties = tuple(
        Party(code=f"P{n}", name=f"Movimiento {n}", short_name=f"M{n}", color=f"#{(n * 1_500_000 + 1_800_000):06x}")
        for n in range(OPTIONS)
    )
    states = [Territory(code=f"E{n:02}", kind="STATE", name=f"Estado {n}", parent="N") for n in range(STATES)]
    towns = [
        Territory(code=f"U{n:03}", kind="MUNICIPALITY", name=f"Municipio {n}", parent=states[n % STATES].code)
        for n in range(TOWNS)
    ]
    parishes = [
        Territory(code=f"Q{n:04}", kind="PARISH", name=f"Parroquia {n}", parent=towns[n % TOWNS].code)
        for n in range(PARISHES)
    ]
    circuits = [
        Territory(code=f"C{n:02}", kind="CIRCUIT", name=f"Circuito {n}", parent=states[n % STATES].code)
        for n in range(CIRCUITS)
    ]
    nation = Territory(code="N", kind="NATION", name="República")
    contests = [*_of_nation(), *(each for state in states for each in _of_state(state.code))]
    contests += [_contest(f"DIP-{each.code}", each.code, ContestKind.NOMINAL, 1) for each in circuits]
    styles = [
        BallotStyle(
            code=each.code,
            contests=("LISTA", "PRES", "CONSULTA", f"REG-{each.parent}", f"GOB-{each.parent}", f"DIP-{each.code}"),
        )
        for each in circuits
    ]
    nominees = dict.fromkeys(code for each in contests for choice in each.choices for code in choice.nominees)
    return msgspec.structs.replace(
        example,
        code="BENCH",
        purpose="rehearsal",
        authority=msgspec.structs.replace(example.authority, guardians=(), guardian_threshold=0),
        territories=(nation, *states, *towns, *parishes, *circuits),
        parties=parties,
        candidates=tuple(Candidate(code=code, name=f"Persona {code}") for code in nominees),
        contests=tuple(contests),
        styles=tuple(styles),
        stations=tuple(_stations(stations, parishes, circuits)),
    )


def _stations(count: int, parishes: list[Territory], circuits: list[Territory]) -> Iterator[Station]:
    """Every station in a parish, and in a circuit of its state (so two places of a state share a remainder)."""
    for n in range(count):
        parish = n * 7 % PARISHES
        state = parish % TOWNS % STATES
        of_state = [each for number, each in enumerate(circuits) if number % STATES == state]
        circuit = of_state[n % len(of_state)].code
        yield Station(
            code=f"M{n:05}",
            name=f"Escuela {n // 3} de la Parroquia {parish}, mesa {n % 3 + 1}",
            centre=parishes[parish].code,
            within=(circuit,),
            styles=(StyleElectors(style=circuit, electors=900),),
        )


def _of_nation() -> Iterator[Contest]:
    yield _contest("LISTA", "N", ContestKind.LIST, 48)
    yield _contest("PRES", "N", ContestKind.NOMINAL, 1)
    yield _contest("CONSULTA", "N", ContestKind.REFERENDUM, 1)


def _of_state(code: Code) -> Iterator[Contest]:
    yield _contest(f"REG-{code}", code, ContestKind.LIST, 4)
    yield _contest(f"GOB-{code}", code, ContestKind.NOMINAL, 1)


def _contest(code: Code, territory: Code, kind: ContestKind, seats: int) -> Contest:
    people = {ContestKind.LIST: seats, ContestKind.NOMINAL: 1, ContestKind.REFERENDUM: 0}[kind]
    party = [None if kind is ContestKind.REFERENDUM else f"P{n}" for n in range(OPTIONS)]
    choices = tuple(
        Choice(
            code=f"{code}-{n}",
            name=f"Opción {n}" if party[n] is None else f"Movimiento {n}",
            party=party[n],
            nominees=tuple(f"{code}-{n}-{place}" for place in range(people)),
        )
        for n in range(OPTIONS)
    )
    method = {ContestKind.LIST: "dhondt", ContestKind.NOMINAL: "plurality", ContestKind.REFERENDUM: "majority"}[kind]
    return Contest(
        code=code,
        kind=kind,
        title={"es": code, "en": code},
        territory=territory,
        options=tuple(Option(code=c.code, name=c.name, party=c.party, choice=c.code) for c in choices),
        choices=choices,
        seat_rule=msgspec.convert({"method": method, "seats": seats}, SeatRule),
    )
