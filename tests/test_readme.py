"""The first pages that a newcomer reads say what is there."""

import re
import subprocess
from pathlib import Path

import pytest

from urna.cli.main import VERBS
from urna.verify.report import TITLES, Check

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
LINK = re.compile(r"\]\(([^)#]+)\)")


def test_the_readme_is_short_and_names_the_two_commands_first() -> None:
    """Under 150 lines, and nobody has to scroll to begin."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(lines) < 150
    assert any(line.startswith("make demo") for line in lines[:15])
    assert any(line.startswith("make test") for line in lines[:15])


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Relative links, from the page's own folder."""
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_the_readme_names_every_verb() -> None:
    """The table of commands is the list of verbs."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert [verb.name for verb in VERBS if f"`urna {verb.name}" not in text] == []


def test_every_file_of_the_tour_is_there() -> None:
    """Twelve files, one question each."""
    files = re.findall(r"^\d+\. `([^`]+)`", (ROOT / "docs/tour.md").read_text("utf-8"), re.MULTILINE)
    assert len(files) == 12
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_make_help_lists_the_targets() -> None:
    """`make` alone says what it can do."""
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target}" in listed for target in ("demo", "test", "check", "bench", "tamper", "clean"))


def test_the_checks_that_the_readme_shows_have_their_own_words() -> None:
    """Number and title as `urna verify` prints them."""
    shown = re.findall(r"^ ?(\d+) +✓  (.+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert len(shown) >= 4
    assert [(int(number), title) for number, title in shown] == [
        (int(number), TITLES[Check(int(number))]) for number, _ in shown
    ]
