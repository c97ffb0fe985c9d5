"""What was given out is found by the session that gave it: reports choose sessions by their day."""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_SESSION = ["organization_id", "holder", "holder_id"]
BY_TIME = ["organization_id", "at"]
INCLUDED = ["item_id", "facility_id", "on_hand_change", "wholesale_cents", "retail_cents"]
GIVEN = "kind IN ('committed', 'returned')"


def _make(columns: list[str], included: list[str]) -> None:
    op.create_index(
        "ix_stock_movement_given",
        "stock_movement",
        columns,
        postgresql_include=included,
        postgresql_where=GIVEN,
    )


def upgrade() -> None:
    op.drop_index("ix_stock_movement_given", "stock_movement")
    _make(BY_SESSION, INCLUDED)


def downgrade() -> None:
    op.drop_index("ix_stock_movement_given", "stock_movement")
    _make(BY_TIME, ["holder_id", *INCLUDED])
