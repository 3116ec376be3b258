"""The presidential table of 2012, centre by centre: what a rehearsal of a nation must show."""

import csv
import re
from pathlib import Path

import pytest
from tests.rehearsal.reading import MAPPINGS, Sums, add, one_line, rehearse, totals
from tests.shared import shared

from urna.compute.processes import over_processes
from urna.storage.record import FolderReader
from urna.verify.procedure import verify_record
from urna.verify.report import AUDIT_CHECKS, Check, Status

MAPPING = MAPPINGS / "venezuela-2012.toml"
VALID, NULLS = "Número total de Votos Válidos.", "Número total de Votos Nulos."
BALLOTS, ELECTORS = "Número de Votos Escrutados.", "Número de Electores escrutados."
CANDIDATES = 6


def table() -> Path:
    """The real table."""
    return shared("data/venezuela-2012-presidential/center-all.csv")


def own_sums(*levels: str, **where: str) -> Sums:
    """The table's own sums over its complete rows, with csv alone: candidates, nulls, ballots by territory."""
    sums: Sums = {}
    with table().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counts = [row[column] for column in (ELECTORS, BALLOTS, VALID, NULLS, *list(row)[-CANDIDATES:])]
            if not all(count.isdigit() for count in counts) or any(row[c] != v for c, v in where.items()):
                continue
            ballots, valid, nulls, *votes = map(int, counts[1:])
            assert sum(votes) == valid
            add(sums, tuple(one_line(row[column]) for column in levels), votes, nulls, ballots)
    return sums


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of a rehearsal of the whole table, by counts."""
    record = tmp_path_factory.mktemp("nation") / "record"
    assert rehearse(table(), MAPPING, record, "--leave-out-bad-rows") == 0
    return record


@pytest.mark.slow
def test_the_states_have_the_tables_own_sums(nation: Path) -> None:
    """Candidate by candidate, nulls as undervotes, over the 13,517 complete centres and 14,968,747 ballots."""
    states = totals(nation, "STATE")
    assert states == own_sums("Estado")
    assert len(states) == 24
    assert sum(ballots for _, _, ballots in states.values()) == 14_968_747
    assert len(list((nation / "stations").iterdir())) == 13_517


@pytest.mark.slow
def test_the_centres_have_the_tables_own_sums(nation: Path) -> None:
    """Each of the complete rows, under its own name; two differ by doubled spaces alone and are added here."""
    assert totals(nation, "CENTRE") == own_sums("Estado", "Municipio", "Parroquia", "Centro")


@pytest.mark.slow
def test_the_nations_record_verifies(nation: Path) -> None:
    """Every check passes that a record without ciphertexts has."""
    report = verify_record(FolderReader(nation), spread=over_processes)
    assert report.is_proven
    absent = {check.number for check in report.checks if check.status is Status.ABSENT}
    assert absent == {
        Check.CIPHERTEXTS,
        Check.BALLOT_PROOFS,
        Check.CHALLENGED,
        Check.GUARDIANS,
        Check.AGGREGATES,
        Check.HAND_COUNTS,
        *AUDIT_CHECKS,
        Check.EXAMINATIONS,
    }
    assert report.purpose == "rehearsal"


def test_154_rows_are_named_and_the_lot_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, a line for each row, a sum by reason, and nothing written."""
    record = tmp_path / "record"
    assert rehearse(table(), MAPPING, record) == 1
    said = capsys.readouterr().err
    assert len(re.findall(r"^center-all\.csv:\d+: No results", said, re.MULTILINE)) == 152
    assert re.findall(r"^center-all\.csv:\d+: Candidates have (\d+) votes", said, re.MULTILINE) == ["101", "802"]
    assert "Rows that cannot be taken: 154 of 13,671" in said
    assert re.search(r"^ +152  no results at all", said, re.MULTILINE)
    assert not record.exists()


@pytest.mark.slow
def test_a_municipality_votes_ballot_by_ballot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """22,077 votes through the booth's transition table: exact in each centre, verified, and the rate is told."""
    record, where = tmp_path / "record", {"Estado": "EDO. MERIDA", "Municipio": "MP. TOVAR"}
    conditions = [word for column, value in where.items() for word in ("--where", f"{column}={value}")]
    assert rehearse(table(), MAPPING, record, "--ballots", *conditions) == 0
    said = capsys.readouterr().out
    assert re.search(r"Stations: 21, ballots: 22,077, processes: 4, seconds: [\d.]+ · ballots a second: [\d,]+", said)
    assert totals(record, "MUNICIPALITY") == own_sums("Estado", "Municipio", **where)
    assert totals(record, "CENTRE") == own_sums("Estado", "Municipio", "Parroquia", "Centro", **where)
    report = verify_record(FolderReader(record))
    assert report.is_proven
    lists = next(check for check in report.checks if check.number == Check.BALLOT_LISTS)
    assert lists.detail.values == {"ballots": 22_077}
