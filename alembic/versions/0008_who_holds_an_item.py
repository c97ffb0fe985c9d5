"""Reservations are found by item first, and a statement can refuse with what stands in its way.

With the facility in front, PostgreSQL took this index for the reservations of one holder as well,
and read through all that others hold there while the shelf was locked. A refusal has to be an error
of the database where COMMIT is sent along with the statement: nothing must be committed then.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_PLACE = ["organization_id", "facility_id", "item_id"]
BY_ITEM = ["organization_id", "item_id", "facility_id"]

REFUSE = """
CREATE FUNCTION refuse(why jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Refused' USING ERRCODE = 'SC001', DETAIL = why::text;
END $$
"""


def _instead(former: list[str], columns: list[str]) -> None:
    op.drop_index(f"ix_reservation_{'_'.join(former)}", "reservation")
    op.create_index(f"ix_reservation_{'_'.join(columns)}", "reservation", columns)


def upgrade() -> None:
    _instead(BY_PLACE, BY_ITEM)
    op.execute(REFUSE)


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse(jsonb)")
    _instead(BY_ITEM, BY_PLACE)
