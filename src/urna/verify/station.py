"""Checks 11, 13 to 16, 18 and 29 at one station: its papers, read once, each signature and number checked.

Its encrypted ballots are only looked at from outside here (`verify/ballot_files`).

A station needs nothing of any other, so stations are inspected in any order and in several processes.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from urna.ballot.published import BallotList
from urna.election.certification import RollCommitment, StationKeys
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash, decode, digest
from urna.encoding.document import open_document, read_document
from urna.errors import Malformed, Unproven, UrnaError
from urna.record.keys import Keyring, booth_verifiers, poll_book_verifier
from urna.record.layout import Kind, ballots_path, opened_path, sheet_path
from urna.tally.reconciliation import BALLOT_LIST_RULES, SECRECY_RULE, reconcile
from urna.tally.rule import Case
from urna.tally.sheet import TallySheet, ZeroReport
from urna.tally.totals import StationCount, count_of
from urna.verify.folder import Folder
from urna.verify.hand_counts import HandSeen, hand_seen, inspect_hand_count
from urna.verify.leaves import Leaf, compare_bytes
from urna.verify.report import Check, Finding, finding, in_a_sentence
from urna.verify.station_files import LookAtFiles, StationFiles, StationPapers
from urna.verify.zero import doubts_of_zero
from urna.words import Sentence

_RULE_CHECKS = {
    13: Check.ZERO_REPORTS,
    SECRECY_RULE: Check.SECRECY_THRESHOLD,
    **dict.fromkeys(BALLOT_LIST_RULES, Check.BALLOT_LISTS),
}
"""Rules of reconciliation that belong to another check than 15."""


class SheetSeen(NamedTuple):
    """A sheet of a station as it stands in the record, whether or not anything about it verifies."""

    sequence: int
    sha256: Hash
    leaf: int | None
    """Its place in the log; None if it is not there."""
    adds: StationCount | None
    """What it adds to the totals; None if that cannot be read from it."""


class StationSeen(NamedTuple):
    """What one station's folder says: findings, remarks, its sheets by sequence, and its ballots' ids in one row."""

    station: Code
    findings: tuple[Finding, ...]
    remarks: tuple[Sentence, ...]
    sheets: tuple[SheetSeen, ...]
    zero_reports: int
    ballot_ids: bytes
    """16 bytes each, as they are listed."""
    files: StationFiles | None = None
    """Its encrypted ballots; None without guardians, without a ballot list, or if the station is annulled."""
    hands: tuple[HandSeen, ...] = ()
    """Its hand counts, by sequence."""


class Known(NamedTuple):
    """What is known before any station's papers are read; it can be sent to other processes."""

    folder: Folder
    election: Election
    keyring: Keyring
    roll: Mapping[Code, RollCommitment]
    leaves: Mapping[str, Leaf]
    annulled: frozenset[Code]
    """Stations whose machines' papers do not count, by decision of the authority."""
    look_at_files: LookAtFiles | None = None
    """Looks at files of encrypted ballots; None without guardians, or if their keys do not verify."""
    by_hand: frozenset[Code] = frozenset()
    """Of those the ones whose hand count counts: it is judged all the same."""


def inspect_station(known: Known, station: Code) -> StationSeen:
    """Everything about one station of the definition that needs no other station."""
    return StationBegun(known, station).finish()


def corrections_of(station: Code, sheets: Sequence[SheetSeen]) -> Iterator[Sentence]:
    """What each correction changed against the sheet before it, so that none passes in silence."""
    for before, after in pairwise(sheets):
        values: dict[str, str | int] = {"station": station, "sequence": after.sequence}
        yield Sentence("Station {station} was corrected by sheet {sequence}; the one before counts no more.", values)
        if before.adds is None or after.adds is None:
            continue
        for old, new in zip(before.adds.contests, after.adds.contests, strict=True):
            for left, right in zip(old.votes or (), new.votes or (), strict=False):
                if left != right:
                    changed: dict[str, str | int] = {"option": left.option, "left": left.votes, "right": right.votes}
                    sentence = "Station {station}, sheet {sequence}: votes for {option} from {left} to {right}."
                    yield Sentence(sentence, {**values, **changed})


class StationBegun:
    """One station being inspected, so far that its encrypted ballots may be inspected from now on.

    1. The zero reports.
    2. The ballot list, and what lies beside it.
    3. Each sheet with its statement, and each hand count, when it is finished.
    """

    def __init__(self, known: Known, station: Code) -> None:
        self.station = station
        self._known = known
        self._folder = known.folder
        self._election = known.election
        self._station = station
        self._findings: list[Finding] = []
        self._remarks: list[Sentence] = []
        self._zero_hashes = dict(self._zero_reports())
        self.listed, self._listed_hash = self._ballot_list()
        self.files = self._encrypted_files(self.listed)

    def finish(self) -> StationSeen:
        """What the station says."""
        listed, files = self.listed, self.files
        sheets = tuple(self._sheets(self._zero_hashes, listed))
        hands = tuple(self._hand_counts())
        self._remarks += corrections_of(self._station, sheets)
        if not sheets and listed is not None:
            sentence = Sentence("Station {station} has a ballot list and no sheet.", {"station": self._station})
            self._find(Check.BALLOT_LISTS, sentence, ballots_path(self._station))
        findings = self._findings
        if self._station in self._known.annulled:
            judged = {Check.LEAVES, *({Check.HAND_COUNTS} if self._station in self._known.by_hand else ())}
            findings = [one for one in findings if one.check in judged]
            files = None
        ids = b"".join(bytes.fromhex(ballot.id) for ballot in listed.ballots) if listed else b""
        return StationSeen(
            self._station, tuple(findings), tuple(self._remarks), sheets, len(self._zero_hashes), ids, files, hands
        )

    def _zero_reports(self) -> Iterator[tuple[int, Hash]]:
        """The hash of each zero report by booth, also of a bad one: what a sheet names is compared with it."""
        for booth, path in self._files(Kind.ZERO_REPORT):
            data = self._read(path)
            if data is not None:
                self._check_zero_report(path, data, booth)
                yield booth, digest(data)

    def _hand_counts(self) -> Iterator[HandSeen]:
        keys = self._known.keyring.of(self._station)
        for place, (number, path) in enumerate(self._files(Kind.HAND_COUNT)):
            data = self._read(path)
            if data is None:
                continue
            sheet, found = inspect_hand_count(
                self._election, self._station, path, data, number=number, expected=place, keys=keys
            )
            self._findings += found
            leaf = self._known.leaves.get(path)
            yield hand_seen(path, data, leaf.place if leaf is not None else None, sheet)

    def _check_zero_report(self, path: str, data: bytes, booth: int) -> None:
        try:
            report = read_document(data, ZeroReport, path)
            verifiers = booth_verifiers(self._election, self._speaking_keys())
            open_document(data, ZeroReport, verifiers[booth - 1 : booth], 1, path)
        except UrnaError as error:
            self._find(Check.ZERO_REPORTS, in_a_sentence(error), path)
            return
        if (report.election, report.station, report.booth) != (self._election.identity, self._station, booth):
            self._find(Check.ZERO_REPORTS, self._foreign(report.station), path)
        for sentence in doubts_of_zero(report, self._election, self._station):
            self._find(Check.ZERO_REPORTS, sentence, path)

    def _ballot_list(self) -> tuple[BallotList | None, Hash]:
        """The ballot list and the hash of its file, if there is one that can be read."""
        path = ballots_path(self._station)
        data = self._read(path) if self._folder.has(path) else None
        if data is None:
            return None, ""
        try:
            listed = decode(data, BallotList, path)
        except UrnaError as error:
            self._find(Check.BALLOT_LISTS, in_a_sentence(error), path)
            return None, ""
        if (listed.election, listed.station) != (self._election.identity, self._station):
            self._find(Check.BALLOT_LISTS, self._foreign(listed.station), path)
        ids = [ballot.id for ballot in listed.ballots]
        if any(after <= before for before, after in pairwise(ids)):
            self._find(Check.BALLOT_LISTS, self._unsorted(ids), path)
        return listed, digest(data)

    def _encrypted_files(self, listed: BallotList | None) -> StationFiles | None:
        """The encrypted ballots at first sight; each ballot is looked at later, in boxes."""
        path = opened_path(self._station)
        opened = self._read(path) if self._folder.has(path) else None
        look = self._known.look_at_files
        if look is None:
            return None
        paths = [path for _, path in self._files(Kind.CIPHERTEXTS)]
        if listed is None:
            for path in paths:
                values: dict[str, str | int] = {"file": path, "station": self._station}
                sentence = Sentence("Station {station}: {file} holds ballots that no ballot list names.", values)
                self._find(Check.CIPHERTEXTS, sentence, path)
            return None
        sizes = {path: self._folder.sizes[path] for path in paths}
        must_open = self._says_opened(listed)
        seen = look(StationPapers(self._station, listed, self._listed_hash, opened, sizes, must_open))
        self._findings += seen.findings
        return seen

    def _says_opened(self, listed: BallotList) -> bool:
        """Whether the sheet of the closing opened its ballots; if not, that its challenged ones stay closed is said."""
        path = sheet_path(self._station, 0)
        try:
            opened = read_document(self._folder.read(path), TallySheet, path).opened if self._folder.has(path) else True
        except UrnaError:
            return True  # found where the sheets are inspected
        challenged = sum(ballot.state is BallotState.CHALLENGED for ballot in listed.ballots)
        if not opened and challenged and not self._folder.has(opened_path(self._station)):
            values: dict[str, str | int] = {"station": self._station, "count": challenged}
            self._remarks.append(
                Sentence("Station {station} lost its closing cards: {count} challenged ballots stay closed.", values)
            )
        return opened

    def _sheets(self, zero_reports: Mapping[int, Hash], listed: BallotList | None) -> Iterator[SheetSeen]:
        for place, (sequence, path) in enumerate(self._files(Kind.SHEET)):
            if sequence != place:
                values: dict[str, str | int] = {"station": self._station, "left": sequence, "right": place}
                sentence = Sentence("Station {station}: a sheet has sequence {left}, expected {right}.", values)
                self._find(Check.STATIONS_ONCE, sentence, path)
            data = self._read(path)
            if data is not None:
                leaf = self._known.leaves.get(path)
                adds = self._inspect_sheet(path, data, sequence, zero_reports, listed)
                yield SheetSeen(sequence, digest(data), leaf.place if leaf else None, adds)

    def _inspect_sheet(
        self, path: str, data: bytes, sequence: int, zero_reports: Mapping[int, Hash], listed: BallotList | None
    ) -> StationCount | None:
        """What the sheet adds to the totals, after every check on it; None if that cannot be read."""
        try:
            sheet = read_document(data, TallySheet, path)
        except UrnaError as error:
            self._find(Check.BOOTH_SIGNATURES, in_a_sentence(error), path)
            return None
        self._check_booths(path, data)
        if sheet.election != self._election.identity or sheet.station != self._station or sheet.sequence != sequence:
            self._find(Check.STATIONS_ONCE, self._foreign(sheet.station), path)
            return None
        statement = self._statement(path, sheet)
        if statement is None:
            return None
        commitment = self._known.roll.get(self._station)
        case = Case(self._election, sheet, statement, commitment, zero_reports, listed)
        found = reconcile(case)
        for breach in found.breaches:
            check = _RULE_CHECKS.get(breach.rule, Check.RECONCILIATION)
            self._find(check, breach.sentence, path, rule=f"{int(Check.RECONCILIATION)}.{breach.rule}")
        self._remarks += found.remarks
        return count_of(sheet, statement) if self._can_be_summed(sheet) else None

    def _check_booths(self, path: str, data: bytes) -> None:
        try:
            verifiers = booth_verifiers(self._election, self._speaking_keys())
            open_document(data, TallySheet, verifiers, len(verifiers), path)
        except UrnaError as error:
            self._find(Check.BOOTH_SIGNATURES, in_a_sentence(error), path)

    def _statement(self, path: str, sheet: TallySheet) -> PollBookStatement | None:
        data = sheet.statement.encode()
        try:
            statement = read_document(data, PollBookStatement, path)
            verifier = poll_book_verifier(self._election, self._speaking_keys())
            open_document(data, PollBookStatement, [verifier], 1, path)
        except Malformed as error:
            self._find(Check.POLL_BOOK_SIGNATURES, in_a_sentence(error), path)
            return None
        except UrnaError as error:
            self._find(Check.POLL_BOOK_SIGNATURES, in_a_sentence(error), path)
        if (statement.election, statement.station) != (self._election.identity, self._station):
            self._find(Check.POLL_BOOK_SIGNATURES, self._foreign(statement.station), path)
        return statement

    def _speaking_keys(self) -> StationKeys:
        keyring = self._known.keyring
        keys = keyring.of(self._station)
        if keys is None:
            found = Sentence("keys that are revoked") if keyring.revoked(self._station) else Sentence("none")
            expected = Sentence("one certified set of keys that is not revoked")
            raise Unproven(expected, found, Sentence("Ask the authority."), self._station)
        return keys

    def _can_be_summed(self, sheet: TallySheet) -> bool:
        """Whether the sheet's contests and options are the definition's, so that adding means something."""
        contests = self._election.contests_of_station(self._station)
        return [each.contest for each in sheet.contests] == [contest.code for contest in contests] and all(
            tally.votes is None or [each.option for each in tally.votes] == [option.code for option in contest.options]
            for tally, contest in zip(sheet.contests, contests, strict=True)
        )

    def _files(self, kind: Kind) -> list[tuple[int, str]]:
        places = self._folder.places
        paths = self._folder.stations.get(self._station, ())
        return sorted((places[path].number, path) for path in paths if places[path].kind is kind)

    def _read(self, path: str) -> bytes | None:
        """The bytes of a file, compared with its leaf."""
        try:
            data = self._folder.read(path)
        except UrnaError as error:
            self._find(Check.LEAVES, in_a_sentence(error), path)
            return None
        leaf = self._known.leaves.get(path)
        if leaf is not None:
            self._findings += compare_bytes(path, data, leaf)
        return data

    def _find(self, check: Check, sentence: Sentence, path: str, rule: str = "") -> None:
        self._findings.append(finding(check, sentence, file=path, station=self._station, rule=rule))

    def _foreign(self, station: Code) -> Sentence:
        values: dict[str, str | int] = {"station": self._station, "other": station}
        return Sentence(
            "A paper in the folder of station {station} names station {other}, another election or another number.",
            values,
        )

    def _unsorted(self, ids: list[str]) -> Sentence:
        values: dict[str, str | int] = {"station": self._station, "left": len(ids), "right": len(set(ids))}
        return Sentence(
            "Station {station} lists {left} ballots with {right} different ids, or not in their order.", values
        )
