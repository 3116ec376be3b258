"""An audit as the public record has it, for the pages: drawn again, compared, and reported by `urna.audit` alone."""

from collections.abc import Mapping, Sequence

from urna.audit.board import AuditFrame
from urna.audit.board_acts import Drew
from urna.audit.board_box import BoxForm, ContestLines, Drawing
from urna.audit.box_comparison import AuditDocuments, Audited, Standing, report_of, standing_of
from urna.audit.count_rules import contests_counted, withheld_on
from urna.audit.manifest import Container
from urna.audit.report import AuditReport
from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Moment, digest, encode
from urna.web.audit.case import Counts


class RecordCase:
    """The pages' case (`case.AuditCase`).

    Args:
        audited: edition, sheets and manifest, verified.
        documents: rules, weights and seed, verified; rounds are drawn here.
    """

    def __init__(self, audited: Audited, documents: AuditDocuments) -> None:
        self._audited, self.documents = audited, documents
        self._rounds: list[DrawRound] = []
        rules = documents.commitment
        drawing = Drawing(rules.election, rules.audit, digest(encode(documents.seed)))
        self.frame = AuditFrame(drawing, {each.code: self._form(each) for each in audited.manifest.containers})

    @property
    def election(self) -> Election:
        """The election."""
        return self._audited.election

    @property
    def commitment(self) -> DrawCommitment:
        """The rules of the draw."""
        return self.documents.commitment

    def next_round(self, draws: Sequence[Drew], size: int | None) -> DrawRound:
        """The round after these."""
        done = self.rounds(draws)
        return self._draw(done[-1] if done else None, size)

    def rounds(self, draws: Sequence[Drew]) -> tuple[DrawRound, ...]:
        """The rounds that these draws were; a full count is none."""
        sizes = [each.size for each in draws if not each.is_full]
        if [each.size for each in self._rounds] != sizes[: len(self._rounds)]:
            self._rounds = []
        for size in sizes[len(self._rounds) :]:
            before = self._rounds[-1] if self._rounds else None
            self._rounds.append(self._draw(before, size if before else None))
        return tuple(self._rounds[: len(sizes)])

    def sheet(self, station: Code) -> Mapping[tuple[Code, Code], int]:
        """What a station's sheet says."""
        found = self._audited.sheets.get(station)
        return {
            (tally.contest, each.option): each.votes
            for tally in (found.contests if found else ())
            for each in tally.votes or ()
        }

    def standing(self, draws: Sequence[Drew], counts: Counts) -> Standing:
        """How the audit stands."""
        return standing_of(self._drawn(draws), self._audited, counts)

    def report(self, draws: Sequence[Drew], counts: Counts, now: Moment) -> AuditReport:
        """What the newest round says."""
        return report_of(self._drawn(draws), self._audited, counts, now, len(draws))

    def _drawn(self, draws: Sequence[Drew]) -> AuditDocuments:
        return self.documents._replace(rounds=self.rounds(draws))

    def _draw(self, before: DrawRound | None, size: int | None) -> DrawRound:
        rules, weights, seed, _ = self.documents
        return draw_round(rules, seed, self._audited.manifest, before, size, weights=weights)

    def _form(self, container: Container) -> BoxForm:
        sheet = self._audited.sheets.get(container.code)
        audited = self.documents.commitment.contests
        withheld = withheld_on(sheet.contests, audited) if sheet else ()
        there = contests_counted(self.election, audited, container.code)
        lines = tuple(_lines(each) for each in there if each.code not in withheld)
        return BoxForm(lines, withheld, container.size, has_sheet=sheet is not None)


def _lines(contest: Contest) -> ContestLines:
    options = tuple((each.code, each.choice) for each in contest.options)
    return ContestLines(contest.code, options, contest.votes_allowed)
