"""A backup is worth what can be restored from it."""

import stat
import tarfile
from pathlib import Path

import psycopg
import pytest

from securecare.running import backups, vault_files
from securecare.settings import SettingsError, conninfo, new_master_key, settings
from tests.documents.cabinet import PDF, build
from tests.support.databases import Databases


@pytest.fixture
def filled(database: str) -> str:
    with psycopg.connect(conninfo(database)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id int primary key, word text)")
        connection.execute("ALTER TABLE kept ENABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE kept FORCE ROW LEVEL SECURITY")
        connection.execute("DROP POLICY IF EXISTS kept_owner ON kept")
        connection.execute("CREATE POLICY kept_owner ON kept TO CURRENT_USER USING (true)")
        connection.execute("DELETE FROM kept")
        connection.execute("INSERT INTO kept SELECT n, 'word ' || n FROM generate_series(1, 500) n")
    return database


def fingerprint(url: str) -> object:
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute(
            "SELECT (SELECT md5(string_agg(k::text, ',' ORDER BY id)) FROM kept k),"
            " (SELECT string_agg(polname, ',' ORDER BY polname) FROM pg_policy),"
            " (SELECT string_agg(conname, ',' ORDER BY conname) FROM pg_constraint),"
            " (SELECT string_agg(tgname, ',' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal)"
        ).fetchone()


def names_in(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        return opened.getnames()


def test_everything_comes_back_into_an_empty_database(
    filled: str, databases: Databases, tmp_path: Path
) -> None:
    before = fingerprint(filled)
    backups.write(settings(), tmp_path / "b.tar")
    with databases.bare() as url:
        said = backups.read(settings(), tmp_path / "b.tar")
        assert "Restored" in said
        assert fingerprint(url) == before


def test_a_filled_database_is_given_up_only_when_asked(filled: str, tmp_path: Path) -> None:
    before = fingerprint(filled)
    backups.write(settings(), tmp_path / "b.tar")
    with psycopg.connect(conninfo(filled)) as connection:
        connection.execute("UPDATE kept SET word = 'changed'")
    with pytest.raises(SettingsError, match="--replace"):
        backups.read(settings(), tmp_path / "b.tar")
    backups.read(settings(), tmp_path / "b.tar", replace=True)
    assert fingerprint(filled) == before


def test_the_archive_holds_no_keys_unless_asked(filled: str, tmp_path: Path) -> None:
    backups.write(settings(), tmp_path / "without.tar")
    backups.write(settings(), tmp_path / "with.tar", with_keys=True)
    assert "keys" not in names_in(tmp_path / "without.tar")
    assert "keys" in names_in(tmp_path / "with.tar")
    assert stat.S_IMODE((tmp_path / "with.tar").stat().st_mode) == 0o600


def test_a_backup_sealed_with_keys_that_are_not_here_is_refused(
    filled: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.write(settings(), tmp_path / "b.tar")
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", new_master_key())
    with databases.bare(), pytest.raises(SettingsError, match="master keys"):
        backups.read(settings(), tmp_path / "b.tar")


def test_keys_in_the_archive_come_back_where_there_are_none(
    filled: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = settings().master_keys
    backups.write(settings(), tmp_path / "b.tar", with_keys=True)
    monkeypatch.delenv("SECURECARE_MASTER_KEYS")
    monkeypatch.setenv("SECURECARE_DATA", str(tmp_path / "elsewhere"))
    with databases.bare():
        backups.read(settings(), tmp_path / "b.tar")
        assert settings().master_keys == keys


def test_nothing_is_overwritten_and_rubbish_is_refused(filled: str, tmp_path: Path) -> None:
    rubbish = tmp_path / "r.tar"
    rubbish.write_text("not an archive")
    with pytest.raises(SettingsError, match="exists already"):
        backups.write(settings(), rubbish)
    with pytest.raises(SettingsError, match="not a backup"):
        backups.read(settings(), rubbish, replace=True)


def test_the_files_of_documents_come_back_encrypted_and_none_is_overwritten(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECURECARE_VAULT", str(tmp_path / "vault"))
    with databases.fresh("empty"):
        cabinet = build()
        id_, other = cabinet.store(b"Kanarienvogel\n", "a.txt"), cabinet.store()
        said = backups.write(settings(), tmp_path / "b.tar")
        assert "with 2 files of documents" in said
        assert b"Kanarienvogel" not in (tmp_path / "b.tar").read_bytes()
        files = [path for path in (tmp_path / "vault").rglob("*.*") if path.is_file()]
        kept, lost = sorted(files)
        lost.unlink()
        before = kept.stat().st_mtime_ns
    with databases.bare():
        backups.read(settings(), tmp_path / "b.tar")
        assert kept.stat().st_mtime_ns == before
        assert cabinet.content(id_) == b"Kanarienvogel\n"
        assert cabinet.content(other) == PDF


def test_a_name_in_the_archive_that_is_none_of_the_vaults_is_passed_over(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del filled
    monkeypatch.setenv("SECURECARE_VAULT", str(tmp_path / "vault"))
    settings.cache_clear()
    (tmp_path / "evil").write_text("evil")
    backups.write(settings(), tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar", "a") as archive:
        for name in ("vault/../../escaped", "vault//etc/x", "vault/1/ab/x"):
            archive.add(tmp_path / "evil", name)
    assert vault_files.put_back(settings(), tmp_path / "b.tar", backups.VAULT) == 0
    assert not (tmp_path.parent / "escaped").exists()
    monkeypatch.undo()
    settings.cache_clear()
