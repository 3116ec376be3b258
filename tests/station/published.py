"""What a station published with guardians, read as anybody reads it, and opened with the joint secret."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from urna.ballot.challenged import check_opened
from urna.ballot.confirmation import confirmation_code, write_code
from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.forms import EncryptedBallot, ballot_hash, read_committed
from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList, OpenedList, PublishedBallot
from urna.ballot.shape import ballot_shape
from urna.crypto.elgamal import Ciphertext, read_ciphertexts, sum_ciphertexts
from urna.crypto.group import base_times, edwards_total, secret_times, times
from urna.crypto.ristretto import to_edwards
from urna.crypto.scalars import add, from_int
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, decode, encode
from urna.record.ballot_file import check_header, read_header
from urna.record.bundle import StationBundle
from urna.station.closing import ballot_list, build_sheet, check_own_proof, ciphertext_files, opened_list
from urna.station.counting import BoothResult
from urna.tally.ballot_sums import OptionOf
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import TallySheet


class Published(NamedTuple):
    """One ballot of the record: its line of the list, what it is bound to, and its ciphertexts with their proofs."""

    listed: PublishedBallot
    context: BallotContext
    encrypted: EncryptedBallot

    @property
    def code(self) -> str:
        """The confirmation code as a slip shows it."""
        ballot, challenge = self.encrypted.ballot, self.encrypted.challenge
        return write_code(confirmation_code(self.context.context, ballot, challenge))

    def votes(self, secret: bytes) -> dict[OptionOf, int]:
        """What the ballot says: 0 or 1 for each option, opened with the joint secret of votes."""
        options = [OptionOf(each.contest, option) for each in self.context.shape.contests for option in each.options]
        return dict(zip(options, _votes(self.encrypted.ciphertexts, self.context.keys.votes, secret), strict=True))


class PublishedStation(NamedTuple):
    """A station's ballots by id, and its challenged ones as they were opened."""

    ballots: Mapping[str, Published]
    opened: OpenedList | None

    def by_code(self) -> dict[str, Published]:
        """By confirmation code; no code stands twice."""
        found = {each.code: each for each in self.ballots.values()}
        assert len(found) == len(self.ballots)
        return found

    def of(self, state: BallotState) -> list[Published]:
        """The ballots in a state."""
        return [each for each in self.ballots.values() if each.listed.state is state]


def close_alone(
    election: Election, station: Code, results: Sequence[BoothResult], keys: JointKeys | None
) -> StationBundle:
    """What the booths give out at closing, with a poll book that says nothing; the sheet is not signed."""
    sheet = build_sheet(election, station, results, statement=b"-", closed_at=election.definition.closes_at)
    check_own_proof(election, sheet, results, keys)
    return StationBundle(
        sheet=encode(sheet),
        ballots=encode(ballot_list(election, station, results)),
        ciphertexts=ciphertext_files(election, station, results, keys),
        opened=opened_list(election, station, results),
    )


def read_station(
    election: Election,
    keys: JointKeys,
    sheet: TallySheet,
    bundle: StationBundle,
) -> PublishedStation:
    """The station's ballots, after list, files, root and openings were compared; of the bundle the sheet is not read.

    1. The list has the sheet's root, and is sorted by id.
    2. The files hold exactly the listed ballots, each under its style, sorted by id, and each with its hash.
    3. The challenged ballots, and no others, are opened, each to its own ciphertext.
    """
    assert bundle.ballots is not None
    listed = decode(bundle.ballots, BallotList)
    assert sheet.ballots_root == ballots_root(listed)
    ids = [each.id for each in listed.ballots]
    assert ids == sorted(set(ids))
    lines = {each.id: each for each in listed.ballots}
    found = {}
    for style, data in bundle.ciphertexts.items():
        context = ballot_context(keys, sheet.station, ballot_shape(election, style))
        for encrypted in _rows(election, context, data):
            line = lines[encrypted.ballot.hex()]
            assert (line.style, line.hash) == (style, ballot_hash(encrypted.compact()))
            assert line.id not in found
            found[line.id] = Published(line, context, encrypted)
    assert found.keys() == lines.keys()
    station = PublishedStation(found, None if bundle.opened is None else decode(bundle.opened, OpenedList))
    _check_openings(station)
    return station


def check_sums(station: PublishedStation, sheet: TallySheet, keys: JointKeys, secret: bytes) -> None:
    """Returns if the sheet's votes are what its cast ballots say, opened one by one, and (t, R) opens their sum.

    The sums here are plain additions through libsodium: another way than the one under test.
    """
    said: Counter[OptionOf] = Counter()
    pairs: dict[OptionOf, list[Ciphertext]] = {}
    for each in station.of(BallotState.CAST):
        votes = each.votes(secret)
        said.update(votes)
        for option, pair in zip(votes, read_ciphertexts(each.encrypted.ciphertexts), strict=True):
            pairs.setdefault(option, []).append(pair)
    for tally in sheet.contests:
        for line in tally.votes or ():
            named = OptionOf(tally.contest, line.option)
            assert line.votes == said[named]
            assert line.nonce is not None
            nonce = bytes.fromhex(line.nonce)
            opened = Ciphertext(base_times(nonce), times(add(nonce, from_int(line.votes)), keys.votes))
            assert opened == sum_ciphertexts(pairs[named])


def _rows(election: Election, context: BallotContext, data: bytes) -> list[EncryptedBallot]:
    header = read_header(data)
    assert header.form == "committed"
    check_header(header, election.identity, context, len(data))
    rows = [data[header.offset(row) : header.offset(row + 1)] for row in range(header.ballots)]
    assert rows
    assert rows == sorted(rows, key=lambda row: row[:16])
    return [read_committed(context, row) for row in rows]


def _check_openings(station: PublishedStation) -> None:
    if station.opened is None:
        return
    challenged = {each.listed.id: each for each in station.of(BallotState.CHALLENGED)}
    assert [each.id for each in station.opened.ballots] == sorted(challenged)
    for each in station.opened.ballots:
        check_opened(challenged[each.id].context, challenged[each.id].encrypted, each)


@cache
def _votes(ciphertexts: bytes, key: bytes, secret: bytes) -> tuple[int, ...]:
    """With α = ξ·G and β = (ξ + m)·K, the point β is k·α + m·K; in Edwards encodings of the prime-order subgroup."""
    found = []
    for alpha, beta in read_ciphertexts(ciphertexts):
        shared = secret_times(secret, to_edwards(alpha))
        small = {shared: 0, edwards_total([shared, to_edwards(key)]): 1}
        found.append(small[to_edwards(beta)])
    return tuple(found)
