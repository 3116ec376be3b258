"""The seats of a contest with every decision that led to them, as records that can be published.

Everything follows from the rule, the votes and the seed, so a verifier allocates again and compares.
"""

from collections import Counter
from enum import StrEnum

from urna.election.allocation_rule import AllocationRule, Ratio
from urna.encoding.canonical import Code, Count, Record
from urna.errors import Malformed
from urna.words import Sentence


class Standing(StrEnum):
    """Whether a list takes part in the allocation, or why not."""

    PASSED = "passed"
    NO_VOTES = "no-votes"
    BELOW_THRESHOLD = "below-threshold"
    WITHDRAWN = "withdrawn"


class AwardedBy(StrEnum):
    """What gave a seat to its list."""

    VOTES = "votes"
    """Among the most voted."""
    QUOTIENT = "quotient"
    """Among the largest quotients."""
    QUOTA = "quota"
    """A whole quota of votes."""
    REMAINDER = "remainder"
    """Among the largest remainders."""
    MORE_VOTES = "more-votes"
    """Tied, and more votes than the others."""
    LOT = "lot"
    """Tied, and drawn by lot."""


class Shortage(StrEnum):
    """Why a seat has nobody to go to."""

    NO_VOTES = "no-votes"
    """No list or candidate in the contest has a vote."""
    BELOW_THRESHOLD = "below-threshold"
    """None that has votes reached the threshold."""
    TOO_FEW = "too-few"
    """Fewer lists or candidates with votes than seats to hand out."""
    SECOND_ROUND = "second-round"
    """None has the votes that elect in the first round, and the law has a second one."""


class ListOutcome(Record, frozen=True, kw_only=True):
    """One list or candidate: its votes, the votes that its threshold asks for, and its seats."""

    code: Code
    votes: Count
    needed: Ratio
    standing: Standing
    seats: Count = 0


class Award(Record, frozen=True, kw_only=True):
    """One seat and why it went where it went."""

    number: Count
    """1 for the first seat of the contest, in the order of award."""
    code: Code
    """The list or candidate that gets it."""
    by: AwardedBy
    figure: Ratio
    """What was compared: the quotient, the votes in quotas, the remainder in votes, or the votes."""
    divisor: Ratio | None = None
    """What the votes were divided by: a divisor of the series, or the quota; None where they were not."""
    equals: tuple[Code, ...] = ()
    """The others with exactly the same figure. By more-votes or lot: the others among whom that decided;
    otherwise each of them got a seat, too, and nothing had to be decided."""
    ticket: str | None = None
    """The number drawn, if a lot gave the seat."""


class UndecidedSeats(Record, frozen=True, kw_only=True):
    """A tie that the rule, or the lack of a seed, leaves open: these seats go to some of these lists."""

    seats: Count
    among: tuple[Code, ...]
    figure: Ratio
    waits_for_seed: bool
    """True if the law asks for a lot and no seed was given; False if the law leaves it open."""


class SecondRoundPlaces(Record, frozen=True, kw_only=True):
    """Who goes on to a second round: the two with most votes, or what a tie leaves open of that."""

    places: tuple[Award, ...]
    """Two, the most voted first, equal votes by code; fewer while a tie is open. `number` is the place, 1 or 2."""
    undecided: UndecidedSeats | None = None
    """A tie for places; its `seats` are places."""

    @property
    def between(self) -> tuple[Code, ...]:
        """The codes of the two; empty while a tie is open."""
        return () if self.undecided else tuple(place.code for place in self.places)

    def __post_init__(self) -> None:
        """Refuses other than two places of different candidates."""
        codes = {place.code for place in self.places}
        open_places = self.undecided.seats if self.undecided else 0
        if len(codes) != len(self.places) or len(codes) + open_places != PLACES:
            raise Malformed(
                Sentence("{places} places in a second round", {"places": PLACES}),
                Sentence("{found}", {"found": len(codes) + open_places}),
                Sentence("Allocate the seats again from the votes."),
                "second round",
            )


PLACES = 2
"""In a second round."""


class SeatResult(Record, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="urna/seats/1"):
    """The seats of one contest: the rule and the figures that it started from, and each decision in order.

    `second_round` is written only where there is one, so that a result without one reads as it always did.
    """

    contest: Code
    rule: AllocationRule
    valid_votes: Count
    """What shares are shares of."""
    seed: str
    """The public seed of lots; empty if none was drawn."""
    quota: Ratio | None
    """The quota, where the method has one and votes to divide."""
    lists: tuple[ListOutcome, ...]
    """All that stood, by code."""
    awards: tuple[Award, ...]
    undecided: UndecidedSeats | None
    unfilled: Count
    shortage: Shortage | None
    """Why seats are unfilled; None if none is."""
    second_round: SecondRoundPlaces | None = None
    """Who goes on, where nobody is elected in the first round of two."""

    def __post_init__(self) -> None:
        """Refuses a result whose seats do not add up to the house, or with a second round for no seat."""
        undecided = self.undecided.seats if self.undecided else 0
        self._refuse_other_than(self.rule.seats, len(self.awards) + undecided + self.unfilled)
        won = Counter(award.code for award in self.awards)
        for one in self.lists:
            self._refuse_other_than(one.seats, won.pop(one.code, 0))
        self._refuse_other_than(0, won.total())
        has_shortage = self.shortage is Shortage.SECOND_ROUND
        self._refuse_other_than(int(self.second_round is not None), self.unfilled if has_shortage else 0)

    def seats_of(self, code: str) -> int:
        """The seats of a list or candidate.

        Raises:
            Malformed: no such list stood.
        """
        for one in self.lists:
            if one.code == code:
                return one.seats
        raise Malformed(
            Sentence("a list of this contest"),
            Sentence("{code}", {"code": code}),
            Sentence("Use one of the codes in the definition."),
            self.contest,
        )

    def seats(self) -> dict[str, int]:
        """Seats by list, all lists, by code."""
        return {one.code: one.seats for one in self.lists}

    def _refuse_other_than(self, seats: int, found: int) -> None:
        if seats != found:
            raise Malformed(
                Sentence("{seats} seats", {"seats": seats}),
                Sentence("{found}", {"found": found}),
                Sentence("Allocate the seats again from the votes."),
                self.contest,
            )
