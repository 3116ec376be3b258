"""A photographed slip made plain: the paper found, set straight, lit evenly, and large enough for a reader of words.

Where no paper can be made out (a white slip on a white table), the photograph stays as it was taken.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

Grey = NDArray[np.uint8]
Corner = tuple[float, float]

_STEP = 4
"""The paper is looked for in a picture so many times smaller."""
_LEAST_PART = 0.1
"""Of the photograph: a smaller paper is none."""
_LEAST_FILLED = 0.8
"""Of the four corners' area: less bright, and they are not a paper's."""
_MARGIN = 30
"""White around the paper, in pixels: letters at an edge are read badly."""
_LARGER = 3 / 2


def plain_picture(photo: Image.Image) -> Image.Image:
    """The slip of a grey photograph, black on white."""
    even = _evenly_lit(_straight(photo))
    framed = ImageOps.expand(even, _MARGIN, fill=255).filter(ImageFilter.GaussianBlur(0.8))
    size = (int(framed.width * _LARGER), int(framed.height * _LARGER))
    return framed.resize(size, Image.Resampling.BICUBIC)


def _straight(photo: Image.Image) -> Image.Image:
    """The paper alone, its four corners drawn out to a rectangle."""
    corners = _corners(photo)
    if corners is None:
        return photo
    upper_left, lower_left, lower_right, upper_right = corners
    width = max(_length(upper_left, upper_right), _length(lower_left, lower_right))
    height = max(_length(upper_left, lower_left), _length(upper_right, lower_right))
    flat = [value for corner in corners for value in corner]
    return photo.transform((int(width), int(height)), Image.Transform.QUAD, flat, Image.Resampling.BICUBIC)


def _corners(photo: Image.Image) -> tuple[Corner, Corner, Corner, Corner] | None:
    """Those of the paper, from the upper left one against the clock; None if nothing bright has four corners."""
    small = photo.resize((photo.width // _STEP, photo.height // _STEP), Image.Resampling.BOX)
    calm = small.filter(ImageFilter.MedianFilter(9)).filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.MinFilter(15))
    pixels = np.asarray(calm)
    rows, columns = np.nonzero(pixels > _between(pixels))
    if len(rows) < _LEAST_PART * pixels.size:
        return None
    ends = (columns + rows).argmin(), (columns - rows).argmin(), (columns + rows).argmax(), (columns - rows).argmax()
    one, two, three, four = ((float(columns[end]) * _STEP, float(rows[end]) * _STEP) for end in ends)
    area = abs((three[0] - one[0]) * (four[1] - two[1]) - (three[1] - one[1]) * (four[0] - two[0])) / 2
    is_filled = len(rows) * _STEP**2 >= _LEAST_FILLED * area >= _LEAST_FILLED * _LEAST_PART * photo.width * photo.height
    return (one, two, three, four) if is_filled else None


def _between(pixels: Grey) -> int:
    """The brightness that parts dark from bright (Otsu 1979)."""
    parts = np.bincount(pixels.ravel(), minlength=256) / pixels.size
    below = np.cumsum(parts)
    sums = np.cumsum(parts * np.arange(256))
    room = below * (1 - below)
    spread = np.divide((sums[-1] * below - sums) ** 2, room, out=np.zeros(256), where=room > 0)
    return int(spread.argmax())


def _evenly_lit(photo: Image.Image) -> Image.Image:
    """Each pixel by the brightness of the paper around it."""
    small = photo.resize((max(1, photo.width // 8), max(1, photo.height // 8)), Image.Resampling.BOX)
    light = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(6)).resize(photo.size)
    ratio = np.asarray(photo, dtype=np.float32) / np.maximum(np.asarray(light, dtype=np.float32), 1)
    return Image.fromarray((np.minimum(ratio, 1) * 255).astype(np.uint8))


def _length(one: Corner, other: Corner) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
