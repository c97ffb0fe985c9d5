"""The audit trail: who did, saw or was refused what. Written in the transaction of the deed."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Select, bindparam, insert, literal, select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlmodel import Session

from securecare.foundation import clock
from securecare.foundation.columns import table_of
from securecare.foundation.models import AuditEvent

# Inline: asking for the new id back would need the right to read, which sign-in lacks.
_EVENT = table_of(AuditEvent)
_RECORD = insert(_EVENT).inline()
_NOTED = "noted_"
_WHO = ("organization_id", "account_id", "actor", "address")
_GIVEN = ("at", *_WHO, "facility_id", "program_id", "detail")


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
        **_of_person(actor),
        action=action,
        object_type=object_type,
        object_id=object_id,
        facility_id=facility_id or getattr(obj, "facility_id", None),
        program_id=program_id or getattr(obj, "program_id", None),
        detail=_detail(fields=list(fields), reason=reason, status=status, **more),
    )


def noting(added: Insert, action: str, object_type: str) -> Select[Any]:
    """A statement that adds a row and notes that it did so, in one round trip.

    `added` returns the row's id first, or no row if nothing was added: then nothing is noted. Its
    parameters are given together with those of `noted`; what it returned is what comes back.
    """
    row = added.cte("added")
    told: dict[str, Any] = {
        name: bindparam(_NOTED + name, type_=_EVENT.c[name].type) for name in _GIVEN
    }
    told |= {"action": literal(action), "object_type": literal(object_type), "object_id": row.c[0]}
    note = insert(_EVENT).inline().from_select(list(told), select(*told.values()))
    return select(row).add_cte(note.cte("noted"))


def note_of(row: str, action: str, object_type: str) -> str:
    """SQL that does the same for the rows of a CTE of that name, which has their `id`."""
    of = {name: _EVENT.c[name].type.compile(dialect=PGDialect()) for name in _GIVEN}
    values = ", ".join(f"CAST(:{_NOTED}{name} AS {type_})" for name, type_ in of.items())
    told = f"{values}, '{action}', '{object_type}', {row}.id"
    columns = ", ".join((*of, "action", "object_type", "object_id"))
    return f"INSERT INTO audit_event ({columns}) SELECT {told} FROM {row}"  # noqa: S608


def noted(
    actor: Acting, facility_id: int | None = None, program_id: int | None = None, reason: str = ""
) -> dict[str, Any]:
    """The parameters that a statement made by `noting` wants besides those of its row."""
    values = {
        "at": clock.now(),
        **_of_person(actor),
        "facility_id": facility_id,
        "program_id": program_id,
        "detail": _detail(reason=reason),
    }
    return {_NOTED + name: value for name, value in values.items()}


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


def _of_person(actor: Acting) -> dict[str, Any]:
    return dict(
        zip(
            _WHO,
            (actor.organization_id or None, actor.account_id, actor.name, actor.address),
            strict=True,
        )
    )


def _named(obj: Any) -> tuple[str, int | None]:
    if isinstance(obj, tuple):
        return obj
    return obj.__tablename__, getattr(obj, "id", None)


def _detail(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value not in ("", None, [], ())}
