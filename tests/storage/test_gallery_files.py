"""Galleries on disk."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.biometrics.galleries import again, fingers, gallery

from urna.biometrics.cylinders import encode
from urna.biometrics.gallery import Gallery, build_gallery
from urna.biometrics.scan import scan
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.storage.gallery_files import open_gallery, wipe_gallery, write_gallery


def equal(one: Gallery, other: Gallery) -> bool:
    """Whether every column is."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in one._fields)


@pytest.mark.parametrize("count", [0, 1, 14])
def test_a_gallery_is_read_as_it_was_written(tmp_path: Path, count: int) -> None:
    """Round trip, and the mapped columns are searched like those in memory."""
    written = gallery(count)
    write_gallery(tmp_path / "thumbs", written)
    opened = open_gallery(tmp_path / "thumbs", thorough=True)
    assert equal(opened, written)
    probe = encode(again(fingers(14)[3], 1))
    assert np.array_equal(scan(opened, probe), scan(written, probe))


def test_the_files_are_the_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine reads fingerprints."""
    write_gallery(tmp_path / "thumbs", gallery(3))
    assert (tmp_path / "thumbs").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "thumbs").iterdir()} == {0o600}


def test_a_gallery_is_never_overwritten(tmp_path: Path) -> None:
    """A folder that is there is refused and stays as it is."""
    write_gallery(tmp_path / "thumbs", gallery(3))
    with pytest.raises(OutOfOrder):
        write_gallery(tmp_path / "thumbs", gallery(4))
    assert len(open_gallery(tmp_path / "thumbs").owners) == 3


def test_a_folder_cut_short_by_a_crash_is_no_gallery_and_is_made_anew(tmp_path: Path) -> None:
    """A gallery gets its name when it is whole."""
    (tmp_path / "thumbs.part").mkdir()
    (tmp_path / "thumbs.part" / "bits").write_bytes(b"some")
    with pytest.raises(Malformed):
        open_gallery(tmp_path / "thumbs")
    write_gallery(tmp_path / "thumbs", gallery(3))
    assert equal(open_gallery(tmp_path / "thumbs", thorough=True), gallery(3))


@pytest.mark.parametrize("name", ["head.json", *Gallery._fields])
@pytest.mark.parametrize("damage", ["missing", "short", "long"])
def test_a_gallery_whose_files_do_not_fit_is_refused(tmp_path: Path, name: str, damage: str) -> None:
    """No search ever begins on columns of the wrong length."""
    write_gallery(tmp_path / "thumbs", gallery(5))
    path = tmp_path / "thumbs" / name
    if damage == "missing":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:-1] if damage == "short" else data + b"\0")
    with pytest.raises(Malformed):
        open_gallery(tmp_path / "thumbs")


@pytest.mark.parametrize("name", Gallery._fields)
def test_a_changed_column_is_found_by_its_hash(tmp_path: Path, name: str) -> None:
    """One flipped bit anywhere; row bounds are refused even without hashing."""
    write_gallery(tmp_path / "thumbs", gallery(5))
    path = tmp_path / "thumbs" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises((Unproven, Malformed)):
        open_gallery(tmp_path / "thumbs", thorough=True)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_row_bounds_say_nothing_is_read_past_the_columns(tmp_path: Path, data: st.DataObject) -> None:
    """Hostile offsets and sizes are refused when the folder is opened."""
    folder = tmp_path / "thumbs"
    if not folder.exists():
        write_gallery(folder, gallery(5))
    name, kind = data.draw(st.sampled_from([("offsets", "<i8"), ("sizes", "<i4")]))
    honest = (folder / name).read_bytes()
    numbers = np.frombuffer(honest, kind).copy()
    place = data.draw(st.integers(0, len(numbers) - 1))
    bits = 8 * numbers.itemsize - 1
    numbers[place] = data.draw(st.integers(-(2**bits), 2**bits - 1).filter(lambda value: value != numbers[place]))
    (folder / name).write_bytes(numbers.tobytes())
    try:
        opened = open_gallery(folder)
        assert equal(opened, gallery(5)._replace(sizes=opened.sizes))
        assert (-(-opened.sizes // 8) == np.diff(opened.offsets)).all()
    except Malformed:
        pass
    finally:
        (folder / name).write_bytes(honest)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_whatever_the_head_says_it_is_read_or_refused(tmp_path: Path, head: bytes) -> None:
    """A head of any bytes gives an error of ours."""
    folder = tmp_path / "thumbs"
    if not folder.exists():
        write_gallery(folder, gallery(2))
    (folder / "head.json").write_bytes(head)
    with pytest.raises(UrnaError):
        open_gallery(folder)


def test_hostile_columns_never_crash_a_search(tmp_path: Path) -> None:
    """Random bits, norms that are not numbers, unsorted directions: scores mean nothing, and nothing breaks."""
    write_gallery(tmp_path / "thumbs", gallery(30))
    for name in ("bits", "norms", "angles", "places", "valid", "ranks"):
        path = tmp_path / "thumbs" / name
        path.write_bytes(os.urandom(path.stat().st_size))
    opened = open_gallery(tmp_path / "thumbs")
    assert scan(opened, encode(fingers(1)[0])).shape == (30,)


def test_a_wiped_gallery_leaves_no_file(tmp_path: Path) -> None:
    """Overwritten, then deleted."""
    write_gallery(tmp_path / "thumbs", build_gallery(enumerate(fingers(2))))
    wipe_gallery(tmp_path / "thumbs")
    assert list(tmp_path.iterdir()) == []
