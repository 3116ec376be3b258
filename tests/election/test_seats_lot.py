"""The lot can be drawn again by anyone, and docs/seats.md says how."""

import contextlib
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from urna.election.lot import Lot, check_seed
from urna.election.seats import AllocationRule, AwardedBy, SeatMethod, TieRule, allocate_seats
from urna.errors import Malformed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "seats.md"
SEED = "4 2 6 6 1 3"


def block(language: str, number: int = 0) -> str:
    """The n-th block of this language on the page."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return str(found[number])


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_the_shell_line_of_the_page_draws_the_same_lot() -> None:
    """The page's sha256sum line, its printed output and the code agree."""
    run = subprocess.run(["/bin/sh", "-c", block("sh")], capture_output=True, text=True, check=True)
    assert run.stdout == block("text", 0)
    lot = Lot(SEED, "NAC-LIST")
    drawn = lot.draw(["VERDE", "AZUL", "ROJO"])
    assert run.stdout == "".join(f"{lot.ticket(code)}  {code}\n" for code in drawn)


def test_the_example_of_the_page_prints_what_the_page_says() -> None:
    """The page's Python lines are run as they stand."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block("python"), {})  # noqa: S102 - our own documentation
    assert printed.getvalue() == block("text", 1)


def test_the_award_carries_its_ticket() -> None:
    """Three lists tied for two seats: the two smallest tickets win, and stand in the record."""
    votes = dict.fromkeys(["AZUL", "ROJO", "VERDE"], 100)
    rule = AllocationRule(method=SeatMethod.DHONDT, seats=2, tie=TieRule.LOT)
    result = allocate_seats("NAC-LIST", rule, votes, seed=SEED)
    lot = Lot(SEED, "NAC-LIST")
    drawn = lot.draw(votes)[:2]
    assert [(one.code, one.by, one.ticket) for one in result.awards] == [
        (code, AwardedBy.LOT, lot.ticket(code)) for code in drawn
    ]


def test_seed_and_contest_change_the_lot() -> None:
    """Over many seeds each of three lists comes first about as often; another contest draws anew."""
    codes = ["A", "B", "C"]
    firsts = [Lot(str(number), "C1").draw(codes)[0] for number in range(3000)]
    assert all(900 < firsts.count(code) < 1100 for code in codes)
    others = [Lot(str(number), "C2").draw(codes)[0] for number in range(3000)]
    assert 900 < sum(one == other for one, other in zip(firsts, others, strict=True)) < 1100


@pytest.mark.parametrize("seed", [" 1", "1 ", "a'b", "a\nb", "é", "a,b", "$(x)", "x" * 201])
def test_a_seed_that_could_be_typed_in_two_ways_is_refused(seed: str) -> None:
    """Only plain characters, none of them special between single quotes, no space at an end."""
    with pytest.raises(Malformed):
        check_seed(seed)
    with pytest.raises(Malformed):
        allocate_seats("C", AllocationRule(method=SeatMethod.DHONDT, seats=1), {"A": 1}, seed=seed)


@pytest.mark.parametrize("seed", ["", "7", "4 2 6 6 1 3", "2020-12-06T22:00:00Z", "YWJj+/=", "x" * 200])
def test_a_plain_seed_is_taken(seed: str) -> None:
    """Dice, a moment, base64, and the empty seed that means none yet."""
    assert check_seed(seed) == seed
