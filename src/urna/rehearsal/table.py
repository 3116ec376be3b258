"""A results table becomes counts per station; every row that cannot be one is named with its reason."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from urna.errors import Finding, Malformed
from urna.rehearsal.mapping import OptionColumn, TableMapping
from urna.words import Sentence

if TYPE_CHECKING:
    import _csv

LEAVE_OUT = Sentence("Mend the row, or leave out bad rows with --leave-out-bad-rows.")


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


Cell = str | int | Decimal | None
Row = tuple[int, Mapping[str, Cell]]


def read_table(data: bytes, mapping: TableMapping, file: str, where: Mapping[str, str] | None = None) -> Table:
    """The stations of a table.

    Args:
        data: the whole file, UTF-8 (a byte order mark is passed over), decompressed.
        mapping: which column means what.
        file: its name, for the findings.
        where: take only the rows whose column has that value, as {"Estado": "EDO. LARA"}.

    1. Split the file into rows and keep the chosen ones.
    2. Find the keys that stand on several rows: no row of such a key is taken.
    3. Read each row's counts, or all that is wrong with it.

    Raises:
        Malformed: not UTF-8, a column of the mapping is missing, or no row is left.
    """
    columns, rows = _split(_text(data, file), mapping, file)
    options = mapping.options(columns)
    _check_columns(columns, mapping, options, file)
    chosen = [row for row in rows if all(str(row[1].get(c)) == v for c, v in (where or {}).items())]
    if not chosen:
        raise Malformed(
            Sentence("rows where {where}", {"where": str(dict(where or {}))}),
            Sentence("none"),
            Sentence("Check the spelling of columns and values."),
            file,
        )
    lines_of_key = defaultdict(list)
    for line, row in chosen:
        lines_of_key[_key(row, mapping)].append(line)
    stations: list[StationCounts] = []
    findings: list[Finding] = []
    for line, row in chosen:
        key = _key(row, mapping)
        numbers, problems = _read_row(row, mapping, options)
        if len(lines_of_key[key]) > 1:
            problems.append(_repeated(key, lines_of_key[key]))
        findings += [Finding(file, line, problem, LEAVE_OUT) for problem in problems]
        if not problems:
            stations.append(_counts(line, key, numbers, mapping, options))
    return Table(options, tuple(stations), tuple(findings), len(chosen))


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed(
            Sentence("text in UTF-8"),
            Sentence("byte 0x{byte} that is not", {"byte": f"{data[error.start]:02x}"}),
            Sentence("Save the table again as UTF-8; nothing was read."),
            f"{file}:{line}",
        ) from error


def _split(text: str, mapping: TableMapping, file: str) -> tuple[tuple[str, ...], Iterator[Row]]:
    if mapping.format == "jsonl":
        rows = list(_json_rows(text, file))
        return tuple(dict.fromkeys(key for _, row in rows for key in row)), iter(rows)
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    header = next(reader, [])
    if len(set(header)) != len(header):
        raise Malformed(
            Sentence("a header that names each column once"),
            Sentence("a column named twice"),
            Sentence("Rename one of them."),
            f"{file}:1",
        )
    return tuple(header), _csv_rows(reader, header, file)


def _csv_rows(reader: "_csv.Reader", header: list[str], file: str) -> Iterator[Row]:
    try:
        for cells in reader:
            if len(cells) != len(header):
                raise Malformed(
                    Sentence("{count} cells", {"count": len(header)}),
                    Sentence("{count}", {"count": len(cells)}),
                    Sentence("Mend the row's commas and quotes; nothing was read."),
                    f"{file}:{reader.line_num}",
                )
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise Malformed(
            Sentence("a row of comma separated values"),
            Sentence("{reason}", {"reason": str(error)}),
            Sentence("Mend the row's commas and quotes; nothing was read."),
            f"{file}:{reader.line_num}",
        ) from error


def _json_rows(text: str, file: str) -> Iterator[Row]:
    for line, source in enumerate(text.splitlines(), 1):
        try:
            row = json.loads(source, parse_float=Decimal)
        except (ValueError, RecursionError, InvalidOperation):
            row = None
        if not isinstance(row, dict):
            raise Malformed(
                Sentence("one JSON object a line"),
                Sentence("something else"),
                Sentence("Check the file's format; nothing was read."),
                f"{file}:{line}",
            )
        yield line, row


def _check_columns(
    columns: tuple[str, ...], mapping: TableMapping, options: tuple[OptionColumn, ...], file: str
) -> None:
    station = mapping.station
    wanted = [*(level.column for level in mapping.territory), *station.columns, station.registered]
    wanted += [station.ballots, station.valid, station.nulls, *(option.column for option in options)]
    missing = [column for column in wanted if column not in columns]
    if missing or not options:
        raise Malformed(
            Sentence("the columns of the mapping"),
            Sentence("no column {names}", {"names": ", ".join(missing) or "of votes"}),
            Sentence("Correct the mapping, or take the table it was written for."),
            f"{file}:1",
        )


def _key(row: Mapping[str, Cell], mapping: TableMapping) -> tuple[str, ...]:
    """What names the row: its territories and what tells it apart within the centre."""
    places = [str(row.get(level.column)).strip() for level in mapping.territory]
    return (*places, " ".join(str(row.get(column)).strip() for column in mapping.station.columns) or "1")


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
    station = mapping.station
    names = (station.registered, station.ballots, station.valid, station.nulls, *(o.column for o in options))
    numbers, missing, problems = {}, [], []
    for name in names:
        value = row.get(name)
        if value is None or str(value).strip() in mapping.missing:
            missing.append(name)
        elif (number := _whole(value)) is None:
            problems.append(Sentence("{column} is {value}, not a whole number.", {"column": name, "value": str(value)}))
        else:
            numbers[name] = number
    if problems:
        return numbers, problems
    return numbers, _gaps(missing, numbers, options) if missing else _sums(numbers, mapping, options)


def _whole(value: Cell) -> int | None:
    """The count that a cell holds: an integer, also written 56.0; None for anything else."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number != number.to_integral_value() or not 0 <= number <= 10**9:
        return None
    return int(number)


def _gaps(missing: list[str], numbers: Mapping[str, int], options: tuple[OptionColumn, ...]) -> list[Sentence]:
    votes = sum(numbers.get(option.column, 0) for option in options)
    if not votes:
        return [Sentence("No results: {count} columns have no value.", {"count": len(missing)})]
    return [
        Sentence(
            "Candidates have {votes} votes, but no value stands in: {names}.",
            {"votes": votes, "names": ", ".join(missing)},
        )
    ]


def _sums(numbers: Mapping[str, int], mapping: TableMapping, options: tuple[OptionColumn, ...]) -> list[Sentence]:
    station = mapping.station
    votes = sum(numbers[option.column] for option in options)
    valid, nulls = numbers[station.valid], numbers[station.nulls]
    ballots, registered = numbers[station.ballots], numbers[station.registered]
    problems = []
    if votes != valid:
        values = {"votes": votes, "valid": valid}
        problems.append(Sentence("The options sum to {votes} votes, the valid votes are {valid}.", values))
    if valid + nulls != ballots:
        values = {"valid": valid, "nulls": nulls, "ballots": ballots}
        problems.append(Sentence("Valid {valid} and null {nulls} do not sum to ballots {ballots}.", values))
    if ballots > registered:
        values = {"ballots": ballots, "registered": registered}
        problems.append(Sentence("Ballots {ballots} exceed the registered {registered}.", values))
    return problems


def _repeated(key: tuple[str, ...], lines: list[int]) -> Sentence:
    return Sentence(
        "The same station, {key}, is on lines {lines}; none of them can be told from the others.",
        {"key": " / ".join(key), "lines": ", ".join(map(str, lines))},
    )
