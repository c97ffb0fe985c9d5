"""Lines of sessions that carry a cost of their own are few, and found without reading the others."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_session_line_free",
        "session_line",
        ["organization_id", "session_id"],
        postgresql_where=sa.text("kind = 'free'"),
    )


def downgrade() -> None:
    op.drop_index("ix_session_line_free", table_name="session_line")
