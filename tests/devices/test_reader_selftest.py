"""A reader's self-test passes a good reader, and names what is wrong with each of the bad ones."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.shared import shared
from typer.testing import CliRunner

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.biometrics.quality import Hint, look_at
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.synthetic_templates import synthetic_template
from urna.devices.finger_files import read_folder
from urna.devices.reader import NoFinger, OpenReader, SimulatedReader, TryAgain, no_finger
from urna.devices.reader_measure import RIDGE_PERIODS, ridge_period
from urna.devices.reader_selftest import MOST_RETRIES, examine_reader
from urna.devices.reader_verdicts import Captured, Line, Status, judge
from urna.errors import OutOfOrder
from urna.words import Sentence

BLANK = FingerImage(np.full((384, 320), 235, np.uint8))


@cache
def good() -> list[FingerImage]:
    """Three impressions of a drawn finger."""
    return [SyntheticFinger(3).impression(number) for number in range(3)]


class KnownFinger:
    """An extractor that sees the impressions of one finger, or of as many as it is told, whatever the image."""

    def __init__(self, qualities: Sequence[int] = (60,), fingers: Sequence[int] = (1,)) -> None:
        self._calls = 0
        self._qualities, self._fingers = qualities, fingers

    def extract(self, image: FingerImage) -> Extraction:
        """The next impression."""
        assert image
        number, self._calls = self._calls, self._calls + 1
        quality = self._qualities[number % len(self._qualities)]
        hints = (Hint.TOO_DRY,) if quality < 30 else ()
        return Extraction(synthetic_template(1, self._fingers[number % len(self._fingers)], number), quality, hints)


class Scripted:
    """A reader that gives images and raises errors in the order of a script, and counts how often it is closed."""

    def __init__(self, script: Sequence[FingerImage | OutOfOrder]) -> None:
        self._script = iter(script)
        self.closed = 0

    def capture(self) -> FingerImage:
        """The next event; at the end nobody comes."""
        event = next(self._script, None) or no_finger()
        if isinstance(event, OutOfOrder):
            raise event
        return event

    def close(self) -> None:
        """One more time."""
        self.closed += 1


def examined(
    script: Sequence[FingerImage | OutOfOrder], empty: Sequence[FingerImage | OutOfOrder] = ()
) -> tuple[dict[str, Line], list[str], list[Scripted]]:
    """Lines by their names, what the technician was told, and the readers that were opened."""
    readers = [Scripted(empty), Scripted(script)]
    told: list[str] = []
    opened: Iterator[OpenReader] = iter(readers)
    lines = examine_reader(
        "libfprint", KnownFinger(), lambda words: told.append(str(words)), opener=lambda *_: next(opened)
    )
    return {str(line.name): line for line in lines}, told, readers


def judged(images: Sequence[FingerImage], extractor: KnownFinger, seconds: float = 0.3) -> dict[str, Line]:
    """The verdicts on these images."""
    return {
        str(line.name): line for line in judge([Captured(each, extractor.extract(each), seconds) for each in images])
    }


def failed(lines: dict[str, Line]) -> set[str]:
    """The names of the lines that failed, each of which says what to do."""
    assert all(str(line.remedy) for line in lines.values() if line.status is Status.FAILED)
    return {name for name, line in lines.items() if line.status is Status.FAILED}


def test_a_good_reader_passes_every_line() -> None:
    """Nothing on the empty window, three images of one finger; both readers are closed."""
    lines, told, readers = examined(good())
    assert {line.status for line in lines.values()} == {Status.PASSED}
    assert len(lines) == 10
    assert ["1 of 3" in told[1], "2 of 3" in told[2], "3 of 3" in told[3]] == [True] * 3
    assert [reader.closed for reader in readers] == [1, 1]


def test_a_print_left_on_the_glass_fails_the_empty_window() -> None:
    """An image of an empty window is as good as none; a finger that is not there is not."""
    name = "An empty reader shows no finger"
    assert examined(good(), [good()[0]])[0][name].status is Status.FAILED
    assert examined(good(), [BLANK])[0][name].status is Status.PASSED
    assert examined(good(), [_again()])[0][name].status is Status.PASSED


def test_a_reader_that_wants_the_finger_again_is_asked_again() -> None:
    """Up to a limit, and its advice is passed on; where nobody comes the test ends."""
    lines, told, _ = examined([_again(), good()[0], _again(), good()[1], good()[2]])
    assert "3 of 3, 2 tries in vain" in str(lines["The finger is captured"].found)
    assert told.count("Slower.") == 2
    lines, _, readers = examined([_again()] * (MOST_RETRIES + 1) + list(good()))
    assert failed(lines) == {"The finger is captured"}
    assert readers[1].closed == 1
    assert failed(examined([good()[0]])[0]) == {"The finger is captured"}


def test_a_reader_that_fails_in_the_middle_is_closed() -> None:
    """The error is not the test's own: it says what to do."""
    readers = [Scripted([]), Scripted([good()[0], OutOfOrder("a", "b", "c")])]
    opened = iter(readers)
    with pytest.raises(OutOfOrder):
        list(examine_reader("libfprint", KnownFinger(), lambda _: None, opener=lambda *_: next(opened)))
    assert readers[1].closed == 1


def _same(images: list[FingerImage]) -> list[FingerImage]:
    return [images[0], images[1], images[0]]


def _pale(images: list[FingerImage]) -> list[FingerImage]:
    return [FingerImage((235 - (235 - each.pixels.astype(int)) // 5).astype(np.uint8)) for each in images]


def _negative(images: list[FingerImage]) -> list[FingerImage]:
    return [FingerImage(255 - each.pixels) for each in images]


def _twice(images: list[FingerImage]) -> list[FingerImage]:
    return [_scaled(each, 2.0) for each in images]


def _half(images: list[FingerImage]) -> list[FingerImage]:
    return [_scaled(each, 0.5) for each in images]


def _scaled(image: FingerImage, scale: float) -> FingerImage:
    size = (round(image.width * scale), round(image.height * scale))
    return FingerImage(np.asarray(Image.fromarray(image.pixels).resize(size, Image.Resampling.BICUBIC), np.uint8))


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (_same, "Each image is a new one"),
        (_pale, "The ridges stand out"),
        (_negative, "Ridges are dark on a light ground"),
        (_twice, "The resolution is 500 dots an inch"),
        (_half, "The resolution is 500 dots an inch"),
    ],
)
def test_each_fault_of_the_images_fails_its_own_line_and_no_other(
    fault: Callable[[list[FingerImage]], list[FingerImage]], name: str
) -> None:
    """A repeated image, pale ones, inverted ones, twice and half the resolution."""
    assert failed(judged(good(), KnownFinger())) == set()
    assert failed(judged(fault(list(good())), KnownFinger())) == {name}


def test_poor_images_fail_with_the_advice_of_the_worst() -> None:
    """Half below 15: failed; one below 30: advice."""
    name = "The images are good"
    line = judged(good(), KnownFinger(qualities=(9, 12, 60)))[name]
    assert (line.status, line.remedy) == (Status.FAILED, Hint.TOO_DRY.advice)
    assert judged(good(), KnownFinger(qualities=(25, 60, 60)))[name].status is Status.ADVICE


def test_captures_that_do_not_match_fail_the_reader() -> None:
    """By the rule of the station: three fingers instead of one, and then one strange capture of four."""
    name = "The captures are one finger"
    assert judged(good(), KnownFinger(fingers=(1, 2, 3)))[name].status is Status.FAILED
    four = [*good(), SyntheticFinger(3).impression(3)]
    line = judged(four, KnownFinger(fingers=(1, 1, 1, 2)))[name]
    assert (line.status, str(line.found)) == (Status.ADVICE, "3 of 6 pairs match")


def test_slow_and_small_are_advice() -> None:
    """A second from image to outcome; a window smaller than 12.7 x 16.5 mm."""
    small = [FingerImage(each.pixels[60:330, 60:260]) for each in good()]
    lines = judged(small, KnownFinger(), seconds=1.2)
    assert failed(lines) == set()
    assert lines["The outcome comes within a second"].status is Status.ADVICE
    assert lines["The window is large enough"].status is Status.ADVICE


def test_nothing_in_a_line_is_a_finger() -> None:
    """Reprs of captures show sizes; a line holds sentences and numbers."""
    for line in judged(good(), KnownFinger()).values():
        assert all(isinstance(value, str | int) for value in (line.found.values or {}).values())
        assert all(len(str(value)) < 60 for value in line.found.values.values())


@pytest.mark.slow
def test_ridges_of_real_fingers_are_within_the_bounds_and_those_of_wrong_resolutions_are_not() -> None:
    """All 80 images of FVC2002 DB1_B at 500 dpi; and as they are when 500 is half or twice the truth."""
    images = read_folder(shared("fingerprints/fvc2002_db1_b"))
    low, high = RIDGE_PERIODS
    assert len(images) == 80
    assert all(low <= ridge_period(image, look_at(image)) <= high for image in images)
    for scale in (0.5, 2.0):
        for image in images[::10]:
            wrong = _scaled(image, scale)
            assert not low <= ridge_period(wrong, look_at(wrong)) <= high


def test_an_image_without_ridges_has_no_period() -> None:
    """Blank paper."""
    assert ridge_period(BLANK, look_at(BLANK)) == 0.0


@pytest.mark.slow
def test_the_command_tests_a_reader_with_the_stations_own_extractor(tmp_path: Path) -> None:
    """Exit code 0 for a good reader, 1 for one with a fault, 2 for none; and the image is written when asked for."""
    from urna.cli.main import build_app  # noqa: PLC0415 - the verb is imported when it is asked for

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(build_app(["reader"]), ["reader", *arguments])
        return result.exit_code, result.output

    for number, image in enumerate(good()):
        Image.fromarray(image.pixels).save(tmp_path / f"{number}.png")
    code, said = run("test", f"images:{tmp_path}")
    assert code == 0, said
    assert "3 of 3 pairs match" in said
    code, said = run("test", f"images:{tmp_path}?dpi=1000", "--captures", "2")
    assert code == 1
    assert "✗ The resolution is 500 dots an inch" in said
    code, said = run("show", "synthetic:3", "--out", str(tmp_path / "shown.png"))
    assert code == 0
    assert "NFIQ 2" in said
    assert np.array_equal(np.asarray(Image.open(tmp_path / "shown.png")), good()[0].pixels)
    assert (tmp_path / "shown.png").stat().st_mode & 0o077 == 0


def _again() -> TryAgain:
    return TryAgain(Sentence("a"), Sentence("b"), Sentence("Slower."))


def test_a_simulated_reader_is_never_empty() -> None:
    """So its first line is not tested, and no image is lost to it."""
    lines = list(
        examine_reader("synthetic:3", KnownFinger(), lambda _: None, opener=lambda *_: SimulatedReader(iter(good())))
    )
    assert lines[0].status is Status.NOT_TESTED
    assert {line.status for line in lines[1:]} == {Status.PASSED}
    assert issubclass(NoFinger, OutOfOrder)
