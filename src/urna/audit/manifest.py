"""The ballot manifest: which containers hold how much paper, so that every paper has a number to be drawn by.

A container is what lies together: a station's box, or a batch of it. Its papers are counted by hand. Where fewer papers
are found than there may be, phantoms stand for the missing ones: they are drawn like papers, nobody finds them,
and the risk functions then assume the worst of them. How many there may be (the bound) has to come from outside
the machine that is audited; `Bound` says from where.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import NamedTuple

from urna.encoding.canonical import Code, Count, Hash, Record, decode
from urna.errors import Finding, Findings, Malformed
from urna.words import Sentence

MOST_PAPERS = 2**53 - 1
"""What a manifest's counts, summed, may reach."""


_POSITION = re.compile(r"\A[1-9][0-9]{0,15}\Z")


class Bound(StrEnum):
    """Where the most papers that there may be are known from."""

    SIGNATURES = "signatures"
    """Signatures in the paper book, counted by hand before the machine's numbers were shown."""
    REGISTERED = "registered"
    """Electors on the roll, committed before the day."""
    REPORTED = "reported"
    """Cast ballots of the sheet: for comparing sheets with paper. By itself it bounds nothing, since the machine that
    is audited produced it."""


class Container(Record, frozen=True, kw_only=True):
    """A box or batch."""

    code: Code
    centre: Code
    """The voting centre it belongs to."""
    papers: Count
    """Counted by hand."""
    phantoms: Count

    @property
    def size(self) -> int:
        """Papers and phantoms."""
        return self.papers + self.phantoms


class BallotManifest(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-manifest/1"):
    """All containers, by code; its SHA-256 is committed before the seed."""

    election: Hash
    bound: Bound
    containers: tuple[Container, ...]
    """Ascending by code, which makes papers' numbers and the manifest's hash independent of who listed them."""
    papers: Count
    phantoms: Count

    @property
    def size(self) -> int:
        """Papers and phantoms of all containers."""
        return self.papers + self.phantoms


class Counted(NamedTuple):
    """A container as counted, before phantoms; `line` says where it stands in the list, from 1."""

    code: Code
    centre: Code
    papers: int
    line: int = 0


def make_manifest(
    election: Hash, counted: Sequence[Counted], bounds: Mapping[Code, int], bound: Bound, papers: int
) -> BallotManifest:
    """The manifest of counted containers, filled up with phantoms.

    Args:
        election: whose papers they are.
        counted: in any order.
        bounds: by container, how many papers there may be.
        bound: where that is known from.
        papers: the sum that whoever counted wrote down, so that a lost line shows.

    Raises:
        Findings: no container, one listed twice, a count below 0, a bound that is missing or of nothing here, or
            another sum.
    """
    _check_counted(counted, bounds, papers)
    containers = tuple(
        Container(
            code=each.code,
            centre=each.centre,
            papers=each.papers,
            phantoms=max(0, bounds[each.code] - each.papers),
        )
        for each in sorted(counted)
    )
    manifest = BallotManifest(
        election=election,
        bound=bound,
        containers=containers,
        papers=papers,
        phantoms=sum(each.phantoms for each in containers),
    )
    check_manifest(manifest)
    return manifest


def over_bound(counted: Iterable[Counted], bounds: Mapping[Code, int]) -> tuple[Counted, ...]:
    """Containers with more papers than there may be: for the report and the rules, never a reason to drop paper."""
    return tuple(each for each in counted if each.papers > bounds[each.code])


def read_manifest(data: bytes, where: str = "") -> BallotManifest:
    """The manifest that these canonical bytes are.

    Raises:
        Malformed: not one, or its order or sums are wrong.
    """
    manifest = decode(data, BallotManifest, where)
    check_manifest(manifest, where)
    return manifest


def check_manifest(manifest: BallotManifest, where: str = "") -> None:
    """Returns if the containers are in order, each once, and the sums are theirs.

    Raises:
        Malformed: they are not.
    """
    for before, after in pairwise(manifest.containers):
        if before.code >= after.code:
            raise _malformed(
                Sentence("containers ascending by code, each once"),
                Sentence("{after} after {before}", {"after": after.code, "before": before.code}),
                where,
            )
    found = sum(each.papers for each in manifest.containers), sum(each.phantoms for each in manifest.containers)
    if found != (manifest.papers, manifest.phantoms) or not 1 <= sum(found) <= MOST_PAPERS:
        raise _malformed(
            Sentence(
                "{papers} papers and {phantoms} phantoms, at least one of them",
                {"papers": manifest.papers, "phantoms": manifest.phantoms},
            ),
            Sentence("{papers} and {phantoms} in its containers", {"papers": found[0], "phantoms": found[1]}),
            where,
        )


class Numbering:
    """The papers of a manifest by number, from 1: those of the first container, its phantoms, then the next one's.

    A paper's name is "container,position", the position counted from 1 from the top of the container.
    """

    def __init__(self, manifest: BallotManifest) -> None:
        self._containers = manifest.containers
        self._ends = list(accumulate(each.size for each in manifest.containers))

    @property
    def size(self) -> int:
        """How many."""
        return self._ends[-1]

    def name(self, number: int) -> str:
        """The name of the paper with this number.

        Raises:
            Malformed: there is none.
        """
        if not 1 <= number <= self.size:
            raise Malformed(
                Sentence("a number from 1 to {size}", {"size": self.size}),
                Sentence("{number}", {"number": number}),
                Sentence("Draw from the manifest that was committed."),
            )
        place = bisect_left(self._ends, number)
        container = self._containers[place]
        return f"{container.code},{number - self._ends[place] + container.size}"

    def is_phantom(self, name: str) -> bool:
        """Whether a paper's name stands for one that nobody can find.

        Raises:
            Malformed: the manifest has no paper of this name.
        """
        code, _, position = name.partition(",")
        place = bisect_left(self._containers, code, key=lambda container: container.code)
        found = self._containers[place] if place < len(self._containers) else None
        if found is None or found.code != code or not _POSITION.match(position) or int(position) > found.size:
            raise Malformed(
                Sentence("a paper of the manifest, as container,position"),
                Sentence("{name}", {"name": repr(name[:80])}),
                Sentence("Copy the name from the list of what was drawn."),
            )
        return int(position) > found.papers


def _check_counted(counted: Sequence[Counted], bounds: Mapping[Code, int], papers: int) -> None:
    findings = [*_lines(counted, bounds)]
    codes = {each.code for each in counted}
    for code in sorted(bounds.keys() - codes):
        problem = Sentence("{code} may have papers, but is not in the list.", {"code": code})
        findings.append(_finding(0, problem, Sentence("List it, with 0 papers if it is empty.")))
    found = sum(each.papers for each in counted)
    if not counted or found != papers:
        values: dict[str, str | int] = {"papers": papers, "found": found, "count": len(counted)}
        problem = Sentence("{papers} papers were said; the {count} containers have {found}.", values)
        findings.append(_finding(0, problem, Sentence("Compare the list with the count sheets, line by line.")))
    if findings:
        raise Findings(findings)


def _lines(counted: Sequence[Counted], bounds: Mapping[Code, int]) -> Iterator[Finding]:
    seen: dict[Code, int] = {}
    for number, each in enumerate(counted, start=1):
        line = each.line or number
        values: dict[str, str | int] = {"code": each.code, "papers": each.papers, "first": seen.get(each.code, 0)}
        if each.code in seen:
            problem = Sentence("{code} is listed already, in line {first}.", values)
            yield _finding(line, problem, Sentence("Keep one of them, or give parts of a box codes of their own."))
        if each.papers < 0:
            problem = Sentence("{code} has {papers} papers; a count is 0 or more.", values)
            yield _finding(line, problem, Sentence("Count it again."))
        if bounds.get(each.code, -1) < 0:
            problem = Sentence("How many papers {code} may have is not known.", values)
            yield _finding(line, problem, Sentence("Give its signatures, or its electors."))
        seen.setdefault(each.code, line)


def _finding(line: int, problem: Sentence, remedy: Sentence) -> Finding:
    return Finding("manifest", line, problem, remedy)


def _malformed(expected: Sentence, found: Sentence, where: str) -> Malformed:
    return Malformed(expected, found, Sentence("Make the manifest anew from the count sheets."), where or "manifest")
