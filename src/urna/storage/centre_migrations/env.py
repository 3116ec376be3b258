"""Run by Alembic: the steps are taken on the connection that `storage/centre_database` hands over."""

from alembic import context
from sqlalchemy import Connection

import urna.storage.centre_operator_tables  # noqa: F401 - its tables are among METADATA's
from urna.storage.centre_tables import METADATA

_connection = context.config.attributes["connection"]
if not isinstance(_connection, Connection):
    raise TypeError
context.configure(connection=_connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
