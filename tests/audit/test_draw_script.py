"""Anybody repeats a draw with sha256sum, sort and awk: the script, and every shell line of the pages."""

import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from urna.audit.sampler import draw_units, draw_weighted
from urna.audit.shares import Rounding, draw_shares
from urna.audit.tickets import Procedure
from urna.election.definition import Definition
from urna.election.folder import read_folder
from urna.storage.definition_folder import example_files

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/draw.sh"
PAGE = ROOT / "docs/spec/audit-draws.md"
SEED = "42661399991234567890"
pytestmark = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")


def _centres(definition: Definition) -> dict[str, list[str]]:
    centres: dict[str, list[str]] = {}
    for station in definition.stations:
        centres.setdefault(station.centre, []).append(station.code)
    return centres


def _run(centres: dict[str, list[str]], seed: str, above: int, below: int) -> list[str]:
    lines = "".join(f"{centre} {station}\n" for centre, stations in centres.items() for station in stations)
    command = [str(SCRIPT), seed, str(above), str(below)]
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_script_has_ten_lines() -> None:
    """Comments aside: short enough to be read aloud."""
    code = [line for line in SCRIPT.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(code) <= 10


@pytest.mark.parametrize(("above", "below"), [(54, 100), (1, 100), (1, 1), (1, 3)])
def test_the_draw_of_the_demo_is_repeated_by_the_script(above: int, below: int) -> None:
    """The stations of the demo's election: the same ones, in the same order, with the same tickets."""
    centres = _centres(read_folder(example_files()))
    drawn = draw_shares(SEED, centres, Fraction(above, below), Rounding.UP)
    expected = [f"{centre} {draw.ticket} {draw.unit}" for centre, draws in drawn.items() for draw in draws]
    assert _run(centres, SEED, above, below) == expected
    assert expected


def test_large_centres_and_seeds_with_spaces_and_accents_are_drawn_too() -> None:
    """Thirty stations; the seed is words."""
    centres = {"B-2": [f"S{n:03}" for n in range(30)], "B": ["X"], "B-10": ["Y", "Z"]}
    seed = "El Araguaney de Carabobo, año 1821"
    drawn = draw_shares(seed, centres, Fraction(54, 100), Rounding.UP)
    expected = [f"{centre} {draw.ticket} {draw.unit}" for centre, draws in drawn.items() for draw in draws]
    assert _run(centres, seed, 54, 100) == expected


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


def test_the_shell_lines_of_the_specification_print_what_it_says() -> None:
    """Each block of shell is followed by what it prints."""
    shell, printed = _blocks("sh"), _blocks("text")
    assert len(shell) == len(printed) == 4
    for lines, expected in zip(shell, printed, strict=True):
        run = subprocess.run(["bash", "-euc", lines], capture_output=True, text=True, check=True, cwd=ROOT)
        assert run.stdout == expected


def test_the_printed_examples_of_the_specification_are_what_urna_draws() -> None:
    """Sorted, counter with and without replacement, weighted."""
    by_ticket, by_turn, weighted, _ = (block.splitlines() for block in _blocks("text"))
    stations = ["0101-01", "0101-02", "0102-01", "0103-01"]
    drawn = draw_units(Procedure.SORTED, SEED, stations, 2)
    assert by_ticket == [f"{each.ticket} {each.unit}" for each in drawn]
    numbers = [str(number) for number in range(1, 1235)]
    drawn = draw_units(Procedure.COUNTER, SEED, numbers, 5, replacement=True)
    assert by_turn == [f"{each.ticket} {each.unit}" for each in drawn]
    drawn = draw_weighted(SEED, {"0101-01": 3, "0101-02": 0, "0102-01": 5}, 4)
    assert weighted == [f"{each.ticket} {each.unit}" for each in drawn]
