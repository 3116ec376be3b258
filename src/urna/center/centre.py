"""The centre, without clock, network or disk: documents come in, receipts and files to publish go out.

    the authority   certify, revoke, commit_roll, decide, withdraw
    the guardians   take_commitments, take_keys before the day; open_aggregate after it
    the stations    receive_zero_report, receive_sheet     accepted, repeated, quarantined or refused, with the reason
                    receive_hand_count                     shown; it counts by a decision alone
                    receive, take_proof                    the same in two stages: received first, then proven
    results         issue_results                          over what was accepted until now
    audits          commit_audit, take_audit_paper, take_examination      `center/audits`
    publishing      take_files, take_shown                 what to log and then show, each file once
    journal         take_acts                              what `center/replay` takes again after a restart

The centre's own key signs results and incidents only; everything else is published as it was signed elsewhere.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from urna.ballot.ceremony import read_ceremony
from urna.ballot.keys import JointKeys
from urna.center.admission import Admission
from urna.center.audits import Audits
from urna.center.evidence import evidence_of, piece_of
from urna.center.examination import examine, sheet_station
from urna.center.hand_counts import hand_count_station, nothing_to_add_to, open_hand_count
from urna.center.journal import ActKind
from urna.center.proving import prove
from urna.center.receipt import (
    Receipt,
    Verdict,
    ceremony_over,
    refused,
)
from urna.center.reception import (
    check_length,
    open_zero_report,
    station_of,
)
from urna.center.standing import Event, step
from urna.election.certification import StationDecision
from urna.encoding.canonical import Code, Moment, digest, encode
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, UrnaError
from urna.log.note import NoteSigner
from urna.record.bundle import StationBundle
from urna.record.layout import (
    DEFINITION,
    JOINT_KEY,
    ROLL,
    Kind,
    coefficients_path,
    commitment_path,
    results_path,
    serial_path,
)
from urna.tally.aggregates import check_plan
from urna.tally.decryption import AggregateOpening, check_opening
from urna.tally.edition import compile_edition
from urna.tally.opened import counted_parts, own_parts
from urna.tally.results import Results, StationResult, StationState
from urna.tally.sheet import ZeroReport
from urna.tally.totals import StationCount
from urna.words import Sentence


class Centre(Audits):
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
        super().__init__(Admission(definition), signer)
        self._coefficients = coefficients
        self._commitments: tuple[bytes, ...] = ()
        self._editions = 0
        self._publish(DEFINITION, definition, ActKind.DEFINITION)

    def certify(self, document: bytes) -> None:
        """Takes a batch of station keys; raises as `Admission.certify` and `check_apart`."""
        self.check_apart(document)
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
        self._running = None
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
        sheets = [*self.sheets(), *(self._plans(code) for code in annulled)]
        check_plan(self.election, sheets, [each.planned for each in (*self._openings, opening)])
        list(own_parts(self.election, [*self._openings, opening], {**annulled, **self.counts()}))
        self._openings.append(opening)
        document = sign_document(opening, [self._signer])
        self._publish(serial_path(Kind.AGGREGATE, opening.serial), document, ActKind.OPENING)

    def has_opening(self, data: bytes) -> bool:
        """Whether an opening that was taken says exactly this."""
        return any(encode(opening) == data for opening in self._openings)

    def decide(self, document: bytes) -> None:
        """Takes a decision on a station.

        Raises as `Admission.decide`, OutOfOrder if its state forbids it, and of a hand count as `HandCounts.named` and
        `count_with`, or OutOfOrder where it is to be added to a sheet that does not count.
        """
        announced = self._authority.read_decision(document)
        state = step(self._states[announced.station], Event(announced.state), announced.station)
        if announced.state == "hand_count":
            self._check_hand_count(announced)
        decision = self._authority.decide(document)
        self._uncount(decision.station)
        self._states[decision.station] = state
        self._hands.decide(decision)
        self._count(decision.station)
        self._publish(serial_path(Kind.DECISION, decision.serial), document, ActKind.DECISION, decision.station)

    def withdraw(self, document: bytes) -> None:
        """Takes a candidate's withdrawal; raises as `Admission.withdraw`. It counts from the next edition on."""
        serial = self._authority.withdraw(document).serial
        self._publish(serial_path(Kind.WITHDRAWAL, serial), document, ActKind.WITHDRAWAL)

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

    def receive_hand_count(self, document: bytes, now: Moment) -> Receipt:
        """Takes a sheet of paper ballots counted by hand; the same again is harmless."""
        try:
            keys = self._keys(hand_count_station(document, self.election))
            sheet = open_hand_count(document, self.election, keys)
        except UrnaError as error:
            return refused(digest(document), error)
        return self.take_hand_count(sheet, piece_of(document), now)

    def receive_sheet(self, bundle: StationBundle, now: Moment) -> Receipt:
        """Takes a station's sheet and what proves it, both stages at once.

        1. Open it: the station's own booths and poll book signed it, or it is refused.
        2. The same bytes again are harmless; others with the same sequence are a public incident.
        3. One that came without its zero reports or the ballot list that it has signed is refused. One for which it is
           not the time (a decision stands, a gap before a correction) is held.
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

    def issue_results(
        self, now: Moment, *, status: Literal["provisional", "final"] = "provisional", lot_seed: str = ""
    ) -> Results:
        """The next edition of the results over everything accepted, signed and ready to publish.

        Raises:
            OutOfOrder: final while stations are outstanding or refused.
        """
        counted = self.counts() if self._openings else {}
        results = compile_edition(
            self.election,
            {},
            [self._station_result(code, state) for code, state in self._states.items()],
            (),
            edition=self._editions + 1,
            status=status,
            issued_at=now,
            lot_seed=lot_seed,
            withdrawn=self._authority.withdrawn(),
            opened=counted_parts(self.election, self._openings, counted, self._opened_and_annulled()),
            sums=self.totals(),
        )
        self.restore_results(sign_document(results, [self._signer]))
        return results

    def restore_results(self, document: bytes) -> None:
        """Takes an edition that was issued already; for taking an act of the journal again."""
        self._editions += 1
        self._publish(results_path(self._editions), document, ActKind.RESULTS)

    def _check_hand_count(self, decision: StationDecision) -> None:
        """The hand count is shown, there is a sheet to add it to if it is added, and its ballots are not too many."""
        hand, station = self._hands.named(decision), decision.station
        if decision.counts_machines and not self._counts_machines(station):
            raise nothing_to_add_to(station)
        self._hands.count(hand, self._counted[station].adds if decision.counts_machines else None)

    def _opened_and_annulled(self) -> dict[Code, StationCount]:
        """What the sheets said of stations that counted when the guardians opened their votes, and count no more."""
        opened = {station for opening in self._openings for station in opening.stations}
        return {code: self._counted[code].adds for code in sorted(opened - self.counts().keys())}

    def _station_result(self, station: Code, state: StationState) -> StationResult:
        hand = self._hands.decided(station) if state is StationState.HAND_COUNT else None
        hashed = hand.document if hand is not None else None
        if not self._counts_machines(station):
            return StationResult(station=station, state=state, hand=hashed)
        counted = self._counted[station]
        return StationResult(
            station=station, state=state, sheet=counted.document, sequence=counted.sequence, hand=hashed
        )

    def _random(self, size: int) -> bytes:
        if self._coefficients is None:
            raise OutOfOrder(
                Sentence("random bytes, to check the proofs of encrypted ballots"),
                Sentence("none"),
                Sentence("Start the centre with a source of random bytes."),
            )
        return self._coefficients(size)
