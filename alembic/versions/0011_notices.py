"""What goes out: the outbox, the permanent log of consent, texts that came in, and what ticks."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

from securecare.foundation.live import CHANNEL, announcing
from securecare.foundation.row_security import (
    APPLICATION_ROLE,
    CURRENT_ORGANIZATION,
    PURPOSE,
    append_only,
    restricted,
    tenant,
)

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_A_JOB = f"{PURPOSE} = 'system'"

# Once for each statement and organization: a sender writes hundreds of rows, and a page that shows
# them reads them anew anyway.
ANNOUNCE_NOTICES = f"""
CREATE FUNCTION announce_notices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.quiet', true) = 'on' THEN RETURN NULL; END IF;
    PERFORM pg_notify('{CHANNEL}', 'notice ' || jsonb_build_object('organization_id', organization_id)::text)
       FROM (SELECT DISTINCT organization_id FROM changed) AS told;
    RETURN NULL;
END $$
"""

# A text names no organization: it counts for every customer whose number it comes from, wherever.
# All of it is one statement of one transaction, so that no half of it can be lost.
HEED_TEXT = f"""
CREATE FUNCTION heed_text(from_phone text, told text, told_id text, told_at timestamptz)
RETURNS TABLE (organization_id bigint, customer_id bigint, use varchar)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF {PURPOSE} <> 'system' THEN RAISE insufficient_privilege; END IF;
    PERFORM pg_advisory_xact_lock(7305012, hashtext(from_phone));
    INSERT INTO inbound_text (phone, keyword, provider_id, at)
         VALUES (from_phone, told, told_id, told_at) ON CONFLICT (provider_id) DO NOTHING;
    IF NOT FOUND OR told NOT IN ('stop', 'start') THEN RETURN; END IF;
    RETURN QUERY
    WITH standing AS (
        SELECT DISTINCT ON (customer_id, use) organization_id, customer_id, use, given, source
          FROM contact_consent WHERE channel = 'sms' AND phone = from_phone
         ORDER BY customer_id, use, at DESC, id DESC
    ), reached AS (
        SELECT organization_id, id AS customer_id FROM customer WHERE phone = from_phone
         UNION SELECT organization_id, customer_id FROM standing
    ), wanted AS (
        SELECT r.organization_id, r.customer_id, u.use
          FROM reached r
         CROSS JOIN (VALUES ('appointment_reminders'), ('payment_notices'), ('message_alerts'))
               AS u (use)
          LEFT JOIN standing s ON s.customer_id = r.customer_id AND s.use = u.use
         WHERE told = 'stop' AND (s.given IS NULL OR s.given)
         UNION ALL
        SELECT organization_id, customer_id, use FROM standing s
         WHERE told = 'start' AND NOT given AND source = 'text'
           AND EXISTS (SELECT FROM contact_consent c
                        WHERE c.customer_id = s.customer_id AND c.use = s.use
                          AND c.channel = 'sms' AND c.phone = from_phone AND c.given)
    )
    INSERT INTO contact_consent (organization_id, customer_id, channel, phone, use, given, at, source)
         SELECT organization_id, customer_id, 'sms', from_phone, use, told = 'start', told_at, 'text'
           FROM wanted ORDER BY customer_id, use
    RETURNING organization_id, customer_id, use;
END $$
"""
HEED = "heed_text(text, text, text, timestamptz)"


def _rights() -> list[str]:
    return [
        *restricted(
            "notice",
            f"organization_id = {CURRENT_ORGANIZATION} OR {BY_A_JOB}",
            "SELECT, INSERT, UPDATE",
        ),
        *tenant("contact_consent", "SELECT, INSERT"),
        *append_only("contact_consent"),
        *restricted("inbound_text", BY_A_JOB, "SELECT, INSERT"),
        *append_only("inbound_text"),
        *restricted(
            "job_tick",
            f"{CURRENT_ORGANIZATION} IS NOT NULL OR {BY_A_JOB}",
            "SELECT, INSERT, UPDATE",
            BY_A_JOB,
        ),
        HEED_TEXT,
        f"REVOKE ALL ON FUNCTION {HEED} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {HEED} TO {APPLICATION_ROLE}",
    ]


def _announcements() -> list[str]:
    return [
        ANNOUNCE_NOTICES,
        "CREATE TRIGGER notice_queued_announced AFTER INSERT ON notice"
        " REFERENCING NEW TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION announce_notices()",
        "CREATE TRIGGER notice_changed_announced AFTER UPDATE ON notice"
        " REFERENCING NEW TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION announce_notices()",
        *announcing("contact_consent", ("customer_id",)),
    ]


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("use", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("template", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("values_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("business_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("leased_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("provider_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "queued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_notice_channel")),
        sa.CheckConstraint(
            "state IN ('queued', 'leased', 'sent', 'delivered', 'failed', 'dead', 'withheld')",
            name=op.f("ck_notice_state"),
        ),
        sa.CheckConstraint(
            "(state = 'leased') = (lease_token IS NOT NULL)", name=op.f("ck_notice_lease")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_notice_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_notice_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_notice_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id", "business_key", name=op.f("uq_notice_organization_id_business_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
    )
    op.create_index(
        "ix_notice_due",
        "notice",
        ["channel", "due_at", "id"],
        postgresql_where=sa.text("state IN ('queued', 'leased')"),
    )
    op.create_index(
        "ix_notice_unfinished",
        "notice",
        ["organization_id", "state", "id"],
        postgresql_where=sa.text("state NOT IN ('sent', 'delivered')"),
    )
    op.create_index(
        op.f("ix_notice_customer_id"),
        "notice",
        ["customer_id"],
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )


def _contact_consent() -> None:
    op.create_table(
        "contact_consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("use", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_contact_consent_channel")),
        sa.CheckConstraint(
            "(channel = 'sms') = (phone <> '')", name=op.f("ck_contact_consent_phone")
        ),
        sa.CheckConstraint(
            "use IN ('appointment_reminders', 'payment_notices', 'message_alerts')",
            name=op.f("ck_contact_consent_use"),
        ),
        sa.CheckConstraint(
            "source IN ('staff', 'portal', 'text', 'merge')",
            name=op.f("ck_contact_consent_source"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_contact_consent_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["customer.organization_id", "customer.id"],
            name=op.f("fk_contact_consent_organization_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_contact_consent_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_consent")),
    )
    op.create_index(
        op.f("ix_contact_consent_customer_id_channel_use_phone_at_id"),
        "contact_consent",
        ["customer_id", "channel", "use", "phone", "at", "id"],
    )
    op.create_index(
        op.f("ix_contact_consent_phone"),
        "contact_consent",
        ["phone"],
        postgresql_where=sa.text("phone <> ''"),
    )


def _inbound_text() -> None:
    op.create_table(
        "inbound_text",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("keyword", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("provider_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "keyword IN ('stop', 'start', 'help', 'other')", name=op.f("ck_inbound_text_keyword")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_text")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_inbound_text_provider_id")),
    )
    op.create_index(op.f("ix_inbound_text_phone_id"), "inbound_text", ["phone", "id"])


def _job_tick() -> None:
    op.create_table(
        "job_tick",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_tick")),
    )


def upgrade() -> None:
    _notice()
    _contact_consent()
    _inbound_text()
    _job_tick()
    for statement in (*_rights(), *_announcements()):
        op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {HEED}")
    for table in ("job_tick", "inbound_text", "contact_consent", "notice"):
        op.drop_table(table)
    op.execute("DROP FUNCTION announce_notices()")
