"""A small, whole, true record of an election with guardians, and every secret that made it.

Four stations: A-01 (two booths, two ballot styles; one contest below the secrecy threshold), A-02 and B-01 (everything
below the threshold), B-02 (its closing cards were lost: a sheet without votes, which the guardians open; then a
correction that shows them). Void and challenged ballots everywhere. Three guardians, two of whom open: B-02 alone, and
the sum of all stations in the contests that the whole nation votes on.

    world = build_encrypted()
    world.files                    every file before the log, by path, as bytes
    world.publish()                the folder of the record, with log and README
    world.copy()                   another world, free to change; put_* sign again with the right keys
"""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import msgspec
from tests.tampering.builder import (
    EVENING,
    NIGHT,
    SEED,
    Keys,
    World,
    _booths,
    _publish_authority,
    _publish_zero_reports,
    definition,
    named,
    signing_key,
    statement_of,
)

from urna.ballot.ceremony import (
    GuardianCoefficients,
    GuardianCommitment,
    PossessionProof,
    commitments_hash,
    read_ceremony,
    read_coefficients,
)
from urna.ballot.challenged import open_ballot
from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.encryption import encrypt_ballot, option_nonces, sum_nonces
from urna.ballot.forms import EncryptedBallot, ballot_hash, read_committed
from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList, OpenedList, PublishedBallot
from urna.ballot.shape import BallotShape, ballot_shape
from urna.crypto.elgamal import Ciphertext, read_ciphertexts, sum_ciphertexts
from urna.crypto.joint_opening import Target, VotesTable, begin, challenge, combine, finish, respond
from urna.crypto.scalars import reduce_wide
from urna.crypto.threshold import DATA, VOTES, Holder, Polynomial, add_shares, coefficients_hash, lagrange
from urna.election.certification import RollCommitments
from urna.election.definition import Definition, Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import digest, encode
from urna.encoding.document import read_document, sign_document
from urna.log.note import NoteSigner
from urna.record.ballot_file import Form, write_ballot_file
from urna.record.layout import (
    JOINT_KEY,
    ROLL,
    Kind,
    ballots_path,
    ciphertexts_path,
    coefficients_path,
    commitment_path,
    opened_path,
    place_of,
    results_path,
    serial_path,
    sheet_path,
)
from urna.tally.aggregates import PlannedAggregate, counted_sheet, plan_aggregates
from urna.tally.decryption import AggregateOpening, targets, write_opening
from urna.tally.edition import compile_edition
from urna.tally.opened import own_parts
from urna.tally.results import Results, StationResult, StationState
from urna.tally.rules_votes import ballots_root, is_withheld
from urna.tally.sheet import ContestTally, OptionVotes, StyleBallots, TallySheet
from urna.tally.totals import StationCount, count_of

GUARDIANS, THRESHOLD = 3, 2
CAST = {"A-01": (12, 4), "A-02": (6,), "B-01": (7,), "B-02": (10,)}
"""Cast ballots of each style of each station."""


NO_KEYS = JointKeys(b"", b"", b"")


def dealt(seed: str):  # type: ignore[no-untyped-def]
    """Bytes that anybody can make again: they protect nothing but tests."""
    return random.Random(seed).randbytes


@dataclass(frozen=True)
class Guardian:
    """A guardian's secrets."""

    signer: NoteSigner
    votes: Polynomial
    data: Polynomial


@dataclass(frozen=True)
class Made:
    """A ballot and everything that made it."""

    style: str
    state: BallotState
    votes: tuple[int, ...]
    seed: bytes
    encrypted: EncryptedBallot

    @property
    def id(self) -> bytes:
        """Its id."""
        return self.encrypted.ballot


@dataclass
class EncryptedWorld(World):
    """An election's files as they were published, batch by batch, and everything that made them."""

    guardians: tuple[Guardian, ...] = ()
    joint: JointKeys = NO_KEYS
    ballots_made: dict[str, list[Made]] = field(default_factory=dict)
    """By station, sorted by id."""
    form: Form = "committed"

    def copy(self) -> "EncryptedWorld":
        """A world that can be changed without changing this one."""
        made = {station: list(ballots) for station, ballots in self.ballots_made.items()}
        batches = [list(batch) for batch in self.batches]
        return replace(self, batches=batches, files=dict(self.files), ballots_made=made)

    def context(self, station: str, style: str) -> BallotContext:
        """What the ballots of a station and style are bound to."""
        return ballot_context(self.joint, station, ballot_shape(self.election, style))

    def put_ballots(self, station: str, batch: int = 3) -> BallotList:
        """Writes list, files and openings of the ballots that are made, and returns the list."""
        made = sorted(self.ballots_made[station], key=lambda each: each.id)
        listed = BallotList(election=self.election.identity, station=station, ballots=tuple(map(published, made)))
        self.add(ballots_path(station), encode(listed), batch)
        for style in {each.style for each in made}:
            rows = [row_of(each.encrypted, self.form) for each in made if each.style == style]
            data = write_ballot_file(self.election.identity, self.context(station, style), rows, self.form)
            self.add(ciphertexts_path(station, style, self.form), data, batch)
        self.put_opened(station, batch)
        return listed

    def sealed(self, station: str, style: str, encrypted: EncryptedBallot) -> EncryptedBallot:
        """The parts of a ballot with the challenge that they make, whether or not its proofs hold."""
        return read_committed(self.context(station, style), encrypted.committed())

    def to_form(self, form: Form) -> None:
        """The same ballots in this form."""
        for path in [path for path in self.files if path.endswith(f".{self.form}")]:
            self.remove(path)
        self.form = form
        for station in self.ballots_made:
            self.put_ballots(station)

    def remake(self, station: str, change: Callable[[list[Made]], list[Made]]) -> None:
        """Changes what a station made, and lists, sums and signs it as if it had always been so."""
        made = [
            replace(each, encrypted=self.sealed(station, each.style, each.encrypted))
            for each in change(list(self.ballots_made[station]))
        ]
        self.ballots_made[station] = made
        listed = self.put_ballots(station)
        self.put_sheet(self.proven_sheet(station, listed, opened=self.sheet(station).opened), 3)

    def put_opened(self, station: str, batch: int = 3) -> None:
        """Opens the challenged ballots of a station."""
        opened = [
            open_ballot(self.context(station, each.style), each.seed, each.id, each.votes)
            for each in sorted(self.ballots_made[station], key=lambda each: each.id)
            if each.state is BallotState.CHALLENGED
        ]
        record = OpenedList(election=self.election.identity, station=station, ballots=tuple(opened))
        self.add(opened_path(station), encode(record), batch)

    def proven_sheet(self, station: str, listed: BallotList, *, opened: bool = True) -> TallySheet:
        """The sheet that follows from the cast ballots of a station."""
        cast = [each for each in self.ballots_made[station] if each.state is BallotState.CAST]
        styles = tuple(
            StyleBallots(style=each.style, cast=sum(one.style == each.style for one in cast))
            for each in self.election.stations[station].styles
        )
        return TallySheet(
            election=self.election.identity,
            station=station,
            sequence=0,
            statement=self.sign_statement(statement_of(self, station, len(cast))),
            booths=_booths(self, self.election.stations[station], len(cast)),
            styles=styles,
            contests=tuple(self._tally(each.code, cast, opened) for each in self._contests(station)),
            ballots_root=ballots_root(listed),
            closed_at=EVENING,
            opened=opened,
        )

    def _contests(self, station: str):  # type: ignore[no-untyped-def]
        return self.election.contests_of_station(station)

    def _tally(self, contest: str, cast: Sequence[Made], opened: bool) -> ContestTally:
        held = [each for each in cast if each.style in self.election.styles_with(contest)]
        allowed = self.election.contests[contest].votes_allowed
        if not opened or is_withheld(self.election.rules, len(held)):
            return ContestTally(contest=contest, ballots=len(held), votes=None, undervotes=None)
        votes = tuple(
            OptionVotes(
                option=option.code,
                votes=sum(self.votes_for(each, contest, option.code) for each in held),
                nonce=sum_nonces([self.nonce_for(each, contest, option.code) for each in held]).hex(),
            )
            for option in self.election.contests[contest].options
        )
        left = len(held) * allowed - sum(each.votes for each in votes)
        return ContestTally(contest=contest, ballots=len(held), votes=votes, undervotes=left)

    def votes_for(self, made: Made, contest: str, option: str) -> int:
        """What a ballot gives an option."""
        return made.votes[self._place(made.style, contest, option)]

    def nonce_for(self, made: Made, contest: str, option: str) -> bytes:
        """The nonce that a ballot encrypts an option with."""
        nonces = option_nonces(ballot_shape(self.election, made.style), made.seed, made.id)
        return nonces[self._place(made.style, contest, option)]

    def _place(self, style: str, contest: str, option: str) -> int:
        return options_of(ballot_shape(self.election, style)).index((contest, option))

    def sums(self, contest: str, stations: Sequence[str]) -> list[Ciphertext]:
        """For each option of a contest, the sum over the cast ballots of the stations."""
        cast = [
            each
            for station in stations
            for each in self.ballots_made[station]
            if each.state is BallotState.CAST and each.style in self.election.styles_with(contest)
        ]
        options = [option.code for option in self.election.contests[contest].options]
        return [
            sum_ciphertexts(
                read_ciphertexts(each.encrypted.ciphertexts)[self._place(each.style, contest, option)] for each in cast
            )
            for option in options
        ]

    def open_aggregate(self, planned: PlannedAggregate, guardians: Sequence[int] = (1, 3)) -> AggregateOpening:
        """What these guardians open together, without asking whether they may."""
        sums = self.sums(planned.contest, planned.stations)
        found = targets(self.election, self.joint, planned, sums)
        table = VotesTable(self.joint.votes, planned.ballots)
        opened = [(target, _open(self, target, guardians)) for target in found]
        return write_opening(self.election, planned, opened, table)

    def put_aggregate(self, opening: AggregateOpening, batch: int = 5) -> None:
        """Puts an opening, signed by the log's key, at its place."""
        path = serial_path(Kind.AGGREGATE, opening.serial)
        self.add(path, sign_document(opening, [self.keys.log]), batch)

    def aggregate(self, serial: int) -> AggregateOpening:
        """An opening as it stands."""
        return read_document(self.files[serial_path(Kind.AGGREGATE, serial)], AggregateOpening)

    def serials(self) -> list[int]:
        """The serials of the openings that there are."""
        places = map(place_of, self.files)
        return sorted(place.number for place in places if place and place.kind is Kind.AGGREGATE)

    def _edition(self, edition: int, seen: set[str]) -> Results:
        roll = read_document(self.files[ROLL], RollCommitments)
        stations, counts = [], {}
        for station in self.election.stations:
            numbers = [number for number in range(9) if sheet_path(station, number) in seen]
            if not numbers:
                stations.append(StationResult(station=station, state=StationState.OUTSTANDING))
                continue
            last = numbers[-1]
            counts[station] = count_of(self.sheet(station, last), self.statement(station, last))
            sha256 = digest(self.files[sheet_path(station, last)])
            stations.append(StationResult(station=station, state=StationState.COUNTED, sheet=sha256, sequence=last))
        return compile_edition(
            self.election,
            {each.station: each.electors for each in roll.stations},
            stations,
            counts.values(),
            edition=edition,
            status="provisional" if len(counts) < len(stations) else "final",
            issued_at=NIGHT,
            lot_seed=SEED,
            opened=own_parts(self.election, self._openings(seen), counts),
        )

    def _openings(self, seen: set[str]) -> list[AggregateOpening]:
        places = [place_of(path) for path in sorted(seen)]
        return [self.aggregate(place.number) for place in places if place and place.kind is Kind.AGGREGATE]


def published(made: Made) -> PublishedBallot:
    """A ballot as the list has it."""
    sha256 = ballot_hash(made.encrypted.compact())
    return PublishedBallot(id=made.id.hex(), state=made.state, style=made.style, hash=sha256)


def row_of(encrypted: EncryptedBallot, form: Form) -> bytes:
    """A ballot as a file has it."""
    return encrypted.compact() if form == "compact" else encrypted.committed()


def options_of(shape: BallotShape) -> list[tuple[str, str]]:
    """Contest and option of each ciphertext."""
    return [(contest.contest, option) for contest in shape.contests for option in contest.options]


def encrypted_definition(keys: Keys) -> Definition:
    """The small election with guardians, and without the station that never opened."""
    plain = definition(keys)
    signers = [NoteSigner(f"guardian-{n}.example", signing_key(f"guardian-{n}")) for n in range(1, GUARDIANS + 1)]
    authority = msgspec.structs.replace(
        plain.authority, guardians=tuple(map(named, signers)), guardian_threshold=THRESHOLD
    )
    return msgspec.structs.replace(plain, authority=authority, stations=plain.stations[:-1])


def make_ballot(world: EncryptedWorld, station: str, style: str, state: BallotState, name: str) -> Made:
    """A ballot of somebody who chooses at random; the same name makes the same ballot."""
    chance = random.Random(name)
    votes = _choose(world.election, style, chance)
    seed, ballot = chance.randbytes(32), hashlib.sha256(name.encode()).digest()[:16]
    encrypted = encrypt_ballot(world.context(station, style), votes, ballot, seed, chance.randbytes)
    return Made(style, state, votes, seed, encrypted)


def _choose(election: Election, style: str, chance: random.Random) -> tuple[int, ...]:
    """At most as many choices as votes, each by one of its cards."""
    votes: list[int] = []
    for contest in election.contests_of_style(style):
        count = chance.randint(0, contest.votes_allowed)
        choices = set(chance.sample([choice.code for choice in contest.choices], count))
        for option in contest.options:
            votes.append(int(option.choice in choices))
            choices.discard(option.choice)
    return tuple(votes)


@cache
def _built() -> EncryptedWorld:
    keys = Keys.make()
    world = EncryptedWorld(keys, Election(encrypted_definition(keys)))
    world.batches = [[], [], [], [], [results_path(1)], [], [results_path(2)]]
    _publish_authority(world)
    _hold_ceremony(world)
    for each in world.election.stations:
        _publish_zero_reports_in(world, each)
    for station, cast in CAST.items():
        _make_station(world, station, cast)
        listed = world.put_ballots(station)
        world.put_sheet(world.proven_sheet(station, listed, opened=station != "B-02"), 3)
    _open_all(world)
    world.put_sheet(corrected_by_opening(world), 5)
    world.retotal()
    return world


def build_encrypted() -> EncryptedWorld:
    """The small record of an election with guardians, free to change."""
    return _built().copy()


def corrected_by_opening(world: EncryptedWorld) -> TallySheet:
    """The sheet of B-02 with the votes that the guardians opened."""
    sheet = world.sheet("B-02")
    opened: Mapping[str, AggregateOpening] = {
        each.contest: each for each in world._openings(set(world.files)) if each.stations == ("B-02",)
    }
    contests = []
    for tally in sheet.contests:
        votes = tuple(OptionVotes(option=each.option, votes=each.votes) for each in opened[tally.contest].options)
        allowed = world.election.contests[tally.contest].votes_allowed
        left = tally.ballots * allowed - sum(each.votes for each in votes)
        contests.append(msgspec.structs.replace(tally, votes=votes, undervotes=left))
    return msgspec.structs.replace(sheet, sequence=1, opened=True, contests=tuple(contests))


def _publish_zero_reports_in(world: EncryptedWorld, station: str) -> None:
    """In the batch after the ceremony's."""
    batches, world.batches = world.batches, [[], []]
    _publish_zero_reports(world, world.election.stations[station])
    found, world.batches = world.batches[1], batches
    world.batches[2] += found


def _make_station(world: EncryptedWorld, station: str, cast: Sequence[int]) -> None:
    """The cast ballots; each booth voids one, the first has one challenged."""
    styles = [each.style for each in world.election.stations[station].styles]
    wanted = [(style, BallotState.CAST) for style, number in zip(styles, cast, strict=True) for _ in range(number)]
    wanted += [(styles[0], BallotState.VOID)] * world.election.stations[station].booths
    wanted += [(styles[-1], BallotState.CHALLENGED)]
    world.ballots_made[station] = [
        make_ballot(world, station, style, state, f"{station}/{number}") for number, (style, state) in enumerate(wanted)
    ]


def _hold_ceremony(world: EncryptedWorld) -> None:
    """All guardians' documents: commitments first, then coefficients and the joint key, signed by all."""
    election, identity = world.election, bytes.fromhex(world.election.identity)
    world.guardians = tuple(
        Guardian(
            NoteSigner(f"guardian-{n}.example", signing_key(f"guardian-{n}")),
            *(Polynomial.draw(THRESHOLD, dealt(f"guardian-{n}/{kind!r}")) for kind in (VOTES, DATA)),
        )
        for n in range(1, GUARDIANS + 1)
    )
    commitments, coefficients = [], []
    for number, guardian in enumerate(world.guardians, start=1):
        hashed = coefficients_hash(number, guardian.votes.points(), guardian.data.points()).hex()
        promised = GuardianCommitment(election=election.identity, guardian=number, commitment=hashed)
        commitments.append(sign_document(promised, [guardian.signer]))
        world.add(commitment_path(number), commitments[-1], 0)
    for number, guardian in enumerate(world.guardians, start=1):
        holder = Holder(identity, number, guardian.votes.points(), guardian.data.points())
        shown = GuardianCoefficients(
            election=election.identity,
            guardian=number,
            commitments=commitments_hash(election, commitments).hex(),
            communication=signing_key(f"guardian-{number}/box").public_hex,
            votes=tuple(point.hex() for point in holder.votes),
            votes_proofs=_proofs(guardian.votes, holder, VOTES),
            data=tuple(point.hex() for point in holder.data),
            data_proofs=_proofs(guardian.data, holder, DATA),
        )
        coefficients.append(sign_document(shown, [guardian.signer]))
        world.add(coefficients_path(number), coefficients[-1], 1)
    record = read_coefficients(election, commitments, coefficients).record
    joint = sign_document(record, [guardian.signer for guardian in world.guardians])
    world.add(JOINT_KEY, joint, 1)
    world.joint = read_ceremony(election, commitments, coefficients, joint)


def _proofs(polynomial: Polynomial, holder: Holder, kind: bytes) -> tuple[PossessionProof, ...]:
    return tuple(
        PossessionProof(challenge=each.challenge.hex(), response=each.response.hex())
        for each in polynomial.prove(holder, kind)
    )


def _open_all(world: EncryptedWorld) -> None:
    sheets = [counted_sheet(world.sheet(station)) for station in world.election.stations]
    for planned in plan_aggregates(world.election, sheets).aggregates:
        world.put_aggregate(world.open_aggregate(planned))


def _open(world: EncryptedWorld, target: Target, guardians: Sequence[int]):  # type: ignore[no-untyped-def]
    """One sum opened by these guardians, in memory."""
    weights = lagrange(guardians)
    secret = {i: add_shares(each.votes.share(i) for each in world.guardians) for i in guardians}
    nonces = {i: reduce_wide(dealt(f"{target.alpha.hex()}/{i}")(64)) for i in guardians}
    partials = {i: begin(secret[i], nonces[i], target) for i in guardians}
    joint = challenge(target, combine(partials))
    return finish(target, partials, {i: respond(secret[i], nonces[i], joint, weights[i]) for i in guardians})


__all__ = ["EncryptedWorld", "Made", "StationCount", "build_encrypted", "make_ballot"]
