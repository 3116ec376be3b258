"""QR codes as printers need them: an SVG path for typst, dots for a thermal printer.

Byte mode, or alphanumeric where a code is capitals and digits alone (a role card); error level M, quiet zone of 4
modules (ISO/IEC 18004). The mask is fixed: the contents are compressed, so every mask is as good as another, and trying
all eight would take most of the time of a sheet.
docs/adr/0062-segno.md
"""

import re
from io import BytesIO

import segno
from PIL import Image

QUIET_MODULES = 4
MASK = 3
_ALPHANUMERIC = re.compile(rb"[0-9A-Z]+")


def encode_code(data: bytes) -> segno.QRCode:
    """The QR code of these bytes, in the smallest version that holds them."""
    mode = "alphanumeric" if _ALPHANUMERIC.fullmatch(data) else "byte"
    return segno.make_qr(data, error="m", mode=mode, mask=MASK, boost_error=False)


def code_modules(data: bytes) -> int:
    """Modules on each side, quiet zone included."""
    width, _ = encode_code(data).symbol_size(border=QUIET_MODULES)
    return int(width)


def code_svg(data: bytes) -> str:
    """The code as an SVG picture whose unit is one module."""
    return str(encode_code(data).svg_inline(border=QUIET_MODULES, omitsize=True, dark="#000", light="#fff"))


def code_dots(data: bytes, dots_per_module: int) -> Image.Image:
    """The code as a black and white picture."""
    stream = BytesIO()
    encode_code(data).save(stream, kind="png", scale=dots_per_module, border=QUIET_MODULES)
    stream.seek(0)
    with Image.open(stream) as image:
        return image.convert("1")
