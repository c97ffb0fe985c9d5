"""Cases: begun with an intake, in a program and at a facility, by which they are seen or not."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.casework import entries
from securecare.casework.models import CareCase
from securecare.customers import days, visibility
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places

CASE = columns_of(CareCase)
FIRST_NUMBER = 1
PAGE = 25
INTAKE = {
    "referred_by": "Referred by",
    "reason": "What brings them here",
    "situation": "Their situation",
    "needs": "Needed most urgently",
    "notes": "Notes",
}
"""What is asked when somebody comes. All of it is sealed."""
LONGEST = {"referred_by": 200}
OLDEST = timedelta(days=40 * 366)
_HEAD = """
    SELECT c.id, c.number, c.title, c.program_id, p.name AS program, c.facility_id,
           f.name AS facility, c.lead_staff_id, coalesce(s.name, '') AS lead, c.intake_on, c.status,
           c.status_at, c.version, c.customer_id, last.at AS last_at
      FROM care_case c
      JOIN program p ON p.id = c.program_id
      JOIN facility f ON f.id = c.facility_id
      LEFT JOIN staff s ON s.id = c.lead_staff_id
      LEFT JOIN LATERAL (SELECT at FROM case_entry
                          WHERE organization_id = c.organization_id AND case_id = c.id
                          ORDER BY at DESC, id DESC LIMIT 1) last ON true
"""
_LISTED = text(
    _HEAD
    + """
     WHERE c.organization_id = :organization AND c.customer_id = :customer
       AND (:everywhere OR c.facility_id = ANY(:facilities) OR c.program_id = ANY(:programs))
       AND (CAST(:after AS bigint) IS NULL
            OR (c.status = 'closed', -c.id) > (CAST(:after_closed AS boolean), -CAST(:after AS bigint)))
     ORDER BY c.status = 'closed', c.id DESC LIMIT :most
"""
)
_ONE = text(_HEAD + " WHERE c.organization_id = :organization AND c.id = :case")
_TURN = text("SELECT id FROM organization WHERE id = :id FOR NO KEY UPDATE")
_SAME_FORM = text("SELECT id FROM care_case WHERE form_key = :key")
_STAFF = text("""
    SELECT s.id, s.name, s.account_id = :account AS own FROM staff s
     WHERE s.organization_id = :organization AND s.active ORDER BY s.name, s.id
""")
_PROGRAMS = text("""
    SELECT id, name FROM program WHERE organization_id = :organization AND active ORDER BY name
""")
_FACILITIES = text("""
    SELECT id, name FROM facility WHERE organization_id = :organization AND active ORDER BY name
""")


@dataclass(frozen=True, slots=True)
class CaseForm:
    """What a case is about, where, and whose it is."""

    title: str
    program_id: int | None
    facility_id: int | None
    intake_on: date
    lead_staff_id: int | None = None

    def complaints(self, today: date) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "title", self.title, "what the case is about", 120)
        if self.intake_on > today:
            found["intake_on"] = "This day is still to come."
        elif self.intake_on < today - OLDEST:
            found["intake_on"] = "Check the year."
        return found


@dataclass(frozen=True, slots=True)
class Intake:
    """What was said when the case was begun."""

    referred_by: str = ""
    reason: str = ""
    situation: str = ""
    needs: str = ""
    notes: str = ""

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        for name in INTAKE:
            entries.complain_of_prose(found, name, getattr(self, name), LONGEST.get(name))
        if not self.reason.strip():
            found["reason"] = "Enter what brings them here."
        return found

    def said(self) -> entries.Said:
        """As it is sealed."""
        return {name: getattr(self, name).strip() for name in INTAKE}


@dataclass(frozen=True, slots=True)
class CaseListed:
    """A case as the record lists it, and at its head."""

    id: int
    number: int
    title: str
    program_id: int
    program: str
    facility_id: int
    facility: str
    lead_staff_id: int | None
    lead: str
    intake_on: date
    status: str
    status_at: datetime
    version: int
    customer_id: int
    last_at: datetime
    """When the last thing was that its log tells."""

    @property
    def form(self) -> CaseForm:
        """What of it may be changed."""
        return CaseForm(
            self.title, self.program_id, self.facility_id, self.intake_on, self.lead_staff_id
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a case offers: ids with names."""

    programs: list[tuple[int, str]]
    facilities: list[tuple[int, str]]
    staff: list[tuple[int, str]]
    own_staff_id: int | None
    """Who of the staff the acting person is."""


def listed(
    session: Session,
    actor: Actor,
    customer_id: int,
    after: CaseListed | None = None,
    most: int = PAGE,
) -> list[CaseListed]:
    """A customer's cases within reach, closed ones last, later ones first. Raises `NotFound`."""
    actor.require(Permission.VIEW_CASES)
    visibility.customer(session, actor, customer_id, Permission.VIEW_CASES)
    reach = actor.reach(Permission.VIEW_CASES)
    asked = {
        "organization": actor.organization_id,
        "customer": customer_id,
        "everywhere": reach.everywhere,
        "facilities": list(reach.facility_ids),
        "programs": list(reach.program_ids),
        "after": after.id if after else None,
        "after_closed": after.status == "closed" if after else None,
        "most": most,
    }
    return [CaseListed(*row) for row in session.execute(_LISTED, asked)]


def one(session: Session, actor: Actor, customer_id: int, case_id: int) -> CaseListed:
    """One of them. Raises `NotFound`, also where it is out of reach."""
    of(session, actor, customer_id, case_id)
    asked = {"organization": actor.organization_id, "case": case_id}
    return CaseListed(*session.execute(_ONE, asked).one())


def of(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    permission: Permission = Permission.VIEW_CASES,
    *,
    lock: bool = False,
) -> CareCase:
    """The row of a case of this customer, alone if `lock`; missing and forbidden answer alike."""
    actor.require(permission)
    visibility.customer(session, actor, customer_id, permission)
    query = model_select(CareCase).where(CASE.id == case_id, CASE.customer_id == customer_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.exec(query).one_or_none()
    if row is None or not actor.may(permission, row.facility_id, row.program_id):
        raise NotFound("This case")
    return row


def may_begin(session: Session, actor: Actor, customer_id: int) -> bool:
    """Whether the actor may begin a case with this customer somewhere."""
    if actor.reach(Permission.EDIT_CASES).nowhere:
        return False
    within = visibility.within_reach(actor, Permission.EDIT_CASES)
    known = select(visibility.CUSTOMER.id).where(visibility.CUSTOMER.id == customer_id, within)
    return session.execute(known).first() is not None


def choices(session: Session, actor: Actor) -> Choices:
    """What the form of a case may be filled with.

    A case needs the right for its program or for its facility: where the person has it for some
    programs, any facility will do, and the other way about.
    """
    actor.require(Permission.EDIT_CASES)
    asked = {"organization": actor.organization_id, "account": actor.account_id}
    staff = session.execute(_STAFF, asked).all()
    reach = actor.reach(Permission.EDIT_CASES)
    any_program = reach.everywhere or bool(reach.facility_ids)
    any_facility = reach.everywhere or bool(reach.program_ids)
    programs, facilities = (session.execute(each, asked) for each in (_PROGRAMS, _FACILITIES))
    return Choices(
        [(row.id, row.name) for row in programs if any_program or row.id in reach.program_ids],
        [(row.id, row.name) for row in facilities if any_facility or row.id in reach.facility_ids],
        [(row.id, row.name) for row in staff],
        next((row.id for row in staff if row.own), None),
    )


def begin(
    session: Session,
    actor: Actor,
    customer_id: int,
    form: CaseForm,
    intake: Intake,
    form_key: uuid.UUID | None = None,
) -> int:
    """Begin a case with what was said at the intake; the same form sent twice begins one.

    Raises `NotAllowed`, `NotFound` or `NotAccepted`.
    """
    actor.require(Permission.EDIT_CASES)
    visibility.customer(session, actor, customer_id, Permission.EDIT_CASES)
    session.execute(_TURN, {"id": actor.organization_id})  # one number each, and none left out
    if form_key is not None:
        known = session.execute(_SAME_FORM, {"key": form_key}).scalar()
        if known is not None:
            return known
    found = form.complaints(days.today(session)) | intake.complaints()
    require_none(found | _unknown(session, actor, form))
    highest = select(func.max(CASE.number)).where(CASE.organization_id == actor.organization_id)
    row = CareCase(
        organization_id=actor.organization_id,
        customer_id=customer_id,
        number=(session.execute(highest).scalar() or FIRST_NUMBER - 1) + 1,
        form_key=form_key,
        made_at=clock.now(),
        **_columns(form),
    )
    session.add(row)
    session.flush()
    at = entries.moment(session, form.intake_on)
    entries.write(session, actor, row, entries.Draft("intake", at, intake.said()))
    opened = entries.Draft("status", clock.now(), {"words": ""}, status="open", reason="begun")
    entries.write(session, actor, row, opened)
    audit.record(session, actor, "case.opened", row)
    return row.id or 0


def change(
    session: Session, actor: Actor, customer_id: int, case_id: int, version: int, form: CaseForm
) -> None:
    """Correct what a case is about, or hand it on. Raises `NotFound`, `NotAccepted`, `Overtaken`."""
    row = of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    if row.version != version:
        raise Overtaken(places.last_changed_by(session, "care_case", case_id))
    before = CaseForm(row.title, row.program_id, row.facility_id, row.intake_on, row.lead_staff_id)
    require_none(form.complaints(days.today(session)) | _unknown(session, actor, form, before))
    changed = changed_fields(before, form)
    if changed:
        row.sqlmodel_update({**_columns(form), "version": version + 1})
        session.flush()
        audit.record(session, actor, "case.changed", row, fields=changed)


def correct_intake(
    session: Session,
    actor: Actor,
    customer_id: int,
    case_id: int,
    entry_id: int,
    intake: Intake,
    why: str,
) -> int:
    """Put what was said at the intake right; what stood there stays readable.

    Raises `NotFound`, `NotAccepted` or `Overtaken`.
    """
    row = of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    former = entries.standing(session, row, entry_id, "intake")
    require_none(intake.complaints() | entries.complaints_of_reason(why))
    draft = entries.Draft("intake", former.at, intake.said())
    return entries.correct(session, actor, row, former, draft, why)


def strike(
    session: Session, actor: Actor, customer_id: int, case_id: int, entry_id: int, why: str
) -> None:
    """Say that an entry was never right: it counts no more, and stays readable.

    Raises `NotFound`, `NotAccepted` or `Overtaken`.
    """
    row = of(session, actor, customer_id, case_id, Permission.EDIT_CASES, lock=True)
    entries.strike(session, actor, row, entry_id, why)


def _unknown(
    session: Session, actor: Actor, form: CaseForm, before: CaseForm | None = None
) -> Complaints:
    """What is chosen but not there, or out of the person's reach."""
    known, found = choices(session, actor), Complaints()
    standing = before or CaseForm("", None, None, form.intake_on)
    if form.program_id not in {*dict(known.programs), standing.program_id} - {None}:
        found["program_id"] = "Choose one of your programs."
    if form.facility_id not in {*dict(known.facilities), standing.facility_id} - {None}:
        found["facility_id"] = "Choose one of your facilities."
    if form.lead_staff_id not in {*dict(known.staff), standing.lead_staff_id, None}:
        found["lead_staff_id"] = "Choose somebody who is on the active staff."
    may = actor.may(Permission.EDIT_CASES, form.facility_id, form.program_id)
    if not found and not may:
        found["program_id"] = "You may not work on cases of this program here. Choose another one."
    return found


def _columns(form: CaseForm) -> dict[str, object]:
    if form.program_id is None or form.facility_id is None:
        raise NotAccepted({"program_id": "Choose one of your programs."})
    return {
        "title": " ".join(form.title.split()),
        "program_id": form.program_id,
        "facility_id": form.facility_id,
        "intake_on": form.intake_on,
        "lead_staff_id": form.lead_staff_id,
    }
