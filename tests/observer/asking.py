"""A log, a witness, and the requests between them, for tests."""

from collections.abc import Mapping

from tests.log.keys import LOG, WITNESSES

from urna.log.checkpoint import sign_checkpoint
from urna.log.log import Log
from urna.log.note import NoteSigner
from urna.observer.request import AddCheckpoint
from urna.observer.witness import Known, Verdict, answer

WITNESS = WITNESSES[0]
LOGS = {LOG.name: LOG.verifier}
NOW = 1_607_306_400


def grown(size: int, mark: str = "entry", common: int = 0) -> Log:
    """A log of so many entries; another mark makes another history after the common entries."""
    return Log(LOG.name, [f"{'entry' if n < common else mark} {n}".encode() for n in range(size)])


def signed(log: Log, size: int | None = None, signer: NoteSigner = LOG) -> bytes:
    """A checkpoint that the log signs."""
    return sign_checkpoint(log.checkpoint(size), [signer])


def asked(log: Log, old: int, new: int | None = None) -> bytes:
    """An honest request to cosign."""
    return AddCheckpoint(old, log.growth_proof(old, new), signed(log, new)).encode()


def ask(request: bytes, known: Mapping[str, Known] | None = None, now: int = NOW) -> Verdict:
    """What the witness answers."""
    return answer(request, LOGS, known or {}, WITNESS, now)


def knowing(log: Log, size: int | None = None) -> dict[str, Known]:
    """What the witness knows after it cosigned the log at a size."""
    verdict = ask(asked(log, 0, size))
    assert verdict.known is not None
    return {log.origin: verdict.known}


def note_of(text: str) -> bytes:
    """Any text under the log's own signature."""
    return (text + "\n").encode() + LOG.sign(text.encode()).line().encode()
