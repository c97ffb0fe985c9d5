"""The audit trail: who did, saw or was refused what. Written in the transaction of the deed."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import insert
from sqlmodel import Session

from securecare.foundation import clock
from securecare.foundation.columns import table_of
from securecare.foundation.models import AuditEvent

# Inline: asking for the new id back would need the right to read, which sign-in lacks.
_RECORD = insert(table_of(AuditEvent)).inline()


class Acting(Protocol):
    """What the trail keeps of the person who acts; `securecare.access.actor.Actor` is one."""

    @property
    def account_id(self) -> int: ...
    @property
    def organization_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...


def record(
    session: Session,
    actor: Acting,
    action: str,
    obj: Any,
    *,
    facility_id: int | None = None,
    program_id: int | None = None,
    fields: Sequence[str] = (),
    reason: str = "",
    status: str = "",
    **more: Any,
) -> None:
    """Note that `actor` did `action` ("appointment.moved") to `obj`, a row or `("type", id)`.

    `fields` are names of what changed. Neither they nor `more` may hold a person's values.
    Where the row tells its facility and program, they need not be named.
    """
    object_type, object_id = _named(obj)
    _insert(
        session,
        organization_id=actor.organization_id,
        account_id=actor.account_id,
        actor=actor.name,
        action=action,
        object_type=object_type,
        object_id=object_id,
        facility_id=facility_id or getattr(obj, "facility_id", None),
        program_id=program_id or getattr(obj, "program_id", None),
        address=actor.address,
        detail=_detail(fields=list(fields), reason=reason, status=status, **more),
    )


def record_system(
    session: Session,
    part: str,
    action: str,
    obj: Any,
    *,
    organization_id: int | None,
    facility_id: int | None = None,
    program_id: int | None = None,
    **more: Any,
) -> None:
    """Note what a part of the system ("key rotation", "reminders") did by itself."""
    object_type, object_id = _named(obj)
    _insert(
        session,
        organization_id=organization_id,
        actor=part,
        action=action,
        object_type=object_type,
        object_id=object_id,
        facility_id=facility_id or getattr(obj, "facility_id", None),
        program_id=program_id or getattr(obj, "program_id", None),
        detail=_detail(**more),
    )


def record_anonymous(
    session: Session,
    action: str,
    address: str,
    *,
    organization_id: int | None = None,
    account_id: int | None = None,
    actor: str = "Not signed in",
    obj: Any = ("", None),
    **more: Any,
) -> None:
    """Note what happened before anybody was signed in, such as a wrong password."""
    object_type, object_id = _named(obj)
    _insert(
        session,
        organization_id=organization_id,
        account_id=account_id,
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        address=address,
        detail=_detail(**more),
    )


def _insert(session: Session, **values: Any) -> None:
    session.execute(_RECORD, {"at": clock.now(), **values})


def _named(obj: Any) -> tuple[str, int | None]:
    if isinstance(obj, tuple):
        return obj
    return obj.__tablename__, getattr(obj, "id", None)


def _detail(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value not in ("", None, [], ())}
