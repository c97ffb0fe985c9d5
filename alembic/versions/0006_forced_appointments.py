"""An index of the few appointments that were forced: every booking asks whether one is near."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_appointment_forced",
        "appointment",
        ["organization_id", "starts_at"],
        unique=False,
        postgresql_where=sa.text("forced_overlap"),
    )


def downgrade() -> None:
    op.drop_index("ix_appointment_forced", table_name="appointment")
