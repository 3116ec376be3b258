"""Passkeys of operators, and when somebody signed in last."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table, and adds the moments."""
    op.create_table(
        "passkey",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.String(20), nullable=False),
        sa.Column("used_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_passkey"),
    )
    op.create_index("ix_passkey_operator", "passkey", ["operator"])
    op.add_column("operator", sa.Column("signed_in_at", sa.String(20), nullable=False, server_default=""))
    op.add_column("desk_session", sa.Column("last_at", sa.String(20), nullable=False, server_default=""))
