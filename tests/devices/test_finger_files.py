"""Finger image files come in normal form, and hostile ones are refused before they cost anything."""

import io
import resource
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.shared import shared

from urna.biometrics.image import FingerImage
from urna.devices.finger_files import MAX_FILE_BYTES, decode_image, read_folder, read_image
from urna.errors import Malformed

IMAGE = FingerImage((np.indices((120, 100)).sum(axis=0) % 256).astype(np.uint8))


def _file(kind: str, mode: str = "L", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(IMAGE.pixels).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_lossless_files_keep_every_pixel(kind: str, mode: str) -> None:
    """Grey or colour of equal channels."""
    assert decode_image(_file(kind, mode)) == IMAGE


@pytest.mark.parametrize("how", ["tiff_adobe_deflate", "tiff_deflate", "tiff_lzw", "packbits"])
def test_tiff_compressed_without_loss_is_read(how: str) -> None:
    """As archives write it."""
    assert decode_image(_file("TIFF", compression=how)) == IMAGE


def test_a_thousand_dots_an_inch_become_five_hundred() -> None:
    """The file's own resolution is believed between 300 and 1200."""
    big = Image.fromarray(np.kron(IMAGE.pixels, np.ones((2, 2), np.uint8)))
    for kind in ("PNG", "TIFF", "BMP"):
        buffer = io.BytesIO()
        big.save(buffer, kind, dpi=(1000, 1000))
        scaled = decode_image(buffer.getvalue())
        assert (scaled.width, scaled.height) == (IMAGE.width, IMAGE.height)
        assert np.abs(scaled.pixels[5:90, 5:90].astype(int) - IMAGE.pixels[5:90, 5:90]).max() <= 3


@pytest.mark.parametrize("stated", [(0, 0), (1, 1), (72, 72), (96, 96), (497, 503), (508, 500), None])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_no_resolution_or_a_screen_s_is_five_hundred(kind: str, stated: tuple[int, int] | None) -> None:
    """Programs that know none write these; within 1 % nothing is resampled."""
    if stated == (508, 500):
        assert decode_image(_file(kind, dpi=stated)).width == 98
    else:
        assert decode_image(_file(kind, dpi=stated) if stated else _file(kind)) == IMAGE


@pytest.mark.parametrize("stated", [(200, 200), (500, 200), (1300, 1300), (10, 10), (500, 5000), (72, 500)])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_a_resolution_no_reader_has_is_refused(kind: str, stated: tuple[int, int]) -> None:
    """Scaled to it, or taken as 500, the finger would never match; the caller may state the right one."""
    with pytest.raises(Malformed, match=r"right\.x.*250 to 1200 dots.*State the reader's own"):
        decode_image(_file(kind, dpi=stated), "right.x")
    assert decode_image(_file(kind, dpi=stated), dpi=500) == IMAGE


def test_what_the_caller_states_counts_more_than_the_file() -> None:
    """A file that says 500 and came from a reader of 1000; and a statement no reader fits is refused."""
    with pytest.raises(Malformed, match="found 50 x 60 pixels"):
        decode_image(_file("PNG", dpi=(500, 500)), dpi=1000)
    assert (decode_image(_file("PNG", dpi=(1000, 1000)), dpi=250)).width == 200
    with pytest.raises(Malformed, match="found 3000 x 3000"):
        decode_image(_file("PNG"), dpi=3000)


def test_the_two_directions_are_scaled_each_for_itself() -> None:
    """400 across, 600 down: 125 x 100 pixels, and a circle of skin is a circle again."""
    rows, columns = np.indices((120, 100))
    skin = ((rows - 60) / 36.0) ** 2 + ((columns - 50) / 24.0) ** 2 < 1.0
    buffer = io.BytesIO()
    Image.fromarray(np.where(skin, 0, 255).astype(np.uint8)).save(buffer, "TIFF", dpi=(400, 600))
    dark = decode_image(buffer.getvalue()).pixels < 128
    assert dark.shape == (100, 125)
    assert np.flatnonzero(dark.any(0)).size == pytest.approx(59, abs=2)
    assert np.flatnonzero(dark.any(1)).size == pytest.approx(59, abs=2)


def test_scaling_down_does_not_alias() -> None:
    """Stripes finer than 500 dpi can hold become even grey, not false ridges."""
    fine = np.tile((np.arange(400) % 2 * 255).astype(np.uint8), (300, 1))
    buffer = io.BytesIO()
    Image.fromarray(fine).save(buffer, "PNG", dpi=(1000, 1000))
    scaled = decode_image(buffer.getvalue()).pixels[10:-10, 10:-10].astype(int)
    assert scaled.max() - scaled.min() <= 10
    assert abs(scaled.mean() - 127) <= 3


def test_a_negative_is_turned_only_when_the_caller_says_so() -> None:
    """Never by guessing; what TIFF itself says about black and white is obeyed."""
    other = FingerImage(255 - IMAGE.pixels)
    assert decode_image(_file("PNG"), negative=True) == other
    record = _file("TIFF")
    photometric = struct.pack("<HHIHH", 262, 3, 1, 1, 0)
    assert record.count(photometric) == 1
    assert decode_image(record.replace(photometric, struct.pack("<HHIHH", 262, 3, 1, 0, 0))) == other


def _png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    body = b"IDAT" + zlib.compress(bytes(100_000))
    parts = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (chunk, body, b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _bmp_claiming(width: int, height: int) -> bytes:
    record = bytearray(_file("BMP"))
    struct.pack_into("<ii", record, 18, width, height)
    return bytes(record)


def _tiff_claiming(width: int, height: int) -> bytes:
    record = _file("TIFF")
    for tag, old, new in ((256, 100, width), (257, 120, height)):
        was, now = struct.pack("<HHII", tag, 4, 1, old), struct.pack("<HHII", tag, 4, 1, new)
        assert record.count(was) == 1
        record = record.replace(was, now)
    return record


@pytest.mark.parametrize(
    "data",
    [
        _png_claiming(100_000, 100_000),
        _png_claiming(2**31 - 1, 2**31 - 1),
        _png_claiming(2049, 100),
        _bmp_claiming(100_000, 100_000),
        _tiff_claiming(100_000, 100_000),
        _tiff_claiming(4_000_000_000, 3),
    ],
)
def test_a_file_that_claims_gigabytes_is_refused_before_it_costs_them(data: bytes) -> None:
    """10 GB of pixels in a header: refused, and the process has not grown by 50 MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Malformed, match="a header that claims") as caught:
        decode_image(data, "bomb.png")
    assert caught.value.where == "bomb.png"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_bomb_within_the_limits_stays_small() -> None:
    """The largest image that is decoded at all is 2048 pixels a side; then the finger's own limit speaks."""
    with pytest.raises(Malformed, match="2048 x 2048"):
        decode_image(_png_claiming_fully(2048))


def _png_claiming_fully(side: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (side, side)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "another kind of file"),
        (b"\x89PNG\r\n\x1a\n", "another kind of file"),
        (_file("PNG")[:-40], "damaged"),
        (_file("TIFF")[:3000], "damaged"),
        (_file("GIF"), "another kind of file"),
        (_file("JPEG"), "another kind of file"),
        (_file("PNG", "I;16"), "pixels of kind I;16"),
        (_file("TIFF", "I;16"), "pixels of kind I;16"),
        (_file("TIFF", "F"), "pixels of kind F"),
        (_file("TIFF", compression="jpeg"), "a TIFF file compressed by jpeg"),
        (_file("TIFF", compression="zstd"), "a TIFF file compressed by zstd"),
        (_file("PNG", "1"), "pixels of kind 1, not 8 bits"),
        (bytes(MAX_FILE_BYTES + 1), "more than 16777216 bytes"),
    ],
)
def test_other_files_are_refused_with_the_reason(data: bytes, found: str) -> None:
    """Empty, cut off, another format, another depth, too long."""
    with pytest.raises(Malformed, match=found):
        decode_image(data)


def test_an_image_too_small_for_a_finger_is_refused() -> None:
    """The finger image's own rule, with the file's name."""
    buffer = io.BytesIO()
    Image.new("L", (40, 200)).save(buffer, "PNG")
    with pytest.raises(Malformed, match=r"thumb\.png.*40 x 200 pixels at 500 dots"):
        decode_image(buffer.getvalue(), "thumb.png")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["PNG", "TIFF", "BMP"]), st.data())
def test_a_damaged_file_never_crashes_the_reader(kind: str, data: st.DataObject) -> None:
    """Any bytes changed anywhere: an image in normal form, or Malformed."""
    record = bytearray(_file(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, min(len(record) - 1, 300)) | st.integers(0, len(record) - 1))
        record[place] = data.draw(st.integers(0, 255))
    try:
        image = decode_image(bytes(record))
    except Malformed:
        return
    assert image.pixels.dtype == np.uint8


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    """Other files are passed over."""
    other = FingerImage(255 - IMAGE.pixels)
    (tmp_path / "b.tif").write_bytes(_file("TIFF"))
    Image.fromarray(other.pixels).save(tmp_path / "a.PNG")
    (tmp_path / "notes.txt").write_text("not an image")
    assert list(read_folder(tmp_path)) == [other, IMAGE]


def test_a_file_longer_than_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    """A sparse file of 10 GB: refused at once."""
    path = tmp_path / "long.png"
    with path.open("wb") as file:
        file.truncate(10 * 2**30)
    with pytest.raises(Malformed, match=r"long\.png.*more than"):
        read_image(path)


def test_real_images_are_read_as_they_are() -> None:
    """The first of FVC2002 DB1_B: 388 x 374 pixels, mostly white paper."""
    image = read_image(shared("fingerprints/fvc2002_db1_b/101_1.tif"))
    assert (image.width, image.height) == (388, 374)
    assert 0.5 < (image.pixels > 200).mean() < 0.9
