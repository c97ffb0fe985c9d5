"""How the portal says what it knows: appointments and documents in words, across organizations."""

from dataclasses import dataclass
from datetime import date

from securecare.customers import phones
from securecare.documents.reading import DocumentListed
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.portal.appointments import OwnAppointment
from securecare.scheduling.local_time import label, local_day
from securecare.scheduling.statuses import AppointmentStatus as S

STATUSES: dict[S, tuple[str, str]] = {
    S.BOOKED: ("", "neutral"),
    S.CONFIRMED: ("Confirmed", "good"),
    S.ARRIVED: ("Checked in", "info"),
    S.COMPLETED: ("Completed", "neutral"),
    S.NO_SHOW: ("Missed", "warn"),
    S.CANCELLED: ("Canceled", "danger"),
    S.PENDING_REASSIGNMENT: ("Time may change", "warn"),
}
"""What an appointment's status means to whom it is for, and in which tone."""
UNITS = (("MB", 1_000_000), ("kB", 1_000))


@dataclass(frozen=True)
class AppointmentView:
    """One appointment in words, by the clock of the place where it is."""

    id: int
    day: str
    month: str
    on: str
    """The day in words."""
    at: str
    """From when to when."""
    what: str
    staff: str
    organization: str
    facility: str
    street: str
    phone: str
    phone_href: str
    status: str
    tone: str
    note: str
    over: bool


@dataclass(frozen=True)
class FileView:
    """One document in words."""

    id: int
    title: str
    about: str
    organization: str
    href: str
    preview: str
    """Where it can be looked at; empty where no browser can show it."""
    is_picture: bool


def appointment_view(each: OwnAppointment) -> AppointmentView:
    """An appointment as the portal shows it."""
    day = local_day(each.starts_at, each.time_zone)
    starts, ends = (
        label(at, each.time_zone, each.clock24) for at in (each.starts_at, each.ends_at)
    )
    status, tone = STATUSES[each.status]
    return AppointmentView(
        each.id,
        str(day.day),
        f"{day:%b}",
        f"{day:%A}, {_day(day)}",
        _span(starts, ends),
        each.program,
        f"{each.staff}, {each.title}" if each.title else each.staff,
        each.organization,
        each.facility,
        each.street,
        phones.shown(each.phone, phones.region_of(each.time_zone)) if each.phone else "",
        f"tel:{each.phone}" if each.phone else "",
        status,
        tone,
        each.note,
        each.status in (S.CANCELLED, S.NO_SHOW),
    )


def _span(starts: str, ends: str) -> str:
    """As in "9:00 – 9:45 AM": what both have in common is said once."""
    half = ends[-3:]
    if half in (" AM", " PM") and starts.endswith(half):
        starts = starts.removesuffix(half)
    return f"{starts} – {ends}"


def _day(day: date) -> str:
    """With the year only where it is another one than now."""
    return short_day(day) if day.year != clock.now().year else f"{day:%b} {day.day}"


def file_view(each: DocumentListed, organization_id: int, organization: str) -> FileView:
    """A document as the portal shows it."""
    where = f"version={each.version_id}&organization={organization_id}"
    preview = f"/portal/documents/preview?{where}" if each.previewed else ""
    stored = f"{each.stored_at:%b} {each.stored_at.day}, {each.stored_at.year}"
    return FileView(
        each.id,
        each.title,
        f"{each.kind} · {each.type}, {size_in_words(each.size_bytes)} · {stored}",
        organization,
        f"/portal/documents/file?{where}",
        preview,
        each.media_type.startswith("image/"),
    )


def size_in_words(count: int) -> str:
    """As in "1.2 MB"."""
    for unit, size in UNITS:
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return "1 kB"
