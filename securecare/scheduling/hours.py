"""Reading who works when. The rules themselves are in `availability`, which reads nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from securecare.foundation.spans import Span, merged
from securecare.scheduling import opening
from securecare.scheduling.availability import Closure, Roster, StaffException, WeeklyShift

ONE_DAY = timedelta(days=1)
MARGIN = 2 * ONE_DAY

COLUMNS = """
      (SELECT coalesce(json_agg(json_build_array(staff_id, facility_id, weekday, starts_minute,
              ends_minute, breaks, valid_from, valid_until)), '[]')
       FROM shift WHERE staff_id = ANY(:staff_ids)
         AND (valid_from IS NULL OR valid_from <= :until)
         AND (valid_until IS NULL OR valid_until >= :since)),
      (SELECT coalesce(json_agg(json_build_array(staff_id, starts_on, ends_on, kind, facility_id,
              starts_minute, ends_minute)), '[]')
       FROM (SELECT staff_id, starts_on, ends_on, kind, facility_id, starts_minute, ends_minute
             FROM staff_exception WHERE staff_id = ANY(:staff_ids)
               AND starts_on <= :until AND ends_on >= :since
             UNION ALL SELECT id, :since, :until, 'off', NULL, NULL, NULL
             FROM staff WHERE id = ANY(:staff_ids) AND NOT active) AS exceptions),
      (SELECT coalesce(json_agg(json_build_array(facility_id, starts_on, ends_on)), '[]')
       FROM (SELECT facility_id, starts_on, ends_on
             FROM facility_closure WHERE starts_on <= :until AND ends_on >= :since
             UNION ALL SELECT id, :since, :until FROM facility WHERE NOT active) AS closures),
      (SELECT coalesce(json_object_agg(id, time_zone), '{}') FROM facility)
"""
"""Four values, each a list or an object in JSON, that `of_columns` makes a book of.

To be asked for with `:staff_ids`, and `since` and `until` as `wide` gives them.
"""
_READ = text(f"SELECT {COLUMNS}")


@dataclass(frozen=True)
class HoursBook:
    """The shifts and exceptions of some staff members over some days, as they stood when read."""

    rosters: Mapping[int, Roster]
    zones: Mapping[int, ZoneInfo]

    def at(self, staff_id: int, facility_id: int, first: date, last: date) -> list[Span]:
        """The open hours at one facility over whole local days, night shifts in one piece."""
        roster = self.rosters[staff_id]
        days = (first + ONE_DAY * n for n in range((last - first).days + 1))
        return merged(span for day in days for span in roster.open(facility_id, day))

    def covers(self, staff_id: int, facility_id: int, span: Span) -> bool:
        """Whether the whole span is worked at that facility."""
        return opening.is_open(self.rosters[staff_id], facility_id, span)

    def works_on(self, staff_id: int, day: date) -> bool:
        """Whether the person has any hours on the local day of any facility."""
        roster = self.rosters[staff_id]
        return any(roster.worked(facility_id, day) for facility_id in self.zones)


def read(session: Session, staff_ids: Collection[int], since: date, until: date) -> HoursBook:
    """Read everything that decides these people's hours from `since` to `until`, in one query.

    Two days are added on either side: one since zones differ, one since nights reach into the next
    day. Who is no longer on the staff is off, and a facility no longer in use is closed, all the
    time.
    """
    row = session.execute(_READ, {"staff_ids": list(staff_ids), **wide(since, until)}).one()
    return of_columns(staff_ids, row)


def wide(since: date, until: date) -> dict[str, date]:
    """The days to read `COLUMNS` for, so that the hours from `since` to `until` come out right."""
    return {"since": since - MARGIN, "until": until + MARGIN}


def of_columns(staff_ids: Collection[int], row: Sequence[Any]) -> HoursBook:
    """The book of these people, from a row of `COLUMNS`."""
    shifts: dict[int, list[WeeklyShift]] = {}
    exceptions: dict[int, list[StaffException]] = {}
    for staff_id, *shift in row[0]:
        shifts.setdefault(staff_id, []).append(_shift(*shift))
    for staff_id, *exception in row[1]:
        exceptions.setdefault(staff_id, []).append(_exception(*exception))
    closures = [Closure(facility, _day(first), _day(last)) for facility, first, last in row[2]]
    zones = {int(facility): ZoneInfo(name) for facility, name in row[3].items()}
    return HoursBook(
        {
            staff_id: Roster(
                shifts.get(staff_id, []), exceptions.get(staff_id, []), closures, zones
            )
            for staff_id in staff_ids
        },
        zones,
    )


def around(session: Session, staff_ids: Collection[int], span: Span, days: int = 0) -> HoursBook:
    """The hours on the days of the span, whatever the zone, and so many days to either side."""
    first, last = span.start.astimezone(UTC).date(), span.end.astimezone(UTC).date()
    return read(session, staff_ids, first - ONE_DAY * days, last + ONE_DAY * days)


def _shift(
    facility_id: int,
    weekday: int,
    starts_minute: int,
    ends_minute: int,
    breaks: list[list[int]],
    valid_from: str | None,
    valid_until: str | None,
) -> WeeklyShift:
    return WeeklyShift(
        facility_id,
        weekday,
        starts_minute,
        ends_minute,
        tuple((first, last) for first, last in breaks),
        _day(valid_from) if valid_from else None,
        _day(valid_until) if valid_until else None,
    )


def _exception(
    starts_on: str,
    ends_on: str,
    kind: Literal["off", "hours"],
    facility_id: int | None,
    starts_minute: int | None,
    ends_minute: int | None,
) -> StaffException:
    return StaffException(
        _day(starts_on),
        _day(ends_on),
        kind,
        facility_id,
        starts_minute,
        ends_minute,
    )


def _day(iso: str) -> date:
    return date.fromisoformat(iso)
