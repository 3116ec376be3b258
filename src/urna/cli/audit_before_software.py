"""`urna audit before software`: what a build consists of, and whether the media of drawn stations hold just that.

The media are read on this machine, which must not be one of those that are examined: a machine that lies lies of
itself, too. What a station prints of itself is shown beside, and proves nothing.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

import urna
from urna.audit.build_manifest import (
    LOCK,
    NO_FILE,
    locked_hashes,
    manifest_files,
    manifest_subjects,
    medium_subjects,
)
from urna.audit.examination import Examination, ExaminationKind, Result, Subject, check_examination
from urna.cli.audit_examination import (
    DrawOption,
    Found,
    Sitting,
    chosen_stations,
    evidence_of,
    examination,
    issue,
    read_round,
)
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Election
from urna.election.signing import officers_of
from urna.encoding.canonical import Code, Hash
from urna.encoding.document import open_document
from urna.errors import Malformed, Unproven
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

MOST_FILES = 40_000
COMPILED = "__pycache__"
"""Python's own leftovers, no part of a build. On a medium they are extra files: they run instead of the source."""

_NAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
_PINNED = re.compile(r"\A([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.+!_-]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")

LockOption = Annotated[
    list[Path] | None, typer.Option("--lock", help=say("A lock file, as lock/run.txt; more than once."))
]
RootOption = Annotated[
    list[str] | None,
    typer.Option(
        "--root", metavar="NAME=FOLDER", help=say("A folder of the build under this name; urna, if left out.")
    ),
]
TreeOption = Annotated[
    list[str],
    typer.Option("--tree", metavar="STATION=FOLDER", help=say("Where a station's medium is mounted, read only.")),
]
WheelsOption = Annotated[
    list[str] | None,
    typer.Option("--wheels", metavar="STATION=FOLDER", help=say("The archives of packages on a station's medium.")),
]
PrintedOption = Annotated[
    list[str] | None,
    typer.Option("--printed", metavar="STATION=TEXT", help=say("What the station printed of itself; no evidence.")),
]


@examination
def software_manifest(
    sitting: Sitting,
    *,
    root: RootOption = None,
    lock: LockOption = None,
) -> None:
    """Every file of the build with its SHA-256, and every archive that the lock allows.

    The same build gives the same subjects, whoever makes it and wherever it lies: no file's time or owner is in them.
    """
    election = sitting.election()
    roots = _pairs(root or [f"urna={Path(urna.__file__).parent}"], "--root")
    files: dict[str, str] = {}
    for name, folder in roots:
        files |= {path: hashed for path, hashed in hash_tree(Path(folder), name) if COMPILED not in path.split("/")}
    _refuse_links(files)
    locks = [(path, read_limited(path)) for path in lock or ()]
    locked: dict[str, tuple[Hash, ...]] = {}
    for path, data in locks:
        locked |= read_lock(data, str(path))
    figures = {"files": len(files), "locked_packages": len(locked)}
    evidence = [evidence_of(path, data) for path, data in locks]
    subjects = manifest_subjects(files, locked)
    if not sitting.conclusion:
        archives = len(subjects) - len(files)
        sitting = sitting._replace(conclusion=f"{len(files)} files, and {archives} archives of {len(locked)} packages.")
    issue(sitting, election, ExaminationKind.MANIFEST, Found(subjects, figures, evidence=evidence))


@examination
def software(
    sitting: Sitting,
    manifest: Annotated[Path, typer.Argument(help=say("The signed manifest of the build."), metavar="MANIFEST")],
    *,
    tree: TreeOption,
    wheels: WheelsOption = None,
    printed: PrintedOption = None,
    draw: DrawOption = None,
) -> None:
    """Each drawn station's files against the manifest: changed, missing and extra ones are named.

    A station that was drawn and whose medium was not brought is not examined.
    """
    election = sitting.election()
    data = read_limited(manifest)
    known = _open_manifest(election, data, manifest)
    expected, locked = manifest_files(known, str(manifest)), locked_hashes(known)
    trees = _by_station(tree, "--tree", election)
    archives = _by_station(wheels or [], "--wheels", election)
    drawn = read_round(draw, election) if draw else None
    stations = chosen_stations(election, drawn, () if drawn else tuple(trees), everybody=False)
    subjects = [
        *_media(stations, expected, trees),
        *(one for code, folder in sorted(archives.items()) for one in _archives(code, folder, locked)),
    ]
    for code, text in _pairs(printed or [], "--printed"):
        said = say("{station} printed of itself, which is no evidence: {text}", station=code, text=text[:120])
        out.print(said, markup=False, style="dim")
    figures = {"stations": len(stations), "files_expected": len(expected)}
    evidence = [evidence_of(manifest, data)]
    draw_code = drawn.audit if drawn else ""
    issue(sitting, election, ExaminationKind.SOFTWARE, Found(subjects, figures, evidence=evidence, draw=draw_code))


def hash_tree(root: Path, name: str) -> Iterator[tuple[str, str]]:
    """Every file below a folder: its path, which begins with `name`, and its SHA-256; links are never followed.

    Raises:
        Malformed: no folder, or more than 40,000 files.
    """
    if root.is_symlink() or not root.is_dir():
        raise Malformed(
            Sentence("a folder"), Sentence("none, or a link"), Sentence("Check where it is mounted."), str(root)
        )
    count = 0
    for folder, folders, names in os.walk(root, followlinks=False):
        folders.sort()
        links = [each for each in folders if Path(folder, each).is_symlink()]
        for each in sorted([*names, *links]):
            path = Path(folder, each)
            count += 1
            if count > MOST_FILES:
                raise Malformed(
                    Sentence("at most {most} files", {"most": MOST_FILES}),
                    Sentence("more"),
                    Sentence("Name the folder of the installed package itself."),
                    str(root),
                )
            yield f"{name}/{path.relative_to(root).as_posix()}", _hash_file(path)


def read_lock(data: bytes, where: str) -> dict[str, tuple[Hash, ...]]:
    """The packages of a lock file by name==version, each with the hashes of its archives.

    Raises:
        Malformed: not a lock with hashes.
    """
    found: dict[str, tuple[Hash, ...]] = {}
    text = data.decode("utf-8", errors="replace").replace("\\\n", " ")
    for line in text.splitlines():
        match, hashes = _PINNED.match(line), tuple(_HASH.findall(line))
        if match and hashes:
            found[f"{match[1]}=={match[2]}"] = hashes
        elif line.strip() and not line.lstrip().startswith("#"):
            raise Malformed(
                Sentence("a package with its version and hashes in each line"),
                Sentence("{line}", {"line": repr(line[:60])}),
                Sentence("Take the lock that pip installs from with --require-hashes."),
                where,
            )
    if not found:
        raise Malformed(Sentence("a lock file"), Sentence("no package"), Sentence("Take lock/run.txt."), where)
    return found


def _media(stations: Sequence[Code], expected: Mapping[str, Hash], trees: Mapping[Code, Path]) -> Iterator[Subject]:
    roots = sorted({path.partition("/")[0] for path in expected})
    for code in stations:
        if code not in trees:
            wanted = f"{len(expected)} files as in the manifest"
            yield Subject(subject=code, result=Result.NOT_EXAMINED, expected=wanted, found="no medium")
            continue
        found: dict[str, str] = {}
        for name in roots:
            if (trees[code] / name).is_dir():
                found |= dict(hash_tree(trees[code] / name, name))
        yield from medium_subjects(code, expected, found)


def _archives(code: Code, folder: Path, locked: frozenset[Hash]) -> Iterator[Subject]:
    """Each archive on a medium is one that the lock allows."""
    files = dict(hash_tree(folder, "wheels"))
    unknown = {path: hashed for path, hashed in files.items() if hashed not in locked}
    result = Result.FAILED if unknown or not files else Result.PASSED
    found = f"{len(files)} archives, {len(unknown)} of them not in the lock"
    yield Subject(subject=f"{code} wheels", result=result, expected="archives of the lock", found=found)
    for path, hashed in sorted(unknown.items())[:200]:
        yield Subject(subject=f"{code} {path}"[:200], result=Result.FAILED, expected="a hash of the lock", found=hashed)


def _open_manifest(election: Election, data: bytes, path: Path) -> Examination:
    authority = election.definition.authority
    known = open_document(data, Examination, officers_of(authority), authority.threshold, str(path))
    if known.election != election.identity:
        raise Unproven(
            Sentence("a manifest of election {election}", {"election": election.identity[:16]}),
            Sentence("one of election {election}", {"election": known.election[:16]}),
            Sentence("Take the manifest that is in this election's log."),
            str(path),
        )
    check_examination(known, str(path))
    return known


def _hash_file(path: Path) -> str:
    """SHA-256 of a plain file; what is something else says so."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return NO_FILE
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_links(files: Mapping[str, str]) -> None:
    for path, hashed in files.items():
        if hashed == NO_FILE or path.startswith(LOCK):
            raise Malformed(
                Sentence("plain files, and no folder named lock"),
                Sentence("{path}", {"path": repr(path[:120])}),
                Sentence("Install from wheels into a new folder, and make the manifest of that."),
            )


def _pairs(given: Iterable[str], where: str) -> list[tuple[str, str]]:
    pairs = []
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not value or not _NAME.match(name):
            raise Malformed(
                Sentence("NAME=VALUE"),
                Sentence("{text}", {"text": repr(each[:80])}),
                Sentence("Write the name, =, and what belongs to it."),
                where,
            )
        pairs.append((name, value))
    if len({name for name, _ in pairs}) != len(pairs):
        raise Malformed(Sentence("each name once"), Sentence("one twice"), Sentence("Give each of them once."), where)
    return pairs


def _by_station(given: Iterable[str], where: str, election: Election) -> dict[Code, Path]:
    found = {}
    for code, folder in _pairs(given, where):
        if code not in election.stations:
            raise Malformed(
                Sentence("a station of the definition"),
                Sentence("{station}", {"station": code}),
                Sentence("Write the station's code as the definition has it."),
                where,
            )
        found[code] = Path(folder)
    return found
