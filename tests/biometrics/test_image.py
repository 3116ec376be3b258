"""A finger image that exists is in normal form, and cannot be changed or shown."""

import numpy as np
import pytest

from urna.biometrics.image import FingerImage
from urna.errors import Malformed


@pytest.mark.parametrize("shape", [(95, 200), (200, 95), (1025, 200), (200, 1025), (200,), (200, 200, 3)])
def test_an_image_of_another_size_cannot_exist(shape: tuple[int, ...]) -> None:
    """96 to 1024 pixels a side, two dimensions."""
    with pytest.raises(Malformed):
        FingerImage(np.zeros(shape, np.uint8))


def test_an_image_of_another_depth_cannot_exist() -> None:
    """Eight bits."""
    with pytest.raises(Malformed, match="float64"):
        FingerImage(np.zeros((200, 200)))  # type: ignore[arg-type]


def test_an_image_cannot_be_changed() -> None:
    """Neither through it nor through the array it was made from."""
    source = np.zeros((100, 200), np.uint8)
    image = FingerImage(source)
    source[0, 0] = 7
    assert image.pixels[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 7
    assert (image.width, image.height) == (200, 100)


def test_images_are_equal_if_their_pixels_are() -> None:
    """And hash alike."""
    one, same = (FingerImage(np.full((100, 100), 9, np.uint8)) for _ in range(2))
    other = FingerImage(np.full((100, 100), 8, np.uint8))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other


def test_an_image_does_not_show_itself() -> None:
    """No pixel stands in a log line."""
    assert repr(FingerImage(np.zeros((100, 200), np.uint8))) == "FingerImage(200 x 100)"
