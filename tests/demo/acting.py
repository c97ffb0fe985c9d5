"""People who act in these tests."""

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role


def administrator_of(session: Session, organization_id: int) -> Actor:
    """Somebody who may do everything there."""
    query = text("SELECT account_id FROM role_grant WHERE organization_id = :id AND role = :role")
    account = session.execute(
        query, {"id": organization_id, "role": Role.ADMINISTRATOR}
    ).scalar_one()
    return Actor(account, organization_id, 0, "Administrator", (Grant(Role.ADMINISTRATOR),))
