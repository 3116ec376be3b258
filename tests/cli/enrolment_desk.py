"""A desk for tests: a roll, two operators, an archive, and fingers whose images say which finger they are.

Rendering a finger and looking for its minutiae takes a second; so the images here carry three numbers in their first
pixels, and the extractor reads those and gives the minutiae of that finger. Matching is the real thing.
"""

from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image
from tests.biometrics.clouds import finger, jittered
from tests.election.officers import OFFICERS, definition

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.biometrics.quality import Hint
from urna.biometrics.template import Template
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.crypto.signatures import SigningKey
from urna.election.definition import NamedKey
from urna.encoding.canonical import encode
from urna.encoding.document import sign_document

SIDE = 96
POSITIONS = (1, 2, 6, 7)
DEFINITION = ("--definition", "definition.note")
ROLL_PASSPHRASE = ("--roll-passphrase-file", "roll-passphrase")
OPERATOR_KEYS = (
    "--key",
    "ana.key",
    "--passphrase-file",
    "passphrase",
    "--key",
    "berta.key",
    "--passphrase-file",
    "passphrase",
)
ARCHIVE = ("--archive", "archive")
KEEPERS = ("--keeper-passphrase-file", "keeper-1", "--keeper-passphrase-file", "keeper-2")


def drawn(seed: int, impression: int, quality: int = 60) -> FingerImage:
    """An image that says whose finger it is."""
    pixels = np.full((SIDE, SIDE), 255, np.uint8)
    pixels[0, :4] = seed % 256, seed // 256, impression, quality
    return FingerImage(pixels)


def write_png(path: Path, image: FingerImage) -> None:
    """The image as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image.pixels).save(path, dpi=(500, 500))


class SayingExtractor:
    """Reads the numbers in an image and gives that finger's minutiae, a little off in each impression."""

    def extract(self, image: FingerImage) -> Extraction:
        """Seed 0 is a finger without minutiae."""
        low, high, impression, quality = (int(value) for value in image.pixels[0, :4])
        seed = low + 256 * high
        hints = (Hint.TOO_DRY,) if quality < 30 else ()
        if not seed:
            return Extraction(Template(width=SIDE, height=SIDE, minutiae=(), quality=quality), quality, hints)
        found = jittered(finger(seed), 1000 * seed + impression, 1.0)
        return Extraction(Template(width=found.width, height=found.height, minutiae=found.minutiae), quality, hints)


class Person(NamedTuple):
    """An elector of the roll."""

    number: str
    name: str
    station: str


class Desk(NamedTuple):
    """The folder in which the commands run."""

    folder: Path
    people: list[Person]

    def roll(self, *words: str) -> int:
        """The exit code of `urna roll …`."""
        return main(["roll", *words])

    def enrol(self, *words: str, images: str = "images") -> int:
        """The exit code of an enrolment, the images coming from a folder; nothing is asked."""
        reader = ("--reader", f"images:{images}", "--yes")
        return self.roll("enrol", "roll", *words, *DEFINITION, *ARCHIVE, *OPERATOR_KEYS, *ROLL_PASSPHRASE, *reader)

    def enrol_folder(self, *words: str, folder: str = "handed") -> int:
        """The exit code of a batch, in this process."""
        own = (*DEFINITION, *ARCHIVE, *OPERATOR_KEYS, *ROLL_PASSPHRASE, "--processes", "1", "--yes")
        return self.roll("enrol-folder", "roll", folder, *own, *words)

    def check(self) -> int:
        """The exit code of comparing records, roll and archive."""
        return self.roll("enrol-check", "roll", *DEFINITION, *ARCHIVE, *ROLL_PASSPHRASE)

    def files(self) -> dict[str, bytes]:
        """Everything in roll and archive."""
        found = [path for name in ("roll", "archive") for path in (self.folder / name).rglob("*") if path.is_file()]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}


def make_desk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder with a definition, a roll of fictional electors, keys, and the setup done; passphrases cost nothing."""
    for module in ("roll_key", "roll_enrol_archive"):
        monkeypatch.setattr(f"urna.cli.{module}.COST", Cost.TOY)
    for module in ("roll_enrol_session", "roll_enrol_folder"):
        monkeypatch.setattr(f"urna.cli.{module}.make_extractor", SayingExtractor)
    for name, data in _prepared().items():
        (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o600)
    monkeypatch.chdir(folder)
    rows = (line.split(",") for line in (folder / "roll.csv").read_text().splitlines()[1:])
    return Desk(folder, [Person(row[0], row[1], row[3]) for row in rows])


@cache
def _prepared() -> dict[str, bytes]:
    """The files of a desk that is ready, made once by the commands themselves."""
    with TemporaryDirectory() as name, chdir(name):
        folder = Path(name)
        (folder / "definition.note").write_bytes(sign_document(definition(), OFFICERS[:2]))
        words = {"passphrase": "correct horse battery", "roll-passphrase": "purple monkey dishwasher"}
        words |= {"keeper-1": "first keeper's words", "keeper-2": "second keeper's words"}
        for file, word in words.items():
            (folder / file).write_text(word + "\n")
        for number, person in enumerate(("ana", "berta", "carla")):
            write_key(folder, person, f"desk.example/{person}", bytes([50 + number]) * 32)
        for number, officer in enumerate(OFFICERS):
            write_key(folder, f"officer-{number}", officer.name, bytes([number + 1]) * 32)
        operators = ("--operator", "ana.json", "--operator", "berta.json", "--archive-key", "archive.json")
        for command in (
            ("synthesize", *DEFINITION),
            ("import", "roll.csv", *DEFINITION, *ROLL_PASSPHRASE),
            ("archive-keygen", "National archive", "--out", "archive.key", *KEEPERS),
            ("enrol-setup", "roll", *DEFINITION, *ROLL_PASSPHRASE, *operators),
        ):
            assert main(["roll", *command]) == 0
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write_key(folder: Path, name: str, key_name: str, seed: bytes) -> None:
    """A key file that opens with the passphrase at no cost, and its public half."""
    data = seal_key(key_name, seed, "correct horse battery", salt=b"s" * 16, nonce=seed[:12], cost=Cost.TOY)
    (folder / f"{name}.key").write_bytes(data)
    public = NamedKey(name=name.capitalize(), key_name=key_name, key=SigningKey(seed).public_hex)
    (folder / f"{name}.json").write_bytes(encode(public))
