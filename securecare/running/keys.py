"""Whether this installation holds the keys that its database was sealed with."""

from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select

from securecare.foundation import audit_chain
from securecare.foundation.db import owner_transaction
from securecare.foundation.models import AuditKey
from securecare.foundation.sealing import SealBroken
from securecare.settings import Settings, SettingsError


def require_right_keys(told: Settings) -> None:
    """`SettingsError` unless the master keys open what the audit trail keeps sealed."""
    _ = told.master_keys  # unreadable ones have a sentence of their own
    try:
        with owner_transaction() as session:
            sealed = session.exec(select(AuditKey).order_by(col(AuditKey.name))).all()
    except ProgrammingError:
        return  # no tables yet: nothing is sealed
    try:
        for key in sealed:
            audit_chain.SECRET.open(key.secret_sealed, key.name)
    except SealBroken:
        raise SettingsError(
            "The master keys do not open what is sealed in this database; put the right ones into "
            f"SECURECARE_MASTER_KEYS or {told.keys_file}."
        ) from None
