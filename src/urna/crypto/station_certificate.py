"""The certificate with which a station's machine opens a TLS line to its centre (X.509, RFC 5280; Ed25519, RFC 8410).

    open issuer → the station's key, which officers certified → a fresh key for these lines

The station makes it by itself. What authenticates is one signature: the station's key under the fresh key's
certificate; TLS shows that whoever is at the line has the fresh key. The open issuer is there because OpenSSL takes no
certificate without an issuer that it knows: its key follows from the election's identity, so it is secret to nobody and
vouches for nothing.
"""

import copy
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NoReturn, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from urna.crypto.kdf import derive_key
from urna.errors import Unproven
from urna.words import Sentence

_ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
_ED25519 = bytes.fromhex("300506032b6570 034100")
"""Between what is signed and the signature: the algorithm once more, which nobody signed, and a bit string's head."""

_PURPOSE = "urna/tls/open-issuer/1/not-a-secret"


class Signs(Protocol):
    """A signing key, in memory or in an element."""

    @property
    def public_hex(self) -> str:
        """The Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over a message."""
        ...


def open_issuer(election: str) -> bytes:
    """The certificate (PEM) that a centre gives its TLS as the only issuer; of an election by its identity."""
    key = _issuer_key(election)
    name = _issuer_name(election)
    return _pem(_certificate(name, name, key.public_key(), key, serial=1, times=_ALWAYS, signs_others=True))


def certify_line(
    election: str, station: str, key: Signs, *, seed: bytes, serial: int, begins: datetime, ends: datetime
) -> bytes:
    """A station's certificates and the key of the line, as one PEM text for `ssl.SSLContext.load_cert_chain`.

    Args:
        election: its identity.
        station: its code.
        key: of the station, certified by the authority.
        seed: 32 random bytes, the line's own key; never used for anything else.
        serial: a random number, 1 to 2**159 - 1.
        begins: from when it is good.
        ends: until when.
    """
    line = Ed25519PrivateKey.from_private_bytes(seed)
    own = _Elsewhere(key)
    name = _station_name(station, key.public_hex)
    line_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"line of {station}")])
    first = _certificate(
        line_name, name, line.public_key(), own, serial=serial, times=(begins, ends), signs_others=False
    )
    issuer = _issuer_key(election)
    second = _certificate(
        name, _issuer_name(election), own.public_key(), issuer, serial=1, times=_ALWAYS, signs_others=True
    )
    return _pem(first, second) + line.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def check_line(certificate: bytes, station: str, keys: Iterable[str], at: datetime) -> None:
    """Returns if one of a station's keys signed this certificate and it is good now.

    Args:
        certificate: the first one of the line, DER; empty if the sender showed none.
        station: in whose name something comes.
        keys: that speak for the station now, in hexadecimal.
        at: this moment.

    Raises:
        Unproven: none of them did, or its time is over.
    """
    try:
        found = x509.load_der_x509_certificate(certificate)
        is_current = found.not_valid_before_utc <= at <= found.not_valid_after_utc
        is_exact = certificate.endswith(found.tbs_certificate_bytes + _ED25519 + found.signature)
        is_own = is_current and is_exact and any(_signed(found, key) for key in keys)
    except (ValueError, x509.InvalidVersion):
        is_own = False
    if not is_own:
        raise Unproven(
            Sentence(
                "the TLS certificate of station {station}, signed by a key that is certified for it now",
                {"station": station},
            ),
            Sentence("none") if not certificate else Sentence("another one, or one whose time is over"),
            Sentence("Look at the machine's clock, and send it again; or bring a stick, and call the centre."),
        )


def _signed(certificate: x509.Certificate, public_hex: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(
            certificate.signature, certificate.tbs_certificate_bytes
        )
    except InvalidSignature:
        return False
    return True


class _Elsewhere(Ed25519PrivateKey):
    """The station's key as the library asks for it; its element signs, and nothing else comes out."""

    def __init__(self, key: Signs) -> None:
        self._key = key

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self._key.public_hex))

    def sign(self, data: bytes) -> bytes:  # type: ignore[override]  # the library takes any buffer
        return self._key.sign(bytes(data))

    def private_bytes(self, *_: object) -> NoReturn:
        raise TypeError("it stays in its element")

    def private_bytes_raw(self) -> NoReturn:
        raise TypeError("it stays in its element")

    def __copy__(self) -> "_Elsewhere":
        return _Elsewhere(self._key)

    def __deepcopy__(self, memo: dict[int, object]) -> "_Elsewhere":
        return copy.copy(self)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: Ed25519PublicKey,
    signer: Ed25519PrivateKey,
    *,
    serial: int,
    times: tuple[datetime, datetime],
    signs_others: bool,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(times[0])
        .not_valid_after(times[1])
        .add_extension(x509.BasicConstraints(ca=signs_others, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not signs_others:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    return builder.sign(signer, None)


def _issuer_key(election: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive_key(bytes.fromhex(election), _PURPOSE))


def _issuer_name(election: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"urna open issuer {election[:16]}")])


def _station_name(station: str, public_hex: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{station} {public_hex[:16]}")])


def _pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
