"""Who may sign in at an audit's pages: passwords (Argon2id) and sessions, in the folder's database.

Who takes part, and as what, are acts of the journal; here is only how a person proves who it is. Browsers' tokens are
kept by their hash. Passwords never leave the place where they were set: no stick carries them.
"""

import hmac
import secrets
import sqlite3
import threading
from typing import Final, NamedTuple

from urna.center.operators import SessionLimits, check_name, check_password
from urna.crypto.kdf import SALT_BYTES, Cost, stretch
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.storage.audit_journal import transaction
from urna.storage.centre_invitations import TOKEN_BYTES, hash_of
from urna.storage.guessable import check_not_guessable
from urna.words import Sentence

LIMITS: Final = SessionLimits(idle_seconds=3600)
"""A box is counted for an hour before anybody types."""

_AT_ONCE = 2
"""Passwords that are stretched at the same time: each takes 256 MiB."""


class SignedIn(NamedTuple):
    """A session of somebody."""

    person: str
    began: int
    seen: int

    def is_alive(self, now: int) -> bool:
        """Whether it is good still; a clock that was set back ends it."""
        return 0 <= now - self.seen < LIMITS.idle_seconds and 0 <= now - self.began < LIMITS.whole_seconds


class AuditAccounts:
    """The accounts of one place.

    Args:
        connection: the folder's database.
        cost: of a password.
    """

    def __init__(self, connection: sqlite3.Connection, cost: Cost = Cost.MODERATE) -> None:
        self._connection, self._cost = connection, cost
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()

    @staticmethod
    def check(person: str, password: str) -> None:
        """Returns if an account may have this name and password; raises Malformed otherwise."""
        check_not_guessable(check_password(password, check_name(person)).decode())

    def set_password(self, person: str, password: str) -> None:
        """A new account, or another password; every session of this person ends.

        Raises:
            Malformed: no such name is possible, or the password is too short or guessed early.
        """
        self.check(person, password)
        salt = secrets.token_bytes(SALT_BYTES)
        hashed = self._stretch(check_password(password, person), salt)
        with self._lock, transaction(self._connection):
            self._connection.execute("DELETE FROM session WHERE person = ?", (person,))
            self._connection.execute(
                "INSERT OR REPLACE INTO account (person, salt, password, is_blocked) VALUES (?, ?, ?, 0)",
                (person, salt, hashed),
            )

    def block(self, person: str, *, is_blocked: bool = True) -> None:
        """Shuts somebody out at once, or lets somebody in again.

        Raises:
            OutOfOrder: nobody here has this name.
        """
        with self._lock, transaction(self._connection):
            self._connection.execute("DELETE FROM session WHERE person = ?", (person,))
            changed = self._connection.execute(
                "UPDATE account SET is_blocked = ? WHERE person = ?", (int(is_blocked), person)
            )
            if not changed.rowcount:
                raise OutOfOrder(
                    Sentence("somebody with an account here"),
                    Sentence("another name"),
                    Sentence("See all: urna audit people list."),
                    person,
                )

    def everybody(self) -> dict[str, bool]:
        """The short names of all accounts, and whether they are shut out."""
        rows = self._connection.execute("SELECT person, is_blocked FROM account ORDER BY person").fetchall()
        return {row[0]: bool(row[1]) for row in rows}

    def prove(self, person: str, password: str) -> None:
        """Returns for the right name and password; a wrong name takes as long as a wrong password.

        Raises:
            Unproven: one of them is wrong, or the account is shut out.
        """
        row = self._connection.execute(
            "SELECT salt, password, is_blocked FROM account WHERE person = ?", (person[:40],)
        ).fetchone()
        salt, kept = (row[0], row[1]) if row else (bytes(SALT_BYTES), b"")
        given = self._stretch(_typed(password), salt)
        if row is None or row[2] or not hmac.compare_digest(given, kept):
            raise Unproven(
                Sentence("the name and password of an account here"),
                Sentence("something else"),
                Sentence("Try again; after five failures wait a quarter of an hour."),
            )

    def begin(self, person: str, now: int) -> str:
        """A session for somebody who proved who it is; the token that only the browser keeps."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock, transaction(self._connection):
            self._connection.execute(
                "INSERT INTO session (sha256, person, began, seen) VALUES (?, ?, ?, ?)",
                (hash_of(token), person, now, now),
            )
        return token

    def session(self, token: str, now: int) -> SignedIn | None:
        """Who has this token, if the session is good still."""
        key = hash_of(token)
        row = self._connection.execute("SELECT person, began, seen FROM session WHERE sha256 = ?", (key,)).fetchone()
        if row is None:
            return None
        found = SignedIn(*row)
        if not found.is_alive(now):
            self.end(token)
            return None
        if now - found.seen >= 60:  # a disk is not written for each page
            with self._lock, transaction(self._connection):
                self._connection.execute("UPDATE session SET seen = ? WHERE sha256 = ?", (now, key))
        return found

    def end(self, token: str) -> None:
        """Signs one browser out."""
        with self._lock, transaction(self._connection):
            self._connection.execute("DELETE FROM session WHERE sha256 = ?", (hash_of(token),))

    def _stretch(self, password: bytes, salt: bytes) -> bytes:
        with self._room:
            return stretch(password, salt, self._cost)


def _typed(password: str) -> bytes:
    """What was typed, as it would be kept; what no password can be is compared all the same."""
    try:
        return check_password(password[:1000], "\0")
    except Malformed:
        return b"\0"
