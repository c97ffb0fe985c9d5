"""Two small organizations, and people with different rights in the first."""

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from securecare.access.actor import Actor, Grant
from securecare.access.models import Account, Membership
from securecare.access.roles import Role
from securecare.customers.models import Customer
from securecare.foundation.db import owner_transaction, transaction
from securecare.foundation.models import AuditEvent
from securecare.organization.models import Facility, Organization, Program, Staff
from securecare.scheduling.models import Appointment, Shift

_number = itertools.count(1)

MONDAY = date.today() + timedelta(days=7 - date.today().weekday())  # noqa: DTZ011
"""The coming one: appointments of the tests lie in the week after this."""


@dataclass
class World:
    """Ids of what there is, and who acts."""

    organization_id: int
    north: int
    south: int
    ana: int
    """Staff at North, works Mondays 9:00 to 17:00 there."""
    ben: int
    """Staff at South."""
    program: int
    customer: int
    administrator: Actor
    manager: Actor
    """Of North alone."""
    program_manager: Actor
    scheduler: Actor
    stranger: Actor
    """Administrator of the other organization."""
    other_facility: int
    other_staff: int

    @contextmanager
    def as_(self, actor: Actor) -> Iterator[Session]:
        with transaction(actor.scope) as session:
            yield session

    def book(self, staff_id: int, facility_id: int, hour: int, day: date = MONDAY) -> int:
        """An appointment of 45 minutes at that hour in UTC; both facilities keep UTC."""
        start = datetime.combine(day, time(hour), UTC)
        return _kept(
            Appointment(
                organization_id=self.organization_id,
                facility_id=facility_id,
                program_id=self.program,
                staff_id=staff_id,
                customer_id=self.customer,
                starts_at=start,
                ends_at=start + timedelta(minutes=45),
                occupied_from=start,
                occupied_to=start + timedelta(minutes=45),
                local_day=day,
            )
        )

    def status(self, appointment_id: int) -> str:
        return self.appointment(appointment_id).status

    def appointment(self, appointment_id: int) -> Appointment:
        with owner_transaction() as session:
            row = session.get(Appointment, appointment_id)
            assert row
            return row

    def trail(self, object_type: str, object_id: int) -> list[AuditEvent]:
        """What the audit says of a thing, oldest first."""
        with owner_transaction() as session:
            query = select(AuditEvent).where(
                AuditEvent.object_type == object_type, AuditEvent.object_id == object_id
            )
            return list(session.exec(query.order_by(AuditEvent.id)))


@pytest.fixture
def world(database: None) -> World:
    """A new world for each test: nothing is left over from the one before."""
    organization, other = _organization("Harbor"), _organization("Elsewhere")
    north, south = _facility(organization, "North"), _facility(organization, "South")
    ana, ben = _staff(organization, north, "Ana"), _staff(organization, south, "Ben")
    _kept(
        Shift(
            organization_id=organization,
            staff_id=ana,
            facility_id=north,
            weekday=0,
            starts_minute=540,
            ends_minute=1020,
            breaks=[],
        )
    )
    program = _kept(Program(organization_id=organization, name="Intake", short_name="Intake"))
    customer = _kept(
        Customer(organization_id=organization, number=1, given_name="Cleo", family_name="Ray")
    )
    other_facility = _facility(other, "Far")
    return World(
        organization,
        north,
        south,
        ana,
        ben,
        program,
        customer,
        actor(organization, Grant(Role.ADMINISTRATOR), name="Ada Admin"),
        actor(organization, Grant(Role.MANAGER, facility_id=north), name="Mo Manager"),
        actor(organization, Grant(Role.MANAGER, program_id=program), name="Pia Program"),
        actor(organization, Grant(Role.SCHEDULER), name="Sid Scheduler"),
        actor(other, Grant(Role.ADMINISTRATOR), name="Stan Stranger"),
        other_facility,
        _staff(other, other_facility, "Odd"),
    )


def actor(organization_id: int, *grants: Grant, name: str) -> Actor:
    """A member of the organization with these grants."""
    address = f"p{next(_number)}-{uuid.uuid4().hex[:6]}@example.org"
    account = _kept(Account(email=address, email_key=address, name=name))
    _kept(Membership(organization_id=organization_id, account_id=account))
    return Actor(account, organization_id, 1, name, grants, "192.0.2.1")


def _organization(name: str) -> int:
    return _kept(Organization(name=name))


def _facility(organization_id: int, name: str) -> int:
    return _kept(Facility(organization_id=organization_id, name=name, time_zone="Etc/UTC"))


def _staff(organization_id: int, facility_id: int, name: str) -> int:
    return _kept(Staff(organization_id=organization_id, facility_id=facility_id, name=name))


def _kept(row: Any) -> int:
    with owner_transaction() as session:
        session.add(row)
        session.flush()
        return row.id
