"""Programs: kinds of service, their rules for booking, and who serves them."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_number,
    complain_of_text,
    merged_choice,
    refused_by,
    require_none,
)
from securecare.organization import places
from securecare.organization.models import Facility, Program, ProgramStaff, Staff

COLOURS = 12
NAME_TAKEN = NotAccepted({"name": "Another program has this name. Choose one that differs."})
_UNIQUE = "ix_program_organization_id_name"
_NUMBERS = (
    ("duration_minutes", 5, 1440, "minutes"),
    ("slot_step_minutes", 5, 240, "minutes"),
    ("buffer_before_minutes", 0, 240, "minutes"),
    ("buffer_after_minutes", 0, 240, "minutes"),
    ("minimum_notice_minutes", 0, 60 * 24 * 60, "minutes"),
    ("horizon_days", 1, 730, "days"),
    ("minimum_days_between", 0, 730, "days"),
)


@dataclass(frozen=True, slots=True)
class ProgramForm:
    """What may be set for a program. The lead staff member always serves it too."""

    name: str
    short_name: str
    colour: int = 0
    lead_staff_id: int | None = None
    duration_minutes: int = 45
    slot_step_minutes: int = 15
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    minimum_notice_minutes: int = 0
    horizon_days: int = 90
    minimum_days_between: int = 0
    public_booking: bool = False
    staff_ids: frozenset[int] = field(default_factory=frozenset)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "a name", 80)
        complain_of_text(found, "short_name", self.short_name, "a short name", 14)
        complain_of_number(found, "colour", self.colour, 0, COLOURS - 1)
        for name, lowest, highest, unit in _NUMBERS:
            complain_of_number(found, name, getattr(self, name), lowest, highest, unit)
        if self.public_booking and not self.serving:
            found["public_booking"] = (
                "Choose at least one person who serves the program before the public can book it."
            )
        return found

    @property
    def serving(self) -> frozenset[int]:
        """Everybody who serves it, the lead included."""
        return self.staff_ids | ({self.lead_staff_id} if self.lead_staff_id else frozenset())


@dataclass(frozen=True, slots=True)
class ProgramListed:
    """A program as the list shows it."""

    id: int
    form: ProgramForm
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could serve a program."""

    id: int
    name: str
    title: str
    facility: str


def listed(session: Session, actor: Actor) -> list[ProgramListed]:
    """The programs the person may configure, active ones first."""
    rows = session.exec(
        select(Program)
        .where(places.programs_in_reach(actor, Permission.CONFIGURE_PROGRAMS))
        .order_by(col(Program.active).desc(), Program.name)
    ).all()
    serving = _serving(session, [row.id or 0 for row in rows])
    return [
        ProgramListed(
            row.id or 0, _form(row, serving.get(row.id or 0, ())), row.active, row.version
        )
        for row in rows
    ]


def who_could_serve(session: Session, actor: Actor) -> list[Colleague]:
    """The active staff of the organization, for whoever configures programs."""
    actor.require(Permission.CONFIGURE_PROGRAMS)
    query = (
        select(Staff.id, Staff.name, Staff.title, Facility.name)
        .join(Facility, col(Facility.id) == Staff.facility_id)
        .where(col(Staff.active))
        .order_by(Staff.name)
    )
    return [Colleague(*row) for row in session.exec(query)]  # pyright: ignore[reportArgumentType]


def add(session: Session, actor: Actor, form: ProgramForm) -> int:
    """Start a program and return its id. Only for those who configure all of them.

    Raises `NotAllowed` or `NotAccepted`.
    """
    actor.require_everywhere(Permission.CONFIGURE_PROGRAMS)
    _require_acceptable(session, form, already=())
    row = Program(organization_id=actor.organization_id, **_columns(form))
    session.add(row)
    with refused_by(_UNIQUE, NAME_TAKEN):
        session.flush()
    _serve(session, actor, row.id or 0, form.serving, frozenset())
    audit.record(session, actor, "program.added", row, program_id=row.id)
    return row.id or 0


def change(
    session: Session,
    actor: Actor,
    program_id: int,
    version: int,
    form: ProgramForm,
    seen: Collection[int],
) -> None:
    """Set a program to `form`. Appointments keep the length and buffers they were booked with.

    `seen` are the staff members who were shown to serve it: only who was added or taken out
    against that changes, so that what the staff page changed meanwhile stands.
    Raises `NotFound`, `NotAccepted`, or `Overtaken` if it is no longer of that version.
    """
    row = places.program(session, actor, program_id, Permission.CONFIGURE_PROGRAMS, lock=True)
    current = _form(row, _serving(session, [program_id]).get(program_id, ()))
    form = replace(form, staff_ids=merged_choice(current.staff_ids, seen, form.serving))
    form = replace(form, staff_ids=form.serving)
    _require_acceptable(session, form, already=current.serving)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "program", row.id))
    if changed := changed_fields(current, form):
        row.sqlmodel_update({**_columns(form), "version": version + 1})
        with refused_by(_UNIQUE, NAME_TAKEN):
            session.flush()
        _serve(session, actor, program_id, form.serving, current.staff_ids)
        audit.record(session, actor, "program.changed", row, program_id=row.id, fields=changed)


def set_active(session: Session, actor: Actor, program_id: int, active: bool) -> None:
    """Offer a program again, or no more. What is booked stays booked; nothing is deleted."""
    row = places.program(session, actor, program_id, Permission.CONFIGURE_PROGRAMS, lock=True)
    if row.active == active:
        return
    row.active = active
    row.version += 1
    action = "program.made_active" if active else "program.made_inactive"
    audit.record(session, actor, action, row, program_id=row.id)


def _form(row: Program, serving: Iterable[int]) -> ProgramForm:
    values = {name: getattr(row, name) for name in ProgramForm.__slots__ if name != "staff_ids"}
    return ProgramForm(**values, staff_ids=frozenset(serving))


def _columns(form: ProgramForm) -> dict[str, Any]:
    values = asdict(form)
    del values["staff_ids"]
    return values


def _serving(session: Session, program_ids: Collection[int]) -> dict[int, set[int]]:
    query = select(ProgramStaff.program_id, ProgramStaff.staff_id).where(
        col(ProgramStaff.program_id).in_(program_ids)
    )
    found: dict[int, set[int]] = {}
    for program_id, staff_id in session.exec(query):
        found.setdefault(program_id, set()).add(staff_id)
    return found


def _require_acceptable(session: Session, form: ProgramForm, already: Collection[int]) -> None:
    """Whoever is new to the program must be an active staff member of the organization."""
    found = form.complaints()
    new = form.serving - set(already)
    active = select(Staff.id).where(col(Staff.id).in_(new), col(Staff.active))
    unknown = new - set(session.exec(active)) if new else set()
    if form.lead_staff_id in unknown:
        found["lead_staff_id"] = "Choose somebody who is on the active staff."
    if unknown - {form.lead_staff_id}:
        found["staff_ids"] = "Somebody chosen here is no longer on the active staff."
    require_none(found)


def _serve(
    session: Session,
    actor: Actor,
    program_id: int,
    wanted: frozenset[int],
    present: frozenset[int],
) -> None:
    if gone := present - wanted:
        session.execute(
            delete(ProgramStaff).where(
                col(ProgramStaff.program_id) == program_id, col(ProgramStaff.staff_id).in_(gone)
            )
        )
    if new := wanted - present:
        rows = [
            {"organization_id": actor.organization_id, "program_id": program_id, "staff_id": each}
            for each in sorted(new)
        ]
        session.execute(insert(ProgramStaff).values(rows).on_conflict_do_nothing())
