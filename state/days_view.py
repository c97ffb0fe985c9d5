"""How stretches of days are shown, in a list that reads like a calendar, and edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from securecare.foundation import clock
from state import week_view


@dataclass(frozen=True)
class DaysView:
    """A stretch of days in a list that reads like a calendar."""

    id: int
    month: str
    """The heading before it, if it is the first of its month."""
    day: str
    weekday: str
    days: str
    what: str
    detail: str
    kind: str
    past: bool


@dataclass(frozen=True)
class DaysDraft:
    """What the fields hold when the form opens."""

    starts_on: str = ""
    ends_on: str = ""
    facility_id: str = ""
    starts: str = "09:00"
    ends: str = "13:00"
    reason: str = ""


def last_day(first: date, last: date) -> str:
    """What the field for the last day holds: nothing where it is one day only."""
    return last.isoformat() if last != first else ""


def days(id_: int, first: date, last: date, what: str, detail: str, kind: str) -> DaysView:
    length = (last - first).days + 1
    if length > 1 and kind == "off":
        what = f"{length} days off"
    elif length > 1 and kind == "closed":
        what = f"Closed for {length} days"
    return DaysView(
        id_,
        f"{first:%B} {first.year}",
        str(first.day),
        f"{first:%a}",
        week_view.days_label(first, last),
        what,
        detail,
        kind,
        last < clock.now().date(),
    )


def calendar(rows: Sequence[DaysView]) -> list[DaysView]:
    """The month stands only before the first of it."""
    shown: list[DaysView] = []
    month = ""
    for row in rows:
        shown.append(row if row.month != month else replace(row, month=""))
        month = row.month
    return shown
