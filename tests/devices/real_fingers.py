"""FVC2002 DB1_B, ten real fingers of eight impressions: looked at once for all tests, which takes half a minute."""

from pathlib import Path

import pytest
from tests.once import made_once
from tests.shared import shared

from urna.cli.biometrics_fingers import Fingers, read_fingers


def development_set() -> Path:
    """The folder of the images, or a skip."""
    return shared("fingerprints/fvc2002_db1_b")


def development_fingers(factory: pytest.TempPathFactory) -> Fingers:
    """What the extractor sees in them, as `urna biometrics` reads them over two processes."""
    folder = development_set()
    return made_once(factory, "development-fingers", lambda: read_fingers(folder, 2))
