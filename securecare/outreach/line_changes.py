"""Changing single lines of a planned session, whatever is done to its other lines meanwhile.

Two leads may work on one session: each change names the lines it is about and what stood there,
and only those are compared. What is needed is reserved at once, all of it or nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.forms import Overtaken
from securecare.outreach import sessions
from securecare.outreach.errors import SessionEnded
from securecare.outreach.session_lines import LineWish
from securecare.outreach.sessions import SessionWish

_SESSION = text(
    "SELECT o.*, coalesce(a.name, '') AS ended_by_name FROM"
    " (SELECT * FROM outreach_session WHERE id = :id FOR NO KEY UPDATE) o"
    " LEFT JOIN account a ON a.id = o.ended_by"
)
_LINES = text(
    "SELECT l.id, l.kind, l.quantity, l.item_id, v.bundle_id, l.description, l.wholesale_cents,"
    " l.retail_cents FROM session_line l LEFT JOIN bundle_version v ON v.id = l.bundle_version_id"
    " WHERE l.session_id = :id ORDER BY l.position"
)
_LAST = text(
    "SELECT id, facility_id FROM outreach_session WHERE service_id = :id AND status <> 'cancelled'"
    " ORDER BY held_on DESC LIMIT 1"
)
_ACTIVE = text(
    "SELECT 'item', id FROM item WHERE active UNION ALL SELECT 'bundle', id FROM bundle WHERE active"
)
_NAMES = text("SELECT 'item', id, name FROM item UNION ALL SELECT 'bundle', id, name FROM bundle")
_LAST_CHANGED_BY = text(
    "SELECT actor FROM audit_event WHERE object_type = 'outreach_session' AND object_id = :id"
    " ORDER BY id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many there should be of a line, and how many were seen when that was decided."""

    seen: int
    wanted: int


Lines = tuple[LineWish, ...]


def set_counts(
    session: Session, actor: Actor, session_id: int, counts: Mapping[int, Count]
) -> None:
    """Plan other quantities for some lines, by their ids.

    Raises `Overtaken` if one of them has another quantity by now, or is gone; otherwise what
    `sessions.change` raises: `StockShort` names every short item, and nothing is stored.
    """

    def counted(lines: Lines) -> Lines:
        standing = {line.line_id: line.quantity for line in lines}
        for line_id, count in counts.items():
            if standing.get(line_id) not in (count.seen, count.wanted):
                raise Overtaken(_last_changed_by(session, session_id))
        return tuple(
            replace(line, quantity=counts[line.line_id].wanted) if line.line_id in counts else line
            for line in lines
        )

    _change(session, actor, session_id, counted)


def add(session: Session, actor: Actor, session_id: int, wish: LineWish) -> None:
    """Put a line below the others; more of an item or bundle that stands there is added to it.

    Raises what `sessions.change` raises.
    """

    def added(lines: Lines) -> Lines:
        for place, line in enumerate(lines):
            if wish.kind != "free" and _same(line, wish):
                more = replace(line, quantity=line.quantity + wish.quantity)
                return (*lines[:place], more, *lines[place + 1 :])
        return (*lines, replace(wish, line_id=None))

    _change(session, actor, session_id, added)


def remove(session: Session, actor: Actor, session_id: int, line_id: int) -> None:
    """Take a line out; one that is gone already stays so. Raises what `sessions.change` raises."""
    _change(
        session,
        actor,
        session_id,
        lambda lines: tuple(line for line in lines if line.line_id != line_id),
    )


def set_occasion(
    session: Session, actor: Actor, session_id: int, version: int, wish: SessionWish
) -> None:
    """Change the date, the hours, the notes and the grant, and leave the lines as they are.

    Raises what `sessions.change` raises, `Overtaken` if it is no longer of that version.
    """
    row = _alone(session, actor, session_id)
    if row.version != version:
        raise Overtaken(_last_changed_by(session, session_id))
    lines = _standing(session, session_id)
    sessions.change(session, actor, session_id, version, replace(wish, lines=lines))


def lines_of_last(session: Session, actor: Actor, service_id: int) -> Lines:
    """What the last session of the service that was held, or is planned, was made of, as new lines.

    None of what is no longer in use.
    """
    row = session.execute(_LAST, {"id": service_id}).first()
    if row is None or not actor.may(Permission.VIEW_OUTREACH, row.facility_id):
        return ()
    active = {tuple(each) for each in session.execute(_ACTIVE)}
    return tuple(
        replace(line, line_id=None)
        for line in _standing(session, row.id)
        if line.kind == "free" or (line.kind, line.item_id or line.bundle_id) in active
    )


def said(session: Session, lines: Lines) -> list[str]:
    """The lines in words, as in "80 × Lunch bag"."""
    known = {(kind, id_): name for kind, id_, name in session.execute(_NAMES)}
    return [
        f"{line.quantity:,} × "
        + (line.description or known.get((line.kind, line.item_id or line.bundle_id), ""))
        for line in lines
    ]


def _change(
    session: Session, actor: Actor, session_id: int, changed: Callable[[Lines], Lines]
) -> None:
    row = _alone(session, actor, session_id)
    standing = _standing(session, session_id)
    lines = changed(standing)
    if lines == standing:
        return
    wish = SessionWish(
        row.service_id,
        row.held_on,
        lines,
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
        notes=row.notes,
        grant_id=row.grant_id,
    )
    sessions.change(session, actor, session_id, row.version, wish)


def _alone(session: Session, actor: Actor, session_id: int) -> Any:
    row = session.execute(_SESSION, {"id": session_id}).first()
    if row is None or not actor.may(Permission.RUN_OUTREACH, row.facility_id):
        raise NotFound("This session")
    if row.status != "planned":
        raise SessionEnded(row.status, row.ended_by_name)
    return row


def _standing(session: Session, session_id: int) -> Lines:
    return tuple(
        LineWish(
            row.kind,
            row.quantity,
            row.item_id,
            row.bundle_id,
            row.description if row.kind == "free" else "",
            row.wholesale_cents,
            row.retail_cents,
            row.id,
        )
        for row in session.execute(_LINES, {"id": session_id})
    )


def _same(line: LineWish, wish: LineWish) -> bool:
    return (line.kind, line.item_id, line.bundle_id) == (wish.kind, wish.item_id, wish.bundle_id)


def _last_changed_by(session: Session, session_id: int) -> str:
    return session.execute(_LAST_CHANGED_BY, {"id": session_id}).scalar() or ""
