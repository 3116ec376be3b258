"""The files of an election definition: read with limits, written without overwriting.

`election/folder` knows what stands in them; here they are only bytes.
"""

import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from urna.election.folder import FILES
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

MAX_FILE_BYTES = 64 * 1024 * 1024
"""The longest file that is read: a nation's candidates and stations are below 10 MB."""


def read_definition_folder(folder: Path) -> dict[str, bytes]:
    """The bytes of the definition's files in a folder, by name; files that are missing are left out.

    Raises:
        Malformed: not a folder, or a file is too long.
    """
    if not folder.is_dir():
        raise Malformed(
            Sentence("a folder with the files of a definition"),
            Sentence("none"),
            Sentence("Check the path; `urna election new` makes a folder with an example."),
            str(folder),
        )
    return {name: read_limited(folder / name) for name in FILES if (folder / name).exists()}


def read_limited(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """A file's bytes, refused without reading on when there are more than the limit.

    Raises:
        Malformed: the file is too long.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Malformed(
            Sentence("at most {limit} bytes", {"limit": limit}),
            Sentence("more"),
            Sentence("Check that this is the right file."),
            str(path),
        )
    return data


def write_definition_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write a definition's files into a folder that has none of them yet.

    Raises:
        OutOfOrder: one of the files is there already; nothing was written.
    """
    if there := next((name for name in contents if (folder / name).exists()), None):
        raise OutOfOrder(
            Sentence("a folder without a definition"),
            Sentence("the file {name}", {"name": there}),
            Sentence("Choose another folder; nothing was overwritten."),
            str(folder),
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        with (folder / name).open("xb") as file:
            file.write(data)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: a power cut leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def write_secret_file(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read.

    Raises:
        OutOfOrder: one of that name is there; it is never overwritten.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise _taken(path) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def refuse_taken(*paths: Path) -> None:
    """To be asked before a person types or a machine works for a new file; writing it asks again.

    Raises:
        OutOfOrder: something of one of these names is there.
    """
    if there := next((path for path in paths if path.exists() or path.is_symlink()), None):
        raise _taken(there)


def _taken(path: Path) -> OutOfOrder:
    return OutOfOrder(
        Sentence("a name for a new file"),
        Sentence("a file of that name already"),
        Sentence("Choose another name; nothing was overwritten."),
        str(path),
    )


def example_files() -> dict[str, bytes]:
    """The example that comes with urna: a small National Assembly with parties and places that do not exist."""
    return _packaged("example")


def template_files() -> dict[str, bytes]:
    """The files of a definition with nothing filled in: each key explained, each table with its header."""
    return _packaged("template")


def _packaged(name: str) -> dict[str, bytes]:
    folder = files("urna") / "election" / name
    return {file: (folder / file).read_bytes() for file in FILES}
