"""From the dice to the log: a sample is drawn by public rules, examined, loaded by the centre, and verified."""

from pathlib import Path

import pytest
from tests.cli.audit_place import Place
from tests.tampering.builder import build

from urna.audit.examination import Examination
from urna.audit.rounds import DrawRound
from urna.encoding.document import read_document
from urna.record.layout import Kind, serial_path
from urna.storage.record import FolderReader
from urna.verify.procedure import verify_record
from urna.verify.report import Status

HEAD = "station,until,book,identified,readmitted,withdrawn,waiting,activations,voting,cast,uncast,slips"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A centre with published results."""
    held = Place(tmp_path, build())
    held.hold_the_day()
    return held


def draw(place: Place, code: str, unit: str, size: int) -> DrawRound:
    """Draws stations or electors of the roll's manifest, each step published in its turn."""
    manifest = place.folder / f"{code}.json"
    note, roll = str(place.record / "definition.note"), str(place.record / "roll.note")
    assert place.audit("before", "roll-manifest", note, roll, str(manifest)) == 0
    place.out = place.folder / code
    rules = ("--method", "sample", "--unit", unit, "--size", str(size), "--manifest", str(manifest))
    assert place.commit(*rules, code=code) == 0
    place.load()
    assert place.roll(code=code) == 0
    place.load()
    assert place.verb("draw", str(place.out), code=code) == 0
    place.load()
    return read_document((place.out / "round-1.note").read_bytes(), DrawRound)


def examine(place: Place, serial: int, *words: str, officers: int = 2) -> int:
    """An examination by the world's officers."""
    files = [str(place.folder / f"officer-{number}.key") for number in range(1, officers + 1)]
    keys = [word for file in files for word in ("--officer", file)]
    who = ["--serial", str(serial), "--place", "Liceo", "--present", "Ana Paz", "--passphrase-file", str(place.words)]
    return place.audit(*words, *who, *keys, "--yes")


def test_a_drawn_examination_is_a_leaf_of_the_log_and_the_record_verifies(place: Place) -> None:
    """Two stations are drawn; one was visited, the other is said not to be."""
    visited, other = draw(place, "LOOK-1", "container", 2).to_fetch
    table = place.folder / "looks.csv"
    day = place.world.election.definition.opens_at[:10]
    table.write_text(f"{HEAD}\n{visited},{day}T11:00:00Z,12,12,0,0,0,12,0,12,0,12\n")
    note, target = str(place.record / "definition.note"), place.out / "examination.note"
    drawn = ["--draw", str(place.out / "round-1.note")]
    assert examine(place, 1, "during", "reconcile", note, str(table), str(target), *drawn) == 1
    place.load()
    published = place.record / serial_path(Kind.EXAMINATION, 1)
    assert published.read_bytes() == target.read_bytes()
    found = read_document(published.read_bytes(), Examination)
    assert {each.subject.split()[0]: each.result.value for each in found.subjects} == {
        visited: "passed",
        other: "not_examined",
    }
    report = verify_record(FolderReader(place.record))
    assert [each.number for each in report.checks if each.status is Status.FAILED] == []


def test_electors_are_drawn_by_position_and_the_record_names_none(place: Place) -> None:
    """Twenty of the roll's papers, each a station and a position that the station's electors reach."""
    drawn = draw(place, "ROLL-1", "paper", 20)
    assert len(set(drawn.to_fetch)) == 20
    sizes = {code: station.electors for code, station in place.world.election.stations.items()}
    for unit in drawn.to_fetch:
        station, _, position = unit.partition(",")
        assert 1 <= int(position) <= sizes[station]
    report = verify_record(FolderReader(place.record))
    assert [each.number for each in report.checks if each.status is Status.FAILED] == []
