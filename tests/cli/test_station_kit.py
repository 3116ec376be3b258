"""Kits and loaded stations: each machine opens alone, every seed goes into one element, and wrong media are named."""

import shutil
import stat
from pathlib import Path

import pytest
from tests.station.cards_of import officer_of
from tests.station.loaded import NOON, Loaded, small_kit_folder, small_station
from tests.station.small import always_a_match, entropy_from

from urna.cli.kit_folder import SEEDS, load_station
from urna.cli.machines import open_booth_machine
from urna.cli.main import main
from urna.cli.poll_book_machine import PollBookMachine, open_poll_book_machine
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.station.cards import Role
from urna.station.day import Day
from urna.station.manifest import CERTIFICATION, JOINT_KEYS, MANIFEST, POLL_BOOK, make_manifest
from urna.storage.station_folder import StationFolder, open_package

ENTROPY = entropy_from("machines")


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """A loaded station with two booths and guardians."""
    return small_station(tmp_path)


def opened(loaded: Loaded) -> PollBookMachine:
    """Its poll book."""
    return open_poll_book_machine(loaded.folder, ENTROPY)


def test_the_poll_book_opens_alone_with_two_cards_and_again_after_a_restart(loaded: Loaded) -> None:
    """The first unlocking fills the store with the roll; the second goes on."""
    for is_loaded in (False, True):
        machine = opened(loaded)
        assert (machine.day, machine.is_loaded) == (Day.SEALED, is_loaded)
        key = machine.sign_ins.unlock(loaded.card(Role.PRESIDENT), loaded.card(Role.MEMBER), NOON)
        book = machine.unlock(key, always_a_match)
        assert book.day is Day.SEALED
        assert len(machine.pairing_keys) == 2
        machine.close()


def test_a_booth_opens_alone(loaded: Loaded) -> None:
    """Each from its own memory, with the keys of its package."""
    for number in (1, 2):
        machine = open_booth_machine(loaded.folder, number, ENTROPY)
        assert machine.identity.number == number
        assert machine.identity.pairing_key == loaded.kit.pairing_keys[number - 1]
        assert machine.identity.keys == loaded.kit.joint_keys
        machine.zero(NOON)


def test_a_station_without_guardians_opens_without_joint_keys(tmp_path: Path) -> None:
    """Then there is no such file in its package."""
    made = small_station(tmp_path, guardians=False, booths=1)
    assert open_booth_machine(made.folder, 1, ENTROPY).identity.keys is None
    assert not (made.folder / "package" / JOINT_KEYS).exists()


def test_a_poll_book_that_runs_is_opened_by_nobody_else(loaded: Loaded) -> None:
    """Its store is its lock."""
    machine = opened(loaded)
    with pytest.raises(OutOfOrder, match="Stop the other process"):
        opened(loaded)
    machine.close()
    opened(loaded).close()


def test_files_are_for_their_owner_alone(loaded: Loaded) -> None:
    """Folders 0700, files 0600, the package read only; in the kit too."""
    assert StationFolder(loaded.folder).exposed() == []
    assert StationFolder(loaded.kit_folder).exposed() == []
    assert stat.S_IMODE((loaded.folder / "package" / MANIFEST).stat().st_mode) == 0o400


def test_a_kit_is_loaded_once(loaded: Loaded, tmp_path: Path) -> None:
    """The seeds are gone, so no second machine has the same keys."""
    assert not (loaded.kit_folder / SEEDS).exists()
    with pytest.raises(OutOfOrder, match="loaded already"):
        load_station(loaded.kit_folder, tmp_path / "second", ENTROPY)
    assert not (tmp_path / "second").exists()


def test_a_loading_that_the_power_ended_is_done_again(tmp_path: Path) -> None:
    """Before the station has its name: from the beginning. After it: only the seeds are still to be destroyed."""
    made = small_kit_folder(tmp_path)
    (tmp_path / ".station.loading").mkdir()
    (tmp_path / ".station.loading" / "half").write_bytes(b"")
    seeds = (made.kit_folder / SEEDS).read_bytes()
    load_station(made.kit_folder, made.folder, ENTROPY)
    element = (made.folder / "poll-book" / "secure-element").read_bytes()
    (made.kit_folder / SEEDS).write_bytes(seeds)
    load_station(made.kit_folder, made.folder, ENTROPY)
    assert not (made.kit_folder / SEEDS).exists()
    assert (made.folder / "poll-book" / "secure-element").read_bytes() == element


def test_another_kit_does_not_load_over_a_station(loaded: Loaded, tmp_path: Path) -> None:
    """Nothing is overwritten, and the other kit keeps its seeds."""
    other = small_kit_folder(tmp_path / "other", seed="other kit")
    with pytest.raises(OutOfOrder, match="loaded already"):
        load_station(other.kit_folder, loaded.folder, ENTROPY)
    assert (other.kit_folder / SEEDS).exists()


def test_seeds_of_other_keys_are_not_loaded(tmp_path: Path) -> None:
    """What was certified is what is loaded."""
    one, other = small_kit_folder(tmp_path / "1"), small_kit_folder(tmp_path / "2", seed="other")
    shutil.copy(other.kit_folder / SEEDS, one.kit_folder / SEEDS)
    with pytest.raises(Unproven, match="seeds"):
        load_station(one.kit_folder, one.folder, ENTROPY)
    assert not one.folder.exists()


def test_a_missing_a_changed_and_a_wrong_package_are_three_sentences(loaded: Loaded, tmp_path: Path) -> None:
    """Each names the file, and says another way on."""
    package = loaded.folder / "package"
    path = package / POLL_BOOK
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data[:-1] + b" ")
    with pytest.raises(Unproven, match="package was changed") as changed:
        open_package(StationFolder(loaded.folder))
    assert changed.value.where == POLL_BOOK
    path.unlink()
    with pytest.raises(Malformed, match="file is missing") as missing:
        open_package(StationFolder(loaded.folder))
    assert missing.value.where == POLL_BOOK
    practice = small_station(tmp_path / "practice", purpose="rehearsal")
    shutil.rmtree(package)
    shutil.copytree(practice.folder / "package", package)
    for open_it in (opened, lambda made: open_booth_machine(made.folder, 1, ENTROPY)):
        with pytest.raises(Unproven, match="wrong package"):
            open_it(loaded)


@pytest.mark.parametrize("name", [MANIFEST, CERTIFICATION])
def test_a_manifest_of_somebody_else_opens_nothing(loaded: Loaded, name: str) -> None:
    """A thief who changes a file and signs a manifest anew is no officer."""
    folder = StationFolder(loaded.folder)
    files = {path.name: path.read_bytes() for path in folder.package.iterdir() if path.name != MANIFEST}
    if name == CERTIFICATION:
        files[CERTIFICATION] = files[CERTIFICATION].replace(b'"serial":1', b'"serial":2')
    manifest = make_manifest(loaded.election, loaded.kit.station, files, loaded.kit.card_files().values(), 2)
    files[MANIFEST] = sign_document(manifest, [officer_of(loaded.election, "thief" if name == MANIFEST else "officer")])
    shutil.rmtree(folder.package)
    folder.package.mkdir(mode=0o700)
    folder.write_package(files)
    with pytest.raises(Unproven):
        open_package(folder)


def test_a_practice_medium_never_becomes_a_real_one(loaded: Loaded, tmp_path: Path) -> None:
    """Nor a real one practice: neither its memory nor its cards open anything else."""
    practice = small_station(tmp_path / "practice", purpose="rehearsal")
    assert open_package(StationFolder(practice.folder)).is_practice
    assert not open_package(StationFolder(loaded.folder)).is_practice
    shutil.rmtree(loaded.folder / "booth-1")
    shutil.copytree(practice.folder / "booth-1", loaded.folder / "booth-1")
    with pytest.raises(Unproven, match="wrong package"):
        open_booth_machine(loaded.folder, 1, ENTROPY)
    machine = opened(loaded)
    with pytest.raises(Unproven, match="another election"):
        machine.sign_ins.sign_in(*practice.card(Role.PRESIDENT), NOON)
    machine.close()


def test_memories_that_were_exchanged_are_named(loaded: Loaded) -> None:
    """Booth 1 with the memory of booth 2."""
    (loaded.folder / "booth-1").rename(loaded.folder / "spare")
    (loaded.folder / "booth-2").rename(loaded.folder / "booth-1")
    with pytest.raises(OutOfOrder, match="its own booth"):
        open_booth_machine(loaded.folder, 1, ENTROPY)


def test_an_element_with_another_key_is_refused(loaded: Loaded, tmp_path: Path) -> None:
    """A memory whose element was exchanged speaks for nobody."""
    other = small_kit_folder(tmp_path / "other", seed="other")
    load_station(other.kit_folder, other.folder, ENTROPY)
    for name in ("booth-1", "poll-book"):
        shutil.copy(other.folder / name / "secure-element", loaded.folder / name / "secure-element")
    with pytest.raises(Unproven, match="certified key"):
        open_booth_machine(loaded.folder, 1, ENTROPY)
    with pytest.raises(Unproven, match="certified key"):
        opened(loaded)


def test_check_says_what_is_right_and_what_is_wrong(loaded: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 and five marks; with a memory missing exit code 1 and the way on. It changes nothing."""
    before = {path: path.read_bytes() for path in loaded.folder.rglob("booth-*/*")}
    assert main(["station", "check", str(loaded.folder)]) == 0
    assert capsys.readouterr().out.count("✔") == 5
    assert before == {path: path.read_bytes() for path in loaded.folder.rglob("booth-*/*")}
    shutil.rmtree(loaded.folder / "booth-2")
    assert main(["station", "check", str(loaded.folder)]) == 1
    shown = capsys.readouterr().out
    assert "✘ Booth 2" in shown
    assert "Put the medium in" in shown
    (loaded.folder / "package" / MANIFEST).unlink()
    assert main(["station", "check", str(loaded.folder)]) == 1
    assert "A file is missing" in capsys.readouterr().out


def test_load_says_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command, once; the second time it says why not."""
    made = small_kit_folder(tmp_path)
    assert main(["station", "load", str(made.kit_folder), str(made.folder)]) == 0
    assert "a poll book and 2 booths" in capsys.readouterr().out
    assert main(["station", "load", str(made.kit_folder), str(tmp_path / "again")]) == 2
    assert "loaded already" in capsys.readouterr().err


def test_no_secret_of_a_kit_is_in_the_station_in_clear(loaded: Loaded) -> None:
    """PINs, codes and cards go by other hands than the machines; seeds are in the twin's file alone, sealed."""
    content = b"".join(path.read_bytes() for path in loaded.folder.rglob("*") if path.is_file())
    secrets = [*loaded.kit.code_lines, *(seed.hex() for seed in (loaded.kit.poll_book_seed, *loaded.kit.booth_seeds))]
    for secret in secrets:
        assert secret.encode() not in content
    assert not (loaded.folder / "cards").exists()
