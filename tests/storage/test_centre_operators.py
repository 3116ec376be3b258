"""Accounts, sessions, two-person proposals and the trail, on a database."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select, update

from urna.center.operators import SESSION_LIMITS, Role
from urna.center.proposals import Proposal, ProposalKind, ProposalState
from urna.crypto.kdf import Cost
from urna.encoding.canonical import digest
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.storage.centre_database import migrate, open_engine
from urna.storage.centre_invitations import LINK_SECONDS
from urna.storage.centre_operator_tables import DESK_SESSION, INVITATION, OPERATOR, TRAIL
from urna.storage.centre_operators import Clock, Operators, make_desk_key
from urna.storage.centre_proposals import Proposals
from urna.storage.centre_trail import Trail, check_trail

PASSWORD = "cuatro palabras que nadie dice"  # noqa: S105 - of nobody
START = 1_600_000_020
MOMENT = "2020-12-06T23:00:00Z"


def at(seconds: int) -> Clock:
    """So long after the start."""
    return Clock(START + seconds, MOMENT)


class Scene:
    """A database with its accounts."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.engine = open_engine(folder, database)
        migrate(self.engine)
        self.operators = Operators(self.engine, make_desk_key(folder), Cost.TOY)
        self.trail = Trail(self.engine)
        self.proposals = Proposals(self.engine)
        self.secrets: dict[str, str] = {}

    def enrol(self, name: str, role: Role = Role.CHIEF) -> None:
        """Somebody with the usual password."""
        link = self.operators.add(name, role, at(0), "console")
        self.secrets[name] = self.operators.secret_of(link)
        self.operators.enrol(link, PASSWORD, self.code(name, 0), at(0))

    def code(self, name: str, seconds: int) -> str:
        """What the telephone shows."""
        return pyotp.TOTP(self.secrets[name]).at(START + seconds)


@pytest.fixture
def scene(tmp_path: Path, database: str) -> Iterator[Scene]:
    """With maria, a chief; on SQLite and on PostgreSQL."""
    found = Scene(tmp_path, database)
    found.enrol("maria")
    yield found
    found.engine.dispose()


def test_password_and_code_together_let_in(scene: Scene) -> None:
    """Spaces in the code do not matter."""
    code = scene.code("maria", 60)
    assert scene.operators.prove("maria", PASSWORD, f"{code[:3]} {code[3:]}", at(60)) is Role.CHIEF


def test_a_code_is_taken_once(scene: Scene) -> None:
    """Whoever watched it being typed is too late; so is the one of the enrolment, and an older one."""
    with pytest.raises(Unproven):
        scene.operators.prove("maria", PASSWORD, scene.code("maria", 0), at(1))
    scene.operators.prove("maria", PASSWORD, scene.code("maria", 60), at(60))
    for seconds in (60, 30):
        with pytest.raises(Unproven):
            scene.operators.prove("maria", PASSWORD, scene.code("maria", seconds), at(61))


@pytest.mark.parametrize("wrong", ["name", "password", "code", "blocked", "not enrolled"])
def test_all_that_is_wrong_is_told_alike(scene: Scene, wrong: str) -> None:
    """Nobody learns which names exist."""
    scene.operators.add("pedro", Role.OPERATOR, at(0), "console")
    if wrong == "blocked":
        scene.operators.block("maria", at(1), "console")
    name = {"name": "nobody", "not enrolled": "pedro"}.get(wrong, "maria")
    password = "another password" if wrong == "password" else PASSWORD
    code = "000000" if wrong == "code" else scene.code("maria", 60)
    with pytest.raises(Unproven, match="something else"):
        scene.operators.prove(name, password, code, at(60))


def test_a_link_is_good_once_and_for_a_day(tmp_path: Path) -> None:
    """Used, replaced or old it is refused; a code of another telephone uses nothing up."""
    scene = Scene(tmp_path)
    first = scene.operators.add("pedro", Role.OPERATOR, at(0), "console")
    with pytest.raises(Unproven, match="younger than a day"):
        scene.operators.invited(first, at(LINK_SECONDS))
    second = scene.operators.invite("pedro", at(1), "console")
    with pytest.raises(Unproven):
        scene.operators.invited(first, at(2))
    with pytest.raises(Unproven, match="six digits"):
        scene.operators.enrol(second, PASSWORD, "000000", at(2))
    with pytest.raises(Malformed):
        scene.operators.enrol(second, "short", "000000", at(2))
    code = pyotp.TOTP(scene.operators.secret_of(second)).at(START + 2)
    assert scene.operators.enrol(second, PASSWORD, code, at(2)) == "pedro"
    with pytest.raises(Unproven):
        scene.operators.enrol(second, PASSWORD, code, at(3))


def test_a_password_that_is_guessed_early_is_not_taken(scene: Scene) -> None:
    """Neither at first nor as another one; the link stays good, and the old password."""
    link = scene.operators.add("jose", Role.OPERATOR, at(0), "console")
    code = pyotp.TOTP(scene.operators.secret_of(link)).at(START + 60)
    with pytest.raises(Malformed, match="early"):
        scene.operators.enrol(link, "password1234", code, at(60))
    with pytest.raises(Malformed, match="early"):
        scene.operators.change_password(
            "maria", (PASSWORD, scene.code("maria", 60)), "qwertyuiop123", "of nobody", at(60)
        )
    assert scene.operators.enrol(link, PASSWORD, code, at(60)) == "jose"
    assert scene.operators.prove("maria", PASSWORD, scene.code("maria", 60), at(60)) is Role.CHIEF


def test_a_new_link_closes_the_account_until_it_is_used(scene: Scene) -> None:
    """Whoever has the old password and telephone is out, with all sessions."""
    token = scene.operators.begin("maria", at(60))
    scene.operators.invite("maria", at(61), "console")
    assert scene.operators.session(token, at(61), is_touched=True) is None
    with pytest.raises(Unproven):
        scene.operators.prove("maria", PASSWORD, scene.code("maria", 90), at(90))


def test_a_session_is_kept_alive_by_people_only(scene: Scene) -> None:
    """What a page asks for by itself does not move the limit; a session that ended is gone for good."""
    token, idle = scene.operators.begin("maria", at(0)), SESSION_LIMITS.idle_seconds
    assert scene.operators.session(token, at(idle - 1), is_touched=False) is not None
    assert scene.operators.session(token, at(idle), is_touched=True) is None
    assert scene.operators.session(token, at(1), is_touched=True) is None
    token = scene.operators.begin("maria", at(0))
    scene.operators.session(token, at(idle - 1), is_touched=True)
    assert scene.operators.session(token, at(idle), is_touched=True) is not None


def test_blocking_and_signing_out_everywhere_end_every_session(scene: Scene) -> None:
    """At once, in each browser."""
    tokens = [scene.operators.begin("maria", at(0)) for _ in range(2)]
    scene.operators.end_all("maria")
    assert [scene.operators.session(token, at(1), is_touched=True) for token in tokens] == [None, None]
    token = scene.operators.begin("maria", at(0))
    scene.operators.block("maria", at(1), "console")
    assert scene.operators.session(token, at(1), is_touched=True) is None


def test_the_database_alone_lets_nobody_in(scene: Scene, tmp_path: Path) -> None:
    """No token, link, password or secret of the codes is in it as it is used."""
    token = scene.operators.begin("maria", at(0))
    link = scene.operators.add("pedro", Role.OPERATOR, at(0), "console")
    with scene.engine.connect() as connection:
        rows = [connection.execute(select(each)).all() for each in (OPERATOR, INVITATION, DESK_SESSION, TRAIL)]
    secrets = (token, link, PASSWORD, scene.secrets["maria"], scene.operators.secret_of(link))
    assert [secret for secret in secrets if secret in repr(rows)] == []
    assert (tmp_path / "desk.key").stat().st_mode & 0o077 == 0


def test_without_the_desks_key_codes_cannot_be_checked(scene: Scene) -> None:
    """The sentence says what to do."""
    other = Operators(scene.engine, bytes(32), Cost.TOY)
    with pytest.raises(OutOfOrder, match=r"desk\.key"):
        other.prove("maria", PASSWORD, scene.code("maria", 60), at(60))


def finding(once: str = "1" * 64) -> Proposal:
    """By maria."""
    return Proposal(
        election="0" * 64,
        kind=ProposalKind.FINDING,
        station="A-01",
        reason="The president telephoned.",
        proposed_by="maria",
        proposed_at=MOMENT,
        once=once,
    )


def test_the_same_form_twice_is_one_proposal(scene: Scene) -> None:
    """With one entry in the trail."""
    serial = scene.proposals.propose(finding())
    head = scene.trail.head()
    assert scene.proposals.propose(finding()) == serial
    assert scene.trail.head() == head
    assert scene.proposals.propose(finding("2" * 64)) == serial + 1


def test_of_two_who_confirm_at_once_one_is_told_that_it_was_done(scene: Scene) -> None:
    """And a proposal is confirmed once."""
    serial = scene.proposals.propose(finding())
    said: list[str] = []

    def confirm(name: str) -> None:
        try:
            scene.proposals.confirm(serial, name, finding().hash, MOMENT)
            said.append("confirmed")
        except UrnaError as error:
            said.append(type(error).__name__)

    threads = [threading.Thread(target=confirm, args=[name]) for name in ("jose", "ana")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["OutOfOrder", "confirmed"]
    row = scene.proposals.find(serial)
    assert row is not None
    assert (row.state, row.confirmed_by) in {(ProposalState.CONFIRMED, "jose"), (ProposalState.CONFIRMED, "ana")}


def test_what_is_refused_leaves_no_trace_of_a_change(scene: Scene) -> None:
    """An own proposal stays open, and the trail as it was."""
    serial = scene.proposals.propose(finding())
    head = scene.trail.head()
    with pytest.raises(OutOfOrder):
        scene.proposals.confirm(serial, "maria", finding().hash, MOMENT)
    assert scene.trail.head() == head
    row = scene.proposals.find(serial)
    assert row is not None
    assert row.state is ProposalState.OPEN


def test_the_trail_tells_every_act_and_proves_its_order(scene: Scene) -> None:
    """Each entry has the hash of the one before; the export ends with the head's hash."""
    serial = scene.proposals.propose(finding())
    scene.proposals.confirm(serial, "jose", finding().hash, MOMENT)
    scene.proposals.end(serial, "jose", MOMENT, "noted", is_done=True)
    told = [(each.who, each.what) for each in reversed(scene.trail.newest())]
    assert told[-3:] == [("maria", "proposed"), ("jose", "confirmed"), ("jose", "done")]
    lines = list(scene.trail.lines())
    assert check_trail(iter(lines), scene.trail.head()).sha256 == digest(lines[-1].rstrip(b"\n"))


@pytest.mark.parametrize("how", ["changed", "removed", "cut", "swapped"])
def test_a_trail_that_was_tampered_with_is_told(scene: Scene, how: str) -> None:
    """Whatever is done to it, the next entry or the noted head contradicts it."""
    for number in range(4):
        scene.trail.write(at=MOMENT, who="maria", what="looked", detail=str(number))
    head, lines = scene.trail.head(), list(scene.trail.lines())
    changed = {
        "changed": [line.replace(b'"detail":"1"', b'"detail":"9"') for line in lines],
        "removed": lines[:2] + lines[3:],
        "cut": lines[:-1],
        "swapped": [*lines[:-2], lines[-1], lines[-2]],
    }[how]
    assert changed != lines
    with pytest.raises(Unproven):
        check_trail(iter(changed), head)


def test_a_row_changed_in_the_database_is_told(scene: Scene) -> None:
    """The export is made of the rows as they are."""
    scene.trail.write(at=MOMENT, who="maria", what="looked")
    head = scene.trail.head()
    with scene.engine.begin() as connection:
        text = connection.execute(select(TRAIL.c.entry).where(TRAIL.c.serial == head.serial)).scalar_one()
        changed = update(TRAIL).where(TRAIL.c.serial == head.serial).values(entry=text.replace("looked", "slept"))
        connection.execute(changed)
    with pytest.raises(Unproven):
        check_trail(scene.trail.lines(), head)
