"""Forgetting what was sent and what is over; indexes for what grows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from securecare.foundation.row_security import APPLICATION_ROLE, CURRENT_ORGANIZATION, PURPOSE

revision: str = "0022"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_A_JOB = f"{PURPOSE} = 'system'"
STATES = "'queued', 'leased', 'sent', 'delivered', 'failed', 'dead', 'withheld'"
INVITED = f"organization_id = {CURRENT_ORGANIZATION} OR {PURPOSE} = 'sign-in'"

# Permanent is what ended or resumed texts to a number. Whatever else people text back was kept so
# that the same text told twice is answered once; the phone numbers of it are nobody's to keep.
FORGET_TEXTS = f"""
CREATE FUNCTION forget_inbound_texts(before timestamptz, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF {PURPOSE} <> 'system' OR before > now() - interval '7 days' THEN
        RAISE insufficient_privilege;
    END IF;
    PERFORM set_config('app.forgetting', 'inbound_text', true);
    WITH old AS MATERIALIZED (
        SELECT id FROM inbound_text WHERE keyword IN ('help', 'other') AND at < before
         ORDER BY at LIMIT most FOR UPDATE SKIP LOCKED
    )
    DELETE FROM inbound_text USING old WHERE inbound_text.id = old.id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('app.forgetting', '', true);
    RETURN gone;
END $$
"""
FORGET = "forget_inbound_texts(timestamptz, integer)"
REFUSE_UNLESS_FORGOTTEN = """
CREATE FUNCTION refuse_unless_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('app.forgetting', true) = TG_TABLE_NAME THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Rows of % are permanent', TG_TABLE_NAME USING ERRCODE = '2F002';
END $$
"""


def _notices() -> None:
    for column in ("recipient_sealed", "values_sealed"):
        op.alter_column("notice", column, existing_type=sa.LargeBinary(), nullable=True)
    op.drop_constraint(op.f("ck_notice_state"), "notice")
    op.create_check_constraint(
        op.f("ck_notice_state"), "notice", f"state IN ({STATES}, 'set_aside')"
    )
    op.create_check_constraint(
        op.f("ck_notice_erased"),
        "notice",
        "(recipient_sealed IS NULL) = (values_sealed IS NULL)"
        " AND (values_sealed IS NOT NULL OR state NOT IN ('queued', 'leased'))",
    )
    op.drop_index("ix_notice_unfinished", "notice")
    op.create_index(
        "ix_notice_unfinished",
        "notice",
        ["organization_id", "channel", "state", "id"],
        postgresql_where=sa.text("state NOT IN ('sent', 'delivered')"),
    )
    op.create_index(
        "ix_notice_waiting",
        "notice",
        ["organization_id", "channel", "due_at"],
        postgresql_where=sa.text("state = 'queued'"),
    )
    ended = sa.text("coalesce(finished_at, sent_at)")
    op.create_index(
        "ix_notice_to_erase",
        "notice",
        [ended],
        postgresql_where=sa.text(
            "values_sealed IS NOT NULL AND state IN ('sent', 'delivered', 'withheld', 'set_aside')"
        ),
    )
    op.create_index(
        "ix_notice_of_nobody",
        "notice",
        [ended],
        postgresql_where=sa.text("organization_id IS NULL"),
    )
    for statement in (
        # By its default a table of millions is swept once hundreds of thousands of rows are dead;
        # this one has three dead rows for each notice, and is asked every few seconds.
        "ALTER TABLE notice SET (autovacuum_vacuum_scale_factor = 0.02,"
        " autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02)",
        f"GRANT DELETE ON notice TO {APPLICATION_ROLE}",
        f"CREATE POLICY notice_forgotten ON notice AS RESTRICTIVE FOR DELETE TO {APPLICATION_ROLE}"
        f" USING ({BY_A_JOB} AND organization_id IS NULL AND state NOT IN ('queued', 'leased'))",
    ):
        op.execute(statement)


def _what_is_over() -> None:
    op.create_index(
        "ix_login_session_over", "login_session", [sa.text("least(ended_at, expires_at)")]
    )
    for table, column in (
        ("sign_in_throttle", "last_failure_at"),
        ("account_link", "expires_at"),
        ("patron_invitation", "expires_at"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "ix_inbound_text_of_no_use",
        "inbound_text",
        ["at"],
        postgresql_where=sa.text("keyword IN ('help', 'other')"),
    )
    for statement in (
        f"GRANT DELETE ON account_link, patron_invitation TO {APPLICATION_ROLE}",
        f"ALTER POLICY patron_invitation_scope ON patron_invitation"
        f" USING ({INVITED} OR {BY_A_JOB}) WITH CHECK ({INVITED})",
        *(
            f"CREATE POLICY {table}_forgotten ON {table} AS RESTRICTIVE FOR DELETE"
            f" TO {APPLICATION_ROLE} USING ({BY_A_JOB})"
            for table in ("account_link", "patron_invitation")
        ),
        "DROP TRIGGER inbound_text_append_only ON inbound_text",
        REFUSE_UNLESS_FORGOTTEN,
        "CREATE TRIGGER inbound_text_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inbound_text"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_unless_forgotten()",
        FORGET_TEXTS,
        f"REVOKE ALL ON FUNCTION {FORGET} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {FORGET} TO {APPLICATION_ROLE}",
    ):
        op.execute(statement)


def upgrade() -> None:
    _notices()
    _what_is_over()


def downgrade() -> None:
    for statement in (
        f"DROP FUNCTION {FORGET}",
        "DROP TRIGGER inbound_text_append_only ON inbound_text",
        "CREATE TRIGGER inbound_text_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inbound_text"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "DROP FUNCTION refuse_unless_forgotten()",
        *(
            f"DROP POLICY {table}_forgotten ON {table}"
            for table in ("account_link", "patron_invitation", "notice")
        ),
        f"ALTER POLICY patron_invitation_scope ON patron_invitation"
        f" USING ({INVITED}) WITH CHECK ({INVITED})",
        f"REVOKE DELETE ON account_link, patron_invitation, notice FROM {APPLICATION_ROLE}",
        "ALTER TABLE notice RESET (autovacuum_vacuum_scale_factor,"
        " autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor)",
    ):
        op.execute(statement)
    for index in ("ix_inbound_text_of_no_use",):
        op.drop_index(index, "inbound_text")
    for table, column in (
        ("sign_in_throttle", "last_failure_at"),
        ("account_link", "expires_at"),
        ("patron_invitation", "expires_at"),
    ):
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    op.drop_index("ix_login_session_over", "login_session")
    for index in ("of_nobody", "to_erase", "waiting", "unfinished"):
        op.drop_index(f"ix_notice_{index}", "notice")
    op.create_index(
        "ix_notice_unfinished",
        "notice",
        ["organization_id", "state", "id"],
        postgresql_where=sa.text("state NOT IN ('sent', 'delivered')"),
    )
    op.drop_constraint(op.f("ck_notice_erased"), "notice")
    op.drop_constraint(op.f("ck_notice_state"), "notice")
    # What was erased cannot come back, and the former columns want something to stand there.
    op.execute("UPDATE notice SET state = 'failed' WHERE state = 'set_aside'")
    op.execute(
        "UPDATE notice SET recipient_sealed = '', values_sealed = '' WHERE values_sealed IS NULL"
    )
    op.create_check_constraint(op.f("ck_notice_state"), "notice", f"state IN ({STATES})")
    for column in ("recipient_sealed", "values_sealed"):
        op.alter_column("notice", column, existing_type=sa.LargeBinary(), nullable=False)
