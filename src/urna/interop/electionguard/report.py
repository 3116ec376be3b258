"""What the verification of a record of others says: one outcome for each box of the specification and each of ours.

A finding names its condition as the specification does, `5.D`; the checks that the boxes forget are S1 to S8.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from urna.encoding.canonical import printable
from urna.errors import Unproven, UrnaError
from urna.verify.report import MAX_FINDINGS, Status, in_a_sentence
from urna.words import N_, Sentence

T = TypeVar("T")

TITLES = {
    "1": N_("Version, parameters and base hashes"),
    "2": N_("Each guardian knows its coefficients"),
    "3": N_("The joint key is the product of the guardians' keys"),
    "4": N_("The extended base hash"),
    "5": N_("Each selection is proven to be in its range"),
    "6": N_("Each contest is proven to keep its limit"),
    "7": N_("Confirmation codes and their chains"),
    "8": N_("The encrypted tally is the product of the cast ballots"),
    "9": N_("The tally was decrypted right"),
    "10": N_("The tally's votes and labels"),
    "11": N_("Contest data of cast ballots was decrypted right"),
    "12": N_("Challenged ballots were decrypted right"),
    "13": N_("Challenged ballots' votes, limits and labels"),
    "14": N_("Contest data of challenged ballots was decrypted right"),
    "S1": N_("Every file is well formed and where it belongs"),
    "S2": N_("Guardians 1 to n stand once each, with k coefficients"),
    "S3": N_("Each ballot has the contests and options of its style, each once"),
    "S4": N_("Each ballot is cast or challenged, and listed once"),
    "S5": N_("Each opening is that of the challenged ballot of its name"),
    "S6": N_("The tally has the manifest's contests and options, each once"),
    "S7": N_("The manifest contradicts itself nowhere"),
    "S8": N_("Every file is of this election"),
}
"""The verification boxes of 2.0.0, and the structural checks that they forget."""

ANOTHER = Sentence("another value")

REMEDY = Sentence("Ask whoever made the record for the right one; do not trust its totals.")


class Finding(NamedTuple):
    """One thing that is wrong: the condition that it breaks, the file, and what was expected and found."""

    condition: str
    file: str
    sentence: Sentence

    @property
    def check(self) -> str:
        """The box or check of the condition: `5` of `5.D`."""
        return self.condition.partition(".")[0]


class Outcome(NamedTuple):
    """One box or check: how it ended, on what, and what is wrong."""

    check: str
    title: str
    status: Status
    detail: Sentence | None
    findings: tuple[Finding, ...]
    total: int
    """Number of all findings, those beyond the first ones included."""


class Report(NamedTuple):
    """The whole verification."""

    outcomes: tuple[Outcome, ...]
    remarks: tuple[Sentence, ...]

    @property
    def is_proven(self) -> bool:
        """Whether every check passed, those about absent things left aside."""
        return all(each.status in (Status.PASSED, Status.ABSENT) for each in self.outcomes)

    @property
    def broken(self) -> frozenset[str]:
        """The conditions that do not hold."""
        return frozenset(finding.condition for each in self.outcomes for finding in each.findings)


class Notebook:
    """Where the checks write down what they find; findings of one check beyond the first ones are only counted."""

    def __init__(self) -> None:
        self._findings: dict[str, list[Finding]] = {}
        self._counts: dict[str, int] = {}
        self._statuses: dict[str, Status] = {}
        self._details: dict[str, Sentence] = {}
        self.remarks: list[Sentence] = []

    def page(self, file: str) -> "Page":
        """This notebook, open at a file."""
        return Page(self, file)

    def take(self, findings: Iterable[Finding]) -> None:
        """Writes down what was found."""
        for finding in findings:
            self._counts[finding.check] = self._counts.get(finding.check, 0) + 1
            kept = self._findings.setdefault(finding.check, [])
            if len(kept) < MAX_FINDINGS:
                kept.append(finding)

    def checked(self, *checks: str, detail: Sentence | None = None) -> None:
        """Says that these checks were carried out, and on what."""
        for check in checks:
            self._statuses[check] = Status.PASSED
            if detail is not None:
                self._details[check] = detail

    def absent(self, *checks: str) -> None:
        """Says that what these checks are about is not in the record."""
        self._statuses.update(dict.fromkeys(checks, Status.ABSENT))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that were kept."""
        return tuple(finding for kept in self._findings.values() for finding in kept)

    def report(self) -> Report:
        """Every check with its outcome, in order."""
        return Report(tuple(self._outcome(check) for check in TITLES), tuple(self.remarks))

    def _outcome(self, check: str) -> Outcome:
        found = tuple(self._findings.get(check, ()))
        status = Status.FAILED if found else self._statuses.get(check, Status.NOT_CHECKED)
        detail = self._details.get(check)
        return Outcome(check, TITLES[check], status, detail, found, self._counts.get(check, 0))


class Page:
    """A notebook open at one file; paths and labels are shown as a terminal may show them.

    Args:
        book: where findings go.
        file: the path that they name.
    """

    def __init__(self, book: Notebook, file: str) -> None:
        self.book = book
        self.file = file
        self._shown = printable(file)

    def attempt(self, condition: str, act: Callable[[], T]) -> T | None:
        """What the act gives; if it raises one of urna's errors, that is a finding, and None comes back."""
        try:
            return act()
        except UrnaError as error:
            error.where = printable(error.where)
            self.book.take([Finding(condition, self._shown, in_a_sentence(error))])
            return None

    def demand(
        self, condition: str, *, holds: bool, expected: Sentence, found: Sentence = ANOTHER, where: str = ""
    ) -> bool:
        """Writes a finding unless the condition holds, and says whether it does."""
        if not holds:
            error = Unproven(expected, found, REMEDY, printable(where))
            self.book.take([Finding(condition, self._shown, in_a_sentence(error))])
        return holds
