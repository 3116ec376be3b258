"""Fingerprint readers: what their own paths add to a capture, over the real libfprint and a real folder.

No hardware: libfprint's virtual device has the image at once, so what is measured is the child, the pipe, and what
libfprint itself does to every image. A real reader adds its own time, and the finger's.
"""

import io
import os
import socket
import struct
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PIL import Image

from bench.figures import Figure, Skipped, of_runs, seconds_of
from urna.biometrics.image import FingerImage
from urna.biometrics.quality import look_at
from urna.biometrics.synthetic import SyntheticFinger
from urna.devices.libfprint import VIRTUAL_IMAGE, LibfprintReader
from urna.devices.reader import ReaderFailed
from urna.devices.reader_measure import ridge_period
from urna.devices.watched_folder import WatchedFolderReader


def run(runs: int) -> Iterator[Figure]:
    """1. A watched folder. 2. The self-test's arithmetic. 3. libfprint, where it is installed."""
    image = SyntheticFinger(1).impression(0)
    yield _from_folder(image, runs)
    surface = look_at(image)
    yield of_runs(
        "ridge period of an image", [seconds_of(partial(ridge_period, image, surface)) for _ in range(runs)], "ms"
    )
    yield from _from_libfprint(image, runs)


def _from_folder(image: FingerImage, runs: int) -> Figure:
    """From a PNG's being whole in the folder to its image."""
    buffer = io.BytesIO()
    Image.fromarray(image.pixels).save(buffer, "PNG")
    with tempfile.TemporaryDirectory() as folder:

        def drop() -> None:
            (Path(folder) / "finger.png").write_bytes(buffer.getvalue())

        reader = WatchedFolderReader(Path(folder), ready=drop)
        taken = [seconds_of(reader.capture) for _ in range(runs)]
        reader.close()
    return of_runs("watched folder: from the dropped file to the image, folder wiped", taken, "ms")


def _from_libfprint(image: FingerImage, runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "socket")
        os.environ["FP_VIRTUAL_IMAGE"] = path
        finger = socket.socket(socket.AF_UNIX)
        reader = LibfprintReader(VIRTUAL_IMAGE, ready=lambda: finger.sendall(_framed(image)))
        try:
            yield of_runs("libfprint: start the child and open the device, once", [seconds_of(reader.open)], "ms")
            finger.connect(path)
            captured = [seconds_of(reader.capture) for _ in range(runs)]
            yield of_runs("libfprint: from the finger to the image, libfprint's own minutiae included", captured, "ms")
        except ReaderFailed as error:
            raise Skipped("libfprint is absent (apt-get install python3-gi gir1.2-fprint-2.0)") from error
        finally:
            reader.close()
            finger.close()


def _framed(image: FingerImage) -> bytes:
    return struct.pack("ii", image.width, image.height) + image.pixels.tobytes()
