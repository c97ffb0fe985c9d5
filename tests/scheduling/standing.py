"""What must always be true of every appointment that stands, checked on the real rows.

Working hours are read here straight from the tables and computed day by day, not with what the
verbs use to decide.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from securecare.foundation import clock
from securecare.foundation.db import owner_transaction
from tests.scheduling.world import World

_ROWS = text(
    """
    SELECT a.id, a.staff_id, a.facility_id, a.starts_at, a.ends_at, a.status, a.former_status,
           a.forced_hours, a.local_day, f.time_zone, f.active AS open, s.active AS employed
    FROM appointment a JOIN facility f ON f.id = a.facility_id JOIN staff s ON s.id = a.staff_id
    WHERE a.organization_id = :id
    """
)
STRANDABLE = ("booked", "confirmed")


def standing_wrong(world: World) -> list[tuple[int, str]]:
    """Appointments outside hours and not marked, or marked though inside, or on a wrong day."""
    with owner_transaction() as session:
        rows = session.execute(_ROWS, {"id": world.organization_id}).mappings().all()
        hours = _Hours(session, world.organization_id)
        wrong = []
        for row in rows:
            zone = ZoneInfo(row["time_zone"])
            if row["local_day"] != row["starts_at"].astimezone(zone).date():
                wrong.append((row["id"], "on a wrong day"))
            if row["forced_hours"] or row["ends_at"] <= clock.now():
                continue
            inside = hours.cover(row)
            if row["status"] in STRANDABLE and not inside:
                wrong.append((row["id"], "outside hours and not marked"))
            if row["status"] == "pending_reassignment" and inside:
                wrong.append((row["id"], "marked and inside hours"))
        return wrong


class _Hours:
    """Minute by minute: slow, and plain to see."""

    def __init__(self, session: Any, organization_id: int) -> None:
        def all_of(table: str) -> list[Any]:
            query = text(f"SELECT * FROM {table} WHERE organization_id = :id")
            return list(session.execute(query, {"id": organization_id}).mappings())

        self.shifts = all_of("shift")
        self.exceptions = all_of("staff_exception")
        self.closures = all_of("facility_closure")

    def cover(self, row: Any) -> bool:
        if not (row["open"] and row["employed"]):
            return False
        zone = ZoneInfo(row["time_zone"])
        at = row["starts_at"]
        while at < row["ends_at"]:
            if not self._works(row["staff_id"], row["facility_id"], at.astimezone(zone)):
                return False
            at += timedelta(minutes=5)
        return True

    def _works(self, staff_id: int, facility_id: int, local: datetime) -> bool:
        """Whether the clock on the wall stands within a shift that began today or yesterday."""
        today = local.date()
        for closure in self.closures:
            if (
                closure["facility_id"] == facility_id
                and closure["starts_on"] <= today <= closure["ends_on"]
            ):
                return False
        minute = local.hour * 60 + local.minute
        return any(
            self._in_shift(
                staff_id, facility_id, today - timedelta(days=back), minute + 1440 * back
            )
            for back in (0, 1)
        )

    def _in_shift(self, staff_id: int, facility_id: int, day: Any, minute: int) -> bool:
        given = [
            each
            for each in self.exceptions
            if each["staff_id"] == staff_id and each["starts_on"] <= day <= each["ends_on"]
        ]
        if any(each["kind"] == "off" for each in given):
            return False
        weekly = [
            each
            for each in self.shifts
            if each["staff_id"] == staff_id
            and each["weekday"] == day.weekday()
            and (each["valid_from"] is None or each["valid_from"] <= day)
            and (each["valid_until"] is None or day <= each["valid_until"])
        ]
        return any(
            each["facility_id"] == facility_id
            and each["starts_minute"] <= minute < each["ends_minute"]
            and not any(first <= minute < last for first, last in each.get("breaks", []))
            for each in given or weekly
        )
