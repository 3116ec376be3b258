"""What officials type for examinations: readiness reports, incidents, and the files of a build."""

import msgspec
import pytest
from tests.audit.test_examination import EXAMINATION
from tests.roll.small import small_election

from urna.audit.build_manifest import compare_files, locked_hashes, manifest_files, manifest_subjects, medium_subjects
from urna.audit.examination import ExaminationKind, Result, check_examination
from urna.audit.incident_register import COLUMNS, Recorded, read_register, register_subjects
from urna.audit.readiness_results import (
    BoothTest,
    DeckFigures,
    booths_of,
    read_reports,
    readiness_subjects,
    typed_twice,
)
from urna.encoding.canonical import digest
from urna.errors import Findings, Unproven

ELECTION = small_election()
FIGURES = dict.fromkeys(ELECTION.stations, DeckFigures(2, 5, 12))
REPORTS = b"station,booth,result,decks,ballots,positions\nS1,1,passed,2,5,12\nS1,2,failed,2,5,12\n"


def test_each_booth_is_stated_and_one_without_a_report_is_not_examined() -> None:
    """S1 has two booths, S2 none that was reported."""
    found = read_reports(REPORTS, FIGURES, ELECTION, "reports")
    subjects = readiness_subjects(tuple(booths_of(ELECTION, ["S1", "S2"])), [found])
    assert {each.subject: each.result for each in subjects} == {
        "S1 booth 1": Result.PASSED,
        "S1 booth 2": Result.FAILED,
        "S2 booth 1": Result.NOT_EXAMINED,
    }


def test_a_report_with_other_decks_than_the_definitions_has_failed() -> None:
    """A test that pressed too little proves nothing, whatever is printed under it."""
    found = read_reports(REPORTS.replace(b"passed,2,5,12", b"passed,2,5,11"), FIGURES, ELECTION, "reports")
    assert not found["S1", 1].passed


def test_a_failure_anywhere_outweighs_a_pass_elsewhere() -> None:
    """The paper says passed, the log says failed."""
    sources = [{("S1", 1): BoothTest(True, "report")}, {("S1", 1): BoothTest(False, "log")}]
    [subject] = readiness_subjects([("S1", 1)], sources)
    assert (subject.result, subject.found) == (Result.FAILED, "log")


def test_what_two_people_typed_otherwise_is_refused() -> None:
    """One line that differs, one that is missing."""
    first = read_reports(REPORTS, FIGURES, ELECTION, "reports")
    assert typed_twice(first, dict(first), "second") == first
    with pytest.raises(Findings) as caught:
        typed_twice(first, {("S1", 1): BoothTest(False, "report: failed")}, "second")
    assert len(caught.value.findings) == 2


@pytest.mark.parametrize("line", ["S1,3,passed,2,5,12", "S9,1,passed,2,5,12", "S1,1,passed,2,5,12", "S2,1,yes,2,5,12"])
def test_a_report_of_no_booth_or_of_one_twice_is_refused(line: str) -> None:
    """The definition knows which booths there are."""
    with pytest.raises(Findings):
        read_reports(REPORTS + line.encode() + b"\n", FIGURES, ELECTION, "reports")


FILES = {"urna/a.py": digest(b"a"), "urna/b.py": digest(b"b")}
MANIFEST = msgspec.structs.replace(
    EXAMINATION,
    kind=ExaminationKind.MANIFEST,
    subjects=manifest_subjects(FILES, {"numpy==2.4.0": (digest(b"n"), digest(b"m"))}),
)


def test_a_manifest_gives_back_its_files_and_the_locks_hashes() -> None:
    """And it is an examination that keeps the rules."""
    check_examination(MANIFEST)
    assert manifest_files(MANIFEST) == FILES
    assert locked_hashes(MANIFEST) == {digest(b"n"), digest(b"m")}
    with pytest.raises(Unproven):
        manifest_files(EXAMINATION)


def test_changed_missing_and_extra_files_are_each_named() -> None:
    """A file that was exchanged, one that is gone, one that nobody put into the build."""
    found = {"urna/a.py": digest(b"evil"), "urna/__pycache__/a.pyc": digest(b"c")}
    assert {each.path: str(each.difference) for each in compare_files(FILES, found)} == {
        "urna/a.py": "changed",
        "urna/b.py": "missing",
        "urna/__pycache__/a.pyc": "extra",
    }
    assert [each.result for each in medium_subjects("S1", FILES, FILES)] == [Result.PASSED]
    subjects = medium_subjects("S1", FILES, found)
    assert [each.subject for each in subjects] == ["S1", "S1 urna/__pycache__/a.pyc", "S1 urna/a.py", "S1 urna/b.py"]
    assert {each.result for each in subjects} == {Result.FAILED}


def test_two_long_paths_with_one_beginning_stay_two() -> None:
    """What is too long for a record ends with its own hash."""
    long = {f"urna/{'x' * 300}{number}": digest(b"same") for number in range(2)}
    assert len({each.subject for each in manifest_subjects(long, {})}) == 2


RECORDED = [Recorded(1, "S1", "refused", "an unknown key"), Recorded(2, "S2", "conflict", "another sheet")]
KINDS = ["refused", "conflict", "power_cut"]
REGISTER = ",".join(COLUMNS) + "\nRECORD-1,S1,refused,settled,A stick of the drill was sent,Withdrawn\n"


def test_an_incident_of_the_record_that_nobody_wrote_about_is_open() -> None:
    """The register cannot leave one out."""
    paper = "PAPER-1,S3,power_cut,standing,Forty minutes without power,Paper ballots were used\n"
    entries = read_register((REGISTER + paper).encode(), RECORDED, KINDS, ELECTION, "register")
    assert {each.subject.split()[0]: each.result for each in register_subjects(RECORDED, entries)} == {
        "RECORD-1": Result.PASSED,
        "RECORD-2": Result.NOT_EXAMINED,
        "PAPER-1": Result.FAILED,
    }


@pytest.mark.parametrize(
    "line",
    [
        "RECORD-7,S1,refused,open,Nobody knows it,",
        "RECORD-1,S1,refused,open,Twice,",
        "PAPER-1,S9,power_cut,open,No such station,",
        "PAPER-1,S1,earthquake,open,No such kind,",
        "PAPER-1,S1,power_cut,forgotten,No such state,",
        "PAPER-1,S1,power_cut,open,,",
        "PAPER-1,S1,power_cut,open,V-12.345.678 was sent away,",
        "PAPER-1,S1,power_cut,open,Dark,Called 0414-5551234",
        "PAPER-01,S1,power_cut,open,Dark,",
    ],
)
def test_a_line_that_is_no_incident_or_names_somebody_is_refused(line: str) -> None:
    """All lines are looked at, and nothing is taken."""
    with pytest.raises(Findings):
        read_register((REGISTER + line + "\n").encode(), RECORDED, KINDS, ELECTION, "register")
