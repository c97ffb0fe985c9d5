"""How a committed change is told to every process: triggers that NOTIFY, and one who listens.

The tables themselves announce, so a change made by another browser, a job, the command line or
plain SQL is told alike, after its commit and in its order. A notice names what changed, never a
value a person would read: each process reads the change once and shows each viewer what that
viewer may see.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import make_url

from securecare.settings import settings

log = logging.getLogger(__name__)

CHANNEL = "securecare_live"
RECONNECT_SECONDS = 1.0
SILENCE_SECONDS = 20.0
"""After so long without a word the connection is asked whether it still lives."""

ANNOUNCE_CHANGE = f"""
CREATE FUNCTION announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    former jsonb; present jsonb; told text; again text;
BEGIN
    IF current_setting('app.quiet', true) = 'on' THEN RETURN NULL; END IF;
    IF TG_OP <> 'INSERT' THEN former := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN present := to_jsonb(NEW); END IF;
    SELECT jsonb_object_agg(key, value)::text INTO told
        FROM jsonb_each(coalesce(present, former)) WHERE key = ANY(TG_ARGV) OR key = 'organization_id';
    PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME || ' ' || told);
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, value)::text INTO again
            FROM jsonb_each(former) WHERE key = ANY(TG_ARGV) OR key = 'organization_id';
        IF again <> told THEN
            PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME || ' ' || again);
        END IF;
    END IF;
    RETURN NULL;
END $$
"""


def announcing(table: str, names: tuple[str, ...], *only_when: str) -> list[str]:
    """Statements that make `table` tell the named columns of each row that changes.

    With `only_when`, an update is told only if one of those columns was set.
    """
    update = "UPDATE OF " + ", ".join(only_when) if only_when else "UPDATE"
    arguments = ", ".join(f"'{name}'" for name in names)
    return [
        f"CREATE TRIGGER {table}_announced AFTER INSERT OR {update} OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION announce_change({arguments})"
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a table changed. `table` is "" after a gap: anything may have changed meanwhile."""

    table: str
    row: Mapping[str, Any]

    @property
    def organization_id(self) -> int | None:
        """Whose row it is, where rows have owners; an organization is its own."""
        return self.row.get("id" if self.table == "organization" else "organization_id")


GAP = Change("", {})


def parse(payload: str) -> Change:
    """Read a notice as the trigger wrote it."""
    table, _, row = payload.partition(" ")
    return Change(table, json.loads(row))


async def changes() -> AsyncIterator[list[Change]]:
    """Committed changes as they are told, in batches, for ever.

    After every (re)connection comes a `GAP`, since what happened before it was not heard.
    """
    while True:
        try:
            async for batch in _listen():
                yield batch
        except psycopg.OperationalError as lost:
            log.warning("The live connection to the database is lost: %s", type(lost).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)


async def _listen() -> AsyncIterator[list[Change]]:
    connection = await psycopg.AsyncConnection.connect(
        autocommit=True, application_name="securecare live", **_connection_arguments()
    )
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        yield [GAP]
        while True:
            batch = [
                parse(notice.payload)
                async for notice in connection.notifies(timeout=SILENCE_SECONDS, stop_after=1)
            ]
            if batch:
                yield batch
            else:
                await connection.execute("SELECT 1")


def _connection_arguments() -> dict[str, Any]:
    # Taken apart by SQLAlchemy: libpq reads a "+" in an address as a plus, not as a space.
    url = make_url(settings().app_database_url)
    return url.translate_connect_args(username="user", database="dbname") | dict(url.query)
