"""`urna election` as an official uses it: new, check, sign, show."""

from pathlib import Path

import pytest

from urna.cli.main import main
from urna.cli.screen import out
from urna.cli.words import speak
from urna.election.folder import FILES


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests read English; a wide terminal keeps a line a line."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(out, "width", 200)


def run(*arguments: object) -> int:
    """The exit code of a command line."""
    return main([str(argument) for argument in arguments])


def test_new_writes_an_example_that_has_no_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says what to do next."""
    folder = tmp_path / "election"
    assert run("election", "new", folder) == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert "urna election check" in capsys.readouterr().out
    assert run("election", "check", folder) == 0
    printed = capsys.readouterr().out
    assert "No mistakes." in printed
    assert "12 stations, 755 electors" in printed


def test_new_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even one file of six."""
    (tmp_path / "cards.csv").write_bytes(b"mine")
    assert run("election", "new", tmp_path) == 2
    assert "cards.csv" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["cards.csv"]


def test_findings_are_one_line_each_and_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """file:line: problem remedy; then how many."""
    run("election", "new", tmp_path)
    for name, old, new in (("parties.csv", "#c0392b", "red"), ("stations.csv", ",68,1", ",0,1")):
        text = (tmp_path / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new))
    capsys.readouterr()
    assert run("election", "check", tmp_path) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == (
        "parties.csv:2: The column color cannot hold “red”. Write a colour as #rrggbb, such as #1f6fb2."
    )
    assert lines[1].startswith("stations.csv:2: “0” is not a number of electors.")
    assert "2 mistakes" in lines[-1]


def test_the_empty_folder_explains_its_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--empty` writes headers and comments, and check then says what is missing."""
    assert run("election", "new", "--empty", tmp_path) == 0
    assert "# how long a voter may take" in (tmp_path / "election.toml").read_text()
    assert run("election", "check", tmp_path) == 1
    assert "election.toml:4: `code` cannot be ''." in capsys.readouterr().err


def test_what_cannot_be_read_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No folder, no file, and bytes that are no definition."""
    assert run("election", "check", tmp_path / "nothing") == 2
    (tmp_path / "note").write_bytes(b"not a note")
    assert run("election", "show", tmp_path / "note") == 2
    assert "expected" in capsys.readouterr().err.lower()


def test_show_lists_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Contests, parties, styles, stations, rules and officers."""
    run("election", "new", tmp_path)
    capsys.readouterr()
    assert run("election", "show", tmp_path) == 0
    printed = capsys.readouterr().out
    for word in ("NOM-RIB-2", "dhondt ≥ 3/100", "SAB-2-INDIGENOUS", "Casa Comunal", "secrecy_threshold", "rectora-1"):
        assert word in printed
    assert "fingers.score_of_four" in printed
    assert "scores of fingerprints are provisional" in " ".join(printed.split())


def test_messages_come_in_spanish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --lang es, findings and answers are Spanish."""
    run("election", "new", tmp_path)
    capsys.readouterr()
    try:
        assert run("--lang", "es", "election", "check", tmp_path) == 0
        assert "Sin errores." in capsys.readouterr().out
        text = (tmp_path / "parties.csv").read_text()
        (tmp_path / "parties.csv").write_text(text.replace("#c0392b", "rojo"))
        assert run("--lang=es", "election", "check", tmp_path) == 1
        assert "La columna color no puede contener «rojo»." in capsys.readouterr().err
    finally:
        speak("en")


def test_an_unknown_language_or_verb_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """With the known ones in the message."""
    assert run("--lang", "xx", "election") == 2
    assert "en, es" in capsys.readouterr().err
    assert run("electoin") == 2
    assert "election" in capsys.readouterr().err


def test_help_lists_the_verbs_without_loading_them(capsys: pytest.CaptureFixture[str]) -> None:
    """And the bare command is the help."""
    assert run("--help") == 0
    printed = capsys.readouterr().out
    assert "election" in printed
    assert "authority" in printed
