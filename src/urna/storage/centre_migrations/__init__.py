"""The steps by which a centre's database came to its tables; Alembic takes them in their order."""
