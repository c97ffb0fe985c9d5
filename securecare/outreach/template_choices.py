"""What a template may be made of, and where it may be applied, as far as the person reaches."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.foundation import clock

Pairs = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A planned session that lines may be put onto."""

    id: int
    service: str
    held_on: date
    facility_id: int
    facility: str


@dataclass(frozen=True, slots=True)
class ServiceOffered:
    """A service of which a session may be planned."""

    id: int
    name: str
    facility_id: int
    facility: str


@dataclass(frozen=True, slots=True)
class TemplateChoices:
    """Everything that the forms of templates offer."""

    facilities: Pairs
    bundles: Pairs
    items: Pairs
    services: tuple[ServiceOffered, ...]
    planned: tuple[PlannedSession, ...]
    everywhere: bool
    """Whether the person may make templates for every facility."""


_FACILITIES = text(
    "SELECT id, name FROM facility WHERE active"
    " AND (CAST(:at AS bigint[]) IS NULL OR id = ANY(:at)) ORDER BY name"
)
_BUNDLES = text("SELECT id, name FROM bundle WHERE active ORDER BY name")
_ITEMS = text("SELECT id, name FROM item WHERE active ORDER BY name")
_SERVICES = text(
    "SELECT s.id, s.name, s.facility_id, f.name AS facility FROM community_service s"
    " JOIN facility f ON f.id = s.facility_id"
    " WHERE s.active AND (CAST(:at AS bigint[]) IS NULL OR f.id = ANY(:at)) ORDER BY s.name, s.id"
)
_PLANNED = text(
    "SELECT p.id, s.name AS service, p.held_on, p.facility_id, f.name AS facility"
    " FROM outreach_session p JOIN community_service s ON s.id = p.service_id"
    " JOIN facility f ON f.id = p.facility_id"
    " WHERE p.status = 'planned' AND p.held_on >= :since"
    " AND (CAST(:at AS bigint[]) IS NULL OR f.id = ANY(:at))"
    " ORDER BY p.held_on, s.name, p.id LIMIT 200"
)


def of(session: Session, actor: Actor) -> TemplateChoices:
    """What the person may choose from. Raises `NotAllowed`."""
    actor.require(Permission.RUN_OUTREACH)
    reach = actor.reach(Permission.RUN_OUTREACH)
    near = {"at": None if reach.everywhere else sorted(reach.facility_ids)}
    since = clock.now().date() - timedelta(days=7)
    planned = session.execute(_PLANNED, near | {"since": since})
    return TemplateChoices(
        tuple((row.id, row.name) for row in session.execute(_FACILITIES, near)),
        tuple((row.id, row.name) for row in session.execute(_BUNDLES)),
        tuple((row.id, row.name) for row in session.execute(_ITEMS)),
        tuple(ServiceOffered(*row) for row in session.execute(_SERVICES, near)),
        tuple(PlannedSession(*row) for row in planned),
        reach.everywhere,
    )
