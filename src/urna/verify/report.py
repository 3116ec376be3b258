"""What a verification says: one numbered outcome for each check, and a sentence for each thing that is wrong.

The numbers never change, so that a tampering case, a newspaper and a court can quote them. docs/verification.md
says each one in plain words.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import NamedTuple, cast

from urna.encoding.canonical import Code, printable
from urna.errors import UrnaError
from urna.record.layout import place_of
from urna.words import N_, Sentence

MAX_FINDINGS = 500
"""Findings kept for each check; more are counted, so that a hostile record cannot fill the memory."""

MAX_VALUE = 2000
"""Letters of a text from the record that a sentence quotes."""

NO_WORDS = ""
"""The template of a check without detail; a literal would be collected, and gettext keeps "" for its header."""


class Check(IntEnum):
    """The checks, in the order of the procedure."""

    FOLDER = 1
    DEFINITION_SIGNED = 2
    DEFINITION_SOUND = 3
    STATION_KEYS = 4
    ROLL = 5
    CHECKPOINT = 6
    TREE = 7
    GROWTH = 8
    LEAVES = 9
    ORDER = 10
    ZERO_REPORTS = 11
    STATIONS_ONCE = 12
    BOOTH_SIGNATURES = 13
    POLL_BOOK_SIGNATURES = 14
    RECONCILIATION = 15
    BALLOT_LISTS = 16
    CIPHERTEXTS = 17
    SECRECY_THRESHOLD = 18
    RESULTS = 19
    TOTALS = 20
    TURNOUT = 21
    SEATS = 22
    ELECTED = 23
    INCIDENTS = 24
    BALLOT_PROOFS = 25
    CHALLENGED = 26
    GUARDIANS = 27
    AGGREGATES = 28
    HAND_COUNTS = 29
    AUDIT_DRAWS = 30
    AUDIT_COUNTS = 31
    AUDIT_RISK = 32
    EXAMINATIONS = 33


ENCRYPTED_CHECKS = (
    Check.CIPHERTEXTS,
    Check.BALLOT_PROOFS,
    Check.CHALLENGED,
    Check.GUARDIANS,
    Check.AGGREGATES,
)
"""The checks of an election with guardians; absent in one without them."""

AUDIT_CHECKS = (Check.AUDIT_DRAWS, Check.AUDIT_COUNTS, Check.AUDIT_RISK)
"""The checks of audits; absent in a record without any."""

TITLES = {
    Check.FOLDER: N_("The folder holds a record's files and no others"),
    Check.DEFINITION_SIGNED: N_("Enough officers signed the definition"),
    Check.DEFINITION_SOUND: N_("The definition breaks no rule"),
    Check.STATION_KEYS: N_("Each station has one set of certified keys"),
    Check.ROLL: N_("The roll's commitments fit the definition"),
    Check.CHECKPOINT: N_("Log and witnesses signed the checkpoint"),
    Check.TREE: N_("The log's files make the checkpoint's tree"),
    Check.GROWTH: N_("The log only ever grew"),
    Check.LEAVES: N_("Each file is one leaf, each leaf one file"),
    Check.ORDER: N_("All was published in the order of the day"),
    Check.ZERO_REPORTS: N_("Every booth began with zero"),
    Check.STATIONS_ONCE: N_("Each station stands once, none is unknown"),
    Check.BOOTH_SIGNATURES: N_("All booths signed their station's sheet"),
    Check.POLL_BOOK_SIGNATURES: N_("Each poll book signed its statement"),
    Check.RECONCILIATION: N_("The numbers of each station agree"),
    Check.BALLOT_LISTS: N_("Ballot lists fit the sheets, no ballot twice"),
    Check.CIPHERTEXTS: N_("The sheets follow from encrypted ballots"),
    Check.SECRECY_THRESHOLD: N_("Votes are withheld exactly below threshold"),
    Check.RESULTS: N_("The results count each station as it stands"),
    Check.TOTALS: N_("The totals are the sums of the sheets"),
    Check.TURNOUT: N_("The turnout is the sum of the stations"),
    Check.SEATS: N_("The seats follow from the totals"),
    Check.ELECTED: N_("The elected persons follow from the seats"),
    Check.INCIDENTS: N_("What was not counted is signed and numbered"),
    Check.BALLOT_PROOFS: N_("Every encrypted ballot proves that it is valid"),
    Check.CHALLENGED: N_("Challenged ballots open to what was encrypted"),
    Check.GUARDIANS: N_("The guardians' shares make the joint key"),
    Check.AGGREGATES: N_("The guardians opened what they say, and no small set"),
    Check.HAND_COUNTS: N_("Hand counts count only by decision"),
    Check.AUDIT_DRAWS: N_("Each audit's draw follows its public seed"),
    Check.AUDIT_COUNTS: N_("The counts of the drawn boxes are there"),
    Check.AUDIT_RISK: N_("Each audit's risk follows from its counts"),
    Check.EXAMINATIONS: N_("Examinations are signed and numbered"),
}


class Status(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    """What the check is about is not in this record; it proves nothing and fails nothing."""
    NOT_CHECKED = "not checked"
    """Something that this check needs is broken; see the failed ones. It counts as a failure."""


class Finding(NamedTuple):
    """One thing that is wrong: the check and rule it breaks, where, and a sentence with both numbers."""

    check: Check
    rule: str
    """The check's number, or "15.23" for rule 23 of reconciliation."""
    file: str
    station: Code
    """Empty where it is no single station's."""
    sentence: Sentence


class CheckOutcome(NamedTuple):
    """One check: its number and title, how it ended, what was looked at, and what is wrong."""

    number: int
    title: str
    status: Status
    detail: Sentence
    findings: tuple[Finding, ...]
    total: int
    """Number of all findings, those beyond the first ones included."""


class Report(NamedTuple):
    """The whole verification."""

    checks: tuple[CheckOutcome, ...]
    remarks: tuple[Sentence, ...]
    """Facts that the reader should know and that fail nothing."""
    election: str
    """The election's identity; empty if the definition cannot be read."""
    title: Mapping[str, str]
    purpose: str

    @property
    def is_proven(self) -> bool:
        """Whether every check passed, those about absent things left aside."""
        return all(check.status in (Status.PASSED, Status.ABSENT) for check in self.checks)

    @property
    def failed(self) -> frozenset[int]:
        """The numbers of the checks that failed."""
        return frozenset(check.number for check in self.checks if check.status is Status.FAILED)


class Notebook:
    """Where the checks write down what they find."""

    def __init__(self) -> None:
        self._findings: dict[Check, list[Finding]] = {}
        self._counts: dict[Check, int] = {}
        self._absent: set[Check] = set()
        self._open: set[Check] = set(Check)
        self._details: dict[Check, Sentence] = {}
        self.first: list[Sentence] = []
        """Remarks on audits, and on what people decided: a screen shows the first twenty, and corrections of sheets or
        jams of printers could be made by the dozen to stand before them."""
        self.remarks: list[Sentence] = []

    def checked(self, *checks: Check, detail: Sentence | None = None) -> None:
        """Says that these checks were carried out, and on what."""
        self._open.difference_update(checks)
        if detail is not None:
            self._details.update(dict.fromkeys(checks, detail))

    def absent(self, *checks: Check, detail: Sentence) -> None:
        """Says that what these checks are about is not in the record."""
        self.checked(*checks, detail=detail)
        self._absent.update(checks)

    def find(self, check: Check, sentence: Sentence, *, file: str = "", station: Code = "", rule: str = "") -> None:
        """Writes down one thing that is wrong."""
        self.take(finding(check, sentence, file=file, station=station, rule=rule))

    def take(self, *findings: Finding) -> None:
        """Writes down what was found elsewhere."""
        for one in findings:
            self._counts[one.check] = self._counts.get(one.check, 0) + 1
            kept = self._findings.setdefault(one.check, [])
            if len(kept) < MAX_FINDINGS:
                kept.append(one)

    def found(self, *checks: Check) -> bool:
        """Whether one of these checks found something."""
        return bool(self.total(*checks))

    def total(self, *checks: Check) -> int:
        """How many things these checks found so far."""
        return sum(self._counts.get(check, 0) for check in checks)

    def said(self) -> tuple[Sentence, ...]:
        """All remarks, as they can be shown and sent."""
        return tuple(map(_portable, (*self.first, *self.remarks)))

    def outcomes(self) -> tuple[CheckOutcome, ...]:
        """Every check with its outcome, by number."""
        return tuple(self._outcome(check) for check in Check)

    def _outcome(self, check: Check) -> CheckOutcome:
        found = tuple(self._findings.get(check, ()))
        if found:
            status = Status.FAILED
        elif check in self._absent:
            status = Status.ABSENT
        else:
            status = Status.NOT_CHECKED if check in self._open else Status.PASSED
        detail = self._details.get(check, Sentence(NO_WORDS, {}))
        return CheckOutcome(int(check), TITLES[check], status, detail, found, self._counts.get(check, 0))


def finding(check: Check, sentence: Sentence, *, file: str = "", station: Code = "", rule: str = "") -> Finding:
    """A finding; its sentence can be sent between processes."""
    return Finding(check, rule or str(int(check)), printable(file, MAX_VALUE), station, _portable(sentence))


def in_a_sentence(error: UrnaError) -> Sentence:
    """What an error says, as the sentence of a finding; its parts stay sentences, so that they can be translated."""
    parts: dict[str, object] = {"expected": error.expected, "found": error.found}
    if not error.where or place_of(error.where) is not None:
        return _portable(Sentence("Expected {expected}, found {found}.", cast(Mapping[str, str | int], parts)))
    parts["where"] = error.where
    return _portable(Sentence("{where}: expected {expected}, found {found}.", cast(Mapping[str, str | int], parts)))


def _portable(sentence: Sentence) -> Sentence:
    """The sentence with plain dictionaries, which every process can be sent; no text in it gives a terminal orders."""
    values = {name: _value(each) for name, each in sentence.values.items()}
    return Sentence(sentence.template, cast(Mapping[str, str | int], values))


def _value(value: object) -> object:
    if isinstance(value, Sentence):
        return _portable(value)
    return printable(value, MAX_VALUE) if isinstance(value, str) else value
