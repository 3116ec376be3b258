"""A small table and its mapping, as files."""

from pathlib import Path

MAPPING = """
title = {es = "Ensayo", en = "Rehearsal"}
code = "SMALL"
day = "2026-01-01"
[[territory]]
kind = "STATE"
column = "state"
[[territory]]
kind = "CENTRE"
column = "centre"
[station]
columns = ["mesa"]
registered = "reg"
ballots = "ballots"
valid = "valid"
nulls = "nulls"
[contest]
code = "C"
title = {es = "Cargo", en = "Office"}
remaining = "Option {number}"
"""

HEADER = "state,centre,mesa,reg,ballots,valid,nulls,A,B\n"

ROWS = "North,School,1,30,15,14,1,9,5\nNorth,School,2,30,12,12,0,4,8\nSouth,Market,1,25,11,10,1,3,7\n"

BAD_ROW = "South,Harbour,1,25,11,10,1,3,6\n"


def write_mapping(folder: Path, text: str = MAPPING) -> Path:
    """The mapping as a file."""
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def write_table(folder: Path, rows: str = ROWS) -> Path:
    """The rows under the header, as a file."""
    path = folder / "table.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path
