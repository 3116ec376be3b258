"""The process in which photographs of slips are decoded and made plain (`slip_picture`).

A question is a JPEG or PNG file. An answer is a picture in Netpbm's grey format (P5, 8 bits), or nothing where the file
is larger or smaller than a photograph is. Run by `urna.devices.slip_photos`.
"""

import io
import warnings

from PIL import Image, ImageOps

from urna.devices.child_side import Limits, Refused, serve
from urna.devices.slip_picture import plain_picture

FORMATS = ("JPEG", "PNG")
MIN_SIDE, MAX_SIDE = 200, 12_000
MAX_PIXELS = 60_000_000

READ_SIDE = 2400
"""The longer side of what is read: a slip of 160 mm at 380 dots to the inch."""

LIMITS = Limits(memory_bytes=1536 * 1024 * 1024, cpu_seconds=30)


def decode(data: bytes) -> bytes:
    """The answer to a file; raises whatever a decoder raises on damaged bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        short, long = sorted(picture.size)
        if short < MIN_SIDE or long > MAX_SIDE or short * long > MAX_PIXELS:
            raise Refused
        picture.draft("L", (READ_SIDE, READ_SIDE))
        grey = ImageOps.exif_transpose(picture).convert("L")
        grey.thumbnail((READ_SIDE, READ_SIDE), Image.Resampling.LANCZOS)
        plain = plain_picture(grey)
        return b"P5\n%d %d\n255\n" % plain.size + plain.tobytes()


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None  # the limits above are lower
    serve(decode, LIMITS, anew=True)
