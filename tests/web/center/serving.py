"""A centre of the small world behind its real addresses, on this machine alone."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.center.parcels import at_work
from tests.tampering.builder import World

from urna.cli.center_server import CentreServer, centre_addresses
from urna.storage.centre_service import CentreService
from urna.web.center.limits import Limits


class Heard(NamedTuple):
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


class Served(NamedTuple):
    """A centre that listens."""

    address: str
    service: CentreService

    @property
    def stations(self) -> str:
        """Where stations send."""
        return f"{self.address}/stations"

    def ask(self, method: str, path: str, body: bytes | Iterator[bytes] = b"", **headers: str) -> Heard:
        """One request; `_` in a header's name stands for `-`."""
        place = urlsplit(self.address)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named, encode_chunked=not isinstance(body, bytes))
            response = connection.getresponse()
            return Heard(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def post_json(self, path: str, body: object) -> Heard:
        """A JSON request."""
        return self.ask("POST", path, json.dumps(body).encode(), Content_Type="application/json")


NO_LIMITS = Limits()


@contextmanager
def served(world: World, folder: Path, limits: Limits = NO_LIMITS, *, serve_record: bool = False) -> Iterator[Served]:
    """The centre in a folder, behind its addresses."""
    with at_work(world, folder) as service:
        told: list[str] = []
        app = centre_addresses(service, limits, serve_record=serve_record)
        server = CentreServer(app, "127.0.0.1", 0, told.append)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield Served(server.address, service)
        finally:
            server.stop()
            thread.join()


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """The centre's own, for this machine, and its key."""
    key, now = Ed25519PrivateKey.generate(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None)
    )
    certificate, private = folder / "tls.crt", folder / "tls.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private
