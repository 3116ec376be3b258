"""Every error that urna raises on purpose.

    UrnaError
    ├── Malformed     these bytes are not what they claim to be
    │   └── Findings  several mistakes of one input, reported all at once
    ├── Unproven      well formed, but it does not verify: a signature, a proof, a count
    └── OutOfOrder    right in itself, but not now: the state does not allow it

Anything else that escapes is a bug and crashes. Each error says what was expected, what was found and what
to do, and where; none carries a secret.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.words import Sentence


class UrnaError(Exception):
    """An error with its three parts: what was expected, what was found, what to do next.

    Args:
        expected: what the rule asks for, as the end of "expected …".
        found: what is there instead, as the end of "found …". Never a secret.
        remedy: one sentence, an imperative, for the person who reads it.
        where: a file, "file:line", a station or another place; empty when there is none.
    """

    def __init__(
        self, expected: Sentence | str, found: Sentence | str, remedy: Sentence | str, where: str = ""
    ) -> None:
        self.expected = expected
        self.found = found
        self.remedy = remedy
        self.where = where
        super().__init__(str(self))

    def __str__(self) -> str:
        """One line in English."""
        place = f"{self.where}: " if self.where else ""
        return f"{place}expected {self.expected}, found {self.found}. {self.remedy}"


class Malformed(UrnaError):
    """These bytes are not what they claim to be."""


class Unproven(UrnaError):
    """Well formed, but it does not verify."""


class OutOfOrder(UrnaError):
    """Right in itself, but the state does not allow it now."""


class Finding(NamedTuple):
    """One mistake in an input that a person wrote: where, what is wrong, what to do.

    `line` counts from 1; 0 means the file as a whole.
    """

    file: str
    line: int
    problem: Sentence
    remedy: Sentence

    def __str__(self) -> str:
        """One line in English: file:line: problem. Remedy."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem} {self.remedy}"


class Findings(Malformed):
    """Several mistakes of one input, reported all at once; nothing was taken from it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            Sentence("an input without mistakes"),
            Sentence("{count} mistakes", {"count": len(self.findings)}),
            Sentence("Mend each of them and try again; nothing was changed."),
        )

    def __str__(self) -> str:
        """All mistakes, a line each."""
        return "\n".join([super().__str__(), *(str(finding) for finding in self.findings)])
