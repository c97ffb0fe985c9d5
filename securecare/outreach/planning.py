"""Planning a session: what is to be given out, and the stock that is kept for it from then on.

Many plan at once and want the same items, so each waits for the one before. The stock is therefore
taken last, and all else asked and written in as few round trips as there can be.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.db import OPENING, opening_with, straight
from securecare.foundation.forms import NotAccepted, require_none
from securecare.inventory import reservations
from securecare.inventory.movements import Holder
from securecare.outreach import session_lines
from securecare.outreach.errors import DayTaken, ServiceClosed
from securecare.outreach.session_lines import Line
from securecare.outreach.sessions import HOLDER, SessionWish, columns

_FACTS = text(f"""
    SELECT s.name, s.facility_id, s.active,
           (SELECT ARRAY[o.id, o.version] FROM outreach_session o
             WHERE o.organization_id = s.organization_id AND o.created_by = :account
               AND o.form_key = CAST(:form_key AS uuid)) AS earlier,
           (SELECT o.number FROM outreach_session o
             WHERE o.service_id = s.id AND o.held_on = :held_on AND o.status <> 'cancelled'),
           (SELECT max(o.number) FROM outreach_session o WHERE o.service_id = s.id),
           CAST(:grant_id AS bigint) IS NULL
           OR EXISTS (SELECT FROM funding_grant g WHERE g.id = :grant_id AND g.active),
           ARRAY(SELECT to_jsonb(ARRAY[to_jsonb(kind), to_jsonb(id), to_jsonb(version_id),
                                       to_jsonb(name), to_jsonb(in_use), to_jsonb(parts)])
                   FROM ({session_lines.LOOKED_UP})
                        AS known(kind, id, version_id, name, in_use, parts))
      FROM community_service s
     WHERE s.organization_id = :organization AND s.id = :service_id
""")  # noqa: S608  (nothing but constants)
_ADD = text(f"""
    WITH added AS (
        INSERT INTO outreach_session (organization_id, service_id, facility_id, number, held_on,
                    starts_minute, ends_minute, notes, grant_id, form_key, created_by, created_at,
                    status, version)
             VALUES (:organization, :service_id, :facility_id, :number, :held_on, :starts_minute,
                    :ends_minute, :notes, :grant_id, :form_key, :account, :at, 'planned', 1)
        ON CONFLICT DO NOTHING RETURNING id, version),
    lined AS (
        INSERT INTO session_line (organization_id, session_id, position, kind, item_id,
                    bundle_version_id, description, quantity, wholesale_cents, retail_cents)
        SELECT :organization, added.id, line.position, line.kind, line.item_id,
               line.bundle_version_id, line.description, line.quantity, line.wholesale_cents,
               line.retail_cents
          FROM added,
               jsonb_to_recordset(CAST(:written AS jsonb) -> 'lines') AS line(
                    position int, kind text, item_id bigint, bundle_version_id bigint,
                    description text, quantity int, wholesale_cents bigint, retail_cents bigint)),
    noted AS ({audit.note_of("added", "session.planned", "outreach_session")})
    SELECT id, version FROM added
""")  # noqa: S608  (nothing but constants)


@dataclass(frozen=True, slots=True)
class Planned:
    """A session that was planned, now or by the same form before."""

    session_id: int
    version: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a plan is judged by; nobody else plans for the service meanwhile."""

    service: str
    facility_id: int
    active: bool
    earlier: tuple[int, int] | None
    """The session of the same form, and its version."""
    number_that_day: int | None
    highest_number: int | None
    grant_in_use: bool
    things: list[list[Any]]
    """What the lines name, see `session_lines.LOOKED_UP`."""


def opening(wish: SessionWish) -> str:
    """Locks the service, to go along with BEGIN."""
    return f"; SELECT FROM community_service WHERE id = {wish.service_id:d} FOR NO KEY UPDATE"


@opening_with(opening)
def plan(session: Session, actor: Actor, wish: SessionWish) -> Planned:
    """Plan a session and keep its stock.

    The same form sent twice finds its first session. Raises `NotFound`, `NotAccepted`,
    `ServiceClosed`, `DayTaken`, or `StockShort` with every short item: then nothing is stored.
    """
    facts = _facts(session, actor, wish)
    if facts.earlier:
        return Planned(*facts.earlier)
    if not facts.active:
        raise ServiceClosed(facts.service)
    require_none(wish.complaints())
    if facts.number_that_day is not None:
        raise DayTaken(facts.service, wish.held_on, facts.number_that_day)
    if not facts.grant_in_use:
        raise NotAccepted({"grant_id": "Choose a grant that is still in use, or none."})
    lines = session_lines.resolved(wish.lines, (), facts.things)
    made = straight(session, _ADD, _values(actor, wish, facts, lines))
    if not made:
        return _taken_meanwhile(session, actor, wish)
    ((session_id, version),) = made
    holder, pieces = Holder(HOLDER, session_id), session_lines.pieces_of(lines)
    ends = session.info.get(OPENING) == opening(wish)
    reservations.keep(session, actor, holder, facts.facility_id, pieces, ends=ends)
    return Planned(session_id, version)


def _facts(session: Session, actor: Actor, wish: SessionWish) -> _Facts:
    """All of it, with the service locked before it is read."""
    if session.info.get(OPENING) != opening(wish):
        session.connection().exec_driver_sql(opening(wish).removeprefix("; "))
    asked = session_lines.asked_for(actor, wish.lines) | {
        "account": actor.account_id,
        "service_id": wish.service_id,
        "held_on": wish.held_on,
        "grant_id": wish.grant_id,
        "form_key": wish.form_key,
    }
    rows = straight(session, _FACTS, asked)
    facts = _Facts(*rows[0]) if rows else None
    if facts is None or not actor.may(Permission.RUN_OUTREACH, facts.facility_id):
        raise NotFound("This service")
    return facts


def _taken_meanwhile(session: Session, actor: Actor, wish: SessionWish) -> Planned:
    """Another session was moved onto this day, or this form was sent to another service."""
    facts = _facts(session, actor, wish)
    if facts.earlier:
        return Planned(*facts.earlier)
    raise DayTaken(facts.service, wish.held_on, facts.number_that_day)


def _values(actor: Actor, wish: SessionWish, facts: _Facts, lines: list[Line]) -> dict[str, Any]:
    return {
        **columns(wish),
        **audit.noted(actor, facts.facility_id),
        "organization": actor.organization_id,
        "account": actor.account_id,
        "at": clock.now(),
        "service_id": wish.service_id,
        "facility_id": facts.facility_id,
        "number": (facts.highest_number or 0) + 1,
        "form_key": wish.form_key,
        "written": {"lines": session_lines.columns_of_lines(lines)},
    }
