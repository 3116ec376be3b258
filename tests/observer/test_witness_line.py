"""The centre's side of a witness: what it asks, what it believes, and what it makes of a refusal."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from tests.log.keys import LOG, witness_signer
from tests.observer.asking import NOW, WITNESS, asked, grown, signed
from tests.observer.hostile_server import fixed, saying, serving

from urna.devices.web_line import NoAnswer
from urna.devices.witness_line import WitnessIsAhead, ask_witness
from urna.errors import Unproven
from urna.log.cosignature import WitnessPolicy, open_witnessed
from urna.log.log import Log
from urna.log.note import NoteSignature, add_signatures
from urna.storage.witness_folder import WitnessFolder, watch_log
from urna.web.witness.app import witness_app

POLICY = WitnessPolicy(witnesses=(WITNESS.verifier,), threshold=1)


@contextmanager
def listening(folder: Path) -> Iterator[tuple[str, WitnessFolder]]:
    """A witness on a port of this machine."""
    watch_log(folder, LOG.verifier)
    witness = WitnessFolder(folder, WITNESS)
    place = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(witness_app(witness, clock=lambda: NOW, steady=lambda: 0.0), log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([place],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{place.getsockname()[1]}", witness
    finally:
        server.should_exit = True
        thread.join(10)
        place.close()
        witness.close()


def ask(address: str, log: Log, size: int, old_size: int = 0) -> NoteSignature:
    """A centre that asks for a cosignature."""
    return ask_witness(
        address,
        WITNESS.verifier,
        signed(log, size),
        lambda old: log.growth_proof(old, size),
        old_size=old_size,
        seconds=60,
    )


def test_a_centre_gets_its_cosignatures_as_the_log_grows(tmp_path: Path) -> None:
    """Knowing the old size, not knowing it, and believing a wrong one; each cosignature counts towards the quorum."""
    log = grown(20)
    with listening(tmp_path) as (address, _):
        for size, old_size in ((3, 0), (8, 3), (12, 0), (20, 19), (20, 20)):
            line = ask(address, log, size, old_size)
            assert open_witnessed(add_signatures(signed(log, size), [line]), LOG.verifier, POLICY).size == size


def test_a_log_behind_its_witness_is_told_to_stop(tmp_path: Path) -> None:
    """A centre that was restored from an old copy learns that it published more than it knows."""
    with listening(tmp_path) as (address, witness):
        witness.add_checkpoint(asked(grown(9), 0), NOW)
        with pytest.raises(WitnessIsAhead):
            ask(address, grown(9), 5)


def test_a_refusal_is_told_with_its_number(tmp_path: Path) -> None:
    """Another history is not cosigned, and the centre hears 422."""
    with listening(tmp_path) as (address, witness):
        witness.add_checkpoint(asked(grown(5), 0), NOW)
        with pytest.raises(Unproven, match="422"):
            ask(address, grown(9, "forged"), 9, 5)


def test_a_false_cosignature_is_not_taken() -> None:
    """Of another key under the name, of another checkpoint, broken, none at all."""
    note = signed(grown(5))
    other = witness_signer(WITNESS.name, 88)
    lines = (
        other.cosign(note, NOW).line(),
        WITNESS.cosign(signed(grown(6)), NOW).line(),
        NoteSignature(WITNESS.name, WITNESS.verifier.key_id, bytes(72)).line(),
        "", "— \n", "no line\n",
    )  # fmt: skip
    for line in lines:
        with serving(fixed(saying(200, line.encode()))) as address, pytest.raises(Unproven):
            ask(address, grown(5), 5)


def test_lines_of_other_keys_are_passed_over() -> None:
    """A witness may sign with several keys; the one that the definition names counts."""
    note = signed(grown(5))
    lines = witness_signer("other.example", 88).cosign(note, NOW).line() + WITNESS.cosign(note, NOW).line()
    with serving(fixed(saying(200, lines.encode()))) as address:
        assert ask(address, grown(5), 5).name == WITNESS.name


@pytest.mark.parametrize(
    "answer",
    [saying(302, b"", extra="Location: /x\r\n"), saying(500, b""), saying(429, b""), saying(409, b"five\n"),
     saying(409, b"")],
)  # fmt: skip
def test_a_server_that_cannot_answer_is_asked_again_later(answer: bytes) -> None:
    """Redirects, errors, and a conflict without a size say nothing about the log."""
    with serving(fixed(answer)) as address, pytest.raises(NoAnswer):
        ask(address, grown(5), 5)


def test_a_conflict_that_repeats_is_a_refusal() -> None:
    """The centre asks twice and no more."""
    with serving(fixed(saying(409, b"3\n"))) as address, pytest.raises(Unproven, match="409"):
        ask(address, grown(5), 5)
