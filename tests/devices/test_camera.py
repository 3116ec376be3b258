"""Codes read from photos and scans as people make them, and files that are no photos."""

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from tests.papers.examples import day

from urna.devices.camera import MAX_FILE_BYTES, codes_on, read_codes, read_codes_in
from urna.devices.printer_typst import paper_pictures
from urna.encoding.parts import join
from urna.errors import Malformed
from urna.papers.tally_sheet import tally_sheet


@cache
def page() -> Image.Image:
    """The page of a tally sheet with its three codes, at 200 dpi."""
    today = day(booths=5)
    paper = tally_sheet(today.election, today.sheet, today.statement, today.sheet_document)
    return Image.open(io.BytesIO(paper_pictures(paper, 200)[-1])).convert("L")


def document() -> bytes:
    """What the codes carry."""
    return day(booths=5).sheet_document


def as_png(image: Image.Image) -> bytes:
    """The picture as a file."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def noisy(image: Image.Image) -> Image.Image:
    """Sensor noise: a standard deviation of 30 of 255."""
    noise = np.random.default_rng(1).normal(0, 30, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image, dtype=float) + noise, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image) -> Image.Image:
    """As a messenger sends it on: quality 35."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=35)
    return Image.open(stream).convert("L")


def stained(image: Image.Image) -> Image.Image:
    """A pen stroke across all codes, and a coffee stain on the first: a few per cent of the modules."""
    found = image.copy()
    draw = ImageDraw.Draw(found)
    top = 600
    draw.line((100, top + 200, 1600, top + 260), fill=0, width=5)
    draw.ellipse((300, top + 120, 350, top + 170), fill=70)
    return found


def tilted(image: Image.Image) -> Image.Image:
    """Photographed from the side: the far edge is 8 % shorter."""
    width, height = image.size
    source = ((0, 0), (width, 0), (width, height), (0, height))
    target = ((0.04 * width, 0.03 * height), (0.96 * width, 0), (width, height), (0, 0.98 * height))
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solved = np.linalg.solve(np.array(rows), np.array([each for point in source for each in point], dtype=float))
    coefficients = tuple(float(each) for each in solved)
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=90
    )


def shadowed(image: Image.Image) -> Image.Image:
    """A hand's shadow: from full light at the left to a third of it at the right."""
    light = np.linspace(1.0, 0.35, image.width)
    return Image.fromarray((np.asarray(image, dtype=float) * light).astype(np.uint8))


DAMAGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as printed": lambda image: image,
    "turned by 7 degrees": lambda image: image.rotate(7, Image.Resampling.BICUBIC, expand=True, fillcolor=200),
    "turned by 33 degrees": lambda image: image.rotate(33, Image.Resampling.BICUBIC, expand=True, fillcolor=200),
    "turned by 90 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "upside down": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "noise": noisy,
    "blurred by a dot": lambda image: image.filter(ImageFilter.GaussianBlur(1.0)),
    "jpeg": jpeg,
    "stained": stained,
    "tilted": tilted,
    "shadow": shadowed,
    "pale": lambda image: image.point([150 + n // 4 for n in range(256)]),
    "scanned at 300 dpi": lambda image: image.resize((2481, 3509), Image.Resampling.BICUBIC),
    "all at once": lambda image: jpeg(noisy(shadowed(tilted(stained(image))))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_photo_still_gives_the_document(damage: str) -> None:
    """Error correction M mends about 15 % of a code; what remains is exact, or nothing."""
    assert join(codes_on(DAMAGES[damage](page().copy()))) == document()


def test_a_scan_of_several_pages_is_read_whole(tmp_path: Path) -> None:
    """A TIFF with a blank page first."""
    path = tmp_path / "scan.tif"
    Image.new("L", (200, 200), 255).save(path, save_all=True, append_images=[page().copy()])
    assert join(read_codes(path)) == document()


def test_a_colour_photo_with_transparency_is_read(tmp_path: Path) -> None:
    """Whatever mode the file has."""
    path = tmp_path / "photo.webp"
    page().convert("RGBA").save(path, lossless=True)
    assert join(read_codes(path)) == document()


def test_a_picture_without_codes_says_what_to_do() -> None:
    """A blank page is a page without codes, not an error in the file."""
    with pytest.raises(Malformed, match="Photograph each code from above"):
        read_codes_in(as_png(Image.new("L", (300, 300), 255)))


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(50), b"P5 1 1 255\n\0"],
    ids=["empty", "text", "pdf", "png signature", "gif", "pnm"],
)
def test_a_file_that_is_no_picture_is_refused(data: bytes) -> None:
    """In words, with the file's name."""
    with pytest.raises(Malformed, match=r"^photo: expected a picture") as refusal:
        read_codes_in(data, "photo")
    assert refusal.value.where == "photo"


def test_a_picture_cut_off_in_the_middle_is_refused() -> None:
    """A download that broke."""
    whole = as_png(page())
    with pytest.raises(Malformed, match="a picture"):
        read_codes_in(whole[: len(whole) // 2])


@pytest.mark.parametrize("side", [20_000, 100_000, 2**31 - 1])
def test_a_header_that_claims_gigabytes_is_refused_before_anything_is_decoded(side: int) -> None:
    """A PNG of a hundred bytes may claim 10 GB of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    hostile = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(Malformed, match="a picture"):
        read_codes_in(hostile)


def test_a_file_longer_than_the_limit_is_refused() -> None:
    """Before it is looked at."""
    with pytest.raises(Malformed, match="more than"):
        read_codes_in(bytes(MAX_FILE_BYTES + 1))
