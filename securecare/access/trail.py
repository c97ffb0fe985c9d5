"""Reading the audit trail: only what the reader may see, newest first, page by page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    false,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlmodel import Session, col

from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.models import AuditEvent

PAGE = 50
EXPORT_PAGE = 1000
MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; empty means anything. Days are whole days in the trail's time zone."""

    person: str = ""
    action: str = ""
    object_type: str = ""
    object_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """An event to go on from."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is shown."""

    id: int
    at: datetime
    account_id: int | None
    actor: str
    action: str
    object_type: str
    object_id: int | None
    object_name: str
    address: str
    detail: dict[str, Any]

    @property
    def position(self) -> Position:
        """Where the next page begins."""
        return Position(self.at, self.id)


@dataclass(frozen=True, slots=True)
class SealStatus:
    """How far the trail is sealed; `waiting` are the organization's events since, among the latest ten
    thousand of the installation."""

    last_sealed_at: datetime | None
    waiting: int


def search(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    before: Position | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """At most `limit` entries, newest first, older than `before`; raises `NotAllowed`."""
    actor.require(Permission.VIEW_AUDIT)
    at, id_ = col(AuditEvent.at), col(AuditEvent.id)
    conditions = [_visible(actor), *_conditions(session, wanted)]
    if before is not None:
        conditions.append(tuple_(at, id_) < tuple_(before.at, before.id))
    query = (
        select(AuditEvent, Account.name)
        .outerjoin(
            Account,
            and_(col(AuditEvent.object_type) == "account", col(Account.id) == AuditEvent.object_id),
        )
        .order_by(at.desc(), id_.desc())
        .limit(limit)
    )
    if wanted.person:
        query = query.where(id_.in_(_by_person(session, actor, wanted.person, conditions, limit)))
    else:
        query = query.where(*conditions)
    return [_entry(event, name) for event, name in session.execute(query)]


def begin_export(session: Session, actor: Actor, wanted: Wanted) -> None:
    """Note that the trail is taken out as a file; raises `NotAllowed`."""
    actor.require(Permission.VIEW_AUDIT)
    actor.require(Permission.EXPORT)
    fields = [name for name in Wanted.__dataclass_fields__ if getattr(wanted, name)]
    audit.record(session, actor, "audit.exported", ("audit_event", None), fields=fields)


def actions(session: Session, actor: Actor) -> list[str]:
    """Every action there is an event of."""
    return _distinct(session, actor, "action")


def object_types(session: Session, actor: Actor) -> list[str]:
    """Every kind of object there is an event of."""
    return [each for each in _distinct(session, actor, "object_type") if each]


def seal_status(session: Session, actor: Actor) -> SealStatus:
    """How far the trail is sealed."""
    actor.require(Permission.VIEW_AUDIT)
    row = session.execute(text("SELECT last_sealed_at, waiting FROM audit_seal_status()")).one()
    return SealStatus(row.last_sealed_at, row.waiting)


def time_zone(session: Session) -> ZoneInfo:
    """In which the trail's days begin and its times are told: that of the first facility."""
    name = session.execute(text("SELECT time_zone FROM facility ORDER BY id LIMIT 1")).scalar()
    return ZoneInfo(name or "UTC")


def spoken(name: str) -> str:
    """An action or a kind of object in words: "sign_in.failed" is "Sign in failed"."""
    words = name.replace("_", " ").replace(".", " ")
    return words[:1].upper() + words[1:]


def told(detail: dict[str, Any]) -> str:
    """The detail of an event in words."""
    parts = [
        spoken(str(detail["status"])) if detail.get("status") else "",
        ", ".join(str(each).replace("_", " ") for each in detail.get("fields", [])),
        f"“{detail['reason']}”" if detail.get("reason") else "",
        *(
            f"{name.replace('_', ' ')}: {value}"
            for name, value in sorted(detail.items())
            if name not in {"status", "fields", "reason"}
        ),
    ]
    return " · ".join(part for part in parts if part)


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Within the organization, which is named because indexes begin with it, the reach of the
    permission."""
    ours = col(AuditEvent.organization_id) == actor.organization_id
    reach = actor.reach(Permission.VIEW_AUDIT)
    if reach.everywhere:
        return ours
    within = or_(
        false(),
        col(AuditEvent.facility_id).in_(reach.facility_ids),
        col(AuditEvent.program_id).in_(reach.program_ids),
    )
    return and_(ours, within)


def _conditions(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.action:
        yield col(AuditEvent.action) == wanted.action
    if wanted.object_type:
        yield col(AuditEvent.object_type) == wanted.object_type
    if wanted.object_id is not None:
        yield col(AuditEvent.object_id) == wanted.object_id
    zone = time_zone(session)
    if wanted.first_day:
        yield col(AuditEvent.at) >= _midnight(wanted.first_day, zone)
    if wanted.last_day:
        yield col(AuditEvent.at) < _midnight(wanted.last_day + timedelta(days=1), zone)


def _by_person(
    session: Session,
    actor: Actor,
    person: str,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
) -> CompoundSelect[Any] | Select[Any]:
    """The newest events of each who is meant: by account, under whatever name; by name for what the
    system did. Each one's stand together in an index, however many others there are."""
    asked = {"organization_id": actor.organization_id, "like": f"%{_escaped(person)}%"}
    accounts = session.execute(_MEMBERS, asked | {"most": MOST_PEOPLE}).scalars()
    parts = session.execute(_PARTS, asked).scalars()
    by_account, by_name = col(AuditEvent.account_id), col(AuditEvent.actor)
    meant = [
        *(by_account == id_ for id_ in accounts),
        *(and_(by_account.is_(None), by_name == name) for name in parts),
    ]
    newest = [
        select(col(AuditEvent.id))
        .where(each, *conditions)
        .order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
        .limit(limit)
        for each in meant
    ]
    return union_all(*newest) if newest else select(col(AuditEvent.id)).where(false())


def _escaped(search: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", search)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _entry(event: AuditEvent, name: str | None) -> Entry:
    return Entry(
        event.id or 0,
        event.at,
        event.account_id,
        event.actor,
        event.action,
        event.object_type,
        event.object_id,
        name or "",
        event.address,
        event.detail,
    )


def _distinct(session: Session, actor: Actor, column: str) -> list[str]:
    """Step from value to value along an index, however many events there are."""
    actor.require(Permission.VIEW_AUDIT)
    found = session.execute(_STEPS[column], {"organization_id": actor.organization_id})
    return [value for value in found.scalars() if value is not None]


def _steps(column: str) -> str:
    of_ours = f"FROM audit_event WHERE organization_id = :organization_id AND {column}"
    return f"""
        WITH RECURSIVE stepped(value) AS (
            SELECT min({column}) {of_ours} IS NOT NULL
            UNION ALL
            SELECT (SELECT min({column}) {of_ours} > stepped.value)
              FROM stepped WHERE stepped.value IS NOT NULL
        ) SELECT value FROM stepped
    """  # noqa: S608  columns are named below


# From the members, who are few: the accounts of patrons are many, and none of them is in sight here.
_MEMBERS = text("""
    SELECT a.id FROM membership m JOIN account a ON a.id = m.account_id
     WHERE m.organization_id = :organization_id AND (a.name ILIKE :like OR a.email ILIKE :like)
     ORDER BY a.id LIMIT :most
""")
_PARTS = text("""
    WITH RECURSIVE stepped(value) AS (
        SELECT min(actor) FROM audit_event
         WHERE organization_id = :organization_id AND account_id IS NULL
        UNION ALL
        SELECT (SELECT min(actor) FROM audit_event
                 WHERE organization_id = :organization_id AND account_id IS NULL
                   AND actor > stepped.value)
          FROM stepped WHERE stepped.value IS NOT NULL
    ) SELECT value FROM stepped WHERE value ILIKE :like LIMIT 20
""")
_STEPS = {column: text(_steps(column)) for column in ("action", "object_type")}
