"""The demo's organization as tests of community service, grants and reports meet it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.demo.harbor import HARBOR_AND_PINE
from securecare.foundation.db import owner_transaction


@dataclass(frozen=True)
class Place:
    """The organization's id and its facilities, and actors by role."""

    organization_id: int
    harbor: int
    pine: int
    account_id: int

    def as_(self, role: Role, facility_id: int | None = None) -> Actor:
        """Somebody with that role, everywhere or at one facility."""
        grants = (Grant(role, facility_id),)
        return Actor(self.account_id, self.organization_id, 0, "Somebody", grants)


def place() -> Place:
    """The demo's first organization."""
    ours = one("SELECT id FROM organization WHERE name = :n", n=HARBOR_AND_PINE.name)
    named = "SELECT id FROM facility WHERE name = :n"
    return Place(
        ours,
        one(named, n="Harbor House"),
        one(named, n="Pine Street Clinic"),
        one(
            "SELECT account_id FROM role_grant WHERE organization_id = :id AND role = 'manager'",
            id=ours,
        ),
    )


def one(query: str, **values: Any) -> Any:
    """One value, read by the owner."""
    with owner_transaction() as session:
        return session.execute(text(query), values).scalar_one()


def rows(query: str, **values: Any) -> list[Any]:
    """Rows, read by the owner."""
    with owner_transaction() as session:
        return list(session.execute(text(query), values).all())


def does(statement: str, **values: Any) -> None:
    """A statement by the owner."""
    with owner_transaction() as session:
        session.execute(text(statement), values)


def session_of(service: str, status: str = "completed", on: date | None = None) -> int:
    """The latest session of the service in that status."""
    return one(
        "SELECT p.id FROM outreach_session p JOIN community_service s ON s.id = p.service_id"
        " WHERE s.name = :service AND p.status = :status"
        " AND (CAST(:day AS date) IS NULL OR p.held_on = :day) ORDER BY held_on DESC LIMIT 1",
        service=service,
        status=status,
        day=on,
    )
