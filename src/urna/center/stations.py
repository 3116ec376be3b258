"""The stations' side of a centre: what came from each, what became of it, and how it stands.

zero reports    take_zero_report
sheets          receive → (take_proof) → it counts; or it is held, in public
hand counts     take_hand_count → it is shown, and counts by decision of the authority alone
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.center.admission import Admission
from urna.center.ballot_ids import BallotIds
from urna.center.counting import Counted, Counting
from urna.center.evidence import Evidence, Piece
from urna.center.examination import Examined, StationFacts, judge
from urna.center.hand_counts import another_hand_count
from urna.center.journal import ActKind, name_evidence, name_kept, write_held
from urna.center.proving import Proof, ids_of, write_sums
from urna.center.receipt import (
    Held,
    Receipt,
    Verdict,
    conflicting,
    no_ballots,
    no_joint_keys,
    no_keys,
    no_own_list,
    no_zero_report,
    not_yet,
    nothing_waits,
    other_ballots,
    out_of_sequence,
    refused,
    too_early,
    too_often,
    unproven,
)
from urna.center.reception import (
    Papers,
    check_correction,
    check_new_ids,
)
from urna.center.standing import Event, step
from urna.crypto.elgamal import NOTHING, Ciphertext
from urna.election.certification import StationKeys
from urna.encoding.canonical import Code, Hash, Moment, digest
from urna.encoding.document import sign_document
from urna.errors import UrnaError
from urna.log.note import NoteSigner
from urna.record.incident import Incident
from urna.record.layout import (
    Kind,
    ballots_path,
    ciphertexts_path,
    hand_count_path,
    opened_path,
    serial_path,
    sheet_path,
    zero_report_path,
)
from urna.tally.aggregates import counted_sheet
from urna.tally.ballot_sums import OptionOf, Sums, merge_sums
from urna.tally.hand_count import HandCountSheet
from urna.tally.results import StationState
from urna.tally.totals import count_of
from urna.verify.sheet_proofs import SheetSaid
from urna.words import Sentence

MOST_INCIDENTS = 20
"""Of one station that are published."""

MOST_CORRECTIONS = 20
"""Of one station's sheet."""


class Waiting(NamedTuple):
    """The sheet of a station's closing that was received and is not proven yet."""

    document: Hash
    papers: Papers
    keys: StationKeys
    evidence: Evidence
    """What came with it, by name."""


class Stations(Counting):
    """Every station of an election.

    Args:
        authority: its documents so far.
        signer: the log's key; it signs incidents.
    """

    def __init__(self, authority: Admission, signer: NoteSigner) -> None:
        super().__init__(authority)
        self._signer = signer
        self._zero_reports: dict[Code, dict[int, Hash]] = {}
        self._accepted: dict[tuple[Code, int], Hash] = {}
        self._ballots: dict[Code, Hash] = {}
        self._sums: dict[Code, Sums] = {}
        self._said: dict[Code, list[SheetSaid]] = {}
        self._ids = BallotIds()
        """Of all ballots that were listed by a sheet that was accepted."""
        self._held: dict[Code, set[Hash]] = {}
        self._incidents = 0
        self._waiting: dict[Code, Waiting] = {}
        self.joint_keys: JointKeys | None = None
        """The guardians', once `take_keys` was given them."""

    def facts(self, station: Code) -> StationFacts:
        """What a sheet of a station is examined with now."""
        keys, roll = self._authority.keyring.of(station), self._authority.roll.get(station)
        return StationFacts(keys, roll, dict(self._zero_reports.get(station, {})), self.joint_keys)

    def take_zero_report(self, station: Code, booth: int, document: Piece) -> Receipt:
        """The same of one whose signature and zeros were checked with the station's keys that speak now."""
        known = self._zero_reports.setdefault(station, {})
        before = known.setdefault(booth, document.sha256)
        if before != document.sha256:
            reason = Sentence("Another zero report of this booth is published already.")
            return Receipt(Verdict.REFUSED, document.sha256, reason)
        path = zero_report_path(station, booth)
        if path not in self._shown_paths:
            self._acted(ActKind.ZERO_REPORT, station=station, document=document.sha256, path=path)
            self._show(path, document)
        return Receipt(Verdict.ACCEPTED, document.sha256)

    def take_hand_count(self, sheet: HandCountSheet, document: Piece, now: Moment) -> Receipt:
        """Shows a hand count that the station's poll book, whose keys speak now, signed and whose sums hold.

        Args:
            sheet: what the document says.
            document: as it was signed.
            now: for the incident, if another one has this sequence.
        """
        station, sequence, hashed = sheet.station, sheet.sequence, document.sha256
        known = self._hands.known(station, sequence)
        if known is not None and known != hashed:
            return self._hold(station, hashed, another_hand_count(station, sequence), now)
        if known is not None:
            return Receipt(Verdict.REPEATED, hashed)
        try:
            self._hands.check_next(sheet)
            self._check_isolates_nobody(sheet)
        except UrnaError as error:
            return refused(hashed, error)
        self._hands.add(hashed, sheet)
        path = hand_count_path(station, sequence)
        self._acted(ActKind.HAND_COUNT, station=station, document=hashed, path=path, at=now)
        self._show(path, document)
        return Receipt(Verdict.ACCEPTED, hashed)

    def receive(self, examined: Examined, evidence: Evidence, now: Moment) -> Receipt:
        """Takes a sheet that was examined: steps 2 to 6 without the proofs, for which it waits where there are any.

        Args:
            examined: the first stage's outcome.
            evidence: what it came with.
            now: for the incident, if there is one.

        Returns:
            `RECEIVED` for a sheet that waits for `take_proof`.
        """
        station, hashed = examined.station, examined.document
        again = self._again(examined, now)
        if again is not None:
            return again
        try:
            self._check_still_speaks(examined)
            self._check_complete(examined)
        except UrnaError as error:
            return refused(hashed, error)
        held = self._doubt(examined, evidence)
        if held is not None:
            return self._hold(station, hashed, held, now)
        if examined.other_files:
            return Receipt(Verdict.REFUSED, hashed, examined.other_files)
        self._acted(ActKind.SHEET, station=station, document=hashed, evidence=name_evidence(evidence))
        if self.joint_keys is not None and examined.sequence == 0:
            self._waiting[station] = Waiting(hashed, examined.papers, examined.keys, evidence.names)
            return Receipt(Verdict.RECEIVED, hashed)
        return self._accept(examined.papers, evidence, hashed, ids_of(examined.listed))

    def unproven(self) -> dict[Code, Waiting]:
        """The sheets that were received and are not proven yet, by station."""
        return dict(self._waiting)

    def unproven_of(self, station: Code) -> Waiting | None:
        """The sheet of a station that waits for its proof."""
        return self._waiting.get(station)

    def is_held(self, station: Code, document: Hash) -> bool:
        """Whether an incident of a station names a document."""
        return document in self._held.get(station, ())

    def take_proof(self, station: Code, evidence: Evidence, outcome: Proof | Held, now: Moment) -> Receipt:
        """Takes what the second stage found on a sheet that waits.

        Args:
            station: whose.
            evidence: from which the proof was made; it is what waits.
            outcome: the proof, or why there is none.
            now: for the incident, if there is one.

        Raises:
            OutOfOrder: no sheet of the station waits for a proof of this evidence.
        """
        waiting = self._waiting.get(station)
        if waiting is None or waiting.evidence != evidence.names:
            raise nothing_waits(station)
        hashed = waiting.document
        del self._waiting[station]
        words = write_held(outcome) if isinstance(outcome, Held) else None
        sums = "" if isinstance(outcome, Held) else digest(write_sums(station, outcome.sums))
        named = name_evidence(evidence)
        self._acted(ActKind.PROOF, station=station, document=hashed, evidence=named, held=words, sums=sums, at=now)
        if isinstance(outcome, Held):
            return self._hold(station, hashed, outcome, now)
        held = self._doubt_of_proven(waiting, outcome)
        if held is not None:
            return self._hold(station, hashed, held, now)
        self._sums[station] = outcome.sums
        return self._accept(waiting.papers, evidence, hashed, outcome.ids)

    def keep(self, station: Code, document: Hash, pieces: Mapping[str, Piece]) -> None:
        """Notes files that came beside a sheet: kept as they came, shown nowhere."""
        self._acted(ActKind.KEPT, station=station, document=document, kept=name_kept(pieces))

    def hold(self, station: Code, document: Hash, held: Held, now: Moment) -> Receipt:
        """Does not count a properly signed sheet; for taking an act of the journal again."""
        return self._hold(station, document, held, now)

    def sums_of(self, contest: Code, stations: Sequence[Code]) -> list[Ciphertext]:
        """For each option of a contest the sum of its cast ciphertexts at counted stations."""
        sums = merge_sums(self._sums[station] for station in stations if station in self._sums)
        options = self.election.contests[contest].options if contest in self.election.contests else ()
        return [sums.get(OptionOf(contest, option.code), NOTHING) for option in options]

    def _keys(self, station: Code) -> StationKeys:
        keys = self._authority.keyring.of(station)
        if keys is None:
            raise no_keys(station)
        return keys

    def _state_after(self, papers: Papers) -> StationState:
        """The station's state with this sheet; raises `OutOfOrder` if it is not the time for it."""
        station, sequence = papers.sheet.station, papers.sheet.sequence
        counted = self._counted.get(station)
        expected = counted.sequence + 1 if counted else 0
        if sequence != expected:
            raise out_of_sequence(station, sequence, expected)
        if sequence > MOST_CORRECTIONS:
            raise too_often(station, MOST_CORRECTIONS)
        return step(self._states[station], Event.CORRECTION if sequence else Event.SHEET, station)

    def _again(self, examined: Examined, now: Moment) -> Receipt | None:
        """What a sheet is told that is in the record already, or waits for its proof, or is another one; else None."""
        known = self._accepted.get((examined.station, examined.sequence))
        if known is not None:
            return self._compare(examined, known, now)
        waiting = self._waiting.get(examined.station)
        return self._compare_waiting(waiting, examined, now) if waiting is not None else None

    def _doubt(self, examined: Examined, evidence: Evidence) -> Held | None:
        """Why a properly signed sheet is not counted: steps 3 to 5, without the proofs."""
        station = examined.station
        try:
            self._state_after(examined.papers)
            self._check_ballots(station, evidence.ballots)
            self._check_keys(station)
        except UrnaError as error:
            return not_yet(error)
        if (held := self._judge(examined)) is not None:
            return held
        try:
            self._check_others(examined)
        except UrnaError as error:
            return unproven(error)
        return None

    def _doubt_of_proven(self, waiting: Waiting, proof: Proof) -> Held | None:
        """Why a sheet that is proven now is not counted all the same: what happened while it waited."""
        station = waiting.papers.sheet.station
        try:
            self._check_still_speaks(waiting)
            self._state_after(waiting.papers)
        except UrnaError as error:
            return not_yet(error)
        try:
            check_new_ids(station, proof.ids, self._ids)
        except UrnaError as error:
            return unproven(error)
        return None

    def _check_still_speaks(self, signed: Examined | Waiting) -> None:
        """Between examination and decision the keys may have been revoked."""
        station = signed.papers.sheet.station
        if self._keys(station) != signed.keys:
            raise no_keys(station)

    def _check_complete(self, examined: Examined) -> None:
        """Who read a sheet's QR code has nothing else of the station's; what is missing makes no incident."""
        station, reported = examined.station, self._zero_reports.get(examined.station, {})
        for booth in examined.papers.sheet.booths:
            if booth.booth not in reported:
                raise no_zero_report(station, booth.booth)
        if not examined.has_own_list:
            raise no_own_list(station)

    def _check_ballots(self, station: Code, ballots: Piece | None) -> None:
        """A correction corrects the sheet; the ballots stay the ones that are published."""
        if station in self._ballots and (ballots is None or ballots.sha256 != self._ballots[station]):
            raise other_ballots(station)

    def _check_keys(self, station: Code) -> None:
        """Without the guardians' keys nobody can say whether a sheet follows from its ciphertexts."""
        if self.election.is_encrypted and self.joint_keys is None:
            raise no_joint_keys(station)

    def _judge(self, examined: Examined) -> Held | None:
        """The rule that is broken; judged anew if a zero report came since it was examined."""
        facts = self.facts(examined.station)
        if facts.zero_reports == examined.zero_reports:
            return examined.held
        return judge(examined.papers, examined.listed, self.election, facts.roll, facts.zero_reports)

    def _check_others(self, examined: Examined) -> None:
        """What other stations and earlier sheets show; raises as `check_new_ids` and `check_correction`."""
        station, sequence, keys = examined.station, examined.sequence, self.joint_keys
        if examined.listed is not None and sequence == 0:
            check_new_ids(station, ids_of(examined.listed), self._ids)
        if keys is not None and sequence == 0 and examined.listed is None:
            raise no_ballots(station)
        if keys is not None and sequence:
            contests = [contest.code for contest in self.election.contests_of_station(station)]
            sums = {contest: self.sums_of(contest, [station]) for contest in contests}
            check_correction(keys, examined.papers, self._said.get(station, ()), sums, self._openings)

    def _accept(self, papers: Papers, evidence: Evidence, hashed: Hash, ids: Collection[bytes]) -> Receipt:
        """It counts, and is shown with everything that proves it."""
        station, sequence = papers.sheet.station, papers.sheet.sequence
        state = self._state_after(papers)
        if sequence == 0:
            self._ids.update(ids)
            for style, piece in evidence.ciphertexts.items() if self.joint_keys is not None else ():
                self._show(ciphertexts_path(station, style), piece)
            if evidence.opened is not None and self.joint_keys is not None:
                self._show(opened_path(station), evidence.opened)
        self._said.setdefault(station, []).append(SheetSaid(sequence, papers.sheet.contests))
        self._uncount(station)
        self._states[station] = state
        self._accepted[station, sequence] = hashed
        self._counted[station] = Counted(
            hashed, sequence, count_of(papers.sheet, papers.statement), counted_sheet(papers.sheet)
        )
        self._count(station)
        self._show(sheet_path(station, sequence), evidence.sheet)
        if evidence.ballots is not None and station not in self._ballots:
            self._ballots[station] = evidence.ballots.sha256
            self._show(ballots_path(station), evidence.ballots)
        return Receipt(Verdict.ACCEPTED, hashed)

    def _compare(self, examined: Examined, known: Hash, now: Moment) -> Receipt:
        station, sequence, hashed = examined.station, examined.sequence, examined.document
        if known == hashed:
            return Receipt(Verdict.REPEATED, hashed)
        return self._hold(station, hashed, conflicting(station, sequence), now)

    def _compare_waiting(self, waiting: Waiting, examined: Examined, now: Moment) -> Receipt:
        """A sheet of a station whose first one waits for its proof, with the only ballots that its list allows."""
        station, hashed = examined.station, examined.document
        if examined.sequence:
            return Receipt(Verdict.REFUSED, hashed, too_early(station))
        if waiting.document != hashed:
            return self._hold(station, hashed, conflicting(station, 0), now)
        return Receipt(Verdict.RECEIVED, hashed)

    def _hold(self, station: Code, hashed: Hash, held: Held, now: Moment) -> Receipt:
        """Does not count a properly signed sheet, and says so in public, once.

        Of one station so many times and no more: its keys could sign as many sheets as a record may have files.
        """
        verdict = Verdict.REFUSED if held.kind == "conflict" else Verdict.QUARANTINED
        known = self._held.setdefault(station, set())
        if hashed not in known and len(known) < MOST_INCIDENTS:
            known.add(hashed)
            self._acted(ActKind.HELD, station=station, document=hashed, held=write_held(held), at=now)
            self._states[station] = step(self._states[station], Event.HELD, station)
            self._incidents += 1
            incident = Incident(
                election=self.election.identity,
                serial=self._incidents,
                station=station,
                kind=held.kind,
                document=hashed,
                reason=str(held.public),
                noticed_at=now,
            )
            document = sign_document(incident, [self._signer])
            self._publish(serial_path(Kind.INCIDENT, self._incidents), document)
        return Receipt(verdict, hashed, held.reason)
