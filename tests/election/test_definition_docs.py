"""The pages for officials name every file, column, key and rule, with the values that the records have."""

import re
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from urna.election.definition import FingerRule, Rules
from urna.election.folder import FILES, TABLES

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "definition.md").read_text()
RULES = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (DOCS / "rules.md").read_text(), re.MULTILINE))
DEFAULTS = msgspec.structs.asdict(Rules()) | msgspec.structs.asdict(FingerRule())
del DEFAULTS["fingers"]
TEMPLATE = (DOCS.parent / "src/urna/election/template/election.toml").read_text()


@pytest.mark.parametrize("file", FILES)
def test_every_file_and_column_is_explained(file: str) -> None:
    """In the order in which the header of a remedy names them."""
    assert f"| `{file}` |" in PAGE
    for column in TABLES.get(file, ()):
        assert re.search(rf"^\| `{column.name}` \| {'required' if column.required else ''} ?\|", PAGE, re.MULTILINE)


def test_every_rule_is_explained_with_its_default() -> None:
    """The page has each rule once, with the value that the record takes."""
    assert list(RULES) == [*Rules.__struct_fields__, *FingerRule.__struct_fields__]
    for name, default in DEFAULTS.items():
        shown = ", ".join(default) if isinstance(default, tuple) else str(default).lower()
        assert RULES[name].strip() == shown


def test_the_template_shows_every_rule_with_its_default() -> None:
    """Commented out, so that what is not written stays what it is."""
    shown = dict(re.findall(r'^#? ?(\w+) = ("[^"]*"|\[.*?\]|\w+)', TEMPLATE, re.MULTILINE))
    for name, default in DEFAULTS.items():
        if name in {"audit_rounding", "calibration", "captures_key"}:
            assert shown[name].strip('"') == default
        elif isinstance(default, str):
            assert Fraction(shown[name].strip('"')) == Fraction(default)
        elif not isinstance(default, tuple):
            assert shown[name] == str(default).lower()


@pytest.mark.parametrize("key", re.findall(r"^#? ?(\w+) = ", TEMPLATE, re.MULTILINE))
def test_every_key_of_the_template_is_explained(key: str) -> None:
    """On one of the two pages; language codes are the titles' own keys."""
    assert key in RULES or f"`{key}`" in PAGE or key in {"es", "en"}
