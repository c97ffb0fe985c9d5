"""What is a patron's own: the customer records they are linked to, in whichever organization.

The one way from a signed-in patron to records. The ids come from the database by the account, and
never from a request.
"""

from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.errors import NotFound
from securecare.access.roles import Permission, Role


@dataclass(frozen=True, slots=True)
class Own:
    """A patron's own records in one organization."""

    organization_id: int
    organization: str
    """Its name."""
    customer_ids: frozenset[int]

    def actor(self, patron: Actor) -> Actor:
        """The same person, acting as a patron within this organization and with no other right."""
        return replace(
            patron,
            organization_id=self.organization_id,
            grants=(Grant(Role.PATRON),),
            _reaches={},
        )


def records(session: Session, actor: Actor) -> list[Own]:
    """The patron's own records by organization, by its name. Raises `NotAllowed`."""
    actor.require(Permission.OWN_PORTAL)
    return [
        Own(row.organization_id, row.name, frozenset(row.customer_ids))
        for row in session.execute(_RECORDS)
    ]


def within(session: Session, actor: Actor, organization_id: int) -> Own:
    """The patron's own records in that organization. Raises `NotAllowed` or `NotFound`."""
    for own in records(session, actor):
        if own.organization_id == organization_id:
            return own
    raise NotFound("This organization")


_RECORDS = text("SELECT organization_id, name, customer_ids FROM own_records() ORDER BY name, 1")
