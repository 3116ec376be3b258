"""The tables of a centre's database.

    journal      every act that changed the centre, in order; replaying it gives the centre's state again
    content      signed documents by their hash; long ones lie beside the database, and only their size is here
    leaf         the log's leaves, in order
    beside       files that are published and are no leaves: encrypted ballots
    checkpoint   what was published of the log
    station      how each station stands, for pages; follows from the journal
    arrival      everything that came and what was answered

Nothing is ever deleted or changed, except in `station`, which follows from the journal.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Serial = BigInteger().with_variant(Integer, "sqlite")
_Hash = String(64)
_Code = String(40)
_Moment = String(20)

JOURNAL = Table(
    "journal",
    METADATA,
    Column("serial", _Serial, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("station", _Code, nullable=False),
    Column("path", String(200), nullable=False),
    Column("sha256", _Hash, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("act", Text, nullable=False),
    Column("at", _Moment, nullable=False),
    Index("ix_journal_station", "station"),
)

CONTENT = Table(
    "content",
    METADATA,
    Column("sha256", _Hash, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=True),
    Column("serial", _Serial, nullable=False),
)

LEAF = Table(
    "leaf",
    METADATA,
    Column("place", _Serial, primary_key=True, autoincrement=False),
    Column("path", String(200), nullable=False, unique=True),
    Column("sha256", _Hash, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("serial", _Serial, nullable=False),
)

BESIDE = Table(
    "beside",
    METADATA,
    Column("path", String(200), primary_key=True),
    Column("sha256", _Hash, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("leaves", BigInteger, nullable=False),
    Column("serial", _Serial, nullable=False),
)

CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    Column("size", _Serial, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
)

STATION = Table(
    "station",
    METADATA,
    Column("code", _Code, primary_key=True),
    Column("standing", String(20), nullable=False),
    Column("sheet", _Hash, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("numbers", Text, nullable=False),
    Index("ix_station_standing", "standing"),
)

ARRIVAL = Table(
    "arrival",
    METADATA,
    Column("id", _Serial, primary_key=True),
    Column("station", _Code, nullable=False),
    Column("parcel", _Hash, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", _Moment, nullable=False),
    Column("serial", _Serial, nullable=False),
    Index("ix_arrival_station", "station"),
)
