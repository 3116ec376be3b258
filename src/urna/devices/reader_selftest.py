"""A reader's self-test, for the technician before the day: every line says passed or not, and what to do.

1. With no finger on it, the reader must see none: a print left on the glass could be taken for a finger.
2. Capture one finger a few times, laid down anew each time.
3. Judge images and templates (`urna.devices.reader_verdicts`): by the very extractor and rule that decide at the
   station.

Images and templates live in memory while it runs, and nowhere else.
"""

import time
from collections.abc import Callable, Iterator

from urna.biometrics.capture import Extractor
from urna.biometrics.quality import Hint, hints, look_at
from urna.devices.reader import NoFinger, OpenReader, TryAgain
from urna.devices.reader_verdicts import Captured, Line, Status, is_match, judge
from urna.devices.readers import is_simulated, open_reader
from urna.devices.watched_folder import WatchedFolderReader
from urna.errors import Malformed
from urna.words import Sentence

CAPTURES = 3
BLANK_SECONDS = 4.0
"""How long an empty reader is listened to."""

MOST_RETRIES = 5
"""Captures that the reader may ask for again, in all."""

Tell = Callable[[Sentence | str], None]
"""Says to the technician what to do next."""

Opener = Callable[[str, float], OpenReader]
"""From a reader's name and its patience in seconds to the reader: `open_reader`, or a fake."""


def examine_reader(
    spec: str,
    extractor: Extractor,
    tell: Tell,
    *,
    captures: int = CAPTURES,
    timeout_seconds: float = 20.0,
    opener: Opener = open_reader,
) -> Iterator[Line]:
    """The lines of the test, as they come.

    Args:
        spec: the reader's name (`urna.devices.readers`).
        extractor: the one of the station, warm.
        tell: is called before each thing that the technician has to do.
        captures: of one finger, at least two.
        timeout_seconds: how long each waits for the finger.
        opener: opens the reader.

    Raises:
        Malformed: no such name.
        ReaderFailed: the reader does not open, or fails in the middle.
    """
    yield _see_nothing(spec, tell, opener)
    taken: list[Captured] = []
    reader = opener(spec, timeout_seconds)
    try:
        if isinstance(reader, WatchedFolderReader):
            yield from (Line(Sentence("The folder is safe"), Status.ADVICE, each) for each in reader.advice)
        again = _capture(reader, extractor, tell, captures, taken)
    finally:
        reader.close()
    yield _enough(len(taken), captures, again)
    if len(taken) >= 2:
        yield from judge(taken)


def _see_nothing(spec: str, tell: Tell, opener: Opener) -> Line:
    """Listens to an empty reader; an image of an empty window is as good as none."""
    name = Sentence("An empty reader shows no finger")
    if is_simulated(spec):
        return Line(name, Status.NOT_TESTED, Sentence("a simulated reader is never empty"))
    reader = opener(spec, BLANK_SECONDS)
    try:
        tell(Sentence("Take every finger off the reader, and wait."))
        image = reader.capture()
    except (NoFinger, TryAgain):
        return Line(name, Status.PASSED, Sentence("nothing"))
    finally:
        reader.close()
    if Hint.EMPTY in hints(look_at(image), score=0):
        return Line(name, Status.PASSED, Sentence("an empty image"))
    return Line(
        name,
        Status.FAILED,
        Sentence("a finger that is not there"),
        Sentence("Clean the window of the print that was left on it, keep sunlight off, and test again."),
    )


def _capture(reader: OpenReader, extractor: Extractor, tell: Tell, captures: int, taken: list[Captured]) -> int:
    """Fills `taken`; gives how often the reader wanted the finger again."""
    again = 0
    while len(taken) < captures and again <= MOST_RETRIES:
        numbers = {"number": len(taken) + 1, "count": captures}
        tell(Sentence("Lift the finger and lay the same one down: {number} of {count}.", numbers))
        try:
            image = reader.capture()
        except NoFinger:
            break
        except (TryAgain, Malformed) as error:
            tell(error.remedy)
            again += 1
            continue
        started = time.monotonic()
        extraction = extractor.extract(image)
        is_match(extraction, extraction)
        taken.append(Captured(image, extraction, time.monotonic() - started))
    return again


def _enough(count: int, wanted: int, again: int) -> Line:
    name = Sentence("The finger is captured")
    found = Sentence("{count} of {wanted}, {again} tries in vain", {"count": count, "wanted": wanted, "again": again})
    if count == wanted:
        return Line(name, Status.PASSED, found)
    return Line(name, Status.FAILED, found, Sentence("Do what the reader asks, clean the window, and test again."))
