"""How good an impression is, and what a poll worker can do about a bad one.

The score is NFIQ 2 (ISO/IEC 29794-4), 0 to 100, computed elsewhere (`urna.devices.image_quality`). What is here says
in plain words why an image is poor, from properties that are simple to see and to measure:

1. cut the image into blocks of 16 x 16 pixels (0.8 mm) and find those with ridges, the surface of the finger;
2. measure the surface: its area, its place, how light it is, how clear its ridges are and whether they are clear in
   one direction only;
3. say what is out of the ordinary, as hints.

The limits were set on FVC2002 DB1_B and on its images made worse on purpose; how often each hint is right is measured
by `python -m bench extraction` and written in docs/image-quality.md. Hints change no decision.
"""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.image import FingerImage
from urna.words import Sentence

Grey = NDArray[np.float32]
Blocks = NDArray[np.bool_]

LEAST_AT_ENROLMENT = 15
"""An NFIQ 2 score below which an impression is taken again at enrolment: below 10, one pair in nine was missed."""

GOOD_AT_ENROLMENT = 30
"""A score below which the operator is warned."""

BLOCK = 16
_BLOCK_MM2 = (BLOCK * 25.4 / 500.0) ** 2

_LEAST_SLOPE = 2.0
"""Grey levels a pixel (root mean square over a block) below which there is no ridge, whatever the reader."""

_RELATIVE_SLOPE = 0.2
"""… and the part of the image's own steep blocks: noise of the background is less."""

_DIRECTED = 0.3
"""Coherence of the gradient from which a block counts as ridges and not as noise."""

_BROKEN = 0.5
"""Coherence below which a block's ridges are broken or run together."""

_MARGIN = 8
"""Pixels around the finger that the network sees."""


class Hint(StrEnum):
    """One thing that is wrong with an impression, for the person at the reader."""

    EMPTY = "empty"
    TOO_LITTLE = "too little"
    OFF_CENTRE = "off centre"
    MOVED = "moved"
    TOO_DRY = "too dry"
    TOO_WET = "too wet"
    UNCLEAR = "unclear"

    @property
    def advice(self) -> Sentence:
        """What is wrong, and what to do."""
        return _ADVICE[self]


_ADVICE = {
    Hint.EMPTY: Sentence("No finger is seen. Lay the finger flat on the reader."),
    Hint.TOO_LITTLE: Sentence("Too little of the finger is seen. Lay it flat, from the tip to the first joint."),
    Hint.OFF_CENTRE: Sentence("The finger lies over the edge. Lay it in the middle of the reader."),
    Hint.MOVED: Sentence("The finger moved. Lay it down once and hold it still."),
    Hint.TOO_DRY: Sentence(
        "The finger is too dry or pressed too lightly. Press a little harder, or breathe on it first."
    ),
    Hint.TOO_WET: Sentence("The finger is too wet or pressed too hard. Dry it and press more lightly."),
    Hint.UNCLEAR: Sentence(
        "The ridges are unclear. Wipe the reader and the finger and try again, or try another finger."
    ),
}


class Quality(NamedTuple):
    """`score`: NFIQ 2, 0 (no use) to 100; 0 also where it cannot be computed. `hints`: the most telling first."""

    score: int
    hints: tuple[Hint, ...] = ()


class Box(NamedTuple):
    """A part of an image: rows `top` to `bottom`, columns `left` to `right`, the last ones not included."""

    top: int
    left: int
    bottom: int
    right: int


class Surface(NamedTuple):
    """What is seen of the finger.

    `area` in mm² of directed ridges; `box` in pixels holds the finger with a margin, the whole image when there is
    none; `right`, `down`: how far its middle is from the image's, in parts of the image's sides; `over_edge`: which
    part of the side towards which it lies is covered, 0 to 1; `lightness`: where the mean grey stands between dark
    ridges (0) and light valleys (1); `broken`: the part of the blocks without clear ridges; `one_way`: 0 when ridges
    of all directions are equally strong, 1 when only one direction is left; `uneven`: the spread of the ridges'
    strength in parts of its mean.
    """

    area: float
    box: Box
    right: float = 0.0
    down: float = 0.0
    over_edge: float = 0.0
    lightness: float = 0.5
    broken: float = 0.0
    one_way: float = 0.0
    uneven: float = 0.0


class _Slopes(NamedTuple):
    """Sums over each block of the squared slopes across, down, and of their product."""

    across: Grey
    down: Grey
    cross: Grey

    @property
    def energy(self) -> Grey:
        return self.across + self.down

    @property
    def coherence(self) -> Grey:
        """How strongly the grey changes one way, 0 to 1 (Bazen and Gerez 2002)."""
        one_way = np.sqrt((self.across - self.down) ** 2 + 4.0 * self.cross**2)
        return np.asarray(one_way / np.maximum(self.energy, 1e-6), np.float32)


def look_at(image: FingerImage) -> Surface:
    """What is seen of the finger in an image; 5 to 10 ms."""
    grey = _smoothed(image.pixels.astype(np.float32))
    slopes = _slopes(grey)
    steepness = np.sqrt(slopes.energy / BLOCK**2)
    ridged = _without_specks(steepness >= max(_LEAST_SLOPE, _RELATIVE_SLOPE * float(np.quantile(steepness, 0.95))))
    area = _BLOCK_MM2 * float((ridged & (slopes.coherence >= _DIRECTED)).sum())
    inner = ridged & (_neighbours(ridged) == 9)
    if not inner.any():
        return Surface(area, _box(ridged, image))
    right, down = _middle(ridged)
    return Surface(
        area=area,
        box=_box(ridged, image),
        right=right,
        down=down,
        over_edge=_over_edge(ridged, right, down),
        lightness=_lightness(grey, inner),
        broken=float((slopes.coherence[inner] < _BROKEN).mean()),
        one_way=_one_way(slopes, inner),
        uneven=float(steepness[inner].std() / steepness[inner].mean()),
    )


def hints(surface: Surface, score: int) -> tuple[Hint, ...]:
    """What is out of the ordinary, the most telling first; empty for an ordinary impression.

    Args:
        surface: what is seen.
        score: NFIQ 2; a poor image of which nothing else can be said is `UNCLEAR`.
    """
    if surface.area < 15.0:
        return (Hint.EMPTY,)
    found = [hint for hint, is_so in _signs(surface) if is_so]
    return tuple(found) or ((Hint.UNCLEAR,) if score < LEAST_AT_ENROLMENT else ())


def _signs(seen: Surface) -> tuple[tuple[Hint, bool], ...]:
    moved = seen.one_way > 0.58 and seen.uneven > 0.33
    unclear = seen.broken > 0.6
    return (
        (Hint.TOO_LITTLE, seen.area < 80.0),
        (Hint.OFF_CENTRE, max(abs(seen.right), abs(seen.down)) > 0.2 and seen.over_edge > 0.5),
        (Hint.MOVED, moved),
        (Hint.TOO_DRY, not moved and seen.lightness > (0.54 if unclear else 0.66)),
        (Hint.TOO_WET, not moved and seen.lightness < (0.50 if unclear else 0.43)),
    )


def _smoothed(grey: Grey) -> Grey:
    """The mean of each 3 x 3 pixels, the outermost row of pixels dropped."""
    rows = grey[:-2] + grey[1:-1] + grey[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9.0), np.float32)


def _slopes(grey: Grey) -> _Slopes:
    down, right = (np.asarray(slope, np.float32) for slope in np.gradient(grey))
    sums = (_in_blocks(g).sum(axis=(1, 3), dtype=np.float32) for g in (right * right, down * down, right * down))
    return _Slopes(*sums)


def _in_blocks(values: Grey) -> Grey:
    """Of shape (rows, 16, columns, 16); what is left over on the right and below is dropped."""
    rows, columns = (side // BLOCK for side in values.shape)
    return values[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)


def _without_specks(ridged: Blocks) -> Blocks:
    return ridged & (_neighbours(ridged) >= 4)


def _neighbours(blocks: Blocks) -> NDArray[np.int64]:
    """How many of the 3 x 3 blocks around each are set, itself included; there is none outside."""
    wide = np.pad(blocks, 1).astype(np.int64)
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:])


def _box(ridged: Blocks, image: FingerImage) -> Box:
    """Around the set blocks, a margin wider; blocks at the right and bottom reach to the image's end."""
    if not ridged.any():
        return Box(0, 0, image.height, image.width)
    top, bottom = _span(np.asarray(ridged.any(axis=1)), image.height)
    left, right = _span(np.asarray(ridged.any(axis=0)), image.width)
    return Box(top, left, bottom, right)


def _span(is_set: Blocks, side: int) -> tuple[int, int]:
    places = np.flatnonzero(is_set)
    first, last = int(places[0]) * BLOCK, (int(places[-1]) + 1) * BLOCK
    end = side if int(places[-1]) == is_set.size - 1 else min(side, last + _MARGIN)
    return max(0, first - _MARGIN), end


def _middle(ridged: Blocks) -> tuple[float, float]:
    rows, columns = np.nonzero(ridged)
    height, width = ridged.shape
    return float((columns.mean() + 0.5) / width - 0.5), float((rows.mean() + 0.5) / height - 0.5)


def _over_edge(ridged: Blocks, right: float, down: float) -> float:
    if abs(right) >= abs(down):
        return float(ridged[:, -1 if right > 0 else 0].mean())
    return float(ridged[-1 if down > 0 else 0].mean())


def _lightness(grey: Grey, inner: Blocks) -> float:
    blocks = _in_blocks(grey).swapaxes(1, 2)[inner].reshape(-1, BLOCK * BLOCK)
    dark, light = np.quantile(blocks, (0.1, 0.9), axis=1)
    return float(((blocks.mean(axis=1) - dark) / np.maximum(light - dark, 1.0)).mean())


def _one_way(slopes: _Slopes, inner: Blocks) -> float:
    across, down, cross = (float(of[inner].sum()) for of in slopes)
    return float(np.hypot(across - down, 2.0 * cross)) / max(across + down, 1e-6)
