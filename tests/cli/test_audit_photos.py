"""`urna audit photos`: a box counted from photographs, with two people for what the machine cannot read."""

import random
import shutil
from pathlib import Path

import pytest
from tests.devices.test_slip_photos import photograph, some_choices

from urna.ballot.selections import Selections
from urna.cli.election import read_source
from urna.cli.main import main

STATION = "MON-AL-1-1"
SLIPS = 3


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Selections]]:
    """A folder with the example's definition and three photographs, of which the last is out of focus."""
    folder = tmp_path_factory.mktemp("photos")
    assert main(["election", "new", str(folder / "definition")]) == 0
    election, _ = read_source(folder / "definition")
    (folder / "photos").mkdir()
    source = random.Random(8)
    style = election.stations[STATION].styles[0].style
    slips = [some_choices(source, election, style) for _ in range(SLIPS)]
    for number, selections in enumerate(slips):
        photo = photograph(
            selections, source, blur=14 if number == SLIPS - 1 else 0.8, election=election, station=STATION
        )
        (folder / "photos" / f"{number}.jpg").write_bytes(photo)
    return folder, slips


def _photos(folder: Path, out: Path, *more: str, slips: int = SLIPS) -> int:
    arguments = [str(folder / "definition"), str(folder / "photos"), str(out)]
    return main(["--lang", "en", "audit", "photos", *arguments, "--station", STATION, "--slips", str(slips), *more])


def test_a_box_is_counted_once_two_people_say_the_same_of_the_rest(
    box: tuple[Path, list[Selections]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is counted before; then every slip is."""
    folder, slips = box
    assert _photos(folder, tmp_path) == 1
    assert "read: 2, unclear: 1" in capsys.readouterr().out
    assert "2.jpg" in (tmp_path / "unclear.csv").read_text()
    assert not (tmp_path / "count.csv").exists()
    lines = [f"2.jpg,{each.contest},{option}\n" for each in slips[2].contests for option in each.options]
    for name, order in (("one.csv", lines), ("two.csv", lines[::-1])):
        (tmp_path / name).write_text("photo,contest,option\n" + "".join(order or ["2.jpg,,\n"]))
    said = ["--said", str(tmp_path / "one.csv"), "--said", str(tmp_path / "two.csv")]
    assert _photos(folder, tmp_path, *said) == 0
    counted = {}
    for line in (tmp_path / "count.csv").read_text().splitlines()[1:]:
        contest, option, votes = line.split(",")
        counted[contest, option] = int(votes)
    chosen = [(each.contest, option) for slip in slips for each in slip.contests for option in each.options]
    assert {key: votes for key, votes in counted.items() if votes} == {key: chosen.count(key) for key in chosen}


def test_a_slip_more_than_photographs_is_missed(box: tuple[Path, list[Selections]], tmp_path: Path) -> None:
    """Before anything is read."""
    assert _photos(box[0], tmp_path, slips=SLIPS + 1) == 2
    assert not list(tmp_path.iterdir())


def test_a_photograph_copied_is_no_second_slip(
    box: tuple[Path, list[Selections]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file twice is refused by name."""
    copied = tmp_path / "copied"
    (copied / "photos").mkdir(parents=True)
    shutil.copytree(box[0] / "definition", copied / "definition")
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (copied / "photos" / name).write_bytes((box[0] / "photos" / "0.jpg").read_bytes())
    assert _photos(copied, tmp_path / "out") == 2
    assert "a.jpg again" in capsys.readouterr().err


def test_one_person_cannot_speak_for_two(box: tuple[Path, list[Selections]], tmp_path: Path) -> None:
    """One file, or one file twice."""
    (tmp_path / "one.csv").write_text("photo,contest,option\n2.jpg,,\n")
    said = ["--said", str(tmp_path / "one.csv")]
    assert _photos(box[0], tmp_path / "out", *said) == 2
    assert _photos(box[0], tmp_path / "out", *said, *said) == 2
