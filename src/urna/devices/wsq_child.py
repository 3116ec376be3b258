"""The process in which WSQ files are decoded: the only module that loads NIST's decoder.

A question is a WSQ file. An answer is width, height and dots an inch (each four bytes, big-endian, the last one -1
when the file does not say), then one byte a pixel. Run by `urna.devices.wsq`.
"""

import struct
from contextlib import suppress
from importlib import import_module

from urna.devices.child_side import Limits, Refused, serve

_EXTENSION = "_wsq"
"""The extension itself: the package `wsq` around it would load Pillow."""

SIZE = struct.Struct(">iii")

LIMITS = Limits(memory_bytes=512 * 1024 * 1024, cpu_seconds=5)
"""A file of 2048 x 2048 pixels needs 45 MB and half a second."""


def decode(data: bytes) -> bytes:
    """The pixels of a WSQ file, decoded by NIST's code."""
    pixels, width, height, dpi = import_module(_EXTENSION).decompress(data)
    if len(pixels) != width * height:
        raise Refused
    return SIZE.pack(width, height, dpi) + bytes(pixels)


def main() -> None:
    """Loads the decoder once; a process is forked from here for each file."""
    with suppress(ImportError):
        import_module(_EXTENSION)
    serve(decode, LIMITS, anew=True)


if __name__ == "__main__":
    main()
