"""Drawn portraits for the big ballot: circles on colours, a large letter's width of head, nobody's face."""

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw
from tests.booth_face.ballots import COLORS, PEOPLE

from urna.devices.photo_files import plain_photo
from urna.election.folder_photos import CardPlace

EVERY = 4
"""Of so many people the last has no photo."""


def portraits() -> Mapping[CardPlace, bytes]:
    """Of both nominal contests, by card, as a package has them."""
    people = [number for number in range(len(PEOPLE)) if number % EVERY != EVERY - 1]
    drawn = {number: plain_photo(portrait(number)) for number in people}
    return {(contest, f"{contest}-{number}"): drawn[number] for contest in ("NOM", "ALC") for number in people}


def portrait(number: int) -> bytes:
    """A head and shoulders as a PNG file."""
    picture = Image.new("RGB", (640, 640), "#dfe6e9")
    draw = ImageDraw.Draw(picture)
    skin = ("#f1c9a5", "#c68642", "#8d5524", "#e0ac69")[number % 4]
    draw.ellipse((90, 430, 550, 900), fill=COLORS[number % len(COLORS)])
    draw.ellipse((200, 130, 440, 450), fill=skin)
    draw.chord((190, 100, 450, 360), 180, 360, fill=("#2d3436", "#6e4b1f", "#b2bec3")[number % 3])
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
