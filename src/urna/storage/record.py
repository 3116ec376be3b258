"""A public record as a folder: reading it without trusting it, writing it without ever overwriting.

A folder may come from anybody. Links are never followed, nothing outside the folder is opened, and no file is
read beyond the limit of its kind.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from urna.errors import Malformed, OutOfOrder
from urna.record.layout import CHECKPOINT, README, place_of
from urna.record.reader import Listing, no_file, too_long
from urna.record.readme import README_TEXT, is_former
from urna.storage.durable import sync_folder
from urna.words import Sentence

MAX_FILES = 1_000_000
"""A nation of 30,000 stations has about 200,000 files; more than this is refused."""

MAX_DEPTH = 12

_AT_ONCE = 16
"""Files that the medium is asked to keep at one moment."""

_FEW = 4
"""So few are done one after the other."""

T = TypeVar("T")


class _Found(NamedTuple):
    path: str
    size: int
    strange: Sentence | None


class FolderReader:
    """The record in a folder. It holds no open file, so it can be sent to other processes.

    Args:
        root: the folder.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = os.path.realpath(root)

    def list(self) -> Listing:
        """What is in the folder, links and other things that are no plain file apart.

        Raises:
            Malformed: no folder there, or more files than any election has.
        """
        if not Path(self.root).is_dir():
            raise Malformed(
                Sentence("the folder of a public record"),
                Sentence("a file") if Path(self.root).exists() else Sentence("nothing of that name"),
                Sentence("Check the path."),
                self.root,
            )
        sizes: dict[str, int] = {}
        strange: dict[str, Sentence] = {}
        for found in _walk(self.root, "", MAX_DEPTH):
            if found.strange is None:
                sizes[found.path] = found.size
            else:
                strange[found.path] = found.strange
            if len(sizes) + len(strange) > MAX_FILES:
                raise _too_many()
        return Listing(sizes, strange)

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file of at most `limit` bytes; raises `Malformed` if there is no such plain file."""
        with self._open(path) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise too_long(path, Path(self.root, path).stat().st_size, limit)
        return data

    def read_part(self, path: str, offset: int, size: int) -> bytes:
        """A part of a file, fewer bytes where it ends; raises `Malformed` if there is no such plain file."""
        with self._open(path) as file:
            file.seek(offset)
            return file.read(size)

    def _open(self, path: str) -> BinaryIO:
        """A plain file below the root, opened without following a link and without waiting for a pipe."""
        full = f"{self.root}/{path}"
        try:
            if os.path.realpath(full) != full:
                raise no_file(path)
            descriptor = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise no_file(path) from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise no_file(path)
        return os.fdopen(descriptor, "rb")


class FolderWriter:
    """Writes a record into a folder; each file appears whole or not at all, and never changes again.

    Only `log/checkpoint` is replaced, by a newer one. Half-written files live beside the folder, never in it.

    Args:
        root: the folder; made if absent, with its README.txt.
        durable: whether a file is on the medium before it has its name, and has it for good when a call returns. A
            rehearsal need not wait.
    """

    def __init__(self, root: Path | str, *, durable: bool = True) -> None:
        self.root = Path(os.path.realpath(root))
        self._durable = durable
        self._folders: set[Path] = set()
        self._draft = self.root.with_name(f".{self.root.name}.draft")
        self.root.mkdir(parents=True, exist_ok=True)
        if not self._has_former_readme():
            self.write(README, README_TEXT)

    def write(self, path: str, data: bytes) -> None:
        """Puts a file at its place. The same bytes again are harmless.

        Raises:
            Malformed: no path of a record.
            OutOfOrder: other bytes are there already.
        """
        if path != CHECKPOINT:
            self.write_many([(path, data)])
            return
        target, changed = self._place(path)
        self._write_draft(self._draft, data)
        self._draft.replace(target)
        self._settle(changed)

    def write_many(self, files: Iterable[tuple[str, bytes]]) -> None:
        """The same for many files, which become durable together: all of them before the first has its name.

        They get their names in this order. The checkpoint is none of them: it comes after what it promises.

        Raises:
            Malformed, OutOfOrder: as `write`; those before the wrong one may be there.
        """
        drafts = self._draft.with_name(f"{self._draft.name}s")
        shutil.rmtree(drafts, ignore_errors=True)
        drafts.mkdir()
        new: list[tuple[Path, Path, bytes]] = []
        changed: set[Path] = set()
        try:
            for number, (path, data) in enumerate(files):
                target, folders = self._place(path)
                changed |= folders
                if not _is_there(target, data):
                    new.append((drafts / str(number), target, data))
            _beside(lambda one: self._write_draft(one[0], one[2]), new)
            for draft, target, data in new:
                self._link(draft, target, data)
        finally:
            shutil.rmtree(drafts, ignore_errors=True)
        self._settle(changed)

    def _place(self, path: str) -> tuple[Path, set[Path]]:
        """Where a file lies, and the folders of which entries are new then: its own, and those above new ones."""
        if place_of(path) is None:
            raise Malformed(
                Sentence("a path of the record"),
                Sentence("{path}", {"path": repr(path[:200])}),
                Sentence("See docs/spec/record.md for what lies where."),
            )
        target = self.root / path
        changed, folder = {target.parent}, target.parent
        if folder not in self._folders:
            changed.add(folder.parent)
            while not folder.is_dir():
                folder = folder.parent
                changed.add(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        return target, changed

    def _has_former_readme(self) -> bool:
        """A record that a former version began goes on with its README.txt: what is published never changes."""
        path = self.root / README
        return path.is_file() and not path.is_symlink() and is_former(path.read_bytes())

    def _link(self, draft: Path, target: Path, data: bytes) -> None:
        """Gives a draft its name, which fails where a file is, even in a race."""
        try:
            os.link(draft, target, follow_symlinks=False)
        except FileExistsError as error:
            if target.is_symlink() or target.read_bytes() != data:
                raise OutOfOrder(
                    Sentence("a place in the record that is free"),
                    Sentence("other bytes there"),
                    Sentence("Publish a correction beside it; what is published never changes."),
                    str(target.relative_to(self.root)),
                ) from error

    def _write_draft(self, draft: Path, data: bytes) -> None:
        # Whoever was killed after the last link left the draft as a second name of a file that is published.
        draft.unlink(missing_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            if self._durable:
                file.flush()
                os.fsync(file.fileno())

    def _settle(self, folders: Iterable[Path]) -> None:
        """Waits until the folders' own entries are on the medium."""
        if self._durable:
            _beside(sync_folder, sorted(folders))


def _beside(act: Callable[[T], None], things: Sequence[T]) -> None:
    """Does it for many at once: a medium that is asked to keep a hundred things together keeps them in one stroke."""
    if len(things) < _FEW:
        for thing in things:
            act(thing)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(act, things))


def _is_there(target: Path, data: bytes) -> bool:
    """Whether an earlier run gave the file its name: whoever is killed again and again gets on all the same."""
    return target.is_file() and not target.is_symlink() and target.read_bytes() == data


def _walk(root: str, below: str, depth: int) -> Iterator[_Found]:
    """Everything below a folder, without following a link; a folder without files is strange, too."""
    is_empty = True
    with os.scandir(f"{root}/{below}") as entries:
        for entry in entries:
            is_empty = False
            path = below + entry.name
            if entry.is_dir(follow_symlinks=False) and depth:
                yield from _walk(root, f"{path}/", depth - 1)
            else:
                yield _look(path, entry)
    if is_empty and below:
        yield _Found(below, 0, Sentence("an empty folder", {}))


def _look(path: str, entry: os.DirEntry[str]) -> _Found:
    safe = path.encode("utf-8", "backslashreplace").decode()
    if entry.is_symlink():
        return _Found(safe, 0, Sentence("a symbolic link", {}))
    if not entry.is_file(follow_symlinks=False):
        return _Found(safe, 0, Sentence("no plain file", {}))
    if safe != path or not path.isprintable():
        return _Found(ascii(path), 0, Sentence("a name that no file of a record has", {}))
    return _Found(path, entry.stat(follow_symlinks=False).st_size, None)


def _too_many() -> Malformed:
    return Malformed(
        Sentence("at most {limit} files", {"limit": MAX_FILES}),
        Sentence("more"),
        Sentence("Check that this is the folder of a public record."),
    )
