"""A simulated thermal printer on a cable, for booths' processes: they take no printer that keeps what it prints."""

from collections.abc import Iterator
from contextlib import contextmanager

from urna.devices.printer_twin import PrinterTwin
from urna.devices.printer_twin_line import TwinServer


@contextmanager
def printer_line() -> Iterator[str]:
    """Its name, as a station's settings have it."""
    server = TwinServer(PrinterTwin(), ("127.0.0.1", 0))
    try:
        yield f"tcp:127.0.0.1:{server.port}"
    finally:
        server.stop()
