"""Unlike neighbours are found, exactly where the stated test says so; ordinary stations are left alone."""

from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.center.anomalies import (
    CHANCE,
    AnomalyKind,
    Blanks,
    CheckIns,
    Part,
    Reported,
    find_anomalies,
    find_late,
    is_outlier,
    is_rare,
    is_surge,
    median,
    percent,
    tail,
)


def station(number: int, **changes: Any) -> Reported:
    """An ordinary one: 300 registered, about 180 people, two in a hundred without a match, four blank."""
    people = 170 + number * 2 % 20
    outcomes = {"match": people - 4, "no_match": 4, "nothing_stored": 0, "no_fingers": 0, "poor_image": 0}
    ordinary = Reported(f"S-{number:02}", "PARISH", 300, outcomes, {"MAYOR": Blanks(4, people)})
    return ordinary._replace(**changes)


ORDINARY = [station(number) for number in range(12)]


def kinds(reported: list[Reported]) -> list[tuple[AnomalyKind, str]]:
    """What is found where."""
    return [(each.kind, each.station) for each in find_anomalies(reported)]


def test_ordinary_stations_are_left_alone() -> None:
    """Twelve like each other give nothing."""
    assert kinds(ORDINARY) == []


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (AnomalyKind.TURNOUT_OVER, {"registered": 150}),
        (AnomalyKind.TURNOUT_OUTLIER, {"outcomes": {"match": 296, "no_match": 4}}),
        (AnomalyKind.OUTCOMES, {"outcomes": {"match": 140, "no_match": 40}}),
        (AnomalyKind.BLANKS, {"blanks": {"MAYOR": Blanks(40, 180)}}),
        (AnomalyKind.PROFILE, {"profile": (CheckIns(30, 60), CheckIns(30, 91))}),
    ],
)
def test_each_rule_finds_its_own_case(kind: AnomalyKind, changes: dict[str, object]) -> None:
    """One station that is unlike is named, under that rule, and nobody else is."""
    found = kinds([*ORDINARY, station(99, **changes)])
    assert (kind, "S-99") in found
    assert {code for _, code in found} == {"S-99"}


def test_neighbours_are_those_of_the_same_group() -> None:
    """The same numbers in a parish where they are ordinary are no anomaly."""
    many = {"match": 140, "no_match": 40}
    other = [station(number + 20, group="OTHER", outcomes=many) for number in range(12)]
    assert kinds([*ORDINARY, *other]) == []


def test_a_station_alone_has_nobody_to_be_unlike() -> None:
    """Only what contradicts itself is found."""
    assert kinds([station(1, outcomes={"match": 10, "no_match": 150})]) == []


def test_withheld_votes_are_not_compared() -> None:
    """A station below the secrecy threshold has no blanks to look at."""
    assert kinds([*ORDINARY, station(99, blanks={})]) == []


@given(trials=st.integers(0, 12), found=st.integers(0, 13), top=st.integers(0, 7))
def test_the_tail_is_the_sum_of_all_outcomes_as_high(trials: int, found: int, top: int) -> None:
    """Against every sequence of yes and no, counted with its probability."""
    share = Fraction(top, 7)
    every = [format(number, f"0{trials}b")[:trials] if trials else "" for number in range(2**trials)]
    chances = (
        share ** each.count("1") * (1 - share) ** (trials - each.count("1"))
        for each in every
        if each.count("1") >= found
    )
    assert tail(found, trials, share) == sum(chances, Fraction(0))


@given(trials=st.integers(1, 200), part=st.integers(0, 200), top=st.integers(1, 99))
def test_short_cuts_decide_as_the_whole_sum(trials: int, part: int, top: int) -> None:
    """Rare exactly where the tail is below one in a million."""
    found, share = min(part, trials), Fraction(top, 100)
    assert is_rare(found, trials, share) == (tail(found, trials, share) < CHANCE)


@given(st.lists(st.fractions(0, 1, max_denominator=500), min_size=8, max_size=12), st.fractions(0, 1))
def test_whole_units_decide_as_fractions(neighbours: list[Fraction], value: Fraction) -> None:
    """The outlier's rule, written down once more with fractions."""
    middle = median(neighbours)
    spread = median([abs(each - middle) for each in neighbours])
    far = Fraction(6745, 10000) * abs(value - middle) > Fraction(7, 2) * spread
    assert is_outlier(value, neighbours) == (spread > 0 and far)


def test_the_tail_is_the_textbooks() -> None:
    """Ten heads in ten throws; at least nine of ten."""
    assert tail(10, 10, Fraction(1, 2)) == Fraction(1, 1024)
    assert tail(9, 10, Fraction(1, 2)) == Fraction(comb(10, 9) + 1, 1024)


def test_a_surge_needs_both_the_doubled_share_and_the_chance() -> None:
    """Half as much again among thousands is none; twice among few is none; both together is one."""
    assert tail(300, 2000, Fraction(1, 10)) < CHANCE
    assert not is_surge(Part(300, 2000), Part(1000, 10000))
    assert not is_surge(Part(4, 20), Part(1000, 10000))
    assert is_surge(Part(60, 200), Part(1000, 10000))


def test_a_share_of_nobody_elses_is_measured_against_one_case_more() -> None:
    """Neighbours without a case do not make one case of a station a surge; many are."""
    assert not is_surge(Part(1, 200), Part(0, 1000))
    assert is_surge(Part(20, 200), Part(0, 1000))


def test_an_outlier_is_far_in_units_of_the_others_spread() -> None:
    """Just beyond 3.5 modified deviations, just within, and never among too few or equal ones."""
    others = [Fraction(number, 100) for number in range(50, 59)]
    middle, spread = median(others), Fraction(2, 100)
    limit = spread * Fraction(7, 2) / Fraction(6745, 10000)
    assert not is_outlier(middle + limit, others)
    assert is_outlier(middle + limit + Fraction(1, 10**9), others)
    assert not is_outlier(Fraction(1), others[:7])
    assert not is_outlier(Fraction(1), [Fraction(1, 2)] * 9)


def test_late_is_said_only_after_the_time() -> None:
    """Nobody is late before; the hours are whole ones."""
    assert find_late(["B", "A"], 1000, 1000 + 3 * 3600 - 1) == []
    late = find_late(["B", "A"], 1000, 1000 + 4 * 3600 + 1)
    assert [each.station for each in late] == ["A", "B"]
    assert "4 hours" in str(late[0].said)


@pytest.mark.parametrize(
    ("share", "text"), [(Fraction(1), "100.0 %"), (Fraction(0), "0.0 %"), (Fraction(2, 3), "66.7 %")]
)
def test_a_percentage_has_one_digit(share: Fraction, text: str) -> None:
    """Rounded."""
    assert percent(share) == text
