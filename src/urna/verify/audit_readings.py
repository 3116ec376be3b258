"""Check 31 on an audit of slips: each reading is of its round, shows no small set, and has numbers that can be."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.encoding.letters import letters_of
from urna.verify.audit_papers import ContestReading, Manifest, Reading, Round
from urna.verify.audit_reading import AuditPapers, Paper
from urna.verify.audit_sheets import Table, by_choice
from urna.words import N_, Sentence

FEWEST = 20
"""Slips that the sums of a round are over, at least."""

Doubts = Iterator[tuple[str, Sentence]]
"""What is wrong, each with its path."""


def fewest(election: Election) -> int:
    """Slips in a round, and different ones of a contest that is read: 20, or the secrecy threshold."""
    return max(FEWEST, election.rules.secrecy_threshold)


def doubts_of_sizes(election: Election, papers: AuditPapers) -> Doubts:
    """Rounds that draw so few slips that their sums would show them, or so many that all sums together would."""
    if papers.commitment.record.method != "polling":
        return
    committed = papers.commitment.record.sizes
    drawn = [one.record.size for one in papers.rounds]
    for path, sizes in ((papers.commitment.path, committed), *((one.path, drawn) for one in papers.rounds[-1:])):
        few = min((after - before for before, after in pairwise((0, *sizes))), default=fewest(election))
        if few < fewest(election):
            values: dict[str, str | int] = {"file": path, "left": few, "right": fewest(election)}
            yield (
                path,
                Sentence("{file} has a round of {left} slips; fewer than {right} would show single ones.", values),
            )
        most = max(fewest(election), 2 * papers.commitment.record.population)
        if max(sizes, default=0) > most:
            values = {"file": path, "left": max(sizes), "right": most}
            yield (
                path,
                Sentence("{file} draws {left} slips in all; more than {right} would show single ones.", values),
            )


def doubts_of_readings(election: Election, papers: AuditPapers, tables: tuple[Table, ...]) -> Doubts:
    """What is wrong with an audit's readings.

    1. One for each round, in order, naming it; none where boxes are counted.
    2. Different people, and a reason exactly where a box is lost.
    3. The contests for which the round is large enough, and no others.
    4. Numbers that make up the draws, over enough slips that were found.
    5. Lost and overfull boxes are drawn ones, and the slips of a lost box are not found.
    """
    is_read = papers.commitment.record.method == "polling"
    for place, paper in enumerate(papers.readings, start=1):
        reading, number = paper.record, paper.record.round
        if not is_read or number > len(papers.rounds):
            yield _doubt(paper, N_("{file} reads slips that were not drawn."))
            continue
        if number != place:
            yield _doubt(paper, N_("{file} is there without the ones before it."))
        drawn = papers.rounds[number - 1]
        seed = papers.seed.sha256 if papers.seed else ""
        named = (reading.drawn, reading.commitment, reading.seed)
        if named != (drawn.sha256, papers.commitment.sha256, seed):
            yield _doubt(paper, N_("{file} is of another round than number {right}."), right=number)
            continue
        yield from _doubts_of_people(paper)
        this = _Read.of(election, papers, drawn.record, paper)
        read = [code for code in papers.commitment.record.contests if this.is_large_enough(code)]
        found = [each.contest for each in reading.contests]
        if found != read:
            yield _doubt(
                paper, N_("{file} reads {found}, expected {expected}."), found=_list(found), expected=_list(read)
            )
            continue
        by_code = {table.contest.code: table for table in tables}
        for sums in reading.contests:
            yield from _doubts_of_sums(this, by_code[sums.contest], sums)
        yield from _doubts_of_boxes(this)


def _doubts_of_people(paper: Paper[Reading]) -> Doubts:
    names = set(map(letters_of, paper.record.typed_by))
    if len(names - {""}) != len(paper.record.typed_by) or len(names) < 2:
        yield _doubt(paper, N_("{file} was not typed by two different people."))
    if bool(paper.record.reason.strip()) != bool(paper.record.lost):
        yield _doubt(paper, N_("{file} names lost boxes without a reason, or a reason without one."))


class _Read(NamedTuple):
    """A reading and what it is of."""

    election: Election
    paper: Paper[Reading]
    draws: Mapping[Code, int]
    """By box."""
    slips: Mapping[Code, int]
    """Different ones by box, of those that the manifest has counted."""
    manifest: Manifest | None

    @staticmethod
    def of(election: Election, papers: AuditPapers, drawn: Round, paper: Paper[Reading]) -> "_Read":
        """Of a round, box by box."""
        manifest = papers.manifest.record if papers.manifest else None
        counted = {box.code: box.papers for box in manifest.containers} if manifest else {}
        units = [draw.unit.rpartition(",")[::2] for draw in drawn.draws]
        different = Counter(box for box, place in set(units) if int(place) <= counted.get(box, 0))
        return _Read(election, paper, Counter(box for box, _ in units), different, manifest)

    def is_large_enough(self, contest: Code) -> bool:
        """Whether the round reads a contest, by its size."""
        needed = least_round(self.election, self.manifest, contest) if self.manifest else None
        return needed is not None and sum(self.draws.values()) >= needed

    def different(self, contest: Code, lost: Collection[Code] = ()) -> int:
        """Different slips in boxes of which every slip has a contest; lost boxes left out."""
        styles, stations = self.election.styles_with(contest), self.election.stations
        there = (box for box in self.slips if box not in lost)
        return sum(self.slips[box] for box in there if all(each.style in styles for each in stations[box].styles))

    def with_contest(self, contest: Code) -> dict[Code, int]:
        """Draws from each box that has a contest."""
        styles, stations = self.election.styles_with(contest), self.election.stations
        return {
            box: number
            for box, number in self.draws.items()
            if not styles.isdisjoint(each.style for each in stations[box].styles)
        }


def least_round(election: Election, manifest: Manifest, contest: Code) -> int | None:
    """The draws of the least round that reads a contest; None if none does.

    Of counted slips in boxes of which every slip has it there are one and a half times the fewest at least, and twice
    the fewest of them are expected in the round.
    """
    styles = election.styles_with(contest)
    whole = (box for box in manifest.containers if all(e.style in styles for e in election.stations[box.code].styles))
    there, everywhere = sum(box.papers for box in whole), sum(box.size for box in manifest.containers)
    if 2 * there < 3 * fewest(election):
        return None
    return (2 * fewest(election) * everywhere + there - 1) // there


def _doubts_of_sums(this: _Read, table: Table, sums: ContestReading) -> Doubts:
    paper, contest = this.paper, table.contest
    if [each.option for each in sums.options] != sorted(option.code for option in contest.options):
        yield _doubt(paper, N_("{file} has other options of {contest} than the definition."), contest=contest.code)
        return
    draws = this.with_contest(contest.code)
    marked = sum(each.draws for each in sums.options)
    valid = sum(draws.values()) - sums.without_vote - sums.not_found
    votes = by_choice(contest, ((each.option, each.draws) for each in sums.options))
    fits = max(votes.values(), default=0) <= valid <= marked <= valid * contest.votes_allowed
    if not fits or sums.not_found < sum(draws.get(box, 0) for box in paper.record.lost):
        yield _doubt(
            paper,
            N_("{file}: {left} votes, {blank} draws without and {missing} not found of {contest} are no {right}."),
            left=marked,
            right=sum(draws.values()),
            blank=sums.without_vote,
            missing=sums.not_found,
            contest=contest.code,
        )
        return
    found = sum(draws.values()) - sums.not_found
    if found and min(found, this.different(contest.code, paper.record.lost)) < fewest(this.election):
        yield _doubt(
            paper,
            N_("{file} shows the sums of {contest}, of which fewer than {right} slips were found."),
            contest=contest.code,
            right=fewest(this.election),
        )


def _doubts_of_boxes(this: _Read) -> Doubts:
    paper, boxes = this.paper, this.draws.keys()
    lost, full = paper.record.lost, paper.record.overfull
    in_order = [list(lost), list(full)] == [sorted(set(lost)), sorted(set(full))]
    if not in_order or set(lost) & set(full) or not boxes >= {*lost, *full}:
        yield _doubt(
            paper, N_("{file} names boxes as lost or too full that were not drawn, or twice: {found}."),
            found=_list([*lost, *full]),
        )  # fmt: skip


def _list(codes: list[Code]) -> str:
    return ", ".join(codes[:20]) or "-"


def _doubt(paper: Paper[Reading], template: str, **values: str | int) -> tuple[str, Sentence]:
    return paper.path, Sentence(template, {"file": paper.path, **values})
