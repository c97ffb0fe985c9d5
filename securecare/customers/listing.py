"""Customers as a list shows them: by name, page by page, or those a search finds; what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, column, false, or_, select, table, true, tuple_
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import search
from securecare.customers.models import Customer
from securecare.customers.visibility import within_reach
from securecare.foundation import clock
from securecare.foundation.columns import columns_of
from securecare.organization.models import Facility, Program

CUSTOMER, FACILITY, PROGRAM = columns_of(Customer), columns_of(Facility), columns_of(Program)

# Named, not imported: the schedule is built on customers and not the other way about.
APPOINTMENT = table(
    "appointment",
    *map(
        column,
        ("organization_id", "customer_id", "facility_id", "program_id", "starts_at", "status"),
    ),
)
TO_COME = ("booked", "confirmed", "pending_reassignment")
MOST_FOUND = 50


class Position(NamedTuple):
    """A place in the list: what follows it comes next."""

    family_name: str
    given_name: str
    id: int


@dataclass(frozen=True, slots=True)
class Next:
    """The next appointment of somebody, as far as the reader may see the schedule."""

    starts_at: datetime
    time_zone: str
    facility: str
    program: str


@dataclass(frozen=True, slots=True)
class CustomerListed:
    """A customer as the list shows them."""

    id: int
    number: int
    given_name: str
    family_name: str
    born_on: date | None
    phone: str
    email: str
    next: Next | None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list; `following` is where the next part begins, if there is one."""

    rows: list[CustomerListed]
    following: Position | None


def page(session: Session, actor: Actor, since: Position | None = None, size: int = 50) -> Page:
    """The customers within reach by family and given name, from a position on."""
    actor.require(Permission.VIEW_CUSTOMERS)
    key = tuple_(CUSTOMER.family_name, CUSTOMER.given_name, CUSTOMER.id)
    query = (
        select(*_SHOWN)
        .where(CUSTOMER.organization_id == actor.organization_id, within_reach(actor))
        .where(key > tuple_(*since) if since else true())
        .order_by(CUSTOMER.family_name, CUSTOMER.given_name, CUSTOMER.id)
        .limit(size + 1)
    )
    rows = _with_next(session, actor, session.execute(query).all())
    last = rows[size - 1] if len(rows) > size else None
    following = Position(last.family_name, last.given_name, last.id) if last else None
    return Page(rows[:size], following)


def found(session: Session, actor: Actor, text: str) -> Page:
    """The customers that fit a search, the best ones first; more than `MOST_FOUND` are not given."""
    ids = [each.id for each in search.find(session, actor, text, MOST_FOUND)]
    rows = {row.id: row for row in session.execute(select(*_SHOWN).where(CUSTOMER.id.in_(ids)))}
    return Page(_with_next(session, actor, [rows[id_] for id_ in ids if id_ in rows]), None)


_SHOWN = (
    CUSTOMER.id,
    CUSTOMER.number,
    CUSTOMER.given_name,
    CUSTOMER.family_name,
    CUSTOMER.born_on,
    CUSTOMER.phone,
    CUSTOMER.email,
)


def _with_next(session: Session, actor: Actor, rows: Sequence[Any]) -> list[CustomerListed]:
    coming = next_of(session, actor, [row.id for row in rows])
    return [CustomerListed(*row, next=coming.get(row.id)) for row in rows]


def next_of(session: Session, actor: Actor, ids: list[int]) -> dict[int, Next]:
    """The first appointment to come of each, in one query: one look at the index for each."""
    asked = select(CUSTOMER.id).where(CUSTOMER.id.in_(ids)).subquery("asked")
    first = (
        select(APPOINTMENT.c.starts_at, APPOINTMENT.c.facility_id, APPOINTMENT.c.program_id)
        .where(
            APPOINTMENT.c.organization_id == actor.organization_id,
            APPOINTMENT.c.customer_id == asked.c.id,
            APPOINTMENT.c.starts_at > clock.now(),
            APPOINTMENT.c.status.in_(TO_COME),
            on_schedule(actor),
        )
        .order_by(APPOINTMENT.c.starts_at)
        .limit(1)
        .lateral("first")
    )
    query = (
        select(asked.c.id, first.c.starts_at, FACILITY.time_zone, FACILITY.name, PROGRAM.name)
        .select_from(asked)
        .join(first, true())
        .join(FACILITY.id.table, FACILITY.id == first.c.facility_id)
        .join(PROGRAM.id.table, PROGRAM.id == first.c.program_id)
    )
    return {id_: Next(*coming) for id_, *coming in session.execute(query)}


def on_schedule(actor: Actor) -> ColumnElement[bool]:
    """The condition that only appointments fulfil which the actor may see."""
    reach = actor.reach(Permission.VIEW_SCHEDULE)
    if reach.everywhere:
        return true()
    if reach.nowhere:
        return false()
    return or_(
        APPOINTMENT.c.facility_id.in_(reach.facility_ids),
        APPOINTMENT.c.program_id.in_(reach.program_ids),
    )
