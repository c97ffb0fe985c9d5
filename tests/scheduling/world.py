"""A small organization to book in, built by the verbs a test needs and no others."""

import uuid
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, select

from securecare.access.actor import Actor, Grant
from securecare.access.models import Account, LoginSession, Membership
from securecare.access.roles import Role
from securecare.customers.models import Customer
from securecare.foundation import clock
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.models import AuditEvent
from securecare.organization.models import Facility, Organization, Program, ProgramStaff, Staff
from securecare.scheduling import appointments, record
from securecare.scheduling.appointments import Booked, Move, Moved, Wish
from securecare.scheduling.booking_facts import WallTime
from securecare.scheduling.models import Appointment, Shift

EVERY_DAY = range(7)

_VERSIONS = text(
    """
    SELECT a.id, a.version, count(e.id) FROM appointment a LEFT JOIN audit_event e
      ON e.object_type = 'appointment' AND e.object_id = a.id AND e.action <> 'appointment.viewed'
     AND e.organization_id = a.organization_id
    WHERE a.organization_id = :id GROUP BY a.id
    """
)
_OVERLAPS = text(
    """
    SELECT one.id, other.id
    FROM appointment AS one
    JOIN program AS p ON p.id = one.program_id
    JOIN appointment AS other
      ON one.id <> other.id AND one.organization_id = other.organization_id
     AND (one.staff_id = other.staff_id OR one.customer_id = other.customer_id)
    JOIN program AS q ON q.id = other.program_id
    WHERE one.status NOT IN ('cancelled', 'no_show') AND NOT one.forced_overlap
      AND other.status NOT IN ('cancelled', 'no_show') AND NOT other.forced_overlap
      AND one.starts_at - make_interval(mins => p.buffer_before_minutes)
          < other.ends_at + make_interval(mins => q.buffer_after_minutes)
      AND other.starts_at - make_interval(mins => q.buffer_before_minutes)
          < one.ends_at + make_interval(mins => p.buffer_after_minutes)
      AND (CAST(:id AS bigint) IS NULL OR one.organization_id = :id)
    """
)


def kept(row: Any) -> int:
    """Write the row as the owner, and give its id."""
    with owner_transaction() as session:
        session.add(row)
        session.flush()
        return row.id


class World:
    """One organization. Everything that is made is told by its id."""

    def __init__(self, name: str = "Harbor", clock24: bool = False) -> None:
        self.organization_id = kept(Organization(name=name, clock24=clock24))
        self.administrator = self.actor(Role.ADMINISTRATOR, name="Ada Admin")

    def facility(self, name: str = "East", zone: str = "America/New_York") -> int:
        return kept(Facility(organization_id=self.organization_id, name=name, time_zone=zone))

    def staff(self, name: str, facility_id: int) -> int:
        return kept(Staff(organization_id=self.organization_id, facility_id=facility_id, name=name))

    def shift(
        self,
        staff_id: int,
        facility_id: int,
        starts: int = 9 * 60,
        ends: int = 17 * 60,
        *,
        weekdays: Iterable[int] = EVERY_DAY,
        breaks: Iterable[tuple[int, int]] = (),
    ) -> None:
        """The same hours on each of the weekdays, in minutes after local midnight."""
        with owner_transaction() as session:
            for weekday in weekdays:
                session.add(
                    Shift(
                        organization_id=self.organization_id,
                        staff_id=staff_id,
                        facility_id=facility_id,
                        weekday=weekday,
                        starts_minute=starts,
                        ends_minute=ends,
                        breaks=[list(each) for each in breaks],
                    )
                )

    def program(self, name: str = "Talk", minutes: int = 30, **rules: Any) -> int:
        return kept(
            Program(
                organization_id=self.organization_id,
                name=name,
                short_name=name[:14],
                duration_minutes=minutes,
                **rules,
            )
        )

    def serves(self, program_id: int, *staff_ids: int) -> None:
        """Let these people serve the program."""
        with owner_transaction() as session:
            for staff_id in staff_ids:
                session.add(
                    ProgramStaff(
                        organization_id=self.organization_id,
                        program_id=program_id,
                        staff_id=staff_id,
                    )
                )

    def customer(self, given: str = "Cleo", family: str = "Ray") -> int:
        with owner_transaction() as session:
            number = uuid.uuid4().int % 10**12
            row = Customer(
                organization_id=self.organization_id,
                number=number,
                given_name=given,
                family_name=family,
            )
            session.add(row)
            session.flush()
            return row.id or 0

    def customers(self, count: int) -> list[int]:
        return [self.customer(f"Guest{n}", "Ray") for n in range(count)]

    def actor(
        self,
        role: Role,
        *,
        facility_id: int | None = None,
        program_id: int | None = None,
        name: str = "",
    ) -> Actor:
        """Somebody signed in with that role, for the organization or for one place in it."""
        address = f"{uuid.uuid4().hex}@example.org"
        name = name or f"Some {role.value.replace('_', ' ').title()}"
        account = kept(Account(email=address, email_key=address, name=name))
        kept(Membership(organization_id=self.organization_id, account_id=account))
        signed_in = kept(
            LoginSession(
                account_id=account,
                organization_id=self.organization_id,
                token_hash=uuid.uuid4().bytes,
                expires_at=clock.now() + timedelta(hours=12),
            )
        )
        grants = (Grant(role, facility_id, program_id),)
        return Actor(account, self.organization_id, signed_in, name, grants, "192.0.2.1")

    def do(self, verb: Callable[..., Any], *args: Any, by: Actor | None = None) -> Any:
        """Run a verb of the domain in a transaction of its own, as the administrator by default."""
        actor = by or self.administrator
        with transaction(actor.scope) as session:
            return verb(session, actor, *args)

    def row(self, appointment_id: int) -> Appointment:
        with owner_transaction() as session:
            row = session.get(Appointment, appointment_id)
            assert row
            return row

    def rows(self) -> list[Appointment]:
        """Every appointment of the organization, in the order they were made."""
        with owner_transaction() as session:
            query = select(Appointment).where(Appointment.organization_id == self.organization_id)
            return list(session.exec(query.order_by(Appointment.id)))

    def trail(self, appointment_id: int) -> list[AuditEvent]:
        """What the audit says of an appointment, oldest first."""
        with owner_transaction() as session:
            query = select(AuditEvent).where(
                AuditEvent.object_type == "appointment", AuditEvent.object_id == appointment_id
            )
            return list(session.exec(query.order_by(AuditEvent.id)))

    def versions_and_changes(self) -> list[tuple[int, int, int]]:
        """Of each appointment its id, its version, and how often the trail saw it change."""
        with owner_transaction() as session:
            rows = session.execute(_VERSIONS, {"id": self.organization_id})
            return [(id_, version, changes) for id_, version, changes in rows]

    def deeds(self, appointment_id: int) -> list[str]:
        return [event.action.removeprefix("appointment.") for event in self.trail(appointment_id)]


class Harbor(World):
    """Two facilities in two zones, three staff members, programs of several kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.east = self.facility("East", "America/New_York")
        self.west = self.facility("West", "America/Phoenix")
        self.ana, self.ben = self.staff("Ana Ames", self.east), self.staff("Ben Bell", self.east)
        self.cho = self.staff("Cho Cano", self.west)
        self.shift(self.ana, self.east, breaks=[(12 * 60, 12 * 60 + 30)])
        self.shift(self.ben, self.east)
        self.shift(self.cho, self.west, 8 * 60, 16 * 60)
        self.talk = self.program("Talk")
        self.care = self.program("Care", 60, buffer_before_minutes=10, buffer_after_minutes=15)
        self.weekly = self.program("Weekly", minimum_days_between=7)
        self.serves(self.talk, self.ana, self.ben)
        self.cleo, self.dov = self.customer("Cleo", "Ray"), self.customer("Dov", "Stern")
        self.scheduler = self.actor(Role.SCHEDULER, name="Sid Scheduler")

    def at(self, minute: int, day: date, fold: int | None = None) -> WallTime:
        return WallTime(day, minute, fold)

    def wish(self, when: WallTime | datetime, **other: Any) -> Wish:
        """A talk of Cleo's with Ana at East, but for what is said otherwise."""
        asked: dict[str, Any] = {
            "customer_id": self.cleo,
            "program_id": self.talk,
            "staff_id": self.ana,
            "facility_id": self.east,
            "when": when,
        }
        return Wish(**(asked | other))

    def book(self, when: WallTime | datetime, *, by: Actor | None = None, **other: Any) -> Booked:
        return self.do(appointments.book, self.wish(when, **other), by=by)

    def move(
        self, appointment_id: int, version: int, *, by: Actor | None = None, **other: Any
    ) -> Moved:
        return self.do(appointments.move, Move(appointment_id, version, **other), by=by)

    def set(
        self, appointment_id: int, version: int, status: Any, *, by: Actor | None = None
    ) -> record.StatusChanged:
        return self.do(record.change_status, appointment_id, version, status, by=by)


def new_york(day: date, hour: int, minute: int = 0) -> datetime:
    """That time in New York, as an instant."""
    return datetime.combine(day, time(hour, minute), ZoneInfo("America/New_York"))


def overlaps(session: Session, organization_id: int | None = None) -> list[tuple[int, int]]:
    """Pairs of unforced appointments that hold the same time of one person, buffers included."""
    rows = session.execute(_OVERLAPS, {"id": organization_id})
    return [(one, other) for one, other in rows]


def all_overlaps() -> list[tuple[int, int]]:
    """The same over every organization, read by the owner."""
    with owner_transaction() as session:
        return overlaps(session)
