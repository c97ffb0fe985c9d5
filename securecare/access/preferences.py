"""What a person chose to see, kept for their next sign-in on any device."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.models import Preference
from securecare.foundation.columns import columns_of

PREFERENCE = columns_of(Preference)


def read(session: Session, actor: Actor, name: str) -> dict[str, Any]:
    """What was kept under the name; empty if nothing was."""
    query = select(PREFERENCE.value).where(
        PREFERENCE.organization_id == actor.organization_id,
        PREFERENCE.account_id == actor.account_id,
        PREFERENCE.name == name,
    )
    return session.execute(query).scalar() or {}


def keep(session: Session, actor: Actor, name: str, value: dict[str, Any]) -> None:
    """Keep the value in place of what was kept before."""
    session.execute(
        insert(Preference)
        .values(
            organization_id=actor.organization_id,
            account_id=actor.account_id,
            name=name,
            value=value,
        )
        .on_conflict_do_update(
            index_elements=["organization_id", "account_id", "name"], set_={"value": value}
        )
    )
