"""An audit of single slips by its commands, from the rules to the report, each note loaded and published in turn."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.audit.slips import Pile, piles_of, slips_of, swap
from tests.cli.audit_place import STATIONS, Place
from tests.tampering.builder import build

from urna.audit.report import AuditReport, Outcome
from urna.audit.slip_sums import sums_of_slips
from urna.cli.audit_read import round_to_read, what_to_type
from urna.encoding.document import read_document
from urna.record.audit_record import read_audit
from urna.storage.record import FolderReader
from urna.tally.sheet import TallySheet
from urna.verify.procedure import verify_record

PEOPLE = ("--first", "Ana Paz", "--second", "Luis Gil")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre with published results."""
    folder = tmp_path_factory.mktemp("held")
    Place(folder, build()).hold_the_day()
    return folder


@pytest.fixture
def place(held: Path, tmp_path: Path) -> Place:
    """The same, to be changed; the book of A-01 has a signature more than its sheet has ballots."""
    shutil.copytree(held, tmp_path, dirs_exist_ok=True)
    place = Place(tmp_path, build())
    lines = [f"{station},{sheet.cast + (station == 'A-01')}" for station, sheet in _sheets(place).items()]
    (tmp_path / "signatures.csv").write_text("\n".join(["station,signatures", *lines]) + "\n")
    return place


def _sheets(place: Place) -> dict[str, TallySheet]:
    return {station: place.world.sheet(station, 1 if station == "A-02" else 0) for station in STATIONS}


def _honest(place: Place) -> dict[str, Pile]:
    return piles_of(_sheets(place), place.world.election)


def _begin(place: Place, *options: str) -> None:
    """Manifest, rules, seed and a first round, each published in its turn."""
    assert place.manifest("--signatures", str(place.folder / "signatures.csv")) == 0
    assert place.commit("--method", "polling", *options) == 0
    place.load()
    assert place.roll() == 0
    place.load()
    _draw(place)


def _draw(place: Place) -> None:
    assert place.verb("draw", str(place.out)) == 0
    place.load()


def _typed(place: Place, piles: Mapping[str, Pile]) -> Path:
    """What a person types of the round that is not read yet."""
    found = read_audit(FolderReader(place.record), "RLA-1")
    drawn, election = round_to_read(found), place.world.election
    lines = ["contest,line,draws"]
    for contest in what_to_type(found, drawn):
        stations = [each for each in STATIONS if contest in election.contests_of_station(each)]
        sums = sums_of_slips(contest, slips_of(piles, drawn, stations, contest.code))
        numbers = {each.option: each.draws for each in sums.options}
        numbers |= {"none": sums.without_vote, "not-found": sums.not_found}
        lines += [f"{contest.code},{line},{draws}" for line, draws in numbers.items()]
    file = place.folder / f"typed-{drawn.round}.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def _read(place: Place, piles: Mapping[str, Pile], *options: str) -> int:
    file = str(_typed(place, piles))
    return place.verb("read", file, file, str(place.out), *PEOPLE, *options)


def _report(place: Place) -> AuditReport:
    """The next one, in the record."""
    number = len(read_audit(FolderReader(place.record), "RLA-1").papers.reports) + 1
    code = place.verb("report", str(place.out))
    report = read_document((place.out / f"report-{number}.note").read_bytes(), AuditReport)
    assert code == (report.outcome is Outcome.REFUTED)
    place.load()
    return report


def _verify(place: Place) -> list[str]:
    """The record verifies: draws, sums and risks, worked out a second time; what is said beside it."""
    report = verify_record(FolderReader(place.record))
    assert report.failed == frozenset(), [each.findings for each in report.checks]
    return [str(remark) for remark in report.remarks]


def test_agreeing_slips_are_confirmed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """One round by plan; places are listed box by box; the record has sums, and nothing of a single slip."""
    _begin(place, "--contest", "NOM-1", "--limit", "1/10000")
    said = " ".join(capsys.readouterr().out.split())
    assert "Draws after each round: 83." in said
    places = re.findall(r"(\d+)(?: \(\dx\))?(?:,|$| )", said.partition("B-02: ")[2].partition(" Round")[0])
    assert places == ["1", "2", "7"]
    assert (place.out / "typed-1.csv").read_text().splitlines()[1:3] == ["NOM-1,ANA-BIS,", "NOM-1,ANA,"]
    assert _read(place, _honest(place)) == 0
    assert "Both typed the same for round 1." in capsys.readouterr().out
    place.load()
    report = _report(place)
    assert (report.outcome, report.counts, report.differences) == (Outcome.CONFIRMED, (), ())
    assert "83 draws of slips; 0 boxes lost." in capsys.readouterr().out
    assert sorted(path.name for path in (place.record / "audits" / "RLA-1").iterdir()) == [
        "commitment.note",
        "manifest.note",
        "reading-1.note",
        "report-1.note",
        "round-1.note",
        "seed.note",
    ]
    assert any(remark.startswith("Audit RLA-1: confirmed, risk 0.1 %") for remark in _verify(place))


def test_an_audit_that_goes_on_is_confirmed_by_its_next_round(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty draws are too few for the contest to be read; the size that the report asks for is enough."""
    _begin(place, "--contest", "NOM-1", "--size", "30")
    assert _read(place, _honest(place)) == 0
    assert "Too few slips were drawn to show NOM-1; they are not read." in capsys.readouterr().out
    place.load()
    report = _report(place)
    assert (report.outcome, report.next_size) == (Outcome.GO_ON, 92)
    _draw(place)
    assert place.verb("report", str(place.out)) == 2, "round 2 is not read"
    assert _read(place, _honest(place)) == 0
    place.load()
    assert place.verb("read", "x", "x", str(place.out), *PEOPLE) == 2, "no reading is replaced"
    assert _report(place).outcome is Outcome.CONFIRMED
    _verify(place)


def test_altered_sheets_are_refuted_by_every_box(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """In the boxes DEL and EVA have each other's votes: slips speak against the outcome, then the boxes decide."""
    _begin(place, "--contest", "NOM-2")
    piles = _honest(place) | {"B-01": swap(_honest(place)["B-01"], "NOM-2", "DEL-BIS", "EVA")}
    assert place.count("A-01") == 2, "no box is counted before a report says so"
    assert "a report that orders every box to be counted" in " ".join(capsys.readouterr().err.split())
    assert _read(place, piles) == 0
    place.load()
    assert _report(place).outcome is Outcome.FULL_COUNT
    for station in STATIONS:
        votes = {("NOM-2", "DEL-BIS"): 3, ("NOM-2", "DEL"): 0, ("NOM-2", "EVA"): 24} if station == "B-01" else None
        assert place.count(station, votes) == 0
    place.load()
    report = _report(place)
    assert (report.outcome, report.round, len(report.counts)) == (Outcome.REFUTED, 2, 4)
    assert any("REFUTED" in remark for remark in _verify(place))


def test_a_lost_box_and_one_too_full_are_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The slips of the lost one are not found; a box with more slips than it may hold leaves only the full count."""
    _begin(place, "--contest", "NOM-1")
    lost = ("--lost", "A-02", "--reason", "The river took it.")
    assert _read(place, _honest(place), *lost) == 2
    assert "draws not found, those of lost boxes" in " ".join(capsys.readouterr().err.split())
    assert _read(place, _honest(place), "--lost", "B-03", "--reason", "Never opened.") == 2
    assert _read(place, _honest(place) | {"A-02": ()}, "--lost", "A-02") == 2, "a loss has a reason"
    assert not (place.out / "reading-1.note").exists()
    assert _read(place, _honest(place) | {"A-02": ()}, *lost, "--overfull", "B-01") == 0
    place.load()
    report = _report(place)
    assert (report.outcome, report.lost, report.overfull) == (Outcome.FULL_COUNT, ("A-02",), ("B-01",))
    _verify(place)


def test_two_who_typed_otherwise_write_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Every difference is named; so is a line that nobody asks for, one twice, and one that is missing."""
    _begin(place, "--contest", "NOM-1")
    right = _typed(place, _honest(place))
    wrong = place.folder / "wrong.csv"
    number = next(line for line in right.read_text().splitlines() if line.startswith("NOM-1,CAI,"))
    wrong.write_text(right.read_text().replace(number, "NOM-1,CAI,1"))
    assert place.verb("read", str(right), str(wrong), str(place.out), *PEOPLE) == 1
    assert "NOM-1, CAI: Ana Paz typed" in capsys.readouterr().err
    same = ("--first", "Ana Paz", "--second", "ANA  PAZ")
    assert place.verb("read", str(right), str(right), str(place.out), *same) == 2
    wrong.write_text(right.read_text().replace(number, "NOM-1,EVA,1\nNOM-1,ANA,2"))
    assert place.verb("read", str(right), str(wrong), str(place.out), *PEOPLE) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "this is no line of the round: NOM-1,EVA,1" in said
    assert "this line is here twice: NOM-1,ANA,2" in said
    assert "NOM-1, CAI is missing" in said
    assert not (place.out / "reading-1.note").exists()


def test_sums_that_cannot_be_are_refused_though_both_typed_them(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """More draws than there were; more votes for one than slips."""
    _begin(place, "--contest", "NOM-1")
    file = _typed(place, _honest(place))
    lines = dict(line.rsplit(",", 1) for line in file.read_text().splitlines())
    for line, draws, said in (
        ("NOM-1,none", "80", "numbers that make up"),
        ("NOM-1,ANA", "80", "numbers that make up"),
    ):
        file.write_text("\n".join(f"{key},{value}" for key, value in (lines | {line: draws}).items()) + "\n")
        assert place.verb("read", str(file), str(file), str(place.out), *PEOPLE) == 2
        assert said in " ".join(capsys.readouterr().err.split())
    assert not (place.out / "reading-1.note").exists()


def test_rounds_that_would_show_single_slips_are_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Nineteen draws at once, or nineteen more; a contest that only some slips of a box have is counted in full."""
    assert place.manifest("--signatures", str(place.folder / "signatures.csv")) == 0
    assert place.commit("--method", "polling", "--contest", "NOM-1", "--size", "19") == 2
    assert place.commit("--method", "polling", "--contest", "NOM-1", "--size", "40", "--size", "59") == 2
    assert "a round of at least 20 draws" in capsys.readouterr().err
    assert place.commit("--method", "polling", "--contest", "NOM-1", "--unit", "container") == 2
    assert place.commit("--method", "polling", "--contest", "IND") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "IND: every box has to be counted. a contest of so few slips that sums would show single ones" in said
    place.load()
    assert place.roll() == 0
    place.load()
    _draw(place)
    assert place.verb("draw", str(place.out), "--size", "39") == 2


def test_a_margin_too_thin_for_slips_is_said_before_the_rules_are_signed(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list's seat hangs on a few votes of a hundred: slips would be drawn more often than there are."""
    assert place.manifest("--signatures", str(place.folder / "signatures.csv")) == 0
    assert place.commit("--method", "polling", "--contest", "LIST-N") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "draws would be needed, and there are 110 slips: count boxes." in said
    assert "Draws after each round: 20." in said


def test_what_slips_need_is_printed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A list for each centre and a tally sheet, until the round is read; then the report."""
    _begin(place, "--contest", "NOM-1")
    papers = place.folder / "papers"
    words = ("print", str(place.record), "RLA-1", str(papers), "--language", "en")
    assert place.audit(*words) == 0
    lists = [f"slips-RLA-1-1-{centre}.pdf" for centre in ("A-CENTRE", "B-CENTRE")]
    assert sorted(path.name for path in papers.iterdir()) == ["slip-tally-RLA-1-1.pdf", *lists]
    assert _read(place, _honest(place)) == 0
    place.load()
    _report(place)
    capsys.readouterr()
    assert place.audit(*words) == 0
    assert "1 papers in" in capsys.readouterr().out
    assert (papers / "audit-report-RLA-1-1.pdf").read_bytes().startswith(b"%PDF")
