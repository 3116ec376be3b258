"""A printer from the words that name it in a station's settings.

    escpos:/dev/usb/lp0       a thermal printer on the kernel's driver
    tcp:192.168.1.50:9100     a thermal printer on a cable of its own
    twin:/run/urna/printer    the simulated thermal printer's Unix socket
    pdf:papers                a folder, for reports
    cups:office               a queue of CUPS, for reports

A thermal printer takes `?done=id` at the end where it knows GS ( H.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from urna.devices.printer_link import DeviceLink, SocketLink
from urna.devices.printer_office import FolderPrinter, QueuePrinter
from urna.devices.printer_thermal import Completion, ThermalPrinter
from urna.errors import Malformed
from urna.papers.printer import Printer
from urna.words import Sentence

_DEFAULT_PORT = 9100


def printer_from(spec: str, *, entropy: Callable[[int], bytes] = secrets.token_bytes) -> Printer:
    """The printer that these words name; it is not asked anything yet.

    Raises:
        Malformed: they name none.
    """
    kind, _, rest = spec.partition(":")
    place, _, done = rest.partition("?done=")
    if not place or done not in ("", *Completion):
        raise _malformed(spec)
    match kind:
        case "pdf":
            return FolderPrinter(Path(place))
        case "cups" if not place.startswith("-"):
            return QueuePrinter(place)
        case "escpos":
            return ThermalPrinter(DeviceLink(Path(place)), _completion(done), entropy=entropy)
        case "twin":
            return ThermalPrinter(SocketLink(Path(place)), _completion(done), entropy=entropy)
        case "tcp":
            return ThermalPrinter(SocketLink(_address(place, spec)), _completion(done), entropy=entropy)
        case _:
            raise _malformed(spec)


def _completion(done: str) -> Completion:
    return Completion(done) if done else Completion.IN_TURN


def _address(place: str, spec: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":") if ":" in place else (place, "", str(_DEFAULT_PORT))
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise _malformed(spec)
    return host.strip("[]"), int(port)


def _malformed(spec: str) -> Malformed:
    return Malformed(
        Sentence("a printer as escpos:/dev/usb/lp0, tcp:host:9100, twin:socket, pdf:folder or cups:queue"),
        Sentence("{spec}", {"spec": spec}),
        Sentence("Mend the station's settings."),
    )
