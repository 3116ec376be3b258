"""The benchmarks run, skip with a reason, and write the page that quotes them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from bench.__main__ import main
from bench.entries import ENTRIES, Entry
from bench.figures import Figure, Skipped, compared, number, of_runs, rate_of_runs, timed
from bench.finger_errors import RESAMPLINGS, errors
from bench.page import PAGE, quoted, section, write_rows

from bench import places
from urna.biometrics.evaluation_rates import PairScores

ROOT = Path(__file__).resolve().parents[2]


def test_the_fastest_benchmark_prints_its_figures() -> None:
    """Run as anyone runs it: the machine, then a line for each figure with its unit and its number of runs."""
    command = [sys.executable, "-m", "bench", "seats", "--runs", "2"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    assert re.match(
        r"Measured on \d{4}-\d\d-\d\d: .+, \d+ cores, \d+ GB, .+ 3\.\d+\.\d+; load [\d.]+ at the start\.", said
    )
    assert re.search(r"^  dhondt, 12 lists, 48 seats +[\d.]+ ms \([\d.]+ to [\d.]+, 2 runs\)$", said, re.MULTILINE)
    assert re.search(r"^  the same by urna ÷ the same by apportionment +[\d.]+ times", said, re.MULTILINE)


def test_an_unknown_benchmark_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(["speed"])
    assert ended.value.code == 2
    assert "no benchmark speed; there are: seats, log, booth" in capsys.readouterr().err


def test_every_entry_names_a_function_that_is_there() -> None:
    """Names are used once, and the page has a place for each of them."""
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    for entry in ENTRIES:
        module, _, function = entry.place.partition(":")
        assert getattr(import_module(module), function).__doc__
    assert quoted() == set(names)


def test_without_the_shared_tables_a_benchmark_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is passed over; the exit code stays 0."""
    monkeypatch.setattr(places, "TABLE_2012", tmp_path / "no such table.csv")
    assert main(["rehearsal-nation", "rehearsal-ballots"]) == 0
    assert capsys.readouterr().out.count("skipped: ") == 2


def test_without_its_packages_a_benchmark_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only packages of others may be absent; a missing module of ours is a fault."""
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.delitem(sys.modules, "urna.devices.printer_typst", raising=False)
    monkeypatch.delitem(sys.modules, "bench.sheet", raising=False)
    with pytest.raises(Skipped, match="typst"):
        Entry("sheet", "bench.sheet:run", 1, "").measure()
    with pytest.raises(ModuleNotFoundError):
        Entry("gone", "bench.gone:run", 1, "").measure()


def test_medians_are_of_the_runs() -> None:
    """With the least and the greatest beside them; a rate is the rate of each run."""
    assert of_runs("x", [0.003, 0.001, 0.002], "ms") == Figure("x", 2.0, "ms", 3, 1.0, 3.0)
    assert rate_of_runs("x", 100, [1.0, 2.0, 4.0], "a second") == Figure("x", 50.0, "a second", 3, 25.0, 100.0)
    assert of_runs("x", [0.5], "s").text() == "0.50 s (1 run)"
    assert Figure("x", 3, "codes").text() == "3 codes"


def test_an_act_is_measured_as_often_as_told() -> None:
    """Two ways of one thing take turns, so that both meet the same other work."""
    calls: list[str] = []
    timed("x", lambda: calls.append("x"), runs=3, times=2)
    assert len(calls) == 6
    calls.clear()
    acts = (lambda: calls.append("a"), lambda: calls.append("b"))
    *_, ratio = compared("a", "b", acts, 2)
    assert calls == ["a", "b", "a", "b"]
    assert (ratio.what, ratio.unit, ratio.runs) == ("a ÷ b", "times", 2)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (14_968_747, "14,968,747"),
        (2, "2"),
        (0.0, "0.00"),
        (0.0393, "0.0393"),
        (1.234, "1.23"),
        (31.44, "31.4"),
        (1234.5, "1,234"),
    ],
)
def test_numbers_are_written_with_three_digits_that_mean_something(value: float, text: str) -> None:
    """And counts are written whole."""
    assert number(value) == text


def test_error_rates_are_figures_with_their_interval() -> None:
    """Pairs are counts; a rate has the ends of its interval as least and greatest, and so many resamplings as runs."""
    own, other = np.zeros(4, np.int64), np.ones(4, np.int64)
    pairs = PairScores(np.array([0.1, 0.3, 0.5, 0.7]), own, np.array([0.0, 0.05, 0.1, 0.4]), own, other, 2)
    figures = {figure.what: figure for figure in errors("set", pairs, "set")}
    assert (figures["set: pairs of one finger"].value, figures["set: pairs of two fingers"].value) == (4, 4)
    rate = figures["set: ZeroFMR, 95 % of resampled fingers"]
    assert rate[1:] == (50.0, "%", RESAMPLINGS, 50.0, 50.0)
    assert figures["set: greatest score of two"].value == 0.4


def test_the_page_keeps_what_was_not_measured(tmp_path: Path) -> None:
    """A run of one benchmark replaces its rows and no others; measuring again changes nothing else."""
    page = tmp_path / "benchmarks.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    figures = [Figure("an act", 1.5, "ms", 3, 1.0, 2.0), Figure("files", 7, "files")]
    write_rows({"seats": figures}, "Measured here.", page)
    once = page.read_text(encoding="utf-8")
    assert "| seats | an act | 1.50 ms | 1.00 to 2.00 | 3 |\n| seats | files | 7 files |  |  |\n" in once
    assert _without(once, "seats") == _without(PAGE.read_text(encoding="utf-8"), "seats")
    write_rows({"seats": figures}, "Measured here.", page)
    assert page.read_text(encoding="utf-8") == once
    with pytest.raises(ValueError, match="no place for speed"):
        write_rows({"speed": figures}, "", page)


def test_the_page_shows_no_table_without_its_machine() -> None:
    """Each benchmark's rows are followed by where and when they were measured."""
    text = PAGE.read_text(encoding="utf-8")
    for entry in ENTRIES:
        between = text.split(f"<!-- {entry.name} -->\n")[1].split(f"<!-- /{entry.name} -->")[0]
        assert re.search(rf"^\| {entry.name} \| ", between, re.MULTILINE), entry.name
        assert re.search(r"^Measured on \d{4}-\d\d-\d\d: .* cores", between, re.MULTILINE), entry.name
    assert section("x", [], "there").count("there") == 1


def _without(text: str, name: str) -> str:
    before, _, rest = text.partition(f"<!-- {name} -->")
    return before + rest.partition(f"<!-- /{name} -->")[2]


def _one(runs: int) -> Iterator[Figure]:
    """A benchmark of this test."""
    yield Figure("runs", runs, "runs")


def test_an_entry_measures_as_often_as_it_says_unless_told() -> None:
    """`--runs` overrides."""
    entry = Entry("one", f"{__name__}:_one", 7, "")
    sys.modules.setdefault(__name__, sys.modules[_one.__module__])
    assert [figure.value for figure in entry.measure()] == [7]
    assert [figure.value for figure in entry.measure(2)] == [2]
