"""Assertions: inequalities between votes that together make a reported outcome right, and their assorters.

An assertion weighs votes: its weight g is a sum over the votes of a card, and the assertion says that g over all
cards is above 0. Every rule that urna has is such a sum. Divided by the least g of one card, g becomes an assorter,
a number in [0, upper] whose mean over all cards is above 1/2 exactly if the assertion is true; a blank card, an
overvoted one and one without the contest are 1/2.

    one_over_other        a winner has more votes than a loser (plurality, vote-for-n)
    above_share           one has more than a share of the votes (super-majority, a threshold passed)
    below_share           one has less than that share (a threshold missed, no majority)
    ahead_by_share        one leads another by more than a share of the votes (a first round that elects by a lead)
    not_ahead_by_share    one leads another by less than that, or does not lead
    quotient_over_other   one's last seat comes before another's next one (D'Hondt and other divisors)
    remainder_over_other  the same for largest remainders (Hare)

Sources: Stark, "Sets of Half-Average Nulls Generate Risk-Limiting Audits: SHANGRLA" (2020), sections 2 and 3;
Blom, Budurushi, Rivest, Stark, Stuckey, Teague, Vukcevic, "Assertion-Based Approaches to Auditing Complex Elections,
with Application to Party-List Proportional Elections" (2021), sections 3 to 5.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from urna.errors import Malformed
from urna.words import Sentence

HALF = Fraction(1, 2)

Votes = Mapping[str, int]
"""Votes by choice: of one card, of a batch, of the nation. Choices without votes may be left out."""


class NoMargin(Malformed):
    """A tie, or as good as one: no sample can tell its two sides apart, only a full hand count can."""


class Assertion(NamedTuple):
    """An inequality: the weighted votes of all cards are above 0. Made by the functions of this module."""

    contest: str
    name: str
    """Stands for it in records; no other assertion of the contest has the same."""
    says: Sentence
    weights: Mapping[str, Fraction]
    """Of one vote, by choice; every choice of the contest."""
    votes_allowed: int
    """On one card; a card with more, or with two for one choice, is overvoted."""
    floor: Fraction
    """The least that one valid card can weigh; below 0."""
    ceiling: Fraction
    """The most."""

    @property
    def upper(self) -> Fraction:
        """The greatest value of the assorter."""
        return HALF - self.ceiling / (2 * self.floor)

    def weigh(self, votes: Votes) -> Fraction:
        """g: the weighted votes of one card or of many.

        Raises:
            Malformed: a choice that the contest does not have, or votes below 0.
        """
        total = Fraction(0)
        for choice, count in votes.items():
            if choice not in self.weights:
                raise _refused(Sentence("choices of the contest"), choice, self.contest)
            if count < 0:
                raise _refused(Sentence("votes from 0 up"), str(count), self.contest)
            total += self.weights[choice] * count
        return total

    def value(self, votes: Votes | None) -> Fraction:
        """The assorter of one card.

        Args:
            votes: what the card says, by choice; {} if it is blank or does not have the contest. None for a card
                that was drawn and cannot be found: it counts as the worst there can be, 0.
        """
        if votes is None:
            return Fraction(0)
        weight = self.weigh(votes)
        if sum(votes.values()) > self.votes_allowed or any(count > 1 for count in votes.values()):
            return HALF
        return HALF - weight / (2 * self.floor)

    def total(self, votes: Votes, cards: int) -> Fraction:
        """The sum of the assorter over cards whose votes are known together: each starts at 1/2, blank ones too.

        Args:
            votes: of all these cards; of overvoted ones nothing.
            cards: how many there are, with blank, overvoted and missing ones.
        """
        _check_cards(sum(votes.values()), self.votes_allowed, cards, self.contest)
        return HALF * cards - self.weigh(votes) / (2 * self.floor)

    def margin(self, votes: Votes, cards: int) -> Fraction:
        """The assorter margin: twice the mean over all cards, less 1; above 0.

        Args:
            votes: the reported votes.
            cards: the upper bound of cards that may hold the contest, from outside the audited machines. More cards
                than votes were reported for are phantoms: as reported they are blank, 1/2 each.

        Raises:
            NoMargin: the reported votes are a tie for this assertion.
            Malformed: they say its contrary, or are more than the cards can hold.
        """
        if not cards:
            raise _refused(Sentence("at least one card"), "0", self.contest)
        margin = 2 * self.total(votes, cards) / cards - 1
        check_margin(margin, self)
        return margin


def check_margin(margin: Fraction, assertion: Assertion) -> None:
    """Refuses an assertion that the reported votes do not bear out.

    Raises:
        NoMargin: margin 0.
        Malformed: below 0.
    """
    if not margin:
        raise NoMargin(
            Sentence("reported votes with a margin"),
            Sentence("a tie where the outcome needs {name}", {"name": assertion.name}),
            Sentence("Count this contest by hand in full: no sample can confirm the outcome of a tie."),
            assertion.contest,
        )
    if margin < 0:
        raise Malformed(
            Sentence("an outcome that follows from the reported votes"),
            Sentence("votes that say the contrary of {name}", {"name": assertion.name}),
            Sentence("Work out the outcome from the totals again before any audit."),
            assertion.contest,
        )


def one_over_other(contest: str, choices: Votes, winner: str, loser: str, votes_allowed: int = 1) -> Assertion:
    """The winner has more votes than the loser (SHANGRLA, section 2.1)."""
    weights = {winner: Fraction(1), loser: Fraction(-1)}
    says = Sentence("{winner} has more votes than {loser}", {"winner": winner, "loser": loser})
    return _assertion(contest, f"{winner} > {loser}", says, _all(contest, choices, weights), votes_allowed)


def above_share(contest: str, choices: Votes, one: str, share: Fraction, votes_allowed: int = 1) -> Assertion:
    """One has more than a share of all votes (SHANGRLA, section 2.3). Share: above 0, below 1."""
    _check_share(share, contest)
    weights = {choice: 1 - share if choice == one else -share for choice in choices}
    says = Sentence("{one} has more than {share} of the votes", {"one": one, "share": str(share)})
    return _assertion(contest, f"{one} > {share}", says, _all(contest, choices, weights, one), votes_allowed)


def below_share(contest: str, choices: Votes, one: str, share: Fraction, votes_allowed: int = 1) -> Assertion:
    """One has less than a share of all votes: the others have more than the rest."""
    _check_share(share, contest)
    weights = {choice: share - 1 if choice == one else share for choice in choices}
    says = Sentence("{one} has less than {share} of the votes", {"one": one, "share": str(share)})
    return _assertion(contest, f"{one} < {share}", says, _all(contest, choices, weights, one), votes_allowed)


def ahead_by_share(contest: str, choices: Votes, one: str, other: str, share: Fraction) -> Assertion:
    """One has more votes than another by more than a share of all votes, above 0 and below 1; a card has one vote."""
    weights = _lead_weights(contest, choices, one, other, share)
    values: dict[str, str | int] = {"one": one, "other": other, "share": str(share)}
    says = Sentence("{one} has more votes than {other} by more than {share} of the votes", values)
    return _assertion(contest, f"{one} > {other} + {share}", says, weights, 1)


def not_ahead_by_share(contest: str, choices: Votes, one: str, other: str, share: Fraction) -> Assertion:
    """The contrary: by less than that share, or one has not more votes than the other at all."""
    weights = {choice: -weight for choice, weight in _lead_weights(contest, choices, one, other, share).items()}
    values: dict[str, str | int] = {"one": one, "other": other, "share": str(share)}
    says = Sentence("{one} is not ahead of {other} by {share} of the votes", values)
    return _assertion(contest, f"{one} < {other} + {share}", says, weights, 1)


def _lead_weights(contest: str, choices: Votes, one: str, other: str, share: Fraction) -> dict[str, Fraction]:
    """v(one) - v(other) - share V, by choice."""
    _check_share(share, contest)
    apart = {one: 1 - share, other: -1 - share}
    return _all(contest, choices, {choice: apart.get(choice, -share) for choice in choices}, one, other)


class Quotient(NamedTuple):
    """A list and one of its divisors: of the last seat that it won, or of the next one that it did not."""

    choice: str
    divisor: Fraction


def quotient_over_other(
    contest: str, choices: Votes, last: Quotient, following: Quotient, votes_allowed: int = 1
) -> Assertion:
    """The quotient of one list's last seat is above that of another's next seat (Blom et al. 2021, section 5.2)."""
    if last.divisor <= 0 or following.divisor <= 0:
        raise _refused(Sentence("divisors above 0"), str(min(last.divisor, following.divisor)), contest)
    weights = {last.choice: 1 / last.divisor, following.choice: -1 / following.divisor}
    name = f"{last.choice}/{last.divisor} > {following.choice}/{following.divisor}"
    values: dict[str, str | int] = {
        "one": last.choice,
        "divisor": str(last.divisor),
        "other": following.choice,
        "next": str(following.divisor),
    }
    says = Sentence("the votes of {one} by {divisor} are more than those of {other} by {next}", values)
    return _assertion(contest, name, says, _all(contest, choices, weights), votes_allowed)


class Remainder(NamedTuple):
    """A list and the seats that it got by whole quotas and remainders."""

    choice: str
    seats: int


def remainder_over_other(
    contest: str, choices: Votes, one: Remainder, other: Remainder, *, among: Mapping[str, int], seats: int
) -> Assertion:
    """One's remainder below its last seat is above another's below its next (Hare; Blom et al. 2021, section 5.1).

    v(one) - v(other) > (seats of one - 1 - seats of the other) quotas; a quota is the votes of `among` by `seats`.
    """
    if seats < 1:
        raise _refused(Sentence("at least one seat"), str(seats), contest)
    quotas = Fraction(one.seats - 1 - other.seats, seats)
    weights = {choice: -quotas if choice in among else Fraction(0) for choice in choices}
    weights = _all(contest, choices, weights, one.choice, other.choice)
    weights = {**weights, one.choice: weights[one.choice] + 1, other.choice: weights[other.choice] - 1}
    name = f"{one.choice}:{one.seats} > {other.choice}:{other.seats + 1}"
    values: dict[str, str | int] = {
        "one": one.choice,
        "seat": one.seats,
        "other": other.choice,
        "next": other.seats + 1,
    }
    says = Sentence("seat {seat} of {one} comes before seat {next} of {other}", values)
    return _assertion(contest, name, says, weights, 1)


def _assertion(
    contest: str, name: str, says: Sentence, weights: Mapping[str, Fraction], votes_allowed: int
) -> Assertion:
    """With the least and the most that a card can weigh: the n lowest and the n highest weights, each choice once."""
    if votes_allowed < 1:
        raise _refused(Sentence("at least one vote allowed"), str(votes_allowed), contest)
    ordered = sorted(weights.values())
    floor = sum((weight for weight in ordered[:votes_allowed] if weight < 0), Fraction(0))
    ceiling = sum((weight for weight in ordered[-votes_allowed:] if weight > 0), Fraction(0))
    if not floor:
        raise _refused(Sentence("an assertion that some card can speak against"), name, contest)
    return Assertion(contest, name, says, MappingProxyType(dict(weights)), votes_allowed, floor, ceiling)


def _all(contest: str, choices: Votes, weights: Mapping[str, Fraction], *needed: str) -> dict[str, Fraction]:
    """Every choice's weight, 0 where none is given."""
    for choice in (*weights, *needed):
        if choice not in choices:
            raise _refused(Sentence("choices of the contest"), choice, contest)
    return {choice: weights.get(choice, Fraction(0)) for choice in choices}


def _check_share(share: Fraction, contest: str) -> None:
    if not isinstance(share, Fraction):
        raise TypeError(f"a share is a Fraction, not {type(share).__name__}: a float is not the law's number")
    if not 0 < share < 1:
        raise _refused(Sentence("a share above 0 and below 1"), str(share), contest)


def _check_cards(votes: int, votes_allowed: int, cards: int, contest: str) -> None:
    if votes > cards * votes_allowed:
        most: dict[str, str | int] = {"most": cards * votes_allowed, "cards": cards}
        raise _refused(Sentence("at most {most} votes on {cards} cards", most), str(votes), contest)


def _refused(expected: Sentence, found: str, contest: str) -> Malformed:
    remedy = Sentence("Check the contest, its votes and its upper bound of cards.")
    return Malformed(expected, Sentence("{found}", {"found": found}), remedy, contest)
