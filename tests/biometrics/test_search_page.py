"""docs/fingerprint-search.md does what it says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/fingerprint-search.md"


def test_the_page_finds_the_finger_it_looks_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Its example is run as it stands."""
    example = re.search(r"```python\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert example
    exec(compile(example[1], str(PAGE), "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.startswith("123 ")


def test_every_file_that_the_page_names_is_there() -> None:
    """Places in the code, and other pages."""
    text = PAGE.read_text("utf-8")
    root = PAGE.parents[1]
    for name in re.findall(r"`((?:biometrics|storage|compute)/\w+\.py)`", text):
        assert (root / "src/urna" / name).is_file(), name
    for name in re.findall(r"docs/[\w-]+\.md", text):
        assert (root / name).is_file(), name
