"""An audit as the public record has it, for the pages: drawn again, compared, and reported by `urna.audit` alone."""

from collections.abc import Mapping, Sequence

from urna.audit.board import AuditFrame
from urna.audit.board_acts import Slip, SlipsDrew, SlipsToPull
from urna.audit.board_box import BoxForm, ContestLines, Drawing
from urna.audit.board_pull import Pull, PullForm, RoundSums
from urna.audit.box_comparison import AuditDocuments, Audited, Standing, report_of, standing_of
from urna.audit.count_rules import contests_counted, withheld_on
from urna.audit.manifest import Container
from urna.audit.reading_rules import check_growth, check_reading, contests_read, hide_few
from urna.audit.report import AuditReport
from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment, Method
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.audit.slip_sums import make_reading, slips_by_box, sums_of_slips
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Moment, digest, encode
from urna.web.audit.case import Counts, Draws, Readings
from urna.web.audit.slip_form import TypedSlip


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
        containers, is_polling = audited.manifest.containers, rules.method is Method.POLLING
        pulls = {each.code: self._pull_form(each) for each in containers} if is_polling else {}
        self.frame = AuditFrame(drawing, {each.code: self._form(each) for each in containers}, pulls)

    @property
    def election(self) -> Election:
        """The election."""
        return self._audited.election

    @property
    def commitment(self) -> DrawCommitment:
        """The rules of the draw."""
        return self.documents.commitment

    def next_round(self, draws: Draws, size: int | None) -> DrawRound:
        """The round after these."""
        done = self.rounds(draws)
        drawn = self._draw(done[-1] if done else None, size)
        if self.commitment.method is Method.POLLING:
            check_growth(self.election, self.commitment, tuple(each.size for each in (*done, drawn)))
        return drawn

    def rounds(self, draws: Draws) -> tuple[DrawRound, ...]:
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

    def standing(self, draws: Draws, counts: Counts, readings: Readings) -> Standing:
        """How the audit stands."""
        return standing_of(self._drawn(draws, readings), self._audited, counts)

    def report(self, draws: Draws, counts: Counts, readings: Readings, now: Moment) -> AuditReport:
        """What the newest round says."""
        return report_of(self._drawn(draws, readings), self._audited, counts, now, len(draws))

    def slips_drawn(self, drawn: DrawRound) -> SlipsDrew:
        """A round of single slips, box by box."""
        read = contests_read(self.election, self.commitment, self._audited.manifest, drawn)
        pulls = tuple(
            SlipsToPull(
                station=station,
                slips=tuple(Slip(position=each.position, draws=each.draws, is_again=each.is_again) for each in slips),
            )
            for station, slips in slips_by_box(drawn).items()
        )
        codes = tuple(sorted(each.code for each in read))
        return SlipsDrew(round=drawn.round, size=drawn.size, contests=codes, pulls=pulls, hash=digest(encode(drawn)))

    def slip_sums(self, pull: Pull, slips: Sequence[TypedSlip]) -> tuple[ContestReading, ...]:
        """What these slips say together."""
        return tuple(
            sums_of_slips(
                contest,
                [(each.marks[contest.code] if each.is_there else None, each.draws) for each in slips],
            )
            for contest in sorted(pull.form.contests, key=lambda each: each.code)
        )

    def reading(self, draws: Draws, said: RoundSums) -> SlipReading:
        """The record of the newest round's slips, which is checked as the record checks it."""
        drawn = self.rounds(draws)[-1]
        shown = hide_few(self.election, self._audited.manifest, drawn, said.lost, said.contests)
        made = make_reading(drawn, shown, said.typed_by, lost=said.lost, overfull=said.overfull, reason=said.reason)
        check_reading(self.election, self.commitment, self._audited.manifest, drawn, made)
        return made

    def _drawn(self, draws: Draws, readings: Readings) -> AuditDocuments:
        return self.documents._replace(rounds=self.rounds(draws), readings=tuple(readings))

    def _draw(self, before: DrawRound | None, size: int | None) -> DrawRound:
        rules, weights, seed = self.documents[:3]
        return draw_round(rules, seed, self._audited.manifest, before, size, weights=weights)

    def _form(self, container: Container) -> BoxForm:
        sheet = self._audited.sheets.get(container.code)
        audited = self.documents.commitment.contests
        withheld = withheld_on(sheet.contests, audited) if sheet else ()
        there = contests_counted(self.election, audited, container.code)
        lines = tuple(_lines(each) for each in there if each.code not in withheld)
        return BoxForm(lines, withheld, container.size, has_sheet=sheet is not None)

    def _pull_form(self, container: Container) -> PullForm:
        there = contests_counted(self.election, self.commitment.contests, container.code)
        return PullForm(tuple(there), container.papers, container.size)


def _lines(contest: Contest) -> ContestLines:
    options = tuple((each.code, each.choice) for each in contest.options)
    return ContestLines(contest.code, options, contest.votes_allowed)
