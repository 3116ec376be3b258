"""A reader gives one finger image a capture."""

import pytest

from urna.biometrics.synthetic import SyntheticFinger
from urna.devices.reader import SimulatedReader
from urna.errors import OutOfOrder


def test_a_simulated_reader_gives_its_images_in_order() -> None:
    """And then no finger comes."""
    finger = SyntheticFinger(1)
    reader = SimulatedReader([finger.impression(0), finger.impression(1)])
    assert [reader.capture(), reader.capture()] == [finger.impression(0), finger.impression(1)]
    with pytest.raises(OutOfOrder, match="a finger on the reader"):
        reader.capture()
