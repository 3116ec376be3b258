"""The witness's addresses answer with C2SP's numbers and types, and no body holds them up."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.log.keys import LOG, note_signer
from tests.observer.asking import NOW, WITNESS, asked, grown, signed

from urna.errors import OutOfOrder
from urna.log.cosignature import read_cosignatures
from urna.log.note import add_signatures, parse_signature
from urna.observer.request import ADD_CHECKPOINT, MAX_REQUEST_BYTES, AddCheckpoint
from urna.observer.witness import Verdict
from urna.storage.witness_folder import WitnessFolder, origin_hash, watch_log
from urna.web.witness.app import BURST, PER_SECOND, SIZE_TYPE, witness_app
from urna.web.witness.pace import MOST_ADDRESSES, Pace


class Asking:
    """A witness behind its addresses, with a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        watch_log(folder, LOG.verifier)
        self.witness = WitnessFolder(folder, WITNESS)
        self.told: list[Verdict] = []
        self.seconds = 0.0
        self.app = witness_app(
            self.witness, clock=lambda: NOW, steady=lambda: self.seconds, tell=self.told.append, body_seconds=0.05
        )
        self.client = TestClient(self.app)

    def post(self, body: bytes) -> Any:
        """A request to cosign."""
        return self.client.post(ADD_CHECKPOINT, content=body)


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    """A witness that watches one log."""
    found = Asking(tmp_path)
    yield found
    found.witness.close()


def test_a_log_is_answered_with_a_signature_line(asking: Asking) -> None:
    """It is one line, and under the checkpoint it verifies."""
    answer = asking.post(asked(grown(5), 0))
    assert answer.status_code == 200
    line = parse_signature(answer.text.removesuffix("\n"))
    assert read_cosignatures(add_signatures(signed(grown(5)), [line]), [WITNESS.verifier])[0].timestamp_seconds == NOW
    assert [verdict.origin for verdict in asking.told] == [LOG.name]


def test_a_conflict_tells_the_size_alone(asking: Asking) -> None:
    """As C2SP writes it: a decimal, a newline, a media type of its own."""
    asking.post(asked(grown(5), 0))
    answer = asking.post(asked(grown(9), 3))
    assert (answer.status_code, answer.text) == (409, "5\n")
    assert answer.headers["content-type"] == SIZE_TYPE


def test_each_refusal_has_its_number_and_its_reason(asking: Asking) -> None:
    """400, 403, 404, 422: a sentence, and no trace of a program."""
    log = grown(5)
    stranger = note_signer("other.example/log", 7)
    foreign = grown(5)
    foreign.origin = stranger.name
    cases = {
        400: b"old 7\n\n" + signed(log),
        403: AddCheckpoint(0, (), signed(log, signer=note_signer(LOG.name, 8))).encode(),
        404: AddCheckpoint(0, (), signed(foreign, signer=stranger)).encode(),
        422: AddCheckpoint(0, (bytes(32),), signed(log)).encode(),
    }
    for status, body in cases.items():
        answer = asking.post(body)
        assert answer.status_code == status
        assert answer.text.endswith(".\n")
        assert "Traceback" not in answer.text


def test_a_monitor_gets_the_last_checkpoint(asking: Asking) -> None:
    """By the SHA-256 of the log's name; 404 before the first, and for a log that nobody watches."""
    path = f"/{origin_hash(LOG.name)}/checkpoint"
    assert asking.client.get(path).status_code == 404
    asking.post(asked(grown(5), 0))
    answer = asking.client.get(path)
    assert answer.content == asking.witness.checkpoint(origin_hash(LOG.name))
    assert asking.client.get(f"/{origin_hash('other')}/checkpoint").status_code == 404


def test_a_body_that_is_too_long_is_not_kept(asking: Asking) -> None:
    """413, and the witness was not asked."""
    assert asking.post(b"x" * (MAX_REQUEST_BYTES + 1)).status_code == 413
    assert asking.told == []


def test_a_body_that_does_not_come_is_not_waited_for(asking: Asking) -> None:
    """408 when its time is over."""
    sent: list[dict[str, Any]] = []

    async def never() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": ADD_CHECKPOINT,
        "raw_path": b"", "query_string": b"", "headers": [], "client": ("127.0.0.1", 1), "server": ("a", 80),
        "scheme": "http", "root_path": "",
    }  # fmt: skip
    # In a thread of its own: a browser of another test may keep this one's event loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(asking.app(scope, never, send))).result()  # type: ignore[arg-type]
    assert sent[0]["status"] == 408


def test_an_address_that_asks_too_often_waits(asking: Asking) -> None:
    """429 after a burst; time brings tokens back."""
    statuses = [asking.post(b"").status_code for _ in range(BURST + 1)]
    assert statuses == [400] * BURST + [429]
    asking.seconds += 1 / PER_SECOND
    assert [asking.post(b"").status_code for _ in range(2)] == [400, 429]


def test_the_table_of_addresses_does_not_grow() -> None:
    """A flood from many addresses forgets the oldest, and one address does not spend another's tokens."""
    pace = Pace(1.0, 1)
    for number in range(3 * MOST_ADDRESSES):
        assert pace.may_ask(str(number), 0.0)
    assert len(pace._left) == MOST_ADDRESSES
    assert not pace.may_ask(str(3 * MOST_ADDRESSES - 1), 0.5)
    assert pace.may_ask("0", 0.5)


def test_a_witness_whose_medium_failed_signs_nothing(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with a sentence, not a signature."""

    def failed(*_: object) -> Verdict:
        raise OutOfOrder("a medium", "none", "Look at it.")

    monkeypatch.setattr(asking.witness, "add_checkpoint", failed)
    assert asking.post(asked(grown(5), 0)).status_code == 503
