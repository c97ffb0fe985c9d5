"""An organization can link only the patrons it may see: those who asked, or whom it made itself."""

from collections.abc import Sequence

from alembic import op

from securecare.foundation.row_security import CURRENT_ORGANIZATION

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

HERE = f"organization_id = {CURRENT_ORGANIZATION}"
OWN = "patron_id = (SELECT own_patron()) AND status IN ('asked', 'ended')"
# Who is visible is said by the policy of `patron` alone. What is over shows nobody.
KNOWN = "status IN ('declined', 'ended') OR EXISTS (SELECT FROM patron WHERE patron.id = patron_id)"


def upgrade() -> None:
    op.execute(
        "ALTER POLICY patron_link_scope ON patron_link"
        f" WITH CHECK (({HERE} AND ({KNOWN})) OR ({OWN}))"
    )


def downgrade() -> None:
    op.execute(f"ALTER POLICY patron_link_scope ON patron_link WITH CHECK ({HERE} OR ({OWN}))")
