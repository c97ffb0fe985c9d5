"""What cases put on their customer's calendar: services given, assessments, and how a case stood.

Their logs are kept by days where the organization is, and only a change of status has a time.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlmodel import Session

from securecare.access.actor import Actor, Reach
from securecare.access.roles import Permission
from securecare.casework import standing
from securecare.casework.models import AssessmentVersion, CareCase, CaseEntry
from securecare.customers.activity import MOST, Happening, Kind, source
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.spans import Span
from securecare.organization.models import Facility

CASE, ENTRY, VERSION = columns_of(CareCase), columns_of(CaseEntry), columns_of(AssessmentVersion)
FACILITY = columns_of(Facility)
_LATER = table_of(CaseEntry).alias("later")
TABLES = ("case_entry", "care_case", "facility")


@source("services", Kind.SERVICE, Permission.VIEW_CASES, TABLES)
def services(session: Session, actor: Actor, customer_id: int, span: Span) -> Iterable[Happening]:
    """Services as they were given."""
    query = _entries(actor, customer_id, span).where(ENTRY.kind == "service")
    for row in session.execute(query):
        much = f"{row.minutes} min" if row.minutes else f"{row.quantity}×"
        yield _happening(customer_id, row, Kind.SERVICE, row.title, f"{much} · {row.case}")


@source("casework", Kind.OTHER, Permission.VIEW_CASES, TABLES)
def casework(session: Session, actor: Actor, customer_id: int, span: Span) -> Iterable[Happening]:
    """Intakes, assessments, goals, outcomes, and when a case was opened, held or closed."""
    query = _entries(actor, customer_id, span).where(ENTRY.kind != "service")
    for row in session.execute(query):
        yield _happening(customer_id, row, Kind.OTHER, _said(row), row.case)


def _happening(customer_id: int, row: Any, kind: Kind, what: str, detail: str) -> Happening:
    return Happening(
        f"entry {row.id}",
        kind,
        row.at,
        None,
        what,
        detail,
        row.facility,
        href=f"/customers/{customer_id}/cases/{row.case_id}",
        of_day=row.kind != "status",
    )


def _said(row: Any) -> str:
    if row.kind == "assessment":
        return f"{row.form}: {row.score}"
    if row.kind == "status":
        return f"Case {standing.DONE[row.status]}"
    return {"intake": "Intake", "goal": "Goal set", "outcome": "Outcome noted"}[row.kind]


def _entries(actor: Actor, customer_id: int, span: Span) -> Any:
    """What the logs tell of a span, as it reads now: what was corrected or struck is left out."""
    return (
        select(
            ENTRY.id,
            ENTRY.case_id,
            ENTRY.kind,
            ENTRY.at,
            ENTRY.title,
            ENTRY.minutes,
            ENTRY.quantity,
            ENTRY.score,
            ENTRY.status,
            VERSION.name.label("form"),
            CASE.title.label("case"),
            FACILITY.name.label("facility"),
        )
        .select_from(CareCase)
        .join(Facility, FACILITY.id == CASE.facility_id)
        .join(
            CaseEntry,
            (ENTRY.organization_id == CASE.organization_id) & (ENTRY.case_id == CASE.id),
        )
        .outerjoin(AssessmentVersion, VERSION.id == ENTRY.version_id)
        .where(
            CASE.organization_id == actor.organization_id,
            CASE.customer_id == customer_id,
            _within(actor.reach(Permission.VIEW_CASES)),
            ENTRY.at >= span.start,
            ENTRY.at < span.end,
            ~ENTRY.struck,
            ~select(_LATER.c.id).where(_LATER.c.corrects_id == ENTRY.id).exists(),
        )
        .order_by(ENTRY.at, ENTRY.id)
        .limit(MOST)
    )


def _within(reach: Reach) -> ColumnElement[bool]:
    if reach.everywhere:
        return true()
    return or_(CASE.facility_id.in_(reach.facility_ids), CASE.program_id.in_(reach.program_ids))
