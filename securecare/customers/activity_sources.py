"""What the record itself puts on a customer's calendar: leaves and calls."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import absences
from securecare.customers.absences import LONGEST, REASONS
from securecare.customers.activity import MOST, Happening, Kind, source
from securecare.customers.record_models import Absence, PhoneCall
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span
from securecare.organization.models import Program

ABSENCE, CALL, PROGRAM = columns_of(Absence), columns_of(PhoneCall), columns_of(Program)


@source("absences", Kind.ABSENCE, Permission.VIEW_CUSTOMERS, ("absence",))
def leaves(session: Session, actor: Actor, customer_id: int, span: Span) -> Iterable[Happening]:
    """Authorized absences that were not withdrawn."""
    query = (
        select(ABSENCE.id, ABSENCE.starts_at, ABSENCE.ends_at, ABSENCE.reason, PROGRAM.name)
        .outerjoin(Program, PROGRAM.id == ABSENCE.program_id)
        .where(
            ABSENCE.organization_id == actor.organization_id,
            ABSENCE.customer_id == customer_id,
            ABSENCE.starts_at > span.start - LONGEST,
            ABSENCE.starts_at < span.end,
            ABSENCE.ends_at > span.start,
            ABSENCE.withdrawn_at.is_(None),
            absences.within_reach(actor),
        )
        .order_by(ABSENCE.starts_at, ABSENCE.id)
        .limit(MOST)
    )
    for row in session.execute(query):
        yield Happening(
            f"absence {row.id}",
            Kind.ABSENCE,
            row.starts_at,
            row.ends_at,
            "Authorized absence",
            " · ".join((REASONS[row.reason], row.name or "All programs")),
            href=f"/customers/{customer_id}/absence",
        )


@source("calls", Kind.CALL, Permission.READ_CALLS, ("phone_call",))
def calls(session: Session, actor: Actor, customer_id: int, span: Span) -> Iterable[Happening]:
    """Logged calls: who called and about what, and nothing of the sealed notes."""
    query = (
        select(CALL.id, CALL.at, CALL.topic, CALL.caller, CALL.relationship)
        .where(
            CALL.organization_id == actor.organization_id,
            CALL.customer_id == customer_id,
            CALL.at >= span.start,
            CALL.at < span.end,
        )
        .order_by(CALL.at, CALL.id)
        .limit(MOST)
    )
    for row in session.execute(query):
        caller = f"{row.caller} ({row.relationship})" if row.relationship else row.caller
        yield Happening(
            f"call {row.id}",
            Kind.CALL,
            row.at,
            None,
            row.topic,
            f"Call from {caller}",
            href=f"/customers/{customer_id}/calls",
        )
