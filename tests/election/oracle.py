"""The package `apportionment` as a test oracle (docs/adr/0012): a second implementation, by other people."""

from collections.abc import Callable
from fractions import Fraction

# The package has neither annotations nor a py.typed marker.
from apportionment import methods  # type: ignore[import-untyped]

from urna.election.seats import SeatMethod

NAMES = {
    SeatMethod.DHONDT: "dhondt",
    SeatMethod.SAINTE_LAGUE: "saintelague",
    SeatMethod.MODIFIED_SAINTE_LAGUE: "modified_saintelague",
    SeatMethod.HARE: "largest_remainder",
}
"""The methods that both know. The package has no Droop quota."""

DIVISORS: dict[SeatMethod, Callable[[int], Fraction]] = {
    SeatMethod.DHONDT: lambda seats: Fraction(seats + 1),
    SeatMethod.SAINTE_LAGUE: lambda seats: Fraction(2 * seats + 1),
    SeatMethod.MODIFIED_SAINTE_LAGUE: lambda seats: Fraction(2 * seats + 1) if seats else Fraction(7, 5),
}
"""The divisor series as the textbooks give them, for properties."""


def expected_seats(method: SeatMethod, votes: list[int], seats: int) -> list[int] | None:
    """The package's seats in the order of the votes, or None where it finds a tie.

    It works in floats for modified Sainte-Laguë, and in fractions for the others.
    """
    try:
        found = methods.compute(NAMES[method], votes, seats, fractions=True, tiesallowed=False)
    except methods.TiesException:
        return None
    return [int(number) for number in found]
