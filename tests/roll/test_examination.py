"""The audit of the roll: what is wrong with it, in counts, and a drawn list that two officers open together."""

import hashlib
from itertools import count

import msgspec
import pytest
from tests.roll.small import small_election

from urna.crypto.kdf import Cost
from urna.errors import Findings, Malformed, Unproven
from urna.roll.commitment import commit_roll, salted_parts
from urna.roll.elector import Elector, RollPart
from urna.roll.examination import Oddity, drawn_electors, examine_stations, oddities
from urna.roll.sampled_list import (
    COLUMNS,
    Compared,
    count_results,
    open_list,
    read_list,
    seal_list,
    write_list,
    write_odd,
)

ELECTION = small_election()
WORDS = ("purple monkey dishwasher", "correct horse battery")


class Entropy:
    """Random bytes that are not: a hash of a counter."""

    def __init__(self) -> None:
        self._numbers = count()

    def __call__(self, size: int) -> bytes:
        return hashlib.shake_256(str(next(self._numbers)).encode()).digest(size)


def electors() -> list[Elector]:
    """The small election's electors, with plausible names."""
    numbers = count(10_203_041)
    return [
        Elector(number=f"V{number}", name=f"Ana {_word(number)}", station=station.code, group=group, style=style.style)
        for station in ELECTION.definition.stations
        for style in station.styles
        for group in ["INDIGENOUS" if style.style == "BOTH" else "ALL"]
        for number in (next(numbers) for _ in range(style.electors))
    ]


def _word(number: int) -> str:
    """A name from a number: its digits as letters."""
    return "".join("bcdfghjklm"[int(digit)] + "aeiou"[place % 5] for place, digit in enumerate(str(number)))


def parts(change: "dict[int, dict[str, str]] | None" = None) -> tuple[RollPart, ...]:
    """The roll, some electors changed by their place."""
    listed = [msgspec.structs.replace(each, **(change or {}).get(place, {})) for place, each in enumerate(electors())]
    return salted_parts(listed, ELECTION, Entropy())


def test_a_right_roll_has_no_trouble_and_no_oddity() -> None:
    """Sizes, order, styles and roots are those of the definition and the commitment."""
    whole = parts()
    committed = commit_roll(whole, ELECTION).stations
    assert [(each.station, each.trouble) for each in examine_stations(whole, ELECTION, committed)] == [
        ("S1", None),
        ("S2", None),
        ("S3", None),
    ]
    assert [each.oddity for each in oddities(whole)] == []


def test_a_station_that_is_not_the_committed_one_is_named() -> None:
    """One letter of one name: the root is another one."""
    committed = commit_roll(parts(), ELECTION).stations
    found = examine_stations(parts({0: {"name": "Ana Otra"}}), ELECTION, committed)
    assert [each.station for each in found if each.trouble is not None] == ["S1"]


def test_a_station_with_one_elector_too_many_is_named() -> None:
    """The definition says how many vote there."""
    first, *rest = parts()
    more = msgspec.structs.replace(first, members=(*first.members, rest[0].members[0]))
    found = list(examine_stations([more, *rest], ELECTION, commit_roll(parts(), ELECTION).stations))
    assert [each.trouble is None for each in found] == [False, True, True]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({0: {"number": "V10203060"}}, {Oddity.DOUBLE_NUMBER: 2}),
        ({0: {"name": "Luz Sol"}, 1: {"name": "LUZ  SOL"}}, {Oddity.NAMESAKE: 2}),
        ({0: {"name": "Ana 2"}}, {Oddity.DIGIT_IN_NAME: 1}),
        ({0: {"name": "Ana"}}, {Oddity.ONE_WORD_NAME: 1}),
        ({0: {"name": "Aaana Paz"}}, {Oddity.REPEATED_LETTER: 1}),
        ({0: {"number": "SIN-NUMERO"}}, {Oddity.NO_DIGIT_IN_NUMBER: 1}),
        ({0: {"number": "V11111111"}}, {Oddity.ONE_DIGIT_NUMBER: 1}),
    ],
)
def test_each_oddity_is_found_and_nothing_else(change: dict[int, dict[str, str]], expected: dict[Oddity, int]) -> None:
    """One elector changed; numbers and names that are double count both."""
    found: dict[Oddity, int] = {}
    for each in oddities(parts(change)):
        found[each.oddity] = found.get(each.oddity, 0) + 1
    assert found == expected


def test_the_unlikely_lines_are_listed_with_their_reason() -> None:
    """By the position that a draw would name."""
    whole = parts({13: {"name": "Ana"}})
    [line] = read_list(write_odd(oddities(whole)))
    [odd] = oddities(whole)
    assert line == [odd.unit, odd.elector.number, "Ana", odd.elector.group, "one_word_name"]
    assert drawn_electors(whole, [odd.unit]) == ((odd.unit, odd.elector),)


def test_a_draw_names_positions_and_the_authority_looks_them_up() -> None:
    """The second elector of S2 by number; what is no position of the roll is refused."""
    whole = parts()
    [(unit, elector)] = drawn_electors(whole, ["S2,2"])
    assert (unit, elector) == ("S2,2", whole[1].members[1].elector)
    for wrong in ("S2,0", "S2,999", "S9,1", "S2", "S2,x", "S2,²"):
        with pytest.raises(Malformed):
            drawn_electors(whole, [wrong])


def test_the_list_opens_with_both_passphrases_in_their_order_and_with_nothing_less() -> None:
    """One of them, twice one of them, or the other order open nothing; and no name can be read in the file."""
    drawn = drawn_electors(parts(), ["S1,1", "S3,4"])
    listed = write_list(drawn)
    sealed = seal_list(listed, ELECTION.identity, "ROLL-1", passphrases=WORDS, entropy=Entropy(), cost=Cost.TOY)
    assert open_list(sealed, ELECTION.identity, WORDS) == listed
    assert drawn[0][1].number.encode() not in sealed
    for wrong in (WORDS[::-1], (WORDS[0], WORDS[0]), (WORDS[1], WORDS[1]), (WORDS[0], "")):
        with pytest.raises(Unproven):
            open_list(sealed, ELECTION.identity, wrong)
    with pytest.raises(Unproven, match="election"):
        open_list(sealed, "00" * 32, WORDS)
    with pytest.raises(Malformed):
        open_list(listed, ELECTION.identity, WORDS)


def test_one_passphrase_for_both_officers_is_refused() -> None:
    """Then one of them would open it alone."""
    with pytest.raises(Malformed, match="twice"):
        seal_list(b"x", ELECTION.identity, "A", passphrases=(WORDS[0],) * 2, entropy=Entropy(), cost=Cost.TOY)


def test_what_comes_back_is_counted() -> None:
    """Three drawn, one of each result."""
    units = ["S1,1", "S1,2", "S2,1"]
    lines = write_list(drawn_electors(parts(), units)).decode().splitlines()
    filled = [f"{line}{result}" for line, result in zip(lines[1:], Compared, strict=True)]
    data = "\n".join([lines[0], *filled]).encode()
    assert count_results(data, units, "list") == dict.fromkeys(Compared, 1)
    for wrong in (filled[:2], [*filled, filled[0]], [*filled[:2], lines[3]], [*filled[:2], filled[2] + "!"]):
        with pytest.raises(Findings):
            count_results("\n".join([lines[0], *wrong]).encode(), units, "list")
    with pytest.raises(Malformed):
        count_results(",".join(COLUMNS).encode(), units, "list")


def test_no_message_about_a_filled_list_shows_an_elector() -> None:
    """A line that is refused is named by its number, never by what stands in it."""
    [(_, elector)] = drawn_electors(parts(), ["S1,1"])
    data = write_list([("S1,1", elector)])
    with pytest.raises(Findings) as caught:
        count_results(data, ["S1,1"], "list")
    assert elector.number not in str(caught.value)
    assert elector.name not in str(caught.value)
