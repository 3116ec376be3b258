"""A small, whole, true record, built straight from records with real keys: no station software, no centre.

Five stations: A-01 (two booths, two ballot styles), A-02 (with a correction), B-01 (with an incident), B-02 (below the
secrecy threshold) and B-03 (never opened). Two editions of the results: provisional after state A, then final.
"""

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from urna.ballot.published import BallotList, PublishedBallot
from urna.center.publication import File, Publication, writes
from urna.crypto.signatures import SigningKey
from urna.election.certification import (
    Certification,
    RollCommitment,
    RollCommitments,
    StationDecision,
    StationKeys,
)
from urna.election.definition import (
    Authority,
    BallotStyle,
    Candidate,
    Choice,
    Contest,
    ContestKind,
    Definition,
    Election,
    NamedKey,
    Option,
    Party,
    Rules,
    SeatRule,
    Station,
    StyleElectors,
    Territory,
)
from urna.election.outcomes import BallotState, Ending, Outcome, OverrideReason
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import digest, encode
from urna.encoding.document import read_document, sign_document
from urna.log.cosignature import WitnessSigner
from urna.log.note import NoteSigner
from urna.record.incident import Incident
from urna.record.layout import (
    DEFINITION,
    README,
    ROLL,
    Kind,
    ballots_path,
    place_of,
    results_path,
    serial_path,
    sheet_path,
    zero_report_path,
)
from urna.record.readme import README_TEXT
from urna.record.withdrawal import Withdrawal, withdrawn_of
from urna.tally.edition import compile_edition
from urna.tally.hand_count import HandCountSheet, count_with
from urna.tally.results import Results, StationResult, StationState
from urna.tally.rules_votes import ballots_root, is_withheld
from urna.tally.sheet import BoothCounts, ContestTally, OptionVotes, StyleBallots, TallySheet, ZeroReport
from urna.tally.totals import count_of

MORNING = "2020-12-06T10:00:00Z"
EVENING = "2020-12-06T22:30:00Z"
NIGHT = "2020-12-07T02:00:00Z"
COSIGNED_AT = 1607306400
SEED = "46113"


def signing_key(name: str) -> SigningKey:
    """A key that anybody can make again: it protects nothing but tests."""
    return SigningKey(hashlib.sha256(name.encode()).digest())


@dataclass(frozen=True)
class Keys:
    """Every private key of the election."""

    officers: tuple[NoteSigner, ...]
    log: NoteSigner
    witnesses: tuple[WitnessSigner, ...]

    @staticmethod
    def make() -> "Keys":
        """Three officers, the log, two witnesses."""
        return Keys(
            tuple(NoteSigner(f"cne.example/officer-{n}", signing_key(f"officer-{n}")) for n in (1, 2, 3)),
            NoteSigner("cne.example/log", signing_key("log")),
            tuple(WitnessSigner(f"witness-{n}.example", signing_key(f"witness-{n}")) for n in (1, 2)),
        )


def station_signer(election: Election, station: str, role: str, generation: str = "") -> NoteSigner:
    """The signer of a station's poll book or booth; another generation is another machine."""
    return NoteSigner(election.key_name(station, role), signing_key(f"{station}/{role}{generation}"))


def station_keys(station: Station, generation: str = "") -> StationKeys:
    """The public keys of a station."""
    return StationKeys(
        station=station.code,
        poll_book=signing_key(f"{station.code}/poll-book{generation}").public_hex,
        booths=tuple(
            signing_key(f"{station.code}/booth-{n}{generation}").public_hex for n in range(1, station.booths + 1)
        ),
        closing=signing_key(f"{station.code}/closing{generation}").public_hex,
    )


def words(text: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"es": text, "en": text}


def named(signer: NoteSigner | WitnessSigner) -> NamedKey:
    """A key as the definition names it."""
    return NamedKey(name=signer.name, key_name=signer.name, key=signer.verifier.public_hex)


def nominal(code: str, territory: str, people: Sequence[str], *, votes: int = 1, electorate: str = "ALL") -> Contest:
    """A contest among persons; the first has two cards."""
    options = [Option(code=f"{people[0]}-BIS", name="Second card", party="SUN", choice=people[0])]
    options += [Option(code=each, name=each, choice=each) for each in people]
    return Contest(
        code=code,
        kind=ContestKind.NOMINAL,
        title=words(code),
        territory=territory,
        electorate=electorate,
        votes_allowed=votes,
        options=tuple(options),
        choices=tuple(Choice(code=each, name=each, nominees=(each,)) for each in people),
        seat_rule=SeatRule(method="plurality", seats=votes),
    )


def definition(keys: Keys, purpose: Literal["election", "rehearsal"] = "election") -> Definition:
    """The election of the small record."""
    lists = {"SUN": ("ANA", "L1", "L2"), "SEA": ("L3", "L4", "L5"), "SKY": ("L6", "L7")}
    people = ["ANA", "BEA", "CAI", "DEL", "EVA", "FLO", "GIL", *(f"L{n}" for n in range(1, 8))]
    list_contest = Contest(
        code="LIST-N",
        kind=ContestKind.LIST,
        title=words("Nation"),
        territory="NATION",
        options=tuple(Option(code=party, name=party, party=party, choice=party) for party in lists),
        choices=tuple(
            Choice(code=party, name=party, party=party, nominees=nominees) for party, nominees in lists.items()
        ),
        seat_rule=SeatRule(method="dhondt", seats=5),
    )
    question = Contest(
        code="REF",
        kind=ContestKind.REFERENDUM,
        title=words("Question"),
        territory="NATION",
        options=tuple(Option(code=answer, name=answer, choice=answer) for answer in ("YES", "NO")),
        choices=tuple(Choice(code=answer, name=answer) for answer in ("YES", "NO")),
        seat_rule=SeatRule(method="none", seats=0),
    )
    return Definition(
        code="SMALL-2020",
        title=words("A small election"),
        purpose=purpose,
        opens_at=MORNING,
        closes_at="2020-12-06T22:00:00Z",
        authority=Authority(
            name="Authority",
            officers=tuple(named(each) for each in keys.officers),
            threshold=2,
            log=named(keys.log),
            witnesses=tuple(named(each) for each in keys.witnesses),
            witness_quorum=2,
        ),
        rules=Rules(),
        territories=(
            Territory(code="NATION", kind="NATION", name="Nation"),
            Territory(code="STATE-A", kind="STATE", name="A", parent="NATION"),
            Territory(code="STATE-B", kind="STATE", name="B", parent="NATION"),
            Territory(code="A-CENTRE", kind="CENTRE", name="Centre A", parent="STATE-A"),
            Territory(code="B-CENTRE", kind="CENTRE", name="Centre B", parent="STATE-B"),
            Territory(code="CIRCUIT-1", kind="CIRCUIT", name="Circuit 1", parent="NATION"),
            Territory(code="CIRCUIT-2", kind="CIRCUIT", name="Circuit 2", parent="NATION"),
        ),
        parties=tuple(Party(code=code, name=code, short_name=code) for code in lists),
        candidates=tuple(Candidate(code=code, name=code) for code in people),
        contests=(
            nominal("NOM-1", "CIRCUIT-1", ["ANA", "BEA", "CAI"], votes=2),
            nominal("NOM-2", "CIRCUIT-2", ["DEL", "EVA"]),
            nominal("IND", "CIRCUIT-1", ["FLO", "GIL"], electorate="INDIGENOUS"),
            list_contest,
            question,
        ),
        styles=(
            BallotStyle(code="S1", contests=("NOM-1", "LIST-N", "REF")),
            BallotStyle(code="S1-IND", contests=("NOM-1", "IND", "LIST-N", "REF")),
            BallotStyle(code="S2", contests=("NOM-2", "LIST-N", "REF")),
        ),
        stations=(
            _station("A-01", {"S1": 60, "S1-IND": 30}, booths=2),
            _station("A-02", {"S1": 40}),
            _station("B-01", {"S2": 50}),
            _station("B-02", {"S2": 12}),
            _station("B-03", {"S2": 20}),
        ),
    )


def _station(code: str, styles: Mapping[str, int], booths: int = 1) -> Station:
    return Station(
        code=code,
        name=code,
        centre=f"{code[0]}-CENTRE",
        within=("CIRCUIT-1" if code[0] == "A" else "CIRCUIT-2",),
        styles=tuple(StyleElectors(style=style, electors=electors) for style, electors in styles.items()),
        booths=booths,
    )


@dataclass
class World:
    """An election's files as they were published, batch by batch, and everything that made them."""

    keys: Keys
    election: Election
    batches: list[list[str]] = field(default_factory=list)
    """The paths of each batch."""
    files: dict[str, bytes] = field(default_factory=dict)
    """The logged files."""

    def copy(self) -> "World":
        """A world that can be changed without changing this one."""
        return World(self.keys, self.election, [list(batch) for batch in self.batches], dict(self.files))

    def add(self, path: str, data: bytes, batch: int = -1) -> None:
        """Puts a file into a batch."""
        if not any(path in listed for listed in self.batches):
            self.batches[batch].append(path)
        self.files[path] = data

    def remove(self, path: str) -> None:
        """Takes a file out, as if it had never been."""
        del self.files[path]
        self.batches = [[each for each in batch if each != path] for batch in self.batches]

    def sheet(self, station: str, sequence: int = 0) -> TallySheet:
        """A sheet as it stands."""
        return read_document(self.files[sheet_path(station, sequence)], TallySheet)

    def hand_count(self, sha256: str) -> HandCountSheet:
        """The hand count with this hash."""
        return next(read_document(data, HandCountSheet) for data in self.files.values() if digest(data) == sha256)

    def statement(self, station: str, sequence: int = 0) -> PollBookStatement:
        """The statement inside a sheet as it stands."""
        return read_document(self.sheet(station, sequence).statement.encode(), PollBookStatement)

    def ballots(self, station: str) -> BallotList:
        """A ballot list as it stands."""
        return msgspec.json.decode(self.files[ballots_path(station)], type=BallotList)

    def results(self, edition: int) -> Results:
        """An edition of the results as it stands."""
        return read_document(self.files[results_path(edition)], Results)

    def booths(self, station: str) -> list[NoteSigner]:
        """The booths' signers."""
        count = self.election.stations[station].booths
        return [station_signer(self.election, station, f"booth-{n}") for n in range(1, count + 1)]

    def poll_book(self, station: str) -> NoteSigner:
        """The poll book's signer."""
        return station_signer(self.election, station, "poll-book")

    def sign_statement(self, statement: PollBookStatement) -> str:
        """The statement's document."""
        return sign_document(statement, [self.poll_book(statement.station)]).decode()

    def put_sheet(self, sheet: TallySheet, batch: int = -2) -> None:
        """Puts a sheet, signed by its station's booths, at its place."""
        data = sign_document(sheet, self.booths(sheet.station))
        self.add(sheet_path(sheet.station, sheet.sequence), data, batch)

    def put_results(self, results: Results) -> None:
        """Puts an edition of the results, signed by the log's key, at its place."""
        path = results_path(results.edition)
        self.add(path, sign_document(results, [self.keys.log]))

    def retotal(self) -> None:
        """Totals every edition again, honestly, over whatever sheets stand before it."""
        seen: set[str] = set()
        for batch in self.batches:
            seen |= set(batch)
            for path in batch:
                place = place_of(path)
                if place is not None and place.kind is Kind.RESULTS:
                    self.put_results(self._edition(place.number, seen))

    def _edition(self, edition: int, seen: set[str]) -> Results:
        roll = read_document(self.files[ROLL], RollCommitments)
        registered = {each.station: each.electors for each in roll.stations}
        decided = {
            each.station: each
            for path in sorted(seen)
            if path.startswith("decisions/")
            for each in [read_document(self.files[path], StationDecision)]
        }
        held = {read_document(self.files[path], Incident).station for path in seen if path.startswith("incidents/")}
        stations, counts = [], []
        for station in self.election.stations:
            numbers = [n for n in range(9) if sheet_path(station, n) in seen]
            decision, machines = decided.get(station), None
            result = StationResult(station=station, state=StationState.COUNTED)
            if numbers and (decision is None or decision.counts_machines):
                machines = count_of(self.sheet(station, numbers[-1]), self.statement(station, numbers[-1]))
                hashed = digest(self.files[sheet_path(station, numbers[-1])])
                result = msgspec.structs.replace(result, sheet=hashed, sequence=numbers[-1])
            if decision is not None:
                result = msgspec.structs.replace(result, state=StationState(decision.state), hand=decision.hand)
            elif machines is None:
                silent = StationState.REFUSED if station in held else StationState.OUTSTANDING
                result = msgspec.structs.replace(result, state=silent)
            if decision is not None and decision.hand is not None:
                machines = count_with(self.election, self.hand_count(decision.hand), machines)
            stations.append(result)
            counts += [machines] if machines is not None else []
        is_open = any(each.state in (StationState.OUTSTANDING, StationState.REFUSED) for each in stations)
        return compile_edition(
            self.election,
            registered,
            stations,
            counts,
            edition=edition,
            status="provisional" if is_open else "final",
            issued_at=NIGHT,
            lot_seed=SEED,
            withdrawn=withdrawn_of(
                read_document(self.files[path], Withdrawal) for path in sorted(seen) if path.startswith("withdrawals/")
            ),
        )

    def publish(self, witnesses: Iterable[WitnessSigner] | None = None) -> dict[str, bytes]:
        """The whole folder: files, log, README."""
        publication = Publication(self.keys.log)
        folder = {README: README_TEXT}
        for paths in self.batches:
            batch = publication.prepare([File(path, self.files[path]) for path in paths])
            cosigners = self.keys.witnesses if witnesses is None else tuple(witnesses)
            lines = [each.cosign(batch.checkpoint, COSIGNED_AT) for each in cosigners]
            folder.update(dict(writes(batch, lines)))
        return folder


def officers_sign(world: World, record: object, count: int = 2) -> bytes:
    """A document that the first `count` officers sign."""
    return sign_document(record, world.keys.officers[:count])  # type: ignore[arg-type]


def build(defined: Callable[[Keys], Definition] | None = None) -> World:
    """The small record, or the same of an election defined otherwise."""
    keys = Keys.make()
    election = Election((defined or definition)(keys))
    world = World(keys, election)
    world.batches = [[], [], [], [], []]
    _publish_authority(world)
    for station in election.definition.stations:
        _publish_zero_reports(world, station)
    for code, cast, batch in (("A-01", (35, 14), 2), ("A-02", (22,), 2), ("B-01", (31,), 4), ("B-02", (7,), 4)):
        publish_station(world, code, cast, batch)
    world.batches[3].append(results_path(1))
    _publish_rest(world)
    world.batches.append([results_path(2)])
    world.retotal()
    return world


def _publish_authority(world: World) -> None:
    election, identity = world.election, world.election.identity
    world.add(DEFINITION, officers_sign(world, election.definition), 0)
    stations = election.definition.stations
    certified = Certification(
        election=identity, serial=1, issued_at=MORNING, stations=tuple(station_keys(each) for each in stations)
    )
    world.add(serial_path(Kind.CERTIFICATION, 1), officers_sign(world, certified), 0)
    roll = RollCommitments(
        election=identity,
        stations=tuple(
            RollCommitment(station=each.code, electors=each.electors, root=digest(each.code.encode()))
            for each in stations
        ),
    )
    world.add(ROLL, officers_sign(world, roll), 0)


def _publish_zero_reports(world: World, station: Station) -> None:
    if station.code == "B-03":
        return
    contests = world.election.contests_of_station(station.code)
    for booth, signer in enumerate(world.booths(station.code), start=1):
        report = ZeroReport(
            election=world.election.identity,
            station=station.code,
            booth=booth,
            slots=256,
            ballots=0,
            votes=tuple(OptionVotes(option=each.code, votes=0) for one in contests for each in one.options),
            box_sha256=digest(f"{station.code}/{booth}".encode()),
            opened_at=MORNING,
        )
        world.add(zero_report_path(station.code, booth), sign_document(report, [signer]), 1)


def publish_station(world: World, code: str, cast: Sequence[int], batch: int) -> None:
    """A station's sheet and ballot list, with this many cast ballots of each of its styles."""
    chance = random.Random(code)
    station = world.election.stations[code]
    booths = _booths(world, station, sum(cast))
    ids = sorted({f"{chance.getrandbits(128):032x}" for _ in range(sum(booth.made for booth in booths))})
    states = [BallotState.CAST] * sum(cast)
    states += [BallotState.VOID] * sum(booth.void for booth in booths)
    states += [BallotState.CHALLENGED] * sum(booth.challenged for booth in booths)
    chance.shuffle(states)
    ballots = BallotList(
        election=world.election.identity,
        station=code,
        ballots=tuple(PublishedBallot(id=one, state=state) for one, state in zip(ids, states, strict=True)),
    )
    world.add(ballots_path(code), encode(ballots), batch)
    styles = tuple(
        StyleBallots(style=each.style, cast=number) for each, number in zip(station.styles, cast, strict=True)
    )
    sheet = TallySheet(
        election=world.election.identity,
        station=code,
        sequence=0,
        statement=world.sign_statement(statement_of(world, code, sum(cast))),
        booths=booths,
        styles=styles,
        contests=tuple(_tally(world.election, each, styles, chance) for each in _contests(world, code)),
        ballots_root=ballots_root(ballots),
        closed_at=EVENING,
    )
    world.put_sheet(sheet, batch)


def _contests(world: World, code: str) -> tuple[Contest, ...]:
    return world.election.contests_of_station(code)


def _booths(world: World, station: Station, cast: int) -> tuple[BoothCounts, ...]:
    """Each booth voids one ballot; the first also has one challenged."""
    share = [cast // station.booths] * station.booths
    share[0] += cast - sum(share)
    return tuple(
        BoothCounts(
            booth=number,
            zero_report=digest(world.files[zero_report_path(station.code, number)]),
            cast=own,
            void=1,
            challenged=int(number == 1),
        )
        for number, own in enumerate(share, start=1)
    )


def _tally(election: Election, contest: Contest, styles: Sequence[StyleBallots], chance: random.Random) -> ContestTally:
    ballots = sum(each.cast for each in styles if each.style in election.styles_with(contest.code))
    if is_withheld(election.rules, ballots):
        return ContestTally(contest=contest.code, ballots=ballots, votes=None, undervotes=None)
    left = ballots * contest.votes_allowed
    votes = []
    for option in contest.options:
        number = chance.randint(0, min(ballots, left) * 2 // 3)
        left -= number
        votes.append(OptionVotes(option=option.code, votes=number))
    return ContestTally(contest=contest.code, ballots=ballots, votes=tuple(votes), undervotes=left)


def statement_of(world: World, code: str, cast: int) -> PollBookStatement:
    """A day with two people who left, one of them readmitted, and three admitted by override."""
    return PollBookStatement(
        election=world.election.identity,
        station=code,
        registered=world.election.stations[code].electors,
        roll_root=digest(code.encode()),
        identified={
            Outcome.MATCH: cast - 1,
            Outcome.NO_MATCH: 1,
            Outcome.NOTHING_STORED: 1,
            Outcome.NO_FINGERS: 0,
            Outcome.POOR_IMAGE: 1,
        },
        overrides={OverrideReason.DOCUMENT_CHECKED: 2, OverrideReason.KNOWN_TO_MEMBERS: 1},
        codes_used=2,
        telephone_codes_used=1,
        refused_second_attempts=1,
        withdrawn=1,
        readmitted=1,
        activations=cast + 2,
        endings={Ending.CAST: cast, Ending.EXPIRED: 1, Ending.LEFT: 1, Ending.FAILURE: 0},
        doubtful_decisions=0,
        signatures=cast + 2,
        closed_at=EVENING,
    )


def _publish_rest(world: World) -> None:
    """A station that never opened, a candidate who withdrew, a sheet in conflict with another, and a correction."""
    identity = world.election.identity
    decision = StationDecision(
        election=identity,
        serial=1,
        station="B-03",
        state="not_opened",
        reason="The members did not come.",
        decided_at=EVENING,
    )
    world.add(serial_path(Kind.DECISION, 1), officers_sign(world, decision), 4)
    withdrawal = Withdrawal(
        election=identity, serial=1, candidate="L1", when="before", reason="Moved abroad.", decided_at=EVENING
    )
    world.add(serial_path(Kind.WITHDRAWAL, 1), officers_sign(world, withdrawal), 4)
    incident = Incident(
        election=identity,
        serial=1,
        station="B-01",
        kind="conflict",
        document=digest(b"another sheet"),
        reason="Two sheets with sequence 0.",
        noticed_at=NIGHT,
    )
    world.add(serial_path(Kind.INCIDENT, 1), sign_document(incident, [world.keys.log]), 4)
    world.put_sheet(corrected(world.sheet("A-02")), 4)


def corrected(sheet: TallySheet) -> TallySheet:
    """The sheet with one vote moved to the undervotes, as the next sequence."""
    return move_vote(sheet, "LIST-N", "SUN", "", sequence=sheet.sequence + 1)


def move_vote(sheet: TallySheet, contest: str, source: str, target: str, *, sequence: int | None = None) -> TallySheet:
    """The sheet with one vote of a contest moved from an option to another, or to the undervotes ("")."""

    def moved(tally: ContestTally) -> ContestTally:
        if tally.contest != contest or tally.votes is None or tally.undervotes is None:
            return tally
        change = {source: -1, target: 1}
        votes = tuple(
            OptionVotes(option=each.option, votes=each.votes + change.get(each.option, 0)) for each in tally.votes
        )
        return msgspec.structs.replace(tally, votes=votes, undervotes=tally.undervotes + change.get("", 0))

    return msgspec.structs.replace(
        sheet,
        contests=tuple(moved(each) for each in sheet.contests),
        sequence=sheet.sequence if sequence is None else sequence,
    )
