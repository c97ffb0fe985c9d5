"""What is known of a customer beside name and number, and the one number that is never just shown."""

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import choices, kept_by_patron, visibility
from securecare.customers.models import Customer
from securecare.customers.record_models import SSN, CustomerProfile
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    Overtaken,
    changed_fields,
    complain_of_text,
    require_none,
)
from securecare.organization import places
from securecare.organization.time_zones import is_known

PROFILE = columns_of(CustomerProfile)
REACHED_BY = {
    "": "Not known",
    "call": "Call",
    "text": "Text",
    "email": "E-mail",
    "letter": "Letter",
}
LONGEST = {"staff_note": 1000, "street": 200, "city": 120, "country": 2}
_NINE = re.compile(r"\d{9}")


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """A profile as it is entered; nothing of it has to be known."""

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
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    time_zone: str = ""
    reached_by: str = ""
    staff_note: str = ""

    def tidied(self) -> "ProfileForm":
        """Without blanks at the ends."""
        values = {
            name: value.strip() if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }
        return ProfileForm(**values)

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field."""
        found: Complaints = {}
        for name, value in asdict(self).items():
            if isinstance(value, str):
                text = value.replace("\n", " ") if name == "staff_note" else value
                complain_of_text(found, name, text, name, LONGEST.get(name, 80), needed=False)
        if self.country and not re.fullmatch("[A-Z]{2}", self.country):
            found["country"] = "Choose a country from the list."
        if self.time_zone and not is_known(self.time_zone):
            found["time_zone"] = "Choose a time zone from the list."
        choices.complain(found, marital_status=self.marital_status, veteran=self.veteran)
        if self.reached_by not in REACHED_BY:
            found["reached_by"] = "Choose one of these."
        return found


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as it stands; version 0 where nothing was noted yet."""

    form: ProfileForm
    version: int
    has_ssn: bool


class ReasonMissing(DomainError):
    """Something protected is shown only to who says what for."""

    def __init__(self) -> None:
        super().__init__("Enter why you need it. The reason is recorded.", field="reason")


def read(session: Session, actor: Actor, customer_id: int) -> Profile:
    """What is noted. Raises `NotFound`."""
    visibility.customer(session, actor, customer_id)
    return _profile(_row(session, customer_id))


def change(
    session: Session, actor: Actor, customer_id: int, version: int, form: ProfileForm
) -> tuple[str, ...]:
    """Note it; gives the names of the fields that changed.

    Raises `NotFound`, `NotAccepted`, or `Overtaken` if it is of another version by now.
    """
    customer = _to_change(session, actor, customer_id)
    form = form.tidied()
    require_none(form.complaints())
    row = _row(session, customer_id)
    before = _profile(row)
    if before.version != version:
        raise Overtaken(places.last_changed_by(session, "customer", customer_id))
    changed = changed_fields(before.form, form)
    kept_by_patron.require_others(session, customer_id, changed)
    if changed:
        _write(session, actor, customer_id, row, asdict(form))
        audit.record(session, actor, "customer.profile_changed", customer, fields=changed)
    return changed


def set_ssn(session: Session, actor: Actor, customer_id: int, ssn: str) -> None:
    """Keep the Social Security number sealed, or forget it where it is empty.

    Raises `NotFound` or `NotAccepted`.
    """
    customer = _to_change(session, actor, customer_id)
    digits = re.sub(r"[\s-]", "", ssn)
    if digits and not _is_possible(digits):
        raise NotAccepted({"ssn": "Enter the nine digits of the number."})
    row = _row(session, customer_id) or _write(session, actor, customer_id, None, {})
    sealed = SSN.seal(digits, row.public_id) if digits else None
    _write(session, actor, customer_id, row, {"ssn_sealed": sealed})
    what = "customer.ssn_noted" if digits else "customer.ssn_forgotten"
    audit.record(session, actor, what, customer)


def reveal_ssn(session: Session, actor: Actor, customer_id: int, reason: str) -> str:
    """The number, as "123-45-6789"; who saw it and what for stands in the trail.

    Raises `NotFound`, `NotAllowed`, `ReasonMissing`, or `SealBroken` if it was tampered with.
    """
    actor.require(Permission.REVEAL_SSN)
    customer = visibility.customer(session, actor, customer_id, Permission.REVEAL_SSN)
    reason = " ".join(reason.split())[:200]
    if len(reason) < 3:
        raise ReasonMissing
    row = _row(session, customer_id)
    audit.record(session, actor, "customer.ssn_revealed", customer, reason=reason)
    if row is None or row.ssn_sealed is None:
        return ""
    digits = SSN.open(row.ssn_sealed, row.public_id)
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def _is_possible(digits: str) -> bool:
    """Area, group and serial are never all zeros, and no area is 666 or begins with 9.

    Social Security Administration, rules of assignment since 2011.
    """
    return (
        _NINE.fullmatch(digits) is not None
        and digits[:3] not in ("000", "666")
        and digits[0] != "9"
        and digits[3:5] != "00"
        and digits[5:] != "0000"
    )


def _to_change(session: Session, actor: Actor, customer_id: int) -> Customer:
    actor.require(Permission.EDIT_CUSTOMERS)
    return visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS, lock=True)


def _row(session: Session, customer_id: int) -> CustomerProfile | None:
    query = model_select(CustomerProfile).where(PROFILE.customer_id == customer_id)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def _write(
    session: Session,
    actor: Actor,
    customer_id: int,
    row: CustomerProfile | None,
    values: dict[str, Any],
) -> CustomerProfile:
    if row is None:
        row = CustomerProfile(
            organization_id=actor.organization_id, customer_id=customer_id, version=0
        )
    row.sqlmodel_update({**values, "version": row.version + 1, "changed_at": clock.now()})
    session.add(row)
    session.flush()
    return row


def _profile(row: CustomerProfile | None) -> Profile:
    if row is None:
        return Profile(ProfileForm(), 0, False)
    values = {each.name: getattr(row, each.name) for each in fields(ProfileForm)}
    return Profile(ProfileForm(**values), row.version, row.ssn_sealed is not None)
