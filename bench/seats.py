"""Seats: votes become seats in whole numbers and exact fractions, each award explained."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from random import Random

from bench.figures import Figure, Skipped, compared, timed
from urna.election.seats import AllocationRule, SeatMethod, allocate_seats

LISTS, SEATS = 12, 48
MANY_LISTS, MANY_SEATS = 100, 700


def run(runs: int) -> Iterator[Figure]:
    """The national list of 2020 in shape (12 lists, 48 seats), and a house larger than any."""
    votes = _votes(LISTS)
    for method in (SeatMethod.DHONDT, SeatMethod.SAINTE_LAGUE, SeatMethod.HARE, SeatMethod.DROOP):
        rule = AllocationRule(method=method, seats=SEATS)
        act = partial(allocate_seats, "NATIONAL", rule, votes)
        yield timed(f"{method}, {LISTS} lists, {SEATS} seats", act, runs, times=20)
    many, rule = _votes(MANY_LISTS), AllocationRule(method=SeatMethod.DHONDT, seats=MANY_SEATS)
    yield timed(f"dhondt, {MANY_LISTS} lists, {MANY_SEATS} seats", lambda: allocate_seats("HOUSE", rule, many), runs)
    yield from _beside_apportionment(many, rule, runs)


def _beside_apportionment(votes: dict[str, int], rule: AllocationRule, runs: int) -> Iterator[Figure]:
    """The same house by the package `apportionment`, which explains nothing; both agree."""
    try:
        # A test oracle that need not be there; it has neither annotations nor a py.typed marker.
        from apportionment.methods import compute  # type: ignore[import-untyped]  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise Skipped("the package apportionment is absent (it comes with the development packages)") from error

    def other() -> list[int]:
        found: list[int] = compute("dhondt", list(votes.values()), rule.seats, verbose=False)
        return found

    given = Counter(award.code for award in allocate_seats("HOUSE", rule, votes).awards)
    if [given[code] for code in votes] != other():
        raise RuntimeError("urna and apportionment disagree")
    acts = (lambda: allocate_seats("HOUSE", rule, votes), other)
    yield from compared("the same by urna", "the same by apportionment", acts, runs)


def _votes(lists: int) -> dict[str, int]:
    """Votes as they fall: each list has a good deal less than the one before, none the same."""
    chance = Random(f"bench/{lists}")
    return {f"L{n:03}": int(6_000_000 / (n + 1) ** 1.3) + chance.randrange(1000) for n in range(lists)}
