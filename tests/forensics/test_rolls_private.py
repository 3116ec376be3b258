"""What lies on the authority's disks after an enrolment and after a search for duplicates holds nobody in the clear.

The same search as over a demo day (`tests/forensics/personal_data`), which proves itself in `test_fingers_private`.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from tests.cli.enrolment_desk import Desk, make_desk, write_png
from tests.cli.test_roll_deduplicate import deduplicated, roll
from tests.cli.test_roll_enrol import elector
from tests.forensics.personal_data import Search, image_needles, person_needles, template_needles

from urna.biometrics.image import FingerImage
from urna.biometrics.synthetic import SyntheticFinger
from urna.roll.elector import Elector

__all__ = ["roll"]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def impressions() -> list[FingerImage]:
    """Three of each of four drawn fingers; their first pixels say to the tests' extractor which finger it is."""
    images = []
    for finger in range(4):
        drawn = SyntheticFinger(800 + finger)
        for number in range(3):
            pixels = drawn.impression(number).pixels.copy()
            pixels[0, :4] = finger + 1, 0, number, 60
            images.append(FingerImage(pixels))
    return images


def search_for(electors: Sequence[Elector], images: Sequence[FingerImage] = ()) -> Search:
    """For these people, their templates and these images."""
    templates = [template for each in electors for finger in each.fingers for template in finger.templates]
    return Search(
        [
            *person_needles([each.name for each in electors], [each.number for each in electors]),
            *template_needles(templates),
            *image_needles(images),
        ]
    )


@pytest.mark.slow
def test_an_enrolment_leaves_nobody_in_the_clear(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Roll, archive, temporary files and what was said; the images that the reader gave lie where they lay."""
    desk: Desk = make_desk(tmp_path, monkeypatch)
    images = impressions()
    for order, image in enumerate(images):
        write_png(tmp_path / "images" / f"{order:03}.png", image)
    assert desk.enrol(desk.people[0].number) == 0
    enrolled = elector(desk, desk.people[0])
    assert len(enrolled.fingers) == 4
    others = [msgspec.structs.replace(enrolled, number=each.number, name=each.name, fingers=()) for each in desk.people]
    search = search_for([enrolled, *others], images)
    said = "".join(capsys.readouterr()).encode()
    assert search.data(said) == []
    assert [search.folder(tmp_path / name) for name in ("roll", "archive")] == [[], []]
    assert search.folder(temporary) == []
    assert {finding.kind for finding in search.folder(tmp_path / "images")} == {"image"}
    assert {finding.kind for finding in search.file(tmp_path / "roll.csv", "")} == {"name", "number"}


def test_a_search_for_duplicates_leaves_nobody_in_the_clear(
    temporary: Path, tmp_path: Path, roll: tuple[Elector, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The roll, the work list with a case in it, temporary files, and what was said."""
    assert deduplicated() == 0
    search = search_for(roll)
    assert search.data("".join(capsys.readouterr()).encode()) == []
    assert len(list((tmp_path / "cases" / "cases").iterdir())) == 1
    assert search.folder(tmp_path) == []
    assert list(temporary.iterdir()) == []
