"""Operators' accounts: a password (Argon2id) with six digits of a telephone, or passkeys; sessions, one-time links.

What a browser or a link shows is kept as its hash only; the secret of the codes is sealed to the desk's key, which lies
beside the database and in no backup of it. A code is taken once.
"""

import hmac
import secrets
import threading
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, update

from urna.center.operators import Role, Session, check_name, check_password
from urna.crypto.kdf import SALT_BYTES, Cost, stretch
from urna.encoding.canonical import Moment
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.storage.centre_codes import Codes, address_of, matching_step
from urna.storage.centre_invitations import TOKEN_BYTES, hash_of, invite, invited, use_up
from urna.storage.centre_operator_tables import DESK_SESSION, OPERATOR, PASSKEY
from urna.storage.centre_passkeys import Passkeys, remove_all
from urna.storage.centre_trail import write_entry
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.guessable import check_not_guessable
from urna.words import Sentence

KEY_FILE: Final = "desk.key"
KEY_BYTES: Final = 32
_AT_ONCE = 2
"""Passwords that are stretched at the same time: each takes 256 MiB."""


class Clock(NamedTuple):
    """One instant, as a number of seconds and as people write it."""

    seconds: int
    moment: Moment


class Operator(NamedTuple):
    """Somebody who may sign in."""

    name: str
    role: Role
    is_blocked: bool
    has_password: bool
    """And the codes of a telephone."""
    has_passkeys: bool

    @property
    def is_enrolled(self) -> bool:
        """Whether there is something to sign in with."""
        return self.has_password or self.has_passkeys


def make_desk_key(folder: Path) -> bytes:
    """The key of the desk in a centre's folder; made if there is none."""
    path = folder / KEY_FILE
    if not path.exists():
        write_secret_file(path, secrets.token_bytes(KEY_BYTES))
    key = read_limited(path, 1024)
    if len(key) != KEY_BYTES:
        raise Malformed(
            Sentence("a desk key of {size} bytes", {"size": KEY_BYTES}),
            Sentence("{size} bytes", {"size": len(key)}),
            Sentence("Take it from where it was kept; or remove it, and give every operator a new link."),
            str(path),
        )
    return key


class Operators:
    """The accounts of a centre.

    Args:
        engine: its database, its tables up to date.
        key: of the desk.
        cost: of a password.
    """

    def __init__(self, engine: Engine, key: bytes, cost: Cost = Cost.MODERATE) -> None:
        self._engine, self._cost = engine, cost
        self._codes = Codes(key)
        self.passkeys = Passkeys(engine, key)
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    def add(self, name: str, role: Role, now: Clock, by: str) -> str:
        """A new operator; the secret part of a one-time link, good for a day.

        Raises:
            Malformed: no such name is possible.
            OutOfOrder: the name is taken; names of people who left are not used again.
        """
        check_name(name)
        with self._engine.begin() as connection:
            write_entry(connection, at=now.moment, who=by, what="operator_added", detail=f"{name} {role.value}")
            if connection.execute(select(OPERATOR.c.name).where(OPERATOR.c.name == name)).first() is not None:
                raise OutOfOrder(
                    Sentence("a new name"), Sentence("one that is taken"), Sentence("Choose another name."), name
                )
            connection.execute(insert(OPERATOR).values(name=name, role=role.value, last_step=0, is_blocked=False))
            return invite(connection, name, now.seconds)

    def invite(self, name: str, now: Clock, by: str) -> str:
        """A new link: for a forgotten password, a lost telephone or passkey. The account is closed until it is used."""
        with self._engine.begin() as connection:
            write_entry(connection, at=now.moment, who=by, what="operator_invited", detail=name)
            self._change(connection, name, salt=None, password=None, secret=None)
            remove_all(connection, name)
            connection.execute(delete(DESK_SESSION).where(DESK_SESSION.c.operator == name))
            return invite(connection, name, now.seconds)

    def block(self, name: str, now: Clock, by: str, *, is_blocked: bool = True) -> None:
        """Shuts an operator out at once, or lets one in again."""
        what = "operator_blocked" if is_blocked else "operator_unblocked"
        with self._engine.begin() as connection:
            write_entry(connection, at=now.moment, who=by, what=what, detail=name)
            self._change(connection, name, is_blocked=is_blocked)
            connection.execute(delete(DESK_SESSION).where(DESK_SESSION.c.operator == name))

    def everybody(self) -> list[Operator]:
        """All operators by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(OPERATOR).order_by(OPERATOR.c.name)).all()
            holders = set(connection.execute(select(PASSKEY.c.operator)).scalars())
        return [
            Operator(row.name, Role(row.role), row.is_blocked, row.password is not None, row.name in holders)
            for row in rows
        ]

    def one(self, name: str) -> Operator | None:
        """An operator, if there is one of that name."""
        return next((each for each in self.everybody() if each.name == name), None)

    def invited(self, link: str, now: Clock) -> str:
        """Whose link it is.

        Raises:
            Unproven: it was used, replaced or is older than a day.
        """
        with self._engine.connect() as connection:
            return invited(connection, link, now.seconds)

    def secret_of(self, link: str) -> str:
        """The secret of the codes that this link sets up, in base 32; the same as often as it is asked."""
        return self._codes.secret_of(link)

    def address_of(self, link: str, name: str) -> str:
        """The same as what a telephone reads from a QR code."""
        return address_of(self.secret_of(link), name)

    def enrol(self, link: str, password: str, code: str, now: Clock) -> str:
        """Sets password and codes; whose it was.

        Raises:
            Malformed: the password is too short, or guessed early.
            Unproven: the link is not good any more, or the code is another telephone's.
        """
        name = self.invited(link, now)
        data = _new_password(password, name)
        secret = self.secret_of(link)
        step = matching_step(secret, code, now.seconds, 0)
        if step is None:
            raise Unproven(
                Sentence("the six digits that your telephone shows now"),
                Sentence("others"),
                Sentence("Read the QR code again; the telephone's clock has to be right."),
            )
        salt = secrets.token_bytes(SALT_BYTES)
        hashed = self._stretch(data, salt)
        sealed = self._codes.seal(name, secret)
        with self._engine.begin() as connection:
            write_entry(connection, at=now.moment, who=name, what="enrolled")
            invited(connection, link, now.seconds)
            use_up(connection, name)
            self._change(connection, name, salt=salt, password=hashed, secret=sealed, last_step=step)
        return name

    def prove(self, name: str, password: str, code: str, now: Clock) -> Role:
        """The role of somebody who gives the right password and code; the code is taken.

        A wrong name takes as long as a wrong password, and all that is wrong is told with one sentence.

        Raises:
            Unproven: something of it is wrong, or the account is blocked or not enrolled.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(OPERATOR).where(OPERATOR.c.name == name)).first()
        salt = row.salt if row is not None and row.salt is not None else bytes(SALT_BYTES)
        given = self._stretch(_typed(password), salt)
        kept = row.password if row is not None and row.password is not None else b""
        if row is None or row.is_blocked or not hmac.compare_digest(given, kept):
            raise _not_signed_in()
        step = matching_step(self._codes.open(name, row.secret), code, now.seconds, row.last_step)
        if step is None:
            raise _not_signed_in()
        with self._engine.begin() as connection:
            taken = update(OPERATOR).where(OPERATOR.c.name == name, OPERATOR.c.last_step < step)
            if not connection.execute(taken.values(last_step=step)).rowcount:
                raise _not_signed_in()
        return Role(row.role)

    def change_password(self, name: str, given: tuple[str, str], password: str, token: str, now: Clock) -> None:
        """A new password for the old one and a code; the operator's other sessions end.

        Args:
            name: the operator's.
            given: the old password, and the code.
            password: the new one.
            token: of the session that goes on.
            now: this instant.

        Raises:
            Malformed: the new one is too short, guessed early, or the old one.
            Unproven: the old one or the code is wrong, or there is no password.
        """
        data = _new_password(password, name)
        if data == _typed(given[0]):
            raise Malformed(
                Sentence("a password that is new"), Sentence("the old one"), Sentence("Choose another password.")
            )
        self.prove(name, *given, now)
        salt = secrets.token_bytes(SALT_BYTES)
        hashed = self._stretch(data, salt)
        with self._engine.begin() as connection:
            write_entry(connection, at=now.moment, who=name, what="password_changed")
            # A new link that was made meanwhile has closed the account: then nothing is changed.
            open_still = update(OPERATOR).where(OPERATOR.c.name == name, OPERATOR.c.password.is_not(None))
            if not connection.execute(open_still.values(salt=salt, password=hashed)).rowcount:
                raise _not_signed_in()
            others = DESK_SESSION.c.operator == name, DESK_SESSION.c.sha256 != hash_of(token)
            connection.execute(delete(DESK_SESSION).where(*others))

    def begin(self, name: str, now: Clock, by: str = "") -> str:
        """A session for somebody who proved who it is; the token that only the browser keeps.

        Args:
            name: the operator's.
            now: this instant.
            by: the passkey's name, for the trail; empty for password and code.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = {"sha256": hash_of(token), "operator": name, "began": now.seconds, "seen": now.seconds}
        mine = OPERATOR.c.name == name
        with self._engine.begin() as connection:
            write_entry(connection, at=now.moment, who=name, what="signed_in", detail=by)
            last = connection.execute(select(OPERATOR.c.signed_in_at).where(mine)).scalar_one()
            connection.execute(update(OPERATOR).where(mine).values(signed_in_at=now.moment))
            connection.execute(insert(DESK_SESSION).values(**row, proved=now.seconds, last_at=last))
        return token

    def session(self, token: str, now: Clock, *, is_touched: bool) -> Session | None:
        """Who has this token, if the session is good still; a session that is over is removed.

        Args:
            token: what the browser showed.
            now: this instant.
            is_touched: whether a person asked; what a page asks for by itself keeps nobody signed in.
        """
        with self._engine.connect() as connection:
            query = select(DESK_SESSION, OPERATOR.c.role, OPERATOR.c.is_blocked).join(
                OPERATOR, OPERATOR.c.name == DESK_SESSION.c.operator
            )
            row = connection.execute(query.where(DESK_SESSION.c.sha256 == hash_of(token))).first()
        if row is None:
            return None
        session = Session(row.operator, Role(row.role), row.began, row.seen, row.proved, row.last_at)
        if row.is_blocked or not session.is_alive(now.seconds):
            self.end(token)
            return None
        if is_touched and now.seconds > session.seen:
            with self._engine.begin() as connection:
                mine = update(DESK_SESSION).where(DESK_SESSION.c.sha256 == row.sha256)
                connection.execute(mine.values(seen=now.seconds))
        return session

    def renew(self, token: str, now: Clock) -> None:
        """Somebody proved once more who it is."""
        with self._engine.begin() as connection:
            mine = update(DESK_SESSION).where(DESK_SESSION.c.sha256 == hash_of(token))
            connection.execute(mine.values(proved=now.seconds, seen=now.seconds))

    def end(self, token: str) -> None:
        """Signs one browser out."""
        with self._engine.begin() as connection:
            connection.execute(delete(DESK_SESSION).where(DESK_SESSION.c.sha256 == hash_of(token)))

    def end_all(self, name: str) -> None:
        """Signs an operator out everywhere."""
        with self._engine.begin() as connection:
            connection.execute(delete(DESK_SESSION).where(DESK_SESSION.c.operator == name))

    def _change(self, connection: Connection, name: str, **values: object) -> None:
        if not connection.execute(update(OPERATOR).where(OPERATOR.c.name == name).values(**values)).rowcount:
            raise OutOfOrder(
                Sentence("an operator of this centre"),
                Sentence("nobody of that name"),
                Sentence("See all: urna center operator list."),
                name,
            )

    def _stretch(self, password: bytes, salt: bytes) -> bytes:
        with self._room:
            return stretch(password, salt, self._cost)


def _new_password(password: str, name: str) -> bytes:
    """The bytes of a password that an account may have; raises Malformed."""
    data = check_password(password, name)
    check_not_guessable(data.decode())
    return data


def _typed(password: str) -> bytes:
    """What was typed, as it would be kept; what no password can be is compared all the same."""
    try:
        return check_password(password[:1000], "\0")
    except Malformed:
        return b"\0"


def _not_signed_in() -> Unproven:
    return Unproven(
        Sentence("name, password and the six digits that the telephone shows now, each taken once"),
        Sentence("something else"),
        Sentence("Try again with the next six digits; after five failures wait a quarter of an hour."),
    )
