"""Padding: data brought to one length, so that its size says nothing of what is in it (ISO/IEC 7816-4)."""

from urna.errors import Malformed
from urna.words import Sentence

END = b"\x80"
"""Between the data and the zeros."""


def pad(data: bytes, size: int) -> bytes:
    """The data, 0x80, and zeros up to `size` bytes (ISO/IEC 7816-4).

    Raises:
        Malformed: it does not fit.
    """
    if len(data) >= size:
        raise Malformed(
            Sentence("at most {most} bytes", {"most": size - 1}),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("Check that the definition is the one the box was made for."),
        )
    return (data + END).ljust(size, b"\x00")


def unpad(padded: bytes, where: str = "") -> bytes:
    """The data of `pad`.

    Raises:
        Malformed: no end mark.
    """
    data = padded.rstrip(b"\x00")
    if not data.endswith(END):
        raise Malformed(
            Sentence("data with its end mark"),
            Sentence("none"),
            Sentence("Keep the medium as it is and call the technician."),
            where,
        )
    return data[: -len(END)]
