"""The words on a photograph of a slip, by tesseract: a program of its own that gets a picture and can write no file.

1. The file, a stranger's, is decoded in a process forked for it (`urna.devices.slip_photo_child`).
2. tesseract gets plain pixels through a pipe and gives words through another. docs/adr/0140-tesseract.md
"""

import shutil
import subprocess

from urna.devices.child import ChildDied, Children
from urna.devices.child_side import Status
from urna.devices.slip_photo_child import MAX_SIDE, MIN_SIDE
from urna.devices.speech_process import limits
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

MAX_FILE_BYTES = 32 * 1024 * 1024 - 1

LANGUAGES = {"es": "spa", "en": "eng"}
"""tesseract's names of the languages of slips."""

READ_SECONDS = 60
"""How long one photograph may take: 2 s are usual."""

_MEMORY = 2_000_000_000
_DECODE_SECONDS = 60.0
_ONE_COLUMN = "4"
"""tesseract's page segmentation mode for a single column of text of variable sizes."""

_children = Children("urna.devices.slip_photo_child", _DECODE_SECONDS)


def words_on(data: bytes, language: str, where: str = "") -> str:
    """What is written on a photographed slip, line by line; empty if nothing can be read.

    Args:
        data: the whole file, JPEG or PNG.
        language: of the slip, "es" or "en"; another one is read as Spanish.
        where: the file to name in an error.

    Raises:
        Malformed: too long, no photograph, or a damaged one.
        OutOfOrder: tesseract, or the words of this language, are not installed.
    """
    return _read(_plain(data, where), LANGUAGES.get(language, "spa"), where)


def _plain(data: bytes, where: str) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise _malformed(Sentence("a file of more than {limit} MB", {"limit": MAX_FILE_BYTES >> 20}), where)
    try:
        status, answer = _children.ask(data).answer()
    except ChildDied:
        raise _malformed(Sentence("one on which the decoder fails"), where) from None
    if status is not Status.ANSWERED:
        raise _malformed(Sentence("another kind of file, a damaged one, or one too small or too large"), where)
    return answer


def _read(picture: bytes, language: str, where: str) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise _unavailable(Sentence("no such program"))
    command = [*limits(READ_SECONDS, _MEMORY), program, "stdin", "stdout", "-l", language, "--psm", _ONE_COLUMN]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and nothing of the photograph is among the arguments
            command,
            input=picture,
            capture_output=True,
            env={"HOME": "/nonexistent", "OMP_THREAD_LIMIT": "1"},
            cwd="/",
            timeout=2 * READ_SECONDS,
            check=False,
            restore_signals=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise _malformed(Sentence("one on which tesseract fails"), where) from None
    if done.returncode:
        if b"loading language" in done.stderr:
            raise _unavailable(Sentence("no words of {language}", {"language": language}))
        raise _malformed(Sentence("one on which tesseract fails"), where)
    return done.stdout.decode("utf-8", "replace")


def _unavailable(found: Sentence) -> OutOfOrder:
    return OutOfOrder(
        Sentence("tesseract with the language of the slips"),
        found,
        Sentence("Install tesseract-ocr and tesseract-ocr-spa, or count the slips by hand."),
    )


def _malformed(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("a JPEG or PNG photograph, {low} to {high} pixels a side", {"low": MIN_SIDE, "high": MAX_SIDE}),
        found,
        Sentence("Take the photograph again, or type what the slip says."),
        where,
    )
