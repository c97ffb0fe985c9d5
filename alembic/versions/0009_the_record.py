"""A customer's record: profile, alerts, leaves, insurance, the people around them, and calls."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from securecare.foundation.live import announcing
from securecare.foundation.row_security import APPLICATION_ROLE, append_only, tenant

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEPT_FOR_GOOD = (
    "customer_profile",
    "customer_alert",
    "absence",
    "authorized_person",
    "contact_person",
    "insurance_policy",
)
# What was said on the phone stays as it is. The owner may seal it anew with another key.
SEALED_FOR_GOOD = {
    "phone_call": "organization_id, customer_id, at, person_id, caller, relationship, phone, topic,"
    " public_id, account_id, made_at, form_key",
    "phone_call_addition": "organization_id, call_id, public_id, account_id, made_at",
}
LIVE: dict[str, tuple[str, ...]] = {
    "customer_profile": ("customer_id",),
    "customer_alert": ("customer_id",),
    "absence": ("customer_id",),
    "authorized_person": ("customer_id",),
    "identity_check": ("person_id",),
    "contact_person": ("customer_id",),
    "family_link": ("first_id", "second_id"),
    "insurance_policy": ("customer_id",),
    "phone_call": ("customer_id",),
    "phone_call_addition": ("call_id",),
}


def _rights() -> list[str]:
    return [
        *(s for table in KEPT_FOR_GOOD for s in tenant(table, "SELECT, INSERT, UPDATE")),
        *tenant("family_link"),
        *tenant("identity_check", "SELECT, INSERT"),
        *append_only("identity_check"),
        *(s for table in SEALED_FOR_GOOD for s in tenant(table, "SELECT, INSERT")),
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF {columns}"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table, columns in SEALED_FOR_GOOD.items()
        ),
        *(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {t} FROM {APPLICATION_ROLE}"
            for t in SEALED_FOR_GOOD
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "authorized_person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("relationship", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"], ["account.id"], name=op.f("fk_authorized_person_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_authorized_person_ended_by")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_authorized_person_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_authorized_person_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorized_person")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_authorized_person_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_authorized_person_organization_id_customer_id_expires_on"),
        "authorized_person",
        ["organization_id", "customer_id", "expires_on"],
        unique=False,
    )
    op.create_table(
        "contact_person",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("relationship", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role IN ('emergency', 'guarantor')", name=op.f("ck_contact_person_role")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_contact_person_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_contact_person_organization_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", "role", name=op.f("pk_contact_person")),
    )
    op.create_table(
        "customer_alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('safety', 'medical', 'care', 'access')", name=op.f("ck_customer_alert_kind")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["account.id"], name=op.f("fk_customer_alert_lifted_by")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_customer_alert_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_customer_alert_organization_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_customer_alert_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_alert")),
    )
    op.create_index(
        op.f("ix_customer_alert_organization_id_customer_id"),
        "customer_alert",
        ["organization_id", "customer_id"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "customer_profile",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("preferred_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pronouns", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("gender", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ethnicity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("needs_interpreter", sa.Boolean(), nullable=False),
        sa.Column("street", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postal_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reached_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("staff_note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("ssn_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_customer_profile_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_customer_profile_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_profile")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_customer_profile_customer_id")),
    )
    op.create_table(
        "family_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("first_is", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("second_is", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_family_link_pair")),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_family_link_added_by")),
        sa.ForeignKeyConstraint(
            ["organization_id", "first_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_family_link_organization_id_first_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "second_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_family_link_organization_id_second_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_family_link_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_link")),
        sa.UniqueConstraint(
            "organization_id",
            "first_id",
            "second_id",
            name=op.f("uq_family_link_organization_id_first_id_second_id"),
        ),
    )
    op.create_index(
        op.f("ix_family_link_organization_id_second_id"),
        "family_link",
        ["organization_id", "second_id"],
        unique=False,
    )
    op.create_table(
        "insurance_policy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("carrier", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("plan", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("holder_is", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("member_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("group_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(customer_id, customer_id, '[]')"), "&&"),
            (sa.text("int4range(priority, priority, '[]')"), "&&"),
            (sa.text("daterange(valid_from, valid_until, '[]')"), "&&"),
            where=sa.text("removed_at IS NULL"),
            using="gist",
            name="insurance_policy_priority",
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 9", name=op.f("ck_insurance_policy_priority")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_insurance_policy_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_insurance_policy_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_insurance_policy_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_policy")),
    )
    op.create_index(
        op.f("ix_insurance_policy_organization_id_customer_id"),
        "insurance_policy",
        ["organization_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "identity_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("checked", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("seen", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "checked IN ('name', 'address', 'born_on', 'ssn')",
            name=op.f("ck_identity_check_checked"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identity_check_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "person_id"],
            ["authorized_person.organization_id", "authorized_person.id"],
            name=op.f("fk_identity_check_organization_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_identity_check_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
    )
    op.create_index(
        op.f("ix_identity_check_organization_id_person_id"),
        "identity_check",
        ["organization_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "phone_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("caller", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("relationship", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("notes_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("form_key", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_phone_call_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_phone_call_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "person_id"],
            ["authorized_person.organization_id", "authorized_person.id"],
            name=op.f("fk_phone_call_organization_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_phone_call_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sa.UniqueConstraint("form_key", name=op.f("uq_phone_call_form_key")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_phone_call_organization_id_id")),
    )
    op.create_index(
        op.f("ix_phone_call_organization_id_customer_id_at_id"),
        "phone_call",
        ["organization_id", "customer_id", "at", "id"],
        unique=False,
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approver", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "approved_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('family', 'medical', 'court', 'work', 'travel', 'break', 'other')",
            name=op.f("ck_absence_reason"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_absence_span")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_absence_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_absence_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "program_id"],
            ["program.organization_id", "program.id"],
            name=op.f("fk_absence_organization_id_program_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_absence_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_absence_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(
        op.f("ix_absence_organization_id_customer_id_starts_at"),
        "absence",
        ["organization_id", "customer_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "phone_call_addition",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("notes_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_phone_call_addition_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "call_id"],
            ["phone_call.organization_id", "phone_call.id"],
            name=op.f("fk_phone_call_addition_organization_id_call_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_phone_call_addition_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call_addition")),
    )
    op.create_index(
        op.f("ix_phone_call_addition_organization_id_call_id"),
        "phone_call_addition",
        ["organization_id", "call_id"],
        unique=False,
    )
    for statement in (
        *_rights(),
        *(statement for table, names in LIVE.items() for statement in announcing(table, names)),
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "phone_call_addition",
        "absence",
        "phone_call",
        "identity_check",
        "insurance_policy",
        "family_link",
        "customer_profile",
        "customer_alert",
        "contact_person",
        "authorized_person",
    ):
        op.drop_table(table)
