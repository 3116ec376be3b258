"""The table of docs/benchmarks.md: rows that a run replaces, each with its benchmark's name."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.entries import ENTRIES
from bench.figures import Figure, number
from bench.places import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = "| benchmark | figure | median | least to greatest | runs |\n|---|---|---:|---:|---:|\n"


def write_rows(measured: Mapping[str, Sequence[Figure]], place: str, page: Path = PAGE) -> None:
    """Puts new rows in the place of the measured benchmarks' old ones; others stay, with the machine they name.

    Args:
        measured: figures by the benchmark's name.
        place: the machine and the day.
        page: the file.
    """
    text = page.read_text(encoding="utf-8")
    for name, figures in measured.items():
        before, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->\n")
        if not start or not end:
            raise ValueError(f"{page} has no place for {name}")
        text = before + start + section(name, figures, place) + end + after
    page.write_text(text, encoding="utf-8")


def section(name: str, figures: Sequence[Figure], place: str) -> str:
    """One benchmark's table."""
    return f"\n{HEAD}{''.join(_row(name, figure) for figure in figures)}\n{place}\n\n"


def quoted(page: Path = PAGE) -> set[str]:
    """The benchmarks that the page has a place for."""
    text = page.read_text(encoding="utf-8")
    return {each.name for each in ENTRIES if all(f"<!-- {mark}{each.name} -->\n" in text for mark in ("", "/"))}


def _row(name: str, figure: Figure) -> str:
    around, runs = "", ""
    if figure.least is not None and figure.greatest is not None:
        around = f"{number(figure.least)} to {number(figure.greatest)}" if figure.runs > 1 else ""
        runs = str(figure.runs)
    return f"| {name} | {figure.what} | {number(figure.value)} {figure.unit} | {around} | {runs} |\n"
