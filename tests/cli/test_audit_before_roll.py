"""`urna audit before roll`: from the registry's file to counts in a note, and a drawn list that two officers open."""

import csv
import re
from pathlib import Path

import msgspec
import pytest
from tests.cli.examined import OFFICERS, Desk, set_up, with_officers
from tests.election.officers import definition

from urna.audit.manifest import read_manifest
from urna.audit.seed import Unit
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.election.certification import RollCommitments
from urna.encoding.canonical import encode
from urna.encoding.document import read_document, sign_document
from urna.roll.deduplication import Source
from urna.roll.deduplication_report import DuplicateRule, WorkListHead, make_report

SIZE = 40


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The example's election with its synthetic roll, imported and committed to by two officers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("urna.cli.roll_key.COST", Cost.TOY)
    monkeypatch.setattr("urna.cli.audit_before_roll.COST", Cost.TOY)
    desk = set_up(tmp_path, with_officers(definition()))
    (tmp_path / "roll-words").write_text("purple monkey dishwasher\n")
    (tmp_path / "first").write_text("first officer's own words\n")
    (tmp_path / "second").write_text("second officer's own words\n")
    secret = ["--roll-passphrase-file", "roll-words"]
    known = ["--definition", "definition.note"]
    assert main(["roll", "synthesize", *known]) == 0
    assert main(["roll", "import", "roll.csv", *known, *secret]) == 0
    for number in range(2):
        key = ["--key", f"officer-{number}.key", "--passphrase-file", "words", "--yes"]
        assert main(["roll", "commit", "roll", *known, "--note", "roll.note", *key, *secret]) == 0
    return desk


def examined(desk: Desk, *more: object, name: str = "out.note") -> int:
    """The exit code of `urna audit before roll`."""
    command = ("before", "roll", desk.note, "roll", desk.folder / name, "--note", "roll.note")
    return desk.run(*command, *more, "--roll-passphrase-file", "roll-words")


def listed(desk: Desk) -> list[list[str]]:
    """The drawn electors, as two officers open them."""
    both = ["--list-passphrase-file", "first", "--list-passphrase-file", "second"]
    note, draw = str(desk.note), ["--draw", "round-1.json", "--roll-passphrase-file", "roll-words"]
    assert main(["audit", "before", "roll-sample", note, "roll", "sample.box", *draw, *both]) == 0
    assert main(["audit", "before", "roll-list", note, "sample.box", "sample.csv", *both]) == 0
    with Path("sample.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def filled(rows: list[list[str]], *results: str) -> Path:
    """The list with results: those given, and then that everything agrees."""
    said = [*results, *["agrees"] * (len(rows) - 1 - len(results))]
    with Path("filled.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([rows[0], *([*row[:-1], each] for row, each in zip(rows[1:], said, strict=True))])
    return Path("filled.csv")


def test_a_right_roll_passes_and_the_note_names_nobody(desk: Desk) -> None:
    """Each station has its size; no number and no name of the roll is in the note."""
    assert examined(desk) == 0
    found = desk.results()
    assert set(found) == {*desk.election.stations, "numbers that stand twice"}
    assert set(found.values()) == {"passed"}
    note = (desk.folder / "out.note").read_text()
    with (desk.folder / "roll.csv").open(newline="", encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    assert not [each for each in people if each["number"] in note or each["name"] in note]
    figures = {each.name: each.number for each in desk.opened().figures}
    assert figures["electors"] == len(people) == sum(each.electors for each in desk.election.stations.values())


def test_a_roll_that_is_not_the_committed_one_fails_at_its_station(desk: Desk) -> None:
    """Officers signed another root for the last station."""
    committed = read_document((desk.folder / "roll.note").read_bytes(), RollCommitments)
    changed = [*committed.stations[:-1], msgspec.structs.replace(committed.stations[-1], root="00" * 32)]
    other = msgspec.structs.replace(committed, stations=tuple(changed))
    (desk.folder / "roll.note").write_bytes(sign_document(other, OFFICERS[:2]))
    assert examined(desk) == 1
    assert [name for name, result in desk.results().items() if result == "failed"] == [changed[-1].station]


def test_a_drawn_sample_goes_out_sealed_and_comes_back_as_counts(desk: Desk) -> None:
    """Forty drawn: two differ, one was not found; with the bounds that follow (quantiles of the beta distribution)."""
    desk.draw(SIZE, Unit.PAPER)
    rows = listed(desk)
    assert [len(rows), len({row[0] for row in rows})] == [SIZE + 1] * 2
    assert (desk.folder / "sample.csv").stat().st_mode & 0o077 == 0
    assert rows[1][1].encode() not in (desk.folder / "sample.box").read_bytes()
    done = filled(rows, "differs", "differs", "not_found")
    assert examined(desk, "--draw", "round-1.json", "--compared", done) == 0
    found = desk.opened()
    figures = {each.name: each.number for each in found.figures if each.name.startswith("sample")}
    assert figures == {"sampled": SIZE, "sample_agrees": SIZE - 3, "sample_differs": 2, "sample_not_found": 1}
    bounds = {each.name: eval_ratio(each.ratio) for each in found.bounds}
    assert bounds["differing_at_most"] == pytest.approx(0.1491516, abs=2e-6)
    assert bounds["differing_or_not_found_at_most"] == pytest.approx(0.1825870, abs=2e-6)
    assert found.draw == "SAMPLE-1"
    note = (desk.folder / "out.note").read_text()
    assert not [row for row in rows[1:] if row[1] in note or row[2] in note]


def eval_ratio(text: str) -> float:
    """A ratio as a number."""
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    assert match
    return int(match[1]) / int(match[2])


def test_a_sample_that_is_not_the_drawn_one_is_refused(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """One line left out: nothing is written, and the missing unit is named, not the person."""
    desk.draw(SIZE, Unit.PAPER)
    rows = listed(desk)
    done = filled(rows[:-1])
    assert examined(desk, "--draw", "round-1.json", "--compared", done) == 1
    shown = capsys.readouterr().err
    assert rows[-1][0] in shown
    assert rows[-1][1] not in shown
    assert not (desk.folder / "out.note").exists()
    assert examined(desk, "--compared", done) == 2


def test_one_officer_alone_does_not_open_the_list(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor do both in the wrong order."""
    desk.draw(SIZE, Unit.PAPER)
    listed(desk)
    for one, other in (("first", "first"), ("second", "first")):
        both = ["--list-passphrase-file", one, "--list-passphrase-file", other]
        assert main(["audit", "before", "roll-list", str(desk.note), "sample.box", "never.csv", *both]) == 2
    assert not Path("never.csv").exists()
    assert "does not open it" in capsys.readouterr().err


def test_the_list_is_printed_and_the_unlikely_lines_are_listed_too(desk: Desk) -> None:
    """A PDF that only its owner reads; of a right roll no line is unlikely; one list at a time."""
    desk.draw(SIZE, Unit.PAPER)
    both = ["--list-passphrase-file", "first", "--list-passphrase-file", "second"]
    sample = ["audit", "before", "roll-sample", str(desk.note), "roll"]
    secret = ["--roll-passphrase-file", "roll-words", *both]
    assert main([*sample, "sample.box", "--draw", "round-1.json", *secret]) == 0
    opened = ["audit", "before", "roll-list", str(desk.note), "sample.box", "sample.csv", "--pdf", "sample.pdf", *both]
    assert main(opened) == 0
    assert Path("sample.pdf").read_bytes().startswith(b"%PDF")
    assert Path("sample.pdf").stat().st_mode & 0o077 == 0
    assert main([*sample, "odd.box", "--odd", *secret]) == 0
    assert main(["audit", "before", "roll-list", str(desk.note), "odd.box", "odd.csv", "--pdf", "odd.pdf", *both]) == 0
    assert Path("odd.csv").read_text() == "unit,number,name,group,result\n"
    assert main([*sample, "never.box", "--odd", "--draw", "round-1.json", *secret]) == 2
    assert main([*sample, "never.box", *secret]) == 2


def test_the_rolls_manifest_is_made_from_what_was_committed(desk: Desk) -> None:
    """Stations with their electors: the same as from the definition, since the roll fits it."""
    assert main(["audit", "before", "roll-manifest", str(desk.note), "roll.note", "manifest.json"]) == 0
    assert read_manifest(Path("manifest.json").read_bytes()) == desk.manifest()


def test_the_fingerprint_searchs_counts_stand_in_the_note(desk: Desk) -> None:
    """From its public report; that of another election is refused."""
    rule = DuplicateRule(scores=(1, 2, 3, 4), false_match_rate="1/1000000")
    head = WorkListHead(
        election=desk.election.identity, source=Source.ROLL, made_at="2026-11-01T10:00:00Z", searched="aa" * 32,
        key="bb" * 32, rule=rule, positions=(1, 6), candidates=20, people=100, with_fingers=90, searchable=88,
        templates=180, least_minutiae=8, left_out=0, part_size=500,
    )  # fmt: skip
    Path("report.json").write_bytes(encode(make_report(head, [], [])))
    assert examined(desk, "--deduplication", "report.json") == 0
    figures = {each.name: each.number for each in desk.opened().figures}
    assert (figures["fingerprints_people"], figures["fingerprints_searchable"], figures["fingerprints_cases"]) == (
        100,
        88,
        0,
    )
    other = msgspec.structs.replace(head, election="00" * 32)
    Path("report.json").write_bytes(encode(make_report(other, [], [])))
    assert examined(desk, "--deduplication", "report.json", name="never.note") == 2
