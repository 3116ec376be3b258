"""Definitions of a megabyte that would keep their reader busy for a day, or take all memory, are refused soon."""

from collections.abc import Callable

import msgspec
import pytest
from tests.tampering.builder import build

from urna.election.check import check_definition, valid_election
from urna.election.check_sizes import MOST_AROUND, MOST_LEVELS
from urna.election.definition import Contest, Definition, SeatRule, Territory
from urna.errors import Findings

replace = msgspec.structs.replace
GOOD = build().election.definition


def territory(number: int, parent: str, kind: str = "") -> Territory:
    """One more territory."""
    return Territory(code=f"T{number}", kind=kind or f"K{number}", name="One more", parent=parent)


def question(number: int, electorate: str = "ALL") -> Contest:
    """One more contest of the nation."""
    first = next(each for each in GOOD.contests if each.code == "REF")
    options = tuple(replace(each, code=f"O{number}-{each.code}") for each in first.options)
    return replace(first, code=f"Q{number}", electorate=electorate, options=options)


def nested(levels: int) -> Definition:
    """Territories one in another, this many below the nation."""
    inner = [territory(n, f"T{n - 1}" if n else "NATION") for n in range(levels)]
    return replace(GOOD, territories=(*GOOD.territories, *inner))


def circle(length: int) -> Definition:
    """Territories that contain each other."""
    return replace(
        GOOD, territories=(*GOOD.territories, *(territory(n, f"T{(n + 1) % length}") for n in range(length)))
    )


def around(count: int) -> Definition:
    """A station in so many territories."""
    first, *others = GOOD.stations
    within = (*first.within, *(f"T{n}" for n in range(count - len(first.within))))
    added = tuple(territory(n, "NATION") for n in range(count))
    return replace(GOOD, territories=(*GOOD.territories, *added), stations=(replace(first, within=within), *others))


def crowded(stations: int, contests: int, groups: int) -> Definition:
    """So many stations that all vote on so many contests, of so many groups of electors."""
    last = GOOD.stations[-1]
    more = tuple(question(n, f"G{n % groups}" if groups > 1 else "ALL") for n in range(contests))
    return replace(
        GOOD,
        contests=(*GOOD.contests, *more),
        styles=tuple(
            replace(each, contests=(*each.contests, *(one.code for one in more))) if groups == 1 else each
            for each in GOOD.styles
        ),
        stations=(*GOOD.stations, *(replace(last, code=f"C-{n:06}") for n in range(stations))),
    )


def seated(contests: int) -> Definition:
    """So many contests of 10,000 seats each."""
    lists = next(each for each in GOOD.contests if each.code == "LIST-N")
    rule = SeatRule(method="dhondt", seats=10_000)
    return replace(GOOD, contests=tuple(replace(lists, code=f"L{n}", seat_rule=rule) for n in range(contests)))


@pytest.mark.parametrize(
    ("definition", "names"),
    [
        (lambda: nested(100_000), "lies in more than 50 others"),
        (lambda: circle(100_000), "lies in more than 50 others"),
        (lambda: around(200_000), "lies in 200000 territories"),
        (lambda: seated(51), "fill 510000 seats"),
        (lambda: crowded(2_000, 3_000, 3_000), "vote on more contests than can be checked"),
        (lambda: crowded(60_000, 1_500, 1), "vote on more contests than can be checked"),
    ],
    ids=["nested", "circle", "around", "seats", "groups", "contests"],
)
def test_what_is_too_large_is_the_only_mistake(definition: Callable[[], Definition], names: str) -> None:
    """Whatever else is wrong with it is not looked for."""
    mistakes = check_definition(definition())
    assert len(mistakes) == 1
    assert names in str(mistakes[0].problem)


def test_what_is_as_large_as_may_be_is_looked_at() -> None:
    """To the last level and territory."""
    assert check_definition(nested(MOST_LEVELS - 1)) == []
    assert check_definition(around(MOST_AROUND)) == []
    assert len(check_definition(nested(MOST_LEVELS))) == 1
    assert len(check_definition(around(MOST_AROUND + 1))) == 1


def test_totals_that_no_machine_holds_are_refused() -> None:
    """Each other rule is kept: 130 stations, each in 45 territories of its own, vote on 900 questions."""
    definition = crowded(130, 900, 1)
    added = tuple(territory(n, "NATION", f"K{n % 45}") for n in range(130 * 45))
    stations = tuple(
        replace(each, within=(*each.within, *(one.code for one in added[place * 45 : (place + 1) * 45])))
        for place, each in enumerate(definition.stations[:130])
    )
    definition = replace(
        definition,
        territories=(*definition.territories, *added),
        stations=(*stations, *definition.stations[130:]),
    )
    assert check_definition(definition) == []
    with pytest.raises(Findings, match="more totals than the 5000000"):
        valid_election(definition)
