"""The people of a practice station: who they are, and the images of their fingers for a reader that is a folder.

    fingers/people.csv          number, name, style, and the numbers of the fingers that are enrolled
    fingers/finger-03-1.png     finger 3 as it is laid down once, and again (-2), and hardly touching (-faint)
    reader/                     where the images go that are laid on the simulated reader

Nobody in it exists, and everybody shares a small pool of drawn fingers.
"""

import csv
import io
import secrets
from collections.abc import Iterator, Sequence

import msgspec
from PIL import Image

from urna.biometrics.image import FingerImage
from urna.cli.demo.fingers import POSITIONS, DrawnFinger
from urna.errors import Malformed
from urna.roll.elector import Elector, Finger
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.roll_files import replace_secret_file
from urna.storage.station_folder import StationFolder
from urna.words import Sentence

PEOPLE, READER = "people.csv", "reader"
MAX_BYTES = 1024 * 1024
FAINT = "faint"
LAID = "laid.txt"
UNENROLLED = 2
"""How many people of a practice station have no finger stored: those with the highest numbers."""


def leave_unenrolled(electors: Sequence[Elector]) -> tuple[Elector, ...]:
    """The same people, some of them with no finger stored: the president's way on is tried in every practice."""
    without = {each.number for each in sorted(electors, key=lambda each: each.number)[-UNENROLLED:]}
    return tuple(msgspec.structs.replace(each, fingers=()) if each.number in without else each for each in electors)


def president_of(pool: Sequence[DrawnFinger]) -> tuple[Finger, ...]:
    """The fingers of a practice station's president: the first of the pool."""
    return (Finger(position=POSITIONS[0], templates=pool[0].enrolled),)


def write_people(folder: StationFolder, electors: Sequence[Elector], pool: Sequence[DrawnFinger]) -> None:
    """Everything of the module's first table; the first finger of the pool is the president's too."""
    for each in (folder.fingers, folder.root / READER):
        each.mkdir(mode=0o700)
    for number, finger in enumerate(pool, 1):
        for name, image in _images(finger):
            write_secret_file(folder.fingers / f"finger-{number:02d}-{name}.png", _png(image))
    write_secret_file(folder.fingers / PEOPLE, _table(electors, pool))


def lay_finger(folder: StationFolder, who: str) -> str:
    """Lays a finger on the practice station's reader; returns the image's name.

    Each time another one of the person's fingers is laid, so that a second try is not the first one once more.

    Args:
        folder: of a practice station.
        who: an elector's number, "president", "stranger" (a finger that nobody has), or "faint".

    Raises:
        Malformed: no practice station, nobody of this name, or somebody without fingers.
    """
    names = _names_of(folder, who)
    chosen = names[_turn(folder) % len(names)]
    target = folder.root / READER / f"{secrets.token_hex(8)}.png"
    draft = folder.fingers / f".{target.name}"
    write_secret_file(draft, (folder.fingers / chosen).read_bytes())
    draft.replace(target)
    return chosen


def _names_of(folder: StationFolder, who: str) -> list[str]:
    """The images that this person could lay down."""
    if not (folder.fingers / PEOPLE).is_file():
        raise _unknown(Sentence("a station without practice fingers"), str(folder.root))
    pool = sorted(path.name for path in folder.fingers.glob("finger-*.png"))
    if who == FAINT:
        return [name for name in pool if name.endswith(f"-{FAINT}.png")]
    fingers = {"president": [1], "stranger": _strangers(folder)}.get(who) or _fingers_of(folder, who)
    found = [name for name in pool if any(name.startswith(f"finger-{each:02d}-") for each in fingers)]
    return [name for name in found if FAINT not in name]


def _fingers_of(folder: StationFolder, number: str) -> list[int]:
    row = next((row for row in _rows(folder) if row["number"] == number), None)
    if row is None:
        raise _unknown(Sentence("nobody of this number"), str(folder.fingers / PEOPLE))
    if not row["fingers"]:
        raise _unknown(Sentence("somebody who has no fingers enrolled"), str(folder.fingers / PEOPLE))
    return [int(each) for each in row["fingers"].split()]


def _strangers(folder: StationFolder) -> list[int]:
    """The last finger of the pool, which nobody has enrolled."""
    known = sorted(folder.fingers.glob("finger-*-1.png"))
    return [int(known[-1].name.split("-")[1])]


def _rows(folder: StationFolder) -> Iterator[dict[str, str]]:
    text = read_limited(folder.fingers / PEOPLE, MAX_BYTES).decode()
    yield from csv.DictReader(io.StringIO(text))


def _turn(folder: StationFolder) -> int:
    """How many fingers were laid so far; a practice station's own count, of nobody."""
    path = folder.fingers / LAID
    turn = int(path.read_text()) if path.is_file() else 0
    replace_secret_file(path, str(turn + 1).encode())
    return turn


def _table(electors: Sequence[Elector], pool: Sequence[DrawnFinger]) -> bytes:
    known = {finger.enrolled: number for number, finger in enumerate(pool, 1)}
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("number", "name", "style", "fingers"))
    for elector in electors:
        fingers = " ".join(str(known[finger.templates]) for finger in elector.fingers)
        rows.writerow((elector.number, elector.name, elector.style, fingers))
    return table.getvalue().encode()


def _images(finger: DrawnFinger) -> Iterator[tuple[str, FingerImage]]:
    yield from ((str(number), image) for number, image in enumerate(finger.captures, 1))
    yield FAINT, finger.faint


def _png(image: FingerImage) -> bytes:
    data = io.BytesIO()
    Image.fromarray(image.pixels).save(data, "PNG", dpi=(500, 500))
    return data.getvalue()


def _unknown(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a number of people.csv, or one of: president, stranger, faint"),
        found,
        Sentence("Look at fingers/people.csv of the practice station."),
        where,
    )
