"""What a build consists of, file by file, and what of it a medium has: changed, missing, extra.

The manifest is an examination of the kind `manifest`: its subjects are paths, `expected` is the SHA-256 of each. A path
begins with the name of its root, as urna/cli/main.py. Each archive that the lock allows is a subject of its own, as
lock/numpy==2.4.0/5e3c1a0b9d47.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from urna.audit.examination import Examination, ExaminationKind, Result, Subject
from urna.encoding.canonical import Code, Hash, digest, printable
from urna.errors import Unproven
from urna.words import Sentence

LOCK = "lock/"
"""What a manifest's paths of locked packages begin with; no medium has files of that name."""

NO_FILE = "not a plain file"
"""Stands where a medium has a link, a pipe or a device instead of a file."""

MOST_NAMED = 200
"""Files of one medium that are named one by one; a wrong build would fill the record."""

_MOST_LETTERS = 150


class Difference(StrEnum):
    """How a file of a medium differs."""

    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"


class Odd(NamedTuple):
    """A file that is not as the manifest says."""

    path: str
    difference: Difference
    expected: str
    found: str


def manifest_subjects(files: Mapping[str, Hash], locked: Mapping[str, tuple[Hash, ...]]) -> tuple[Subject, ...]:
    """The subjects of a build: every file, and every archive of a package that its lock allows.

    Args:
        files: SHA-256 by path.
        locked: by name and version, the hashes of the archives that may be installed.
    """
    named = dict(files)
    named |= {f"{LOCK}{name}/{each[:12]}": each for name, hashes in locked.items() for each in hashes}
    return tuple(
        Subject(subject=_shown(path), result=Result.PASSED, expected=found, found=found)
        for path, found in sorted(named.items())
    )


def locked_hashes(manifest: Examination) -> frozenset[Hash]:
    """SHA-256 of every archive of a package that may be installed."""
    return frozenset(each.expected for each in manifest.subjects if each.subject.startswith(LOCK))


def manifest_files(manifest: Examination, where: str = "") -> dict[str, Hash]:
    """SHA-256 by path of a manifest's files, the locked packages left out.

    Raises:
        Unproven: an examination of another kind.
    """
    if manifest.kind is not ExaminationKind.MANIFEST:
        raise Unproven(
            Sentence("a manifest of a build"),
            Sentence("an examination of the kind {kind}", {"kind": manifest.kind}),
            Sentence("Take the note that urna audit before software-manifest made."),
            where,
        )
    return {each.subject: each.expected for each in manifest.subjects if not each.subject.startswith(LOCK)}


def compare_files(expected: Mapping[str, Hash], found: Mapping[str, str]) -> Iterator[Odd]:
    """Every file that differs, by path.

    Args:
        expected: by the manifest.
        found: on a medium; `NO_FILE` where something else stands in a file's place.
    """
    shown = {_shown(path): hashed for path, hashed in found.items()}
    for path in sorted({*expected, *shown}):
        if path not in shown:
            yield Odd(path, Difference.MISSING, expected[path], "")
        elif path not in expected:
            yield Odd(path, Difference.EXTRA, "", shown[path])
        elif expected[path] != shown[path]:
            yield Odd(path, Difference.CHANGED, expected[path], shown[path])


def medium_subjects(station: Code, expected: Mapping[str, Hash], found: Mapping[str, str]) -> tuple[Subject, ...]:
    """What an examination says of a station's medium: it passed, or each file that differs."""
    odd = tuple(compare_files(expected, found))
    if not odd:
        said = f"{len(expected)} files as in the manifest"
        return (Subject(subject=station, result=Result.PASSED, expected=said, found=said),)
    counts = {kind: sum(each.difference is kind for each in odd) for kind in Difference}
    summed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    whole = Subject(
        subject=station, result=Result.FAILED, expected=f"{len(expected)} files as in the manifest", found=summed
    )
    return (
        whole,
        *(
            Subject(
                subject=f"{station} {each.path}",
                result=Result.FAILED,
                expected=each.expected or "no such file",
                found=f"{each.difference} {each.found}".strip(),
            )
            for each in odd[:MOST_NAMED]
        ),
    )


def _shown(path: str) -> str:
    """A path as a record may name it; a long one ends with its own hash, so that no two become one."""
    text = printable(path)
    return (
        text
        if text == path and len(path) <= _MOST_LETTERS
        else f"{text[: _MOST_LETTERS - 65]}#{digest(path.encode('utf-8', 'surrogateescape'))}"
    )
