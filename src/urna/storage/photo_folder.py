"""The folder of candidates' photos beside a definition: its names, and each file's bytes, within limits."""

from pathlib import Path

from urna.election.folder_photos import is_passed_over, mistake_in
from urna.errors import Finding, Malformed
from urna.words import N_, Sentence

MOST_FILES = 20_000
"""In the folder: a nation's candidates are fewer."""


def photo_names(folder: Path) -> tuple[list[str], list[Finding]]:
    """The names of the files in the folder, and what there is no file of its own.

    Raises:
        Malformed: no folder, or more files than any election has candidates.
    """
    if not folder.is_dir():
        raise _no_folder(folder)
    names: list[str] = []
    for path in folder.iterdir():
        names.append(path.name)
        if len(names) > MOST_FILES:
            raise _too_many(folder)
    problem, remedy = N_("This is no file of its own."), N_("Put the photos themselves into the folder.")
    strange = {name for name in names if not is_passed_over(name) and not _is_plain(folder / name)}
    files = sorted(name for name in names if name not in strange)
    return files, [mistake_in(name, problem, remedy) for name in sorted(strange)]


def read_photo(folder: Path, name: str, limit: int) -> bytes:
    """A photo's bytes, read no further than one byte above the limit: whoever decodes it refuses it then.

    Raises:
        OSError: it cannot be read.
    """
    with (folder / name).open("rb") as file:
        return file.read(limit + 1)


def _is_plain(path: Path) -> bool:
    """A file, and no link to one elsewhere."""
    return path.is_file() and not path.is_symlink()


def _no_folder(folder: Path) -> Malformed:
    return Malformed(
        Sentence("a folder with photos"),
        Sentence("none"),
        Sentence("Check the path; a definition's photos lie in a folder of their own beside its files."),
        str(folder),
    )


def _too_many(folder: Path) -> Malformed:
    return Malformed(
        Sentence("at most {limit} photos", {"limit": MOST_FILES}),
        Sentence("more"),
        Sentence("Check that this is the right folder."),
        str(folder),
    )
