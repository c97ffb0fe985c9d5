"""Secure threads: sealed and permanent messages, what is attached, who takes part, what is read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from securecare.foundation.live import announcing
from securecare.foundation.row_security import APPLICATION_ROLE, append_only, tenant

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What changes of a thread. Its subject does not; its customer does where two records become one.
SETTINGS = "customer_id, replies_allowed, replies_until, last_at, last_message_id, told_message_id, version"
# What was written stays as it is. The owner may seal it anew with another key.
WRITTEN = "id, organization_id, thread_id, public_id, from_customer, account_id, sent_at, form_key"


def _rights() -> list[str]:
    return [
        *tenant("message_thread", f"SELECT, INSERT, UPDATE ({SETTINGS})"),
        *tenant("message", "SELECT, INSERT"),
        f"REVOKE UPDATE, DELETE, TRUNCATE ON message FROM {APPLICATION_ROLE}",
        f"CREATE TRIGGER message_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF {WRITTEN}"
        " ON message FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        *tenant("message_attachment", "SELECT, INSERT"),
        *append_only("message_attachment"),
        *tenant("message_participant", "SELECT, INSERT, DELETE"),
        *tenant("message_read", "SELECT, INSERT, UPDATE"),
        *announcing("message_thread", ("id", "customer_id")),
        *announcing("message_participant", ("thread_id", "account_id")),
        *announcing("message_read", ("thread_id", "account_id")),
    ]


def _of(column: str, target: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", column],
        [f"{target}.organization_id", f"{target}.id"],
        name=op.f(f"fk_{table}_organization_id_{column}"),
    )


def _belongs(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"], ["organization.id"], name=op.f(f"fk_{table}_organization_id")
    )


def _thread() -> None:
    op.create_table(
        "message_thread",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("replies_allowed", sa.Boolean(), nullable=False),
        sa.Column("replies_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_id", sa.BigInteger(), nullable=False),
        sa.Column("told_message_id", sa.BigInteger(), nullable=True),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of("customer_id", "customer", "message_thread"),
        _belongs("message_thread"),
        sa.ForeignKeyConstraint(
            ["started_by"], ["account.id"], name=op.f("fk_message_thread_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_thread")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_message_thread_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id", "form_key", name=op.f("uq_message_thread_organization_id_form_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_thread_public_id")),
    )
    op.create_index(
        op.f("ix_message_thread_organization_id_customer_id_last_at_id"),
        "message_thread",
        ["organization_id", "customer_id", "last_at", "id"],
    )


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("from_customer", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        _of("thread_id", "message_thread", "message"),
        _belongs("message"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_message_organization_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_public_id")),
        sa.UniqueConstraint("thread_id", "form_key", name=op.f("uq_message_thread_id_form_key")),
    )
    op.create_index(op.f("ix_message_thread_id_id"), "message", ["thread_id", "id"])


def _attachment() -> None:
    op.create_table(
        "message_attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        _of("message_id", "message", "message_attachment"),
        _of("version_id", "document_version", "message_attachment"),
        _belongs("message_attachment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_attachment")),
        sa.UniqueConstraint(
            "message_id", "version_id", name=op.f("uq_message_attachment_message_id_version_id")
        ),
    )
    op.create_index(op.f("ix_message_attachment_version_id"), "message_attachment", ["version_id"])


def _participant() -> None:
    op.create_table(
        "message_participant",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        _of("thread_id", "message_thread", "message_participant"),
        _belongs("message_participant"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_participant_account_id")
        ),
        sa.PrimaryKeyConstraint("thread_id", "account_id", name=op.f("pk_message_participant")),
    )
    op.create_index(
        op.f("ix_message_participant_account_id_thread_id"),
        "message_participant",
        ["account_id", "thread_id"],
    )


def _read() -> None:
    op.create_table(
        "message_read",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("by_customer", sa.Boolean(), nullable=False),
        sa.Column("last_message_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        _of("thread_id", "message_thread", "message_read"),
        _belongs("message_read"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_read_account_id")
        ),
        sa.PrimaryKeyConstraint(
            "thread_id", "account_id", "by_customer", name=op.f("pk_message_read")
        ),
    )


def upgrade() -> None:
    _thread()
    _message()
    _attachment()
    _participant()
    _read()
    for statement in _rights():
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "message_read",
        "message_participant",
        "message_attachment",
        "message",
        "message_thread",
    ):
        op.drop_table(table)
