"""The centre, without clock, network or disk: documents come in, receipts and files to publish go out.

    the authority   certify, revoke, commit_roll, decide, withdraw
    the guardians   take_commitments, take_keys before the day; open_aggregate after it
    the stations    receive_zero_report, receive_sheet     accepted, repeated, quarantined or refused, with the reason
                    receive, take_proof                    the same in two stages: received first, then proven
    results         issue_results                          over what was accepted until now
    publishing      take_files, take_shown                 what to log and then show, each file once
    journal         take_acts                              what `center/replay` takes again after a restart

The centre's own key signs results and incidents only; everything else is published as it was signed elsewhere.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from urna.ballot.ceremony import read_ceremony
from urna.ballot.keys import JointKeys
from urna.center.admission import Admission
from urna.center.evidence import Evidence, Piece, Shown, evidence_of, piece_of
from urna.center.examination import Examined, StationFacts, examine, judge, sheet_station
from urna.center.journal import Act, ActKind, name_evidence, name_kept, write_held
from urna.center.proving import Proof, ids_of, prove, write_sums
from urna.center.publication import File
from urna.center.receipt import (
    Held,
    Receipt,
    Verdict,
    ceremony_over,
    conflicting,
    no_ballots,
    no_keys,
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
    check_length,
    check_new_ids,
    open_zero_report,
    station_of,
)
from urna.center.standing import Event, step
from urna.crypto.elgamal import NOTHING, Ciphertext
from urna.election.certification import StationKeys
from urna.encoding.canonical import Code, Hash, Moment, digest
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, UrnaError
from urna.log.note import NoteSigner
from urna.record.bundle import StationBundle
from urna.record.incident import Incident
from urna.record.layout import (
    DEFINITION,
    JOINT_KEY,
    ROLL,
    Kind,
    ballots_path,
    ciphertexts_path,
    coefficients_path,
    commitment_path,
    opened_path,
    results_path,
    serial_path,
    sheet_path,
    zero_report_path,
)
from urna.tally.aggregates import CountedSheet, check_plan, counted_sheet
from urna.tally.ballot_sums import OptionOf, Sums, merge_sums
from urna.tally.decryption import AggregateOpening, check_opening
from urna.tally.edition import compile_edition
from urna.tally.opened import counted_parts, own_parts
from urna.tally.results import Results, StationResult, StationState
from urna.tally.sheet import ZeroReport
from urna.tally.totals import StationCount, count_of
from urna.verify.sheet_proofs import SheetSaid
from urna.words import Sentence

MOST_INCIDENTS = 20
"""Of one station that are published."""

MOST_CORRECTIONS = 20
"""Of one station's sheet."""

MOST_CANDIDATES = 4
"""Different files that came with one and the same sheet and wait to be proven."""


class _Counted(NamedTuple):
    """The sheet of a station that counts until a correction comes."""

    document: Hash
    sequence: int
    adds: StationCount
    plans: CountedSheet


class Waiting(NamedTuple):
    """The sheet of a station's closing that was received and is not proven yet."""

    document: Hash
    papers: Papers
    keys: StationKeys
    candidates: tuple[Evidence, ...]
    """What came with it, by name; the first is to be proven next."""


class Centre:
    """A centre for one election.

    Args:
        definition: the signed definition, the whole document.
        signer: the log's key that the definition names.
        coefficients: fresh random bytes, for checking many proofs at once; needed where there are guardians.

    Raises:
        Malformed: not a definition.
        Unproven: too few of its officers signed it.
    """

    def __init__(
        self, definition: bytes, signer: NoteSigner, coefficients: Callable[[int], bytes] | None = None
    ) -> None:
        self._authority = Admission(definition)
        self.election = self._authority.election
        self._signer = signer
        self._zero_reports: dict[Code, dict[int, Hash]] = {}
        self._states = dict.fromkeys(self.election.stations, StationState.OUTSTANDING)
        self._counted: dict[Code, _Counted] = {}
        self._accepted: dict[tuple[Code, int], Hash] = {}
        self._ballots: dict[Code, Hash] = {}
        self._coefficients = coefficients
        self._commitments: tuple[bytes, ...] = ()
        self.joint_keys: JointKeys | None = None
        """The guardians', once `take_keys` was given them."""
        self._sums: dict[Code, Sums] = {}
        self._openings: list[AggregateOpening] = []
        self._said: dict[Code, list[SheetSaid]] = {}
        self._ids: set[bytes] = set()
        """Of all ballots that were listed by a sheet that was accepted."""
        self._held: dict[Code, set[Hash]] = {}
        self._incidents = 0
        self._editions = 0
        self._waiting: dict[Code, Waiting] = {}
        self._acts: list[Act] = []
        self._shown: list[Shown] = []
        self._shown_paths: set[str] = set()
        self._publish(DEFINITION, definition, ActKind.DEFINITION)

    def state(self, station: Code) -> StationState:
        """How a station stands; raises KeyError if the definition does not have it."""
        return self._states[station]

    def take_files(self) -> tuple[File, ...]:
        """The files to publish that no earlier call gave, with their bytes."""
        return tuple(File(each.path, each.data) for each in self.take_shown() if each.data is not None)

    def take_shown(self) -> tuple[Shown, ...]:
        """The same by name, those too whose bytes lie elsewhere."""
        shown, self._shown = tuple(self._shown), []
        return shown

    @property
    def acts_untaken(self) -> int:
        """How often the centre changed since `take_acts`."""
        return len(self._acts)

    def take_acts(self) -> tuple[Act, ...]:
        """What changed the centre since the last call, for its journal."""
        acts, self._acts = tuple(self._acts), []
        return acts

    def certify(self, document: bytes) -> None:
        """Takes a batch of station keys; raises as `Admission.certify`."""
        serial = self._authority.certify(document).serial
        self._publish(serial_path(Kind.CERTIFICATION, serial), document, ActKind.CERTIFICATION)

    def revoke(self, document: bytes) -> None:
        """Takes the revocation of a station's keys; raises as `Admission.revoke`.

        A sheet that they signed stays published and no longer verifies: the authority then annuls the station.
        """
        serial = self._authority.revoke(document).serial
        self._publish(serial_path(Kind.REVOCATION, serial), document, ActKind.REVOCATION)

    def commit_roll(self, document: bytes) -> None:
        """Takes the roll's commitments; raises as `Admission.commit_roll`."""
        self._authority.commit_roll(document)
        self._publish(ROLL, document, ActKind.ROLL)

    def take_commitments(self, documents: Sequence[bytes]) -> None:
        """Takes the guardians' commitments, in their order, to be published before anybody shows a coefficient.

        Raises:
            Malformed: one is longer than a verifier reads.
            OutOfOrder: they were taken already.
        """
        if self._commitments:
            raise ceremony_over()
        for document in documents:
            check_length(document, Kind.GUARDIAN_COMMITMENT)
        self._commitments = tuple(documents)
        self._acted(ActKind.COMMITMENTS, documents=tuple(map(digest, documents)))
        for guardian, document in enumerate(documents, 1):
            self._publish(commitment_path(guardian), document)

    def take_keys(self, coefficients: Sequence[bytes], joint_key: bytes) -> JointKeys:
        """Takes what the guardians publish at the end of their ceremony.

        Raises as `read_ceremony`, Malformed where a document is longer than a verifier reads, and OutOfOrder the
        second time.
        """
        if self.joint_keys is not None:
            raise ceremony_over()
        for document in coefficients:
            check_length(document, Kind.GUARDIAN_COEFFICIENTS)
        check_length(joint_key, Kind.JOINT_KEY)
        self.joint_keys = read_ceremony(self.election, self._commitments, coefficients, joint_key)
        hashes = tuple(map(digest, coefficients))
        self._acted(ActKind.KEYS, document=digest(joint_key), path=JOINT_KEY, documents=hashes)
        for guardian, document in enumerate(coefficients, 1):
            self._publish(coefficients_path(guardian), document)
        self._publish(JOINT_KEY, joint_key)
        return self.joint_keys

    def open_aggregate(self, opening: AggregateOpening) -> None:
        """Takes votes that the guardians opened; they count from the next edition on.

        Raises:
            OutOfOrder: no guardians, or another serial.
            Unproven: the proof fails, or the opening contradicts the sheets.
        """
        if self.joint_keys is None or opening.serial != len(self._openings) + 1:
            raise OutOfOrder(
                Sentence("opening {serial} of an election with guardians", {"serial": len(self._openings) + 1}),
                Sentence("opening {serial}", {"serial": opening.serial}),
                Sentence("Hand over the openings in the order of their serials."),
            )
        sums = self.sums_of(opening.contest, opening.stations)
        check_opening(self.election, self.joint_keys, opening, sums)
        annulled = self._opened_and_annulled()
        sheets = [*self.sheets(), *(self._counted[code].plans for code in annulled)]
        check_plan(self.election, sheets, [each.planned for each in (*self._openings, opening)])
        list(own_parts(self.election, [*self._openings, opening], {**annulled, **self.counts()}))
        self._openings.append(opening)
        document = sign_document(opening, [self._signer])
        self._publish(serial_path(Kind.AGGREGATE, opening.serial), document, ActKind.OPENING)

    def sums_of(self, contest: Code, stations: Sequence[Code]) -> list[Ciphertext]:
        """For each option of a contest the sum of its cast ciphertexts at counted stations."""
        sums = merge_sums(self._sums[station] for station in stations if station in self._sums)
        options = self.election.contests[contest].options if contest in self.election.contests else ()
        return [sums.get(OptionOf(contest, option.code), NOTHING) for option in options]

    def sheets(self) -> list[CountedSheet]:
        """What the plan of aggregates takes from each sheet that counts."""
        return [self._counted[code].plans for code, state in self._states.items() if state is StationState.COUNTED]

    def counts(self) -> dict[Code, StationCount]:
        """What each counted station's sheet says."""
        counted = (code for code, state in self._states.items() if state is StationState.COUNTED)
        return {code: self._counted[code].adds for code in counted}

    def _opened_and_annulled(self) -> dict[Code, StationCount]:
        """What the sheets said of stations that counted when the guardians opened their votes, and count no more."""
        opened = {station for opening in self._openings for station in opening.stations}
        return {code: self._counted[code].adds for code in sorted(opened - self.counts().keys())}

    def decide(self, document: bytes) -> None:
        """Takes a decision on a station; raises as `Admission.decide`, and OutOfOrder if its state forbids it."""
        announced = self._authority.read_decision(document)
        state = step(self._states[announced.station], Event(announced.state), announced.station)
        decision = self._authority.decide(document)
        self._states[decision.station] = state
        self._publish(serial_path(Kind.DECISION, decision.serial), document, ActKind.DECISION, decision.station)

    def withdraw(self, document: bytes) -> None:
        """Takes a candidate's withdrawal; raises as `Admission.withdraw`. It counts from the next edition on."""
        serial = self._authority.withdraw(document).serial
        self._publish(serial_path(Kind.WITHDRAWAL, serial), document, ActKind.WITHDRAWAL)

    def facts(self, station: Code) -> StationFacts:
        """What a sheet of a station is examined with now."""
        keys, roll = self._authority.keyring.of(station), self._authority.roll.get(station)
        return StationFacts(keys, roll, dict(self._zero_reports.get(station, {})))

    def receive_zero_report(self, document: bytes) -> Receipt:
        """Takes a booth's zero report; the same again is harmless."""
        hashed = digest(document)
        try:
            check_length(document, Kind.ZERO_REPORT)
            keys = self._keys(station_of(document, ZeroReport, self.election))
            report = open_zero_report(document, self.election, keys)
        except UrnaError as error:
            return refused(hashed, error)
        return self.take_zero_report(report.station, report.booth, piece_of(document))

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

    def receive_sheet(self, bundle: StationBundle, now: Moment) -> Receipt:
        """Takes a station's sheet and what proves it, both stages at once.

        1. Open it: the station's own booths and poll book signed it, or it is refused.
        2. The same bytes again are harmless; others with the same sequence are a public incident.
        3. A sheet for which it is not the time (a decision stands, a gap before a correction) is held.
        4. Its numbers agree with each other, the roll and the zero reports, or it is quarantined.
        5. Its ballots are no other station's. With guardians: they are proven, and its votes follow from them, or, of a
           correction, from the sheet before it or an opening. Or it is quarantined.
        6. It counts, from the next edition of the results on.

        Args:
            bundle: what the station sent. A correction repeats the ballot list and brings no ciphertexts again.
            now: for the incident, if there is one.
        """
        try:
            facts = self.facts(sheet_station(bundle, self.election))
            examined = examine(bundle, self.election, facts)
        except UrnaError as error:
            return refused(digest(bundle.sheet), error)
        evidence = evidence_of(bundle)
        receipt = self.receive(examined, evidence, now)
        if receipt.verdict is not Verdict.RECEIVED or self.joint_keys is None or examined.listed is None:
            return receipt
        outcome = prove(
            self.election,
            self.joint_keys,
            examined.papers,
            listed=examined.listed,
            bundle=bundle,
            coefficients=self._random,
        )
        return self.take_proof(examined.station, evidence, outcome, now)

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
        again = self._again(examined, evidence, now)
        if again is not None:
            return again
        try:
            self._check_still_speaks(examined)
        except UrnaError as error:
            return refused(hashed, error)
        held = self._doubt(examined, evidence)
        if held is not None:
            return self._hold(station, hashed, held, now)
        self._acted(ActKind.SHEET, station=station, document=hashed, evidence=name_evidence(evidence))
        if self.joint_keys is not None and examined.sequence == 0:
            self._waiting[station] = Waiting(hashed, examined.papers, examined.keys, (evidence.names,))
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

    def counted_of(self, station: Code) -> tuple[Hash, int, StationCount] | None:
        """The newest accepted sheet of a station: its hash, its sequence, and what it adds where it counts."""
        counted = self._counted.get(station)
        return counted and counted[:3]

    def take_proof(self, station: Code, evidence: Evidence, outcome: Proof | Held, now: Moment) -> Receipt:
        """Takes what the second stage found on a sheet that waits.

        Args:
            station: whose.
            evidence: from which the proof was made; it is the first that waits.
            outcome: the proof, or why there is none.
            now: for the incident, if there is one.

        Raises:
            OutOfOrder: no sheet of the station waits for a proof of this evidence.
        """
        waiting = self._waiting.get(station)
        if waiting is None or waiting.candidates[0] != evidence.names:
            raise nothing_waits(station)
        hashed = waiting.document
        del self._waiting[station]
        words = write_held(outcome) if isinstance(outcome, Held) else None
        sums = "" if isinstance(outcome, Held) else digest(write_sums(station, outcome.sums))
        named = name_evidence(evidence)
        self._acted(ActKind.PROOF, station=station, document=hashed, evidence=named, held=words, sums=sums, at=now)
        if isinstance(outcome, Held):
            if len(waiting.candidates) > 1:
                self._waiting[station] = waiting._replace(candidates=waiting.candidates[1:])
                return Receipt(Verdict.RECEIVED, hashed, outcome.reason)
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

    def issue_results(
        self, now: Moment, *, status: Literal["provisional", "final"] = "provisional", lot_seed: str = ""
    ) -> Results:
        """The next edition of the results over everything accepted, signed and ready to publish.

        Raises:
            OutOfOrder: final while stations are outstanding or refused.
        """
        counted = self.counts()
        registered = {code: each.electors for code, each in self._authority.roll.items()}
        results = compile_edition(
            self.election,
            registered,
            [self._station_result(code, state) for code, state in self._states.items()],
            counted.values(),
            edition=self._editions + 1,
            status=status,
            issued_at=now,
            lot_seed=lot_seed,
            withdrawn=self._authority.withdrawn(),
            opened=counted_parts(self.election, self._openings, counted, self._opened_and_annulled()),
        )
        self.restore_results(sign_document(results, [self._signer]))
        return results

    def restore_results(self, document: bytes) -> None:
        """Takes an edition that was issued already; for taking an act of the journal again."""
        self._editions += 1
        self._publish(results_path(self._editions), document, ActKind.RESULTS)

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

    def _again(self, examined: Examined, evidence: Evidence, now: Moment) -> Receipt | None:
        """What a sheet is told that is in the record already, or waits for its proof, or is another one; else None."""
        known = self._accepted.get((examined.station, examined.sequence))
        if known is not None:
            return self._compare(examined, known, now)
        waiting = self._waiting.get(examined.station)
        return self._compare_waiting(waiting, examined, evidence, now) if waiting is not None else None

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

    def _check_ballots(self, station: Code, ballots: Piece | None) -> None:
        """A correction corrects the sheet; the ballots stay the ones that are published."""
        if station in self._ballots and (ballots is None or ballots.sha256 != self._ballots[station]):
            raise other_ballots(station)

    def _check_keys(self, station: Code) -> None:
        """Without the guardians' keys nobody can say whether a sheet follows from its ciphertexts."""
        if self.election.is_encrypted and self.joint_keys is None:
            raise OutOfOrder(
                Sentence("the guardians' joint keys, before any sheet"),
                Sentence("none"),
                Sentence("Hand over the documents of the key ceremony."),
                station,
            )

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
        self._states[station] = self._state_after(papers)
        if sequence == 0:
            self._ids.update(ids)
            for style, piece in evidence.ciphertexts.items() if self.joint_keys is not None else ():
                self._show(ciphertexts_path(station, style), piece)
            if evidence.opened is not None and self.joint_keys is not None:
                self._show(opened_path(station), evidence.opened)
        self._said.setdefault(station, []).append(SheetSaid(sequence, papers.sheet.contests))
        self._accepted[station, sequence] = hashed
        self._counted[station] = _Counted(
            hashed, sequence, count_of(papers.sheet, papers.statement), counted_sheet(papers.sheet)
        )
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

    def _compare_waiting(self, waiting: Waiting, examined: Examined, evidence: Evidence, now: Moment) -> Receipt:
        """A sheet of a station whose first one waits for its proof.

        Whoever copied the sheet may have sent it first, with ballots that are none: what came with the same sheet
        later waits beside it, so that the station's own ballots are never turned away.
        """
        station, hashed = examined.station, examined.document
        if examined.sequence:
            return Receipt(Verdict.REFUSED, hashed, too_early(station))
        if waiting.document != hashed:
            return self._hold(station, hashed, conflicting(station, 0), now)
        if evidence.names in waiting.candidates:
            return Receipt(Verdict.RECEIVED, hashed)
        if examined.held is not None or len(waiting.candidates) == MOST_CANDIDATES:
            return Receipt(Verdict.REFUSED, hashed, too_early(station))
        self._acted(ActKind.SHEET, station=station, document=hashed, evidence=name_evidence(evidence))
        self._waiting[station] = waiting._replace(candidates=(*waiting.candidates, evidence.names))
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

    def _station_result(self, station: Code, state: StationState) -> StationResult:
        if state is not StationState.COUNTED:
            return StationResult(station=station, state=state)
        counted = self._counted[station]
        return StationResult(station=station, state=state, sheet=counted.document, sequence=counted.sequence)

    def _random(self, size: int) -> bytes:
        if self._coefficients is None:
            raise OutOfOrder(
                Sentence("random bytes, to check the proofs of encrypted ballots"),
                Sentence("none"),
                Sentence("Start the centre with a source of random bytes."),
            )
        return self._coefficients(size)

    def _publish(self, path: str, data: bytes, kind: ActKind | None = None, station: Code = "") -> None:
        piece = piece_of(data)
        if kind is not None:
            self._acted(kind, document=piece.sha256, path=path, station=station)
        self._show(path, piece)

    def _show(self, path: str, piece: Piece) -> None:
        self._shown_paths.add(path)
        self._shown.append(Shown(path, *piece))

    def _acted(self, kind: ActKind, **fields: Any) -> None:
        self._acts.append(Act(kind=kind, **fields))
