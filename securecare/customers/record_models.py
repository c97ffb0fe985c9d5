"""Tables of what belongs to one customer's record: profile, people around them, insurance, calls."""

import uuid
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from securecare.foundation.columns import (
    Table,
    bigint,
    identifier,
    instant,
    key_part,
    made_at,
    of_organization,
    reference,
    within_organization,
)
from securecare.foundation.sealing import sealed_column

SSN = sealed_column("customer_profile", "ssn_sealed", bound_to="public_id")
MEMBER_NUMBER = sealed_column("insurance_policy", "member_number_sealed", bound_to="public_id")
GROUP_NUMBER = sealed_column("insurance_policy", "group_number_sealed", bound_to="public_id")
CALL_NOTES = sealed_column("phone_call", "notes_sealed", bound_to="public_id")
ADDED_NOTES = sealed_column("phone_call_addition", "notes_sealed", bound_to="public_id")

ALERT_KINDS = ("safety", "medical", "care", "access")
CONTACT_ROLES = ("emergency", "guarantor")
CHECKED = ("name", "address", "born_on", "ssn")
ABSENCE_REASONS = ("family", "medical", "court", "work", "travel", "break", "other")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _of_customer() -> ForeignKeyConstraint:
    return of_organization("customer_id", "customer")


def public_id() -> uuid.UUID:
    """A name for a row that is known before it is written, which what is sealed is bound to."""
    return Field(default_factory=uuid4, nullable=False)


class CustomerProfile(Table, table=True):
    """What is known of a customer beside name and number; made when first something is noted."""

    __table_args__ = (_of_customer(), UniqueConstraint("customer_id"))

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
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
    """How they want to be reached: "call", "text", "email", "letter", or not known."""
    staff_note: str = ""
    """For staff alone, and nothing about health: that goes into notes that are sealed."""
    public_id: uuid.UUID = public_id()
    ssn_sealed: bytes | None = None
    version: int = 1
    changed_at: datetime = made_at()


class CustomerAlert(Table, table=True):
    """What staff must see at a glance, until it is lifted or its time is over."""

    __table_args__ = (
        _of_customer(),
        Index(None, "organization_id", "customer_id", postgresql_where=text("lifted_at IS NULL")),
        CheckConstraint(_one_of("kind", ALERT_KINDS), name="kind"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    kind: str
    words: str
    until: date | None = None
    set_by: int | None = reference("account.id", nullable=True)
    set_at: datetime = made_at()
    lifted_by: int | None = reference("account.id", nullable=True)
    lifted_at: datetime | None = instant(nullable=True)


class Absence(Table, table=True):
    """A planned leave: an appointment within it that nobody came to is an absence, no no-show."""

    __table_args__ = (
        _of_customer(),
        of_organization("program_id", "program"),
        Index(None, "organization_id", "customer_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint(_one_of("reason", ABSENCE_REASONS), name="reason"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    program_id: int | None = bigint(nullable=True)
    """Of which program alone; none means all."""
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    reason: str
    words: str = ""
    approved_by: int | None = reference("account.id", nullable=True)
    approver: str
    """The name of who approved it: somebody of the staff, or a person outside such as a judge."""
    approved_at: datetime = made_at()
    withdrawn_at: datetime | None = instant(nullable=True)
    withdrawn_by: int | None = reference("account.id", nullable=True)
    version: int = 1


class AuthorizedPerson(Table, table=True):
    """Somebody the customer lets act on their behalf, until a day that is always named."""

    __table_args__ = (
        _of_customer(),
        within_organization(),
        Index(None, "organization_id", "customer_id", "expires_on"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    name: str
    relationship: str
    phone: str
    expires_on: date
    """The last day on which they are authorized."""
    ended_at: datetime | None = instant(nullable=True)
    """When the customer took it back before that day."""
    ended_by: int | None = reference("account.id", nullable=True)
    added_by: int | None = reference("account.id", nullable=True)
    added_at: datetime = made_at()
    version: int = 1


class IdentityCheck(Table, table=True):
    """Who made sure of what about an authorized person, and when. Rows are permanent."""

    __table_args__ = (
        of_organization("person_id", "authorized_person"),
        Index(None, "organization_id", "person_id"),
        CheckConstraint(_one_of("checked", CHECKED), name="checked"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    person_id: int = bigint()
    checked: str
    confirmed: bool
    """False takes an earlier confirmation back."""
    seen: str = ""
    """What it was seen in, such as a driver's license; never its number."""
    account_id: int | None = reference("account.id", nullable=True)
    at: datetime = made_at()


class ContactPerson(Table, table=True):
    """Whom to call if something happens, or who is responsible for what is to be paid."""

    __table_args__ = (
        _of_customer(),
        CheckConstraint(_one_of("role", CONTACT_ROLES), name="role"),
    )

    organization_id: int = reference("organization.id")
    customer_id: int = key_part()
    role: str = Field(primary_key=True)
    name: str
    relationship: str = ""
    phone: str = ""
    email: str = ""
    version: int = 1
    changed_at: datetime = made_at()


class FamilyLink(Table, table=True):
    """Two customers who belong together, with the word for each from the other's side."""

    __table_args__ = (
        of_organization("first_id", "customer"),
        of_organization("second_id", "customer"),
        UniqueConstraint("organization_id", "first_id", "second_id"),
        Index(None, "organization_id", "second_id"),
        CheckConstraint("first_id < second_id", name="pair"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    first_id: int = bigint()
    second_id: int = bigint()
    first_is: str
    """What the first is to the second: "uncle"."""
    second_is: str
    """What the second is to the first: "niece"."""
    added_by: int | None = reference("account.id", nullable=True)
    added_at: datetime = made_at()
    version: int = 1


class InsurancePolicy(Table, table=True):
    """One policy of a customer; at any day there is at most one of each priority."""

    __table_args__ = (
        _of_customer(),
        Index(None, "organization_id", "customer_id"),
        CheckConstraint("priority BETWEEN 1 AND 9", name="priority"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity"),
        ExcludeConstraint(
            (text("int8range(customer_id, customer_id, '[]')"), "&&"),
            (text("int4range(priority, priority, '[]')"), "&&"),
            (text("daterange(valid_from, valid_until, '[]')"), "&&"),
            where=text("removed_at IS NULL"),
            using="gist",
            name="insurance_policy_priority",
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    carrier: str
    plan: str = ""
    holder: str = ""
    """The name of the policy holder; empty means the customer."""
    holder_is: str = ""
    """What the holder is to the customer."""
    priority: int
    """1 pays first."""
    valid_from: date
    valid_until: date | None = None
    """The last day; none means until further notice."""
    public_id: uuid.UUID = public_id()
    member_number_sealed: bytes
    group_number_sealed: bytes | None = None
    removed_at: datetime | None = instant(nullable=True)
    """When it was found to have been noted by mistake."""
    version: int = 1
    changed_at: datetime = made_at()


class PhoneCall(Table, table=True):
    """One call about a customer. Rows are permanent."""

    __table_args__ = (
        _of_customer(),
        within_organization(),
        of_organization("person_id", "authorized_person"),
        Index(None, "organization_id", "customer_id", "at", "id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    customer_id: int = bigint()
    at: datetime = instant()
    """When the call was."""
    person_id: int | None = bigint(nullable=True)
    """The authorized person who called, if it was one."""
    caller: str
    """Names and numbers as they were at the call."""
    relationship: str = ""
    phone: str = ""
    topic: str
    public_id: uuid.UUID = public_id()
    notes_sealed: bytes | None = None
    account_id: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()
    form_key: uuid.UUID | None = Field(default=None, unique=True)


class PhoneCallAddition(Table, table=True):
    """What was added to a call later on. Rows are permanent."""

    __table_args__ = (
        of_organization("call_id", "phone_call"),
        Index(None, "organization_id", "call_id"),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    call_id: int = bigint()
    public_id: uuid.UUID = public_id()
    notes_sealed: bytes
    account_id: int | None = reference("account.id", nullable=True)
    made_at: datetime = made_at()
