"""Candidates' photos come out in one plain form, nothing but pixels with them; hostile files are refused."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from urna.devices.photo_child import MAX_SIDE, SIDE
from urna.devices.photo_files import MAX_FILE_BYTES, plain_photo
from urna.errors import Malformed
from urna.station.photos import MAX_PHOTO_BYTES

RED, BLUE, WHITE = (200, 30, 30), (30, 30, 200), (255, 255, 255)


def drawn(size: tuple[int, int] = (400, 400), color: tuple[int, int, int] = RED) -> Image.Image:
    """A picture with its upper half in a colour and its lower half blue."""
    picture = Image.new("RGB", size, BLUE)
    picture.paste(color, (0, 0, size[0], size[1] // 2))
    return picture


def stored(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """As a file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def shown(data: bytes) -> Image.Image:
    """A photo in plain form, as a browser sees it."""
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (SIDE, SIDE))
    return picture


def is_near(picture: Image.Image, place: tuple[int, int], color: tuple[int, int, int]) -> bool:
    """Whether a pixel has a colour, as far as JPEG keeps it."""
    found = np.asarray(picture.getpixel(place), dtype=int)
    return int(np.abs(found - np.asarray(color)).max()) < 25


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(160, 160), (640, 640), (3000, 3000)])
def test_a_square_photo_fills_the_square(kind: str, size: tuple[int, int]) -> None:
    """Whatever its size."""
    picture = shown(plain_photo(stored(drawn(size), kind)))
    assert is_near(picture, (5, 5), RED)
    assert is_near(picture, (SIDE - 5, SIDE - 5), BLUE)


@pytest.mark.parametrize("size", [(300, 400), (400, 300), (200, 400)])
def test_nothing_is_cut_off_a_photo_that_is_not_square(size: tuple[int, int]) -> None:
    """It stands whole in the middle of white."""
    picture = shown(plain_photo(stored(drawn(size))))
    width, height = (round(SIDE * side / max(size)) for side in size)
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    assert is_near(picture, (left + 4, top + 4), RED)
    assert is_near(picture, (left + width - 5, top + height - 5), BLUE)
    assert is_near(picture, (0, 0), WHITE)


def test_a_phone_s_photo_stands_upright() -> None:
    """The file says that it is turned by 180 degrees."""
    exif = Image.Exif()
    exif[0x0112] = 3
    picture = shown(plain_photo(stored(drawn(), exif=exif)))
    assert is_near(picture, (5, 5), BLUE)


def test_what_is_transparent_becomes_white() -> None:
    """And what is half transparent lighter."""
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    assert is_near(shown(plain_photo(stored(clear, "PNG"))), (100, 100), WHITE)
    indexed = drawn().convert("P")
    assert is_near(shown(plain_photo(stored(indexed, "PNG"))), (5, 5), RED)
    assert is_near(shown(plain_photo(stored(drawn().convert("L"), "PNG"))), (5, 5), (81, 81, 81))


def test_nothing_but_pixels_comes_along() -> None:
    """No place, no comment, no profile, no thumbnail, and nothing behind the picture."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET where it was taken"
    jpeg = stored(drawn(), exif=exif, comment=b"SECRET comment", icc_profile=b"SECRET profile") + b"SECRET behind"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET text")
    for data in (jpeg, stored(drawn(), "PNG", pnginfo=text)):
        assert b"SECRET" in data
        plain = plain_photo(data)
        assert b"SECRET" not in plain
        assert set(shown(plain).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_same_file_gives_the_same_photo() -> None:
    """So that two kits of one desk have one photo."""
    assert plain_photo(stored(drawn())) == plain_photo(stored(drawn()))


def test_the_hardest_noise_fits_into_a_package() -> None:
    """Pixels of nothing or everything compress worst."""
    noise = np.random.default_rng(1).integers(0, 2, (SIDE, SIDE, 3)) * 255
    plain = plain_photo(stored(Image.fromarray(noise.astype(np.uint8)), "PNG"))
    assert MAX_PHOTO_BYTES // 2 < len(plain) <= MAX_PHOTO_BYTES


def claiming(width: int, height: int) -> bytes:
    """A PNG file of a hundred bytes whose header claims this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "another kind of file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='steal()'/>", "another kind of file"),
        (stored(drawn(), "GIF"), "another kind of file"),
        (stored(drawn(), "WEBP"), "another kind of file"),
        (stored(drawn(), "TIFF"), "another kind of file"),
        (stored(drawn(), "PNG")[:200], "damaged"),
        (bytes(MAX_FILE_BYTES + 1), "more than 16 MB"),
        (claiming(60_000, 60_000), "claims"),
        (claiming(MAX_SIDE + 1, MAX_SIDE), "claims 8193 x 8192 pixels"),
        (claiming(8000, 8000), "claims 8000 x 8000 pixels"),
        (stored(drawn((159, 300))), "one of 159 x 300 pixels"),
        (stored(drawn((300, 601))), "one of 300 x 601 pixels"),
        (stored(Image.new("I;16", (400, 400)), "PNG"), "neither grey nor colour"),
        (stored(drawn().convert("CMYK")), "neither grey nor colour"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_photo_is_refused_with_what_it_is_instead(data: bytes, words: str) -> None:
    """By kind and size, before a pixel is decoded; and with a way on."""
    with pytest.raises(Malformed, match=words) as error:
        plain_photo(data, "CODE.jpg")
    assert error.value.where == "CODE.jpg"
    assert "best as a square" in str(error.value.remedy)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["JPEG", "PNG"]), st.data())
def test_a_damaged_file_gives_a_photo_or_a_sentence(kind: str, data: st.DataObject) -> None:
    """And never anything else, wherever its bytes were changed."""
    damaged = bytearray(stored(drawn((200, 200)), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        shown(plain_photo(bytes(damaged)))
    except Malformed as error:
        assert "JPEG or PNG photo" in str(error)
