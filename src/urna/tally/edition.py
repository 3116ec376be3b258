"""An edition of the results from the sheets that count: the one place where totals, seats and persons meet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from urna.election.definition import Election
from urna.encoding.canonical import Code, Count, Moment
from urna.errors import OutOfOrder
from urna.tally.results import Results, StationResult, StationState
from urna.tally.totals import OwnPart, StationCount, Totals
from urna.tally.winners import NOBODY, Withdrawn, allocate, elect
from urna.words import Sentence

OPEN_STATES = frozenset({StationState.OUTSTANDING, StationState.REFUSED})
"""States that a later sheet or decision can still change; no edition is final with one of them."""


def compile_edition(
    election: Election,
    registered: Mapping[Code, Count],
    stations: Sequence[StationResult],
    counts: Iterable[StationCount],
    *,
    edition: Count,
    status: Literal["provisional", "final"],
    issued_at: Moment,
    lot_seed: str = "",
    withdrawn: Withdrawn = NOBODY,
    opened: Iterable[OwnPart] = (),
    sums: Totals | None = None,
) -> Results:
    """The results.

    1. Sum the sheets that count, each once, and what the guardians opened.
    2. Allocate the seats of every contest in its own territory.
    3. Name the persons.

    Args:
        election: the definition.
        registered: electors by station, from the roll's commitments.
        stations: every station with its state, in the definition's order.
        counts: what each `counted` station adds.
        edition: from 1.
        status: `final` only if no station is outstanding or refused.
        issued_at: now.
        lot_seed: the public seed of lots, empty before it is drawn.
        withdrawn: candidates who take no seat, by decision of the authority.
        opened: votes that sheets withhold and the guardians opened (`tally/opened`).
        sums: what was summed already; `counts` are added to it.

    Raises:
        OutOfOrder: final with stations open, or a station counted twice.
    """
    still_open = [each.station for each in stations if each.state in OPEN_STATES]
    if status == "final" and still_open:
        raise OutOfOrder(
            Sentence("a sheet or a decision for every station"),
            Sentence("none for {count}, {first} among them", {"count": len(still_open), "first": still_open[0]}),
            Sentence("Issue provisional results, or wait for them."),
        )
    sums = Totals(election, registered) if sums is None else sums.copy()
    for count in counts:
        sums.add(count)
    for part in opened:
        sums.open(part)
    totals = sums.contests()
    seats = allocate(election, totals, lot_seed)
    return Results(
        election=election.identity,
        purpose=election.definition.purpose,
        edition=edition,
        status=status,
        issued_at=issued_at,
        lot_seed=lot_seed,
        stations=tuple(stations),
        totals=totals,
        turnout=sums.turnout(),
        seats=seats,
        elected=elect(election, seats, withdrawn),
    )
