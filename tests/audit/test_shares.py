"""So many stations of every centre, at least one, by nothing but the seed and the centre's own stations."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.shares import Rounding, draw_shares, stations_of_share
from urna.audit.tickets import sorted_ticket
from urna.errors import Malformed

SEED = "42661399991234567890"
SHARE = Fraction(54, 100)
CENTRES = st.dictionaries(st.text("ABC12", min_size=1, max_size=4), st.integers(1, 12), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.UP, [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]),
        (Rounding.NEAREST, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
    ],
)
def test_54_percent_of_centres_of_one_to_ten_stations(rounding: Rounding, expected: list[int]) -> None:
    """At least one of each, and no half a station."""
    assert [stations_of_share(stations, SHARE, rounding) for stations in range(1, 11)] == expected


@given(st.integers(1, 10**6), st.fractions(0, 1), st.sampled_from(Rounding))
def test_a_share_is_exact(stations: int, share: Fraction, rounding: Rounding) -> None:
    """Fractions: never more than all, at least one, and within one station of the share."""
    drawn = stations_of_share(stations, share, rounding)
    assert drawn <= stations
    assert drawn == 0 if share == 0 else drawn >= 1
    assert drawn == 1 or abs(drawn - share * stations) < 1
    assert rounding is Rounding.NEAREST or drawn >= share * stations


def test_halves_go_up() -> None:
    """Half of one, three and five stations."""
    assert [stations_of_share(each, Fraction(1, 2), Rounding.NEAREST) for each in (1, 3, 5)] == [1, 2, 3]


@given(CENTRES, st.fractions(0, 1), st.sampled_from(Rounding))
def test_every_centre_draws_its_smallest_tickets(sizes: dict[str, int], share: Fraction, rounding: Rounding) -> None:
    """In their order, centres by code; another centre changes nothing."""
    centres = {centre: [f"{centre}-{place:02}" for place in range(size)] for centre, size in sizes.items()}
    drawn = draw_shares(SEED, centres, share, rounding)
    assert list(drawn) == sorted(centres)
    for centre, draws in drawn.items():
        tickets = sorted((sorted_ticket(SEED, station), station) for station in centres[centre])
        assert [(each.ticket, each.unit) for each in draws] == tickets[: len(draws)]
        assert len(draws) == stations_of_share(sizes[centre], share, rounding)
        assert draw_shares(SEED, {centre: centres[centre][::-1]}, share, rounding) == {centre: draws}


def test_shares_that_cannot_be_are_refused() -> None:
    """A share above all, a centre without stations, a station in two centres."""
    for share in (Fraction(101, 100), Fraction(-1, 100)):
        with pytest.raises(Malformed, match="a share from 0 to 1"):
            draw_shares(SEED, {"A": ["A-1"]}, share, Rounding.UP)
    with pytest.raises(Malformed, match="of at least one station, found 27/50 of 0"):
        draw_shares(SEED, {"A": []}, SHARE, Rounding.UP)
    with pytest.raises(Malformed, match="every station in one centre, once, found X twice"):
        draw_shares(SEED, {"A": ["X"], "B": ["X"]}, SHARE, Rounding.UP)
