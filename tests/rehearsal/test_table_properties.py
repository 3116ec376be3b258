"""Whatever bytes a table has, the answer is counts or a clear refusal; and honest counts come back exactly."""

import json
from operator import attrgetter

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rehearsal.small import HEADER, MAPPING

from urna.errors import Malformed
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.mapping import read_mapping
from urna.rehearsal.run import Rehearsal, rehearse, totals_by_territory
from urna.rehearsal.table import read_table

SMALL = read_mapping(MAPPING.encode(), "small.toml")
LINES = read_mapping(MAPPING.replace('day = "', 'format = "jsonl"\nday = "').encode(), "lines.toml")
COLUMNS = HEADER.strip().split(",")

odd = st.sampled_from(["", "1.0", "1e3", "NaN", '"', "\x1b[2J"])
cells = st.one_of(st.integers(-5, 50).map(str), st.text(max_size=6), odd)
json_cells = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=5,
)


@given(st.lists(st.lists(cells, min_size=7, max_size=11), max_size=6), st.binary(max_size=20))
def test_any_csv_is_read_or_refused(rows: list[list[str]], tail: bytes) -> None:
    """Ragged, quoted, not UTF-8: never anything but counts, findings or `Malformed`."""
    data = (HEADER + "\n".join(",".join(row) for row in rows)).encode("utf-8", "surrogatepass") + tail
    try:
        read = read_table(data, SMALL, "fuzz.csv")
    except Malformed:
        return
    assert len(read.stations) + len({finding.line for finding in read.findings}) == read.rows
    for row in read.stations:
        assert sum(row.votes) + row.nulls == row.ballots <= row.registered
    for finding in read.findings:
        assert str(finding.problem).isprintable()


@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "C"]), json_cells), max_size=5), st.binary(max_size=20))
def test_any_json_lines_are_read_or_refused(rows: list[dict[str, object]], tail: bytes) -> None:
    """Nested, missing, of any type."""
    data = "\n".join(json.dumps(row) for row in rows).encode() + tail
    try:
        read = read_table(data, LINES, "fuzz.jsonl")
    except Malformed:
        return
    assert len(read.stations) + len({finding.line for finding in read.findings}) == read.rows


@given(st.integers(0, len(MAPPING)), st.integers(0, 20), st.text(max_size=12))
def test_any_mapping_is_read_or_refused(at: int, length: int, text: str) -> None:
    """A mapping with some of its text overwritten."""
    spoiled = MAPPING[:at] + text + MAPPING[at + length :]
    try:
        read_mapping(spoiled.encode("utf-8", "surrogatepass"), "fuzz.toml")
    except Malformed as error:
        assert error.where == "fuzz.toml"


names = st.text(st.characters(categories=("L", "N", "P", "S"), exclude_characters='"'), min_size=1, max_size=12)
few = st.integers(0, 9)
stations = st.tuples(names, names, st.integers(1, 99), few, few, few, few)


@settings(max_examples=25, deadline=None)
@given(st.lists(stations, min_size=1, max_size=6, unique_by=lambda row: row[:3]))
def test_honest_counts_come_back_exactly(rows: list[tuple[str, str, int, int, int, int, int]]) -> None:
    """Through definition, statements, sheets, reception and totals; in each state the sums of its own rows."""
    lines = [
        f'"{state}","{centre}",{mesa},{a + b + nulls + absent + 1},{a + b + nulls},{a + b},{nulls},{a},{b}'
        for state, centre, mesa, a, b, nulls, absent in rows
    ]
    read = read_table((HEADER + "\n".join(lines)).encode(), SMALL, "small.csv")
    assert not read.findings
    rehearsed = rehearsed_election(read, SMALL, RehearsalKeys("property"))
    rehearsal = Rehearsal(rehearsed, "property")
    results, files = rehearse(
        rehearsal,
        lambda tasks: map(rehearsal.commit, tasks),
        lambda tasks, commitments: map(rehearsal.documents, tasks, commitments),
        bytes,
    )
    assert len(list(files)) > 2 * len(rows)
    nation = totals_by_territory(results, rehearsal.election, "NATION")
    assert list(nation.values()) == [(sum(row[3] for row in rows), sum(row[4] for row in rows))]
    turnout = {each.territory: each for each in results.turnout}["ALL"]
    assert turnout.cast == sum(map(attrgetter("ballots"), read.stations))
    assert turnout.registered == sum(map(attrgetter("registered"), read.stations))
