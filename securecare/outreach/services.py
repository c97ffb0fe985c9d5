"""Community services: what is held where, how often, and when it comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.organization import places, words
from securecare.outreach import recurrence
from securecare.outreach.models import CommunityService
from securecare.outreach.recurrence import Pattern

SERVICE = columns_of(CommunityService)
SEES, CHANGES = Permission.VIEW_OUTREACH, Permission.CONFIGURE_OUTREACH
NAME_TAKEN = NotAccepted({"name": "Another service of this facility has this name."})
_UNIQUE = "uq_community_service_name"


@dataclass(frozen=True, slots=True)
class ServiceForm:
    """What may be set for a service. Minutes are after local midnight, past 1440 on the next day."""

    facility_id: int
    name: str
    pattern: Pattern
    description: str = ""
    starts_minute: int | None = None
    ends_minute: int | None = None
    grant_id: int | None = None

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 120)
        complain_of_text(found, "description", self.description, "words", 500, needed=False)
        if (self.starts_minute is None) != (self.ends_minute is None):
            found["ends_minute"] = "Enter both times, or neither."
        elif self.starts_minute is not None and self.ends_minute is not None:
            if not 0 <= self.starts_minute < 1440:
                found["starts_minute"] = "Enter a time of the day."
            elif not self.starts_minute < self.ends_minute <= self.starts_minute + 1440:
                found["ends_minute"] = "It ends after it starts, within 24 hours."
        return found | self.pattern.complaints()


@dataclass(frozen=True, slots=True)
class ServiceListed:
    """A service with what was held of it, and what may come next."""

    id: int
    form: ServiceForm
    facility: str
    grant: str
    active: bool
    version: int
    summary: str
    held: int
    """Sessions completed."""
    last_on: date | None
    """When the last of them was held."""
    planned_id: int | None
    """The next session that is planned, if any, and its date."""
    planned_on: date | None
    next_on: date | None
    """What the pattern suggests next, where no session is planned yet; None once it has ended."""
    today: date
    """At its facility."""


_LISTED = """
    SELECT s.*, f.name AS facility, f.time_zone,
           (CAST(:now AS timestamptz) AT TIME ZONE f.time_zone)::date AS today,
           coalesce(g.name, '') AS grant_name, o.held, o.last_on, o.taken, p.planned
      FROM community_service s
      JOIN facility f ON f.id = s.facility_id
      LEFT JOIN funding_grant g ON g.id = s.grant_id
      CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE status = 'completed') AS held,
                  max(held_on) FILTER (WHERE status = 'completed') AS last_on,
                  array_agg(held_on) FILTER (WHERE status <> 'cancelled') AS taken
             FROM outreach_session WHERE service_id = s.id) o
      LEFT JOIN LATERAL (
           SELECT jsonb_build_array(id, held_on) AS planned FROM outreach_session
            WHERE service_id = s.id AND status = 'planned'
              AND held_on >= (CAST(:now AS timestamptz) AT TIME ZONE f.time_zone)::date
            ORDER BY held_on LIMIT 1) p ON true
     WHERE s.organization_id = :organization
       AND (:everywhere OR s.facility_id = ANY(CAST(:facilities AS bigint[])))
       {only}
     ORDER BY s.active DESC, lower(s.name), s.id
"""
_ALL = text(_LISTED.format(only=""))
_ONE = text(_LISTED.format(only="AND s.id = :id"))


def listed(session: Session, actor: Actor) -> list[ServiceListed]:
    """The services within reach, those in use first, by name."""
    return _listed(session, actor, _ALL)


def one(session: Session, actor: Actor, service_id: int) -> ServiceListed:
    """A service. Raises `NotFound`."""
    found = _listed(session, actor, _ONE, id=service_id)
    if not found:
        raise NotFound("This service")
    return found[0]


def add(session: Session, actor: Actor, form: ServiceForm) -> int:
    """Set up a service; gives its id. Raises `NotFound` or `NotAccepted`."""
    _require_acceptable(session, actor, form)
    row = CommunityService(organization_id=actor.organization_id, **_columns(form))
    with refused_by(_UNIQUE, NAME_TAKEN), session.begin_nested():
        session.add(row)
    audit.record(session, actor, "service.added", row)
    return row.id or 0


def change(
    session: Session, actor: Actor, service_id: int, version: int, form: ServiceForm
) -> None:
    """Set a service to `form`. Its sessions stay as they are, at the facility they were made for.

    Raises `NotFound`, `NotAccepted`, or `Overtaken` if it is no longer of that version.
    """
    row = _alone(session, actor, service_id)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "community_service", service_id))
    before = _form(row.model_dump())
    _require_acceptable(session, actor, form, before)
    if changed := changed_fields(before, form):
        with refused_by(_UNIQUE, NAME_TAKEN), session.begin_nested():
            row.sqlmodel_update({**_columns(form), "version": version + 1})
            session.add(row)
        audit.record(session, actor, "service.changed", row, fields=changed)


def set_active(session: Session, actor: Actor, service_id: int, active: bool) -> None:
    """Hold a service again, or no more. What is planned of it stays planned."""
    row = _alone(session, actor, service_id)
    if row.active == active:
        return
    row.sqlmodel_update({"active": active, "version": row.version + 1})
    session.add(row)
    session.flush()
    audit.record(session, actor, f"service.made_{'active' if active else 'inactive'}", row)


def _listed(session: Session, actor: Actor, query: Any, **asked: Any) -> list[ServiceListed]:
    reach = actor.reach(SEES)
    near = {"everywhere": reach.everywhere, "facilities": sorted(reach.facility_ids)}
    who = {"organization": actor.organization_id, "now": clock.now()}
    rows = session.execute(query, who | near | asked).mappings().all()
    clock24 = words.of(session, actor).clock24 if rows else False
    return [_read(row, clock24) for row in rows]


def _read(row: Mapping[Any, Any], clock24: bool) -> ServiceListed:
    form = _form(row)
    planned = row["planned"] or (None, None)
    return ServiceListed(
        row["id"],
        form,
        row["facility"],
        row["grant_name"],
        row["active"],
        row["version"],
        recurrence.summary(form.pattern, form.starts_minute, form.ends_minute, clock24=clock24),
        row["held"],
        row["last_on"],
        planned[0],
        date.fromisoformat(planned[1]) if planned[1] else None,
        recurrence.next_date(form.pattern, row["last_on"], row["today"], row["taken"] or ()),
        row["today"],
    )


def _form(row: Mapping[Any, Any]) -> ServiceForm:
    pattern = Pattern(
        row["pattern"],
        row["valid_from"],
        row["valid_until"],
        row["interval"],
        tuple(row["weekdays"]),
        row["month_day"],
    )
    return ServiceForm(
        row["facility_id"],
        row["name"],
        pattern,
        row["description"],
        row["starts_minute"],
        row["ends_minute"],
        row["grant_id"],
    )


def _columns(form: ServiceForm) -> dict[str, Any]:
    """What does not belong to the kind of pattern is left behind."""
    pattern = form.pattern
    once = pattern.kind == "once"
    return {
        "facility_id": form.facility_id,
        "name": form.name.strip(),
        "description": form.description.strip(),
        "starts_minute": form.starts_minute,
        "ends_minute": form.ends_minute,
        "grant_id": form.grant_id,
        "pattern": pattern.kind,
        "interval": 1 if once else pattern.interval,
        "weekdays": sorted(set(pattern.weekdays)) if pattern.kind == "weekly" else [],
        "month_day": pattern.month_day if pattern.kind == "monthly" else None,
        "valid_from": pattern.valid_from,
        "valid_until": pattern.valid_from if once else pattern.valid_until,
    }


def _require_acceptable(
    session: Session, actor: Actor, form: ServiceForm, before: ServiceForm | None = None
) -> None:
    facility = places.facility(session, actor, form.facility_id, CHANGES)
    found = form.complaints()
    if not facility.active and (before is None or before.facility_id != form.facility_id):
        found["facility_id"] = "Choose a facility that is in use."
    if form.grant_id is not None and (before is None or before.grant_id != form.grant_id):
        known = session.execute(
            text("SELECT FROM funding_grant WHERE id = :id AND active"), {"id": form.grant_id}
        )
        if known.first() is None:
            found["grant_id"] = "Choose a grant that is still in use, or none."
    require_none(found)


def _alone(session: Session, actor: Actor, service_id: int) -> CommunityService:
    row = session.exec(
        model_select(CommunityService)
        .where(SERVICE.id == service_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not actor.may(CHANGES, row.facility_id):
        raise NotFound("This service")
    return row
