"""Hostile templates and images by the thousand, the same ones every time.

    python -m tests.devices.fuzz_images COUNT [SEED]

A mutant of a good file is read as a stranger's would be. It is refused as malformed, or it is a template or an image
within the limits; anything else that is raised is a fault, and so is a process that grows without bound.
"""

import io
import resource
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from random import Random

import _wsq  # type: ignore[import-not-found]
import numpy as np
from PIL import Image

from urna.biometrics.cylinders import encode
from urna.biometrics.image import MAX_SIDE, MIN_SIDE
from urna.biometrics.match import score_cylinders
from urna.biometrics.synthetic_templates import synthetic_template
from urna.biometrics.template import Template
from urna.devices.finger_files import decode_image
from urna.errors import Malformed

Tally = Counter[str]
"""How many mutants of each kind were refused and taken."""

GROWTH_KB = 400_000
"""What reading mutants may add to the process's memory: one image of the largest size in colour, and more."""

_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutant(data: bytes, other: bytes, random: Random) -> bytes:
    """A file with one to three changes of any kinds; `other` is another good file."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        data = random.choice(_CHANGES)(data, other, random)
    return data


def fuzz_templates(count: int, seed: int = 0) -> Tally:
    """Reads mutants of ISO templates; those that are taken are written again and compared with a good one."""
    random, tally = Random(seed), Tally()
    good = [synthetic_template(seed=1, finger=finger, impression=0).to_iso() for finger in range(4)]
    probe = encode(Template.from_iso(good[0]))
    for number in range(count):
        data = mutant(good[number % 4], good[(number + 1) % 4], random)
        try:
            template = Template.from_iso(data, "hostile")
        except Malformed:
            tally["template refused"] += 1
            continue
        tally["template taken"] += 1
        assert Template.from_iso(template.to_iso()) == template
        assert 0.0 <= score_cylinders(probe, encode(template)) <= 1.0
    return tally


def fuzz_images(count: int, seed: int = 0) -> Tally:
    """Decodes mutants of PNG, TIFF, BMP and WSQ files, by turns."""
    random, tally = Random(seed), Tally()
    good = good_files()
    kinds = sorted(good)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        data = mutant(random.choice(good[kind]), random.choice(good[random.choice(kinds)]), random)
        try:
            image = decode_image(_with_right_sums(data) if kind == "PNG" else data, "hostile")
        except Malformed:
            tally[f"{kind} refused"] += 1
            continue
        tally[f"{kind} taken"] += 1
        assert MIN_SIDE <= min(image.pixels.shape) <= max(image.pixels.shape) <= MAX_SIDE
    return tally


def good_files() -> dict[str, list[bytes]]:
    """Files of each format in its varieties, 120 x 100 pixels."""
    rows, columns = np.indices((120, 100))
    pixels = (127 + 100 * np.sin(np.hypot(rows - 60, columns - 50) / 1.4)).astype(np.uint8)
    picture = Image.fromarray(pixels)
    return {
        "PNG": [_saved(picture.convert(mode), "PNG", dpi=(500, 500)) for mode in ("L", "RGB", "RGBA", "P")],
        "TIFF": [
            _saved(picture, "TIFF", compression=how, dpi=(500, 500))
            for how in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
        ],
        "BMP": [_saved(picture.convert(mode), "BMP") for mode in ("L", "RGB", "P")],
        "WSQ": [bytes(_wsq.compress(pixels.tobytes(), 120, 100, ratio)) for ratio in (5, 12)],
    }


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _place(data: bytes | bytearray, random: Random) -> int:
    """Every other time in the first 200 bytes, where most formats say how large they are."""
    most = max(0, len(data) - 1)
    return random.randint(0, min(200, most) if random.random() < 0.5 else most)


def _flip(data: bytes, other: bytes, random: Random) -> bytes:
    """One to eight bits."""
    changed = bytearray(data or b"\x00")
    for _ in range(random.randint(1, 8)):
        changed[_place(changed, random)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def _grow(data: bytes, other: bytes, random: Random) -> bytes:
    """Bytes put in anywhere, or a long tail."""
    place, count = _place(data, random), random.choice((1, 2, 7, 64, 4096))
    return data[:place] + random.randbytes(count) + data[place:]


def _remove(data: bytes, other: bytes, random: Random) -> bytes:
    place = _place(data, random)
    return data[:place] + data[place + random.randint(1, 16) :]


def _extreme(data: bytes, other: bytes, random: Random) -> bytes:
    """A number of one, two or four bytes becomes an extreme one: the fields of a header."""
    place, size = _place(data, random), random.choice((1, 2, 4))
    value = random.choice(_EXTREMES) & ((1 << 8 * size) - 1)
    return data[:place] + value.to_bytes(size, random.choice(("big", "little"))) + data[place + size :]


def _splice(data: bytes, other: bytes, random: Random) -> bytes:
    """The beginning of one file and the end of another."""
    return data[: _place(data, random)] + other[_place(other, random) :]


def _repeat(data: bytes, other: bytes, random: Random) -> bytes:
    """A piece twice, as a frame or a table that comes again."""
    start = _place(data, random)
    return data[: start + random.randint(1, 300)] + data[start:]


_CHANGES: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    _flip, _cut, _grow, _remove, _extreme, _extreme, _splice, _repeat,
)  # fmt: skip


def _with_right_sums(data: bytes) -> bytes:
    """A PNG file whose check sums fit its chunks again, so that the mutant gets past them."""
    parts, place = [data[:8]], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        body = data[place + 4 : place + 8 + length]
        if place + 12 + length > len(data):
            break
        parts.append(struct.pack(">I", length) + body + struct.pack(">I", zlib.crc32(body)))
        place += 12 + length
    return b"".join([*parts, data[place:]])


def peak_kb() -> int:
    """The most memory that this process has held, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """COUNT mutants, three of four of them templates; a second number is the seed."""
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    before = peak_kb()
    tally = fuzz_templates(count - count // 4, seed) + fuzz_images(count // 4, seed)
    for kind in sorted(tally):
        print(f"{kind:20} {tally[kind]:8,}")  # noqa: T201 - a command
    print(f"memory grew by {(peak_kb() - before) // 1024} MB")  # noqa: T201


if __name__ == "__main__":
    main()
