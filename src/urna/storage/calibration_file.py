"""Calibration records on the disk: the one that comes with urna, and others.

The shipped one's numbers are the defaults of a definition. `urna biometrics calibrate` made it from FVC2002 DB1_B and
synthetic templates (docs/biometrics.md); it holds counts of scores, no image, no minutia, nobody's name.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

from urna.biometrics.calibration import Calibration
from urna.encoding.canonical import decode
from urna.storage.definition_folder import read_limited

SHIPPED = "calibration.json"
"""In the package urna.biometrics."""

MAX_BYTES = 4 * 1024 * 1024


@cache
def shipped_calibration() -> Calibration:
    """The record that comes with urna, read once."""
    return decode((files("urna.biometrics") / SHIPPED).read_bytes(), Calibration, SHIPPED)


def read_calibration(path: Path) -> Calibration:
    """The record in a file.

    Raises:
        Malformed: it is none, or too long for one.
        OSError: it cannot be read.
    """
    return decode(read_limited(path, MAX_BYTES), Calibration, str(path))
