"""The organization itself: its name, its own words, its clock and its limits on sessions."""

import secrets
from dataclasses import asdict, dataclass

from sqlmodel import Session, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_number,
    complain_of_text,
    require_none,
)
from securecare.organization import places
from securecare.organization.models import Organization


@dataclass(frozen=True, slots=True)
class OrganizationForm:
    """What an administrator may set for the whole organization."""

    name: str
    customer_singular: str
    customer_plural: str
    clock24: bool
    staff_idle_minutes: int
    session_hours: int
    require_second_factor: bool
    patrons_may_ask: bool = False

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        complain_of_text(found, "name", self.name, "the organization's name", 120)
        complain_of_text(found, "customer_singular", self.customer_singular, "the word for one", 40)
        complain_of_text(found, "customer_plural", self.customer_plural, "the word for several", 40)
        complain_of_number(found, "staff_idle_minutes", self.staff_idle_minutes, 2, 240, "minutes")
        complain_of_number(found, "session_hours", self.session_hours, 1, 72, "hours")
        return found


def settings_of(session: Session, actor: Actor) -> OrganizationForm:
    """The organization as it is set now. Raises `NotAllowed` unless the right holds everywhere."""
    actor.require_everywhere(Permission.CONFIGURE_ORGANIZATION)
    return _form(_row(session, actor, lock=False))


def change(session: Session, actor: Actor, form: OrganizationForm, seen: OrganizationForm) -> None:
    """Set the organization to `form`, if it still is what the person saw.

    Raises `NotAccepted`, or `Overtaken` if somebody else changed it since.
    """
    actor.require_everywhere(Permission.CONFIGURE_ORGANIZATION)
    require_none(form.complaints())
    row = _row(session, actor, lock=True)
    current = _form(row)
    if current != seen:
        raise Overtaken(places.last_changed_by(session, "organization", row.id))
    if changed := changed_fields(current, form):
        row.sqlmodel_update(asdict(form))
        if row.patrons_may_ask and row.portal_code is None:
            row.portal_code = _new_code()
        audit.record(session, actor, "organization.changed", row, fields=changed)


def portal_code(session: Session, actor: Actor) -> str:
    """What people type to ask this organization in their portal; empty while it never was open.

    Raises `NotAllowed` unless the right holds everywhere.
    """
    actor.require_everywhere(Permission.CONFIGURE_ORGANIZATION)
    return _row(session, actor, lock=False).portal_code or ""


def _new_code() -> str:
    """Nine letters and digits that nobody takes for others when they are read out."""
    drawn = "".join(secrets.choice("ABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(9))
    return "-".join(drawn[at : at + 3] for at in (0, 3, 6))


def _row(session: Session, actor: Actor, *, lock: bool) -> Organization:
    query = select(Organization).where(Organization.id == actor.organization_id)
    if lock:
        query = query.with_for_update(key_share=True)
    row = session.exec(query).first()
    if row is None:
        raise NotFound("This organization")
    return row


def _form(row: Organization) -> OrganizationForm:
    return OrganizationForm(
        row.name,
        row.customer_singular,
        row.customer_plural,
        row.clock24,
        row.staff_idle_minutes,
        row.session_hours,
        row.require_second_factor,
        row.patrons_may_ask,
    )
