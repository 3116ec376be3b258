"""The station's end of a TLS line to its centre: it trusts the centre's certificate, and shows its own."""

import os
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from urna.crypto.station_certificate import Signs, certify_line

EARLIER: Final = timedelta(days=1)
"""Before the station's own clock, which may be fast."""

LATER: Final = timedelta(days=2)
"""After it; each line has a new certificate."""


def station_line(
    election: str,
    station: str,
    key: Signs,
    *,
    now: datetime,
    entropy: Callable[[int], bytes],
    trust: Path | None = None,
) -> ssl.SSLContext:
    """What a station opens its line with.

    Args:
        election: its identity.
        station: its code.
        key: of the station, certified by the authority; it signs the line's certificate and nothing else of TLS.
        now: of the station's clock.
        entropy: fresh random bytes.
        trust: a file with the issuer of the centre's certificate; None for those that the machine trusts.

    Raises:
        OSError: no such file, or none of certificates.
    """
    context = ssl.create_default_context(cafile=str(trust) if trust is not None else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    chain = certify_line(
        election,
        station,
        key,
        seed=entropy(32),
        serial=1 + int.from_bytes(entropy(16)),
        begins=now - EARLIER,
        ends=now + LATER,
    )
    # The library takes files only; this one is in memory, and gone as soon as it was read.
    descriptor = os.memfd_create("line", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, chain)
        context.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)
    return context
