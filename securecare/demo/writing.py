"""A planned organization becomes rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from psycopg.types.json import Jsonb
from sqlmodel import Session

from securecare.demo.plans import HoursPlan, Life, Person, Visit
from securecare.demo.rows import copy, new_ids, public_id
from securecare.demo.structure import Written, structure, write_sign_ins

SHIFT = (
    "organization_id",
    "staff_id",
    "facility_id",
    "weekday",
    "starts_minute",
    "ends_minute",
    "breaks",
)
STAFF_EXCEPTION = (
    "organization_id",
    "staff_id",
    "starts_on",
    "ends_on",
    "reason",
    "kind",
    "facility_id",
    "starts_minute",
    "ends_minute",
)
APPOINTMENT = (
    "public_id",
    "organization_id",
    "facility_id",
    "program_id",
    "staff_id",
    "customer_id",
    "starts_at",
    "ends_at",
    "occupied_from",
    "occupied_to",
    "local_day",
    "status",
    "former_status",
    "forced_overlap",
    "forced_hours",
    "override_reason",
    "public_note",
    "notify_customer",
    "version",
    "created_by",
    "created_at",
    "updated_at",
)
CUSTOMER = (
    "id",
    "organization_id",
    "number",
    "given_name",
    "family_name",
    "born_on",
    "phone",
    "email",
    "created_at",
    "version",
)


def write(
    session: Session, life: Life, password_hash: str, told: Callable[[str, int, int], None]
) -> tuple[Written, list[int]]:
    """Write the organization and its appointments; gives what became of it, and its accounts."""
    written = structure(session, life.plan)
    accounts = write_sign_ins(session, life.plan, written, password_hash)
    write_hours(session, life, written)
    customers = write_people(session, life.people, len(life.people), written)
    _write_visits(session, life, written, customers, accounts, told)
    return written, accounts


def write_hours(session: Session, life: Life, written: Written) -> None:
    """Write everybody's shifts and exceptions, and the closed days."""
    copy(
        session,
        "shift",
        SHIFT,
        (
            (written.organization, staff, *weekly)
            for staff, member in zip(written.staff, life.plan.staff, strict=True)
            for hours in member.hours
            for weekly in _weekly(hours, written)
        ),
    )
    copy(
        session,
        "staff_exception",
        STAFF_EXCEPTION,
        (
            (
                written.organization,
                written.staff[each.staff],
                each.first,
                each.last,
                each.reason,
                *_other_hours(each.hours, written),
            )
            for each in life.away
        ),
    )
    copy(
        session,
        "facility_closure",
        ("organization_id", "facility_id", "starts_on", "ends_on", "reason"),
        (
            (
                written.organization,
                written.facilities[each.facility],
                each.day,
                each.day,
                each.reason,
            )
            for each in life.closed
        ),
    )


def _weekly(hours: HoursPlan, written: Written) -> Iterator[tuple[Any, ...]]:
    breaks = [list(each) for each in hours.breaks]
    for weekday in hours.weekdays:
        facility = written.facilities[hours.facility]
        yield facility, weekday, hours.starts, hours.ends, Jsonb(breaks)


def _other_hours(hours: HoursPlan | None, written: Written) -> tuple[Any, ...]:
    if hours is None:
        return "off", None, None, None
    return "hours", written.facilities[hours.facility], hours.starts, hours.ends


def write_people(
    session: Session, people: Iterable[Person], count: int, written: Written
) -> list[int]:
    """Write the customers; gives their ids in the same order."""
    ids = new_ids(session, "customer", count)
    rows = (
        (
            customer,
            written.organization,
            each.number,
            each.given_name,
            each.family_name,
            each.born_on,
            each.phone,
            each.email,
            each.known_since,
            1,
        )
        for customer, each in zip(ids, people, strict=True)
    )
    copy(session, "customer", CUSTOMER, rows)
    return ids


def _write_visits(
    session: Session,
    life: Life,
    written: Written,
    customers: list[int],
    accounts: list[int],
    told: Callable[[str, int, int], None],
) -> None:
    def rows() -> Iterator[tuple[Any, ...]]:
        for done, visit in enumerate(life.visits, 1):
            booked_by = accounts[done % min(3, len(accounts))]
            yield _visit_row(visit, written, customers, booked_by)
            if done % 1000 == 0:
                told(life.plan.name, done, len(life.visits))

    copy(session, "appointment", APPOINTMENT, rows())
    told(life.plan.name, len(life.visits), len(life.visits))


def _visit_row(
    visit: Visit, written: Written, customers: list[int], booked_by: int
) -> tuple[Any, ...]:
    return (
        public_id(),
        written.organization,
        written.facilities[visit.facility],
        written.programs[visit.program],
        written.staff[visit.staff],
        customers[visit.customer],
        visit.starts_at,
        visit.ends_at,
        visit.occupied_from,
        visit.occupied_to,
        visit.local_day,
        visit.status,
        visit.former_status,
        visit.forced_overlap,
        visit.forced_hours,
        visit.override_reason,
        visit.public_note,
        True,
        1,
        booked_by,
        visit.made_at,
        visit.made_at,
    )
