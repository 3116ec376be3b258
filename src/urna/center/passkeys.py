"""Passkeys (WebAuthn Level 2): what a browser is asked, and what its answer proves. No clock, chance or file.

A browser makes one pair of keys for one address. It signs a number that the centre made, the address, and whether the
person showed a finger or a PIN; it signs for no other address, so a page that looks like this one gets nothing of use.
"""

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from urna.encoding.canonical import Hash, digest
from urna.errors import Malformed, Unproven
from urna.words import Sentence

LIFE_SECONDS: Final = 5 * 60
"""How long an answer is waited for."""

CHALLENGE_BYTES: Final = 32
MOST_PASSKEYS: Final = 10
"""Of one operator."""

MOST_LETTERS: Final = 40
"""Of a passkey's name."""

_MOST_CREDENTIAL, _MOST_PUBLIC_KEY = 1023, 4096
"""Bytes; the first is WebAuthn's own limit."""

_SELECTION = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)


class RelyingParty(NamedTuple):
    """For whom browsers sign."""

    host: str
    origin: str
    """"https://centre.example"."""


class Passkey(NamedTuple):
    """One of an operator's, as the centre keeps it; the secret half never leaves the operator's device."""

    sha256: Hash
    """Of the credential's number; pages name it so."""
    operator: str
    name: str
    credential: bytes
    public_key: bytes
    """COSE."""
    counted: int
    """What its device counted at the last sign-in; 0 of one that does not count."""
    added_at: str
    used_at: str
    """Empty if never."""


class NewKey(NamedTuple):
    """What a browser made."""

    credential: bytes
    public_key: bytes
    counted: int

    @property
    def sha256(self) -> Hash:
        """Of the credential's number."""
        return digest(self.credential)


class _Response(msgspec.Struct, frozen=True, rename="camel"):
    client_data: str = msgspec.field(name="clientDataJSON")
    attestation_object: str = ""
    authenticator_data: str = ""
    signature: str = ""
    user_handle: str | None = None


class _Credential(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    raw_id: str
    type: Literal["public-key"]
    response: _Response


class Answer(NamedTuple):
    """What a browser gave, read and not yet believed."""

    credential: bytes
    challenge: bytes
    handle: bytes | None
    """Of whose account the device says that it is."""
    given: dict[str, object]

    @property
    def sha256(self) -> Hash:
        """Of the credential's number."""
        return digest(self.credential)


class Copied(Unproven):
    """The signature is right, and the device counted less than before: there may be two of it."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("a passkey that counts on from its last sign-in"),
            Sentence("one that counted back; somebody may have a copy of it"),
            Sentence("Sign in another way and remove it, or ask for a new link."),
        )


def relying_party(origin: str) -> RelyingParty | None:
    """For whom browsers sign at an address; None where they never do.

    They need a name instead of numbers, and https unless the name is this machine's own (WebAuthn §5.1.2, §13.4.9).
    """
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        is_own = host == "localhost" or host.endswith(".localhost")
        return RelyingParty(host, origin) if host and (parts.scheme == "https" or is_own) else None
    return None


def check_label(text: str) -> str:
    """The name that a person gives to a passkey; spaces are single.

    Raises:
        Malformed: empty, longer than forty letters, or with letters that cannot be seen.
    """
    label = " ".join(text.split())
    if not 1 <= len(label) <= MOST_LETTERS or not label.isprintable():
        raise Malformed(
            Sentence("a name of 1 to {most} letters for the passkey", {"most": MOST_LETTERS}),
            Sentence("another text"),
            Sentence("Name the thing that it is on, as “blue key” or “my telephone”."),
        )
    return label


def options_to_make(rp: RelyingParty, name: str, handle: bytes, challenge: bytes, known: Sequence[Passkey]) -> str:
    """JSON for `navigator.credentials.create`: a key that knows its account, and never without finger or PIN.

    Args:
        rp: this centre.
        name: the operator's.
        handle: what devices know the account by; it says nothing about the person.
        challenge: 32 random bytes, taken once.
        known: those that the operator has; a device makes no second one.
    """
    return options_to_json(
        generate_registration_options(
            rp_id=rp.host,
            rp_name=rp.host,
            user_name=name,
            user_id=handle,
            challenge=challenge,
            timeout=LIFE_SECONDS * 1000,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=_SELECTION,
            exclude_credentials=_described(known),
        )
    )


def options_to_ask(rp: RelyingParty, challenge: bytes, known: Sequence[Passkey] = ()) -> str:
    """JSON for `navigator.credentials.get`.

    Args:
        rp: this centre.
        challenge: 32 random bytes, taken once.
        known: the operator's; empty at a sign-in, where no page tells a stranger who has which.
    """
    return options_to_json(
        generate_authentication_options(
            rp_id=rp.host,
            challenge=challenge,
            timeout=LIFE_SECONDS * 1000,
            allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def read_answer(text: str) -> Answer:
    """A browser's answer.

    Raises:
        Malformed: it is none.
    """
    try:
        read = msgspec.json.decode(text.encode(), type=_Credential)
        credential = base64url_to_bytes(read.raw_id)
        challenge = parse_client_data_json(base64url_to_bytes(read.response.client_data)).challenge
        handle = base64url_to_bytes(read.response.user_handle) if read.response.user_handle is not None else None
    except Exception as error:  # a decoder may raise anything at all on hostile bytes
        raise _no_answer() from error
    if not 1 <= len(credential) <= _MOST_CREDENTIAL:
        raise _no_answer()
    return Answer(credential, challenge, handle, msgspec.to_builtins(read))


def check_new(rp: RelyingParty, answer: Answer) -> NewKey:
    """What was made, if this answer is of this centre's page; whether its challenge is, the caller knows.

    Which maker's device it is on nobody asks, and what it says about that is not believed.

    Raises:
        Unproven: another address, nobody showed finger or PIN, or a kind of key that is not taken.
    """
    with _refusing():
        found = verify_registration_response(
            credential=answer.given,
            expected_challenge=answer.challenge,
            expected_rp_id=rp.host,
            expected_origin=rp.origin,
            require_user_verification=True,
        )
    if found.credential_id != answer.credential or len(found.credential_public_key) > _MOST_PUBLIC_KEY:
        raise not_this_passkey()
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count)


def check_answer(rp: RelyingParty, answer: Answer, passkey: Passkey, handle: bytes, *, is_handle_needed: bool) -> int:
    """What the device counted, if the answer is this passkey's, for this centre's page.

    Args:
        rp: this centre.
        answer: read; whether its challenge is the centre's, the caller knows.
        passkey: with the answer's number.
        handle: of the passkey's account.
        is_handle_needed: at a sign-in, where the page named nobody.

    Raises:
        Unproven: another address, another key's signature, another account, or nobody showed finger or PIN.
        Copied: the device counted back.
    """
    with _refusing():
        found = verify_authentication_response(
            credential=answer.given,
            expected_challenge=answer.challenge,
            expected_rp_id=rp.host,
            expected_origin=rp.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # compared below, after the signature
            require_user_verification=True,
        )
    named = answer.handle if answer.handle is not None or is_handle_needed else handle
    if found.credential_id != passkey.credential or not hmac.compare_digest(named or b"", handle):
        raise not_this_passkey()
    if (found.new_sign_count or passkey.counted) and found.new_sign_count <= passkey.counted:
        raise Copied
    return found.new_sign_count


def not_this_passkey() -> Unproven:
    """One sentence for all that can be wrong with an answer."""
    return Unproven(
        Sentence("a passkey of this centre, used on this page with finger or PIN within five minutes"),
        Sentence("something else"),
        Sentence("Press the button once more; or sign in with password and code, or ask for a new link."),
    )


def _no_answer() -> Malformed:
    return Malformed(
        Sentence("the answer of a browser that used a passkey"),
        Sentence("something else"),
        Sentence("Press the passkey's button on the page once more."),
    )


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each.credential) for each in known]


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the library's decoders may raise anything at all on hostile bytes
        raise not_this_passkey() from error
