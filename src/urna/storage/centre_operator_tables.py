"""The tables of the centre's operators, beside those of `centre_tables` and never read by the centre itself.

operator       who may sign in, with which password and codes
passkey        public keys with which somebody may sign in
invitation     one-time links, by their hash
desk_session   who is signed in, by the hash of what the browser shows
proposal       decisions that wait for a second person, and what became of them
trail          who did what; each row has the hash of the row before it
trail_head     the last row's number and hash; whoever writes to the trail takes this row first
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from urna.storage.centre_tables import METADATA

_Serial = BigInteger().with_variant(Integer, "sqlite")
_Hash = String(64)
_Name = String(32)
_Moment = String(20)

OPERATOR = Table(
    "operator",
    METADATA,
    Column("name", _Name, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("salt", LargeBinary, nullable=True),
    Column("password", LargeBinary, nullable=True),
    Column("secret", LargeBinary, nullable=True),
    Column("last_step", BigInteger, nullable=False),
    Column("is_blocked", Boolean, nullable=False),
    Column("signed_in_at", _Moment, nullable=False, server_default=""),
)

PASSKEY = Table(
    "passkey",
    METADATA,
    Column("sha256", _Hash, primary_key=True),
    Column("operator", _Name, nullable=False),
    Column("name", String(40), nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("counted", BigInteger, nullable=False),
    Column("added_at", _Moment, nullable=False),
    Column("used_at", _Moment, nullable=False),
    Index("ix_passkey_operator", "operator"),
)

INVITATION = Table(
    "invitation",
    METADATA,
    Column("sha256", _Hash, primary_key=True),
    Column("operator", _Name, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("is_used", Boolean, nullable=False),
)

DESK_SESSION = Table(
    "desk_session",
    METADATA,
    Column("sha256", _Hash, primary_key=True),
    Column("operator", _Name, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("proved", BigInteger, nullable=False),
    Column("last_at", _Moment, nullable=False, server_default=""),
)

PROPOSAL = Table(
    "proposal",
    METADATA,
    Column("serial", _Serial, primary_key=True),
    Column("once", _Hash, nullable=False, unique=True),
    Column("proposal", Text, nullable=False),
    Column("document", LargeBinary, nullable=True),
    Column("state", String(20), nullable=False),
    Column("confirmed_by", _Name, nullable=False),
    Column("outcome", Text, nullable=False),
)

TRAIL = Table(
    "trail",
    METADATA,
    Column("serial", _Serial, primary_key=True, autoincrement=False),
    Column("entry", Text, nullable=False),
    Column("sha256", _Hash, nullable=False),
    Column("who", _Name, nullable=False),
    Column("station", String(40), nullable=False),
    Index("ix_trail_who", "who"),
)

TRAIL_HEAD = Table(
    "trail_head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("serial", BigInteger, nullable=False),
    Column("sha256", _Hash, nullable=False),
)
