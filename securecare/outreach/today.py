"""What is to be done today: the sessions of this day at each facility, and what may come next."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock
from securecare.outreach import services, session_reading
from securecare.outreach.session_reading import SessionListed

AHEAD = timedelta(days=7)
"""How far ahead a date is suggested here; the page of each service always does."""
BEHIND = timedelta(days=14)
"""For how long a planned session whose day has gone by is asked for here."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A date on which a service would be held, and none is planned."""

    service_id: int
    service: str
    facility_id: int
    facility: str
    held_on: date
    in_days: int
    """0 is today, at the facility."""


@dataclass(frozen=True, slots=True)
class Today:
    """The day, as far as the person reaches."""

    sessions: tuple[SessionListed, ...]
    """Those of today, and of last night if they go on past midnight; cancelled ones at the end."""
    left_open: tuple[SessionListed, ...]
    """Planned for a day that has gone by: neither completed nor cancelled."""
    suggestions: tuple[Suggestion, ...]


_DAYS = text(
    "SELECT id, (CAST(:now AS timestamptz) AT TIME ZONE time_zone)::date AS day,"
    " extract(hour FROM CAST(:now AS timestamptz) AT TIME ZONE time_zone)::int * 60"
    " + extract(minute FROM CAST(:now AS timestamptz) AT TIME ZONE time_zone)::int AS minute"
    " FROM facility"
)


def read(session: Session, actor: Actor) -> Today:
    """Today in the zone of each facility. Raises `NotAllowed`."""
    actor.require(Permission.VIEW_OUTREACH)
    rows = session.execute(_DAYS, {"now": clock.now()})
    days = {row.id: (row.day, row.minute) for row in rows}
    if not days:
        return Today((), (), ())
    first = min(day for day, _ in days.values()) - BEHIND
    last = max(day for day, _ in days.values())
    listed = session_reading.of_days(session, actor, first, last)
    present = [each for each in listed if _is_on(each, *days[each.facility_id])]
    behind = [
        each
        for each in listed
        if each.status == "planned" and each not in present and _day_of(each, days) > each.held_on
    ]
    present.sort(key=lambda each: each.status == "cancelled")
    return Today(tuple(present), tuple(behind), tuple(_suggestions(session, actor)))


def _day_of(listed: SessionListed, days: dict[int, tuple[date, int]]) -> date:
    return days[listed.facility_id][0]


def _is_on(listed: SessionListed, day: date, minute: int) -> bool:
    if listed.held_on == day:
        return True
    into_the_day = (listed.ends_minute or 0) - 1440
    last_night = listed.held_on == day - timedelta(days=1)
    return last_night and listed.status == "planned" and into_the_day > minute


def _suggestions(session: Session, actor: Actor) -> list[Suggestion]:
    found = [
        Suggestion(
            each.id,
            each.form.name,
            each.form.facility_id,
            each.facility,
            each.next_on,
            (each.next_on - each.today).days,
        )
        for each in services.listed(session, actor)
        if each.active and each.next_on and each.next_on <= each.today + AHEAD
    ]
    return sorted(found, key=lambda each: (each.held_on, each.service))
