"""Check 31: the counts of an audit are of the boxes that it drew, and each is one that the box can hold."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.encoding.letters import letters_of
from urna.verify.audit_order import drawn_in
from urna.verify.audit_papers import BoxCount
from urna.verify.audit_reading import AuditPapers, Paper
from urna.verify.audit_sheets import Grounds, hand_votes
from urna.words import N_, Sentence

MOST_SLIPS = 1_000_000
"""In one box."""


class Doubt(NamedTuple):
    """What is wrong with a paper of an audit."""

    path: str
    station: Code
    sentence: Sentence


def doubts_of_counts(election: Election, papers: AuditPapers, grounds: Grounds) -> Iterator[Doubt]:
    """What is wrong with an audit's counts.

    1. Each is of this seed, and of a box that was drawn; or a report had said that every box is counted.
    2. Sequences without a gap, each later one with a reason; two people each.
    3. A lost box has nothing in it; any other every option of the audited contests that its sheet shows, and no more
       votes than its papers.
    """
    boxes = {box.code: box for box in papers.manifest.record.containers} if papers.manifest else {}
    drawn = drawn_in(papers)
    for station, counts in papers.counts.items():
        for number, paper in enumerate(counts, start=1):
            if station not in boxes or papers.seed is None or paper.record.seed != papers.seed.sha256:
                yield _doubt(paper, N_("{file} counts a box that this audit's seed and manifest do not know."))
                continue
            if station not in drawn and not _is_every_box_counted(papers, paper):
                yield _doubt(paper, N_("{file} counts a box that was not drawn."))
            if paper.record.sequence != number:
                yield _doubt(
                    paper, N_("{file} is count {left} of its box, expected {right}."), paper.record.sequence, number
                )
            yield from _doubts_of_people(paper)
            yield from _doubts_of_box(election, grounds, paper, papers.commitment.record.contests)


def _is_every_box_counted(papers: AuditPapers, paper: Paper[BoxCount]) -> bool:
    """Whether a report before it said so."""
    return papers.commitment.record.method in ("macro", "polling") and any(
        report.record.outcome == "full_count"
        and (report.place is None or paper.place is None or report.place < paper.place)
        for report in papers.reports
    )


def _doubts_of_people(paper: Paper[BoxCount]) -> Iterator[Doubt]:
    count = paper.record
    first, second = map(letters_of, count.typed_by)
    if not first or not second or first == second:
        yield _doubt(paper, N_("{file} was not typed by two different people."))
    if not count.reason.strip() and (count.sequence > 1 or count.state == "lost"):
        yield _doubt(paper, N_("{file} replaces a count, or says that a box is lost, and gives no reason."))


def _doubts_of_box(
    election: Election, grounds: Grounds, paper: Paper[BoxCount], audited: Collection[Code]
) -> Iterator[Doubt]:
    count = paper.record
    if count.state == "lost":
        if count.papers or count.lines or count.withheld:
            yield _doubt(paper, N_("{file} says that a box is lost, and what was in it."))
        return
    here = election.contests_of_station(count.station)
    contests = {contest.code: contest for contest in here if contest.code in audited}
    if not _is_withheld_as_on_a_sheet(grounds, count, contests):
        yield _doubt(paper, N_("{file} withholds other contests than the station's sheet."))
        return
    shown = [contest for code, contest in contests.items() if code not in count.withheld]
    listed = [(line.contest, line.option) for line in count.lines]
    expected = sorted((contest.code, option.code) for contest in shown for option in contest.options)
    if listed != expected or list(count.withheld) != sorted(set(count.withheld) & set(contests)):
        yield _doubt(
            paper, N_("{file} has {left} options, expected the {right} that are not withheld, in order, each once."),
            len(listed), len(expected),
        )  # fmt: skip
        return
    if count.papers > MOST_SLIPS:
        yield _doubt(
            paper, N_("{file} has {left} slips in one box; more than {right} are none."), count.papers, MOST_SLIPS
        )
    for contest in shown:
        yield from _doubts_of_contest(paper, contest)


def _is_withheld_as_on_a_sheet(grounds: Grounds, count: BoxCount, audited: Collection[Code]) -> bool:
    """As on one of the station's sheets, of which there is one: a hot audit may count before a sheet is corrected."""
    sheets = grounds.all_tallies(count.station)
    hidden = [{code for code, tally in sheet.items() if tally.votes is None and code in audited} for sheet in sheets]
    return set(count.withheld) in hidden


def _doubts_of_contest(paper: Paper[BoxCount], contest: Contest) -> Iterator[Doubt]:
    votes = hand_votes(contest, paper.record)
    papers = paper.record.papers
    if sum(votes.values()) > papers * contest.votes_allowed:
        left, right = sum(votes.values()), papers * contest.votes_allowed
        yield _doubt(paper, N_("{file} has {left} votes in a contest, and papers for {right}."), left, right)
    elif max(votes.values(), default=0) > papers:
        yield _doubt(
            paper, N_("{file} has {left} votes for one choice on {right} papers."), max(votes.values()), papers
        )


def newest_before(papers: AuditPapers, place: int | None) -> Mapping[Code, Paper[BoxCount]]:
    """The newest count of each box, of those in the log before a leaf."""
    found = {}
    for station, counts in papers.counts.items():
        there = [each for each in counts if place is None or each.place is None or each.place < place]
        if there:
            found[station] = there[-1]
    return found


def _doubt(paper: Paper[BoxCount], template: str, left: int = 0, right: int = 0) -> Doubt:
    values: dict[str, str | int] = {"file": paper.path, "left": left, "right": right}
    return Doubt(paper.path, paper.record.station, Sentence(template, values))
