"""`urna audit plan`: the table of the nation, and numbers that are none."""

import re
from fractions import Fraction

import pytest

from urna.cli.audit import read_part
from urna.cli.main import main
from urna.errors import Malformed


def numbers(said: str) -> list[int]:
    """All numbers of the table's rows, in order."""
    return [int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", said.partition("Of ")[0])]


def test_the_modelled_nation_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Margin 1.6 %: 397 slips, 23,860 slips, 190 stations in the published table, each within a tenth."""
    assert main(["--lang", "en", "audit", "plan", "--margin", "1.6%"]) == 0
    comparison, polling, late, stations, slips = numbers(capsys.readouterr().out)
    assert comparison == pytest.approx(397, rel=0.1)
    assert polling == pytest.approx(23_860, rel=0.1)
    assert stations == pytest.approx(190, rel=0.1)
    assert late > polling
    assert slips == stations * 410


def test_errors_and_a_smaller_place_change_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred stations, a wider margin, errors in the records."""
    small = ["--lang", "en", "audit", "plan", "--stations", "100", "--margin", "1/5", "--runs", "50"]
    assert main(small) == 0
    clean = numbers(capsys.readouterr().out)
    assert main([*small, "--over-one", "0.01"]) == 0
    wrong = numbers(capsys.readouterr().out)
    assert wrong[0] > clean[0]
    assert wrong[1:] == clean[1:]


@pytest.mark.parametrize("margin", ["0", "100%", "-5%", "5", "x", "1/0", "1e-9", "5 %"])
def test_a_margin_that_is_none_is_refused(margin: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and what was expected."""
    assert main(["--lang", "en", "audit", "plan", f"--margin={margin}"]) == 2
    assert "Expected" in capsys.readouterr().err


def test_parts_are_read_exactly() -> None:
    """5 % is one twentieth, not the float that is near it."""
    assert [read_part(text, "x") for text in ("5%", "0.05", "1/20", "1.6%", "0", "1")] == [
        Fraction(1, 20),
        Fraction(1, 20),
        Fraction(1, 20),
        Fraction(2, 125),
        0,
        1,
    ]
    with pytest.raises(Malformed, match="part from 0 to 1"):
        read_part("101%", "x")
