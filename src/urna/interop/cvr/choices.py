"""Workbooks with a row for each card and a column for each rank, as ES&S exports them (Minneapolis 2013).

    Precinct | 1ST CHOICE <contest> | 2ND CHOICE <contest> | … | COUNT

Only first choices are read: the ranked count is another question, so these totals are not the legal outcome. A card
is named by its row, and COUNT has to be 1: a row that stands for several cards names no paper.
"""

import re

from urna.encoding.canonical import printable
from urna.interop.cvr.records import CardRecords, ContestRecords, refused
from urna.interop.cvr.workbook import Row, read_rows
from urna.words import Sentence

UNDERVOTE, OVERVOTE = "undervote", "overvote"

_RANK = re.compile(r"\A([1-9][0-9]?)(?:ST|ND|RD|TH) CHOICE (.{1,200})\Z")


def read_first_choices(data: bytes, where: str, *, skipped: int = 0) -> CardRecords:
    """Every card's first choice.

    Args:
        data: the workbook.
        where: its name, for errors.
        skipped: how many skipped ranks are passed over to find it; 0: the first rank only. A count may pass over
            some: with 1 it gives round 1 of Minneapolis's.

    Raises:
        Malformed: no workbook of this form, a row that is too long or short, or one for more or less than one card.
    """
    rows = read_rows(data, where)
    if not rows:
        raise refused(Sentence("a row with the names of the columns"), Sentence("an empty sheet"), where)
    contest, ranks = _header(rows[0], where)
    records: dict[str, dict[str, int]] = {}
    choices: dict[str, None] = {}
    for row in rows[1:]:
        marked = _marked(row, ranks, where)
        choices.update(dict.fromkeys(one for one in marked if one not in (UNDERVOTE, OVERVOTE)))
        first = next((one for one in marked[: 1 + skipped] if one != UNDERVOTE), UNDERVOTE)
        records[str(row.number)] = {} if first in (UNDERVOTE, OVERVOTE) else {first: 1}
    found = ContestRecords(contest, 1, ranks > 1, tuple(choices), records)
    return CardRecords(tuple(records), {contest: found})


def _header(row: Row, where: str) -> tuple[str, int]:
    """The contest's name and its number of ranks."""
    ranks = [_RANK.match(cell) for cell in row.cells[1:-1]]
    contests = {match[2] for match in ranks if match}
    numbers = [int(match[1]) for match in ranks if match]
    is_form = len(contests) == 1 and numbers == list(range(1, len(ranks) + 1))
    if not is_form or row.number != 1 or (row.cells[0], row.cells[-1]) != ("Precinct", "COUNT"):
        expected = Sentence("columns Precinct, 1ST CHOICE and others of one contest, COUNT, in the first row")
        raise refused(expected, printable(", ".join(row.cells))[:120], where)
    return contests.pop(), len(ranks)


def _marked(row: Row, ranks: int, where: str) -> tuple[str, ...]:
    if len(row.cells) != ranks + 2 or not all(row.cells):
        cells = Sentence("{count} cells, none of them empty", {"count": ranks + 2})
        raise refused(cells, printable(", ".join(row.cells))[:120], f"{where}, row {row.number}")
    if row.cells[-1] != "1":
        raise refused(Sentence("a row for one card"), printable(row.cells[-1])[:40], f"{where}, row {row.number}")
    return row.cells[1:-1]
