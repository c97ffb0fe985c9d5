"""Which day it is where the organization works."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from securecare.foundation import clock

_ZONE = text("SELECT time_zone FROM facility ORDER BY active DESC, id LIMIT 1")


def zone(session: Session) -> ZoneInfo:
    """The time zone of the organization's first facility: what has no place is told in it."""
    return ZoneInfo(session.execute(_ZONE).scalar() or "Etc/UTC")


def today(session: Session) -> date:
    """The day it is there now."""
    return clock.now().astimezone(zone(session)).date()


def local(session: Session, at: datetime) -> datetime:
    """A moment as the clocks show it there."""
    return at.astimezone(zone(session))


def last_day_of(ends_at: datetime, zone: ZoneInfo) -> date:
    """The last day of something that ends at a moment, which does not belong to it."""
    return (ends_at - timedelta(microseconds=1)).astimezone(zone).date()


def end_of(session: Session, day: date) -> datetime:
    """The moment at which a day there is over."""
    return datetime.combine(day + timedelta(days=1), time(), zone(session)).astimezone(UTC)
