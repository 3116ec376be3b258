"""The folder of an audit's work at one place: acts and photographs, each on the medium before anybody is told so.

    journal.db      SQLite: the acts of this place and of those that came on a stick, in the order in which they came
    photos/<hash>   photographs under their SHA-256

    journal_mode=DELETE, synchronous=EXTRA   an act that was acknowledged outlives a power cut, on any file system
    BEGIN IMMEDIATE                          the pages and the command line may write at the same time: each reads what
                                             the other wrote before it decides

Nothing in the table of acts is ever changed or removed.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from urna.audit.board import AuditBoard, AuditFrame, Conflict
from urna.audit.board_acts import Act, ActChain, What
from urna.encoding.canonical import Hash, Moment, decode, digest, encode
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

JOURNAL = "journal.db"
PHOTOS = "photos"
MOST_PHOTO_BYTES = 16 * 1024 * 1024

_TABLES = (
    "CREATE TABLE IF NOT EXISTS act (serial INTEGER PRIMARY KEY, place TEXT NOT NULL, number INTEGER NOT NULL,"
    " is_own INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (place, number)) STRICT",
    "CREATE TABLE IF NOT EXISTS account (person TEXT PRIMARY KEY, salt BLOB NOT NULL, password BLOB NOT NULL,"
    " is_blocked INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS session (sha256 TEXT PRIMARY KEY, person TEXT NOT NULL, began INTEGER NOT NULL,"
    " seen INTEGER NOT NULL) STRICT",
)
_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


class Imported(NamedTuple):
    """What a chain from a stick brought."""

    new: int
    known: int
    conflicts: tuple[Conflict, ...]
    """Of the new ones, those that cannot stand here; they are kept and named."""


def open_database(folder: Path) -> sqlite3.Connection:
    """The folder's database; made if there is none.

    Raises:
        Malformed: the file is something else.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / JOURNAL
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    try:
        for pragma in ("journal_mode=DELETE", "synchronous=EXTRA", "trusted_schema=OFF", "cell_size_check=ON"):
            connection.execute(f"PRAGMA {pragma}")
        for table in _TABLES:
            connection.execute(table)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise Malformed(
            Sentence("the journal of an audit"),
            Sentence("something else ({reason})", {"reason": str(error)}),
            Sentence("Check the folder; take the journal from a stick or a backup if it is damaged."),
            str(path),
        ) from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, and nobody else's between."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def kind_of(photo: bytes) -> str:
    """The kind of a photograph, by how it begins; empty for what is none."""
    return next((kind for start, kind in _KINDS if photo.startswith(start)), "")


def _sync(folder: Path) -> None:
    """The names in a folder are on the medium."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class AuditJournal:
    """The acts at one place, and the audit that they make.

    Args:
        folder: the audit's at this place.
        frame: what the audit is about, from the record.
        place: the key name of the board's key that signs here.
        connection: the folder's database.

    Raises:
        Unproven: the folder's acts are of another audit.
    """

    def __init__(self, folder: Path, frame: AuditFrame, place: str, connection: sqlite3.Connection) -> None:
        self.folder, self.place, self.frame = folder, place, frame
        self._connection, self._lock = connection, threading.RLock()
        self._board, self._serial = AuditBoard(frame, place), 0
        self.board()

    @contextmanager
    def reading(self) -> Iterator[AuditBoard]:
        """The audit as it stands, while nobody of this process changes it."""
        with self._lock:
            yield self.board()

    def board(self) -> AuditBoard:
        """The audit as it stands, with what others wrote into the same folder."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT serial, body FROM act WHERE serial > ? ORDER BY serial", (self._serial,)
            ).fetchall()
            for serial, body in rows:
                # Own acts, too: a sheet that was corrected since may leave one without a place, and the rest goes on.
                self._board.take(decode(body, Act, JOURNAL), is_own=False)
                self._serial = serial
            return self._board

    def do(self, who: str, what: What, at: Moment) -> Act:
        """Carries out an act of somebody here; it is on the medium when this returns.

        Raises:
            Malformed, OutOfOrder, Unproven: it cannot stand; nothing was written.
        """
        return self.do_after(who, lambda _: what, at)

    def do_after(self, who: str, decide: Callable[[AuditBoard], What], at: Moment) -> Act:
        """The same with an act that follows from how the audit stands at that instant."""
        with self._lock, self._writing() as board:
            number, previous = board.end_of(self.place)
            drawing = self.frame.drawing
            act = Act(
                election=drawing.election,
                audit=drawing.audit,
                place=self.place,
                number=number + 1,
                previous=previous,
                at=at,
                who=who,
                what=decide(board),
            )
            act = decode(encode(act), Act, self.place)
            board.take(act)
            self._write(act, is_own=True)
        return act

    def chain(self) -> ActChain:
        """All acts of this place."""
        acts = tuple(decode(body, Act, JOURNAL) for body in self._bodies(self.place))
        drawing = self.frame.drawing
        return ActChain(election=drawing.election, audit=drawing.audit, place=self.place, acts=acts)

    def import_chain(self, chain: ActChain) -> Imported:
        """Takes the acts of another place, those that are not here yet; all of them or none.

        Raises:
            OutOfOrder: a chain of this place itself that has acts which are not here.
            Unproven: a gap; or acts that are not those that came before under the same numbers.
        """
        self._check_known(chain)
        with self._lock, self._writing() as board:
            end = board.end_of(chain.place)[0]
            new, conflicts = chain.acts[end:], len(board.conflicts)
            if chain.place == self.place and new:
                raise OutOfOrder(
                    Sentence("acts of this place that this folder has"),
                    Sentence("{count} more", {"count": len(new)}),
                    Sentence("This folder is older than the stick: go on in the one from which the stick was written."),
                    chain.place,
                )
            for act in new:
                board.take(act, is_own=False)
                self._write(act, is_own=False)
            return Imported(len(new), len(chain.acts) - len(new), tuple(board.conflicts[conflicts:]))

    def put_photo(self, data: bytes) -> tuple[Hash, str]:
        """Keeps a photograph as it is; its hash and kind.

        Raises:
            Malformed: neither JPEG nor PNG, or too long.
        """
        kind = kind_of(data)
        if not kind or len(data) > MOST_PHOTO_BYTES:
            raise Malformed(
                Sentence("a photograph, JPEG or PNG, of at most {limit} MB", {"limit": MOST_PHOTO_BYTES >> 20}),
                Sentence("another kind of file, or a longer one ({size} bytes)", {"size": len(data)}),
                Sentence("Take the photograph with the camera's usual settings."),
            )
        found = digest(data)
        path = self.folder / PHOTOS / found
        if not path.exists():
            replace_file(path, data)
            _sync(path.parent)
        return found, kind

    def has_photo(self, photo: Hash) -> bool:
        """Whether a photograph is here, and not only at the place where it was taken."""
        return (self.folder / PHOTOS / photo).is_file()

    def photo(self, photo: Hash) -> bytes | None:
        """A photograph; None if it is not here, but at the place where it was taken.

        Raises:
            Unproven: the file was changed.
        """
        path = self.folder / PHOTOS / photo
        if not path.is_file():
            return None
        data = read_limited(path, MOST_PHOTO_BYTES)
        if digest(data) != photo:
            raise Unproven(
                Sentence("the photograph {hash}", {"hash": photo[:16]}),
                Sentence("another file"),
                Sentence("Take it again from the stick or the telephone."),
                str(path),
            )
        return data

    def _check_known(self, chain: ActChain) -> None:
        """Raises Unproven if a number that is here already names another act on the stick."""
        for act, body in zip(chain.acts, self._bodies(chain.place), strict=False):
            if encode(act) != body:
                raise Unproven(
                    Sentence(
                        "act {number} of {place}, {hash}",
                        {"number": act.number, "place": chain.place, "hash": digest(body)[:16]},
                    ),
                    Sentence("another one, {hash}", {"hash": digest(encode(act))[:16]}),
                    Sentence(
                        "Two folders were used with one key: find out which one the board worked in, and keep both."
                    ),
                    chain.place,
                )

    def _bodies(self, place: str) -> Sequence[bytes]:
        with self._lock:
            rows = self._connection.execute("SELECT body FROM act WHERE place = ? ORDER BY number", (place,))
            return [row[0] for row in rows.fetchall()]

    @contextmanager
    def _writing(self) -> Iterator[AuditBoard]:
        """What is refused or cannot be written leaves the audit as the medium has it."""
        before = -1
        try:
            with transaction(self._connection):
                board = self.board()
                before = board.acts
                yield board
        except BaseException:
            if self._board.acts != before:  # it was taken and not written: read everything again
                self._board, self._serial = AuditBoard(self.frame, self.place), 0
            raise
        self._serial = self._connection.execute("SELECT coalesce(max(serial), 0) FROM act").fetchone()[0]

    def _write(self, act: Act, *, is_own: bool) -> None:
        self._connection.execute(
            "INSERT INTO act (place, number, is_own, body) VALUES (?, ?, ?, ?)",
            (act.place, act.number, int(is_own), encode(act)),
        )
