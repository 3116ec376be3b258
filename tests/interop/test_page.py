"""docs/spec/electionguard-interop.md says what the code does."""

import re
from pathlib import Path

from tests.tampering.egk_cases import CASES

from urna.cli.main import main
from urna.interop.electionguard.curve import SCALAR_LABEL
from urna.interop.electionguard.report import TITLES

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/electionguard-interop.md").read_text()


def test_the_page_lists_our_own_checks() -> None:
    """By number, none more."""
    listed = re.findall(r"^\| (S\d) \|", PAGE, re.MULTILINE)
    assert listed == [check for check in TITLES if check.startswith("S")]


def test_the_page_names_the_label_of_the_curve() -> None:
    """It was found by trying, so it stands written down."""
    assert SCALAR_LABEL.decode() in PAGE


def test_there_are_as_many_attacks_as_the_page_says() -> None:
    """More than a hundred."""
    assert len(CASES) > 100


def test_the_commands_of_the_page_exist() -> None:
    """Every option that it shows is one of the command's."""
    for verb in ("verify", "export"):
        assert f"urna interop electionguard {verb} " in PAGE
        assert main(["interop", "electionguard", verb, "--help"]) == 0
    shown = set(re.findall(r"(?<= )--[a-z-]+", PAGE.split("```")[1]))
    assert shown == {"--json", "--ballots", "--challenged", "--guardians", "--quorum", "--chained"}
