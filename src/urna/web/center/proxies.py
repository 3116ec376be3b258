"""The web servers in front of a centre: of them alone it believes who sends (`X-Forwarded-For`), and how (`-Proto`).

Each of them adds the address that it sees at the end of that header; the last one that is none of theirs counts, and
whatever a sender wrote before it does not. `Forwarded` (RFC 7239) is not read: a server in front that knows one of both
lets the other through as its sender wrote it.
"""

import ipaddress
from collections.abc import Iterable

from urna.errors import Malformed
from urna.words import Sentence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

ON_THIS_MACHINE: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.1/32"),)
"""Where nothing else is said."""

LEAST_PREFIX = {4: 8, 6: 48}
"""By version; a network with more addresses is nobody's own: whoever is in it could tell any address."""


def read_proxies(texts: Iterable[str]) -> tuple[Network, ...]:
    """The addresses of web servers in front; without any, those on this machine.

    Args:
        texts: addresses as 192.0.2.7, or networks as 192.0.2.0/28.

    Raises:
        Malformed: one of them is neither, or so wide that senders are in it.
    """
    return tuple(_read(text) for text in texts) or ON_THIS_MACHINE


def is_among(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address, as a line has it, is in one of these networks."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _read(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        network = None
    if network is None or network.prefixlen < LEAST_PREFIX[network.version]:
        raise Malformed(
            Sentence("the address of the web server in front, as 192.0.2.7 or 192.0.2.0/28"),
            Sentence("{text}", {"text": text[:80]}),
            Sentence("Name that server alone: whoever is in the network can say that anybody sends."),
            "--behind-proxy",
        )
    return network
