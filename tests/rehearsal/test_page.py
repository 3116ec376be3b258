"""The page docs/rehearsal.md tells the truth: its example is run, command by command, and its tables are complete."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec
from tests.rehearsal.reading import MAPPINGS

from urna.rehearsal.mapping import ContestColumns, OptionColumn, StationColumns, TableMapping, TerritoryColumn
from urna.rehearsal.reasons import TITLES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/rehearsal.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def pattern(text: str) -> re.Pattern[str]:
    """What the page promises; a line … stands for any lines, … within a line for a number."""
    lines = [re.escape(line).replace("…", r"[\d.,]+") if line != "…" else r"(?:.*\n)*?.*" for line in text.splitlines()]
    return re.compile("\n".join(lines).rstrip() + r"\n*")


def test_the_example_does_what_the_page_shows(tmp_path: Path) -> None:
    """Every command, its output and its exit code; [n] after an output is a code other than 0."""
    (tmp_path / "table.csv").write_text(blocks("csv")[0], encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(blocks("toml")[0], encoding="utf-8")
    consoles = blocks("console")
    assert len(consoles) == 4
    for console in consoles:
        command, _, promised = console.removeprefix("$ ").partition("\n")
        code = re.search(r"^\[(\d)\]\n\Z", promised, re.MULTILINE)
        program, *arguments = shlex.split(command)
        assert program == "urna"
        ended = subprocess.run(
            [sys.executable, "-m", "urna.cli.main", *arguments],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
            env={"LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "120"},
        )
        assert ended.returncode == (int(code[1]) if code else 0), ended.stdout
        shown = promised[: code.start()] if code else promised
        assert pattern(shown).fullmatch(ended.stdout), ended.stdout


def test_the_page_names_every_key_of_a_mapping_and_every_reason() -> None:
    """And the mappings that it points to exist."""
    for record in (TableMapping, TerritoryColumn, StationColumns, ContestColumns, OptionColumn):
        for field in msgspec.structs.fields(record):
            spellings = (f"`{field.name}`", f"`[{field.name}]`", f"[[{field.name}]]", f".{field.name}]]")
            assert any(spelling in PAGE for spelling in spellings), field.name
    for title in TITLES.values():
        assert f"| {title} |" in PAGE
    for name in re.findall(r"mappings/([\w-]+\.toml)", PAGE):
        assert (MAPPINGS / name).is_file()
