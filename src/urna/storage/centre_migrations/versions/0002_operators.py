"""Operators, their sessions, decisions of two people, and the trail of who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "operator",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_operator"),
    )
    op.create_table(
        "invitation",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_invitation"),
    )
    op.create_table(
        "desk_session",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(32), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("proved", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_desk_session"),
    )
    _decisions()


def _decisions() -> None:
    op.create_table(
        "proposal",
        sa.Column("serial", _SERIAL, nullable=False),
        sa.Column("once", sa.String(64), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("confirmed_by", sa.String(32), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_proposal"),
        sa.UniqueConstraint("once", name="uq_proposal_once"),
    )
    op.create_table(
        "trail",
        sa.Column("serial", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_trail"),
    )
    op.create_index("ix_trail_who", "trail", ["who"])
    head = op.create_table(
        "trail_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_trail_head"),
    )
    op.bulk_insert(head, [{"one": 1, "serial": 0, "sha256": "0" * 64}])
