"""What the figures are measured in: one organization of forty busy staff, as large as is wanted.

Every member of the staff works 8:00 to 17:00 each day, with a break at noon, and has sixteen
appointments of half an hour on each of them; 16:30 is free. Customers, appointments and their
order of arrival are computed, so that the same call makes the same town.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
from sqlmodel import Session

from securecare.access import sessions
from securecare.access.actor import Actor, Grant
from securecare.access.models import Account, Membership, RoleGrant
from securecare.access.roles import Role
from securecare.access.sessions import Device
from securecare.foundation import clock, embedded
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction
from securecare.organization.models import Facility, Organization, Program, Staff
from securecare.settings import conninfo, settings
from tests.benchmarks.ground import Ground
from tests.support.databases import pointed_to

STAFF = 40
PER_DAY = 16
FREE_MINUTE = 16 * 60 + 30
"""From here to 17:00 nobody has an appointment."""
ZONES = ("America/Chicago", "America/Denver", "America/Phoenix")
CUSTOMERS = 20_000
ARRIVES_DAYS_AHEAD = 30
"""Appointments are written in the order in which they would have been made: up to so early."""


@dataclass(frozen=True)
class Town:
    """Ids of what there is. `day` is a day in the middle of the appointments."""

    organization_id: int
    facility_ids: tuple[int, ...]
    program_ids: tuple[int, ...]
    staff_ids: tuple[int, ...]
    first_customer_id: int
    account_id: int
    day: date

    @property
    def scheduler(self) -> Actor:
        """Somebody who may do everything the schedule offers, as the gate would find them."""
        grants = (Grant(Role.MANAGER),)
        return Actor(self.account_id, self.organization_id, 1, "Bench Scheduler", grants, "::1")

    def facility_of(self, staff_id: int) -> int:
        """Where the staff member works."""
        return self.facility_ids[self.staff_ids.index(staff_id) % len(self.facility_ids)]

    def zone_of(self, staff_id: int) -> ZoneInfo:
        """The zone in which the staff member works."""
        return ZoneInfo(ZONES[self.staff_ids.index(staff_id) % len(ZONES)])

    def at(self, staff_id: int, day: date, minute: int) -> datetime:
        """The instant at which the staff member's clock shows this minute of the day."""
        wall = datetime.combine(day, time(minute // 60, minute % 60), self.zone_of(staff_id))
        return wall.astimezone(UTC)

    def cookie(self) -> str:
        """A new signed-in session's cookie."""
        with transaction(SIGN_IN) as session:
            token = sessions.open_for(
                session,
                self.account_id,
                Device("127.0.0.1", "benchmark"),
                organization_id=self.organization_id,
            )
        return f"{sessions.COOKIE_NAME}={token}"


LARGE_DAYS = 3125
"""Of 640 appointments each: two million."""
SMALL_DAYS = 30


@contextmanager
def large(ground: Ground) -> Iterator[Town]:
    """The town after two million appointments; built once in a run, since that takes minutes."""
    if "large" not in ground.kept:
        url = ground.databases.lasting("empty")
        with pointed_to(url):
            ground.kept["large"] = (url, build(today(), LARGE_DAYS))
    url, town = ground.kept["large"]
    with pointed_to(url):
        yield town


@contextmanager
def small(ground: Ground) -> Iterator[tuple[str, Town]]:
    """A fresh town of a month, and the address of its database."""
    with ground.databases.fresh("empty") as url:
        yield url, build(today(), SMALL_DAYS)


def today() -> date:
    """The day that the schedule opens with: where the first facility by name is."""
    return clock.now().astimezone(ZoneInfo(ZONES[0])).date()


def build(day: date, days: int) -> Town:
    """Fill the database that settings point to with so many days, nine tenths of them past.

    Each day has `STAFF * PER_DAY` = 640 appointments; 3,125 days have two million.
    """
    with owner_transaction() as session:
        town = _structure(session, day)
    first = day - timedelta(days=days * 9 // 10)
    with psycopg.connect(conninfo(settings().database_url), user=embedded.SUPERUSER) as connection:
        town = _fill(connection, town, first, days)
    with psycopg.connect(conninfo(settings().database_url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) appointment, customer, customer_word, shift")
    return town


def _structure(session: Session, day: date) -> Town:
    def kept(row: Organization | Facility | Program | Staff | Account) -> int:
        session.add(row)
        session.flush()
        assert row.id
        return row.id

    organization = kept(Organization(name="Bench", staff_idle_minutes=600))
    facilities = [
        kept(Facility(organization_id=organization, name=zone, time_zone=zone)) for zone in ZONES
    ]
    staff = [
        kept(
            Staff(
                organization_id=organization,
                facility_id=facilities[n % len(facilities)],
                name=f"Member {n:02}",
                title="Case worker",
            )
        )
        for n in range(STAFF)
    ]
    programs = [
        kept(
            Program(
                organization_id=organization,
                name=f"Program {n:02}",
                short_name=f"Program {n:02}",
                colour=n,
                duration_minutes=30,
            )
        )
        for n in range(12)
    ]
    account = kept(Account(email="bench@example.org", email_key="bench@example.org", name="Bench"))
    session.add(Membership(organization_id=organization, account_id=account))
    session.add(RoleGrant(organization_id=organization, account_id=account, role=Role.MANAGER))
    return Town(organization, tuple(facilities), tuple(programs), tuple(staff), 0, account, day)


_SHIFTS = """
INSERT INTO shift (organization_id, staff_id, facility_id, weekday, starts_minute, ends_minute, breaks)
SELECT s.organization_id, s.id, s.facility_id, weekday, 480, 1020, '[[720, 750]]'
FROM staff s, generate_series(0, 6) weekday WHERE s.organization_id = %(organization)s
"""
_CUSTOMERS = """
INSERT INTO customer (organization_id, number, given_name, family_name, phone, email, version)
SELECT %(organization)s, n, 'Given' || n %% 997, 'Family' || n %% 4999, '', '', 1
FROM generate_series(1, %(customers)s) n
"""
_APPOINTMENTS = """
INSERT INTO appointment (public_id, organization_id, facility_id, program_id, staff_id, customer_id,
    starts_at, ends_at, occupied_from, occupied_to, local_day, status, forced_overlap, forced_hours,
    override_reason, public_note, notify_customer, version, created_by)
SELECT gen_random_uuid(), %(organization)s, facility_id, program_id, staff_id, customer_id,
    starts_at, starts_at + interval '30 minutes', starts_at, starts_at + interval '30 minutes',
    local_day, CASE WHEN local_day < %(today)s THEN 'completed' ELSE 'booked' END,
    false, false, '', '', true, 1, %(account)s
FROM (
    SELECT f.id AS facility_id, s.id AS staff_id, day::date AS local_day,
        (day + make_interval(mins => 480 + 30 * (slot + slot / 8))) AT TIME ZONE f.time_zone
            AS starts_at,
        (%(programs)s::bigint[])[1 + (slot + s.n) %% array_length(%(programs)s::bigint[], 1)]
            AS program_id,
        %(first_customer)s + ((day::date - date '2000-01-01') * 640 + slot * 40 + s.n)
            %% %(customers)s AS customer_id
    FROM generate_series(%(first)s::date::timestamp, %(last)s::date::timestamp, '1 day') AS day,
        (SELECT *, row_number() OVER (ORDER BY id) AS n FROM staff
         WHERE organization_id = %(organization)s) AS s
        JOIN facility f ON f.id = s.facility_id,
        generate_series(0, 15) AS slot
) AS made
ORDER BY local_day - (hashint8(customer_id * 640 + staff_id) & 1073741823) %% %(ahead)s, staff_id
"""


def _fill(connection: psycopg.Connection, town: Town, first: date, days: int) -> Town:
    """In plain SQL: millions of rows would take Python minutes.

    Appointments are right by how they are made, so references are not looked up and nothing is
    told of them; the constraints against overlaps hold as ever.
    """
    connection.execute("SELECT set_config('app.quiet', 'on', true)")
    told = {
        "organization": town.organization_id,
        "account": town.account_id,
        "programs": list(town.program_ids),
        "customers": CUSTOMERS,
        "first": first,
        "last": first + timedelta(days=days - 1),
        "today": town.day,
        "ahead": ARRIVES_DAYS_AHEAD,
    }
    connection.execute(_SHIFTS, told)
    connection.execute(_CUSTOMERS, told)
    row = connection.execute("SELECT min(id) FROM customer").fetchone()
    assert row
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(_APPOINTMENTS, told | {"first_customer": row[0]})
    return replace(town, first_customer_id=row[0])
