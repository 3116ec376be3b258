"""What counts at a centre now: of each station its machines' sheet, its hand count, or both, and the sums over all."""

from typing import NamedTuple

from urna.center.admission import Admission
from urna.center.hand_counts import HandCounts, isolating
from urna.center.outbox import Outbox
from urna.encoding.canonical import Code, Hash
from urna.errors import UrnaError
from urna.tally.aggregates import CountedSheet, check_plan, shown_by_hand
from urna.tally.decryption import AggregateOpening
from urna.tally.hand_count import HandCountSheet
from urna.tally.results import StationState
from urna.tally.totals import StationCount, Totals


class Counted(NamedTuple):
    """The sheet of a station's machines that counts until a correction comes."""

    document: Hash
    sequence: int
    adds: StationCount
    plans: CountedSheet


class Counting(Outbox):
    """The stations of an election, as they count.

    Args:
        authority: its documents so far.
    """

    def __init__(self, authority: Admission) -> None:
        super().__init__()
        self._authority = authority
        self.election = authority.election
        self._states = dict.fromkeys(self.election.stations, StationState.OUTSTANDING)
        self._counted: dict[Code, Counted] = {}
        self._running: Totals | None = None
        self._openings: list[AggregateOpening] = []
        self._hands = HandCounts(self.election)

    def state(self, station: Code) -> StationState:
        """How a station stands; raises KeyError if the definition does not have it."""
        return self._states[station]

    def counted_of(self, station: Code) -> tuple[Hash, int, StationCount] | None:
        """The newest accepted sheet of a station: its hash, its sequence, and what it adds where it counts."""
        counted = self._counted.get(station)
        return counted and counted[:3]

    def sheets(self) -> list[CountedSheet]:
        """What the plan of aggregates takes from each machines' sheet that counts."""
        return [self._plans(code) for code in self._states if self._counts_machines(code)]

    def counts(self) -> dict[Code, StationCount]:
        """What each machines' sheet that counts says."""
        return {code: self._counted[code].adds for code in self._states if self._counts_machines(code)}

    def totals(self) -> Totals:
        """The sums over everything that counts now, kept up to date sheet by sheet; without what guardians opened."""
        if self._running is None:
            registered = {code: each.electors for code, each in self._authority.roll.items()}
            self._running = Totals(self.election, registered)
            for count in filter(None, map(self._adds, self._states)):
                self._running.add(count)
        return self._running

    def _counts_machines(self, station: Code) -> bool:
        """Whether the newest sheet of a station's machines counts, alone or beside a hand count."""
        if self._states[station] is StationState.HAND_COUNT:
            return self._hands.counts_machines(station)
        return self._states[station] is StationState.COUNTED

    def _adds(self, station: Code) -> StationCount | None:
        """What a station adds to the totals as it stands: its machines' sheet, its hand count, or both."""
        machines = self._counted[station].adds if self._counts_machines(station) else None
        hand = self._hands.decided(station) if self._states[station] is StationState.HAND_COUNT else None
        return machines if hand is None else self._hands.count(hand, machines)

    def _plans(self, station: Code) -> CountedSheet:
        """What the plan of aggregates takes from a station's sheet; what a hand count shows of it is shown."""
        hands = (each.sheet for each in self._hands.shown(station))
        return shown_by_hand(self._counted[station].plans, hands, self.election.rules.secrecy_threshold)

    def _check_isolates_nobody(self, sheet: HandCountSheet) -> None:
        """Raises `Unproven` if a hand count, beside what guardians opened, would show the votes of a few ballots."""
        station, threshold = sheet.station, self.election.rules.secrecy_threshold
        if not self._openings or station not in self._counted:
            return
        plans = [
            shown_by_hand(self._plans(code), [sheet], threshold) if code == station else self._plans(code)
            for code in self._counted
        ]
        try:
            check_plan(self.election, plans, [each.planned for each in self._openings])
        except UrnaError as error:
            raise isolating(station) from error

    def _uncount(self, station: Code) -> None:
        """What the station adds is in no total any more, if it was."""
        adds = self._adds(station) if self._running is not None else None
        if self._running is not None and adds is not None:
            self._running.remove(adds)

    def _count(self, station: Code) -> None:
        """What the station adds now is in the totals, if it adds anything."""
        adds = self._adds(station) if self._running is not None else None
        if self._running is not None and adds is not None:
            self._running.add(adds)
