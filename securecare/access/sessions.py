"""Signed-in browsers: who a cookie stands for right now, and how a session ends."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select, update

from securecare.access.actor import Actor, Grant
from securecare.access.errors import NotFound
from securecare.access.models import LoginSession
from securecare.access.roles import Role
from securecare.foundation import audit, clock

COOKIE_NAME = "securecare_session"
SEEN_EVERY = timedelta(seconds=30)
"""How fresh `seen_at` is kept; the idle limit is exact to this."""
PORTAL_IDLE = timedelta(minutes=20)
"""A portal is often opened on a phone that others pick up; the staff's limit is up to the place."""
PORTAL_HOURS = timedelta(hours=12)
UNFINISHED = timedelta(minutes=10)
"""How long a second factor, or the choice of an organization, may take."""
KEPT_AFTER_END = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Device:
    """The browser a session is opened from."""

    address: str
    user_agent: str = ""
    mark: bytes | None = None
    """The hash of the last session this browser finished signing in with, if it still knows it."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's sessions, for that person to look at."""

    id: int
    address: str
    device: str
    started_at: datetime
    seen_at: datetime
    current: bool


_STANDING = """
    SELECT s.id, s.account_id, coalesce(s.organization_id, 0) AS organization_id, s.seen_at, a.name,
           least(s.expires_at, s.created_at + make_interval(hours => o.session_hours),
                 s.seen_at + make_interval(mins => coalesce(o.staff_idle_minutes, :portal_idle)))
               AS until,
           coalesce(o.require_second_factor AND a.totp_confirmed_at IS NULL, false)
               AS second_factor_missing,
           CASE WHEN s.portal THEN '[["patron", null, null]]' ELSE
           (SELECT coalesce(jsonb_agg(jsonb_build_array(g.role, g.facility_id, g.program_id)
                            ORDER BY g.role, g.facility_id, g.program_id), '[]')
              FROM role_grant g
             WHERE g.account_id = s.account_id AND g.organization_id = s.organization_id
               AND g.withdrawn_at IS NULL) END AS grants
      FROM login_session s
      JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
      LEFT JOIN organization o ON o.id = s.organization_id
     WHERE s.token_hash = :token_hash AND s.ended_at IS NULL AND NOT s.second_factor_due
       AND s.expires_at > :now
       AND CASE WHEN s.portal
                THEN s.seen_at > :now - make_interval(mins => :portal_idle)
                ELSE s.created_at > :now - make_interval(hours => o.session_hours)
                     AND s.seen_at > :now - make_interval(mins => o.staff_idle_minutes)
                     AND EXISTS (SELECT FROM membership m
                                  WHERE m.account_id = s.account_id
                                    AND m.organization_id = s.organization_id
                                    AND m.ended_at IS NULL)
           END
"""
_FIND = text(_STANDING)
_PORTAL_IDLE_MINUTES = int(PORTAL_IDLE.total_seconds()) // 60
_ROLES = frozenset(Role)
_TOUCH = text("UPDATE login_session SET seen_at = :now WHERE id = :id AND seen_at < :now")


def hash_of(token: str) -> bytes:
    """What is kept of a cookie's value."""
    return hashlib.sha256(token.encode()).digest()


def actor_of(session: Session, token_hash: bytes, now: datetime, address: str) -> Actor | None:
    """The person this cookie stands for, with the rights of this moment, or None.

    None once the session, the membership or the account has ended, after the organization's idle
    limit and after the absolute limit. Counts as activity. Needs the sign-in scope.
    """
    row = _standing(session, token_hash, now)
    if row is None:
        return None
    if now - row.seen_at >= SEEN_EVERY:
        session.execute(_TOUCH, {"now": now, "id": row.id})
    return _actor(row, address)


def look_up(session: Session, token_hash: bytes, now: datetime, address: str) -> Actor | None:
    """The same without counting as activity."""
    row = _standing(session, token_hash, now)
    return None if row is None else _actor(row, address)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who a cookie stands for, and until when unless they do something before."""

    actor: Actor
    until: datetime


def peek(session: Session, token_hash: bytes, now: datetime) -> Standing | None:
    """Who the cookie stands for, where it does not matter from where; not counted as activity."""
    row = _standing(session, token_hash, now)
    return None if row is None else Standing(_actor(row, ""), row.until)


def _standing(session: Session, token_hash: bytes, now: datetime) -> Any:
    asked = {"token_hash": token_hash, "now": now, "portal_idle": _PORTAL_IDLE_MINUTES}
    return session.execute(_FIND, asked).one_or_none()


def _actor(row: Any, address: str) -> Actor:
    # Who lacks the second factor that the organization asks for can do nothing but set it up.
    held = () if row.second_factor_missing else row.grants
    grants = tuple(
        Grant(Role(role), facility_id, program_id)
        for role, facility_id, program_id in held
        if role in _ROLES
    )
    return Actor(row.account_id, row.organization_id, row.id, row.name, grants, address)


def open_for(
    session: Session,
    account_id: int,
    device: Device,
    *,
    organization_id: int | None = None,
    portal: bool = False,
    second_factor_due: bool = False,
) -> str:
    """Open a session and give the value for its cookie, which is kept nowhere.

    With neither an organization nor the portal, or with a second factor due, it only lets the
    person finish signing in. Needs the sign-in scope.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    finished = (portal or organization_id is not None) and not second_factor_due
    lasts = UNFINISHED
    if finished:
        lasts = PORTAL_HOURS if portal else _absolute_limit(session, organization_id)
    session.add(
        LoginSession(
            account_id=account_id,
            organization_id=organization_id,
            portal=portal,
            token_hash=hash_of(token),
            second_factor_due=second_factor_due,
            address=device.address,
            user_agent=device.user_agent[:300],
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return token


def _absolute_limit(session: Session, organization_id: int | None) -> timedelta:
    hours = session.execute(
        text("SELECT session_hours FROM organization WHERE id = :id"), {"id": organization_id}
    ).scalar_one()
    return timedelta(hours=hours)


def find(session: Session, token_hash: bytes) -> LoginSession | None:
    """The session of this cookie if it has neither ended nor expired, finished or not."""
    return session.exec(
        select(LoginSession).where(
            LoginSession.token_hash == token_hash,
            col(LoginSession.ended_at).is_(None),
            LoginSession.expires_at > clock.now(),
        )
    ).one_or_none()


def close(session: Session, session_id: int, reason: str) -> bool:
    """End one session; False if it had ended already."""
    return _close(session, reason, col(LoginSession.id) == session_id) == 1


def close_all_of(
    session: Session,
    account_id: int,
    reason: str,
    *,
    organization_id: int | None = None,
    except_id: int | None = None,
) -> int:
    """End every session of an account, or those in one organization; gives their number."""
    where = [col(LoginSession.account_id) == account_id]
    if organization_id is not None:
        where.append(col(LoginSession.organization_id) == organization_id)
    if except_id is not None:
        where.append(col(LoginSession.id) != except_id)
    return _close(session, reason, *where)


def _close(session: Session, reason: str, *where: Any) -> int:
    ended = session.execute(
        update(LoginSession)
        .where(col(LoginSession.ended_at).is_(None), *where)
        .values(ended_at=clock.now(), end_reason=reason)
        .execution_options(synchronize_session=False)
    )
    return ended.rowcount  # pyright: ignore[reportAttributeAccessIssue]


def end(session: Session, actor: Actor, session_id: int) -> None:
    """End one of one's own sessions, or raise `NotFound`."""
    mine = col(LoginSession.account_id) == actor.account_id
    if not _close(session, "ended by its owner", col(LoginSession.id) == session_id, mine):
        raise NotFound("This session")
    audit.record(session, actor, "session.ended", ("login_session", session_id))


def end_all_others(session: Session, actor: Actor) -> int:
    """End all of one's own sessions but this one; gives their number."""
    number = close_all_of(
        session, actor.account_id, "ended by its owner", except_id=actor.session_id
    )
    if number:
        audit.record(session, actor, "session.others_ended", ("account", actor.account_id))
    return number


def list_mine(session: Session, actor: Actor) -> list[OpenSession]:
    """One's own sessions that still stand, in every organization, this one first."""
    rows = session.execute(_MINE, _asked(actor))
    mine = [
        OpenSession(
            row.id,
            row.address,
            device_name(row.user_agent),
            row.created_at,
            row.seen_at,
            row.id == actor.session_id,
        )
        for row in rows
    ]
    return sorted(mine, key=lambda each: not each.current)


def _asked(actor: Actor) -> dict[str, Any]:
    asked = {"account_id": actor.account_id, "portal_idle": _PORTAL_IDLE_MINUTES}
    return asked | {"now": clock.now()}


_MINE = text("""
    SELECT s.id, s.address, s.user_agent, s.created_at, s.seen_at
      FROM login_session s LEFT JOIN organization o ON o.id = s.organization_id
     WHERE s.account_id = :account_id AND s.ended_at IS NULL AND NOT s.second_factor_due
       AND s.expires_at > :now AND (s.portal OR s.organization_id IS NOT NULL)
       AND (s.portal OR s.created_at > :now - make_interval(hours => o.session_hours))
       AND s.seen_at > :now - make_interval(mins => coalesce(o.staff_idle_minutes, :portal_idle))
     ORDER BY s.seen_at DESC, s.id
""")


def device_name(user_agent: str) -> str:
    """A few words for a browser and its system, as a person would say them."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def purge(session: Session, most: int) -> int:
    """Forget so many sessions that ended or expired long ago. For a job, in the system scope."""
    asked = {"before": clock.now() - KEPT_AFTER_END, "most": most}
    return len(session.execute(_LONG_OVER, asked).all())


_LONG_OVER = text("""
    WITH gone AS MATERIALIZED (
        SELECT id FROM login_session WHERE least(ended_at, expires_at) < :before
         ORDER BY least(ended_at, expires_at) LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    DELETE FROM login_session USING gone WHERE login_session.id = gone.id RETURNING 1
""")
