"""Verification says the same from one process or several, and the command says it to people and machines."""

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tampering.builder import World, build

from urna.cli.main import main
from urna.compute.processes import AHEAD, over_processes
from urna.record.layout import CHECKPOINT, README, sheet_path
from urna.record.reader import RecordInMemory
from urna.storage.record import FolderReader, FolderWriter
from urna.verify.pins import Pins
from urna.verify.procedure import verify_record
from urna.verify.report import MAX_FINDINGS, Check, Notebook, Status, finding
from urna.verify.stations import BallotIds
from urna.words import Sentence

WORLD = build()


def small_world() -> World:
    """The small world."""
    return WORLD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small record on a disk."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in small_world().publish().items():
        writer.write(path, data)
    return tmp_path / "record"


def _change_a_number(folder: Path) -> None:
    path = folder / sheet_path("B-01", 0)
    data = path.read_bytes()
    assert b'"cast":31,"challenged"' in data
    path.write_bytes(data.replace(b'"cast":31,"challenged"', b'"cast":32,"challenged"', 1))


def test_a_true_record_exits_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every check with its number and title, and what is absent is not called passed."""
    assert main(["verify", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "23 checks passed" in shown
    assert "not proven: 17, 25, 26, 27, 28, 29, 30, 31, 32, 33." in shown


def test_a_record_of_a_former_version_verifies_and_its_readme_is_remarked() -> None:
    """Only that very text: one more letter is somebody else's."""
    former = Path("tests/record/former_readme.txt").read_bytes()
    files = {**small_world().publish(), README: former}
    report = verify_record(RecordInMemory(files))
    assert not report.failed
    assert any(str(remark).startswith("README.txt is of a former version") for remark in report.remarks)
    assert verify_record(RecordInMemory({**files, README: former + b"\n"})).failed == {Check.FOLDER}


def test_a_changed_record_exits_with_1_and_names_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The check, the rule, the file, the station and both numbers, in one sentence."""
    _change_a_number(folder)
    assert main(["verify", str(folder)]) == 1
    shown = capsys.readouterr().out
    wanted = "[15.11] stations/B-01/sheet-0.note: Station B-01: 32 ballots cast by the booths' count, 31 by the poll"
    assert wanted in shown
    assert "THIS RECORD DOES NOT VERIFY" in shown


def test_what_cannot_be_read_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No folder, or pins that are none; never a traceback."""
    assert main(["verify", str(tmp_path / "nowhere")]) == 2
    (tmp_path / "keys.txt").write_text("hello\n")
    assert main(["verify", str(tmp_path), "--authority", str(tmp_path / "keys.txt")]) == 2
    assert main(["verify", str(tmp_path), "--authority", str(tmp_path / "none.txt")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_empty_folder_is_no_proof(tmp_path: Path) -> None:
    """It is no record: nothing was verified, and the command says so by its exit code."""
    assert main(["verify", str(tmp_path)]) == 2


def test_machines_get_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same outcomes, with the numbers of each sentence by name."""
    _change_a_number(folder)
    assert main(["verify", str(folder), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["proven"]
    assert [check["number"] for check in report["checks"]] == [int(check) for check in Check]
    found = [each for each in report["checks"][14]["findings"] if each["rule"] == "15.11"]
    assert found[0]["station"] == "B-01"
    assert (found[0]["values"]["left"], found[0]["values"]["right"]) == (32, 31)


def test_pins_and_a_seen_checkpoint_are_taken_from_files(folder: Path, tmp_path: Path) -> None:
    """The right officers pass, another threshold fails, and so does a checkpoint of a later log."""
    keys = tmp_path / "keys.txt"
    vkeys = [officer.verifier.vkey() for officer in small_world().keys.officers]
    keys.write_text("\n".join([*vkeys, "threshold 2"]))
    seen = ["--seen", str(folder / CHECKPOINT)]
    assert main(["verify", str(folder), "--authority", str(keys), *seen]) == 0
    keys.write_text("\n".join([*vkeys, "threshold 3"]))
    assert main(["verify", str(folder), "--authority", str(keys)]) == 1
    keys.write_text("\n".join([*vkeys[:2], "threshold 2"]))
    assert main(["verify", str(folder), "--authority", str(keys)]) == 1


def test_pins_say_whose_record_it_is() -> None:
    """With pins nobody is told to get the keys elsewhere."""
    record = RecordInMemory(small_world().publish())
    pinned = verify_record(record, Pins(tuple(each.verifier for each in small_world().keys.officers), 2))
    assert pinned.is_proven
    assert not any("--authority" in str(remark) for remark in pinned.remarks)
    assert any("--authority" in str(remark) for remark in verify_record(record).remarks)


def test_several_processes_find_the_same(folder: Path) -> None:
    """Findings come in the order of the stations, however they were found."""
    _change_a_number(folder)

    def spread(work, items, /):  # type: ignore[no-untyped-def]
        return over_processes(work, items, 2, worth_it=1)

    reader = FolderReader(folder)
    assert verify_record(reader, spread=spread) == verify_record(reader)


def test_answers_come_in_the_order_of_the_tasks() -> None:
    """Over more chunks than processes."""
    items = list(range(1000))
    assert list(over_processes(abs, [-each for each in items], 2, worth_it=1)) == items


def test_processes_begin_before_the_first_answer_is_asked_for(tmp_path: Path) -> None:
    """Whoever asks may do something else meanwhile, and need not take the answers."""
    answers = over_processes(Path.touch, [tmp_path / str(number) for number in range(9)], 2, worth_it=1, chunk=1)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < AHEAD * 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(list(tmp_path.iterdir())) == AHEAD * 2
    assert list(answers) == [None] * 9


def _touch_slowly(path: Path) -> None:
    time.sleep(0.05)
    path.touch()


def test_whoever_takes_no_more_answers_waits_for_no_more_tasks(tmp_path: Path) -> None:
    """What was not begun is dropped, and the processes end."""
    paths = [tmp_path / str(number) for number in range(2000)]  # of which two processes have a minute's work
    answers = over_processes(_touch_slowly, paths, 2, worth_it=1, chunk=1, ahead=2000)
    assert next(answers) is None
    del answers
    assert multiprocessing.active_children() == []
    assert 1 <= len(list(tmp_path.iterdir())) < 1000


@pytest.mark.parametrize("ahead", [1, 3, 100])
def test_no_more_chunks_are_under_way_than_asked_for(ahead: int) -> None:
    """However many there may be, each answer comes once and in its place."""
    items = list(range(100))
    assert list(over_processes(abs, items, 2, worth_it=1, chunk=7, ahead=ahead)) == items


def test_progress_is_told_after_each_station() -> None:
    """From one to all."""
    told: list[tuple[int, int]] = []
    verify_record(RecordInMemory(small_world().publish()), progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 5) for done in range(1, 6)]


def test_without_results_the_record_proves_what_there_is() -> None:
    """On election night the results are absent, and are not called passed."""
    world = small_world().copy()
    for edition in (1, 2):
        world.remove(f"results/000{edition}.note")
    world.batches = [batch for batch in world.batches if batch]
    report = verify_record(RecordInMemory(world.publish()))
    assert report.is_proven
    assert {check.number for check in report.checks if check.status is Status.ABSENT} == {
        17,
        19,
        20,
        21,
        22,
        23,
        25,
        26,
        27,
        28,
        29,
        30,
        31,
        32,
        33,
    }


def test_a_hostile_record_cannot_fill_the_memory_with_findings() -> None:
    """Beyond the first ones findings are counted, not kept."""
    notebook = Notebook()
    for number in range(MAX_FINDINGS + 7):
        notebook.take(finding(Check.FOLDER, Sentence("{n}", {"n": number})))
    outcome = notebook.outcomes()[0]
    assert (len(outcome.findings), outcome.total, outcome.status) == (MAX_FINDINGS, MAX_FINDINGS + 7, Status.FAILED)


def test_a_doubled_ballot_is_found_among_many() -> None:
    """Whatever its first byte is, and whichever stations list it."""
    ids = BallotIds()
    row = [number.to_bytes(16, "big") for number in range(0, 2**120, 2**112)]
    ids.add("A", b"".join(row))
    ids.add("B", b"".join(each[:-1] + b"\x01" for each in row) + row[77])
    assert list(ids.doubled()) == [(row[77].hex(), "A", "B")]
    assert ids.total == 2 * len(row) + 1


def _run(*arguments: str) -> Iterator[str]:
    environment = {**os.environ, "COLUMNS": "200"}
    command = [sys.executable, "-m", "urna.cli.main", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    yield from (str(done.returncode), done.stdout, done.stderr)


def test_a_small_record_is_verified_within_two_seconds_of_the_command(folder: Path) -> None:
    """Of processor time, start of the interpreter included: what is not needed is not imported."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, shown, errors = _run("verify", str(folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (code, errors) == ("0", "")
    assert "23 checks passed" in shown
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


@pytest.mark.parametrize("heavy", ["numpy", "numba", "hypothesis", "jinja2", "sqlite3"])
def test_verification_imports_nothing_heavy(heavy: str) -> None:
    """It ships alone."""
    code = f"import sys, urna.cli.verify; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
