"""A results table becomes counts per station; every row that cannot be one is named with its reason."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from urna.errors import Finding, Malformed
from urna.rehearsal.mapping import OptionColumn, TableMapping
from urna.rehearsal.reasons import first_few, missing_values, no_place, not_whole, repeated, shown, wrong_sums
from urna.rehearsal.rows import Cell, Row, read_rows
from urna.words import Sentence

LEAVE_OUT = Sentence("Mend the row, or leave out bad rows with --leave-out-bad-rows.")
MOST = 10**9
"""A cell above this is no count of people."""

_WHOLE = re.compile(r"[0-9]{1,10}(?:\.0{1,10})?")
"""An integer, also written 56.0, as spreadsheets do. `int` and `Decimal` would take 1_000 and ٥٦ as well."""


class StationCounts(NamedTuple):
    """One row that adds up: sum(votes) + nulls = ballots ≤ registered."""

    line: int
    places: tuple[str, ...]
    """Names of its territories, from large to small; the last is the centre."""
    name: str
    """What tells it apart within its centre; "1" where a row is a centre."""
    registered: int
    ballots: int
    votes: tuple[int, ...]
    """Per option, in the order of `Table.options`."""
    nulls: int


class Table(NamedTuple):
    """A read table: its good rows, all findings about the bad ones, and how many rows there were."""

    options: tuple[OptionColumn, ...]
    stations: tuple[StationCounts, ...]
    findings: tuple[Finding, ...]
    rows: int


def read_table(
    data: bytes, mapping: TableMapping, file: str, where: Mapping[str, Collection[str]] | None = None
) -> Table:
    """The stations of a table.

    Args:
        data: the whole file, UTF-8 (a byte order mark is passed over), decompressed.
        mapping: which column means what.
        file: its name, for the findings.
        where: take only the rows whose column has one of these values, as {"Estado": ["EDO. LARA"]}.

    1. Split the file into rows and keep the chosen ones.
    2. Find the keys that stand on several rows: no row of such a key is taken.
    3. Read each row's counts, or all that is wrong with it.

    Raises:
        Malformed: not UTF-8, a column of the mapping is missing, or no row is left.
    """
    columns, rows = read_rows(data, mapping.format, file)
    options = mapping.options(columns)
    _check_columns(columns, mapping, options, file)
    chosen = _chosen(rows, columns, where or {}, file)
    lines_of_key = defaultdict(list)
    for line, row in chosen:
        lines_of_key[_key(row, mapping)].append(line)
    stations: list[StationCounts] = []
    findings: list[Finding] = []
    for line, row in chosen:
        key = _key(row, mapping)
        numbers, problems = _read_row(row, mapping, options)
        if len(lines_of_key[key]) > 1:
            problems.append(repeated(key, lines_of_key[key]))
        findings += [Finding(file, line, problem, LEAVE_OUT) for problem in problems]
        if not problems:
            stations.append(_counts(line, key, numbers, mapping, options))
    return Table(options, tuple(stations), tuple(findings), len(chosen))


def _check_columns(
    columns: tuple[str, ...], mapping: TableMapping, options: tuple[OptionColumn, ...], file: str
) -> None:
    wanted = [*mapping.known_columns(), *(option.column for option in options)]
    missing = [column for column in wanted if column not in columns]
    if missing or not options:
        raise Malformed(
            Sentence("the columns of the mapping"),
            Sentence("no column {names}", {"names": ", ".join(missing)}) if missing else Sentence("no column of votes"),
            Sentence("Correct the mapping, or take the table it was written for."),
            f"{file}:1",
        )


def _chosen(
    rows: Sequence[Row], columns: tuple[str, ...], where: Mapping[str, Collection[str]], file: str
) -> Sequence[Row]:
    """The rows that meet every condition, at least one."""
    for column in where:
        if column not in columns:
            raise Malformed(
                Sentence("a column of the table, one of: {columns}", {"columns": first_few(columns, most=40)}),
                Sentence("{column}", {"column": shown(column)}),
                Sentence("Write the column as in the table."),
                "--where",
            )
    for column, wanted in where.items():
        kept = [row for row in rows if str(row[1].get(column)) in wanted]
        if not kept:
            raise _no_row(column, wanted, {str(row[1].get(column)) for row in rows}, file)
        rows = kept
    if not rows:
        raise Malformed(
            Sentence("rows below the header"), Sentence("none"), Sentence("Check that this is the right table."), file
        )
    return rows


def _no_row(column: str, wanted: Collection[str], values: set[str], file: str) -> Malformed:
    close = [match for value in wanted for match in get_close_matches(value, sorted(values)[:5000], n=3, cutoff=0.5)]
    values_shown = first_few(close or sorted(values))
    return Malformed(
        Sentence("rows where {column} is {wanted}", {"column": shown(column), "wanted": first_few(list(wanted))}),
        Sentence("none; there is: {values}", {"values": values_shown}),
        Sentence("Write the value as in the table."),
        file,
    )


def _key(row: Mapping[str, Cell], mapping: TableMapping) -> tuple[str, ...]:
    """What names the row: its territories and what tells it apart within the centre."""
    places = [_cell(row, level.column) for level in mapping.territory]
    return (*places, " ".join(_cell(row, column) for column in mapping.station.columns) or "1")


def _cell(row: Mapping[str, Cell], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()


def _counts(
    line: int,
    key: tuple[str, ...],
    numbers: Mapping[str, int],
    mapping: TableMapping,
    options: tuple[OptionColumn, ...],
) -> StationCounts:
    station = mapping.station
    return StationCounts(
        line,
        key[:-1],
        key[-1],
        numbers[station.registered],
        numbers[station.ballots],
        tuple(numbers[option.column] for option in options),
        numbers[station.nulls],
    )


def _read_row(
    row: Mapping[str, Cell], mapping: TableMapping, options: tuple[OptionColumn, ...]
) -> tuple[dict[str, int], list[Sentence]]:
    """The counts of a row, and all that is wrong with it."""
    numbers, missing = {}, []
    places = (*(level.column for level in mapping.territory), *mapping.station.columns)
    problems = [no_place(column) for column in places if _cell(row, column) in {"", *mapping.missing}]
    for column in (*mapping.station.counts, *(option.column for option in options)):
        text = _cell(row, column)
        if text in {"", *mapping.missing}:
            missing.append(column)
        elif (number := _whole(text)) is None:
            problems.append(not_whole(column, text))
        else:
            numbers[column] = number
    if problems:
        return numbers, problems
    votes = sum(numbers.get(option.column, 0) for option in options)
    return numbers, [missing_values(missing, votes)] if missing else _sums(numbers, mapping, votes)


def _whole(text: str) -> int | None:
    """The count that a cell holds; None for anything else."""
    if _WHOLE.fullmatch(text) is None:
        return None
    number = int(text.partition(".")[0])
    return number if number <= MOST else None


def _sums(numbers: Mapping[str, int], mapping: TableMapping, votes: int) -> list[Sentence]:
    station = mapping.station
    return wrong_sums(
        votes=votes,
        valid=numbers[station.valid],
        nulls=numbers[station.nulls],
        ballots=numbers[station.ballots],
        registered=numbers[station.registered],
    )
