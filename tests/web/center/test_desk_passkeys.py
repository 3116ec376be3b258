"""Passkeys at the centre's pages: with a device in software, which also does what no browser would."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.center.authenticator import PRESENT, Authenticator
from tests.tampering.builder import World, build
from tests.web.center.desk_scene import PEOPLE, Night, Visitor, hidden, night

from urna.center.operators import SESSION_LIMITS
from urna.center.passkeys import LIFE_SECONDS, MOST_PASSKEYS
from urna.center.proposals import ProposalState
from urna.storage.centre_passkeys import UNKNOWN
from urna.web.center.desk_challenges import MOST_OF_ONE, Challenges, Purpose
from urna.web.center.desk_guessing import MOST_OF_ADDRESS


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Night]:
    """With a chief and an operator who have passwords, at an address with a name."""
    with night(world(), tmp_path / "centre", "localhost") as found:
        found.enrol("maria", "jose")
        yield found


def form_of(visitor: Visitor) -> str:
    """The session's token; empty for nobody."""
    page = visitor.get("/board").text
    return hidden(page, "form") if page else ""


def challenge(visitor: Visitor, path: str) -> Any:
    """What the page's script is given."""
    answer = visitor.post(f"{path}/challenge", form=form_of(visitor))
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text)


def add(visitor: Visitor, number: bytes = b"n" * 16, label: str = "blue key", **how: Any) -> Authenticator:
    """A passkey of somebody who is signed in."""
    device = Authenticator(visitor.night.origin, number)
    made = device.make(challenge(visitor, "/account/passkeys"), **how)
    visitor.post("/account/passkeys", form=visitor.form, label=label, answer=made)
    return device


def sign_in(visitor: Visitor, device: Authenticator, **how: Any) -> httpx2.Response:
    """Without a name."""
    return visitor.post("/sign-in/passkey", answer=device.sign(challenge(visitor, "/sign-in"), **how))


def again(visitor: Visitor, device: Authenticator, **how: Any) -> httpx2.Response:
    """For a decision."""
    answer = device.sign(challenge(visitor, "/again"), **how)
    return visitor.post("/again/passkey", form=visitor.form, answer=answer, next="/proposals/1")


def told(scene: Night, most: int = 1) -> list[tuple[str, str, str]]:
    """The last entries of the trail, the newest first."""
    return [(each.who, each.what, each.detail) for each in scene.trail.newest(most)]


def labels(scene: Night, name: str = "maria") -> list[str]:
    """Of somebody's passkeys."""
    return [each.name for each in scene.operators.passkeys.of(name)]


def test_a_passkey_that_was_added_signs_in(scene: Night) -> None:
    """It is listed with its dates; each step is in the trail."""
    maria = scene.signed_in("maria")
    device = add(maria)
    assert told(scene) == [("maria", "passkey_added", "blue key")]
    page = maria.get("/account").text
    assert "blue key" in page
    assert "never" in page
    other = scene.browser()
    answer = sign_in(other, device)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/board")
    assert told(scene) == [("maria", "signed_in", "passkey blue key")]
    page = other.get("/account").text
    assert "maria" in page
    assert "never" not in page


def test_a_link_opens_an_account_with_a_passkey_and_no_password(scene: Night) -> None:
    """Once; the page behind it then says that it is over, and no password signs in."""
    link = scene.operators.add("carmen", PEOPLE["carmen"], scene.clock(), "console")
    visitor, device = scene.browser(), Authenticator(scene.origin)
    made = device.make(challenge(visitor, f"/link/{link}"))
    answer = visitor.post(f"/link/{link}/passkey", label="my telephone", answer=made)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    assert told(scene) == [("carmen", "enrolled_by_passkey", "my telephone")]
    assert visitor.get(f"/link/{link}").status_code == 404
    assert visitor.post(f"/link/{link}/challenge").status_code == 403
    assert sign_in(visitor, device).status_code == 303
    page = visitor.get("/account").text
    assert 'name="old"' not in page
    assert 'name="password"' not in visitor.get("/again").text
    assert scene.browser().sign_in("carmen", "", "").status_code == 403


@pytest.mark.parametrize("how", ["page", "unverified", "again", "another link", "label"])
def test_a_link_stays_good_when_the_passkey_is_refused(scene: Night, how: str) -> None:
    """The refusal is in the trail; the same link opens the account afterwards."""
    link, other = (scene.operators.add(name, PEOPLE[name], scene.clock(), "console") for name in ("carmen", "ana"))
    visitor, device = scene.browser(), Authenticator(scene.origin)
    options = challenge(visitor, f"/link/{other if how == 'another link' else link}")
    each: dict[str, dict[str, Any]] = {"page": {"origin": "http://localhost:1"}, "unverified": {"flags": PRESENT}}
    wrong = each.get(how, {})
    made = device.make(options, **wrong)
    if how == "again":
        visitor.post(f"/link/{link}/passkey", label="", answer=made)
    answer = visitor.post(f"/link/{link}/passkey", label="" if how == "label" else "key", answer=made)
    assert answer.status_code == 422
    assert told(scene) == [("carmen", "passkey_refused", "")]
    assert labels(scene, "carmen") == []
    made = device.make(challenge(visitor, f"/link/{link}"))
    assert visitor.post(f"/link/{link}/passkey", label="key", answer=made).status_code == 303


def test_a_decision_is_let_through_by_a_passkey(scene: Night) -> None:
    """And by no passkey of another person, who sees the same page."""
    scene.signed_in("jose").propose()
    maria, jose = scene.signed_in("maria"), scene.signed_in("jose")
    device, another = add(maria), add(jose, b"j" * 16)
    page = maria.get("/proposals/1").text
    seen = {"form": hidden(page, "form"), "seen_hash": hidden(page, "seen_hash")}
    scene.seconds += SESSION_LIMITS.fresh_seconds
    assert maria.post("/proposals/1/confirm", **seen).headers["location"] == "/desk/again?next=%2Fproposals%2F1"
    assert "Use a passkey" in maria.get("/again?next=/proposals/1").text
    assert again(maria, another).status_code == 403
    assert told(scene) == [("maria", "sign_in_refused", UNKNOWN)]
    assert scene.proposals.all()[0].state is ProposalState.OPEN
    assert again(maria, device).headers["location"] == "/desk/proposals/1"
    assert told(scene) == [("maria", "signed_in_again", "passkey blue key")]
    maria.post("/proposals/1/confirm", **seen)
    assert scene.proposals.all()[0].state is ProposalState.DONE


@pytest.mark.parametrize("how", ["origin", "host", "flags"])
def test_an_answer_of_another_page_signs_nobody_in(scene: Night, how: str) -> None:
    """Another port, another host, or neither finger nor PIN."""
    device = add(scene.signed_in("maria"))
    wrong: Any = {"origin": "http://localhost:1", "host": "evil.example", "flags": PRESENT}[how]
    visitor = scene.browser()
    assert sign_in(visitor, device, **{how: wrong}).status_code == 403
    assert told(scene) == [("maria", "sign_in_refused", "passkey blue key")]
    assert visitor.get("/board").status_code == 303


def test_an_answer_is_good_once(scene: Night) -> None:
    """Sent again it is refused, though its device does not count, and from the same browser."""
    device = Authenticator(scene.origin, counts=False)
    maria, visitor = scene.signed_in("maria"), scene.browser()
    made = device.make(challenge(maria, "/account/passkeys"))
    maria.post("/account/passkeys", form=maria.form, label="telephone", answer=made)
    answer = device.sign(challenge(visitor, "/sign-in"))
    assert visitor.post("/sign-in/passkey", answer=answer).status_code == 303
    for each in (visitor, scene.browser()):
        each.client.cookies.clear()
        assert each.post("/sign-in/passkey", answer=answer).status_code == 403
    assert told(scene) == [("maria", "sign_in_refused", "passkey telephone")]


def test_an_answer_that_was_refused_is_not_good_afterwards(scene: Night) -> None:
    """Its challenge is over with it."""
    device = add(scene.signed_in("maria"))
    options = challenge(scene.browser(), "/sign-in")
    assert scene.browser().post("/sign-in/passkey", answer=device.sign(options, flags=PRESENT)).status_code == 403
    assert scene.browser().post("/sign-in/passkey", answer=device.sign(options)).status_code == 403


def test_an_answer_is_for_its_purpose_and_its_session(scene: Night) -> None:
    """What was signed at the sign-in lets no decision through, nor what another browser's page asked."""
    maria, second = scene.signed_in("maria"), scene.signed_in("maria")
    device = add(maria)
    for options in (challenge(scene.browser(), "/sign-in"), challenge(second, "/again")):
        answer = maria.post("/again/passkey", form=maria.form, answer=device.sign(options))
        assert answer.status_code == 403
    options = challenge(maria, "/again")
    assert scene.browser().post("/sign-in/passkey", answer=device.sign(options)).status_code == 403


def test_a_late_answer_is_refused(scene: Night) -> None:
    """After five minutes; just before, it is good."""
    device, visitor = add(scene.signed_in("maria")), scene.browser()
    for seconds, status in ((LIFE_SECONDS, 403), (LIFE_SECONDS - 1, 303)):
        options = challenge(visitor, "/sign-in")
        scene.seconds += seconds
        assert visitor.post("/sign-in/passkey", answer=device.sign(options)).status_code == status


def test_a_device_that_counts_back_is_refused_and_told(scene: Night) -> None:
    """It may be a copy; the one that counts on signs in."""
    device = add(scene.signed_in("maria"))
    sign_in(scene.browser(), device)
    device.count -= 1
    answer = sign_in(scene.browser(), device)
    assert answer.status_code == 403
    assert "copy" in answer.text
    assert told(scene) == [("maria", "passkey_copied", "passkey blue key")]
    assert sign_in(scene.browser(), device).status_code == 303


def test_a_blocked_operators_passkey_signs_in_nobody(scene: Night) -> None:
    """Nor one of before a new link, which takes all away."""
    device = add(scene.signed_in("maria"))
    scene.operators.block("maria", scene.clock(), "console")
    assert sign_in(scene.browser(), device).status_code == 403
    scene.operators.block("maria", scene.clock(), "console", is_blocked=False)
    assert sign_in(scene.browser(), device).status_code == 303
    scene.operators.invite("maria", scene.clock(), "console")
    assert labels(scene) == []
    assert sign_in(scene.browser(), device).status_code == 403
    assert told(scene) == [("", "sign_in_refused", UNKNOWN)]


def test_removing_ends_the_other_sessions_and_never_the_last_proof(scene: Night) -> None:
    """Password and code are one; without them the last passkey stays."""
    maria = scene.signed_in("maria")
    device = add(maria)
    other = scene.browser()
    sign_in(other, device)
    key = scene.operators.passkeys.of("maria")[0].sha256
    assert maria.post(f"/account/passkeys/{key}/remove", form=maria.form).headers["location"] == "/desk/account"
    assert told(scene) == [("maria", "passkey_removed", "blue key")]
    assert other.get("/board").status_code == 303
    assert maria.get("/board").status_code == 200
    link = scene.operators.invite("jose", scene.clock(), "console")
    visitor, first = scene.browser(), Authenticator(scene.origin, b"f" * 16)
    visitor.post(f"/link/{link}/passkey", label="first", answer=first.make(challenge(visitor, f"/link/{link}")))
    sign_in(visitor, first)
    key = scene.operators.passkeys.of("jose")[0].sha256
    answer = visitor.post(f"/account/passkeys/{key}/remove", form=visitor.form)
    assert (answer.status_code, labels(scene, "jose")) == (422, ["first"])
    assert "the last proof of this account" in answer.text
    assert told(scene) == [("jose", "passkey_refused", "")]
    add(visitor, b"s" * 16, "second")
    visitor.post(f"/account/passkeys/{key}/remove", form=visitor.form)
    assert labels(scene, "jose") == ["second"]


def test_nobody_removes_anothers_passkey(scene: Night) -> None:
    """Though the page's address names it."""
    add(scene.signed_in("maria"))
    key, jose = scene.operators.passkeys.of("maria")[0].sha256, scene.signed_in("jose")
    assert jose.post(f"/account/passkeys/{key}/remove", form=jose.form).status_code == 422
    assert labels(scene) == ["blue key"]


def test_passkeys_are_changed_after_a_sign_in_of_the_last_minutes_alone(scene: Night) -> None:
    """Asked late, nothing is given to the browser, nothing is added, and nothing removed."""
    maria = scene.signed_in("maria")
    device = add(maria)
    options, key = challenge(maria, "/account/passkeys"), scene.operators.passkeys.of("maria")[0].sha256
    scene.seconds += SESSION_LIMITS.fresh_seconds
    made = Authenticator(scene.origin, b"2" * 16).make(options)
    for path, fields in (
        ("/account/passkeys/challenge", {}),
        ("/account/passkeys", {"answer": made, "label": "second"}),
        (f"/account/passkeys/{key}/remove", {}),
    ):
        answer = maria.post(path, form=maria.form, **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/again?next=%2Faccount")
    assert labels(scene) == ["blue key"]
    assert "Make a passkey" not in maria.get("/account").text
    assert again(maria, device).status_code == 303
    assert "Make a passkey" in maria.get("/account").text


def test_a_passkey_is_known_once_and_there_are_ten_at_most(scene: Night) -> None:
    """Also of two people: a number that is known belongs to the first."""
    maria, jose = scene.signed_in("maria"), scene.signed_in("jose")
    for number in range(MOST_PASSKEYS + 1):
        add(maria, bytes([number]) * 16, f"key {number}")
    assert sorted(labels(scene)) == sorted(f"key {number}" for number in range(MOST_PASSKEYS))
    add(jose, bytes(16))
    assert labels(scene, "jose") == []
    assert told(scene) == [("jose", "passkey_refused", "")]


def test_guessing_with_passkeys_is_stopped_by_address(scene: Night) -> None:
    """What is no answer counts too; nobody's account is shut by it."""
    visitor = scene.browser()
    answers = ["", "{}", Authenticator(scene.origin).sign(challenge(visitor, "/sign-in"))] * MOST_OF_ADDRESS
    statuses = [visitor.post("/sign-in/passkey", answer=each).status_code for each in answers[: MOST_OF_ADDRESS + 1]]
    assert statuses[-2:] == [422, 429]
    assert set(statuses[:MOST_OF_ADDRESS]) == {403, 422}


def test_wrong_passkeys_of_a_session_are_stopped(scene: Night) -> None:
    """As wrong passwords are; a stranger's failures do not count."""
    maria = scene.signed_in("maria")
    device = add(maria)
    for _ in range(6):
        scene.browser().sign_in("maria", "wrong password!", "000000")
    assert again(maria, device).status_code == 303
    statuses = [again(maria, device, flags=PRESENT).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]


def test_a_passkey_opens_an_account_that_a_strangers_guesses_keep_shut(scene: Night) -> None:
    """Password and code wait; the passkey cannot be guessed, and does not."""
    device, stranger = add(scene.signed_in("maria")), scene.browser()
    for _ in range(6):
        stranger.sign_in("maria", "wrong password!", "000000")
    assert sign_in(scene.browser(), device).status_code == 303


def test_a_challenge_of_elsewhere_or_without_the_token_is_given_to_nobody(scene: Night) -> None:
    """Origin and token are looked at as for every form."""
    maria = scene.signed_in("maria")
    add(maria)
    assert scene.browser().post("/sign-in/challenge", origin="http://evil.example").status_code == 403
    assert maria.post("/again/challenge", form="").status_code == 403
    assert scene.browser().post("/again/challenge").status_code == 303


def test_without_a_passkey_the_page_offers_none(scene: Night) -> None:
    """The script says why nothing was asked."""
    maria = scene.signed_in("maria")
    assert "data-passkey" not in maria.get("/again").text
    answer = maria.post("/again/challenge", form=maria.form)
    assert answer.status_code == 422
    assert "a passkey of this account" in json.loads(answer.text)["problem"]


def test_at_an_address_of_numbers_there_are_no_passkeys(tmp_path: Path) -> None:
    """Browsers make none for it; the pages say so, and password and code work."""
    with night(world(), tmp_path / "centre") as scene:
        scene.enrol("maria")
        visitor = scene.browser()
        assert "data-passkey" not in visitor.get("/sign-in").text
        answer = visitor.post("/sign-in/challenge")
        assert (answer.status_code, "localhost" in json.loads(answer.text)["problem"]) == (422, True)
        assert visitor.post("/sign-in/passkey", answer="{}").status_code == 422
        assert "Browsers make no passkeys for this address" in scene.signed_in("maria").get("/account").text


def test_open_challenges_are_bounded_and_strangers_take_none_of_a_session() -> None:
    """The oldest of the same address goes first."""
    challenges = Challenges()
    mine = challenges.new(Purpose.AGAIN, "session", 0)
    first, *others = [challenges.new(Purpose.SIGN_IN, "address", 0) for _ in range(MOST_OF_ONE + 1)]
    with pytest.raises(Exception, match="something else"):
        challenges.take(Purpose.SIGN_IN, "address", first, 0)
    for each in others:
        challenges.take(Purpose.SIGN_IN, "another address", each, 0)
    challenges.take(Purpose.AGAIN, "session", mine, 0)
