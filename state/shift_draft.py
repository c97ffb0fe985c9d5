"""A shift as its form shows it and as it is read again, and the people one chooses from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from securecare.scheduling.hours_choices import Person
from securecare.scheduling.local_time import DAY_MINUTES
from securecare.scheduling.shift_form import ShiftForm
from state.filled_in import FilledIn
from state.frame import initials
from state.week_view import clock_value


@dataclass(frozen=True)
class PersonView:
    """A staff member to choose."""

    id: int
    name: str
    initials: str
    colour: int
    detail: str


@dataclass(frozen=True)
class ShiftDraft:
    """A shift as its form shows it."""

    facility_id: str = ""
    starts: str = "09:00"
    ends: str = "17:00"
    valid_from: str = ""
    valid_until: str = ""


@dataclass(frozen=True)
class BreakView:
    """One break of the open form."""

    key: int
    starts: str
    ends: str


@dataclass(frozen=True)
class WeekdayView:
    """A day of the week to tick."""

    number: int
    name: str
    ticked: bool


def person(each: Person) -> PersonView:
    """A staff member as the list beside the week shows them."""
    detail = " · ".join(filter(None, (each.title, each.facility)))
    return PersonView(each.id, each.name, initials(each.name), each.id % 12, detail)


def of(form: ShiftForm) -> ShiftDraft:
    """What the fields of a shift hold."""
    return ShiftDraft(
        str(form.facility_id),
        clock_value(form.starts_minute),
        clock_value(form.ends_minute % DAY_MINUTES),
        _iso(form.valid_from),
        _iso(form.valid_until),
    )


def read(filled_in: FilledIn, weekday: int, breaks: Sequence[BreakView]) -> ShiftForm:
    """The shift that was typed; an end up to the start is on the next day."""
    starts, ends = filled_in.minute("starts"), filled_in.minute("ends")
    if starts is None:
        filled_in.complaints["starts"] = "Enter the time this shift starts."
    if ends is None:
        filled_in.complaints["ends"] = "Enter the time this shift ends."
    starts, ends = starts or 0, ends or 0
    return ShiftForm(
        weekday,
        filled_in.id("facility_id") or 0,
        starts,
        ends if ends > starts else ends + DAY_MINUTES,
        _breaks(filled_in, breaks, starts),
        filled_in.day("valid_from"),
        filled_in.day("valid_until"),
    )


def _breaks(
    filled_in: FilledIn, breaks: Sequence[BreakView], shift_starts: int
) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for each in breaks:
        first = filled_in.minute(f"break_from_{each.key}")
        last = filled_in.minute(f"break_until_{each.key}")
        if first is None or last is None:
            filled_in.complaints["breaks"] = "Enter when each break starts and ends, or remove it."
        else:
            found.append((_within(first, shift_starts), _within(last, shift_starts)))
    return tuple(sorted(found))


def _within(minute: int, shift_starts: int) -> int:
    """A time before the shift starts is in the night after."""
    return minute if minute >= shift_starts else minute + DAY_MINUTES


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
