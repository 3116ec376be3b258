"""The centre, without clock, network or disk: documents come in, receipts and files to publish go out.

    the authority   certify, revoke, commit_roll, decide, withdraw
    the stations    receive_zero_report, receive_sheet     accepted, repeated, quarantined or refused, with the reason
    results         issue_results                          over what was accepted until now
    publishing      take_files                             what to log and then show, each file once

The centre's own key signs results and incidents only; everything else is published as it was signed elsewhere.
"""

from typing import Literal, NamedTuple

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
)
from urna.center.reception import Papers, first_breach, open_ballots, open_sheet, open_zero_report, station_of
from urna.center.standing import Event, step
from urna.election.certification import StationKeys
from urna.encoding.canonical import Code, Hash, Moment, digest
from urna.encoding.document import sign_document
from urna.errors import UrnaError
from urna.log.note import NoteSigner
from urna.record.incident import Incident
from urna.record.layout import (
    DEFINITION,
    ROLL,
    Kind,
    ballots_path,
    results_path,
    serial_path,
    sheet_path,
    zero_report_path,
)
from urna.tally.edition import compile_edition
from urna.tally.results import Results, StationResult, StationState
from urna.tally.sheet import TallySheet, ZeroReport
from urna.tally.totals import StationCount, count_of
from urna.words import Sentence


class _Counted(NamedTuple):
    """The sheet of a station that counts until a correction comes."""

    document: Hash
    sequence: int
    adds: StationCount


class Centre:
    """A centre for one election.

    Args:
        definition: the signed definition, the whole document.
        signer: the log's key that the definition names.

    Raises:
        Malformed: not a definition.
        Unproven: too few of its officers signed it.
    """

    def __init__(self, definition: bytes, signer: NoteSigner) -> None:
        self._authority = Admission(definition)
        self.election = self._authority.election
        self._signer = signer
        self._zero_reports: dict[Code, dict[int, Hash]] = {}
        self._states = dict.fromkeys(self.election.stations, StationState.OUTSTANDING)
        self._counted: dict[Code, _Counted] = {}
        self._accepted: dict[tuple[Code, int], Hash] = {}
        self._ballots: dict[Code, Hash] = {}
        self._held: set[Hash] = set()
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

    def receive_sheet(self, document: bytes, ballots: bytes | None, now: Moment) -> Receipt:
        """Takes a station's sheet.

        1. Open it: the station's own booths and poll book signed it, or it is refused.
        2. The same bytes again are harmless; others with the same sequence are a public incident.
        3. A sheet for which it is not the time (a decision stands, a gap before a correction) is held.
        4. Its numbers agree with each other, the roll and the zero reports, or it is quarantined.
        5. It counts, from the next edition of the results on.

        Args:
            document: the signed sheet.
            ballots: the station's ballot list; None in a rehearsal of counts. A correction repeats the list.
            now: for the incident, if there is one.
        """
        hashed = digest(document)
        try:
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
        except UrnaError as error:
            return self._hold(station, hashed, not_yet(error), now)
        breach = first_breach(papers, listed, self.election, roll, self._zero_reports.get(station, {}))
        if breach is not None:
            return self._hold(station, hashed, broken(breach), now)
        self._states[station] = state
        self._accepted[station, sequence] = hashed
        self._counted[station] = _Counted(hashed, sequence, count_of(papers.sheet, papers.statement))
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
        counted = [self._counted[code].adds for code, state in self._states.items() if state is StationState.COUNTED]
        registered = {code: each.electors for code, each in self._authority.roll.items()}
        results = compile_edition(
            self.election,
            registered,
            [self._station_result(code, state) for code, state in self._states.items()],
            counted,
            edition=self._editions + 1,
            status=status,
            issued_at=now,
            lot_seed=lot_seed,
            withdrawn=self._authority.withdrawn(),
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
        return step(self._states[station], Event.CORRECTION if sequence else Event.SHEET, station)

    def _check_ballots(self, station: Code, ballots: bytes | None) -> None:
        """A correction corrects the sheet; the ballots stay the ones that are published."""
        if station in self._ballots and (ballots is None or digest(ballots) != self._ballots[station]):
            raise other_ballots(station)

    def _compare(self, papers: Papers, known: Hash, hashed: Hash, now: Moment) -> Receipt:
        if known == hashed:
            return Receipt(Verdict.REPEATED, hashed)
        held = conflicting(papers.sheet.station, papers.sheet.sequence)
        return self._hold(papers.sheet.station, hashed, held, now)

    def _hold(self, station: Code, hashed: Hash, held: Held, now: Moment) -> Receipt:
        """Does not count a properly signed sheet, and says so in public, once."""
        verdict = Verdict.REFUSED if held.kind == "conflict" else Verdict.QUARANTINED
        if hashed not in self._held:
            self._held.add(hashed)
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

    def _publish(self, path: str, data: bytes) -> None:
        self._files.append(File(path, data))
