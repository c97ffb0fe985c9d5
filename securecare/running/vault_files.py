"""The vault's files in a backup. They are encrypted; their keys are in the dump, sealed."""

import os
import secrets
import tarfile
from pathlib import Path

from securecare.documents import stores
from securecare.documents.errors import FileMissing
from securecare.documents.stores import FolderStore
from securecare.settings import Settings


def added(told: Settings, archive: tarfile.TarFile, under: str) -> str:
    """Add every file of the vault to the archive; says in a few words what was done.

    A bucket is not read: it has its own ways of being backed up.
    """
    if told.in_bucket:
        return f"without the documents' files, which are in {told.vault}"
    vault, count = FolderStore(told.vault_folder), 0
    for kept in vault.listed():
        try:
            source = vault.open(kept.key)
        except FileMissing:
            continue  # its document was deleted meanwhile
        with source:
            member = tarfile.TarInfo(under + kept.key)
            member.size = os.fstat(source.fileno()).st_size
            member.mtime, member.mode = kept.written_at.timestamp(), 0o600
            archive.addfile(member, source)
        count += 1
    return f"with {count:,} files of documents"


def put_back(told: Settings, file: Path, under: str) -> int:
    """Put the archive's files into the vault; those that are there stay. Gives how many it put.

    A name that is none of the vault's is passed over, whatever the archive says.
    """
    if told.in_bucket:
        return 0
    vault, count = FolderStore(told.vault_folder), 0
    with tarfile.open(file) as archive:
        for member in archive:
            key = member.name.removeprefix(under)
            if not member.name.startswith(under) or not stores.is_name(key) or not member.isreg():
                continue
            if (vault.root / key).exists():
                continue
            content = archive.extractfile(member)
            assert content is not None
            vault.put(key, _draft(vault.drafts, content.read()))
            count += 1
    return count


def _draft(folder: Path, content: bytes) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / secrets.token_hex(16)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
