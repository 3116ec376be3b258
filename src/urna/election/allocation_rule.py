"""The rule that turns votes into seats: a method, a threshold, and what decides a tie.

A rule is fixed before the day; nothing in it depends on the votes. Ratios are exact fractions, written "num/den".
"""

import re
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

import msgspec

from urna.encoding.canonical import Code, Count, Record
from urna.errors import Malformed
from urna.words import Sentence

_RATIO = r"\A(0|[1-9][0-9]{0,39})/[1-9][0-9]{0,39}\Z"

Ratio = Annotated[str, msgspec.Meta(pattern=_RATIO)]
"""An exact fraction that is not negative, as "3/100"."""

MOST_SEATS = 10_000
"""The largest house: the largest parliaments have about 3,000 seats."""


def spell_ratio(value: Fraction | int) -> Ratio:
    """The value in lowest terms, its denominator always written: 7 is "7/1"."""
    return f"{value.numerator}/{value.denominator}"


def read_ratio(text: Ratio, where: str = "") -> Fraction:
    """The value of a ratio, in lowest terms or not.

    Raises:
        Malformed: not two whole numbers with a slash between them, or a denominator of 0.
    """
    if not re.match(_RATIO, text):
        raise Malformed(
            Sentence("a fraction such as 3/100"),
            Sentence("{text}", {"text": repr(text)}),
            Sentence("Write it as two whole numbers with a slash between them."),
            where,
        )
    return Fraction(text)


class SeatMethod(StrEnum):
    """How votes become seats. The formulae and their sources are in docs/seats.md."""

    PLURALITY = "plurality"
    """The most voted, one seat each (vote-for-n)."""
    MAJORITY = "majority"
    """The most voted, one seat each, if by more than half of the valid votes; otherwise nobody, or a second round."""
    DHONDT = "dhondt"
    """Largest quotients of votes by 1, 2, 3, …"""
    SAINTE_LAGUE = "sainte-lague"
    """Largest quotients of votes by 1, 3, 5, …"""
    MODIFIED_SAINTE_LAGUE = "modified-sainte-lague"
    """Largest quotients of votes by 7/5 (or another first divisor), 3, 5, …"""
    HARE = "hare"
    """Whole quotas of V/S, then largest remainders."""
    DROOP = "droop"
    """Whole quotas of floor(V/(S+1)) + 1, then largest remainders."""
    NONE = "none"
    """No seats: a referendum, a count for information."""


class TieRule(StrEnum):
    """What the law says where more lists have an equal claim than seats are left."""

    MORE_VOTES = "more-votes"
    """The list with more votes; a lot among those that are still equal."""
    LOT = "lot"
    """A lot from a public seed."""
    UNDECIDED = "undecided"
    """Nothing: the tie is reported and its seats stay undecided."""


class Crossing(StrEnum):
    """Whether a list that stands exactly on the threshold is in."""

    AT_LEAST = "at-least"
    """Not less than the threshold: exactly on it is in."""
    MORE_THAN = "more-than"
    """More than the threshold: exactly on it is out."""


class ListThreshold(Record, frozen=True, kw_only=True):
    """The share of the valid votes that one list needs in place of everybody's: 0/1 for a minority's list."""

    code: Code
    share: Ratio


class Threshold(Record, frozen=True, kw_only=True):
    """What a list needs to take part: a share of the valid votes, a number of votes, or both.

    A list named in `lists` needs only the share given there.
    """

    share: Ratio = "0/1"
    votes: Count = 0
    crossing: Crossing = Crossing.AT_LEAST
    lists: tuple[ListThreshold, ...] = ()

    def __post_init__(self) -> None:
        """Refuses shares above the whole, and a list named twice."""
        for text in (self.share, *(one.share for one in self.lists)):
            if read_ratio(text) > 1:
                raise _refused(Sentence("a threshold between 0/1 and 1/1"), text)
        codes = [one.code for one in self.lists]
        for code in codes:
            if codes.count(code) > 1:
                raise _refused(Sentence("each list's own threshold once"), code)

    def votes_needed(self, code: str, valid_votes: int) -> Fraction:
        """The votes that this list must reach, or pass if the crossing is `more-than`."""
        for one in self.lists:
            if one.code == code:
                return read_ratio(one.share) * valid_votes
        return max(read_ratio(self.share) * valid_votes, Fraction(self.votes))


class SecondRound(Record, frozen=True, kw_only=True):
    """What follows where nobody has the majority: another day, on which the two with most votes stand alone.

    Elected in the first round is the most voted with more than `share` of the valid votes; or with at least
    `lesser_share` of them, and a lead over the next of more than (or at least) `lead` of them.
    """

    share: Ratio = "1/2"
    """Above 0 and below 1."""
    lesser_share: Ratio = "0/1"
    """0/1 where the law has no such way; otherwise below `share`, and then `lead` is above 0."""
    lead: Ratio = "0/1"
    lead_crossing: Literal["more-than", "at-least"] = "more-than"

    @property
    def has_lead(self) -> bool:
        """Whether a lesser share with a lead elects, too."""
        return read_ratio(self.lead) > 0

    @property
    def is_possible(self) -> bool:
        """Whether a law can mean it: a share between none and all, and a lesser one only together with a lead."""
        share, lesser, lead = map(read_ratio, (self.share, self.lesser_share, self.lead))
        is_plain = lesser == lead == 0 and self.lead_crossing == "more-than"
        return 0 < share < 1 and (is_plain or (0 < lesser < share and 0 < lead < share))


def _no_threshold() -> Threshold:
    return Threshold()


def _seven_fifths() -> Ratio:
    return "7/5"


def _undecided() -> TieRule:
    return TieRule.UNDECIDED


class AllocationRule(Record, frozen=True, kw_only=True, omit_defaults=True):
    """How the votes of one contest become its seats.

    `second_round` is written only where there is one, all other fields always, so that a rule without one reads as
    it always did.
    """

    method: SeatMethod
    seats: Annotated[int, msgspec.Meta(ge=0, le=MOST_SEATS)]
    threshold: Threshold = msgspec.field(default_factory=_no_threshold)
    first_divisor: Ratio = msgspec.field(default_factory=_seven_fifths)
    """Of modified Sainte-Laguë only; between 0 and 3, both excluded, so that the divisors rise."""
    tie: TieRule = msgspec.field(default_factory=_undecided)
    second_round: SecondRound | None = None
    """Of a majority for one seat only."""

    def __post_init__(self) -> None:
        """Refuses what no law can mean."""
        if not 0 <= self.seats <= MOST_SEATS:
            raise _refused(Sentence("0 to {most} seats", {"most": MOST_SEATS}), str(self.seats))
        if self.method is SeatMethod.NONE and self.seats:
            raise _refused(Sentence("no seats with the method none"), str(self.seats))
        if not 0 < read_ratio(self.first_divisor) < 3:
            raise _refused(Sentence("a first divisor above 0/1 and below 3/1"), self.first_divisor)
        if self.second_round is not None:
            self._refuse_second_round(self.second_round)

    def _refuse_second_round(self, second: SecondRound) -> None:
        if self.method is not SeatMethod.MAJORITY or self.seats != 1:
            raise _refused(Sentence("a second round of a majority for one seat"), f"{self.method} {self.seats}")
        if not second.is_possible:
            raise _refused(
                Sentence("a share above 0/1 and below 1/1, and a lesser share below it only with a lead below it"),
                f"{second.share} {second.lesser_share} {second.lead}",
            )


def _refused(expected: Sentence, found: str) -> Malformed:
    return Malformed(
        expected, Sentence("{found}", {"found": found}), Sentence("Mend the contest's seat rule."), "seat rule"
    )
