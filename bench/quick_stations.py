"""Stations full of quick ballots, closed and signed as in a rehearsal. BENCH DATA, NOT VOTES (`bench/quick_ballots`).

All but the ballots' secrets is as in an election: a ceremony of three guardians, zero report, statement, ballot list
under a root, and a sheet whose sums of nonces prove its votes from the ciphertexts.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

import msgspec

from bench.quick_ballots import QuickEncryption
from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.forms import ID_BYTES
from urna.ballot.published import BallotList, OpenedList, PublishedBallot
from urna.ballot.shape import ballot_shape
from urna.crypto.scalars import ZERO, add
from urna.election.certification import RollCommitment
from urna.election.definition import Election, NamedKey
from urna.election.outcomes import BallotState
from urna.encoding.canonical import encode
from urna.encoding.document import read_document, sign_document
from urna.guardian.rehearsal import hold_ceremony
from urna.log.note import NoteSigner
from urna.record.ballot_file import write_ballot_file
from urna.record.bundle import StationBundle
from urna.rehearsal.counts import StationDocuments, rehearse_station
from urna.rehearsal.election import STYLE, RehearsalKeys
from urna.rehearsal.guardians import GuardianPapers
from urna.rehearsal.run import Rehearsal, StationTask
from urna.rehearsal.table import StationCounts
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet

GUARDIANS, THRESHOLD = 3, 2
SEED = 20261206


class Made(NamedTuple):
    """Some ballots: rows of the file, what is listed of each, and the sum of each option's nonces."""

    rows: list[bytes]
    listed: list[PublishedBallot]
    nonces: bytes


class Maker:
    """Makes the ballots of a station; it can be sent to other processes.

    Args:
        context: of the station and the one style.
        seed: of the station alone: the ids of its ballots follow from it.
    """

    def __init__(self, context: BallotContext, seed: int = SEED) -> None:
        self._quick = QuickEncryption(context, seed)

    def __call__(self, numbers: range, chosen: Sequence[int] = ()) -> Made:
        """The ballots with these numbers, as of `QuickEncryption`."""
        made = self._quick(numbers, chosen)
        rows = [row.tobytes() for row in made.committed]
        listed = [
            PublishedBallot(id=row[:ID_BYTES].hex(), state=BallotState.CAST, style=STYLE, hash=sha256)
            for row, sha256 in zip(rows, made.hashes(), strict=True)
        ]
        return Made(rows, listed, made.nonces)


def guardian_keys(keys: RehearsalKeys) -> tuple[NamedKey, ...]:
    """The guardians as a mapping names them."""
    signers = map(keys.signer, _guardian_names())
    return tuple(
        NamedKey(name=f"Guardian {n}", key_name=signer.name, key=signer.verifier.public_hex)
        for n, signer in enumerate(signers, 1)
    )


def guardian_papers(election: Election, keys: RehearsalKeys) -> GuardianPapers:
    """What the guardians publish before the day."""
    signing = [keys.signing_key(name) for name in _guardian_names()]
    held = hold_ceremony(election, signing, Random(SEED).randbytes)
    return GuardianPapers(held.commitments, held.coefficients, held.joint, held.keys, ())


def papers_of(guardians: GuardianPapers) -> dict[str, bytes]:
    """The same as files that a centre is handed."""
    commitments = {f"commitment-{n}.note": each for n, each in enumerate(guardians.commitments, 1)}
    coefficients = {f"coefficients-{n}.note": each for n, each in enumerate(guardians.coefficients, 1)}
    return {**commitments, **coefficients, "joint-key.note": guardians.joint}


def chosen_of(row: StationCounts, order: Random) -> list[int]:
    """The vote of each ballot of a station, shuffled; nulls are blank ballots."""
    every = [option for option, votes in enumerate((*row.votes, row.nulls)) for _ in range(votes)]
    order.shuffle(every)
    return every


def context_of(rehearsal: Rehearsal, task: StationTask) -> BallotContext:
    """What the ballots of a station are bound to."""
    if rehearsal.guardians is None:
        raise ValueError("an election with guardians")
    return ballot_context(rehearsal.guardians.keys, task.station, ballot_shape(rehearsal.election, STYLE))


def quick_station(rehearsal: Rehearsal, task: StationTask, commitment: RollCommitment) -> StationDocuments:
    """The papers of a station where just its row was voted, ballot by ballot."""
    seed = int.from_bytes(rehearsal.keys.secret(f"{task.station}/ballots")[:7], "big")
    chosen = chosen_of(task.row, Random(seed))
    made = Maker(context_of(rehearsal, task), seed)(range(len(chosen)), chosen)
    return closed_station(rehearsal, task, commitment, [made])


def closed_station(
    rehearsal: Rehearsal, task: StationTask, commitment: RollCommitment, made: Sequence[Made]
) -> StationDocuments:
    """1. List the ballots. 2. Prove the sheet that a rehearsal by counts would sign. 3. Sign it."""
    election, station = rehearsal.election, task.station
    listed = sorted((each for some in made for each in some.listed), key=lambda each: each.id)
    ballots = BallotList(election=election.identity, station=station, ballots=tuple(listed))
    rows = [row for some in made for row in some.rows]
    counted = rehearse_station(election, rehearsal.keys, station, task.row, commitment)
    sheet = _proven(read_document(counted.bundle.sheet, TallySheet), ballots, [some.nonces for some in made])
    bundle = StationBundle(
        sign_document(sheet, [rehearsal.keys.station(election, station, "booth-1")]),
        encode(ballots),
        {STYLE: write_ballot_file(election.identity, context_of(rehearsal, task), rows)},
        encode(OpenedList(election=election.identity, station=station, ballots=())),
    )
    return StationDocuments(counted.zero_reports, bundle)


def with_ballots_of(own: StationDocuments, other: StationDocuments, signer: NoteSigner) -> StationDocuments:
    """Another sheet over the same ballots: their list, root and sums of nonces, whatever its numbers are.

    Args:
        own: the papers of the station, with ballots.
        other: its papers by counts.
        signer: of the sheet that comes out.
    """
    true, sheet = (read_document(each.bundle.sheet, TallySheet) for each in (own, other))
    nonces = [bytes.fromhex(each.nonce or "") for each in true.contests[0].votes or ()]
    contests = (_with_nonces(sheet.contests[0], nonces),)
    mixed = msgspec.structs.replace(sheet, ballots_root=true.ballots_root, contests=contests)
    return StationDocuments(other.zero_reports, own.bundle._replace(sheet=sign_document(mixed, [signer])))


def _guardian_names() -> list[str]:
    return [f"urna/rehearsal/guardian-{n}" for n in range(1, GUARDIANS + 1)]


def _proven(sheet: TallySheet, ballots: BallotList, nonces: Sequence[bytes]) -> TallySheet:
    """The sheet with the root of its ballots, and the sum of nonces that proves each of its numbers."""
    (contest,) = sheet.contests
    return msgspec.structs.replace(
        sheet, ballots_root=ballots_root(ballots), contests=(_with_nonces(contest, list(_sums(nonces))),)
    )


def _with_nonces(contest: ContestTally, sums: Sequence[bytes]) -> ContestTally:
    pairs = zip(contest.votes or (), sums, strict=True)
    votes = tuple(OptionVotes(option=each.option, votes=each.votes, nonce=total.hex()) for each, total in pairs)
    return msgspec.structs.replace(contest, votes=votes)


def _sums(parts: Sequence[bytes]) -> Iterator[bytes]:
    """The sums of each option, from those of each chunk."""
    for at in range(0, len(parts[0]), len(ZERO)):
        total = ZERO
        for part in parts:
            total = add(total, part[at : at + len(ZERO)])
        yield total
