"""`urna audit during`, and the rehearsal before the day: known decks, counts, incidents, challenges; real records."""

import hashlib
import shutil
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from tests.cli.examined import Desk, set_up, with_officers
from tests.rehearsal.small import write_mapping, write_table
from tests.tampering.builder import build
from tests.verify.encrypted_world import build_encrypted

from urna.audit.examination import ExaminationKind
from urna.cli.main import main
from urna.election.definition import Definition
from urna.election.outcomes import BallotState
from urna.encoding.document import read_document
from urna.record.layout import opened_path

COUNTS = {"01-01.01": (9, 5, 1), "01-01.02": (4, 8, 0), "02-01.01": (3, 7, 1)}
"""Of each station of the small table: votes of A and of B, and blank ballots."""


class Played(NamedTuple):
    """A rehearsal that was played, and the election that it rehearses."""

    desk: Desk
    record: Path
    decks: Path


@pytest.fixture(scope="module")
def played_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of the small table's rehearsal."""
    folder = tmp_path_factory.mktemp("rehearsed")
    command = ["rehearse", write_table(folder), "--mapping", write_mapping(folder), "--out", folder / "record"]
    assert main([str(each) for each in [*command, "--jobs", "1"]]) == 0
    return folder / "record"


@pytest.fixture
def played(played_once: Path, tmp_path: Path) -> Played:
    """A desk of the election with the rehearsal's ballots, its record, and the decks that were pressed there."""
    rehearsed = read_document((played_once / "definition.note").read_bytes(), Definition)
    desk = set_up(tmp_path, msgspec.structs.replace(with_officers(rehearsed), purpose="election"))
    decks = tmp_path / "decks"
    decks.mkdir()
    style = rehearsed.styles[0].code
    options = [each.code for each in rehearsed.contests[0].options]
    assert [each.code for each in rehearsed.stations] == list(COUNTS)
    for station, (first, second, blank) in COUNTS.items():
        marks = [f"C,{options[0]}"] * first + [f"C,{options[1]}"] * second + [","] * blank
        lines = [f"{number},{style},{mark}" for number, mark in enumerate(marks, start=1)]
        (decks / f"{station}.csv").write_text("\n".join(["ballot,style,contest,option", *lines]) + "\n")
    return Played(desk, played_once, decks)


def rehearsal(played: Played, *more: object, name: str = "out.note") -> int:
    """The exit code of `urna audit before rehearsal`."""
    command = ("before", "rehearsal", played.desk.note, played.record, played.desk.folder / name)
    return played.desk.run(*command, "--decks", played.decks, *more)


def parallel(played: Played, *more: object, name: str = "out.note", sheets: tuple[str, ...] = tuple(COUNTS)) -> int:
    """The exit code of `urna audit during parallel`, with these stations' sheets."""
    given = [word for code in sheets for word in ("--sheet", played.record / "stations" / code / "sheet-0.note")]
    desk, certified = played.desk, played.record / "certifications"
    command = ("during", "parallel", desk.note, played.record / "definition.note", desk.folder / name)
    return desk.run(*command, "--decks", played.decks, "--certification", certified, *given, *more)


def change_deck(played: Played, station: str) -> None:
    """One ballot of a deck presses the other option, as if the machine had moved a vote."""
    path = played.decks / f"{station}.csv"
    lines = path.read_text().splitlines()
    lines[1] = lines[1].rpartition(",")[0] + "," + lines[10].rpartition(",")[2]
    path.write_text("\n".join(lines) + "\n")


def test_drawn_stations_of_a_rehearsal_are_followed_up_to_the_totals(played: Played) -> None:
    """Each option of two drawn stations, their ballots, and that the results count their sheets."""
    drawn = played.desk.draw(2)
    assert rehearsal(played, "--draw", played.desk.folder / "round-1.json") == 0
    found = played.desk.opened()
    assert (found.kind, found.draw, found.election) == (
        ExaminationKind.REHEARSAL,
        "SAMPLE-1",
        played.desk.election.identity,
    )
    assert {each.subject.split()[0] for each in found.subjects} == set(drawn)
    assert len(found.subjects) == 2 * 5


def test_a_vote_that_went_elsewhere_in_a_rehearsal_is_named(played: Played) -> None:
    """The deck pressed one thing, the sheet says another: two options differ."""
    change_deck(played, "01-01.01")
    assert rehearsal(played, "--station", "01-01.01", "--station", "01-01.02") == 1
    failed = [name for name, result in played.desk.results().items() if result == "failed"]
    assert [name.split()[0] for name in failed] == ["01-01.01", "01-01.01"]


def test_a_rehearsals_record_that_does_not_verify_shows_nothing(played: Played, tmp_path: Path) -> None:
    """One sheet is taken out: nothing is written."""
    broken = tmp_path / "broken"
    shutil.copytree(played.record, broken)
    (broken / "stations" / "01-01.01" / "sheet-0.note").unlink()
    assert rehearsal(played._replace(record=broken), "--station", "01-01.02") == 2
    assert not (played.desk.folder / "out.note").exists()


def test_parallel_stations_are_compared_with_their_decks(played: Played) -> None:
    """Three right ones; then a moved vote, and a station without sheet and one without deck."""
    named = [word for code in COUNTS for word in ("--station", code)]
    assert parallel(played, *named) == 0
    assert played.desk.opened().kind is ExaminationKind.PARALLEL
    change_deck(played, "01-01.01")
    (played.decks / "02-01.01.csv").unlink()
    assert parallel(played, *named, name="wrong.note", sheets=("01-01.01", "02-01.01")) == 1
    found = played.desk.results("wrong.note")
    assert (found["01-01.02"], found["02-01.01"]) == ("not_examined", "not_examined")
    assert sum(result == "failed" for result in found.values()) == 2


def test_a_sheet_that_its_machines_did_not_sign_is_a_failure(played: Played, tmp_path: Path) -> None:
    """Its number was changed after the signature."""
    sheet = tmp_path / "forged.note"
    genuine = (played.record / "stations" / "01-01.01" / "sheet-0.note").read_bytes()
    sheet.write_bytes(genuine.replace(b'"votes":9', b'"votes":8', 1))
    assert sheet.read_bytes() != genuine
    assert parallel(played, "--station", "01-01.01", "--sheet", sheet, sheets=()) == 1
    assert played.desk.results() == {"01-01.01": "not_examined", "sheet 1: forged.note": "failed"}


def test_a_test_under_the_elections_own_definition_is_refused(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a machine signs with the election's keys counts."""
    desk = played.desk
    command = ("during", "parallel", desk.note, desk.note, desk.folder / "out.note", "--decks", played.decks)
    sheet = played.record / "stations" / "01-01.01" / "sheet-0.note"
    more = ("--sheet", sheet, "--certification", played.record / "certifications", "--station", "01-01.01")
    assert desk.run(*command, *more) == 2
    assert "Never test with the election's own keys" in capsys.readouterr().err


def test_a_test_with_other_ballots_is_refused(played: Played, tmp_path: Path) -> None:
    """A station of the election may press two options, that of the test one."""
    definition = played.desk.election.definition
    contest = msgspec.structs.replace(definition.contests[0], votes_allowed=2)
    (tmp_path / "other").mkdir()
    other = set_up(tmp_path / "other", msgspec.structs.replace(definition, contests=(contest,)))
    assert parallel(played._replace(desk=other), "--station", "01-01.01") == 2


def test_the_deck_that_is_written_for_a_station_is_one(played: Played) -> None:
    """It can be read, and it presses every option."""
    target = played.decks / "01-01.01.csv"
    target.unlink()
    assert main(["audit", "during", "deck", str(played.desk.note), "01-01.01", str(target), "--times", "4"]) == 0
    assert parallel(played, "--station", "01-01.01") == 1
    found = {each.subject: each.expected for each in played.desk.opened().subjects}
    assert all(int(expected) >= 4 for expected in found.values())
    assert main(["audit", "during", "deck", str(played.desk.note), "NONE", str(target)]) == 2


HEAD = "station,until,book,identified,readmitted,withdrawn,waiting,activations,voting,cast,uncast,slips"


def test_reconciliation_states_each_look_and_the_drawn_stations_that_nobody_counted(played: Played) -> None:
    """One station agrees, one has a slip too few, one was drawn and not visited."""
    drawn = played.desk.draw(3, name="round-1.note")
    day = played.desk.election.definition.opens_at[:10]
    table = played.desk.folder / "looks.csv"
    right, wrong, missing = drawn
    lines = [
        f"{right},{day}T11:00:00Z,12,12,0,0,0,12,0,12,0,12",
        f"{wrong},{day}T11:00:00Z,12,12,0,0,0,12,0,12,0,11",
    ]
    table.write_text("\n".join([HEAD, *lines]) + "\n")
    out, draw = played.desk.folder / "out.note", played.desk.folder / "round-1.note"
    assert played.desk.run("during", "reconcile", played.desk.note, table, out, "--draw", draw) == 1
    assert played.desk.results() == {
        f"{right} until {day}T11:00:00Z": "passed",
        f"{wrong} until {day}T11:00:00Z": "failed",
        missing: "not_examined",
    }
    assert b'"12"' not in out.read_bytes()


def test_looks_that_would_show_single_people_are_refused(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    """Nine people are too few."""
    day = played.desk.election.definition.opens_at[:10]
    table = played.desk.folder / "looks.csv"
    table.write_text(f"{HEAD}\n01-01.01,{day}T11:00:00Z,9,9,0,0,0,9,0,9,0,9\n")
    out = played.desk.folder / "out.note"
    assert played.desk.run("during", "reconcile", played.desk.note, table, out) == 1
    assert not out.exists()
    assert "says when somebody voted" in capsys.readouterr().err


def write_record(folder: Path, files: dict[str, bytes]) -> Path:
    """A published record as a folder."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def record_desk(folder: Path, files: dict[str, bytes], definition: Definition) -> Desk:
    """A desk of the officers of a record."""
    seeds = [hashlib.sha256(f"officer-{number}".encode()).digest() for number in (1, 2)]
    names = [each.key_name for each in definition.authority.officers[:2]]
    return set_up(folder, definition, document=files["definition.note"], seeds=seeds, names=names)


def test_every_incident_of_the_record_has_a_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The record's one is open until somebody writes about it; one on paper is added; a person's number is refused."""
    world = build()
    files = world.publish()
    desk = record_desk(tmp_path, files, world.election.definition)
    record = write_record(tmp_path / "record", files)
    command = ("during", "incidents", desk.note, desk.folder / "out.note", "--record", record)
    assert desk.run(*command) == 1
    [(name, result)] = desk.results().items()
    assert (name.split()[:2], result) == (["RECORD-1", "B-01"], "not_examined")
    register = tmp_path / "register.csv"
    head = "incident,station,kind,state,what,done"
    lines = [
        "RECORD-1,B-01,refused,settled,A machine of the drill had sent,It was taken off the line",
        "PAPER-1,A-01,power_cut,settled,No power for half an hour,Batteries held",
    ]
    register.write_text("\n".join([head, *lines]) + "\n")
    (desk.folder / "out.note").unlink()
    assert desk.run(*command, "--register", register) == 0
    figures = {each.name: each.number for each in desk.opened().figures}
    assert figures == {"incidents_of_the_record": 1, "incidents_settled": 2, "incidents_written_down": 2}
    register.write_text("\n".join([head, lines[0], lines[1].replace("No power", "V12345678 had no power")]) + "\n")
    assert desk.run(*command, "--register", register) == 1
    assert "without anybody's number" in capsys.readouterr().err
    assert desk.run("during", "incidents", desk.note, desk.folder / "never.note") == 2


def test_the_record_of_another_election_is_refused(played: Played, tmp_path: Path) -> None:
    """Its incidents are not this election's."""
    record = write_record(tmp_path / "record", build().publish())
    out = played.desk.folder / "out.note"
    assert played.desk.run("during", "incidents", played.desk.note, out, "--record", record) == 2


@pytest.mark.slow
def test_challenged_ballots_are_opened_and_proven_station_by_station(tmp_path: Path) -> None:
    """All right; then one opening says another vote than was encrypted, and one ballot is not opened."""
    world = build_encrypted()
    files = world.publish()
    desk = record_desk(tmp_path, files, world.election.definition)
    command = ("during", "challenges", desk.note)
    assert desk.run(*command, write_record(tmp_path / "right", files), desk.folder / "out.note") == 0
    challenged = {
        code: sum(each.state is BallotState.CHALLENGED for each in made) for code, made in world.ballots_made.items()
    }
    assert desk.results() == dict.fromkeys([*sorted(challenged), "the record"], "passed")
    assert {each.name: each.number for each in desk.opened().figures}["challenged"] == sum(challenged.values())
    lying = world.copy()
    path = opened_path("A-01")
    lying.files[path] = lying.files[path].replace(b'"votes":1', b'"votes":0', 1)
    lying.files[opened_path("B-01")] = b'{"ballots":[],' + lying.files[opened_path("B-01")].partition(b"],")[2]
    record = write_record(tmp_path / "wrong", lying.publish())
    assert desk.run(*command, record, desk.folder / "wrong.note") == 1
    found = desk.results("wrong.note")
    assert {code: found[code] for code in ("A-01", "A-02", "B-01")} == {
        "A-01": "failed",
        "A-02": "passed",
        "B-01": "failed",
    }


def test_a_record_without_encryption_has_no_challenge_to_prove(tmp_path: Path) -> None:
    """Its challenged ballots are counted and not examined: nothing there can show that they were right."""
    world = build()
    files = world.publish()
    desk = record_desk(tmp_path, files, world.election.definition)
    record = write_record(tmp_path / "record", files)
    desk.run("during", "challenges", desk.note, record, desk.folder / "out.note")
    stations = {name: result for name, result in desk.results().items() if name != "the record"}
    assert set(stations.values()) == {"not_examined"}
