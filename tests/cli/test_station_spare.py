"""A spare machine goes on with a booth's memory, or proves why it cannot; the memory itself is never changed."""

import shutil
from pathlib import Path

import pytest
from tests.station.loaded import NOON, Loaded, small_station
from tests.station.small import entropy_from

from urna.ballot.selections import Selections
from urna.cli.machines import open_booth_machine
from urna.cli.main import main
from urna.cli.spare_memory import SpareReport, inspect_memory
from urna.devices.secure_element import Life
from urna.station.activation import answer
from urna.station.booth import Booth
from urna.station.booth_session import State
from urna.storage.station_folder import StationFolder, open_package

ENTROPY = entropy_from("spare")
STYLE = "SOUTH"


class Paper:
    """A printer that always works."""

    def print_code_slip(self, document: bytes) -> None:
        """The code slip is out."""

    def print_ballot(self, selections: Selections) -> None:
        """The paper is out."""


@pytest.fixture
def broken(tmp_path: Path) -> Loaded:
    """A station whose booth 1 took one vote, broke with the next one on paper, and whose memory was taken out."""
    made = small_station(tmp_path)
    machine = open_booth_machine(made.folder, 1, ENTROPY)
    machine.zero(NOON)
    booth = machine.start(Paper(), lambda screen: None)
    print_one(made, booth)
    booth.say_yes()
    booth.acknowledge()
    print_one(made, booth)
    (made.folder / "booth-1").rename(memory(made))
    return made


def memory(made: Loaded) -> Path:
    """The memory that was taken out."""
    return made.folder.parent / "memory"


def print_one(made: Loaded, booth: Booth) -> None:
    """A voter, up to the paper."""
    challenge = booth.challenge()
    key, identity, station = made.kit.pairing_keys[0], made.election.identity, made.kit.station
    booth.activate(STYLE, answer(key, challenge, election=identity, station=station, booth=1, style=STYLE))
    vote(booth)


def vote(booth: Booth) -> None:
    """Choices, up to the paper."""
    booth.review({"MAYOR": ("MAYOR-1",)})
    booth.confirm()


def report(made: Loaded, number: int = 1) -> SpareReport:
    """What the spare machine finds."""
    return inspect_memory(open_package(StationFolder(made.folder)), memory(made), number, ENTROPY)


def spare(made: Loaded, number: int = 1) -> int:
    """The command."""
    return main(["station", "spare", str(made.folder), "--booth", str(number), "--memory", str(memory(made))])


def content(made: Loaded) -> dict[str, bytes]:
    """Every byte of the memory."""
    return {path.name: path.read_bytes() for path in sorted(memory(made).iterdir())}


def test_a_spare_goes_on_with_the_memory_of_a_booth_in_the_middle_of_a_vote(
    broken: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    """The memory is moved into its place, unchanged, and the voter whose paper was out chooses again."""
    before = content(broken)
    found = report(broken)
    assert (found.goes_on, found.life) == (True, Life.ZEROED)
    assert content(broken) == before
    assert spare(broken) == 0
    shown = capsys.readouterr().out
    assert shown.count("✔") == 4
    assert found.files[0][1] in shown
    assert not memory(broken).exists()
    booth = open_booth_machine(broken.folder, 1, ENTROPY).start(Paper(), lambda screen: None)
    assert booth.state is State.VOID
    booth.choose_again()
    vote(booth)
    booth.say_yes()
    assert str(booth.state) == State.CAST


def test_how_many_ballots_there_are_is_not_said(broken: Loaded) -> None:
    """Nobody learns a count of a box before the closing."""
    words = [str(check) for check in report(broken).checks]
    assert not any("cast" in each or "ballots" in each for each in words)


@pytest.mark.parametrize("name", ["secure-element", "pairing", "activation", "ballots"])
def test_a_memory_without_a_file_cannot_go_on(broken: Loaded, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1; the file is named, the hashes of what is there are shown, and nothing is moved."""
    (memory(broken) / name).unlink()
    before = content(broken)
    assert spare(broken) == 1
    shown = capsys.readouterr()
    assert f"the file {name}" in shown.out
    assert "CANNOT" in shown.err
    assert content(broken) == before


@pytest.mark.parametrize("name", ["secure-element", "activation", "ballots"])
def test_a_memory_that_was_written_over_cannot_go_on(broken: Loaded, name: str) -> None:
    """Both copies gone, or slots that no power cut leaves so."""
    path = memory(broken) / name
    path.write_bytes(path.read_bytes()[:64] + b"\x55" * (path.stat().st_size - 64))
    found = report(broken)
    assert not found.goes_on
    assert found.checks[-1].trouble is not None


def test_one_damaged_slot_is_found(broken: Loaded) -> None:
    """A byte in the mark of a free slot, which no vote writes so."""
    path = memory(broken) / "ballots"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    found = report(broken)
    assert not found.goes_on
    assert "damaged" in str(found.checks[-1].trouble)


def test_a_half_written_copy_is_no_damage(broken: Loaded) -> None:
    """A power cut may tear one copy of the element or of the slot: the other goes on."""
    for name in ("secure-element", "activation"):
        path = memory(broken) / name
        path.write_bytes(bytes(1024) + path.read_bytes()[1024:])
    assert report(broken).goes_on


def test_the_memory_of_another_booth_or_station_is_named(broken: Loaded, tmp_path: Path) -> None:
    """Each with its own sentence."""
    assert "its own booth" in str(report(broken, 2).checks[-1].trouble)
    other = small_station(tmp_path / "practice", purpose="rehearsal")
    shutil.rmtree(memory(broken))
    shutil.copytree(other.folder / "booth-1", memory(broken))
    assert "wrong package" in str(report(broken).checks[-1].trouble)


def test_a_closed_booth_does_not_go_on(broken: Loaded) -> None:
    """Its openings are destroyed: nothing is left to be counted again."""
    memory(broken).rename(broken.folder / "booth-1")
    machine = open_booth_machine(broken.folder, 1, ENTROPY)
    machine.element.begin_closing()
    machine.element.sign_sheet(b"sheet")
    machine.destroy_openings()
    (broken.folder / "booth-1").rename(memory(broken))
    assert "nothing is left" in str(report(broken).checks[-1].trouble)


def test_a_booth_is_never_in_two_places(broken: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    """With another memory in its place the spare refuses."""
    (broken.folder / "booth-1").mkdir()
    (broken.folder / "booth-1" / "pairing").write_bytes(b"")
    assert spare(broken) == 2
    assert "two memories" in capsys.readouterr().err
    assert memory(broken).exists()


def test_the_hash_of_the_whole_is_that_of_the_list(broken: Loaded) -> None:
    """Anyone can redo it: sha256sum of the files, sorted, and once more of these lines."""
    found = report(broken)
    assert [name for name, _ in found.files] == sorted(path.name for path in memory(broken).iterdir())
    assert len(found.sha256) == 64
