"""One state of 2017, station by station, with dirty rows."""

import gzip
import json
import re
from pathlib import Path

import pytest
from tests.rehearsal.reading import MAPPINGS, Sums, add, one_line, rehearse, totals
from tests.shared import shared

from urna.storage.record import FolderReader
from urna.verify.procedure import verify_record

MAPPING = MAPPINGS / "venezuela-2017.toml"
NOT_OPTIONS = {
    "ABSTENCION", "ACTAS", "ACTAS ESCRUTADAS", "ACTAS VALIDAS", "ELECTORES ACTAS TRANSMITIDAS", "ELECTORES INSCRITOS",
    "VOTANTES ESCRUTADOS", "VOTOS ESCRUTADOS", "VOTOS NULOS", "VOTOS VALIDOS",
    "estado", "municipio", "parroquia", "centro", "mesa",
}  # fmt: skip

BAD_SUMS = {2074: (415, 238), 2122: (618, 467)}
REPEATED = {912, 913, 917, 918, *range(2516, 2522)}


def miranda() -> Path:
    """The state's table: bad sums, a thousands dot, repeated keys."""
    return shared("data/venezuela-2017-governors-by-mesa/EDO_MIRANDA.jsonl.gz")


def test_every_bad_row_is_named_and_the_lot_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five wrong sums, 2.407 for 2407, ten rows of repeated stations; exit code 1 and nothing written."""
    record = tmp_path / "record"
    assert rehearse(miranda(), MAPPING, record) == 1
    said = capsys.readouterr().err
    lines = {
        int(line): reason for line, reason in re.findall(r"^EDO_MIRANDA\.jsonl\.gz:(\d+): (.*)$", said, re.MULTILINE)
    }
    assert lines[2469] == "VOTOS VALIDOS is 2.407, not a whole number."
    assert {line for line, reason in lines.items() if reason.startswith("The same station")} == REPEATED
    assert {line for line, reason in lines.items() if "options sum" in reason} == {2074, 2122, 2884, 2908, 3009}
    for line, (votes, valid) in BAD_SUMS.items():
        assert lines[line] == f"The options sum to {votes} votes, the valid votes are {valid}."
    assert len(lines) == 16
    assert "Rows that cannot be taken: 16 of 3,179" in said
    assert not record.exists()


@pytest.mark.slow
def test_the_rest_of_the_state_is_exact(tmp_path: Path) -> None:
    """Option by option in each centre, recomputed with json alone over the rows that are not bad; it verifies."""
    record = tmp_path / "record"
    assert rehearse(miranda(), MAPPING, record, "--leave-out-bad-rows") == 0
    bad = REPEATED | {2074, 2122, 2469, 2884, 2908, 3009}
    own: Sums = {}
    with gzip.open(miranda(), "rt", encoding="utf-8") as file:
        for row in (json.loads(source) for line, source in enumerate(file, 1) if line not in bad):
            key = tuple(one_line(row[column]) for column in ("estado", "municipio", "parroquia", "centro"))
            votes = [int(value) for column, value in row.items() if column not in NOT_OPTIONS]
            add(own, key, votes, int(row["VOTOS NULOS"]), int(row["VOTOS ESCRUTADOS"]))
    assert totals(record, "CENTRE") == own
    assert len(list((record / "stations").iterdir())) == 3_163
    assert verify_record(FolderReader(record)).is_proven
