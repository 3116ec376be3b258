"""A work list in a folder that its owner alone may read: what was searched, what was found, who said what.

    head.json                      how it is searched (roll/deduplication_report), fixed at the beginning
    adjudicators.note              who may decide, signed by the officers
    parts/00000012.json            a part of the search that is done: counts
    cases/<name>.case              a case, sealed to the case key
    decisions/<name>.2.decision    the second decision on it, sealed to the case key too

A part is marked as done after its cases are on the medium, and a case found again is the same file, so a search
that was cut off anywhere is taken up where it stood. All cases have one length, and all decisions; the names of
files follow from the electors' secret salts: a copy of the folder shows how many, not who.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from urna.crypto.sealing import OVERHEAD_BYTES, SECRET_BYTES, SealingKey, seal
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.roll.deduplication import MOST_DECISIONS, Case
from urna.roll.deduplication_report import PartDone, WorkListHead
from urna.station.cards import Entropy
from urna.station.vault import pad, unpad
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

CASE_BYTES = 1024
DECISION_BYTES = 2048
"""Contents are padded to so many bytes."""

ADJUDICATORS = "adjudicators.note"

_MAX_BYTES = 64 * 1024


class WorkList:
    """A folder with a work list; it is opened, not held: each act reads and writes files.

    Args:
        folder: where it lies.

    Raises:
        Malformed: there is none, or its head is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "head.json").is_file():
            raise Malformed(
                Sentence("the folder of a work list"),
                Sentence("none"),
                Sentence("Make one with: urna roll deduplicate."),
                str(folder),
            )
        self.head = decode(_read(folder / "head.json"), WorkListHead, str(folder / "head.json"))

    @classmethod
    def begin(cls, folder: Path, head: WorkListHead) -> "WorkList":
        """A new work list.

        Raises:
            OutOfOrder: the folder has files already.
        """
        if folder.exists() and any(folder.iterdir()):
            raise OutOfOrder(
                Sentence("a new or empty folder"),
                Sentence("one with files in it"),
                Sentence("Choose another folder, or go on with this one: --resume."),
                str(folder),
            )
        for each in (folder, folder / "parts", folder / "cases", folder / "decisions"):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / "head.json", encode(head))
        return cls(folder)

    @classmethod
    def resume(cls, folder: Path, head: WorkListHead) -> "WorkList":
        """The work list that was begun with this head, whenever that was.

        Raises:
            Malformed: there is none.
            OutOfOrder: it was begun with another roll, key or rule.
        """
        found = cls(folder)
        if encode(found.head) != encode(_at(head, found.head.made_at)):
            raise OutOfOrder(
                Sentence("a work list of the same search"),
                Sentence("one of another roll, key, threshold or option"),
                Sentence("Give the options with which it was begun, or begin a new one."),
                str(folder),
            )
        return found

    def parts_done(self) -> list[PartDone]:
        """The parts that are done, in order."""
        paths = sorted((self.folder / "parts").glob("*.json"))
        return [decode(_read(path), PartDone, str(path)) for path in paths]

    def finish_part(self, done: PartDone) -> None:
        """Marks a part as done; its cases were added before."""
        _write(self.folder / "parts" / f"{done.part:08d}.json", encode(done))

    def add_case(self, name: str, case: Case, entropy: Entropy) -> bool:
        """Writes a case, unless it was found before; returns whether it is new.

        Args:
            name: as `roll.deduplication.case_name` gives it.
            case: who and how alike.
            entropy: fresh randomness.
        """
        path = self.folder / "cases" / f"{name}.case"
        if path.exists():
            return False
        _write(path, self._seal(encode(case), CASE_BYTES, entropy))
        return True

    def case_names(self) -> list[str]:
        """The names of all cases, in no order that means anything."""
        return sorted(path.stem for path in (self.folder / "cases").glob("*.case"))

    def case(self, name: str, key: SealingKey) -> Case:
        """A case.

        Raises:
            OutOfOrder: there is none of this name.
            Unproven: another key, or a changed file.
        """
        path = self.folder / "cases" / f"{name}.case"
        if name not in self.case_names():
            raise OutOfOrder(
                Sentence("the name of a case of this work list"),
                Sentence("another one"),
                Sentence("Copy the name from: urna roll cases list."),
                str(self.folder),
            )
        return decode(_open(path, key), Case, str(path))

    def cases(self, key: SealingKey) -> Iterator[tuple[str, Case]]:
        """All cases with their names."""
        for name in self.case_names():
            yield name, self.case(name, key)

    def decisions(self, name: str, key: SealingKey) -> list[bytes]:
        """The signed decisions on a case, in the order in which they were given."""
        paths = [self._decision(name, number) for number in range(1, MOST_DECISIONS + 1)]
        return [_open(path, key) for path in paths if path.is_file()]

    def count_decisions(self, name: str) -> int:
        """How many people decided a case; this needs no key."""
        return sum(self._decision(name, number).is_file() for number in range(1, MOST_DECISIONS + 1))

    def add_decision(self, name: str, document: bytes, entropy: Entropy) -> None:
        """Writes one more decision on a case; two at the same instant do not overwrite each other.

        Raises:
            OutOfOrder: somebody else's decision was written meanwhile.
        """
        path = self._decision(name, self.count_decisions(name) + 1)
        try:
            _write_new(path, self._seal(document, DECISION_BYTES, entropy))
        except FileExistsError:
            raise OutOfOrder(
                Sentence("a case that nobody else decides at this moment"),
                Sentence("a decision that was just written"),
                Sentence("Look at the case again, and decide it if it is still open."),
            ) from None

    def _decision(self, name: str, number: int) -> Path:
        return self.folder / "decisions" / f"{name}.{number}.decision"

    def _seal(self, content: bytes, step: int, entropy: Entropy) -> bytes:
        return seal(self.head.key, pad(content, step), entropy(SECRET_BYTES))


def _at(head: WorkListHead, made_at: str) -> WorkListHead:
    fields = {name: getattr(head, name) for name in head.__struct_fields__}
    return WorkListHead(**{**fields, "made_at": made_at})


def _read(path: Path) -> bytes:
    return read_limited(path, _MAX_BYTES)


def _open(path: Path, key: SealingKey) -> bytes:
    sealed = _read(path)
    if len(sealed) <= OVERHEAD_BYTES:
        raise _damaged(path)
    try:
        return unpad(key.unseal(sealed, str(path)))
    except Malformed as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> UrnaError:
    return Malformed(
        Sentence("a sealed file of a work list"),
        Sentence("a damaged one"),
        Sentence("Take the folder's copy; if there is none, search again into a new folder."),
        str(path),
    )


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    beside = _beside(path, data)
    beside.replace(path)


def _write_new(path: Path, data: bytes) -> None:
    """The same, refused with `FileExistsError` where the name is taken."""
    beside = _beside(path, data)
    try:
        os.link(beside, path)
    finally:
        beside.unlink()


def _beside(path: Path, data: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return beside
