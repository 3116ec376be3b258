"""The results: totals, turnout, stations, seats and persons, as one record that the centre signs.

Nothing in it needs to be believed: every number follows from the tally sheets that are in the log before it,
the definition, the roll's commitments and the authority's decisions.
"""

from enum import StrEnum
from typing import Literal

import msgspec

from urna.election.allocation_result import SeatResult
from urna.election.elected_persons import ContestPersons
from urna.encoding.canonical import Code, Count, Hash, Moment, Record
from urna.tally.sheet import OptionVotes


class StationState(StrEnum):
    """How a station stands in the results; each station has exactly one state."""

    COUNTED = "counted"
    """Its sheet is in the totals: the accepted one with the highest sequence."""
    NOT_OPENED = "not_opened"
    """It never opened, by decision of the authority."""
    ANNULLED = "annulled"
    """Its sheet does not count, by decision of the authority."""
    OUTSTANDING = "outstanding"
    """Nothing has come from it yet."""
    REFUSED = "refused"
    """What came was refused; the incidents say why."""
    HAND_COUNT = "hand_count"
    """A sheet of paper ballots counted by hand is in the totals, by decision of the authority."""


def _nothing() -> None:
    return None


class StationResult(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One station: its state, and the sheet that counts.

    `sheet` and `sequence` are written also where there are none, `hand` only where a hand count counts, so that a
    record without one reads as it always did.
    """

    station: Code
    state: StationState
    sheet: Hash | None = msgspec.field(default_factory=_nothing)
    """SHA-256 of the machines' signed sheet that counts; None unless `counted`, or a hand count is added to it."""
    sequence: Count | None = msgspec.field(default_factory=_nothing)
    """That sheet's sequence; None without one."""
    hand: Hash | None = None
    """SHA-256 of the hand-count sheet that counts; None unless `hand_count`."""


class ChoiceVotes(Record, frozen=True, kw_only=True):
    """Votes for one choice: those of all options (cards) that count for it."""

    choice: Code
    votes: Count


class ContestTotal(Record, frozen=True, kw_only=True):
    """One contest in one territory.

    votes + undervotes = (ballots - withheld_ballots) × votes allowed.
    """

    territory: Code
    contest: Code
    stations_expected: Count
    """Stations of the territory where the contest is on a ballot."""
    stations_counted: Count
    """Of those, the ones whose sheet counts."""
    stations_withheld: Count
    """Of the counted ones, those whose votes a sheet withholds and the guardians did not open: their ballots are
    here, their votes are not."""
    ballots: Count
    withheld_ballots: Count
    votes: tuple[OptionVotes, ...]
    """In ballot order, every option once."""
    choices: tuple[ChoiceVotes, ...]
    """In the definition's order, every choice once."""
    undervotes: Count


class Turnout(Record, frozen=True, kw_only=True, omit_defaults=True):
    """People of one territory. Turnout is identified / registered_counted; urna publishes the numbers, no ratio.

    Who signed for a paper ballot is in neither: nothing shows that they are others than those identified.
    """

    territory: Code
    stations_expected: Count
    stations_counted: Count
    registered: Count
    """Electors of all its stations, by the roll's commitments."""
    registered_counted: Count
    """Electors of the stations whose machines' sheets count."""
    identified: Count
    cast: Count
    signed_by_hand: Count = 0
    """People who signed for a paper ballot, by the hand counts that count."""
    ballots_by_hand: Count = 0
    """Paper ballots, or slips, of those hand counts; not among `cast`."""


class Results(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/results/1"):
    """An edition of the results, signed with the centre's log key."""

    election: Hash
    purpose: Literal["election", "rehearsal"]
    edition: Count
    """From 1; later editions do not overwrite earlier ones."""
    status: Literal["provisional", "final"]
    """Final: no station is outstanding or refused."""
    issued_at: Moment
    lot_seed: str
    """The public seed of lots, empty before it is drawn."""
    stations: tuple[StationResult, ...]
    """All stations, in the definition's order."""
    totals: tuple[ContestTotal, ...]
    """By contest, then by territory, both in the definition's order."""
    turnout: tuple[Turnout, ...]
    """By territory, in the definition's order."""
    seats: tuple[SeatResult, ...]
    """Contests that fill seats, in the definition's order."""
    elected: tuple[ContestPersons, ...]
    """The same contests, those without persons (answers to a question) left out."""

    def total(self, contest: Code, territory: Code) -> ContestTotal | None:
        """The total of a contest in a territory; None if no station there votes on it."""
        for total in self.totals:
            if (total.contest, total.territory) == (contest, territory):
                return total
        return None
