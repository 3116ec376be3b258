"""The journal, the log, what came, and how stations stand."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "journal",
        sa.Column("serial", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_journal"),
    )
    op.create_index("ix_journal_station", "journal", ["station"])
    op.create_table(
        "content",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("serial", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_content"),
    )
    op.create_table(
        "leaf",
        sa.Column("place", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("serial", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_leaf"),
        sa.UniqueConstraint("path", name="uq_leaf_path"),
    )
    op.create_table(
        "beside",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("leaves", sa.BigInteger(), nullable=False),
        sa.Column("serial", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_beside"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    _reception()


def _reception() -> None:
    op.create_table(
        "station",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("sheet", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_station"),
    )
    op.create_index("ix_station_standing", "station", ["standing"])
    op.create_table(
        "arrival",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("parcel", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("serial", _SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_arrival"),
    )
    op.create_index("ix_arrival_station", "arrival", ["station"])
