"""`urna interop nist` as a person uses it, on a small true record."""

import json
from pathlib import Path

import pytest
from tests.interop.nist_schema import CAST, DEFINITION, RESULTS, errors, xml_errors
from tests.tampering.builder import build
from tests.web.encrypted import world

from urna.cli.main import main
from urna.cli.screen import out


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests read English; a wide terminal keeps a line a line."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(out, "width", 200)


def run(*arguments: object) -> int:
    """The exit code of the verb."""
    return main(["interop", "nist", *map(str, arguments)])


def write(files: dict[str, bytes], folder: Path) -> Path:
    """The record as a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record without guardians, with its log."""
    return write(build().publish(), tmp_path / "record")


@pytest.fixture
def encrypted(tmp_path: Path) -> Path:
    """A record with encrypted ballots."""
    return write(world().publish(), tmp_path / "encrypted")


def test_the_results_of_a_record_are_written_and_read_again(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record verifies, the file is valid, and the same totals come back."""
    file = tmp_path / "results.json"
    assert run("export", "results", record, file) == 0
    assert errors(file.read_bytes(), RESULTS) == []
    assert run("read", file, "--record", record) == 0
    printed = capsys.readouterr().out
    assert "The file and the record have the same totals, people and seats." in printed
    units = json.loads(file.read_bytes())["GpUnit"]
    stations = [each for each in units if each["@id"].startswith("sta-")]
    assert [each["ExternalIdentifier"][1]["Value"] for each in stations] == ["counted"] * 4 + ["not_opened"]


def test_the_results_are_written_as_xml_too(record: Path, tmp_path: Path) -> None:
    """Valid by the schema for XML, and read again to the same totals."""
    file = tmp_path / "results.xml"
    assert run("export", "results", record, file, "--xml", "--verified") == 0
    assert xml_errors(file.read_bytes(), RESULTS) == []
    assert run("read", file, "--record", record) == 0


def test_a_record_with_withheld_and_opened_votes_comes_back(encrypted: Path, tmp_path: Path) -> None:
    """Sheets below the secrecy threshold show nothing, and what guardians opened is in the totals."""
    file = tmp_path / "results.json"
    assert run("export", "results", encrypted, file, "--verified") == 0
    assert errors(file.read_bytes(), RESULTS) == []
    assert run("read", file, "--record", encrypted, "--json") == 0


def test_a_withheld_number_is_a_dash_and_two_cards_of_a_person_are_told_apart(
    encrypted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Never a 0, which would say that nobody voted so."""
    file = tmp_path / "results.json"
    run("export", "results", encrypted, file, "--verified")
    capsys.readouterr()
    assert run("read", file) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    start = lines.index(["IND", "·", "Circuit", "1"])
    assert lines[start + 2 : start + 6] == [
        ["FLO", "(sel-IND-o-FLO-BIS)", "-", "-"],
        ["FLO", "(sel-IND-o-FLO)", "-", "-"],
        ["GIL", "-", "-"],
        ["undervotes", "-"],
    ]


def test_a_summary_has_no_stations(record: Path, tmp_path: Path) -> None:
    """And the same totals."""
    file = tmp_path / "summary.json"
    assert run("export", "results", record, file, "--summary", "--verified") == 0
    document = json.loads(file.read_bytes())
    assert document["Format"] == "summary-contest"
    assert not [each for each in document["GpUnit"] if each["@id"].startswith("sta-")]
    assert run("read", file, "--record", record) == 0


def test_a_file_that_says_something_else_is_told(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, with the place and both numbers."""
    file = tmp_path / "results.json"
    run("export", "results", record, file, "--verified")
    document = json.loads(file.read_bytes())
    document["GpUnit"][0]["VotersParticipated"] += 1
    file.write_text(json.dumps(document))
    assert run("read", file, "--record", record) == 1
    assert "NATION, people: the file says (212, 118, 109), the record (212, 117, 109)." in capsys.readouterr().out


def test_a_record_that_does_not_verify_is_not_exported(record: Path, tmp_path: Path) -> None:
    """Exit code 1, and no file."""
    sheet = record / "stations" / "A-01" / "sheet-0.note"
    sheet.write_bytes(sheet.read_bytes().replace(b'"votes":', b'"votes": ', 1))
    assert run("export", "results", record, tmp_path / "results.json") == 1
    assert not (tmp_path / "results.json").exists()


def test_a_file_is_never_overwritten(record: Path, tmp_path: Path) -> None:
    """Exit code 2, and it stays."""
    file = tmp_path / "results.json"
    file.write_text("mine")
    assert run("export", "results", record, file, "--verified") == 2
    assert file.read_text() == "mine"


def test_a_ballot_definition_is_written_from_a_record_s_definition(record: Path, tmp_path: Path) -> None:
    """As from an official's folder."""
    file = tmp_path / "definition.json"
    assert run("export", "ballot-definition", record / "definition.note", file) == 0
    assert errors(file.read_bytes(), DEFINITION) == []


def test_cast_ballots_are_not_exported(
    encrypted: Path, record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and the reason; no file."""
    assert run("export", "cast-vote-records", encrypted, tmp_path / "cvr.json") == 2
    assert run("export", "cast-vote-records", record, tmp_path / "cvr.json") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "cast ballots that are encrypted and secret" in said
    assert "ids and states and no selection" in said
    assert not (tmp_path / "cvr.json").exists()


def test_challenged_ballots_are_exported_and_only_sums_are_shown(
    encrypted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is valid; what `read` prints has no ballot's id."""
    file = tmp_path / "cvr.json"
    assert run("export", "cast-vote-records", encrypted, file, "--challenged", "--verified") == 0
    assert errors(file.read_bytes(), CAST) == []
    ids = [each["UniqueId"] for each in json.loads(file.read_bytes())["CVR"]]
    assert ids
    for form in ((), ("--json",)):
        assert run("read", file, *form) == 0
        printed = capsys.readouterr().out
        assert not [each for each in ids if each in printed]
    assert json.loads(printed)["records"] == len(ids)


def test_only_results_are_compared_with_a_record(
    encrypted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cast vote records with a record, and a ballot definition, are refused and not passed over."""
    cast, definition = tmp_path / "cvr.json", tmp_path / "definition.json"
    run("export", "cast-vote-records", encrypted, cast, "--challenged", "--verified")
    run("export", "ballot-definition", encrypted / "definition.note", definition)
    assert run("read", cast, "--record", encrypted) == 2
    assert run("read", definition) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "results (ElectionReport), to compare with a record" in said
    assert "'BallotDefinition'" in said


def test_what_is_no_document_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2: neither JSON nor XML, XML with entities, a list."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><ElectionReport>&a;</ElectionReport>'
    for number, text in enumerate(("no document", bomb, "[]", "<ElectionReport/>", '{"@type": 3}')):
        file = tmp_path / f"{number}.txt"
        file.write_text(text)
        assert run("read", file) == 2
    assert "XML without a document type" in " ".join(capsys.readouterr().err.split())
