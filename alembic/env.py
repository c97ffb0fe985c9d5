"""Runs the migrations as the owner of the tables, one transaction for all of them."""

from alembic import context
from sqlalchemy import Connection

from securecare.foundation.db import owner_engine
from securecare.tables import metadata


def run(connection: Connection) -> None:
    """Migrate over this connection."""
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with owner_engine().connect() as connection:
        run(connection)
