"""WSQ files are decoded away from this process, and what is wrong with one is found before or after the decoder."""

import struct
import subprocess
import sys

import _wsq  # type: ignore[import-not-found]
import numpy as np
import pytest
from tests.shared import shared

from urna.biometrics.image import Pixels
from urna.devices import wsq as module
from urna.devices.child import Children
from urna.devices.finger_files import decode_image, read_image
from urna.devices.wsq import decode_wsq, is_wsq
from urna.errors import Malformed

PIXELS = (128 + 100 * np.sin(np.hypot(*np.mgrid[:200, :160]) * 0.7)).astype(np.uint8)
"""Ridges around a corner, nine pixels apart."""
MOST = 2048


def encode(pixels: Pixels, ratio: int = 12) -> bytes:
    """A WSQ file by NIST's encoder: our own pixels, so it may run here."""
    height, width = pixels.shape
    encoded: bytes = _wsq.compress(pixels.tobytes(), height, width, ratio)
    return encoded


FILE = encode(PIXELS)


def test_a_file_is_what_was_compressed_nearly() -> None:
    """A ninth of the bytes; shape as it was, grey levels off by 9 at the mean, 500 dots an inch."""
    decoded = decode_wsq(FILE, MOST)
    assert is_wsq(FILE)
    assert decoded.pixels.shape == PIXELS.shape
    assert np.abs(decoded.pixels.astype(int) - PIXELS).mean() < 12.0
    assert decoded.dpi == 500
    assert np.array_equal(decode_image(FILE).pixels, decoded.pixels)


def test_one_file_leaves_nothing_behind_for_the_next() -> None:
    """A file whose Huffman table is cut out is refused also right after its whole twin."""
    decode_wsq(FILE, MOST)
    with pytest.raises(Malformed, match="lacks a table"):
        decode_wsq(_without(FILE, 0xFFA6), MOST)


def _without(data: bytes, unwanted: int) -> bytes:
    place, kept = 2, [data[:2]]
    while True:
        marker, length = struct.unpack_from(">HH", data, place)
        if marker != unwanted:
            kept.append(data[place : place + 2 + length])
        place += 2 + length
        if marker == 0xFFA3:
            return b"".join([*kept, data[place:]])


def _claiming(width: int, height: int) -> bytes:
    place = FILE.index(b"\xff\xa2") + 6
    return FILE[:place] + struct.pack(">HH", height, width) + FILE[place + 4 :]


@pytest.mark.parametrize("size", [(60_000, 60_000), (2049, 200), (160, 2049), (0, 200), (160, 0)])
def test_a_frame_that_claims_too_much_never_reaches_the_decoder(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """There is no child at all here."""
    monkeypatch.setattr(module, "_children", None)
    with pytest.raises(Malformed, match="a header that claims"):
        decode_wsq(_claiming(*size), MOST)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xa0",
        FILE[:3],
        FILE[:100],
        FILE[:2] + FILE,
        FILE.replace(b"\xff\xa2\x00\x11", b"\xff\xa2\x00\x03", 1),
        FILE.replace(b"\xff\xa4", b"\xff\xd8", 1),
        FILE[:2] + FILE[FILE.index(b"\xff\xa2") :][:19] + FILE[2:],
    ],
    ids=["only a start", "cut in a marker", "cut in a table", "two starts", "short frame", "jpeg", "two frames"],
)
def test_markers_that_make_no_file_are_refused(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Before the decoder, too."""
    monkeypatch.setattr(module, "_children", None)
    with pytest.raises(Malformed, match=r"thumb\.wsq"):
        decode_image(data, "thumb.wsq")


@pytest.mark.parametrize("size", [(150, 200), (400, 400), (2048, 2048)])
def test_a_frame_of_another_size_than_the_data_is_refused_or_decoded_in_that_size(size: tuple[int, int]) -> None:
    """The decoder reads what is not there: the child's trouble, not ours."""
    try:
        assert decode_wsq(_claiming(*size), MOST).pixels.shape == (size[1], size[0])
    except Malformed as error:
        assert "decoder" in str(error)


def test_a_decoder_that_dies_or_is_absent_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is not there stands for a crash; a child that lacks the package says so."""
    monkeypatch.setattr(module, "_children", Children("urna.devices.no_such_program", 10.0))
    with pytest.raises(Malformed, match="the decoder fails"):
        decode_wsq(FILE, MOST)


def test_the_decoder_s_package_never_enters_this_process() -> None:
    """Nor does its plugin enter Pillow, which would then decode WSQ here."""
    program = """
import sys
from PIL import Image
from urna.devices.wsq import decode_wsq
decode_wsq(sys.stdin.buffer.read(), 2048)
Image.init()
assert not {"wsq", "_wsq"} & set(sys.modules)
assert "WSQ" not in Image.OPEN
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], input=FILE, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_real_finger_is_read_from_wsq() -> None:
    """FVC2002 DB1_B 101_1, compressed by NIST's encoder: 388 x 374, off by less than 5 grey levels at the mean."""
    image = read_image(shared("fingerprints/fvc2002_db1_b/101_1.tif"))
    decoded = decode_image(encode(image.pixels))
    assert (decoded.width, decoded.height) == (388, 374)
    assert np.abs(decoded.pixels.astype(int) - image.pixels).mean() < 5.0
