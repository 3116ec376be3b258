"""Part of check 30: a manifest can be drawn from again, and its boxes are as large as what their sheets account for."""

from collections.abc import Iterator

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.verify.audit_papers import Commitment, Manifest
from urna.verify.audit_sheets import Grounds
from urna.verify.results import Edition
from urna.words import Sentence

PAPERS_PER_ELECTOR = 3
"""Challenged ballots and what a box may have beyond its roll among them: far more than there are."""

LEAST_PAPERS = 100_000


def doubts_of_population(election: Election, rules: Commitment, manifest: Manifest) -> Iterator[Sentence]:
    """Papers are drawn from again one by one: a manifest of one line can name a billion, which would take hours."""
    electors = sum(station.electors for station in election.stations.values())
    papers, most = sum(box.size for box in manifest.containers), max(LEAST_PAPERS, PAPERS_PER_ELECTOR * electors)
    if rules.unit == "paper" and papers > most:
        values: dict[str, str | int] = {"audit": rules.audit, "left": papers, "right": most}
        yield Sentence("Audit {audit} draws from {left} papers; this election can have {right}.", values)


def small_boxes(
    rules: Commitment, manifest: Manifest, grounds: Grounds, edition: Edition | None
) -> Iterator[tuple[Code, int, int]]:
    """Boxes said to hold fewer slips than the sheet has ballots of an audited contest: the ballots, and the size.

    Such a box could hide more than its weight says, so every risk that rests on the manifest is too low.
    """
    for box in manifest.containers:
        sheet = grounds.tallies(box.code, edition) or {}
        ballots = max((sheet[code].ballots for code in rules.contests if code in sheet), default=0)
        if ballots > box.size:
            yield box.code, ballots, box.size


def doubts_of_bounds(
    rules: Commitment, manifest: Manifest, grounds: Grounds, edition: Edition | None
) -> Iterator[Sentence]:
    """Of audited results: the sheets were there when the manifest was made. Of a share they come later."""
    for box, left, right in small_boxes(rules, manifest, grounds, edition) if rules.method != "share" else ():
        values: dict[str, str | int] = {"box": box, "left": left, "right": right}
        yield Sentence("The sheet of {box} has {left} ballots of an audited contest, its box {right} slips.", values)
