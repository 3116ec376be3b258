"""The benchmark of searches for duplicates counts what it says, and goes on where it was cut off."""

from pathlib import Path

import pytest
from bench.deduplication import Result, figures, measure

from bench import deduplication


def result(people: int, seconds: float) -> Result:
    """A size with a known cost."""
    return Result(people, 3, 3, 0, 1.0, people / 1000, seconds, 10, 60.0, 2, 1000 * people, 3, 100_000)


def test_a_run_finds_whom_comparing_all_fingers_would_find_and_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three of 45; then the last part is forgotten, and only this one is done again."""
    monkeypatch.setattr(deduplication, "WORK", tmp_path)
    monkeypatch.setattr(deduplication, "PART", 20)
    first = measure(45, 1)
    assert (first.twice, first.strangers) == (3, 0)
    assert first.found == first.first_pass > 0
    log = tmp_path / "deduplication-45.jsonl"
    lines = log.read_text().splitlines()
    assert len(lines) == 3
    log.write_text("\n".join(lines[:2]) + "\n")
    again = measure(45, 1)
    assert (again.found, again.comparisons) == (first.found, first.comparisons)
    assert log.read_text().splitlines()[:2] == lines[:2]


def test_the_cost_of_a_nation_follows_from_the_curve() -> None:
    """Core-seconds of a person 0.01 + people / 1,000,000, and 0.001 for encoding: 20.011 s for each of 20 million."""
    sizes = [result(people, people * (0.01 + people / 1_000_000)) for people in (1000, 2000, 4000)]
    said = {figure.what: figure.value for figure in figures(sizes)}
    hours = 20_000_000 * 20.011 / 3600
    assert said["20 million people, extrapolated"] == pytest.approx(hours)
    assert said["cost curve: a person, whatever the size"] == pytest.approx(10.0)
    for few in (sizes[:2], [result(people, people * 0.01) for people in (1000, 2000, 4000)]):
        assert "20 million people, extrapolated" not in {figure.what for figure in figures(few)}
