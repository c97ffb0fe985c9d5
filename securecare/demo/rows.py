"""Writing the demo: few rows one by one, many by COPY."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection, sql
from sqlmodel import Session


def driver(session: Session) -> Connection[Any]:
    """The psycopg connection of this very transaction, which COPY needs."""
    return session.connection().connection.driver_connection  # pyright: ignore[reportReturnType]


def copy(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Write the rows by COPY; gives their number."""
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    number = 0
    with driver(session).cursor() as cursor, cursor.copy(command) as target:
        for row in rows:
            target.write_row(row)
            number += 1
    return number


def new_ids(session: Session, table: str, count: int) -> list[int]:
    """So many ids of the table's own sequence, for rows that others refer to."""
    query = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [row[0] for row in driver(session).execute(query, (table, count))]


def quiet(session: Session) -> None:
    """Let the rows of this transaction be written without telling every open page of each."""
    driver(session).execute("SELECT set_config('app.quiet', 'on', true)")


def public_id() -> str:
    """A random id, as strangers may see it in a link."""
    return str(uuid.uuid4())
