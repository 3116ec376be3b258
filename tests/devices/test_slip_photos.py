"""Photographs of slips, read by the real tesseract: light, tilt, blur and noise as a telephone has them."""

import io
import random

import numpy as np
import pytest
from PIL import Image, ImageFilter
from tests.papers.examples import STATION
from tests.papers.spanish import in_spanish
from tests.papers.test_slip import ELECTION

from urna.ballot.selections import Selections, choose
from urna.devices.printer_typst import paper_pictures
from urna.devices.slip_photos import words_on
from urna.election.definition import Election
from urna.errors import Malformed
from urna.papers.slip import slip
from urna.papers.slip_reading import SlipReader

STYLE = ELECTION.stations[STATION].styles[0].style
TABLE = 90
"""How bright the table is on which the slip lies, of 255."""


def some_choices(source: random.Random, election: Election = ELECTION, style: str = STYLE) -> Selections:
    """What a voter may choose."""
    chosen = {}
    for contest in election.contests_of_style(style):
        cards = list({option.choice: option.code for option in contest.options}.values())
        chosen[contest.code] = source.sample(cards, source.randint(0, min(contest.votes_allowed, len(cards))))
    return choose(election, style, chosen)


def photograph(
    selections: Selections,
    source: random.Random,
    *,
    blur: float = 1.2,
    election: Election = ELECTION,
    station: str = STATION,
) -> bytes:
    """The slip on a table, held askew and turned a little, lit from one side, as a JPEG."""
    paper = slip(election, station, selections, say=in_spanish, language="es")
    printed = Image.open(io.BytesIO(paper_pictures(paper, 200)[0])).convert("L")
    width, height = printed.width + 240, printed.height + 240
    table = Image.new("L", (width, height), TABLE)
    table.paste(printed, (120, 120))
    corners = [(0, 0), (0, height), (width, height), (width, 0)]
    moved = [
        end * (1 if end else 0) + source.uniform(-0.03, 0.03) * size
        for each in corners
        for end, size in zip(each, (width, height), strict=True)
    ]
    seen = table.transform((width, height), Image.Transform.QUAD, moved, Image.Resampling.BICUBIC)
    seen = seen.rotate(source.uniform(-4, 4), fillcolor=TABLE).filter(ImageFilter.GaussianBlur(blur))
    light = np.linspace(0.65, 1.0, width)[None, :] * np.linspace(0.9, 1.0, height)[:, None]
    noise = np.random.default_rng(source.randint(0, 2**31)).normal(0, 8, (height, width))
    pixels = np.clip(np.asarray(seen, dtype=float) * light + noise, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def test_photographed_slips_are_read_as_they_were_printed() -> None:
    """Of a few, most are read; none is ever read as other choices."""
    source = random.Random(5)
    reader = SlipReader(ELECTION, STATION, in_spanish, "es")
    read = 0
    for _ in range(6):
        selections = some_choices(source)
        found = reader.read(words_on(photograph(selections, source), "es")).selections
        assert found in (None, selections)
        read += found is not None
    assert read >= 4


def test_a_photograph_that_nobody_can_read_says_nothing() -> None:
    """Out of focus."""
    source = random.Random(6)
    text = words_on(photograph(some_choices(source), source, blur=14), "es")
    assert SlipReader(ELECTION, STATION, in_spanish, "es").read(text).selections is None


@pytest.mark.parametrize("data", [b"", b"GIF89a" + bytes(40), b"\xff\xd8\xff" + bytes(99)])
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    """In a process of its own."""
    with pytest.raises(Malformed, match="JPEG or PNG"):
        words_on(data, "es", "a.jpg")


def test_a_picture_too_small_to_read_is_refused() -> None:
    """By its header."""
    buffer = io.BytesIO()
    Image.new("L", (100, 900), 255).save(buffer, "PNG")
    with pytest.raises(Malformed):
        words_on(buffer.getvalue(), "es")
