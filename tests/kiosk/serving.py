"""A face on a free port of loopback, as the station serves it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def serving(make: Callable[[str], ASGIApp]) -> Iterator[str]:
    """An application while the block lasts; its address.

    Args:
        make: the application for an address, which its guard must know.
    """
    config = uvicorn.Config("", host="127.0.0.1", port=0, log_level="critical", access_log=False, lifespan="auto")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as station_process does
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config.app = make(origin)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield origin
    server.should_exit = True
    thread.join()
