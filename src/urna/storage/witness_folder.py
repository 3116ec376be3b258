"""A witness's folder: the logs that it watches and what it cosigned of each, durable before a cosignature leaves.

    witness.key                      its key, which only the passphrase opens
    logs.txt                         the keys of the logs, one a line, as C2SP writes them
    known/<SHA-256 of log's name>    the last checkpoint that it cosigned; "nothing yet" before the first
    forks/<SHA-256 of the second>    two signed checkpoints that contradict each other
    .lock                            held by the one process that signs

What was cosigned is never forgotten: a log without its file in `known` is refused, not begun again from nothing.
"""

import fcntl
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from urna.encoding.canonical import digest
from urna.errors import Malformed, OutOfOrder
from urna.log.cosignature import WitnessSigner, WitnessVerifier
from urna.log.note import NoteVerifier
from urna.observer.evidence import Forked, encode_fork
from urna.observer.witness import Known, Status, Verdict, answer, read_known
from urna.storage.definition_folder import read_limited
from urna.storage.durable import sync_folder
from urna.words import Sentence

KEY, LOGS, KNOWN, FORKS, LOCK = "witness.key", "logs.txt", "known", "forks", ".lock"
NOTHING_YET = b"nothing yet\n"
MAX_LOGS_BYTES = 1024 * 1024
MAX_KNOWN_BYTES = 64 * 1024
MAX_FORKS = 1000
"""Files of contradictions that are kept: a cheating log must not fill the disk."""


def origin_hash(origin: str) -> str:
    """How C2SP names a log in a path: the SHA-256 of its name."""
    return digest(origin.encode())


def read_logs(folder: Path) -> dict[str, NoteVerifier]:
    """The keys of the logs that a witness watches, by name.

    Raises:
        Malformed: a line that is no key, or a name that stands twice.
        OSError: there is no such file.
    """
    path = folder / LOGS
    logs: dict[str, NoteVerifier] = {}
    lines = read_limited(path, MAX_LOGS_BYTES).decode("utf-8", errors="replace").splitlines()
    for line in filter(None, (line.strip() for line in lines)):
        log = NoteVerifier.of(line)
        if log.name in logs:
            raise Malformed(
                Sentence("each log once"),
                Sentence("{name} twice", {"name": log.name}),
                Sentence("Take one of the lines out; a log has one key."),
                str(path),
            )
        logs[log.name] = log
    return logs


def watch_log(folder: Path, log: NoteVerifier) -> bool:
    """Adds a log to those that the witness watches; whether it was not there yet.

    Raises:
        OutOfOrder: the witness watches another key under that name.
    """
    with _Lock(folder):
        logs = read_logs(folder) if (folder / LOGS).exists() else {}
        there = logs.get(log.name)
        if there is not None and there.public_hex != log.public_hex:
            raise OutOfOrder(
                Sentence("a log of another name"),
                Sentence("another key under the name {name}", {"name": log.name}),
                Sentence("Ask the log's owner: a log has one key as long as it lives."),
                str(folder / LOGS),
            )
        path = folder / KNOWN / origin_hash(log.name)
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_durably(path, NOTHING_YET)
        if there is None:
            keys = [each.vkey() for each in (*logs.values(), log)]
            write_durably(folder / LOGS, "".join(f"{key}\n" for key in keys).encode())
    return there is None


class WitnessFolder:
    """A witness at work: one process, one lock, one request at a time.

    Args:
        folder: made by `urna witness init`.
        signer: its key, opened.

    Raises:
        OutOfOrder: another process is this witness, or what it knew of a log is missing.
        Malformed: a file is not what it should be.
        Unproven: what it should have cosigned does not verify.
    """

    def __init__(self, folder: Path, signer: WitnessSigner) -> None:
        self._folder, self._signer = folder, signer
        self._one_at_a_time = threading.Lock()
        self._is_doubtful = False
        self._process = _Lock(folder)
        self._process.__enter__()
        try:
            self._logs = read_logs(folder)
            found = {name: _read(folder, log, signer.verifier) for name, log in self._logs.items()}
        except BaseException:
            self.close()
            raise
        self._known = {name: known for name, known in found.items() if known is not None}
        self._by_hash = {origin_hash(name): name for name in self._logs}

    def close(self) -> None:
        """Lets another process be this witness."""
        self._process.__exit__()

    @property
    def logs(self) -> Iterable[NoteVerifier]:
        """The keys of the logs that it watches."""
        return tuple(self._logs.values())

    def known(self, log: str) -> Known | None:
        """What it last cosigned of a log, by the log's name."""
        return self._known.get(log)

    def checkpoint(self, hashed_origin: str) -> bytes | None:
        """The last checkpoint that it cosigned of the log whose name has this SHA-256; None if there is none."""
        known = self._known.get(self._by_hash.get(hashed_origin, ""))
        return known.note if known else None

    def add_checkpoint(self, request: bytes, now_seconds: int) -> Verdict:
        """Answers a request; what it says is on the medium when this returns.

        Raises:
            OutOfOrder: an earlier write failed, so nobody knows what the medium holds.
            OSError: this write failed; nothing was signed that anybody saw.
        """
        with self._one_at_a_time:
            if self._is_doubtful:
                raise OutOfOrder(
                    Sentence("a medium that took what was written"),
                    Sentence("a write that failed"),
                    Sentence("Look at the disk, then start the witness again."),
                    str(self._folder),
                )
            verdict = answer(request, self._logs, self._known, self._signer, now_seconds)
            if verdict.fork is not None:
                self._keep(verdict)
            if verdict.status is Status.COSIGNED and verdict.known is not None:
                self._is_doubtful = True
                write_durably(self._folder / KNOWN / origin_hash(verdict.origin), verdict.known.note)
                self._is_doubtful = False
                self._known[verdict.origin] = verdict.known
            return verdict

    def _keep(self, verdict: Verdict) -> None:
        """Keeps two checkpoints that contradict each other, so that other people can be shown them."""
        if verdict.fork is None:
            return
        folder = self._folder / FORKS
        folder.mkdir(mode=0o700, exist_ok=True)
        log = self._logs[verdict.origin]
        evidence = encode_fork(Forked.of_one_size(log, verdict.fork.known, verdict.fork.found))
        path = folder / digest(verdict.fork.found.rpartition(b"\n\n")[0])
        if not path.exists() and sum(1 for _ in folder.iterdir()) < MAX_FORKS:
            write_durably(path, evidence)


def write_durably(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all; it is on the medium, with its name, when this returns."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def _read(folder: Path, log: NoteVerifier, witness: WitnessVerifier) -> Known | None:
    path = folder / KNOWN / origin_hash(log.name)
    if not path.exists():
        raise OutOfOrder(
            Sentence("what this witness last cosigned of {log}", {"log": log.name}),
            Sentence("no file"),
            Sentence("Restore its newest copy. If there is none, make a witness with a new key and name."),
            str(path),
        )
    data = read_limited(path, MAX_KNOWN_BYTES)
    return None if data == NOTHING_YET else read_known(data, log, witness, str(path))


class _Lock:
    """That one process alone works on a folder; the system lets go of it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor = -1

    def __enter__(self) -> None:
        self._descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.__exit__()
            raise OutOfOrder(
                Sentence("one process for a witness"),
                Sentence("another one at work"),
                Sentence("Stop it first, or use it."),
                str(self._folder),
            ) from error

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
