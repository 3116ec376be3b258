"""The findings of a folder while it is read: each mistake once, at its line, and nothing that only follows from one.

A value that cannot be used is reported and replaced by a harmless one, so that reading goes on and finds the
other mistakes too. A line that has a finding of its own gets no second one from the rules that follow.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from urna.errors import Finding
from urna.words import Sentence


class Place(NamedTuple):
    """A line of a file; line 0 is the file as a whole."""

    file: str
    line: int = 0


class Ledger:
    """What was found so far.

    Args:
        files: the files in the order in which findings are listed.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
        self._findings: list[Finding] = []
        self._said: set[object] = set()
        self._blamed: set[Place] = set()
        self.unreadable: set[str] = set()
        """Files so broken that no rule about the whole can be applied."""

    def add(self, place: Place, problem: str, remedy: str, /, **values: str | int) -> None:
        """Report a mistake; problem and remedy are templates marked by `N_`, and share their values."""
        self._findings.append(Finding(place.file, place.line, Sentence(problem, values), Sentence(remedy, values)))
        self._blamed.add(place)

    def blame(self, place: Place) -> None:
        """Say nothing more about this line: what is wrong with it is reported elsewhere."""
        self._blamed.add(place)

    def is_blamed(self, place: Place) -> bool:
        """Whether this line has a finding already."""
        return place.line > 0 and place in self._blamed

    def follow(self, finding: Finding, once: object = None) -> None:
        """Report what a rule of the whole found; of those that share `once` at one line, the first only."""
        key = (finding.file, finding.line, once)
        if once is not None and key in self._said:
            return
        self._said.add(key)
        self._findings.append(finding)

    def sorted(self) -> list[Finding]:
        """All findings, by file and line."""
        return sorted(self._findings, key=lambda finding: (self._files.index(finding.file), finding.line))


def meant(word: str, known: Iterable[str]) -> str:
    """The known word that somebody most likely meant, or none."""
    close = get_close_matches(word.lower(), {name.lower(): name for name in known}, n=1, cutoff=0.75)
    return next((name for name in known if close and name.lower() == close[0]), "")
