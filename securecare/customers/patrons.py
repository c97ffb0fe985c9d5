"""A patron's own side: how the person describes themselves, in every organization alike.

The database copies it into each record they are linked with, at once; see the migration 0014. What
was changed stands in a permanent log, from which staff read it.
"""

import re
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.customers import choices, phones
from securecare.customers.patron_models import Patron, PatronChange
from securecare.foundation import audit, clock
from securecare.foundation.forms import (
    Complaints,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization.time_zones import is_known

OLDEST = timedelta(days=130 * 366)
NEEDED = {
    "given_name": "your first name",
    "family_name": "your last name",
    "street": "your street address",
    "city": "your city",
}
LONGEST = {"given_name": 60, "family_name": 60, "street": 200, "city": 120}
LABELS = {
    "given_name": "First name",
    "family_name": "Last name",
    "born_on": "Date of birth",
    "phone": "Phone",
    "email": "E-mail address",
    "street": "Street address",
    "city": "City",
    "region": "State or region",
    "postal_code": "ZIP or postal code",
    "country": "Country",
    "time_zone": "Time zone",
    "preferred_name": "Preferred name",
    "pronouns": "Pronouns",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "race": "Race",
    "marital_status": "Marital status",
    "sexual_orientation": "Sexual orientation",
    "veteran": "Veteran",
    "language": "Language",
    "needs_interpreter": "Needs an interpreter",
}
"""How the fields are called, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class PatronForm:
    """A person as they describe themselves. Their address for e-mails is that of their account."""

    given_name: str = ""
    family_name: str = ""
    born_on: date | None = None
    phone: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    time_zone: str = ""
    preferred_name: str = ""
    pronouns: str = ""
    gender: str = ""
    ethnicity: str = ""
    race: str = ""
    marital_status: str = ""
    sexual_orientation: str = ""
    veteran: str = ""
    language: str = ""
    needs_interpreter: bool = False

    def tidied(self) -> "PatronForm":
        """With single spaces, and the country in capitals."""
        values = {
            name: " ".join(value.split()) if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }
        return PatronForm(**values | {"country": values["country"].upper()})

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        for name, value in asdict(self).items():
            if isinstance(value, str):
                what, needed = NEEDED.get(name, ""), name in NEEDED
                complain_of_text(found, name, value, what, LONGEST.get(name, 80), needed=needed)
        choices.complain(found, marital_status=self.marital_status, veteran=self.veteran)
        found |= self._wrong_birth() | self._wrong_place()
        if phones.kept(self.phone, self.phone_region) is None:
            found["phone"] = "This is not a complete phone number. Add the area or country code."
        return found

    def _wrong_birth(self) -> Complaints:
        today = clock.now().date() + timedelta(days=1)  # it may be tomorrow there already
        if self.born_on is None:
            return {"born_on": "Enter your date of birth."}
        if self.born_on > today:
            return {"born_on": "This date is in the future."}
        if self.born_on < today - OLDEST:
            return {"born_on": "Check the year of the date of birth."}
        return {}

    def _wrong_place(self) -> Complaints:
        found: Complaints = {}
        if not (self.postal_code or self.region):
            found["postal_code"] = "Enter your ZIP or postal code, or your state or region."
        if not re.fullmatch("[A-Z]{2}", self.country):
            found["country"] = "Choose your country."
        if not is_known(self.time_zone):
            found["time_zone"] = "Choose your time zone."
        return found

    def accepted(self) -> "PatronForm":
        """Tidied, with the phone number as it is kept. Raises `NotAccepted`."""
        form = self.tidied()
        require_none(form.complaints())
        return replace(form, phone=phones.kept(form.phone, form.phone_region) or "")

    @property
    def phone_region(self) -> str:
        """The country of a phone number that is written without one."""
        return self.country or phones.region_of(self.time_zone)


@dataclass(frozen=True, slots=True)
class Described:
    """One's own description as it stands."""

    id: int
    form: PatronForm
    email: str
    version: int

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the fields that are needed and not there, or not right."""
        return tuple(name for name in LABELS if name in self.form.complaints())


def read(session: Session, actor: Actor) -> Described:
    """How the acting person describes themselves. Raises `NotAllowed` or `NotFound`."""
    return _described(_row(session, actor, lock=False))


def change(session: Session, actor: Actor, version: int, form: PatronForm) -> tuple[str, ...]:
    """Note how the acting person describes themselves; gives the names of the fields that changed.

    Raises `NotAllowed`, `NotFound`, `NotAccepted`, or `Overtaken` if it is of another version by now.
    """
    form = form.accepted()
    row = _row(session, actor, lock=True)
    before = _described(row).form
    if row.version != version:
        raise Overtaken("Another page of yours")
    changed = changed_fields(before, form)
    if not changed:
        return ()
    row.sqlmodel_update(asdict(form) | {"version": version + 1, "changed_at": clock.now()})
    session.add(row)
    session.add(
        PatronChange(
            patron_id=row.id or 0,
            account_id=actor.account_id,
            at=clock.now(),
            changes={
                name: [_kept(getattr(before, name)), _kept(getattr(form, name))] for name in changed
            },
        )
    )
    session.flush()
    if {"given_name", "family_name"} & set(changed):
        name = f"{form.given_name} {form.family_name}"
        session.execute(_CALLED, {"id": actor.account_id, "name": name})
    audit.record(session, actor, "patron.changed", ("patron", row.id), fields=changed)
    return changed


def _row(session: Session, actor: Actor, *, lock: bool) -> Patron:
    actor.require(Permission.OWN_PORTAL)
    query = select(Patron).where(Patron.account_id == actor.account_id)
    if lock:
        query = query.with_for_update(key_share=True)
    row = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("Your profile")
    return row


def _described(row: Patron) -> Described:
    form = PatronForm(**{each.name: getattr(row, each.name) for each in fields(PatronForm)})
    return Described(row.id or 0, form, row.email, row.version)


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# At work a person is called as they and their colleagues agreed.
_CALLED = text("""
    UPDATE account SET name = :name
     WHERE id = :id AND NOT EXISTS (
           SELECT FROM membership WHERE account_id = :id AND ended_at IS NULL)
""")
