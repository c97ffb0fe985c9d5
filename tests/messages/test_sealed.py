"""What was written stays as it was, sealed, and within its organization."""

import os

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from securecare.foundation import rotation
from securecare.foundation.db import transaction
from securecare.foundation.sealing import SealBroken
from securecare.settings import new_master_key, settings
from tests.messages.desk import Desk

TABLES = ("message_thread", "message", "message_attachment", "message_participant", "message_read")


def test_nothing_that_was_written_stands_in_the_database(desk: Desk):
    id_ = desk.start("Kanarienvogel subject", body="Kanarienvogel body")
    desk.send(id_, "Kanarienvogel again")
    desk.reply(id_, "Kanarienvogel answers")
    for table in (*TABLES, "audit_event", "notice"):
        dump = str(desk.sql(f"SELECT t::text FROM {table} t"))
        assert "Kanarienvogel" not in dump
        assert b"Kanarienvogel".hex() not in dump


def test_swapped_and_altered_words_do_not_open(desk: Desk):
    one, other = desk.start(body="One"), desk.start(body="Other")
    swap = (
        "UPDATE message_thread t SET subject_sealed = o.subject_sealed FROM message_thread o"
        " WHERE t.id = :one AND o.id = :other"
    )
    desk.sql(swap, one=one, other=other)
    with pytest.raises(SealBroken):
        desk.seen(one)
    desk.sql(
        "UPDATE message SET body_sealed = set_byte(body_sealed, length(body_sealed) - 1,"
        " 255 - get_byte(body_sealed, length(body_sealed) - 1)) WHERE thread_id = :id",
        id=other,
    )
    with pytest.raises(SealBroken):
        desk.seen(other)
    desk.sql("DELETE FROM message_read WHERE thread_id = :id", id=one)
    desk.sql("ALTER TABLE message DISABLE TRIGGER message_append_only")
    desk.sql("DELETE FROM message WHERE thread_id IN (:one, :other)", one=one, other=other)
    desk.sql("ALTER TABLE message ENABLE TRIGGER message_append_only")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE message SET body_sealed = ''",
        "UPDATE message SET sent_at = now()",
        "DELETE FROM message",
        "TRUNCATE message CASCADE",
        "UPDATE message_attachment SET version_id = 1",
        "DELETE FROM message_attachment",
        "UPDATE message_thread SET subject_sealed = ''",
        "UPDATE message_thread SET started_by = 1",
        "DELETE FROM message_thread",
        "DELETE FROM message_read",
        "UPDATE message_participant SET account_id = 1",
    ],
)
def test_the_products_role_cannot_change_what_was_written(desk: Desk, statement: str):
    desk.start()
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        transaction(desk.worker.scope) as session,
    ):
        session.connection().execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE message SET sent_at = now()",
        "UPDATE message SET from_customer = NOT from_customer",
        "DELETE FROM message",
        "UPDATE message_attachment SET version_id = 1",
        "DELETE FROM message_attachment",
    ],
)
def test_not_even_the_owner_changes_it_by_mistake(desk: Desk, statement: str):
    with pytest.raises(DBAPIError, match="permanent"):
        desk.sql(statement)


def test_another_organization_sees_no_row_of_it(desk: Desk):
    desk.start()
    with transaction(desk.stranger.scope) as session:
        for table in TABLES:
            count = session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar()
            assert count == 0


def test_words_go_along_with_a_new_key(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    id_ = desk.start("Old key", body="Written under the old key")
    old = os.environ["SECURECARE_MASTER_KEYS"]
    new = new_master_key()
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", f"{new},{old}")
    settings.cache_clear()
    rotation.rotate()
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", new)
    settings.cache_clear()
    try:
        seen = desk.seen(id_)
        assert (seen.thread.subject, seen.messages[0].body) == (
            "Old key",
            "Written under the old key",
        )
    finally:
        monkeypatch.setenv("SECURECARE_MASTER_KEYS", f"{old},{new}")
        settings.cache_clear()
        rotation.rotate()
        monkeypatch.undo()
        settings.cache_clear()
