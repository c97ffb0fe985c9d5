"""Services given within a case: what, when, how long or how many, and by whom."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.casework import cases, entries
from securecare.casework.models import CareCase, CaseEntry
from securecare.foundation.forms import (
    Complaints,
    complain_of_number,
    complain_of_text,
    require_none,
)


@dataclass(frozen=True, slots=True)
class ServiceForm:
    """A service as it is entered."""

    on: date
    title: str
    minutes: int | None = None
    quantity: int | None = None
    staff_id: int | None = None
    note: str = ""
    form_key: uuid.UUID | None = field(default=None, compare=False)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "title", self.title, "which service was given", 80)
        if self.minutes is None and self.quantity is None:
            found["minutes"] = "Enter how long it took, or how many were given."
        if self.minutes is not None:
            complain_of_number(found, "minutes", self.minutes, 1, 1440, "minutes")
        if self.quantity is not None:
            complain_of_number(found, "quantity", self.quantity, 1, 100_000)
        entries.complain_of_prose(found, "note", self.note)
        return found


def add(session: Session, actor: Actor, customer_id: int, case_id: int, form: ServiceForm) -> int:
    """Note a service for good. Raises `NotFound`, `NotAccepted` or `CaseClosed`."""
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    _require_good(session, actor, case, form)
    draft = _draft(form, entries.moment(session, form.on))
    return entries.add(session, actor, case, draft)


def correct(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    entry_id: int,
    form: ServiceForm,
    why: str,
) -> int:
    """Put a service right; what stood there stays readable.

    Raises `NotFound`, `NotAccepted` or `Overtaken`.
    """
    case = cases.of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    former = entries.standing(session, case, entry_id, "service")
    _require_good(session, actor, case, form, former, why)
    draft = _draft(form, entries.kept_moment(session, form.on, former))
    return entries.correct(session, actor, case, former, draft, why)


def _require_good(
    session: Session,
    actor: Actor,
    case: CareCase,
    form: ServiceForm,
    former: CaseEntry | None = None,
    why: str = "",
) -> None:
    require_none(
        form.complaints()
        | entries.complaints_of_day(session, case, form.on, "on")
        | entries.complaints_of_staff(session, actor, form.staff_id, former)
        | (entries.complaints_of_reason(why) if former is not None else {})
    )


def _draft(form: ServiceForm, at: datetime) -> entries.Draft:
    return entries.Draft(
        "service",
        at,
        {"note": form.note.strip()},
        staff_id=form.staff_id,
        title=" ".join(form.title.split()),
        minutes=form.minutes,
        quantity=form.quantity,
        form_key=form.form_key,
    )
