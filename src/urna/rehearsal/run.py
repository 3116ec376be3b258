"""A rehearsal from the table to the record: what the authority, the stations and the centre would do.

The rehearsal itself is arithmetic; whoever calls it brings the processes that work on stations side by side and
the folder that the record is written to.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from urna.center.centre import Centre
from urna.center.publication import File, Publication, writes
from urna.center.receipt import Verdict
from urna.election.certification import RollCommitment, RollCommitments
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, Unproven
from urna.log.cosignature import WitnessSigner
from urna.rehearsal.ballots import RehearsedBooth, rehearse_ballots
from urna.rehearsal.counts import StationDocuments, certify_all, rehearse_station
from urna.rehearsal.election import RehearsalKeys, RehearsedElection
from urna.rehearsal.guardians import GuardianPapers
from urna.rehearsal.table import StationCounts
from urna.rehearsal.voters import rehearsed_commitment
from urna.tally.results import Results
from urna.words import Sentence


class StationTask(NamedTuple):
    """One station's share of the work; workers get it with the election and the keys that they hold already."""

    station: Code
    row: StationCounts
    first_elector: int


class Rehearsal:
    """What every worker needs: the election, its keys, and the seed of its synthetic roll.

    Args:
        rehearsed: the election with the rows that it will reproduce.
        seed: of keys, people and order.
        booths: makes booths for a rehearsal ballot by ballot; None to take ballots as counts.
        guardians: what the guardians made, in an election that has them.
        challenged: ballots that are challenged, spread over the stations by their ballots.

    Raises:
        OutOfOrder: guardians without their papers, or papers without guardians; or guardians and ballots as counts.
    """

    def __init__(
        self,
        rehearsed: RehearsedElection,
        seed: str,
        *,
        booths: RehearsedBooth | None = None,
        guardians: GuardianPapers | None = None,
        challenged: int = 0,
    ) -> None:
        _check_guardians(rehearsed.election, guardians, booths, challenged)
        self.guardians = guardians
        self._challenged = _spread(challenged, rehearsed.counts)
        self.election = rehearsed.election
        self.counts = rehearsed.counts
        self.keys = RehearsalKeys(seed)
        self._booths = booths
        self._roll_seed = int.from_bytes(self.keys.secret("roll")[:4], "big")

    def tasks(self) -> list[StationTask]:
        """The stations in the definition's order."""
        firsts = accumulate((row.registered for row in self.counts.values()), initial=0)
        return [StationTask(code, row, first) for (code, row), first in zip(self.counts.items(), firsts, strict=False)]

    def commit(self, task: StationTask) -> RollCommitment:
        """The commitment to a station's synthetic electors."""
        return rehearsed_commitment(
            self.election.identity, task.station, task.row.registered, first=task.first_elector, seed=self._roll_seed
        )

    def documents(self, task: StationTask, commitment: RollCommitment) -> StationDocuments:
        """A station's documents, its ballots taken as counts, or cast one by one where there are booths."""
        if self._booths is None:
            return rehearse_station(self.election, self.keys, task.station, task.row, commitment)
        return rehearse_ballots(
            self.election,
            self.keys,
            task.station,
            task.row,
            commitment,
            make_booth=self._booths,
            joint_keys=self.guardians.keys if self.guardians else None,
            challenged=self._challenged[task.station],
        )


def _check_guardians(
    election: Election, guardians: GuardianPapers | None, booths: RehearsedBooth | None, challenged: int
) -> None:
    if election.is_encrypted != (guardians is not None):
        raise OutOfOrder(
            Sentence("the guardians' papers, if and only if the mapping names guardians"),
            Sentence("papers without guardians") if guardians else Sentence("guardians without papers"),
            Sentence("Write the definition first, let the guardians make the key, and name one's folder."),
        )
    if booths is None and (guardians is not None or challenged):
        raise OutOfOrder(
            Sentence("ballots that are cast one by one, where they are encrypted or challenged"),
            Sentence("ballots taken as counts"),
            Sentence("Say --ballots."),
        )
    if challenged and guardians is None:
        raise OutOfOrder(
            Sentence("guardians, where ballots are challenged"),
            Sentence("none"),
            Sentence("Name guardians in the mapping: only an encrypted ballot can be challenged."),
        )


def _spread(challenged: int, counts: Mapping[Code, StationCounts]) -> dict[Code, int]:
    """Challenges by station: as many of the first n ballots as there are challenges in n of all, exactly."""
    total = sum(row.ballots for row in counts.values())
    if challenged > total:
        raise OutOfOrder(
            Sentence("at most {count} challenges, one a voter", {"count": total}),
            Sentence("{count}", {"count": challenged}),
            Sentence("Ask for fewer."),
        )
    ends = accumulate((row.ballots for row in counts.values()), initial=0)
    shares = [challenged * end // total if total else 0 for end in ends]
    return {code: after - before for code, (before, after) in zip(counts, pairwise(shares), strict=True)}


Documents = Callable[[Sequence[StationTask], Sequence[RollCommitment]], Iterable[StationDocuments]]
"""Does `Rehearsal.documents` for many stations, in order."""

Commit = Callable[[Sequence[StationTask]], Iterable[RollCommitment]]
"""Does `Rehearsal.commit` for many stations, in order."""


def rehearse(
    rehearsal: Rehearsal, commit: Commit, documents: Documents, coefficients: Callable[[int], bytes]
) -> tuple[Results, Iterator[File]]:
    """The results of the rehearsal, and the files of its record in the order of writing.

    1. The authority signs the definition, certifies the stations and commits to the roll.
    2. The stations close and hand over their documents.
    3. The centre takes each of them, and totals.
    4. Everything is published under a cosigned checkpoint: before the day, and after it.
    5. Where the guardians have opened aggregates, these and results that count them are published after that.

    Args:
        rehearsal: what is rehearsed.
        commit: commits to the stations' rolls.
        documents: plays the stations.
        coefficients: fresh random bytes, with which the centre checks many proofs at once.

    Raises:
        Unproven: the centre did not accept a station's documents.
    """
    keys, tasks = rehearsal.keys, rehearsal.tasks()
    commitments = list(commit(tasks))
    centre = _prepare(rehearsal, commitments, coefficients)
    before = centre.take_files()
    for each in documents(tasks, commitments):
        _receive(centre, each)
    closes_at = rehearsal.election.definition.closes_at
    results = centre.issue_results(closes_at, status="final", lot_seed="rehearsal")
    batches = [before, centre.take_files()]
    if rehearsal.guardians is not None and rehearsal.guardians.openings:
        for opening in rehearsal.guardians.openings:
            centre.open_aggregate(opening)
        results = centre.issue_results(closes_at, status="final", lot_seed="rehearsal")
        batches.append(centre.take_files())
    return results, _publish(keys, batches)


def _prepare(
    rehearsal: Rehearsal, commitments: Sequence[RollCommitment], coefficients: Callable[[int], bytes]
) -> Centre:
    election, keys = rehearsal.election, rehearsal.keys
    officers = keys.officers[: election.definition.authority.threshold]
    centre = Centre(signed_definition(election, keys), keys.log, coefficients)
    centre.certify(certify_all(election, keys))
    roll = RollCommitments(election=election.identity, stations=tuple(commitments))
    centre.commit_roll(sign_document(roll, officers))
    if rehearsal.guardians is not None:
        centre.take_commitments(rehearsal.guardians.commitments)
        centre.take_keys(rehearsal.guardians.coefficients, rehearsal.guardians.joint)
    return centre


def signed_definition(election: Election, keys: RehearsalKeys) -> bytes:
    """The definition, signed by as many officers as it takes."""
    return sign_document(election.definition, keys.officers[: election.definition.authority.threshold])


def _receive(centre: Centre, documents: StationDocuments) -> None:
    receipts = [centre.receive_zero_report(report) for report in documents.zero_reports]
    receipts.append(centre.receive_sheet(documents.bundle, centre.election.definition.closes_at))
    for receipt in receipts:
        if receipt.verdict is not Verdict.ACCEPTED:
            raise Unproven(
                Sentence("documents that the centre accepts"),
                Sentence("{verdict}: {reason}", {"verdict": receipt.verdict.value, "reason": str(receipt.reason)}),
                Sentence("This is a fault of urna's rehearsal: please report it with the table and the mapping."),
            )


def _publish(keys: RehearsalKeys, batches: Sequence[Iterable[File]]) -> Iterator[File]:
    """The batches under one growing log, each checkpoint cosigned by all witnesses."""
    publication = Publication(keys.log)
    witnesses = [WitnessSigner(w.name, keys.signing_key(w.name)) for w in keys.witnesses]
    for number, files in enumerate(batches, 1):
        batch = publication.prepare(files)
        cosignatures = [witness.cosign(batch.checkpoint, number) for witness in witnesses]
        yield from writes(batch, cosignatures)


def totals_by_territory(results: Results, election: Election, kind: Code) -> dict[str, tuple[int, ...]]:
    """Votes per option of the first contest, by the name of each territory of a kind."""
    contest = election.definition.contests[0].code
    return {
        election.territories[total.territory].name: tuple(each.votes for each in total.votes)
        for total in results.totals
        if total.contest == contest and election.territories[total.territory].kind == kind
    }
