"""Applying a template: its lines go onto a planned session, a new one, or one that is over at once.

A form's key makes each use happen once: the same key again, also at the same moment, gives the
session of the first. Whatever refuses the session (too little in stock) refuses the use with it.
"""

import uuid
from dataclasses import replace
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.errors import DomainError
from securecare.outreach import planning, sessions, templates
from securecare.outreach.models import TemplateUse
from securecare.outreach.planning import Planned
from securecare.outreach.session_lines import LineWish
from securecare.outreach.sessions import SessionWish
from securecare.outreach.templates import TemplateListed

_ONCE = text("SELECT pg_advisory_xact_lock(hashtextextended('template ' || :key, 0))")
_USED = text(
    "SELECT s.id, s.version, s.facility_id FROM template_use u"
    " JOIN outreach_session s ON s.id = u.session_id"
    " WHERE u.organization_id = :organization AND u.form_key = :key"
)
_STANDING = text(
    "SELECT l.id, l.kind, l.quantity, l.item_id, v.bundle_id, l.description, l.wholesale_cents,"
    " l.retail_cents FROM session_line l LEFT JOIN bundle_version v ON v.id = l.bundle_version_id"
    " WHERE l.session_id = :id ORDER BY l.position"
)
_SESSION = text(
    "SELECT id, service_id, facility_id, held_on, starts_minute, ends_minute, notes, grant_id,"
    " version FROM outreach_session WHERE id = :id"
)
_USUAL = text(
    "SELECT s.starts_minute, s.ends_minute, g.id AS grant_id FROM community_service s"
    " LEFT JOIN funding_grant g ON g.id = s.grant_id AND g.active"
    " AND :day BETWEEN g.starts_on AND g.ends_on WHERE s.id = :id"
)
_PLACE_OF_SERVICE = text("SELECT facility_id FROM community_service WHERE id = :id")
_LINES_OF = text("SELECT id, quantity FROM session_line WHERE session_id = :id")


class WhichSession(DomainError):
    """It was not said where the lines are to go."""

    def __init__(self) -> None:
        super().__init__("Choose a planned session, or a service and a day.", field="session_id")


def apply(
    session: Session,
    actor: Actor,
    template_id: int,
    *,
    session_id: int | None = None,
    version: int | None = None,
    wish: SessionWish | None = None,
    form_key: uuid.UUID,
) -> Planned:
    """Put the template's lines onto the planned session `session_id`, or onto one newly planned.

    The wish's own lines come first. What is needed is reserved, all
    of it or nothing. The same key again gives the first session.
    Raises `NotFound`, `NotOfferedHere`, `NoLines`, and whatever planning and changing raise:
    `StockShort` names every short item.
    """
    _once(session, form_key)
    if first := _used(session, actor, form_key):
        return first
    template = templates.one(session, actor, template_id)
    if session_id is not None:
        planned = _fill(session, actor, template, session_id, version)
    elif wish is not None:
        planned = _plan(session, actor, template, replace(wish, form_key=form_key))
    else:
        raise WhichSession
    session.add(
        TemplateUse(
            organization_id=actor.organization_id,
            template_id=template_id,
            session_id=planned.session_id,
            form_key=form_key,
            account_id=actor.account_id,
            used_at=clock.now(),
        )
    )
    session.flush()
    audit.record(
        session,
        actor,
        "distribution_template.applied",
        ("distribution_template", template_id),
        session_id=planned.session_id,
    )
    return planned


def record_now(
    session: Session,
    actor: Actor,
    template_id: int,
    wish: SessionWish,
    *,
    form_key: uuid.UUID,
    people_served: int | None = None,
) -> Planned:
    """Plan a session with the template's lines and complete it as planned, in one step.

    The same key again gives the first session, and completes nothing twice. Raises as `apply`.
    """
    _once(session, form_key)
    if first := _used(session, actor, form_key):
        return first
    planned = apply(session, actor, template_id, wish=wish, form_key=form_key)
    given = {row.id: row.quantity for row in session.execute(_LINES_OF, {"id": planned.session_id})}
    version = sessions.complete(
        session, actor, planned.session_id, planned.version, given, people_served=people_served
    )
    return replace(planned, version=version)


def wish_for(session: Session, service_id: int, held_on: date) -> SessionWish:
    """A session of the service on that day at its usual hours, against its grant if that covers it."""
    values = {"id": service_id, "day": held_on}
    row = session.execute(_USUAL, values).first()
    if row is None:
        raise NotFound("This service")
    return SessionWish(
        service_id,
        held_on,
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
        grant_id=row.grant_id,
    )


def _once(session: Session, form_key: uuid.UUID) -> None:
    session.execute(_ONCE, {"key": str(form_key)})


def _used(session: Session, actor: Actor, form_key: uuid.UUID) -> Planned | None:
    values = {"organization": actor.organization_id, "key": form_key}
    row = session.execute(_USED, values).first()
    if row is None:
        return None
    if not actor.may(Permission.RUN_OUTREACH, row.facility_id):
        raise NotFound("This session")
    return Planned(row.id, row.version)


def _fill(
    session: Session,
    actor: Actor,
    template: TemplateListed,
    session_id: int,
    version: int | None,
) -> Planned:
    row = session.execute(_SESSION, {"id": session_id}).first()
    if row is None or not actor.may(Permission.RUN_OUTREACH, row.facility_id):
        raise NotFound("This session")
    _require_offered(template, row.facility_id)
    standing = tuple(
        LineWish(
            each.kind,
            each.quantity,
            item_id=each.item_id,
            bundle_id=each.bundle_id,
            description=each.description,
            wholesale_cents=each.wholesale_cents,
            retail_cents=each.retail_cents,
            line_id=each.id,
        )
        for each in session.execute(_STANDING, {"id": session_id})
    )
    wish = SessionWish(
        row.service_id,
        row.held_on,
        standing + _lines(template),
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
        notes=row.notes,
        grant_id=row.grant_id,
    )
    seen = row.version if version is None else version
    return Planned(session_id, sessions.change(session, actor, session_id, seen, wish))


def _plan(session: Session, actor: Actor, template: TemplateListed, wish: SessionWish) -> Planned:
    facility_id = session.execute(_PLACE_OF_SERVICE, {"id": wish.service_id}).scalar()
    if facility_id is None or not actor.may(Permission.RUN_OUTREACH, facility_id):
        raise NotFound("This service")
    _require_offered(template, facility_id)
    lines = (*wish.lines, *_lines(template))
    return planning.plan(session, actor, replace(wish, lines=lines))


def _require_offered(template: TemplateListed, facility_id: int) -> None:
    if template.form.facility_id not in (None, facility_id):
        raise templates.NotOfferedHere(template.form.name)
    if not template.active or not template.form.lines:
        raise templates.NoLines(template.form.name)


def _lines(template: TemplateListed) -> tuple[LineWish, ...]:
    return tuple(
        LineWish(
            line.kind,
            line.quantity,
            item_id=line.item_id,
            bundle_id=line.bundle_id,
            description=line.description,
            wholesale_cents=line.wholesale_cents,
            retail_cents=line.retail_cents,
        )
        for line in template.form.lines
    )
