"""A reader whose maker's program drops its images into a folder.

    reader = WatchedFolderReader(Path("/run/user/1000/finger"))
    reader.capture()                    waits until an image lies there, whole

What lies in the folder when a capture begins is the finger of somebody before, and is wiped unread; so is a file
that is moved in later but was written earlier. An image is whole when nobody has written to it for a moment. After
a capture, however it ends, the folder is empty again. Polling needs no package and no kernel feature, and works on
any file system.
"""

import time
from collections.abc import Callable
from pathlib import Path

from urna.biometrics.image import FingerImage
from urna.devices.drop_folder import DropFolder, Look
from urna.devices.finger_files import MAX_FILE_BYTES, decode_image, is_finger_file
from urna.devices.reader import NoFinger, no_finger
from urna.errors import Malformed
from urna.words import Sentence

TIMEOUT_SECONDS = 20.0
"""How long a capture waits for an image."""

PERIOD_SECONDS = 0.05
"""How often the folder is looked at."""

SETTLED_SECONDS = 0.15
"""A file that nobody has written to for so long is tried."""

PATIENCE_SECONDS = 1.0
"""A file that is no image and that nobody has written to for so long never will be one."""

_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".crdownload", "~")


class WatchedFolderReader:
    """A reader behind a folder.

    Args:
        folder: an empty folder of this account, or one that was watched before; everything in it is removed.
        timeout_seconds: how long a capture waits for an image.
        ready: called in each capture when the finger may come.
        dpi: the reader's resolution, when its files do not say or are wrong.
        negative: its images have light ridges.
    """

    def __init__(
        self,
        folder: Path,
        timeout_seconds: float = TIMEOUT_SECONDS,
        ready: Callable[[], None] = lambda: None,
        *,
        dpi: int | None = None,
        negative: bool = False,
    ) -> None:
        self._path = folder
        self._timeout_seconds = timeout_seconds
        self._ready = ready
        self._dpi, self._negative = dpi, negative
        self._folder: DropFolder | None = None

    def open(self) -> None:
        """Opens and marks the folder, so that its trouble is told before a finger comes.

        Raises:
            ReaderFailed: the folder is of no use; it says why.
        """
        self._opened()

    @property
    def advice(self) -> tuple[Sentence, ...]:
        """What could be safer about the folder."""
        return self._opened().advice

    def capture(self) -> FingerImage:
        """The next image that is dropped, whole.

        1. Wipe what lies there.
        2. Wait for a file written since.
        3. Read it, and wipe the folder again.

        Raises:
            NoFinger: none came in time.
            Malformed: what came is no image of a finger, or no plain file.
            ReaderFailed: the folder is of no use.
        """
        folder = self._opened()
        folder.clear(MAX_FILE_BYTES)
        try:
            return self._wait(folder, folder.now_ns())
        finally:
            folder.clear(MAX_FILE_BYTES)

    def close(self) -> None:
        """Wipes the folder and lets it go."""
        if self._folder is not None:
            try:
                self._folder.clear(MAX_FILE_BYTES)
            finally:
                self._folder.close()
                self._folder = None

    def _opened(self) -> DropFolder:
        if self._folder is None:
            self._folder = DropFolder(self._path)
        return self._folder

    def _wait(self, folder: DropFolder, since_ns: int) -> FingerImage:
        end = time.monotonic() + self._timeout_seconds
        watch = _Watch(folder, since_ns)
        self._ready()
        while time.monotonic() < end:
            for name, look, quiet_seconds in watch.settled():
                image = self._try(folder, name, look, is_last_try=quiet_seconds >= PATIENCE_SECONDS)
                if image is not None:
                    return image
            time.sleep(PERIOD_SECONDS)
        raise _only_old() if watch.old else no_finger()

    def _try(self, folder: DropFolder, name: str, look: Look, *, is_last_try: bool) -> FingerImage | None:
        """The image in a file; None while it may still become one."""
        data = folder.read(name, look, MAX_FILE_BYTES)
        if data is None:
            return None
        try:
            return decode_image(data, str(folder.path), dpi=self._dpi, negative=self._negative)
        except Malformed:
            if is_last_try:
                raise
            return None


class _Watch:
    """What was seen in the folder since a capture began, and since when it has been as it is."""

    def __init__(self, folder: DropFolder, since_ns: int) -> None:
        self._folder = folder
        self._since_ns = since_ns
        self._seen: dict[str, tuple[Look, float]] = {}
        self.old = 0
        """Files that were moved in, but written before."""

    def settled(self) -> list[tuple[str, Look, float]]:
        """Name, look and quiet seconds of the files that nobody writes to any more, the oldest first.

        Raises:
            Malformed: something that is no plain file, or too long for an image.
        """
        now = time.monotonic()
        for name in self._folder.names():
            look = self._folder.look(name)
            if look is None or not self._is_new(name, look):
                continue
            before = self._seen.get(name)
            if before is None or before[0] != look:
                self._seen[name] = (look, now)
        quiet = [(name, look, now - when) for name, (look, when) in self._seen.items() if _is_image_name(name)]
        return sorted((each for each in quiet if each[2] >= SETTLED_SECONDS), key=lambda each: each[1].written_ns)

    def _is_new(self, name: str, look: Look) -> bool:
        if not look.is_plain:
            self._folder.wipe(name, MAX_FILE_BYTES)
            raise self._folder.refused(Sentence("a link, a pipe or another thing that is no plain file"))
        if look.size > MAX_FILE_BYTES:
            raise self._folder.refused(Sentence("a file of more than {limit} bytes", {"limit": MAX_FILE_BYTES}))
        if look.written_ns < self._since_ns:
            self._folder.wipe(name, MAX_FILE_BYTES)
            self.old += 1
            return False
        return True


def _is_image_name(name: str) -> bool:
    return is_finger_file(Path(name)) and not name.startswith(".") and not name.lower().endswith(_TEMPORARY)


def _only_old() -> NoFinger:
    return NoFinger(
        Sentence("an image that was taken after it was asked for"),
        Sentence("older ones only; they were wiped"),
        Sentence("Lay the finger down when urna asks for it."),
    )
