"""What a record says, read with json alone: a test of totals must not trust the code that made them."""

import json
from pathlib import Path
from typing import Any

from urna.cli.main import main

MAPPINGS = Path(__file__).parent / "mappings"


def rehearse(table: Path, mapping: Path, out: Path, *options: str) -> int:
    """The exit code of `urna rehearse`."""
    return main(["rehearse", str(table), "--mapping", str(mapping), "--out", str(out), *options])


def note_record(path: Path) -> dict[str, Any]:
    """The record that a signed note carries, its signatures unread."""
    record: dict[str, Any] = json.loads(path.read_bytes().partition(b"\n")[0])
    return record


Sums = dict[tuple[str, ...], tuple[list[int], int, int]]
"""Votes by option, undervotes and ballots, by the names of a territory from the top."""


def totals(record: Path, kind: str) -> Sums:
    """The record's totals for each territory of a kind; those of one name are added together."""
    definition = note_record(record / "definition.note")
    (results,) = (record / "results").iterdir()
    names = {each["code"]: (each["name"], each["parent"]) for each in definition["territories"]}
    kinds = {each["code"]: each["kind"] for each in definition["territories"]}
    sums: Sums = {}
    for each in note_record(results)["totals"]:
        if kinds[each["territory"]] == kind:
            votes = [option["votes"] for option in each["votes"]]
            add(sums, _names(each["territory"], names), votes, each["undervotes"], each["ballots"])
    return sums


def add(sums: Sums, key: tuple[str, ...], votes: list[int], nulls: int, ballots: int) -> None:
    """Adds the numbers of one row or total to those of its key."""
    before, nulls_before, ballots_before = sums.get(key, ([0] * len(votes), 0, 0))
    together = [one + other for one, other in zip(before, votes, strict=True)]
    sums[key] = (together, nulls_before + nulls, ballots_before + ballots)


def _names(code: str, territories: dict[str, tuple[str, str | None]]) -> tuple[str, ...]:
    """The names of a territory and of those around it, the nation left out."""
    name, parent = territories[code]
    return (*_names(parent, territories), name) if parent else ()


def one_line(name: str) -> str:
    """A name as the record writes it: tables carry doubled spaces."""
    return " ".join(name.split())


def files(record: Path) -> dict[str, bytes]:
    """Every file of a record, by its path."""
    return {str(path.relative_to(record)): path.read_bytes() for path in record.rglob("*") if path.is_file()}
