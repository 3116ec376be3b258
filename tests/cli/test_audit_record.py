"""`urna audit` on a record: from the manifest to the report, each note loaded by the centre and published."""

import json
import re
import shutil
import time
from pathlib import Path

import pytest
from tests.audit.audited import DICE
from tests.cli.audit_place import STATIONS, Place
from tests.tampering.builder import build

from urna.audit.report import AuditReport, Outcome
from urna.encoding.document import read_document
from urna.record.audit_record import read_audit
from urna.storage.record import FolderReader
from urna.verify.procedure import verify_record


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with published results."""
    folder = tmp_path_factory.mktemp("held")
    Place(folder, build()).hold_the_day()
    return folder


@pytest.fixture
def place(held: Path, tmp_path: Path) -> Place:
    """The same, to be changed."""
    shutil.copytree(held, tmp_path, dirs_exist_ok=True)
    return Place(tmp_path, build())


def _verify(place: Place) -> None:
    """The record verifies: draws, counts and risks, worked out a second time."""
    report = verify_record(FolderReader(place.record))
    assert report.failed == frozenset(), [each.findings for each in report.checks]


def _drawn(place: Place) -> tuple[str, ...]:
    return read_audit(FolderReader(place.record), "RLA-1").papers.drawn


def _report(place: Place, number: int) -> AuditReport:
    return read_document((place.out / f"report-{number}.note").read_bytes(), AuditReport)


def _begin(place: Place, *options: str) -> None:
    """Manifest, rules, seed and a first round, each published in its turn."""
    assert place.manifest() == 0
    assert place.commit("--method", "macro", "--limit", "1/5", *options) == 0
    place.load()
    assert place.roll() == 0
    place.load()
    assert place.verb("draw", str(place.out)) == 0
    place.load()


def test_agreeing_paper_is_confirmed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way; the risk is named, and the record has every paper of it."""
    _begin(place, "--contest", "NOM-1", "--size", "14")
    said = capsys.readouterr().out
    assert "The rules were public before the seed" in said
    assert (place.out / "round-1.csv").read_text().startswith("draw,unit,times,ticket\n1,")
    for station in _drawn(place):
        assert place.count(station) == 0
    assert capsys.readouterr().out.count("The box agrees with its sheet.") == 2
    place.load()
    assert place.verb("report", str(place.out)) == 0
    place.load()
    assert "Confirmed" in capsys.readouterr().out
    found = read_audit(FolderReader(place.record), "RLA-1").papers
    assert [each.outcome for each in found.reports] == [Outcome.CONFIRMED]
    assert sorted(path.name for path in (place.record / "audits" / "RLA-1").iterdir()) == [
        "commitment.note",
        "count-A-01-1.note",
        "count-A-02-1.note",
        "manifest.note",
        "report-1.note",
        "round-1.note",
        "seed.note",
        "weights.note",
    ]
    _verify(place)


def test_what_an_audit_needs_is_printed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the counts a list for each centre and a worksheet for each box; after them the report."""
    _begin(place, "--contest", "NOM-1", "--size", "14")
    papers = place.folder / "papers"
    words = ("print", str(place.record), "RLA-1", str(papers), "--language", "en")
    assert place.audit(*words) == 0
    centre = build().election.stations["A-01"].centre
    sheets = [f"audit-worksheet-{station}.pdf" for station in sorted(_drawn(place))]
    assert sorted(path.name for path in papers.iterdir()) == [*sheets, f"boxes-{centre}.pdf"]
    for station in _drawn(place):
        assert place.count(station) == 0
    place.load()
    assert place.verb("report", str(place.out)) == 0
    place.load()
    assert place.audit(*words) == 0
    assert "1 papers in" in capsys.readouterr().out
    assert (papers / "audit-report-RLA-1-1.pdf").read_bytes().startswith(b"%PDF")
    assert place.audit("print", str(place.record), "NONE", str(papers)) == 2


def test_differences_lead_to_a_full_count_and_that_refutes(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The box of B-01 holds EVA's votes where the sheet has DEL's; the full count elects EVA."""
    _begin(place, "--contest", "NOM-2", "--size", "3")
    sheet = {each.option: each.votes for each in place.world.sheet("B-01").contests[0].votes or ()}
    votes = {("NOM-2", "DEL"): 0, ("NOM-2", "DEL-BIS"): 0, ("NOM-2", "EVA"): sum(sheet.values())}
    for station in _drawn(place):
        assert place.count(station, votes if station == "B-01" else None) == 0
    assert "on the sheet" in capsys.readouterr().out
    place.load()
    assert place.verb("report", str(place.out)) == 0
    assert "count every box by hand" in capsys.readouterr().out
    place.load()
    for station in STATIONS:
        if station not in _drawn(place):
            assert place.count(station) == 0
    place.load()
    assert place.verb("report", str(place.out)) == 1
    assert "Refuted" in capsys.readouterr().out
    assert _report(place, 2).outcome is Outcome.REFUTED
    place.load()
    _verify(place)


def test_a_seed_that_is_loaded_with_its_rules_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the rules are in the record there is nothing to roll a seed for; and the centre takes none."""
    assert place.manifest() == 0
    assert place.commit("--method", "macro", "--contest", "NOM-1") == 0
    assert place.roll() == 2
    assert "none with the code RLA-1" in capsys.readouterr().err
    place.load(publish=False)
    assert place.roll() == 2
    assert not (place.out / "seed.note").exists()
    place.publish()
    assert place.roll() == 0


def test_a_box_that_was_not_drawn_is_not_counted(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written, and the box is named."""
    _begin(place, "--contest", "NOM-1", "--size", "5")
    assert place.count("B-01") == 2
    assert "a box that was drawn" in capsys.readouterr().err
    assert not list(place.out.glob("count-*"))


def test_two_who_typed_otherwise_write_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Every difference is named, in votes and in slips."""
    _begin(place, "--contest", "NOM-1", "--size", "14")
    files = [place.folder / name for name in ("one.csv", "other.csv")]
    files[0].write_text("contest,option,votes\nNOM-1,ANA,12\nNOM-1,BEA,7\n")
    files[1].write_text("contest,option,votes\nNOM-1,ANA,21\n")
    people = ["--first", "Ana Paz", "--second", "Luis Gil"]
    words = ["A-01", *map(str, files), str(place.out), *people]
    assert place.verb("count", *words, "--papers", "49", "--papers", "50") == 1
    said = capsys.readouterr().err
    assert "NOM-1, ANA: Ana Paz typed 12, Luis Gil typed 21" in said
    assert "NOM-1, BEA: Ana Paz typed 7, Luis Gil typed -" in said
    assert "Slips in the box: Ana Paz typed 49, Luis Gil typed 50" in said
    assert place.verb("count", *words, "--papers", "49") == 2
    assert not list(place.out.glob("count-*"))


def test_a_count_of_only_some_options_is_refused(place: Place) -> None:
    """Whoever leaves an option out has not counted it, even if both left it out."""
    _begin(place, "--contest", "NOM-1", "--size", "14")
    file = place.folder / "some.csv"
    file.write_text("contest,option,votes\nNOM-1,ANA,12\n")
    people = ["--first", "Ana Paz", "--second", "Luis Gil", "--papers", "49", "--papers", "49"]
    assert place.verb("count", "A-01", str(file), str(file), str(place.out), *people) == 2
    assert not list(place.out.glob("count-*"))


def test_a_lost_box_is_recorded_and_found_again(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The loss is published with its reason; the later count replaces it, in the report of the full count."""
    _begin(place, "--contest", "NOM-1", "--size", "14")
    people = ["--first", "Ana Paz", "--second", "Luis Gil"]
    assert place.verb("lost", "A-02", str(place.out), *people, "--reason", "The river took it.") == 0
    assert place.count("A-01") == 0
    place.load()
    assert place.verb("report", str(place.out)) == 0
    assert "A-02: the box is lost." in capsys.readouterr().out
    place.load()
    assert place.count("A-02") == 2, "a later count says why it replaces the one before"
    assert place.count("A-02", None, "--replaces", "It was found in the school.") == 0
    for station in ("B-01", "B-02"):
        assert place.count(station) == 0
    place.load()
    assert place.verb("report", str(place.out)) == 0
    assert _report(place, 2).outcome is Outcome.CONFIRMED
    assert _report(place, 2).lost == ()
    place.load()
    _verify(place)


def test_what_a_sheet_withholds_is_not_written(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Seven voted at B-02: its votes are in no note, though both typed them."""
    _begin(place, "--contest", "NOM-2", "--size", "30")
    assert "B-02" in _drawn(place)
    assert place.count("B-02", {("NOM-2", "DEL"): 7, ("REF", "YES"): 6, ("REF", "NO"): 1}) == 0
    assert "Too few voted there to publish NOM-2;" in capsys.readouterr().out
    assert b"votes" not in (place.out / "count-B-02-1.note").read_bytes().replace(b'"lines":[]', b"")


def test_a_hot_audit_is_compared(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A share of each centre, rounded up, of every contest; it keeps no limit."""
    assert place.manifest("--registered", "--edition", "1") == 0
    assert place.commit("--method", "share", "--share", "54/100") == 0
    place.load()
    assert place.roll() == 0
    place.load()
    assert place.verb("draw", str(place.out)) == 0
    place.load()
    for station in _drawn(place):
        assert place.count(station) == 0
    place.load()
    assert place.verb("report", str(place.out)) == 0
    assert "this share keeps no risk limit" in capsys.readouterr().out
    assert _report(place, 1).outcome is Outcome.COMPARED
    place.load()


def test_a_hot_audit_whose_rules_are_older_than_the_results(place: Place) -> None:
    """Every station there is, all of each centre: the one that never opened has no box, and that is said."""
    assert place.manifest("--registered", "--edition", "0") == 0
    assert place.commit("--method", "share", "--share", "1/1") == 0
    place.load()
    assert place.roll() == 0
    place.load()
    assert place.verb("draw", str(place.out)) == 0
    place.load()
    assert set(_drawn(place)) == {*STATIONS, "B-03"}
    people = ["--first", "Ana Paz", "--second", "Luis Gil"]
    assert place.verb("lost", "B-03", str(place.out), *people, "--reason", "It never opened.") == 0
    for station in STATIONS:
        assert place.count(station) == 0
    place.load()
    assert place.verb("report", str(place.out)) == 0
    place.load()
    assert _report(place, 1).lost == ("B-03",)
    _verify(place)


def test_a_sample_draws_and_reports_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Two stations whose machines are looked at; what was found is an examination, not a report."""
    assert place.manifest("--registered", "--edition", "0") == 0
    assert place.commit("--method", "sample", "--size", "2") == 0
    place.load()
    assert place.roll() == 0
    place.load()
    assert place.verb("draw", str(place.out)) == 0
    assert "Round 1: 2 draws, 2 to fetch." in capsys.readouterr().out
    place.load()
    assert place.verb("report", str(place.out)) == 2
    assert "an examination" in capsys.readouterr().err
    _verify(place)


def test_a_sample_of_papers_names_them_by_box_and_position(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """As for lines of a roll: "station,position", and nobody's name."""
    assert place.manifest("--registered", "--edition", "0") == 0
    assert place.commit("--method", "sample", "--unit", "paper", "--size", "5", code="ROLL-1") == 0
    place.load()
    assert place.roll(code="ROLL-1") == 0
    place.load()
    capsys.readouterr()
    assert place.verb("draw", str(place.out), code="ROLL-1") == 0
    units = capsys.readouterr().out.splitlines()[:5]
    assert all(re.fullmatch(r"[AB]-0\d,\d+", unit) for unit in units)
    place.load()
    assert place.commit("--method", "share", "--unit", "paper", code="HOT-2") == 2
    _verify(place)


def test_signatures_are_added_one_after_the_other(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """One officer writes the rules, another adds a signature on another machine; before that the centre refuses."""
    assert place.manifest() == 0
    assert place.commit("--method", "macro", "--contest", "NOM-1", officers=1) == 0
    assert "1 of 2 signatures" in capsys.readouterr().out
    with pytest.raises(Exception, match="signature"):
        place.load()
    key = ["--key", str(place.folder / "officer-2.key"), "--passphrase-file", str(place.words), "--yes"]
    assert place.audit("sign", str(place.out / "commitment.note"), *key) == 0
    assert place.audit("sign", str(place.out / "commitment.note"), *key) == 2, "nobody signs twice"
    place.load()
    assert place.roll() == 0


@pytest.mark.parametrize("named", ["urna/station-decision/1", "urna/draw-round/1\x1b[2J", ["urna/draw-round/1"]])
def test_no_other_document_is_signed_by_the_way(place: Place, named: object) -> None:
    """An officer who adds a signature to an audit's rules could be handed a decision on a station instead."""
    note = place.folder / "other.note"
    note.write_text(json.dumps({"audit": "RLA-1", "type": named}) + "\n\n— a.example/x AAAA\n")
    before = note.read_bytes()
    key = ["--key", str(place.folder / "officer-2.key"), "--passphrase-file", str(place.words), "--yes"]
    assert place.audit("sign", str(note), *key) == 2
    assert note.read_bytes() == before


def test_another_persons_key_signs_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """An officer is not of the board by that alone."""
    assert place.manifest() == 0
    assert place.commit("--method", "macro", "--contest", "NOM-1") == 0
    place.load()
    time.sleep(1.1)
    words = [str(place.record), "RLA-1", str(place.out), "--said", DICE, "--place", "Caracas"]
    key = ["--key", str(place.folder / "officer-1.key"), "--passphrase-file", str(place.words)]
    assert place.audit("seed", *words, *key) == 2
    assert "the key of one of 3 who may sign this" in capsys.readouterr().err
    assert not (place.out / "seed.note").exists()


def test_anybody_draws_and_reports_without_a_key(place: Place) -> None:
    """The list and the numbers are the same; nothing is signed."""
    _begin(place, "--contest", "NOM-1", "--size", "4", "--size", "14")
    own = place.folder / "own"
    for station in _drawn(place):
        place.count(station)
    place.load()
    assert place.audit("report", str(place.record), "RLA-1", str(own)) == 0
    assert not own.exists()
    assert place.audit("draw", str(place.record), "RLA-1", str(own)) == 0
    assert [path.name for path in own.iterdir()] == ["round-2.csv"]


def test_other_notes_are_not_written_over(place: Place) -> None:
    """A folder that holds another draw of this round is refused whole."""
    _begin(place, "--contest", "NOM-1", "--size", "4", "--size", "14")
    (place.out / "round-2.csv").write_text("draw,unit,times,ticket\n")
    assert place.verb("draw", str(place.out)) == 2
    assert not (place.out / "round-2.note").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "either --signatures or --registered"),
        (("--signatures", "x.csv", "--registered"), "either --signatures or --registered"),
        (("--registered", "--papers", "papers.csv"), "station,papers"),
        (("--registered", "--papers", "unknown.csv"), "stations whose boxes are audited"),
        (("--registered", "--edition", "9"), "results/0009.note"),
    ],
)
def test_a_manifest_that_cannot_be_is_refused(
    place: Place, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written."""
    (place.folder / "papers.csv").write_text("station,slips\nA-01,4\n")
    (place.folder / "unknown.csv").write_text("station,papers\nZ-99,4\n")
    words = [str(place.folder / each) if each.endswith(".csv") else each for each in options]
    assert place.audit("manifest", str(place.record), str(place.out), *words) == 2
    assert said in capsys.readouterr().err.replace("\n", " ")
    assert not place.out.exists()
