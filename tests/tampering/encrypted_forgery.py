"""What an attacker can do to the record of an election with guardians, by what the attacker holds.

Whoever holds keys changes the world before it is published and signs again everything that it takes, with witnesses
that look away, so that only the check under test is left to notice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace as with_fields
from functools import cache
from typing import NamedTuple

import msgspec
from tests.tampering.encrypted_prover import sealed_again
from tests.verify.encrypted_world import THRESHOLD, EncryptedWorld, Made, _open, build_encrypted, options_of

from urna.ballot.forms import EncryptedBallot
from urna.ballot.published import BallotList, OpenedList
from urna.ballot.shape import ballot_shape
from urna.crypto.elgamal import read_ciphertexts, sum_ciphertexts
from urna.crypto.joint_opening import VotesTable
from urna.election.outcomes import BallotState
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import encode
from urna.record.ballot_file import BallotFileHeader, read_header
from urna.record.layout import Kind, ballots_path, ciphertexts_path, opened_path, place_of, serial_path
from urna.tally.aggregates import PlannedAggregate
from urna.tally.decryption import AggregateOpening, targets, write_opening
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet

replace = msgspec.structs.replace

Folder = dict[str, bytes]

NOBODY = "no key"
STATION = "all keys of a station, the log's key, and witnesses that look away"
CENTRE = "the log's key, and witnesses that look away"
GUARDIANS = "the guardians' keys, the log's key, and witnesses that look away"
EVERYBODY = "a station's and the guardians' keys, the log's key, and witnesses that look away"


@cache
def good_folder() -> Folder:
    """The published folder of the good record."""
    return build_encrypted().publish()


class Forgery:
    """A good record being changed: the world for those who hold keys, its folder for those who hold none."""

    def __init__(self) -> None:
        self.world: EncryptedWorld = build_encrypted()
        self.folder: Folder = dict(good_folder())

    # ------------------------------------------------------------ publishing

    def publish(self, *, retotal: bool = True, reopen: Iterable[str] = ()) -> None:
        """Publishes the changed world from the beginning, with the log's key and all witnesses.

        Args:
            retotal: whether the editions of the results are totalled again.
            reopen: stations whose sums the guardians open again, since other ballots are in them now.
        """
        for serial in self._serials() if reopen else ():
            if set(reopen) & set(self.world.aggregate(serial).stations):
                self.reopen(serial)
        if retotal:
            self.world.retotal()
        self.folder = self.world.publish()

    def _serials(self) -> list[int]:
        places = map(place_of, sorted(self.world.files))
        return [place.number for place in places if place and place.kind is Kind.AGGREGATE]

    def reopen(self, serial: int) -> None:
        """Opens an aggregate again, over the ballots that its stations have now."""
        planned = self.world.aggregate(serial).planned
        ballots = sum(self.cast_of(station, planned.contest) for station in planned.stations)
        self.world.put_aggregate(self.world.open_aggregate(replace(planned, ballots=ballots)))

    def cast_of(self, station: str, contest: str) -> int:
        """Cast ballots of a contest at a station."""
        styles = self.world.election.styles_with(contest)
        made = self.world.ballots_made[station]
        return sum(each.state is BallotState.CAST and each.style in styles for each in made)

    # ------------------------------------------------------------ a station's papers

    def sheet(self, station: str, change: Callable[[TallySheet], TallySheet], sequence: int = 0) -> None:
        """Changes a sheet and signs it with the station's booths' keys."""
        self.world.put_sheet(change(self.world.sheet(station, sequence)), 3 if sequence == 0 else 5)

    def statement(self, station: str, change: Callable[[PollBookStatement], PollBookStatement]) -> None:
        """Changes a poll book's statement inside the sheet of the closing, both signed again."""
        document = self.world.sign_statement(change(self.world.statement(station)))
        self.sheet(station, lambda sheet: replace(sheet, statement=document))

    def listed(self, station: str, change: Callable[[BallotList], BallotList]) -> None:
        """Changes a ballot list, with its root on the sheet signed again."""
        changed = change(self.world.ballots(station))
        self.world.files[ballots_path(station)] = encode(changed)
        self.sheet(station, lambda sheet: replace(sheet, ballots_root=ballots_root(changed)))

    def opened(self, station: str, change: Callable[[OpenedList], OpenedList]) -> None:
        """Changes the opened ballots."""
        path = opened_path(station)
        self.world.files[path] = encode(change(msgspec.json.decode(self.world.files[path], type=OpenedList)))

    # ------------------------------------------------------------ a station's ballots

    def made(self, station: str, state: BallotState = BallotState.CAST, number: int = 0, style: str = "") -> Made:
        """A ballot that a station made: the one with this number among those of its state, and style."""
        made = self.world.ballots_made[station]
        return [each for each in made if each.state is state and each.style in (style or each.style, style)][number]

    def exchange(self, station: str, old: Made, new: EncryptedBallot, **fields: object) -> None:
        """Puts another ciphertext in a ballot's place, and lists, sums and signs it as if it had always been so."""
        context = self.world.context(station, str(fields.get("style", old.style)))
        made = with_fields(old, encrypted=sealed_again(context, new), **fields)  # type: ignore[arg-type]
        self.world.remake(station, lambda all_made: [made if each is old else each for each in all_made])

    def remove_ballot(self, station: str, ballot: Made) -> None:
        """Takes a ballot out of everything that the station says: it was never made."""
        self.world.ballots_made[station] = [each for each in self.world.ballots_made[station] if each is not ballot]
        self.rewrite(station)

    def rewrite(self, station: str) -> None:
        """Writes and signs all papers of a station from the ballots that it has now, booth by booth."""
        listed = self.world.put_ballots(station)
        sheet = self.world.proven_sheet(station, listed, opened=self.world.sheet(station).opened)
        states = [each.state for each in listed.ballots]
        booths, first = sheet.booths[1:], sheet.booths[0]
        booth = replace(
            first,
            void=states.count(BallotState.VOID) - sum(each.void for each in booths),
            challenged=states.count(BallotState.CHALLENGED) - sum(each.challenged for each in booths),
        )
        self.world.put_sheet(replace(sheet, booths=(booth, *booths)), 3)

    # ------------------------------------------------------------ openings

    def aggregate(self, serial: int, change: Callable[[AggregateOpening], AggregateOpening]) -> None:
        """Changes an opening, signed again by the log's key, at its place."""
        self.world.put_aggregate(change(self.world.aggregate(serial)))

    def open_more(self, contest: str, *stations: str, **changes: object) -> AggregateOpening:
        """Opens one more sum with the guardians' keys, and publishes it after the last edition of the results."""
        opening = self.world.open_aggregate(self.planned(contest, *stations, **changes))
        self.publish_later(opening)
        return opening

    def publish_later(self, opening: AggregateOpening) -> None:
        """Publishes an opening after the last edition of the results, which so does not count it."""
        self.world.batches.append([])
        self.world.put_aggregate(opening, len(self.world.batches) - 1)
        self.publish()

    def planned(self, contest: str, *stations: str, **changes: object) -> PlannedAggregate:
        """A sum that somebody wants opened, with the next serial."""
        return replace(
            PlannedAggregate(
                election=self.world.election.identity,
                serial=len(self._serials()) + 1,
                contest=contest,
                territory="NATION",
                stations=stations,
                ballots=sum(self.cast_of(station, contest) for station in stations),
            ),
            **changes,
        )

    def open_over(
        self, opening: AggregateOpening, made: Iterable[Made], guardians: Sequence[int] = (1, 3)
    ) -> AggregateOpening:
        """The opening as these guardians make it over some ballots, whatever its stations are.

        Args:
            opening: what it says that it is.
            made: the ballots that are really in the sum.
            guardians: who answers; fewer than k leave the votes as they stood.
        """
        world, contest = self.world, opening.contest
        held = [each for each in made if each.style in world.election.styles_with(contest)]
        options = [option.code for option in world.election.contests[contest].options]
        sums = [
            sum_ciphertexts(
                read_ciphertexts(each.encrypted.ciphertexts)[_place(world, each, contest, code)] for each in held
            )
            for code in options
        ]
        found = targets(world.election, world.joint, opening.planned, sums)
        opened = [(target, _open(world, target, guardians)) for target in found]
        if len(guardians) >= THRESHOLD:
            table = VotesTable(world.joint.votes, len(held))
            return write_opening(world.election, opening.planned, opened, table)
        proven = [
            replace(before, share=proof.share.hex(), challenge=proof.challenge.hex(), response=proof.response.hex())
            for before, (_, proof) in zip(opening.options, opened, strict=True)
        ]
        return replace(opening, options=tuple(proven))

    # ------------------------------------------------------------ files in the folder

    def rows(self, station: str, style: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
        """Changes the rows of a published file of ballots, whose first line says how many there are then."""
        path = ciphertexts_path(station, style)
        header, rows = cut_file(self.folder[path])
        rows = change(rows)
        self.folder[path] = encode(replace(header, ballots=len(rows))) + b"\n" + b"".join(rows)

    def header(self, station: str, style: str, **changes: object) -> None:
        """Changes the first line of a published file of ballots."""
        path = ciphertexts_path(station, style)
        header, rows = cut_file(self.folder[path])
        self.folder[path] = encode(replace(header, **changes)) + b"\n" + b"".join(rows)


def _place(world: EncryptedWorld, made: Made, contest: str, option: str) -> int:
    return options_of(ballot_shape(world.election, made.style)).index((contest, option))


def cut_file(data: bytes) -> tuple[BallotFileHeader, list[bytes]]:
    """The header and the rows of a file of ballots."""
    header = read_header(data)
    starts = range(header.offset(0), len(data), header.row_bytes)
    return header, [data[start : start + header.row_bytes] for start in starts]


def aggregate_path(serial: int) -> str:
    """Where an opening lies."""
    return serial_path(Kind.AGGREGATE, serial)


def tallied(contest: str, change: Callable[[ContestTally], ContestTally]) -> Callable[[TallySheet], TallySheet]:
    """A change of one contest's tally on a sheet."""
    return lambda sheet: replace(
        sheet, contests=tuple(change(each) if each.contest == contest else each for each in sheet.contests)
    )


def voted(contest: str, change: Callable[[list[OptionVotes]], list[OptionVotes]]) -> Callable[[TallySheet], TallySheet]:
    """A change of one contest's votes on a sheet; undervotes follow, so that all sums agree."""

    def changed(tally: ContestTally) -> ContestTally:
        before = tally.votes or ()
        votes = tuple(change(list(before)))
        moved = sum(each.votes for each in votes) - sum(each.votes for each in before)
        return replace(tally, votes=votes, undervotes=(tally.undervotes or 0) - moved)

    return tallied(contest, changed)


def tally_of(sheet: TallySheet, contest: str) -> ContestTally:
    """A contest on a sheet."""
    return next(each for each in sheet.contests if each.contest == contest)


def without_nonces(sheet: TallySheet, sequence: int) -> TallySheet:
    """The sheet as a correction with this number: the same votes, no sum of nonces."""

    def bare(tally: ContestTally) -> ContestTally:
        votes = None if tally.votes is None else tuple(replace(each, nonce=None) for each in tally.votes)
        return replace(tally, votes=votes)

    return replace(sheet, contests=tuple(map(bare, sheet.contests)), sequence=sequence)


class Case(NamedTuple):
    """One attack: what the attacker holds, what is done, and what verification must say."""

    name: str
    powers: str
    tamper: Callable[[Forgery], None]
    check: int
    """The number of the check that is there for this attack."""
    also: frozenset[int]
    """The other checks that fail with it; no further one does."""
    names: tuple[str, ...]
    """What the findings of the check name: the station, the file, both numbers."""

    @property
    def failed(self) -> frozenset[int]:
        """Every check that fails."""
        return self.also | {self.check}


CASES: list[Case] = []

Tamper = Callable[[Forgery], None]


def case(powers: str, check: int, *names: str, also: Iterable[int] = ()) -> Callable[[Tamper], Tamper]:
    """Registers an attack under the name of its function."""

    def register(tamper: Tamper) -> Tamper:
        CASES.append(Case(tamper.__name__, powers, tamper, check, frozenset(also), names))
        return tamper

    return register
