"""One mistake of a definition, and where in the definition it is.

The same rules check a folder that an official wrote, whose findings name a file and a line, and a record that
somebody else made, which has no lines; so a rule names a path, and each reader turns paths into its own places.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from urna.errors import Finding
from urna.words import Sentence

Path = tuple[str | int, ...]
"""Names and indexes from the top of the definition: ("contests", 2, "options", 0)."""


class Mistake(NamedTuple):
    """What is wrong at a path, naming the thing itself, and what to do about it."""

    path: Path
    problem: Sentence
    remedy: Sentence

    def at(self, file: str, line: int = 0) -> Finding:
        """The mistake as a finding in a file."""
        return Finding(file, line, self.problem, self.remedy)


def wrong(path: Path, problem: str, remedy: str, /, **values: str | int) -> Mistake:
    """A mistake whose problem and remedy share their values.

    The two templates are marked for translators by `N_` where they are written.
    """
    return Mistake(path, Sentence(problem, values), Sentence(remedy, values))


def doubled(codes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The index of each code that stood before, with the index where it stood first."""
    first: dict[str, int] = {}
    for index, code in enumerate(codes):
        if code in first:
            yield index, first[code]
        else:
            first[code] = index


def doubled_codes(section: str, codes: Iterable[str], problem: str, remedy: str) -> Iterator[Mistake]:
    """A mistake for each code of a section that is used twice."""
    listed = list(codes)
    for index, _ in doubled(listed):
        yield wrong((section, index), problem, remedy, code=listed[index])
