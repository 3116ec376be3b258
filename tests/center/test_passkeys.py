"""What a browser's answer proves: this address, this key, this account, finger or PIN, a count that goes on."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.center.authenticator import PRESENT, VERIFIED, Authenticator

from urna.center.operators import Sparing
from urna.center.passkeys import (
    LIFE_SECONDS,
    Copied,
    Passkey,
    RelyingParty,
    check_answer,
    check_label,
    check_new,
    options_to_ask,
    options_to_make,
    read_answer,
    relying_party,
)
from urna.errors import Malformed, Unproven, UrnaError

ORIGIN = "https://centre.example"
RP = RelyingParty("centre.example", ORIGIN)
HANDLE, CHALLENGE = b"h" * 32, b"c" * 32


def asked() -> dict[str, object]:
    """What a browser is asked at a sign-in."""
    found: dict[str, object] = json.loads(options_to_ask(RP, CHALLENGE))
    return found


def made() -> dict[str, object]:
    """What a browser is asked to make."""
    found: dict[str, object] = json.loads(options_to_make(RP, "maria", HANDLE, CHALLENGE, ()))
    return found


def kept(device: Authenticator) -> Passkey:
    """As the centre keeps it."""
    new = check_new(RP, read_answer(device.make(made())))
    return Passkey(new.sha256, "maria", "key", new.credential, new.public_key, new.counted, "2020-12-06T23:00:00Z", "")


def check(passkey: Passkey, answer: str, handle: bytes = HANDLE, *, is_handle_needed: bool = True) -> int:
    """What it counted."""
    return check_answer(RP, read_answer(answer), passkey, handle, is_handle_needed=is_handle_needed)


def test_a_key_that_was_made_signs_in_and_counts_on() -> None:
    """The answer names the challenge that the centre looks for."""
    device = Authenticator(ORIGIN)
    passkey = kept(device)
    answer = device.sign(asked())
    assert read_answer(answer).challenge == CHALLENGE
    assert check(passkey, answer) == 1
    assert check(passkey._replace(counted=1), device.sign(asked())) == 2


def test_a_device_that_does_not_count_signs_in_again_and_again() -> None:
    """Telephones that copy their passkeys count nothing."""
    device = Authenticator(ORIGIN, counts=False)
    passkey = kept(device)
    assert [check(passkey, device.sign(asked())) for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("counted", [1, 2, 100])
def test_a_count_that_does_not_go_on_is_told_as_a_copy(counted: int) -> None:
    """The same count and an older one; also of a device that counts no more."""
    device = Authenticator(ORIGIN)
    passkey = kept(device)._replace(counted=counted)
    with pytest.raises(Copied, match="copy"):
        check(passkey, device.sign(asked()))
    device.count, device._step = 0, 0
    with pytest.raises(Copied):
        check(passkey, device.sign(asked()))


def impostor(device: Authenticator) -> Authenticator:
    """It has the number and the account, and not the key."""
    other = Authenticator(ORIGIN, device.number)
    other.handle, other.count = device.handle, device.count
    return other


Wrong = Callable[[Authenticator], str]
WRONG: dict[str, Wrong] = {
    "another page": lambda device: device.sign(asked(), origin="https://centre.example.evil.example"),
    "another scheme": lambda device: device.sign(asked(), origin="http://centre.example"),
    "another host": lambda device: device.sign(asked(), host="evil.example"),
    "no finger or PIN": lambda device: device.sign(asked(), flags=PRESENT),
    "nobody there": lambda device: device.sign(asked(), flags=VERIFIED),
    "made, not asked": lambda device: device.make(made()),
    "another key": lambda device: impostor(device).sign(asked()),
}


@pytest.mark.parametrize("how", WRONG)
def test_an_answer_for_something_else_is_refused(how: str) -> None:
    """Each is a good answer but for one thing; a copy is not what it is told as."""
    device = Authenticator(ORIGIN)
    passkey = kept(device)
    check(passkey, device.sign(asked()))
    with pytest.raises(Unproven) as caught:
        check(passkey, WRONG[how](device))
    assert not isinstance(caught.value, Copied)


@pytest.mark.parametrize("how", ["page", "host", "unverified", "kind"])
def test_a_key_for_something_else_is_not_kept(how: str) -> None:
    """Nor an answer to another question."""
    device = Authenticator(ORIGIN)
    wrong = {
        "page": device.make(made(), origin="https://evil.example"),
        "host": device.make(made(), host="evil.example"),
        "unverified": device.make(made(), flags=PRESENT),
        "kind": device.sign(asked()),
    }
    with pytest.raises(Unproven):
        check_new(RP, read_answer(wrong[how]))


def test_the_account_on_the_device_is_the_keys_owner() -> None:
    """At a sign-in it has to say so; for somebody who is signed in already it may be silent, and not say another."""
    device = Authenticator(ORIGIN)
    passkey = kept(device)
    with pytest.raises(Unproven):
        check(passkey, device.sign(asked()), b"x" * 32)
    with pytest.raises(Unproven):
        check(passkey, device.sign(asked()), b"x" * 32, is_handle_needed=False)
    device.handle = None
    with pytest.raises(Unproven):
        check(passkey, device.sign(asked()))
    assert check(passkey, device.sign(asked()), is_handle_needed=False) == device.count


@given(st.data())
def test_no_change_of_an_answer_proves_anything(data: st.DataObject) -> None:
    """A letter of any field changed, or a field of bytes instead: refused, and never by a crash."""
    device = Authenticator(ORIGIN)
    passkey = kept(device)
    answer = json.loads(device.sign(asked()))
    field = data.draw(st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle", "rawId"]))
    place = answer if field == "rawId" else answer["response"]
    old = place[field]
    place[field] = data.draw(
        st.one_of(st.text(), st.binary().map(lambda each: each.hex()), st.integers(0, 999).map(_without(old)))
    )
    with pytest.raises(UrnaError):
        check(passkey, json.dumps(answer))


def _without(text: str) -> Callable[[int], str]:
    return lambda place: text[: place % (len(text) - 4)] + text[place % (len(text) - 4) + 4 :]


@given(st.binary(max_size=200))
def test_no_bytes_as_a_made_key_crash(attestation: bytes) -> None:
    """What the library's decoders say of them does not matter."""
    answer = json.loads(Authenticator(ORIGIN).make(made()))
    answer["response"]["attestationObject"] = attestation.hex()
    with pytest.raises(Unproven):
        check_new(RP, read_answer(json.dumps(answer)))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "[" * 100_000, '{"id":"a","rawId":"a","type":"public-key"}'])
def test_what_is_no_answer_is_told(text: str) -> None:
    """Whatever it is."""
    with pytest.raises(Malformed, match="answer of a browser"):
        read_answer(text)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://centre.example", "centre.example"),
        ("https://centre.example:8443", "centre.example"),
        ("http://localhost:8400", "localhost"),
        ("http://centre.localhost", "centre.localhost"),
        ("http://centre.example", None),
        ("http://127.0.0.1:8400", None),
        ("https://192.0.2.1", None),
        ("https://[2001:db8::1]", None),
        ("https://", None),
    ],
)
def test_browsers_sign_for_names_behind_https_and_for_this_machine(origin: str, host: str | None) -> None:
    """Never for numbers."""
    found = relying_party(origin)
    assert (found.host if found is not None else None) == host


def test_a_sign_in_asks_for_no_account_and_always_for_finger_or_pin() -> None:
    """A stranger's page learns of nobody's passkeys; one that is known is not made twice."""
    assert (asked()["allowCredentials"], asked()["userVerification"]) == ([], "required")
    passkey = kept(Authenticator(ORIGIN))
    options = json.loads(options_to_make(RP, "maria", HANDLE, CHALLENGE, [passkey]))
    assert options["excludeCredentials"] == [{"id": "bm5ubm5ubm5ubm5ubm5ubg", "type": "public-key"}]
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert (options["attestation"], options["timeout"]) == ("none", LIFE_SECONDS * 1000)


def test_a_passkeys_name_is_short_and_can_be_read() -> None:
    """Spaces are made single."""
    assert check_label("  my   telephone ") == "my telephone"
    for wrong in ("", "  ", "x" * 41, "a\u202eb", "a\x00b"):
        with pytest.raises(Malformed):
            check_label(wrong)


def test_the_same_thing_passes_once_a_minute() -> None:
    """Another one at once; and no more are remembered than was said."""
    sparing = Sparing(most=2)
    assert [sparing.passes(("a", "/x"), now) for now in (100, 101, 159, 160, 161)] == [True, False, False, True, False]
    assert sparing.passes(("a", "/y"), 161)
    assert sparing.passes(("b", "/x"), 161)
    assert sparing.passes(("a", "/x"), 161)
    assert not sparing.passes(("b", "/x"), 161)
    assert sparing.passes(("b", "/x"), 100)
