"""The station's closing on a stick: the signed files, their hashes, written, synced, and read back from the stick.

urna-<election>-<station>/                  the files, and SHA256SUMS
urna-<election>-<station>.announcement      beside it: what the station announces of the parcel (announcement.py), for
whoever sends the stick to the centre
"""

import os
from collections.abc import Callable
from pathlib import Path

from urna.encoding.canonical import encode
from urna.station.sending import NotSent, Parcel, Receipt, not_sent, sums_of
from urna.words import Sentence

SUMS = "SHA256SUMS"


class StickSender:
    """Writes parcels to whatever stick is plugged in.

    Args:
        find: the stick's folder; None without a stick.
        announce: given a parcel's bytes, the station's announcement of it; None where there is none.
    """

    def __init__(
        self, find: Callable[[], Path | None], announce: Callable[[bytes], bytes | None] = lambda _: None
    ) -> None:
        self._find, self._announce = find, announce

    def send(self, parcel: Parcel) -> Receipt:
        """Writes each file under its own name in a folder of the station, and compares what the stick gives back.

        Raises:
            NotSent: no stick, no room, or it gives other bytes back.
        """
        stick = self._find()
        if stick is None:
            raise not_sent(Sentence("no stick"), Sentence("Plug the stick in and try again."))
        folder = stick / f"urna-{parcel.election[:8]}-{parcel.station}"
        files = {folder / name: data for name, data in {**parcel.files, SUMS: sums_of(parcel.files)}.items()}
        if (announcement := self._announce(encode(parcel))) is not None:
            files[announcement_beside(folder)] = announcement
        try:
            folder.mkdir(exist_ok=True)
            for path, data in files.items():
                _write(path, data)
            _sync_folder(folder)
            _sync_folder(stick)
            same = all(_read(path) == data for path, data in files.items())
        except OSError as error:
            raise _unwritable() from error
        if not same:
            raise not_sent(
                Sentence("a stick that gives other bytes back"),
                Sentence("Take another stick, and keep this one out of use."),
            )
        return Receipt(parcel.sha256)


def announcement_beside(folder: Path) -> Path:
    """Where the announcement of a station's folder is."""
    return folder.with_name(f"{folder.name}.announcement")


def _write(path: Path, data: bytes) -> None:
    """Under another name until it is whole; an older file of this name is replaced."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        # What is read back comes from the stick and not from this machine's memory.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    part.rename(path)


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable() -> NotSent:
    return not_sent(
        Sentence("a stick that cannot be written"),
        Sentence("Look whether it is full or locked; otherwise take another stick."),
    )
