"""The process of `urna witness serve`: uvicorn around the witness's two addresses."""

import time
from collections.abc import Callable

import uvicorn

from urna.cli.screen import out
from urna.cli.words import say
from urna.observer.witness import Verdict
from urna.storage.witness_folder import WitnessFolder
from urna.web.witness.app import witness_app

MOST_CONNECTIONS = 64
HEADER_BYTES = 16 * 1024
IDLE_SECONDS = 30


def serve_witness(witness: WitnessFolder, host: str, port: int, tell: Callable[[Verdict], None]) -> None:
    """Answers until the process is told to end.

    Args:
        witness: locked, with its key open.
        host: the address to listen at.
        port: 0 for any that is free; the address is printed once it listens.
        tell: is shown every verdict.
    """
    config = uvicorn.Config(
        witness_app(witness, clock=time.time, steady=time.monotonic, tell=tell),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # From a proxy on this machine alone: the pace is kept for each address that asks.
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1",
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_keep_alive=IDLE_SECONDS,
    )
    _Announcing(config).run()


class _Announcing(uvicorn.Server):
    """Says where it listens, as soon as it does."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Listens, then prints the address."""
        await super().startup(sockets)  # type: ignore[arg-type]
        for server in self.servers:
            for each in server.sockets:
                host, port = each.getsockname()[:2]
                out.print(say("Listening at {address}", address=f"http://{host}:{port}"), markup=False)
        out.file.flush()
