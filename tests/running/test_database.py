"""Tables come, and go, and come again."""

import psycopg
import pytest

from securecare.running.database import held, migrate
from securecare.settings import SettingsError, conninfo, settings
from tests.support.databases import pointed_to


def tables(url: str) -> set[str]:
    with psycopg.connect(conninfo(url)) as connection:
        rows = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
    return {name for (name,) in rows}


def test_migrations_go_down_to_nothing_and_up_to_the_same_tables(database: str) -> None:
    before = tables(database)
    assert len(before) > 5
    assert migrate("base")
    assert tables(database) <= {"alembic_version"}
    assert migrate()
    assert tables(database) == before


def test_migrating_twice_changes_nothing(database: str) -> None:
    migrate()
    assert not migrate()


def test_every_table_of_the_models_has_its_migration(database: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from securecare.foundation.db import owner_engine
    from securecare.tables import metadata

    with owner_engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(
    ("url", "because"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "Connection refused"),
        ("postgresql://no.such.host.invalid/none", "no.such.host.invalid"),
    ],
)
def test_a_server_that_is_not_there_is_one_sentence_without_the_password(
    url: str, because: str, database: str
) -> None:
    with (
        pointed_to(url.replace("://", "://me:hunter2@").replace("nobody@", "")),
        pytest.raises(SettingsError) as refused,
        held(settings()),
    ):
        pass
    assert because in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)
