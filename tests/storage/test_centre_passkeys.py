"""The store of passkeys on both databases: what it keeps, what it refuses whole, and two who come at once."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.center.authenticator import Authenticator
from tests.storage.test_centre_operators import MOMENT, PASSWORD, START, Scene, at

from urna.center.operators import Role
from urna.center.passkeys import (
    MOST_PASSKEYS,
    Copied,
    NewKey,
    RelyingParty,
    check_new,
    options_to_ask,
    options_to_make,
    read_answer,
)
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.storage.centre_operator_tables import PASSKEY
from urna.storage.centre_passkeys import Passkeys

ORIGIN = "https://centre.example"
RP = RelyingParty("centre.example", ORIGIN)
CHALLENGE = b"c" * 32


@pytest.fixture
def scene(tmp_path: Path, database: str) -> Iterator[Scene]:
    """With maria, a chief, and jose; on SQLite and on PostgreSQL."""
    found = Scene(tmp_path, database)
    found.enrol("maria")
    found.enrol("jose", Role.OPERATOR)
    yield found
    found.engine.dispose()


def store(scene: Scene) -> Passkeys:
    """Of the same database."""
    return scene.operators.passkeys


def made(scene: Scene, device: Authenticator, name: str = "maria") -> NewKey:
    """A passkey on a device."""
    options = json.loads(options_to_make(RP, name, store(scene).handle(name), CHALLENGE, ()))
    return check_new(RP, read_answer(device.make(options)))


def added(scene: Scene, number: bytes = b"n" * 16, name: str = "maria", label: str = "blue key") -> Authenticator:
    """A device whose passkey was added."""
    device = Authenticator(ORIGIN, number)
    store(scene).add(name, made(scene, device, name), label, MOMENT)
    return device


def prove(scene: Scene, device: Authenticator, operator: str = "") -> str:
    """Whose it is."""
    answer = read_answer(device.sign(json.loads(options_to_ask(RP, CHALLENGE))))
    return store(scene).prove(RP, answer, MOMENT, operator).operator


def last(scene: Scene) -> tuple[str, str, str]:
    """The newest entry of the trail."""
    entry = scene.trail.newest(1)[0]
    return entry.who, entry.what, entry.detail


def test_what_was_added_is_kept_and_proves_its_owner(scene: Scene) -> None:
    """With its bytes as they were, its count, its last use, and an entry in the trail; another store reads the same."""
    device = Authenticator(ORIGIN)
    new = made(scene, device)
    store(scene).add("maria", new, "blue key", MOMENT)
    assert last(scene) == ("maria", "passkey_added", "blue key")
    kept = store(scene).find(new.sha256)
    assert kept is not None
    assert (kept.credential, kept.public_key, kept.counted, kept.used_at) == (new.credential, new.public_key, 0, "")
    assert [prove(scene, device) for _ in range(2)] == ["maria", "maria"]
    again = store(scene).of("maria")
    assert [(each.name, each.counted, each.used_at) for each in again] == [("blue key", 2, MOMENT)]
    assert store(scene).of("jose") == []


def test_one_that_is_known_or_too_many_is_refused_whole(scene: Scene) -> None:
    """Neither row nor entry; also under another's name, and with a name that is none."""
    device = added(scene)
    head = scene.trail.head()
    same = made(scene, device)
    for name in ("maria", "jose"):
        with pytest.raises(OutOfOrder, match="a new passkey"):
            store(scene).add(name, same, "red key", MOMENT)
    with pytest.raises(Malformed):
        store(scene).add("jose", made(scene, Authenticator(ORIGIN, b"m" * 16)), "x" * 200, MOMENT)
    assert (scene.trail.head(), store(scene).of("jose")) == (head, [])
    for number in range(1, MOST_PASSKEYS):
        added(scene, bytes([number]) * 16)
    with pytest.raises(OutOfOrder, match="at most"):
        added(scene, b"z" * 16)
    assert len(store(scene).of("maria")) == MOST_PASSKEYS


def test_a_copy_nobodys_key_and_a_blocked_owner_prove_nothing(scene: Scene) -> None:
    """What is kept of the passkey stays as it was."""
    device = added(scene)
    prove(scene, device)
    prove(scene, device)
    kept = store(scene).of("maria")
    device.count = 0
    with pytest.raises(Copied):
        prove(scene, device)
    stranger = Authenticator(ORIGIN, b"s" * 16)
    stranger.handle = device.handle
    with pytest.raises(Unproven):
        prove(scene, stranger)
    device.count = 10
    with pytest.raises(Unproven):
        prove(scene, device, "jose")
    scene.operators.block("maria", at(0), "console")
    with pytest.raises(Unproven):
        prove(scene, device)
    assert store(scene).of("maria") == kept


def test_of_two_uses_of_one_answer_one_is_taken(scene: Scene) -> None:
    """At the same time, in the database alone: each read the same count before."""
    device = added(scene)
    answer = read_answer(device.sign(json.loads(options_to_ask(RP, CHALLENGE))))
    said: list[str] = []
    together = threading.Barrier(2)
    found = store(scene).find(answer.sha256)

    class Late(Passkeys):
        """Reads, waits for the other, and writes."""

        def find(self, sha256: str) -> object:  # type: ignore[override]  # the same passkey
            together.wait(120)
            return found

    def use() -> None:
        late = Late(scene.engine, bytes(32))
        late._handle_key = store(scene)._handle_key
        try:
            late.prove(RP, answer, MOMENT)
            said.append("proven")
        except UrnaError as error:
            said.append(type(error).__name__)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["Unproven", "proven"]
    assert [each.counted for each in store(scene).of("maria")] == [1]


def test_the_last_proof_of_an_account_stays(scene: Scene) -> None:
    """One that was enrolled by a passkey alone; nothing of the refused removal is kept. Another's cannot be removed."""
    link = scene.operators.add("ana", Role.OPERATOR, at(0), "console")
    device = Authenticator(ORIGIN, b"a" * 16)
    new = made(scene, device, "ana")
    assert store(scene).enrol(link, new, "telephone", START, MOMENT) == "ana"
    assert last(scene) == ("ana", "enrolled_by_passkey", "telephone")
    with pytest.raises(Unproven):
        store(scene).enrol(link, made(scene, Authenticator(ORIGIN, b"b" * 16), "ana"), "second", START, MOMENT)
    head = scene.trail.head()
    for name, token in (("ana", "own"), ("maria", "another's")):
        with pytest.raises(OutOfOrder):
            store(scene).remove(name, new.sha256, token, MOMENT)
    assert scene.trail.head() == head
    second = added(scene, b"c" * 16, "ana")
    token = scene.operators.begin("ana", at(1), "telephone")
    other = scene.operators.begin("ana", at(1), "telephone")
    store(scene).remove("ana", new.sha256, token, MOMENT)
    assert scene.operators.session(token, at(2), is_touched=False) is not None
    assert scene.operators.session(other, at(2), is_touched=False) is None
    with pytest.raises(Unproven):
        prove(scene, device)
    assert prove(scene, second) == "ana"


def test_a_new_link_takes_passkeys_away(scene: Scene) -> None:
    """With the password; whoever has the link opens the account again."""
    device = added(scene)
    scene.operators.invite("maria", at(10), "console")
    with pytest.raises(Unproven):
        prove(scene, device)
    with scene.engine.connect() as connection:
        assert connection.execute(select(PASSKEY.c.sha256)).all() == []
    with pytest.raises(Unproven):
        scene.operators.prove("maria", PASSWORD, scene.code("maria", 40), at(40))
