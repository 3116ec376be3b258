"""Operators' passkeys: public keys in the database, each change together with its entry in the trail."""

import hmac
from typing import Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from urna.center.passkeys import (
    MOST_PASSKEYS,
    Answer,
    NewKey,
    Passkey,
    RelyingParty,
    check_answer,
    check_label,
    not_this_passkey,
)
from urna.crypto.kdf import derive_key
from urna.encoding.canonical import Hash, Moment
from urna.errors import OutOfOrder
from urna.storage.centre_invitations import hash_of, invited, use_up
from urna.storage.centre_operator_tables import DESK_SESSION, OPERATOR, PASSKEY
from urna.storage.centre_trail import write_entry
from urna.words import Sentence

UNKNOWN: Final = "unknown passkey"
"""In the trail, for one that nobody has here."""


class Passkeys:
    """The passkeys of a centre's operators.

    Args:
        engine: its database, its tables up to date.
        key: of the desk, 32 bytes.
    """

    def __init__(self, engine: Engine, key: bytes) -> None:
        self._engine = engine
        self._handle_key = derive_key(key, "urna/desk/handles/1")

    def handle(self, name: str) -> bytes:
        """By what devices know an account: 32 bytes that tell nobody whose it is."""
        return hmac.digest(self._handle_key, name.encode(), "sha256")

    def of(self, name: str) -> list[Passkey]:
        """An operator's, the oldest first."""
        query = select(PASSKEY).where(PASSKEY.c.operator == name).order_by(PASSKEY.c.added_at, PASSKEY.c.sha256)
        with self._engine.connect() as connection:
            return [_passkey(row) for row in connection.execute(query)]

    def find(self, sha256: Hash) -> Passkey | None:
        """The one with this hash of its number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(PASSKEY).where(PASSKEY.c.sha256 == sha256)).first()
        return _passkey(row) if row is not None else None

    def enrol(self, link: str, new: NewKey, label: str, seconds: int, at: Moment) -> str:
        """Opens the account of a link with a passkey; whose it was.

        Raises:
            Malformed: a passkey cannot be named so.
            Unproven: the link is not good any more.
            OutOfOrder: the passkey is known already.
        """
        label = check_label(label)
        with self._engine.begin() as connection:
            name = invited(connection, link, seconds)
            write_entry(connection, at=at, who=name, what="enrolled_by_passkey", detail=label)
            invited(connection, link, seconds)  # once more: the entry made others wait
            use_up(connection, name)
            _insert(connection, name, new, label, at)
        return name

    def add(self, name: str, new: NewKey, label: str, at: Moment) -> None:
        """One more passkey of somebody who is signed in.

        Raises:
            Malformed: it cannot be named so.
            OutOfOrder: it is known already, or there are ten.
        """
        label = check_label(label)
        with self._engine.begin() as connection:
            write_entry(connection, at=at, who=name, what="passkey_added", detail=label)
            _insert(connection, name, new, label, at)

    def prove(self, rp: RelyingParty, answer: Answer, at: Moment, operator: str = "") -> Passkey:
        """The passkey with which somebody proves who it is; its count is taken.

        Args:
            rp: this centre.
            answer: whose challenge was this centre's, and is taken.
            at: this instant.
            operator: who is signed in; empty at a sign-in.

        Raises:
            Unproven: it is nobody's, another one's, not for this page, or its owner is blocked.
            Copied: its device counted back.
        """
        passkey = self.find(answer.sha256)
        if passkey is None or operator not in {"", passkey.operator}:
            raise not_this_passkey()
        handle = self.handle(passkey.operator)
        count = check_answer(rp, answer, passkey, handle, is_handle_needed=not operator)
        with self._engine.begin() as connection:
            # Of two answers at the same time the slower one finds another count.
            mine = update(PASSKEY).where(PASSKEY.c.sha256 == passkey.sha256, PASSKEY.c.counted == passkey.counted)
            if not connection.execute(mine.values(counted=count, used_at=at)).rowcount:
                raise not_this_passkey()
            blocked = select(OPERATOR.c.is_blocked).where(OPERATOR.c.name == passkey.operator)
            if connection.execute(blocked).scalar_one():
                raise not_this_passkey()
        return passkey

    def remove(self, name: str, sha256: Hash, token: str, at: Moment) -> None:
        """Takes one away and ends the operator's other sessions.

        Args:
            name: the operator's.
            sha256: of the passkey's number.
            token: of the session that goes on.
            at: this instant.

        Raises:
            OutOfOrder: there is no such one, or nothing else would prove who it is.
        """
        with self._engine.begin() as connection:
            mine = PASSKEY.c.operator == name, PASSKEY.c.sha256 == sha256
            label = connection.execute(select(PASSKEY.c.name).where(*mine)).scalar() or ""
            write_entry(connection, at=at, who=name, what="passkey_removed", detail=label)
            if not connection.execute(delete(PASSKEY).where(*mine)).rowcount:
                raise OutOfOrder(
                    Sentence("a passkey of yours"),
                    Sentence("none, or one that was removed"),
                    Sentence("Open the page once more."),
                )
            if not _has_proof(connection, name):
                raise OutOfOrder(
                    Sentence("another passkey, or password and code, beside the one to be removed"),
                    Sentence("the last proof of this account"),
                    Sentence("Add another passkey first."),
                )
            others = DESK_SESSION.c.operator == name, DESK_SESSION.c.sha256 != hash_of(token)
            connection.execute(delete(DESK_SESSION).where(*others))


def remove_all(connection: Connection, name: str) -> None:
    """A new link closes the account, in a transaction of the caller."""
    connection.execute(delete(PASSKEY).where(PASSKEY.c.operator == name))


def _insert(connection: Connection, name: str, new: NewKey, label: str, at: Moment) -> None:
    of_name = select(func.count()).select_from(PASSKEY).where(PASSKEY.c.operator == name)
    same = select(PASSKEY.c.sha256).where(PASSKEY.c.sha256 == new.sha256)
    if connection.execute(of_name).scalar_one() >= MOST_PASSKEYS:
        raise OutOfOrder(
            Sentence("{most} passkeys at most", {"most": MOST_PASSKEYS}),
            Sentence("one more"),
            Sentence("Remove one that you do not use."),
        )
    if connection.execute(same).first() is not None:
        raise OutOfOrder(
            Sentence("a new passkey"), Sentence("one that is known already"), Sentence("Use another device.")
        )
    row = {"sha256": new.sha256, "operator": name, "name": label, "credential": new.credential}
    keys = {"public_key": new.public_key, "counted": new.counted, "added_at": at, "used_at": ""}
    connection.execute(insert(PASSKEY).values(**row, **keys))


def _has_proof(connection: Connection, name: str) -> bool:
    password = select(OPERATOR.c.password).where(OPERATOR.c.name == name)
    passkey = select(PASSKEY.c.sha256).where(PASSKEY.c.operator == name)
    return connection.execute(password).scalar() is not None or connection.execute(passkey).first() is not None


def _passkey(row: Row[tuple[object, ...]]) -> Passkey:
    return Passkey(**row._mapping)
