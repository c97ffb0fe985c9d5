"""What guards rows cannot be talked out of it; whose word a password rests on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from securecare.foundation.row_security import APPLICATION_ROLE

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A temporary table is found before the one it is named after, even before those of the system. What
# looks something up on behalf of the product's role has to say where.
LOOKING_UP = ("into_living_record()", "keep_customer_words()", "keep_own_links()")
FOLLOWING = ("message_thread", "care_case", "document")
DATABASE = "DO $$ BEGIN EXECUTE format('{} ON DATABASE %I {} PUBLIC', current_database()); END $$"


def upgrade() -> None:
    op.add_column("account", sa.Column("vouched_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_account_vouched_by"), "account", "organization", ["vouched_by"], ["id"]
    )
    for function in LOOKING_UP:
        op.execute(f"ALTER FUNCTION {function} SET search_path = pg_catalog, public, pg_temp")
    op.execute(DATABASE.format("REVOKE TEMPORARY", "FROM"))
    for table in FOLLOWING:
        op.execute(
            f"CREATE TRIGGER {table}_follows BEFORE UPDATE OF customer_id ON {table} FOR EACH ROW"
            " WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id)"
            " EXECUTE FUNCTION call_follows_record()"
        )
    for table in ("message_thread", "care_case"):
        op.execute(f"REVOKE UPDATE (customer_id) ON {table} FROM {APPLICATION_ROLE}")
    # Nobody is ever deleted, and an appointment is cancelled.
    op.execute(f"REVOKE DELETE ON customer, appointment FROM {APPLICATION_ROLE}")


def downgrade() -> None:
    op.execute(f"GRANT DELETE ON customer, appointment TO {APPLICATION_ROLE}")
    for table in ("message_thread", "care_case"):
        op.execute(f"GRANT UPDATE (customer_id) ON {table} TO {APPLICATION_ROLE}")
    for table in FOLLOWING:
        op.execute(f"DROP TRIGGER {table}_follows ON {table}")
    op.execute(DATABASE.format("GRANT TEMPORARY", "TO"))
    for function in LOOKING_UP:
        op.execute(f"ALTER FUNCTION {function} RESET search_path")
    op.drop_constraint(op.f("fk_account_vouched_by"), "account")
    op.drop_column("account", "vouched_by")
