"""More that people may tell of themselves: race, marital status, sexual orientation, service."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("patron", "customer_profile")
ADDED = ("race", "marital_status", "sexual_orientation", "veteran")
PRESENT = (
    "preferred_name",
    "pronouns",
    "gender",
    "ethnicity",
    "language",
    "needs_interpreter",
    "street",
    "city",
    "region",
    "postal_code",
    "country",
    "time_zone",
)


def upgrade() -> None:
    for table in TABLES:
        for name in ADDED:
            op.add_column(
                table,
                sa.Column(
                    name, sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False
                ),
            )
    op.execute(_into_record(PRESENT + ADDED))


def downgrade() -> None:
    op.execute(_into_record(PRESENT))
    for table in TABLES:
        for name in ADDED:
            op.drop_column(table, name)


def _into_record(fields: Sequence[str]) -> str:
    """What the person says of themselves, into each record they are linked with: see 0014."""

    def each(beginning: str) -> str:
        return ", ".join(f"{beginning}{name}" for name in fields)

    taken = ", ".join(f"{name} = excluded.{name}" for name in fields)
    return f"""
CREATE OR REPLACE FUNCTION patron_into_record(person patron, organization bigint, client bigint)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE customer SET given_name = person.given_name, family_name = person.family_name,
           born_on = coalesce(person.born_on, born_on), phone = person.phone, email = person.email,
           version = version + 1
     WHERE id = client AND organization_id = organization
       AND (given_name, family_name, born_on, phone, email) IS DISTINCT FROM
           (person.given_name, person.family_name, coalesce(person.born_on, born_on),
            person.phone, person.email);
    INSERT INTO customer_profile AS known (
        organization_id, customer_id, {each("")}, reached_by, staff_note, public_id, version,
        changed_at
    ) VALUES (
        organization, client, {each("person.")}, '', '', gen_random_uuid(), 1, person.changed_at
    ) ON CONFLICT (customer_id) DO UPDATE SET
        {taken}, version = known.version + 1, changed_at = excluded.changed_at
     WHERE ({each("known.")}) IS DISTINCT FROM ({each("excluded.")})
$$
"""
