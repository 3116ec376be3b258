"""NFIQ 2 is computed away from this process: its crash costs a score, and its number means what NIST's means."""

import io
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
import pytest
from bench.impressions import dry, finger
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.shared import shared

from urna.biometrics.image import FingerImage
from urna.biometrics.quality import LEAST_AT_ENROLMENT, Hint, Quality
from urna.biometrics.synthetic import FAINT
from urna.devices.child import Children
from urna.devices.finger_files import read_image
from urna.devices.image_quality import ImageQuality
from urna.devices.image_quality_child import bitmap
from urna.errors import Malformed


@pytest.fixture(scope="module")
def meter() -> ImageQuality:
    """One process for all tests here."""
    return ImageQuality()


def test_a_dry_finger_scores_less_than_an_ordinary_one_and_a_faint_one_least(meter: ImageQuality) -> None:
    """NFIQ 2 of synthetic fingers: about 60; below 30; below the least at enrolment."""
    for seed in (1, 3):
        ordinary, poor, faint = (
            meter.measure(image) for image in (finger(seed).impression(0), dry(seed), finger(seed).press(9, FAINT))
        )
        assert 45 <= ordinary.score <= 75
        assert poor.score < 30
        assert faint.score < LEAST_AT_ENROLMENT
        assert ordinary.hints == ()
        assert Hint.TOO_DRY in poor.hints


@pytest.mark.parametrize(("name", "score"), [("101_1", 65), ("101_5", 25), ("110_8", 61)])
def test_real_fingers_score_as_nist_s_code_says(meter: ImageQuality, name: str, score: int) -> None:
    """Three of FVC2002 DB1_B, as nbis computes them from PNG files."""
    assert meter.measure(read_image(shared(f"fingerprints/fvc2002_db1_b/{name}.tif"))).score == score


def test_where_there_is_no_finger_the_score_is_zero(meter: ImageQuality) -> None:
    """Paper, and noise, which NFIQ 2 itself gives 32."""
    noise = np.random.Generator(np.random.PCG64(1)).integers(0, 256, (384, 320), dtype=np.uint8)
    for pixels in (np.full((384, 320), 255, np.uint8), noise):
        assert meter.measure(FingerImage(pixels)) == Quality(0, (Hint.EMPTY,))


def test_what_nfiq_2_cannot_compute_is_zero_with_a_reason(meter: ImageQuality) -> None:
    """Stripes are no finger: no minutia, one direction."""
    pixels = np.tile((np.arange(320) // 4 % 2 * 255).astype(np.uint8), (384, 1))
    score, hints = meter.measure(FingerImage(pixels))
    assert score == 0
    assert hints


def test_several_threads_measure_the_same(meter: ImageQuality) -> None:
    """Two at a time, in a process each."""
    images = [finger(1).impression(number) for number in range(2)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(meter.measure, images)) == [meter.measure(image) for image in images]
    sent: ImageQuality = pickle.loads(pickle.dumps(meter))  # noqa: S301 - our own bytes
    assert sent.measure(images[0]) == meter.measure(images[0])


def test_a_process_that_dies_costs_the_score_alone() -> None:
    """A program that is not there stands for a crash."""
    meter = ImageQuality()
    meter._children = Children("urna.devices.no_such_program", 10.0)
    assert meter.measure(finger(1).impression(0)) == Quality(0, (Hint.UNCLEAR,))


def test_an_absent_package_is_said_to_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not taken for a poor image."""
    meter = ImageQuality()
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    meter._children = Children("tests.devices.child_program_missing", 10.0)
    with pytest.raises(Malformed, match=r"nbis-py.*pip install"):
        meter.measure(finger(1).impression(0))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_file_handed_over_holds_the_pixels(width: int, height: int, random: Random) -> None:
    """Whatever the width; read again by Pillow."""
    pixels = np.array([random.randrange(256) for _ in range(width * height)], np.uint8).reshape(height, width)
    read = Image.open(io.BytesIO(bitmap(pixels.tobytes(), width, height)))
    assert np.array_equal(np.asarray(read.convert("L")), pixels)


def test_the_library_never_enters_this_process() -> None:
    """Nor does it print anything: rings are enough to ask it."""
    program = """
import sys
import numpy
from urna.biometrics.image import FingerImage
from urna.devices.image_quality import ImageQuality
rows, columns = numpy.indices((192, 192))
rings = 128 + 100 * numpy.cos(numpy.hypot(rows - 96, columns - 96) / 1.4)
ImageQuality().measure(FingerImage(rings.astype(numpy.uint8)))
assert "nbis" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
