"""One archive with everything in it, and the way back.

The archive is a tar file: `about.json`, `database.dump` (pg_dump's own format), the files of the
vault as they lie there, encrypted (unless they are in a bucket), and `keys` when asked for. Without the keys what was sealed stays sealed, so whoever finds a backup reads names but
no private note; keep the keys somewhere else, and keep them well.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from securecare import __version__
from securecare.foundation import clock, embedded, noted_heads
from securecare.foundation.db import owner_transaction
from securecare.running import vault_files
from securecare.running.database import current_revision
from securecare.settings import APP_ROLE, MasterKey, Settings, SettingsError, conninfo, written

ABOUT, DUMP, KEYS = "about.json", "database.dump", "keys"
VAULT = "vault/"


def write(told: Settings, file: Path, *, with_keys: bool = False) -> str:
    """Write the archive, readable by its owner alone; never over an existing file."""
    if file.exists():
        raise SettingsError(f"{file} exists already; a backup does not overwrite anything.")
    if not file.parent.is_dir():
        raise SettingsError(f"There is no folder {file.parent}.")
    about = _about(told)  # before the dump, which then holds the noted end of the trail
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch:
        folder = Path(scratch)
        _postgres_program(
            told,
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--enable-row-security",  # the owner's policies show every row
            f"--file={folder / DUMP}",
            failure="The database could not be dumped",
        )
        (folder / ABOUT).write_text(json.dumps(about, indent=2))
        names = [ABOUT, DUMP]
        if with_keys:
            (folder / KEYS).write_text(written(told.master_keys))
            names.append(KEYS)
        draft = folder / "archive"
        with tarfile.open(draft, "w") as archive:
            for name in names:
                archive.add(folder / name, name)
            # After the dump: what came since lies in it without a key, and harms nobody.
            files = vault_files.added(told, archive, VAULT)
        draft.chmod(0o600)
        os.link(draft, file)  # fails where a plain rename would overwrite
    kept = "with the master keys in it" if with_keys else "without the master keys"
    head = about["audit_head"]
    ends = f" Its audit trail ends with batch {head['seal_id']}, {head['digest']}." if head else ""
    return f"{file}: {file.stat().st_size / 1e6:.1f} MB, {kept}, {files}.{ends}"


def read(told: Settings, file: Path, *, replace: bool = False) -> str:
    """Fill an empty database (or, with `replace`, any) from the archive, all or nothing.

    Keys in the archive are put into place when this installation has none of its own, and must be
    among its own otherwise.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _unpack(file, folder)
        about = json.loads((folder / ABOUT).read_text())
        keys = folder / KEYS
        _require_keys(told, about, keys.read_text() if keys.exists() else None)
        _require_empty(told, replace)
        _restore(told, folder / DUMP)
        if keys.exists():
            told.adopt_keys(keys.read_text())
        vault_files.put_back(told, file, VAULT)
    head = about.get("audit_head")
    noted_heads.put_aside(noted_heads.Head(**head) if head else None)
    return f"Restored the backup of {about['made_at']}. Run `securecare migrate` if it is old."


def _about(told: Settings) -> dict[str, Any]:
    revision = current_revision()
    return {
        "made_at": clock.now().astimezone(UTC).isoformat(timespec="seconds"),
        "product": __version__,
        "revision": revision,
        "key_ids": [key.id for key in told.master_keys],
        "audit_head": _audit_head() if revision else None,
    }


def _audit_head() -> dict[str, Any] | None:
    with owner_transaction() as session:
        head = noted_heads.present(session)
    return None if head is None else asdict(head)


def _unpack(file: Path, folder: Path) -> None:
    """Take out about, dump and keys; the vault's files are put back once the database is."""
    try:
        with tarfile.open(file) as archive:
            for name in {ABOUT, DUMP, KEYS} & set(archive.getnames()):
                member = archive.extractfile(name)
                if member:
                    with member, (folder / name).open("wb") as copy:
                        shutil.copyfileobj(member, copy)
    except (OSError, tarfile.TarError):
        raise SettingsError(f"{file} is not a backup that can be read.") from None
    if not (folder / ABOUT).exists() or not (folder / DUMP).exists():
        raise SettingsError(f"{file} is not a backup of SecureCare.")


def _require_keys(told: Settings, about: dict, archived: str | None) -> None:
    """What was sealed must be openable here, now or with the keys in the archive."""
    here: list[MasterKey] = list(told.master_keys) if told.has_keys else []
    ids = {key.id for key in here}
    if archived is None:
        missing = set(about["key_ids"]) - ids
        if missing:
            raise SettingsError(
                f"The backup was sealed with the master keys {', '.join(sorted(missing))}, which "
                "are not here; put them into SECURECARE_MASTER_KEYS or the key file first."
            )
    elif here and not ids >= set(about["key_ids"]):
        raise SettingsError(
            f"{told.keys_file} holds other master keys than the backup; move it away first."
        )


def _require_empty(told: Settings, replace: bool) -> None:
    with psycopg.connect(conninfo(told.database_url), autocommit=True) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
        if not tables or not tables[0]:
            return
        if not replace:
            raise SettingsError("The database is not empty; --replace gives up what it holds.")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _restore(told: Settings, dump: Path) -> None:
    with psycopg.connect(conninfo(told.database_url), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if not known.fetchone():
            role = sql.Identifier(APP_ROLE)
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    _postgres_program(
        told,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        str(dump),
        failure="The backup could not be restored, and nothing was changed",
    )


def _postgres_program(told: Settings, name: str, *words: str, failure: str) -> None:
    """Run it from the embedded server's programs, which speak to older servers too."""
    program = embedded.binaries() / name
    found = str(program) if program.exists() else shutil.which(name)
    if not found:
        raise SettingsError(f"The program {name} is not on this machine.")
    address = conninfo_to_dict(conninfo(told.database_url))
    secret = address.pop("password", None)  # a command line can be read by every user
    environment = {**os.environ, **({"PGPASSWORD": str(secret)} if secret else {})}
    command = [found, *words, f"--dbname={make_conninfo('', **address)}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-300:]
        raise SettingsError(f"{failure}: {said}")
