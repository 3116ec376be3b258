"""`urna audit count`: what two people typed of one box."""

from pathlib import Path

import pytest

from urna.cli.main import main
from urna.encoding.canonical import decode
from urna.record.audit_count import AuditCount, HandLine

TYPED = "contest,choice,votes\nNAC,B,7\nNAC,A,12\n"


def _count(folder: Path, one: str, other: str, people: tuple[str, str] = ("Ana Paz", "Luis Gil")) -> int:
    (folder / "one.csv").write_text(one, encoding="utf-8")
    (folder / "other.csv").write_text(other, encoding="utf-8")
    files = [str(folder / name) for name in ("one.csv", "other.csv", "count.json")]
    names = ["--station", "M-01", "--first", people[0], "--second", people[1]]
    return main(["--lang", "en", "audit", "count", *files, *names])


def test_what_both_typed_alike_is_kept_in_any_order(tmp_path: Path) -> None:
    """The record has the choices in order, whoever typed them in which."""
    assert _count(tmp_path, TYPED, "contest,choice,votes\nNAC,A,12\nNAC,B,7\n") == 0
    record = decode((tmp_path / "count.json").read_bytes(), AuditCount)
    assert record == AuditCount(
        station="M-01",
        typed_by=("Ana Paz", "Luis Gil"),
        lines=(HandLine(contest="NAC", choice="A", votes=12), HandLine(contest="NAC", choice="B", votes=7)),
    )


def test_every_difference_is_named_and_nothing_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A typo in one choice, another choice left out."""
    assert _count(tmp_path, TYPED, "contest,choice,votes\nNAC,A,21\n") == 1
    said = capsys.readouterr().err
    assert "NAC, A: Ana Paz typed 12, Luis Gil typed 21" in said
    assert "NAC, B: Ana Paz typed 7, Luis Gil typed -" in said
    assert not (tmp_path / "count.json").exists()


def test_a_zero_is_not_a_missing_line(tmp_path: Path) -> None:
    """Whoever leaves a choice out has not counted it."""
    assert _count(tmp_path, TYPED + "NAC,C,0\n", TYPED) == 1


@pytest.mark.parametrize("second", ["Ana Paz", "ANA  paz", ""])
def test_one_person_cannot_type_twice(second: str, tmp_path: Path) -> None:
    """Nor nobody."""
    assert _count(tmp_path, TYPED, TYPED, ("Ana Paz", second)) == 2
    assert not (tmp_path / "count.json").exists()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", 2),
        ("contest,choice,votes\n", 2),
        ("choice,contest,votes\nA,NAC,1\n", 2),
        ("contest,choice,votes\nNAC,A,-1\n", 1),
        ("contest,choice,votes\nNAC,A,1.0\n", 1),
        ("contest,choice,votes\nNAC,A,1\nNAC,A,1\n", 1),
        ("contest,choice,votes\nnac,A,1\n", 1),
        ('contest,choice,votes\nNAC,"A,1\n', 2),
    ],
)
def test_a_file_that_is_no_count_is_refused_whole(typed: str, code: int, tmp_path: Path) -> None:
    """Also if both typed the same nonsense."""
    assert _count(tmp_path, typed, typed) == code
    assert not (tmp_path / "count.json").exists()


def test_a_count_is_never_written_over(tmp_path: Path) -> None:
    """The first one stays as it was."""
    assert _count(tmp_path, TYPED, TYPED) == 0
    before = (tmp_path / "count.json").read_bytes()
    again = TYPED.replace("12", "13")
    assert _count(tmp_path, again, again) != 0
    assert (tmp_path / "count.json").read_bytes() == before
