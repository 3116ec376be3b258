"""Candidates' photos from a folder through kit and loading to a booth's cards; a changed one blocks the station."""

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient
from tests.station.cards_of import officer_of
from tests.station.loaded import Loaded, small_kit_folder, small_station
from tests.station.small import small_election

from urna.cli.definition_photos import read_photos
from urna.cli.main import main
from urna.cli.screen import out
from urna.cli.station_booth import make_face
from urna.cli.station_process import Door, ProcessSettings
from urna.devices.photo_files import plain_photo
from urna.encoding.document import sign_document
from urna.errors import Findings, Malformed, Unproven
from urna.station.manifest import MANIFEST, make_manifest
from urna.station.photos import MAX_PHOTO_BYTES, MOST_PHOTOS, photo_files, photos_on_cards
from urna.storage.station_folder import StationFolder, open_package, read_package

ELECTION = small_election()
ONE, OTHER = "MAYOR-1", "COUNCIL-2"
NAME = f"photo-{ONE}.jpg"


def portrait(color: str) -> bytes:
    """A photo as a party sends it."""
    file = io.BytesIO()
    Image.new("RGB", (300, 400), color).save(file, "PNG")
    return file.getvalue()


PHOTOS = {ONE: plain_photo(portrait("red")), OTHER: plain_photo(portrait("blue"))}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the screen stays a line."""
    monkeypatch.setattr(out, "width", 200)


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """A station whose package has two photos."""
    return small_station(tmp_path, booths=1, photos=PHOTOS)


def test_each_card_of_a_loaded_station_has_the_photo_of_its_own_person(loaded: Loaded) -> None:
    """In the plain form, byte by byte; the others have none."""
    identity = open_package(StationFolder(loaded.folder))
    assert {name for name in identity.manifest.files if name.startswith("photo-")} == {NAME, f"photo-{OTHER}.jpg"}
    shown = photos_on_cards(identity.files, identity.election.contests_of_station(identity.station))
    assert shown == {("MAYOR", ONE): PHOTOS[ONE], ("COUNCIL", OTHER): PHOTOS[OTHER]}


def test_check_accepts_photos_and_names_one_that_was_changed_or_is_missing(
    loaded: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    """As any file of the package: nothing opens, and the way on is said."""
    assert main(["station", "check", str(loaded.folder)]) == 0
    assert "photos in the package: 2." in capsys.readouterr().out
    path = loaded.folder / "package" / NAME
    path.chmod(0o600)
    path.write_bytes(PHOTOS[OTHER])
    assert main(["station", "check", str(loaded.folder)]) == 1
    shown = capsys.readouterr().out
    assert f"{NAME}: Expected the file {NAME} as the authority signed it; found a changed one." in shown
    assert "Do not open with it" in shown
    path.unlink()
    assert main(["station", "check", str(loaded.folder)]) == 1
    shown = capsys.readouterr().out
    assert f"{NAME}: Expected the file {NAME} in the package; found none." in shown
    assert "copy the whole package again" in shown


def test_a_photo_that_nobody_signed_blocks_the_package(loaded: Loaded) -> None:
    """Somebody puts a face beside a name that had none."""
    folder = StationFolder(loaded.folder)
    folder.write_package({"photo-MAYOR-2.jpg": PHOTOS[ONE]})
    with pytest.raises(Unproven, match=r"photo-MAYOR-2\.jpg"):
        open_package(folder)


def test_exchanged_photos_block_the_package_even_with_the_hashes_exchanged(loaded: Loaded) -> None:
    """Only the officers can put another face beside a name."""
    folder = StationFolder(loaded.folder)
    files = {path.name: path.read_bytes() for path in folder.package.iterdir() if path.name != MANIFEST}
    files[NAME], files[f"photo-{OTHER}.jpg"] = files[f"photo-{OTHER}.jpg"], files[NAME]
    manifest = make_manifest(loaded.election, loaded.kit.station, files, loaded.kit.card_files().values(), 1)
    shutil.rmtree(folder.package)
    folder.package.mkdir(mode=0o700)
    folder.write_package(files | {MANIFEST: sign_document(manifest, [officer_of(loaded.election, "thief")])})
    with pytest.raises(Unproven):
        open_package(folder)


def test_a_photo_that_grew_is_read_no_further_than_its_limit(loaded: Loaded) -> None:
    """A medium may hold a file of any length."""
    path = loaded.folder / "package" / NAME
    path.chmod(0o600)
    os.truncate(path, 1 << 40)
    with pytest.raises(Malformed, match=f"at most {MAX_PHOTO_BYTES} bytes") as error:
        open_package(StationFolder(loaded.folder))
    assert error.value.where.endswith(NAME)


def test_a_kit_gets_the_photos_of_its_own_candidates_alone() -> None:
    """Others stand at other stations; and a package holds only so many."""
    contests = [contest for contest in ELECTION.contests.values() if contest.code == "MAYOR"]
    assert set(photo_files(PHOTOS, contests)) == {NAME}
    assert photo_files({}, contests) == {}


def test_as_many_photos_as_a_package_may_have_are_all_read(tmp_path: Path) -> None:
    """Beside its documents, whose names sort on both sides of them."""
    folder = StationFolder(tmp_path)
    folder.make(1)
    photos = {f"photo-C-{number:03}.jpg": b"photo" for number in range(MOST_PHOTOS + 5)}
    folder.write_package({"definition.note": b"a", "poll-book.json": b"z", **photos})
    found = read_package(folder)
    assert len(found) == MOST_PHOTOS + 2
    assert "poll-book.json" in found


def test_a_station_without_photos_has_none(tmp_path: Path) -> None:
    """Nothing of its package is different."""
    made = small_kit_folder(tmp_path, booths=1)
    assert not [path for path in (made.kit_folder / "package").iterdir() if path.name.startswith("photo")]


def test_every_mistake_in_a_folder_is_told_at_once(tmp_path: Path) -> None:
    """Names of nobody, folders, files that are no photos, by name; the sound one is not told of."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / f"{ONE}.png").write_bytes(portrait("red"))
    (folder / f"{OTHER}.jpg").write_bytes(b"<svg onload='steal()'/>")
    (folder / "COUNCIL-1.jpg").write_bytes(b"")
    (folder / "NOBODY.jpg").write_bytes(portrait("red"))
    (folder / "old").mkdir()
    with pytest.raises(Findings) as error:
        read_photos(folder, ELECTION)
    told = [str(finding) for finding in error.value.findings]
    assert [each.partition(":")[0].removeprefix("photos/") for each in told] == [
        "COUNCIL-1.jpg",
        f"{OTHER}.jpg",
        "NOBODY.jpg",
        "old",
    ]
    assert told[1].startswith(f"photos/{OTHER}.jpg: The photo cannot be used: expected a JPEG or PNG photo")
    assert told[1].endswith("best as a square of 640 x 640 pixels.")


def test_what_is_no_file_of_its_own_is_no_photo(tmp_path: Path) -> None:
    """A folder, and a link that leads to any file of the desk."""
    (tmp_path / "secret").write_bytes(portrait("red"))
    folder = tmp_path / "photos"
    (folder / "old").mkdir(parents=True)
    (folder / f"{ONE}.jpg").symlink_to(tmp_path / "secret")
    with pytest.raises(Findings) as error:
        read_photos(folder, ELECTION)
    assert [finding.file for finding in error.value.findings] == [f"photos/{ONE}.jpg", "photos/old"]


def test_officers_compare_files_as_they_are(tmp_path: Path) -> None:
    """The same on every desk; another photo, or photos that were exchanged, are another number."""
    numbers: list[str] = []
    for first, second in (("red", "blue"), ("red", "blue"), ("blue", "red"), ("red", "green")):
        folder = tmp_path / str(len(numbers))
        folder.mkdir()
        (folder / f"{ONE}.png").write_bytes(portrait(first))
        (folder / f"{OTHER}.png").write_bytes(portrait(second))
        numbers.append(read_photos(folder, ELECTION, {ONE}).identity)
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3


def test_election_check_looks_at_the_photos_beside_a_definition(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many have one, who has none, and a number to compare; or every mistake, and exit code 1."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    folder = tmp_path / "election"
    assert main(["election", "new", str(folder)]) == 0
    assert main(["election", "check", str(folder)]) == 0
    assert "photo" not in capsys.readouterr().out.lower()
    (folder / "photos").mkdir()
    (folder / "photos" / "MON-1-AURORA-1.png").write_bytes(portrait("red"))
    assert main(["election", "check", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "1 of " in shown
    assert "candidates on cards have a photo" in shown
    assert "MON-1-FARO-1" in shown
    assert "Photos (SHA-256), to compare by telephone:" in shown
    (folder / "photos" / "mon-1-faro-1.jpg").write_bytes(portrait("red"))
    assert main(["election", "check", str(folder)]) == 1
    assert "photos/mon-1-faro-1.jpg: There is no candidate" in capsys.readouterr().err


def test_a_booth_s_process_serves_the_photos_of_its_package(tmp_path: Path) -> None:
    """From its own address, and those that its package has."""
    made = small_station(tmp_path, booths=1, purpose="rehearsal", photos=PHOTOS)
    settings = ProcessSettings(folder=str(made.folder), booth=1, face="urna.cli.station_booth:make_face", port=8201)
    face = make_face(settings, Door("http://127.0.0.1:8201", "launch"), lambda: None)
    try:
        client = TestClient(face.app, base_url="http://127.0.0.1:8201", follow_redirects=False)
        assert client.get(f"/picture/MAYOR/{ONE}").status_code == 403
        client.get("/enter", params={"key": "launch"})
        assert client.get(f"/picture/MAYOR/{ONE}").content == PHOTOS[ONE]
        assert client.get("/picture/MAYOR/MAYOR-2").status_code == 404
    finally:
        face.close()
