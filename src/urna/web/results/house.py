"""The house: seats by party over all contests, with a letter each, so that no colour has to be told apart."""

from string import ascii_uppercase
from typing import NamedTuple

from urna.election.definition import Contest, ContestKind
from urna.encoding.canonical import Code
from urna.web.results.contests import NO_PARTY
from urna.web.results.lookup import Lookup
from urna.web.results.parliament import Label, Seat, parliament, wedge_labels
from urna.words import N_

SMALLEST_HOUSE = 3
"""Fewer seats are told in words."""

READABLE_RADIUS = 4.2
"""Circles from this size on, of a picture 200 wide, carry their party's letter."""

NO_COLOR = "none"


class Column(NamedTuple):
    """A kind of seat: how its members are chosen."""

    title: str
    """To be said in the reader's language, or a word of the law."""
    contests: frozenset[Code]


class PartyRow(NamedTuple):
    """A party's line, or that of the seats without one, or of those that nobody has yet."""

    code: Code
    letter: str
    name: str
    """Empty for seats without a party."""
    color: str
    ink: str
    """Black or white, whichever reads better on the colour."""
    counts: tuple[int, ...]
    """By column."""
    seats: int
    state: str
    """party, none (persons without a party), undecided, second-round or unfilled."""


class House(NamedTuple):
    """All seats of an election."""

    columns: tuple[Column, ...]
    rows: tuple[PartyRow, ...]
    """By seats; equal ones in the definition's order; then without a party, undecided, second round, unfilled."""
    circles: tuple[tuple[PartyRow, tuple[Seat, ...]], ...]
    seats: int
    decided: int
    has_letters: bool
    """Whether circles are large enough to carry letters."""
    labels: tuple[Label, ...]
    """Letters outside the ring; none where the circles carry them."""

    @property
    def sums(self) -> tuple[int, ...]:
        """Seats by column."""
        return tuple(sum(counts) for counts in zip(*(row.counts for row in self.rows), strict=True))

    @property
    def majority(self) -> int:
        """More than half."""
        return self.seats // 2 + 1


def house_of(lookup: Lookup) -> House:
    """The house that the results fill; questions fill no seats."""
    columns = _columns(lookup)
    rows = _rows(lookup, columns)
    drawn = parliament((str(number), row.seats) for number, row in enumerate(rows))
    circles = tuple((row, tuple(s for s in drawn if s.party == str(n))) for n, row in enumerate(rows))
    has_letters = bool(drawn) and drawn[0].radius >= READABLE_RADIUS
    return House(
        columns=columns,
        rows=rows,
        circles=circles,
        seats=sum(row.seats for row in rows),
        decided=sum(row.seats for row in rows if row.state in ("party", "none")),
        has_letters=has_letters,
        labels=() if has_letters else tuple(wedge_labels((row.letter, seats) for row, seats in circles)),
    )


def ink_on(color: str) -> str:
    """Black or white, whichever stands out more on a colour (WCAG 2.2, contrast ratio)."""
    light = luminance(color)
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#ffffff"


def luminance(color: str) -> float:
    """The relative luminance of #rrggbb, 0 for black and 1 for white (WCAG 2.2, relative luminance)."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _columns(lookup: Lookup) -> tuple[Column, ...]:
    found: dict[str, set[Code]] = {}
    for contest in lookup.election.definition.contests:
        if contest.kind is not ContestKind.REFERENDUM and contest.code in lookup.seats:
            found.setdefault(_column_title(lookup, contest), set()).add(contest.code)
    return tuple(Column(title, frozenset(contests)) for title, contests in found.items())


def _column_title(lookup: Lookup, contest: Contest) -> str:
    if contest.electorate == "INDIGENOUS":
        return N_("Indigenous")
    if contest.electorate != "ALL":
        return contest.electorate.capitalize()
    if contest.kind is ContestKind.NOMINAL:
        return N_("By name")
    return N_("National list") if contest.territory == lookup.root.code else N_("Regional lists")


def _rows(lookup: Lookup, columns: tuple[Column, ...]) -> tuple[PartyRow, ...]:
    parties = lookup.election.definition.parties
    won = [(party.code, _seats_of(lookup, party.code, columns)) for party in parties]
    by_seats = sorted(((code, counts) for code, counts in won if sum(counts)), key=lambda each: -sum(each[1]))
    rows = []
    for number, (code, counts) in enumerate(by_seats):
        party = lookup.election.parties[code]
        ink = ink_on(party.color)
        rows.append(PartyRow(code, _letter(number), party.name, party.color, ink, counts, sum(counts), "party"))
    others = (
        ("none", _letter(len(rows)), NO_PARTY, _seats_of(lookup, "", columns)),
        *(
            (state, letter, NO_COLOR, tuple(_open_seats(lookup, each, state) for each in columns))
            for state, letter in _OPEN
        ),
    )
    for state, letter, color, counts in others:
        if sum(counts):
            ink = "currentColor" if color == NO_COLOR else ink_on(color)
            rows.append(PartyRow("", letter, "", color, ink, counts, sum(counts), state))
    return tuple(rows)


def _letter(number: int) -> str:
    """A, B … Z, AA, AB and so on."""
    first, last = divmod(number, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[last]


def _seats_of(lookup: Lookup, party: Code, columns: tuple[Column, ...]) -> tuple[int, ...]:
    """A party's seats by column; those of choices without a party for an empty code."""
    counts = []
    for column in columns:
        seats = 0
        for code in column.contests:
            won = lookup.seats[code].seats()
            seats += sum(won[c.code] for c in lookup.election.contests[code].choices if (c.party or "") == party)
        counts.append(seats)
    return tuple(counts)


_OPEN = (("undecided", "?"), ("second-round", "2"), ("unfilled", "–"))
"""States of seats that nobody has yet, with their letters."""


def _open_seats(lookup: Lookup, column: Column, state: str) -> int:
    results = [lookup.seats[code] for code in column.contests]
    if state == "undecided":
        return sum(result.undecided.seats for result in results if result.undecided)
    is_second = state == "second-round"
    return sum(result.unfilled for result in results if (result.second_round is not None) == is_second)
