"""One large organization: as many customers and appointments as a benchmark asks for.

A scale of N makes N × 10,000 customers and N × 100,000 appointments, so 20 makes 200,000 and
2,000,000. Whatever the scale there are five facilities with forty staff members each, who see
twelve or thirteen people a day; what grows is the number of working days, a quarter of them ahead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from sqlalchemy import text
from sqlmodel import Session

from securecare.access import passwords
from securecare.access.roles import Role
from securecare.demo.filling import PASSWORD, Told
from securecare.demo.harbor import PROGRAMS
from securecare.demo.names import FAMILY, GIVEN
from securecare.demo.people import FIRST_NUMBER, born_on, email
from securecare.demo.plans import (
    FacilityPlan,
    HoursPlan,
    Life,
    OrganizationPlan,
    Person,
    SignInPlan,
    StaffPlan,
)
from securecare.demo.rows import driver, quiet
from securecare.demo.scale_days import Days
from securecare.demo.structure import Written, structure, write_sign_ins
from securecare.demo.writing import write_hours, write_people
from securecare.foundation import clock
from securecare.foundation.db import owner_engine, owner_transaction
from securecare.foundation.errors import DomainError

CUSTOMERS, APPOINTMENTS = 10_000, 100_000
STAFF_EACH = 40
WEEKDAYS = (0, 1, 2, 3, 4)
OPENS, CLOSES, PAUSE = 480, 1020, (720, 750)
AREA_CODES = ("212", "312", "303", "602", "213", "646", "773", "720", "480", "310")
PLACES = (
    ("Scale North", "America/New_York"),
    ("Scale Lakes", "America/Chicago"),
    ("Scale Heights", "America/Denver"),
    ("Scale Desert", "America/Phoenix"),
    ("Scale Coast", "America/Los_Angeles"),
)


class ScaleExists(DomainError):
    """The large organization of this size is there already."""


@dataclass(frozen=True, slots=True)
class ScaleSummary:
    """What was made, and how one signs in to it."""

    organization_id: int
    customers: int
    appointments: int
    email: str
    password: str


def fill_at(
    scale: int, progress: Told = lambda *_: None, *, customers: int | None = None
) -> ScaleSummary:
    """Make the large organization of that scale in one transaction, or raise `ScaleExists`.

    `customers` are as many as the scale says, unless a number is given.

    Meanwhile others who want to add a customer wait; everything else goes on.
    """
    if scale < 1:
        raise DomainError("The scale is a whole number from 1 up.")
    plan = plan_at(scale, customers)
    password_hash = passwords.hashed(PASSWORD)
    with owner_transaction() as session:
        _require_new(session, plan)
        quiet(session)
        written = structure(session, plan)
        (account,) = write_sign_ins(session, plan, written, password_hash)
        people = _people(plan)
        write_hours(session, Life(plan, [], [], []), written)
        ids = _write_people(session, plan, people, written, progress)
        days = Days(written, ids, account, clock.now(), scale * APPOINTMENTS)
        days.write(session, progress)
    _tidy_up()
    return ScaleSummary(
        written.organization, plan.customers, days.total, plan.sign_ins[0].email, PASSWORD
    )


def plan_at(scale: int, customers: int | None = None) -> OrganizationPlan:
    """The organization: everybody works the same hours, every program takes half an hour."""
    draws = Random(f"scale {scale}")
    programs = tuple(
        replace(each, duration=30, step=15, before=0, after=0, days_between=0) for each in PROGRAMS
    )
    return OrganizationPlan(
        name=f"Harbor & Pine at scale {scale}",
        singular="client",
        plural="clients",
        clock24=False,
        customers=customers or scale * CUSTOMERS,
        facilities=tuple(
            FacilityPlan(name, zone, "1 Long Road", "+12125550199", AREA_CODES, 1, GIVEN, FAMILY)
            for name, zone in PLACES
        ),
        programs=programs,
        staff=tuple(
            _member(facility, draws) for facility in range(len(PLACES)) for _ in range(STAFF_EACH)
        ),
        sign_ins=(
            SignInPlan(
                f"Scale {scale}",
                f"admin@scale-{scale}.example",
                "Ottoline Grand",
                Role.ADMINISTRATOR,
            ),
        ),
    )


def _member(facility: int, draws: Random) -> StaffPlan:
    programs = draws.sample([each.short_name for each in PROGRAMS], 3)
    name = f"{draws.choice(GIVEN)} {draws.choice(FAMILY)}"
    hours = HoursPlan(facility, WEEKDAYS, OPENS, CLOSES, (PAUSE,))
    return StaffPlan(name, "Care Worker", tuple(programs), (hours,))


def _require_new(session: Session, plan: OrganizationPlan) -> None:
    known = text("SELECT 1 FROM organization WHERE name = :name")
    if session.execute(known, {"name": plan.name}).first():
        raise ScaleExists(f"{plan.name} is there already.")


def _people(plan: OrganizationPlan) -> Iterator[Person]:
    """Names may repeat here, as they do among so many people."""
    draws, now = Random(plan.name), clock.now()
    for place in range(plan.customers):
        given, family = draws.choice(GIVEN), draws.choice(FAMILY)
        yield Person(
            number=FIRST_NUMBER + place,
            given_name=given,
            family_name=family,
            born_on=born_on(draws, now.date()),
            phone=f"+1{draws.choice(AREA_CODES)}55501{draws.randrange(100):02}",
            email=email(given, family, draws) if place % 2 else "",
            facility=place % len(PLACES),
            known_since=now - timedelta(days=1500, minutes=place),
        )


def _write_people(
    session: Session,
    plan: OrganizationPlan,
    people: Iterator[Person],
    written: Written,
    told: Told,
) -> list[int]:
    """The customers, and in one go instead of one by one the words they are found by, and that
    they are to be compared."""
    told("Customers", 0, plan.customers)
    for trigger in _BY_ROW:
        driver(session).execute(f"ALTER TABLE customer DISABLE TRIGGER {trigger}")
    customers = write_people(session, people, plan.customers, written)
    told("Customers", plan.customers // 2, plan.customers)
    driver(session).execute(
        "INSERT INTO customer_word (organization_id, word, customer_id)"
        " SELECT c.organization_id, word, c.id FROM customer c, customer_words("
        "c.given_name, c.family_name, c.number, c.born_on, c.phone, c.email) AS word"
        " WHERE c.organization_id = %s ORDER BY word, c.id",
        (written.organization,),
    )
    driver(session).execute(
        "INSERT INTO duplicate_due (organization_id, customer_id)"
        " SELECT organization_id, id FROM customer WHERE organization_id = %s ORDER BY id DESC",
        (written.organization,),
    )
    for trigger in _BY_ROW:
        driver(session).execute(f"ALTER TABLE customer ENABLE TRIGGER {trigger}")
    told("Customers", plan.customers, plan.customers)
    return customers


_BY_ROW = ("customer_words_of_new", "duplicate_due_of_new")


def _tidy_up() -> None:
    """What autovacuum would come round to do: until then nobody can read from an index alone."""
    with owner_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("customer", "customer_word", "appointment"):
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table}")
