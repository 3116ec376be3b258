"""Checks 19 to 23: every edition of the results, derived again from what was in the log before it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from urna.election.allocation_result import AwardedBy
from urna.election.certification import RollCommitment, StationDecision
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.encoding.document import open_document
from urna.errors import UrnaError
from urna.record.keys import log_verifier
from urna.record.layout import Kind
from urna.record.withdrawal import Withdrawal, withdrawn_of
from urna.tally.edition import OPEN_STATES
from urna.tally.results import ContestTotal, Results, StationResult, StationState
from urna.tally.totals import OwnPart, StationCount, Totals
from urna.tally.winners import Withdrawn, allocate, elect
from urna.verify.authority import Inquiry, another_election
from urna.verify.comparison import Values, compare_elected, compare_seats, compare_totals, compare_turnout
from urna.verify.hand_counts import Standing, check_said, counted_with, is_by_hand, named_by
from urna.verify.leaves import Leaf
from urna.verify.report import Check, Notebook, in_a_sentence
from urna.verify.station import SheetSeen, StationSeen
from urna.words import N_, Sentence

RESULT_CHECKS = (Check.RESULTS, Check.TOTALS, Check.TURNOUT, Check.SEATS, Check.ELECTED)


class Decided(NamedTuple):
    """What the authority and the centre put in the log besides sheets, each with its place in the log."""

    decisions: Mapping[Code, tuple[Standing, ...]]
    """Of each station, in the order of their serials; each stands until the next one."""
    incidents: Mapping[Code, int]
    """The first incident of each station."""
    withdrawals: tuple[tuple[int, Withdrawal], ...] = ()
    """In the order of their serials."""

    def withdrawn(self, before: int) -> Withdrawn:
        """Who had withdrawn before a leaf of the log."""
        return withdrawn_of(withdrawal for place, withdrawal in self.withdrawals if place < before)

    def decision(self, station: Code) -> StationDecision | None:
        """The last decision on a station, if there is one."""
        found = self.decisions.get(station)
        return found[-1].decision if found else None

    def standing(self, station: Code, before: int) -> Standing | None:
        """The decision on a station that stands at a leaf of the log."""
        earlier = [each for each in self.decisions.get(station, ()) if each.place < before]
        return earlier[-1] if earlier else None

    def state(self, station: Code, before: int) -> StationState:
        """How a station without a counted sheet stands before a leaf of the log."""
        standing = self.standing(station, before)
        if standing is not None:
            return StationState(standing.decision.state)
        return StationState.REFUSED if self.incidents.get(station, before) < before else StationState.OUTSTANDING


class Edition:
    """One edition of the results, and the sums of the sheets that were in the log before it.

    Args:
        path: where it lies.
        results: what it says.
        place: its leaf; what comes later in the log it cannot count.
        sums: empty sums of this election.
    """

    def __init__(self, path: str, results: Results, place: int, sums: Totals) -> None:
        self.path = path
        self.results = results
        self.place = place
        self.sums = sums
        self.states = {each.station: each for each in results.stations}
        self.counted: dict[Code, StationCount] = {}
        """What the counted sheets say, by station; only in an election with guardians, who open what they withhold."""

    def add(self, inquiry: Inquiry, seen: StationSeen, decided: Decided) -> None:
        """Adds a station: its state is compared now, its numbers are summed for later."""
        logged = [sheet for sheet in seen.sheets if sheet.leaf is not None and sheet.leaf < self.place]
        counts = max(logged, key=lambda sheet: sheet.sequence, default=None)
        expected = self._expected(seen.station, counts, decided)
        said = self.states.get(seen.station)
        if said != expected and is_by_hand(said, expected):
            check_said(self.path, said, expected, inquiry.notebook)
        elif said != expected:
            sentence = _another_state(seen.station, said, expected)
            inquiry.notebook.find(Check.RESULTS, sentence, file=self.path, station=seen.station)
        machines = counts.adds if counts is not None and expected.sheet is not None else None
        if machines is not None and inquiry.election.is_encrypted:
            self.counted[seen.station] = machines
        adds = self._adds(inquiry.election, seen, machines, decided)
        if adds is not None:
            self.sums.add(adds)

    def _adds(
        self, election: Election, seen: StationSeen, machines: StationCount | None, decided: Decided
    ) -> StationCount | None:
        """What a station adds to this edition: its machines' sheet, its hand count, or both."""
        standing = decided.standing(seen.station, self.place)
        if standing is None or standing.decision.state != "hand_count":
            return machines
        hand = named_by(standing.decision, seen.hands, self.place)
        return counted_with(election, standing.decision, hand, machines)

    def open(self, parts: Iterable[OwnPart]) -> None:
        """Adds what the guardians opened before this edition, after every station was added."""
        for part in parts:
            self.sums.open(part)

    def _expected(self, station: Code, counts: SheetSeen | None, decided: Decided) -> StationResult:
        state = decided.state(station, self.place)
        standing = decided.standing(station, self.place)
        if standing is not None and standing.decision.state == "hand_count":
            sheet = counts if standing.decision.counts_machines else None
            return StationResult(
                station=station,
                state=state,
                sheet=sheet.sha256 if sheet is not None else None,
                sequence=sheet.sequence if sheet is not None else None,
                hand=standing.decision.hand,
            )
        if counts is None or state in (StationState.NOT_OPENED, StationState.ANNULLED):
            return StationResult(station=station, state=state)
        return StationResult(station=station, state=StationState.COUNTED, sheet=counts.sha256, sequence=counts.sequence)


def open_editions(
    inquiry: Inquiry, leaves: Mapping[str, Leaf], roll: Mapping[Code, RollCommitment]
) -> tuple[Edition, ...]:
    """The editions that are signed by the log's key and in the log, with empty sums."""
    folder, election, notebook = inquiry
    verifier = log_verifier(election)
    registered = {station: each.electors for station, each in roll.items()}
    editions = []
    empty = Totals(election, registered)
    for place, (number, path) in enumerate(folder.numbered(Kind.RESULTS), start=1):
        try:
            results = open_document(folder.read(path), Results, [verifier], 1, path)
        except UrnaError as error:
            notebook.find(Check.RESULTS, in_a_sentence(error), file=path)
            continue
        if results.election != election.identity:
            notebook.find(Check.RESULTS, another_election(path), file=path)
            continue
        for sentence in _doubts(results, election, number, place):
            notebook.find(Check.RESULTS, sentence, file=path)
        if path in leaves and _is_worth_adding(results, empty, path, notebook):
            editions.append(Edition(path, results, leaves[path].place, empty.copy()))
    if not folder.numbered(Kind.RESULTS):
        notebook.absent(*RESULT_CHECKS, detail=Sentence("no results are published yet", {}))
    return tuple(editions)


def _is_worth_adding(results: Results, empty: Totals, path: str, notebook: Notebook) -> bool:
    """Whether an edition has half of its totals: each empty one would cost the memory of a whole one."""
    said, found = len(results.totals), empty.size
    if 2 * said >= found:
        return True
    values: Values = {"left": said, "right": found}
    sentence = "The results list {left} totals, {right} follow from the definition, or in another order."
    notebook.find(Check.TOTALS, Sentence(sentence, values), file=path)
    return False


def _doubts(results: Results, election: Election, number: int, place: int) -> Iterator[Sentence]:
    if not results.edition == number == place:
        yield Sentence("The results have edition {left}, expected {right}.", {"left": results.edition, "right": place})
    if results.purpose != election.definition.purpose:
        values: Values = {"left": results.purpose, "right": election.definition.purpose}
        yield Sentence("The results say purpose {left}, the definition {right}.", values)
    if [each.station for each in results.stations] != list(election.stations):
        values = {"left": len(results.stations), "right": len(election.stations)}
        yield Sentence(
            "The results list {left} stations, each must be one of the {right} of the definition, in its order.", values
        )
    still_open = [each.station for each in results.stations if each.state in OPEN_STATES]
    if results.status == "final" and still_open:
        values = {"left": len(still_open), "right": 0, "station": still_open[0]}
        yield Sentence("Final results with {left} stations open, {station} among them; expected {right}.", values)


def _another_state(station: Code, said: StationResult | None, expected: StationResult) -> Sentence:
    return Sentence(
        "Station {station}: the results say {left}, the record says {right}.",
        {"station": station, "left": _spell(said), "right": _spell(expected)},
    )


def _spell(result: StationResult | None) -> str:
    if result is None:
        return "-"
    if result.sheet is None:
        return result.state.value
    return f"{result.state.value} sheet-{result.sequence} {result.sheet[:16]}"


def check_edition(inquiry: Inquiry, edition: Edition, decided: Decided) -> None:
    """Compares an edition with what follows from the sheets, after every station was added.

    1. Totals. 2. Turnout. 3. Seats from those totals. 4. Persons from those seats and lists.
    """
    totals, turnout = edition.sums.contests(), edition.sums.turnout()
    results, find, path = edition.results, inquiry.notebook.find, edition.path
    for sentence in compare_totals(results.totals, totals):
        find(Check.TOTALS, sentence, file=path)
    for sentence in compare_turnout(results.turnout, turnout):
        find(Check.TURNOUT, sentence, file=path)
    try:
        seats = allocate(inquiry.election, totals, results.lot_seed)
        elected = elect(inquiry.election, seats, decided.withdrawn(edition.place))
    except UrnaError as error:
        find(Check.SEATS, in_a_sentence(error), file=path)
        return
    for sentence in compare_seats(results.seats, seats):
        find(Check.SEATS, sentence, file=path)
    for sentence in compare_elected(results.elected, elected):
        find(Check.ELECTED, sentence, file=path)
    _remark_on(inquiry, results, totals)


def _remark_on(inquiry: Inquiry, results: Results, totals: tuple[ContestTotal, ...]) -> None:
    """Votes that are in no total yet, and seats that hang on a lot: no sum shows where its seed came from."""
    for result in results.seats:
        drawn: Values = {"contest": result.contest, "edition": results.edition, "seed": results.lot_seed}
        second = result.second_round
        if any(award.by is AwardedBy.LOT for award in (*result.awards, *(second.places if second else ()))):
            sentence = N_("Edition {edition}, contest {contest}: a lot with the public seed {seed} decided a seat.")
            if second is not None:
                sentence = N_(
                    "Edition {edition}, contest {contest}: a lot with the public seed {seed} decided who goes on to "
                    "the second round."
                )
            inquiry.notebook.remarks.append(Sentence(sentence, drawn))
        if result.undecided is not None:
            sentence = N_("Edition {edition}, contest {contest}: a tie leaves seats undecided.")
            inquiry.notebook.remarks.append(Sentence(sentence, drawn))
        if second is not None and second.undecided is not None:
            sentence = N_("Edition {edition}, contest {contest}: a tie leaves open who goes on to the second round.")
            inquiry.notebook.remarks.append(Sentence(sentence, drawn))
    for total in totals:
        own = total.territory == inquiry.election.contests[total.contest].territory
        if own and total.withheld_ballots:
            values: Values = {
                "contest": total.contest,
                "edition": results.edition,
                "ballots": total.withheld_ballots,
                "stations": total.stations_withheld,
            }
            inquiry.notebook.remarks.append(
                Sentence(
                    "Edition {edition}, contest {contest}: {ballots} ballots at {stations} stations that withhold "
                    "their votes are in no total.",
                    values,
                )
            )
