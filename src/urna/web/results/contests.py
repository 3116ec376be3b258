"""A contest as the page shows it: choices by votes, seats, what is missing, and how the seats were awarded."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from urna.election.allocation_result import AwardedBy, SeatResult, Standing
from urna.election.allocation_words import explain
from urna.election.definition import Choice, Contest, ContestKind, Words
from urna.election.elected_persons import ContestPersons, explain_persons
from urna.encoding.canonical import Code
from urna.tally.results import ContestTotal
from urna.web.results.figures import share
from urna.web.results.lookup import Lookup
from urna.words import Sentence

NO_PARTY = "#8a8f98"

CODE_FIELDS = frozenset({"code", "codes", "equals", "choice", "person", "principal"})
"""Fields of the seat rules' explanations that hold codes of lists and persons."""


class Card(NamedTuple):
    """One card of a choice that has several."""

    name: str
    votes: int


class ChoiceRow(NamedTuple):
    """A choice: its votes, their share of the valid votes, its bar against the longest one."""

    code: Code
    name: str
    party: str
    """The short name; empty where the choice's own name says it."""
    color: str
    """Empty in an election without parties."""
    votes: int
    share: Fraction | None
    bar: Fraction | None
    seats: int
    below_threshold: bool
    goes_on: bool
    """To a second round."""
    cards: tuple[Card, ...]
    """The votes by card; empty where there is only one."""


class ContestView(NamedTuple):
    """A contest in its own territory, or the part of it that one territory gave."""

    code: Code
    title: str
    kind: ContestKind
    place: str
    """Where it is decided."""
    rows: tuple[ChoiceRow, ...]
    """By votes; equal votes in the definition's order."""
    total: ContestTotal
    valid: int
    has_seats: bool
    """Whether seats are filled, and in this territory."""
    seats: int
    undecided: int
    unfilled: int
    """Without those that a second round decides."""
    second_round: tuple[str, ...]
    """The names of the two that go on to it; empty where there is none, or a tie leaves open who."""
    has_second_round: bool
    """Whether it decides, because nobody is elected in the first."""
    is_final: bool
    """Whether the edition is."""
    vacant: int
    reasons: tuple[Sentence, ...]
    """How the seats were awarded; empty where the votes say it."""

    @property
    def winners(self) -> tuple[ChoiceRow, ...]:
        """The choices with seats."""
        return tuple(row for row in self.rows if row.seats)


class ContestGroup(NamedTuple):
    """Contests under one name: those of the nation, or of one state."""

    code: Code
    name: str
    contests: tuple[ContestView, ...]
    """Decided in the territory itself."""
    below: tuple[ContestView, ...]
    """Decided in its circuits."""


def contest_groups(lookup: Lookup, language: str) -> list[ContestGroup]:
    """All contests: the nation's first, then by region in the definition's order, lists before persons."""
    by_region: dict[Code, list[Contest]] = {lookup.root.code: []}
    for contest in lookup.election.definition.contests:
        by_region.setdefault(lookup.region(contest), []).append(contest)
    order = [territory.code for territory in lookup.election.definition.territories]
    regions = sorted(by_region, key=order.index)
    return [_group(lookup, region, by_region[region], language) for region in regions if by_region[region]]


def contests_in(lookup: Lookup, territory: Code, language: str) -> list[ContestView]:
    """What a territory's stations say about every contest on their ballots, in the definition's order."""
    contests = lookup.election.definition.contests
    return [
        contest_view(lookup, each, territory, language) for each in contests if (each.code, territory) in lookup.totals
    ]


def contest_view(lookup: Lookup, contest: Contest, territory: Code, language: str) -> ContestView:
    """A contest in a territory; seats only in its own."""
    total = lookup.totals.get((contest.code, territory)) or _nothing(contest, territory)
    is_own = territory == contest.territory
    return view_of(lookup, contest, total, language, is_own=is_own)


def view_of(lookup: Lookup, contest: Contest, total: ContestTotal, language: str, *, is_own: bool) -> ContestView:
    """A contest as a sum of some stations says it; seats only where it is the sum that decides it."""
    result = lookup.seats.get(contest.code) if is_own else None
    persons = lookup.persons.get(contest.code) if is_own else None
    return ContestView(
        code=contest.code,
        title=in_language(contest.title, language),
        kind=contest.kind,
        place=lookup.election.territories[contest.territory].name,
        rows=_rows(lookup, contest, total, result),
        total=total,
        valid=sum(each.votes for each in total.choices),
        has_seats=result is not None,
        seats=contest.seat_rule.seats,
        undecided=result.undecided.seats if result and result.undecided else 0,
        unfilled=result.unfilled if result and not result.second_round else 0,
        second_round=_second_round(contest, result),
        has_second_round=result is not None and result.second_round is not None,
        is_final=lookup.results.status == "final",
        vacant=len(persons.vacant) if persons else 0,
        reasons=tuple(_with_names(lookup, contest, reason) for reason in _reasons(result, persons)),
    )


def in_language(words: Words, language: str) -> str:
    """A text of the definition in a language, or in its first one."""
    return words.get(language) or next(iter(words.values()))


def _group(lookup: Lookup, region: Code, contests: list[Contest], language: str) -> ContestGroup:
    lists_first = sorted(contests, key=lambda contest: contest.kind is not ContestKind.LIST)
    views = [(each, contest_view(lookup, each, each.territory, language)) for each in lists_first]
    return ContestGroup(
        code=region,
        name=lookup.election.territories[region].name,
        contests=tuple(view for contest, view in views if contest.territory == region),
        below=tuple(view for contest, view in views if contest.territory != region),
    )


def _rows(lookup: Lookup, contest: Contest, total: ContestTotal, result: SeatResult | None) -> tuple[ChoiceRow, ...]:
    votes = {each.choice: each.votes for each in total.choices}
    seats = result.seats() if result else {}
    below = {one.code for one in result.lists if one.standing is Standing.BELOW_THRESHOLD} if result else set()
    going_on = {place.code for place in result.second_round.places} if result and result.second_round else set()
    if result and result.rule.second_round:
        below = set()
    valid, longest = sum(votes.values()), max(votes.values(), default=0)
    cards, no_party = _cards(lookup, contest, total), NO_PARTY if lookup.election.parties else ""
    rows = []
    for choice in contest.choices:
        party = lookup.election.parties.get(choice.party or "")
        mine = votes.get(choice.code, 0)
        rows.append(
            ChoiceRow(
                code=choice.code,
                name=choice.name,
                party=party.short_name if party and not _says(choice, party.short_name) else "",
                color=party.color if party else no_party,
                votes=mine,
                share=share(mine, valid),
                bar=share(mine, longest),
                seats=seats.get(choice.code, 0),
                below_threshold=choice.code in below,
                goes_on=choice.code in going_on,
                cards=cards.get(choice.code, ()),
            )
        )
    return tuple(sorted(rows, key=lambda row: -row.votes))


def _second_round(contest: Contest, result: SeatResult | None) -> tuple[str, ...]:
    going_on = result.second_round.between if result and result.second_round else ()
    names = {choice.code: choice.name for choice in contest.choices}
    return tuple(names[code] for code in going_on)


def _says(choice: Choice, name: str) -> bool:
    return name in choice.name


def _cards(lookup: Lookup, contest: Contest, total: ContestTotal) -> Mapping[Code, tuple[Card, ...]]:
    """The votes by card of every choice that has several cards."""
    votes = {each.option: each.votes for each in total.votes}
    found: dict[Code, list[Card]] = {}
    for option in contest.options:
        party = lookup.election.parties.get(option.party or "")
        name = party.short_name if party else option.name
        found.setdefault(option.choice, []).append(Card(name, votes.get(option.code, 0)))
    return {choice: tuple(cards) for choice, cards in found.items() if len(cards) > 1}


def _reasons(result: SeatResult | None, persons: ContestPersons | None) -> tuple[Sentence, ...]:
    """Every decision in words, unless the most voted simply won."""
    if result is None:
        return ()
    seats: Iterable[Sentence] = explain(result)
    is_plain = result.rule.second_round is None and all(award.by is AwardedBy.VOTES for award in result.awards)
    if is_plain and not result.undecided and not result.unfilled:
        seats = ()
    people = explain_persons(persons) if persons and (seats or _any_passed_over(persons)) else ()
    return tuple(chain(seats, people))


def _any_passed_over(persons: ContestPersons) -> bool:
    return any(seat.passed_over for seat in persons.elected) or any(seat.passed_over for seat in persons.vacant)


def _with_names(lookup: Lookup, contest: Contest, reason: Sentence) -> Sentence:
    """A reason with the names of lists and persons in place of their codes."""
    choices = {choice.code: choice.name for choice in contest.choices}
    candidates = lookup.election.candidates

    def name(code: Code) -> str:
        return choices.get(code) or (candidates[code].name if code in candidates else code)

    values = dict(reason.values)
    for field in CODE_FIELDS & values.keys():
        values[field] = ", ".join(map(name, str(values[field]).split(", ")))
    return Sentence(reason.template, values)


def _nothing(contest: Contest, territory: Code) -> ContestTotal:
    """A contest that no station has on a ballot."""
    return ContestTotal(
        territory=territory,
        contest=contest.code,
        stations_expected=0,
        stations_counted=0,
        stations_withheld=0,
        ballots=0,
        withheld_ballots=0,
        votes=(),
        choices=(),
        undervotes=0,
    )
