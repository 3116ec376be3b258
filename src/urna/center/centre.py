"""The centre, without clock, network or disk: documents come in, receipts and files to publish go out.

    the authority   certify, revoke, commit_roll, decide, withdraw
    the guardians   take_commitments, take_keys before the day; open_aggregate after it
    the stations    receive_zero_report, receive_sheet     accepted, repeated, quarantined or refused, with the reason
    results         issue_results                          over what was accepted until now
    publishing      take_files                             what to log and then show, each file once

The centre's own key signs results and incidents only; everything else is published as it was signed elsewhere.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from urna.ballot.ceremony import read_ceremony
from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList
from urna.center.admission import Admission
from urna.center.publication import File
from urna.center.receipt import (
    Held,
    Receipt,
    Verdict,
    broken,
    conflicting,
    no_keys,
    not_yet,
    other_ballots,
    out_of_sequence,
    refused,
    too_often,
    unproven,
)
from urna.center.reception import (
    Papers,
    check_correction,
    check_length,
    check_lengths,
    check_new_ids,
    check_own_bundle,
    first_breach,
    open_ballots,
    open_sheet,
    open_zero_report,
    station_of,
    sum_cast,
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
from urna.tally.sheet import TallySheet, ZeroReport
from urna.tally.totals import StationCount, count_of
from urna.verify.sheet_proofs import SheetSaid
from urna.words import Sentence

MOST_INCIDENTS = 20
"""Of one station that are published."""

MOST_CORRECTIONS = 20
"""Of one station's sheet."""


class _Counted(NamedTuple):
    """The sheet of a station that counts until a correction comes."""

    document: Hash
    sequence: int
    adds: StationCount
    plans: CountedSheet


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
        self._files = [File(DEFINITION, definition)]

    def state(self, station: Code) -> StationState:
        """How a station stands; raises KeyError if the definition does not have it."""
        return self._states[station]

    def take_files(self) -> tuple[File, ...]:
        """The files to publish that no earlier call gave."""
        files, self._files = tuple(self._files), []
        return files

    def certify(self, document: bytes) -> None:
        """Takes a batch of station keys; raises as `Admission.certify`."""
        serial = self._authority.certify(document).serial
        self._publish(serial_path(Kind.CERTIFICATION, serial), document)

    def revoke(self, document: bytes) -> None:
        """Takes the revocation of a station's keys; raises as `Admission.revoke`.

        A sheet that they signed stays published and no longer verifies: the authority then annuls the station.
        """
        serial = self._authority.revoke(document).serial
        self._publish(serial_path(Kind.REVOCATION, serial), document)

    def commit_roll(self, document: bytes) -> None:
        """Takes the roll's commitments; raises as `Admission.commit_roll`."""
        self._authority.commit_roll(document)
        self._publish(ROLL, document)

    def take_commitments(self, documents: Sequence[bytes]) -> None:
        """Takes the guardians' commitments, in their order, to be published before anybody shows a coefficient.

        Raises:
            Malformed: one is longer than a verifier reads.
        """
        for document in documents:
            check_length(document, Kind.GUARDIAN_COMMITMENT)
        self._commitments = tuple(documents)
        for guardian, document in enumerate(documents, 1):
            self._publish(commitment_path(guardian), document)

    def take_keys(self, coefficients: Sequence[bytes], joint_key: bytes) -> JointKeys:
        """Takes what the guardians publish at the end of their ceremony.

        Raises as `read_ceremony`, and Malformed where a document is longer than a verifier reads.
        """
        for document in coefficients:
            check_length(document, Kind.GUARDIAN_COEFFICIENTS)
        check_length(joint_key, Kind.JOINT_KEY)
        self.joint_keys = read_ceremony(self.election, self._commitments, coefficients, joint_key)
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
        self._publish(serial_path(Kind.AGGREGATE, opening.serial), sign_document(opening, [self._signer]))

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
        self._publish(serial_path(Kind.DECISION, decision.serial), document)

    def withdraw(self, document: bytes) -> None:
        """Takes a candidate's withdrawal; raises as `Admission.withdraw`. It counts from the next edition on."""
        serial = self._authority.withdraw(document).serial
        self._publish(serial_path(Kind.WITHDRAWAL, serial), document)

    def receive_zero_report(self, document: bytes) -> Receipt:
        """Takes a booth's zero report; the same again is harmless."""
        hashed = digest(document)
        try:
            check_length(document, Kind.ZERO_REPORT)
            keys = self._keys(station_of(document, ZeroReport, self.election))
            report = open_zero_report(document, self.election, keys)
        except UrnaError as error:
            return refused(hashed, error)
        known = self._zero_reports.setdefault(report.station, {})
        if known.setdefault(report.booth, hashed) != hashed:
            reason = Sentence("Another zero report of this booth is published already.")
            return Receipt(Verdict.REFUSED, hashed, reason)
        self._publish(zero_report_path(report.station, report.booth), document)
        return Receipt(Verdict.ACCEPTED, hashed)

    def receive_sheet(self, bundle: StationBundle, now: Moment) -> Receipt:
        """Takes a station's sheet and what proves it.

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
        document, ballots = bundle.sheet, bundle.ballots
        hashed = digest(document)
        try:
            check_lengths(bundle)
            keys = self._keys(station_of(document, TallySheet, self.election))
            papers = open_sheet(document, self.election, keys)
            listed = open_ballots(ballots, papers) if ballots is not None else None
        except UrnaError as error:
            return refused(hashed, error)
        station, sequence = papers.sheet.station, papers.sheet.sequence
        if (known := self._accepted.get((station, sequence))) is not None:
            return self._compare(papers, known, hashed, now)
        roll = self._authority.roll.get(station)
        try:
            state = self._state_after(papers)
            self._check_ballots(station, ballots)
            self._check_keys(station)
        except UrnaError as error:
            return self._hold(station, hashed, not_yet(error), now)
        breach = first_breach(papers, listed, self.election, roll, self._zero_reports.get(station, {}))
        if breach is not None:
            return self._hold(station, hashed, broken(breach), now)
        try:
            self._check_proofs(papers, listed, bundle)
        except UrnaError as error:
            return self._hold(station, hashed, unproven(error), now)
        if listed is not None and sequence == 0:
            self._ids.update(bytes.fromhex(ballot.id) for ballot in listed.ballots)
            if self.joint_keys is not None:
                self._sums[station] = sum_cast(self.election, listed, bundle)
                self._publish_ciphertexts(station, bundle)
        self._said.setdefault(station, []).append(SheetSaid(sequence, papers.sheet.contests))
        self._states[station] = state
        self._accepted[station, sequence] = hashed
        self._counted[station] = _Counted(
            hashed, sequence, count_of(papers.sheet, papers.statement), counted_sheet(papers.sheet)
        )
        self._publish(sheet_path(station, sequence), document)
        if ballots is not None and station not in self._ballots:
            self._ballots[station] = digest(ballots)
            self._publish(ballots_path(station), ballots)
        return Receipt(Verdict.ACCEPTED, hashed)

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
        self._editions += 1
        self._publish(results_path(results.edition), sign_document(results, [self._signer]))
        return results

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

    def _check_ballots(self, station: Code, ballots: bytes | None) -> None:
        """A correction corrects the sheet; the ballots stay the ones that are published."""
        if station in self._ballots and (ballots is None or digest(ballots) != self._ballots[station]):
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

    def _check_proofs(self, papers: Papers, listed: BallotList | None, bundle: StationBundle) -> None:
        """What only ciphertexts and other stations show; raises as `check_own_bundle` and `check_correction`."""
        station, sequence, keys = papers.sheet.station, papers.sheet.sequence, self.joint_keys
        if listed is not None and sequence == 0:
            check_new_ids(listed, self._ids)
        if keys is not None and listed is not None and sequence == 0:
            check_own_bundle(self.election, keys, papers, listed=listed, bundle=bundle, coefficients=self._random)
        elif keys is not None and sequence:
            contests = [contest.code for contest in self.election.contests_of_station(station)]
            sums = {contest: self.sums_of(contest, [station]) for contest in contests}
            check_correction(keys, papers, self._said.get(station, ()), sums, self._openings)

    def _compare(self, papers: Papers, known: Hash, hashed: Hash, now: Moment) -> Receipt:
        if known == hashed:
            return Receipt(Verdict.REPEATED, hashed)
        held = conflicting(papers.sheet.station, papers.sheet.sequence)
        return self._hold(papers.sheet.station, hashed, held, now)

    def _hold(self, station: Code, hashed: Hash, held: Held, now: Moment) -> Receipt:
        """Does not count a properly signed sheet, and says so in public, once.

        Of one station so many times and no more: its keys could sign as many sheets as a record may have files.
        """
        verdict = Verdict.REFUSED if held.kind == "conflict" else Verdict.QUARANTINED
        known = self._held.setdefault(station, set())
        if hashed not in known and len(known) < MOST_INCIDENTS:
            known.add(hashed)
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

    def _publish_ciphertexts(self, station: Code, bundle: StationBundle) -> None:
        for style, data in bundle.ciphertexts.items():
            self._publish(ciphertexts_path(station, style), data)
        if bundle.opened is not None:
            self._publish(opened_path(station), bundle.opened)

    def _random(self, size: int) -> bytes:
        if self._coefficients is None:
            raise OutOfOrder(
                Sentence("random bytes, to check the proofs of encrypted ballots"),
                Sentence("none"),
                Sentence("Start the centre with a source of random bytes."),
            )
        return self._coefficients(size)

    def _publish(self, path: str, data: bytes) -> None:
        self._files.append(File(path, data))
