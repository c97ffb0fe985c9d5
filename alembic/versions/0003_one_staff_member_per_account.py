"""An account stands for at most one staff member of an organization."""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_staff_organization_id_account_id",
        "staff",
        ["organization_id", "account_id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("ix_staff_organization_id_account_id", table_name="staff")
