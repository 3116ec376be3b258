"""Whatever goes wrong has a state, a sentence and a way on, and the page in the documents says the same."""

from pathlib import Path

import pytest

from urna.station.contingency import CONTINGENCIES, EFFECTS, Case, Effect, case_of, table
from urna.station.health_rules import Trouble

PAGE = Path(__file__).resolve().parents[2] / "docs" / "contingency.md"
BEGIN, END = "<!-- cases -->\n", "<!-- end of cases -->"


@pytest.mark.parametrize("case", Case)
def test_every_case_has_a_state_a_sentence_and_a_way_on(case: Case) -> None:
    """Complete sentences, at least one step."""
    row = CONTINGENCIES[case]
    assert row.title
    assert row.says.endswith(".")
    assert row.way_on
    assert all(step.endswith(".") for step in row.way_on)
    assert EFFECTS[row.effect]


def test_every_state_is_of_some_case() -> None:
    """No word of the list is idle."""
    assert {row.effect for row in CONTINGENCIES.values()} == set(Effect)


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_of_a_machine_has_one_way_on(trouble: Trouble) -> None:
    """Whatever the health check finds stands in one row, and in no second one."""
    assert [case for case, row in CONTINGENCIES.items() if trouble in row.troubles] == [case_of(trouble)]


def test_the_page_shows_the_table() -> None:
    """docs/contingency.md is drawn from the code."""
    assert PAGE.read_text() == page_with(table()), "run .venv/bin/python -m tests.station.test_contingency"


def page_with(cases: str) -> str:
    """The page with these cases in it."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    return f"{head}{BEGIN}\n{cases}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page_with(table()))
