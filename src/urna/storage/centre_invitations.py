"""One-time links of operators, kept by their hash; each within a transaction of the caller."""

import hashlib
import secrets
from typing import Final

from sqlalchemy import Connection, insert, select, update

from urna.encoding.canonical import Hash
from urna.errors import Unproven
from urna.storage.centre_operator_tables import INVITATION
from urna.words import Sentence

LINK_SECONDS: Final = 24 * 3600
TOKEN_BYTES: Final = 32


def hash_of(token: str) -> Hash:
    """By which a token or link is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(connection: Connection, name: str, seconds: int) -> str:
    """The secret part of a new link, good for a day; older ones of this operator are over."""
    link = secrets.token_urlsafe(TOKEN_BYTES)
    use_up(connection, name)
    row = {"sha256": hash_of(link), "operator": name, "until": seconds + LINK_SECONDS, "is_used": False}
    connection.execute(insert(INVITATION).values(**row))
    return link


def invited(connection: Connection, link: str, seconds: int) -> str:
    """Whose link it is.

    Raises:
        Unproven: it was used, replaced or is older than a day.
    """
    row = connection.execute(select(INVITATION).where(INVITATION.c.sha256 == hash_of(link))).first()
    if row is None or row.is_used or seconds >= row.until:
        raise Unproven(
            Sentence("a link that was not used yet, younger than a day"),
            Sentence("another one"),
            Sentence("Ask for a new one: urna center operator link NAME."),
        )
    return str(row.operator)


def use_up(connection: Connection, name: str) -> None:
    """Every link of an operator is over."""
    connection.execute(update(INVITATION).where(INVITATION.c.operator == name).values(is_used=True))
