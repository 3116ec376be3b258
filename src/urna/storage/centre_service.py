"""A running centre: parcels are examined beside it, decided one after the other, and proven in the background.

receive     examine (other processes) → decide and commit (the sequencer) → answer
behind      whatever waits for its proof is proven (other processes) → decide and commit
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, NamedTuple

from sqlalchemy.exc import DBAPIError

from urna.ballot.keys import JointKeys
from urna.center.arrival import ParcelSeen, keep_of
from urna.center.centre import Centre
from urna.center.evidence import piece_of
from urna.center.journal import Act, ActKind, write_words
from urna.center.papers import PAPER_ACTS, Paper, PaperKind
from urna.center.proving import Proof, write_sums
from urna.center.receipt import Held, Receipt, Verdict
from urna.center.stations import Waiting
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Moment, digest, encode
from urna.errors import OutOfOrder
from urna.storage.centre_files import INLINE_BYTES, drafts_in, forget_drafts
from urna.storage.centre_opening import OpenedCentre, read_published
from urna.storage.centre_sequencer import Sequencer, Step
from urna.storage.centre_store import Arrival
from urna.storage.centre_work import Examination, ParcelTask, ProofTask
from urna.storage.centre_workers import Workers
from urna.tally.results import Results
from urna.words import Sentence

MOST_IDLE = 1000
"""Of parcels that came in one station's name and changed nothing: more are counted and not listed."""


PAUSE_SECONDS = 1.0
"""Before a proof is tried again for which the database did not answer."""

ANSWER_SECONDS = 15.0
"""So long a sender waits for a commit; a station's own patience is 20 seconds."""

LOG = logging.getLogger("urna.centre")


class Answer(NamedTuple):
    """What a sender is told about a parcel."""

    station: Code
    parcel: Hash
    verdict: Verdict
    is_conflict: bool = False
    """Whether it contradicts what the centre has, so that a public incident names its hash."""
    document: Hash = ""
    """SHA-256 of the sheet, if it brought one."""
    reason: Sentence | str | None = None
    notes: tuple[Sentence | str, ...] = ()
    """On its zero reports and hand counts."""


class CentreService:
    """A centre at work; `close` ends it.

    Args:
        opened: the centre.
        now: the clock.
        workers: examine and prove.
    """

    def __init__(self, opened: OpenedCentre, now: Callable[[], Moment], workers: Workers) -> None:
        self._opened = opened
        self._now = now
        self._workers = workers
        self._to_prove: SimpleQueue[Code | None] = SimpleQueue()
        self._idle: dict[Code, int] = {}
        self.broken_proofs = 0
        """Proofs that ended in an error of the program itself."""
        self.counted: dict[str, int] = dict.fromkeys(Verdict, 0)
        """Answers by verdict since the start."""
        self.sequencer = Sequencer(opened, now, self._behind)
        self._provers = [
            threading.Thread(target=self._prove_all, name=f"urna-prover-{number}", daemon=True)
            for number in range(workers.provers)
        ]

    @property
    def election(self) -> Election:
        """The definition."""
        return self._opened.centre.election

    @property
    def opened(self) -> OpenedCentre:
        """The centre that is at work."""
        return self._opened

    def start(self) -> None:
        """Begins; what waited for its proof when the centre ended is proven first."""
        self._workers.begin()
        self.sequencer.start()
        for station in self._opened.centre.unproven():
            self._to_prove.put(station)
        for prover in self._provers:
            prover.start()

    def close(self) -> None:
        """Ends after what was asked for is done; what waits for its proof waits for the next start."""
        for _ in self._provers:
            self._to_prove.put(None)
        self._workers.close()
        for prover in self._provers:
            prover.join()
        self.sequencer.stop()
        self._opened.close()

    def receive(self, station: Code, parcel: bytes | Path, sha256: Hash = "") -> Answer:
        """Takes a parcel; returns when what was decided is durable.

        Args:
            station: in whose name it came.
            parcel: its bytes, or a file with them.
            sha256: what its sender says it is; empty if the sender does not say.

        Raises:
            OutOfOrder: the centre is ending, or its database does not answer. It may be decided all the same; the
                same parcel again is harmless and says so.
        """
        if station not in self._opened.centre.election.stations:
            return self._count(
                Answer(station, sha256, Verdict.REFUSED, reason=Sentence("This election has no such station."))
            )
        with self.sequencer.state():
            facts = self._opened.centre.facts(station)
        examination = self._workers.examine(ParcelTask(station, parcel, facts, sha256))
        asked = self.sequencer.submit(lambda centre: self._decide(centre, station, examination))
        asked.add_done_callback(lambda _: forget_drafts(examination.drafts))
        try:
            answer: Answer = asked.result(ANSWER_SECONDS)
        except TimeoutError as error:
            raise no_answer_yet() from error
        return self._count(answer)

    def take(self, task: Callable[[Centre], object], files: Mapping[Hash, bytes] | None = None) -> None:
        """Hands papers of the authority or the guardians to the centre; raises what the centre raises."""

        def step(centre: Centre) -> Step:
            centre.note_published(read_published(self._opened.folder))
            task(centre)
            return Step(None, files or {})

        self.sequencer.submit(step).result()

    def issue_results(self, *, status: Literal["provisional", "final"] = "provisional", lot_seed: str = "") -> Results:
        """The next edition; raises as `Centre.issue_results`, and OutOfOrder before the polls close.

        Nothing of votes is anybody's before that, whoever asks for it.
        """
        at = self._now()
        if at < self.election.definition.closes_at:
            raise polls_are_open(self.election.definition.closes_at)
        results: Results = self.sequencer.submit(
            lambda centre: Step(centre.issue_results(at, status=status, lot_seed=lot_seed))
        ).result()
        return results

    def standings(self) -> Counter[str]:
        """How many stations stand how; "received" ones wait for their proof and are in no total."""
        with self.sequencer.state():
            centre = self._opened.centre
            waiting = centre.unproven()
            states = (centre.state(code) for code in centre.election.stations if code not in waiting)
            return Counter(state.value for state in states) + Counter({"received": len(waiting)})

    def unproven(self) -> int:
        """Sheets that were received and wait for their proof."""
        with self.sequencer.state():
            return len(self._opened.centre.unproven())

    def wait_for_proofs(self) -> None:
        """Returns when no sheet waits for its proof, or none of those that do can be proven by this program."""
        while self.unproven() > self.broken_proofs and self.sequencer.is_running:
            time.sleep(0.05)
        self.sequencer.submit(lambda _: Step(None)).result()  # what was decided before is durable now

    def has_all(self, papers: Iterable[Paper]) -> bool:
        """Whether acts of the centre took all of these papers already; that it keeps a file like one is not enough."""
        taken = self._opened.store.papers(PAPER_ACTS)
        with self.sequencer.state():
            centre = self._opened.centre
            return all(
                centre.has_opening(paper.data) if paper.kind is PaperKind.OPENING else paper.sha256 in taken
                for paper in papers
            )

    def _decide(self, centre: Centre, station: Code, examination: Examination) -> Step:
        if examination.seen is None:
            answer = Answer(station, examination.sha256, Verdict.REFUSED, reason=_reason(examination.refused))
            return Step(answer, {}, self._arrival(answer, is_new=False))
        seen, now, first = examination.seen, self._now(), centre.acts_untaken
        files = {digest(each.document): each.document for each in seen.zero_reports if each.refused is None}
        zero = [_take_zero(centre, seen, number) for number in range(len(seen.zero_reports))]
        hands = [_take_hand_count(centre, seen, number, now) for number in range(len(seen.hand_counts))]
        files |= {digest(each.document): each.document for each in seen.hand_counts if each.refused is None}
        notes = tuple(each.reason for each in (*zero, *hands) if each.reason is not None)
        before = centre.acts_untaken
        receipt, is_conflict = _take_sheet(centre, seen, now)
        if receipt is None:
            verdict = Verdict.REFUSED if notes or not (zero or hands) else Verdict.ACCEPTED
            reason = None if zero or hands else Sentence("Neither a sheet, a hand count nor a zero report is in it.")
            answer = Answer(station, examination.sha256, verdict, reason=reason, notes=notes)
        else:
            answer = Answer(
                station, examination.sha256, receipt.verdict, is_conflict, receipt.document, receipt.reason, notes
            )
        if seen.evidence is not None:
            files |= keep_of(seen.evidence)
        is_new = centre.acts_untaken > before and answer.verdict in {Verdict.ACCEPTED, Verdict.RECEIVED}
        if seen.others and is_new:
            files |= {each.sha256: each.data for each in seen.others.values() if each.data is not None}
            centre.keep(station, answer.document, seen.others)
        arrival = self._arrival(answer, is_new=centre.acts_untaken > first)
        return Step(answer, files, arrival, drafts_in(examination.drafts))

    def _arrival(self, answer: Answer, *, is_new: bool) -> Arrival | None:
        if not is_new:
            self._idle[answer.station] = idle = self._idle.get(answer.station, 0) + 1
            if idle > MOST_IDLE:
                return None
        said = answer.reason if answer.reason is not None else next(iter(answer.notes), None)
        reason = encode(write_words(said)).decode() if said is not None else ""
        return Arrival(answer.station, answer.parcel, answer.verdict.value, reason, self._now())

    def _count(self, answer: Answer) -> Answer:
        self.counted[answer.verdict] += 1
        return answer

    def _behind(self, acts: tuple[Act, ...]) -> None:
        """After a commit: sheets that were received are to be proven."""
        for act in acts:
            if act.kind is ActKind.SHEET:
                self._to_prove.put(act.station)

    def _prove_all(self) -> None:
        while (station := self._to_prove.get()) is not None:
            try:
                self._prove(station)
            except DBAPIError:
                time.sleep(PAUSE_SECONDS)
                self._to_prove.put(station)
            except Exception:
                # One sheet that breaks the prover must not stop the proofs of all others; it goes on waiting.
                self.broken_proofs += 1
                LOG.exception("a proof could not be carried out: station %s", station)

    def _prove(self, station: Code) -> None:
        with self.sequencer.state():
            waiting, keys = self._opened.centre.unproven_of(station), self._opened.centre.joint_keys
        if waiting is None or keys is None:
            return
        outcome = self._workers.prove(self._proof_task(waiting, keys))
        if outcome is not None:
            self.sequencer.submit(lambda centre: self._take_proof(centre, waiting, outcome))

    def _proof_task(self, waiting: Waiting, keys: JointKeys) -> ProofTask:
        evidence = waiting.evidence
        pieces = [evidence.opened, *evidence.ciphertexts.values()]
        read = self._opened.store.read
        short = {each.sha256: read(each.sha256) for each in pieces if each is not None and each.size <= INLINE_BYTES}
        ballots = read(evidence.ballots.sha256) if evidence.ballots is not None else b""
        return ProofTask(keys, waiting.papers, ballots, evidence, short)

    def _take_proof(self, centre: Centre, waiting: Waiting, outcome: Proof | Held) -> Step:
        station = waiting.papers.sheet.station
        receipt = centre.take_proof(station, waiting.evidence, outcome, self._now())
        if isinstance(outcome, Held):
            return Step(receipt)
        sums = write_sums(station, outcome.sums)
        return Step(receipt, {digest(sums): sums})


def polls_are_open(closes_at: Moment) -> OutOfOrder:
    """The error for results before the polls close."""
    return OutOfOrder(
        Sentence("results after the polls close, at {moment}", {"moment": closes_at}),
        Sentence("an earlier moment"),
        Sentence("Ask again then; nothing was signed."),
    )


def no_answer_yet() -> OutOfOrder:
    """The error for a sender whose parcel could not be made durable in time."""
    return OutOfOrder(
        Sentence("a database that answers"),
        Sentence("none for some seconds"),
        Sentence("Send the same again in a moment; that is harmless."),
    )


def _reason(receipt: Receipt | None) -> Sentence | str | None:
    return receipt.reason if receipt is not None else None


def _take_zero(centre: Centre, seen: ParcelSeen, number: int) -> Receipt:
    """A zero report as it is now; opened once more if the station's keys are others than when it was looked at."""
    zero = seen.zero_reports[number]
    if zero.refused is not None:
        return zero.refused
    if centre.facts(seen.station).keys != seen.keys:
        return centre.receive_zero_report(zero.document)
    return centre.take_zero_report(seen.station, zero.booth, piece_of(zero.document))


def _take_hand_count(centre: Centre, seen: ParcelSeen, number: int, now: Moment) -> Receipt:
    """A hand count as it is now; opened once more if the station's keys are others than when it was looked at."""
    hand = seen.hand_counts[number]
    if hand.refused is not None or hand.sheet is None:
        return hand.refused or Receipt(Verdict.REFUSED, digest(hand.document))
    if centre.facts(seen.station).keys != seen.keys:
        return centre.receive_hand_count(hand.document, now)
    return centre.take_hand_count(hand.sheet, piece_of(hand.document), now)


def _take_sheet(centre: Centre, seen: ParcelSeen, now: Moment) -> tuple[Receipt | None, bool]:
    """What the centre says to the sheet, and whether it said so in public."""
    if seen.examined is None or seen.evidence is None:
        return seen.refused, False
    receipt = centre.receive(seen.examined, seen.evidence, now)
    is_held = receipt.verdict in {Verdict.QUARANTINED, Verdict.REFUSED} and centre.is_held(
        seen.station, receipt.document
    )
    return receipt, is_held
