"""Forgetting what was sent and what is over; indexes for what grows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from securecare.foundation.live import announcing
from securecare.foundation.row_security import APPLICATION_ROLE, CURRENT_ORGANIZATION, PURPOSE

revision: str = "0022"
down_revision: str | None = "0021"
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


# Each of the three knows what the others do not: who takes part, how far the thread is, who read what.
# Both figures stand in the participant's row, so that whoever writes and whoever reads at the same
# moment wait for that row and neither undoes what the other has set.
PARTICIPANT = {
    "participant_begins()": """
CREATE FUNCTION participant_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT last_at, last_message_id INTO NEW.last_at, NEW.last_message_id
      FROM message_thread WHERE id = NEW.thread_id;
    SELECT coalesce(max(last_message_id), 0) INTO NEW.read_message_id FROM message_read
     WHERE thread_id = NEW.thread_id AND account_id = NEW.account_id AND NOT by_customer;
    RETURN NEW;
END $$
""",
    "participants_follow_thread()": """
CREATE FUNCTION participants_follow_thread() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE message_participant SET last_at = NEW.last_at, last_message_id = NEW.last_message_id
     WHERE thread_id = NEW.id;
    RETURN NULL;
END $$
""",
    "participant_follows_mark()": """
CREATE FUNCTION participant_follows_mark() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE message_participant SET read_message_id = greatest(read_message_id, NEW.last_message_id)
     WHERE thread_id = NEW.thread_id AND account_id = NEW.account_id;
    RETURN NULL;
END $$
""",
}
FOLLOWING = (
    "CREATE TRIGGER participant_begins BEFORE INSERT ON message_participant"
    " FOR EACH ROW EXECUTE FUNCTION participant_begins()",
    "CREATE TRIGGER message_thread_followed AFTER UPDATE OF last_at, last_message_id"
    " ON message_thread FOR EACH ROW EXECUTE FUNCTION participants_follow_thread()",
    "CREATE TRIGGER message_read_followed AFTER INSERT OR UPDATE OF last_message_id ON message_read"
    " FOR EACH ROW WHEN (NOT NEW.by_customer) EXECUTE FUNCTION participant_follows_mark()",
)

# Counted among the latest of all: what waits for its seal is never far behind.
SEAL_STATUS = f"""
CREATE OR REPLACE FUNCTION audit_seal_status(OUT last_sealed_at timestamptz, OUT waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT seal.sealed_at,
           (SELECT count(*) FROM (
                SELECT organization_id, id, transaction FROM audit_event ORDER BY id DESC LIMIT 10000
            ) AS latest
             WHERE organization_id = {CURRENT_ORGANIZATION}
               AND (seal.id IS NULL
                    OR id > seal.known_to AND transaction >= seal.horizon))
      FROM (SELECT 1) AS always
      LEFT JOIN LATERAL (
           SELECT id, sealed_at, horizon, known_to FROM audit_seal ORDER BY id DESC LIMIT 1
      ) AS seal ON true
$$
"""


def _participants() -> None:
    op.add_column(
        "message_participant",
        sa.Column(
            "last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    )
    for name in ("last_message_id", "read_message_id"):
        column = sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        op.add_column("message_participant", column)
    op.execute("DROP TRIGGER message_participant_announced ON message_participant")
    op.execute("""
        UPDATE message_participant p
           SET last_at = t.last_at, last_message_id = t.last_message_id,
               read_message_id = coalesce((
                   SELECT r.last_message_id FROM message_read r
                    WHERE r.thread_id = p.thread_id AND r.account_id = p.account_id
                      AND NOT r.by_customer), 0)
          FROM message_thread t WHERE t.id = p.thread_id
    """)
    op.create_index(
        op.f("ix_message_participant_account_id_last_at_thread_id"),
        "message_participant",
        ["account_id", "last_at", "thread_id"],
    )
    op.create_index(
        "ix_message_participant_unread",
        "message_participant",
        ["account_id"],
        postgresql_where=sa.text("last_message_id > read_message_id"),
    )
    for statement in (
        *announcing("message_participant", ("thread_id", "account_id"), "account_id"),
        *PARTICIPANT.values(),
        *(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC" for name in PARTICIPANT),
        *FOLLOWING,
    ):
        op.execute(statement)


def _indexes() -> None:
    op.drop_index(op.f("ix_patron_change_patron_id_id"), "patron_change")
    op.create_index(
        op.f("ix_patron_change_patron_id_at_id"), "patron_change", ["patron_id", "at", "id"]
    )
    op.create_index(
        op.f("ix_contact_consent_customer_id_id"), "contact_consent", ["customer_id", "id"]
    )
    op.create_index(
        op.f("ix_login_session_account_id_organization_id_id"),
        "login_session",
        ["account_id", "organization_id", "id"],
    )
    for name, table, columns, where in PARTIAL:
        op.create_index(name, table, list(columns), postgresql_where=sa.text(where))


PARTIAL = (
    # By whose phone a text came; by which part of the system an event was written.
    ("ix_customer_phone", "customer", ("phone",), "phone <> ''"),
    (
        "ix_audit_event_of_parts",
        "audit_event",
        ("organization_id", "actor", "at"),
        "account_id IS NULL",
    ),
    (
        "ix_case_entry_corrections",
        "case_entry",
        ("organization_id", "case_id", "corrects_id"),
        "corrects_id IS NOT NULL",
    ),
)


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
    ended = sa.text("greatest(sent_at, finished_at)")
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
    _participants()
    _indexes()
    op.execute(SEAL_STATUS)
    _notices()
    _what_is_over()


def downgrade() -> None:
    for name, table, _, _ in PARTIAL:
        op.drop_index(name, table)
    op.drop_index(op.f("ix_login_session_account_id_organization_id_id"), "login_session")
    op.drop_index(op.f("ix_contact_consent_customer_id_id"), "contact_consent")
    op.drop_index(op.f("ix_patron_change_patron_id_at_id"), "patron_change")
    op.create_index(op.f("ix_patron_change_patron_id_id"), "patron_change", ["patron_id", "id"])
    _participants_as_before()
    # How the seal's standing is counted stays as it is: it answers the same.
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


def _participants_as_before() -> None:
    for statement in (
        "DROP TRIGGER message_read_followed ON message_read",
        "DROP TRIGGER message_thread_followed ON message_thread",
        "DROP TRIGGER participant_begins ON message_participant",
        *(f"DROP FUNCTION {name}" for name in PARTICIPANT),
        "DROP TRIGGER message_participant_announced ON message_participant",
        *announcing("message_participant", ("thread_id", "account_id")),
    ):
        op.execute(statement)
    for name in ("last_at", "last_message_id", "read_message_id"):
        op.drop_column("message_participant", name)
