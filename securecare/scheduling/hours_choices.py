"""Whose hours somebody may change, and at which facilities."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.organization import places, words
from securecare.organization.models import Facility, Staff


@dataclass(frozen=True, slots=True)
class Person:
    """A staff member whose hours may be changed."""

    id: int
    name: str
    title: str
    facility_id: int
    facility: str


@dataclass(frozen=True, slots=True)
class HoursChoices:
    """What the pages of hours offer."""

    people: tuple[Person, ...]
    facilities: tuple[tuple[int, str], ...]
    """Ids and names of active facilities in reach."""
    clock24: bool


def of(session: Session, actor: Actor) -> HoursChoices:
    """The active staff and facilities in reach of the person's right to change shifts."""
    actor.require(Permission.EDIT_SHIFTS)
    people = session.exec(
        select(Staff.id, Staff.name, Staff.title, Staff.facility_id, Facility.name)
        .join(Facility, col(Facility.id) == Staff.facility_id)
        .where(places.staff_in_reach(actor, Permission.EDIT_SHIFTS), col(Staff.active))
        .order_by(Staff.name, col(Staff.id))
    )  # fmt: skip
    facilities = session.exec(
        select(Facility.id, Facility.name)
        .where(places.facilities_in_reach(actor, Permission.EDIT_SHIFTS), col(Facility.active))
        .order_by(Facility.name)
    )
    return HoursChoices(
        tuple(Person(*row) for row in people),  # pyright: ignore[reportArgumentType]
        tuple((id_ or 0, name) for id_, name in facilities),
        words.of(session, actor).clock24,
    )
