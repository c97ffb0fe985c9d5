"""Tables of identity and access: accounts, sessions, memberships, grants, throttling."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
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
)


class Account(Table, table=True):
    """A person's one identity, across organizations. Holds no health data."""

    id: int | None = identifier()
    email: str
    email_key: str = Field(unique=True)
    """The address as compared: case-folded and trimmed."""
    name: str
    password_hash: str | None = None
    vouched_by: int | None = reference("organization.id", nullable=True)
    """The organization whose link set this password; it alone may be gone to with it. Empty where
    whoever reads the address set it."""
    totp_secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    totp_confirmed_at: datetime | None = instant(nullable=True)
    totp_last_step: int | None = bigint(nullable=True)
    """The last time step a code was accepted for: no code is good twice."""
    disabled_at: datetime | None = instant(nullable=True)
    created_at: datetime = made_at()


class RecoveryCode(Table, table=True):
    """A single-use way past a lost second factor; only its hash is kept."""

    id: int | None = identifier()
    account_id: int = reference("account.id", index=True)
    code_hash: str
    used_at: datetime | None = instant(nullable=True)


class LoginSession(Table, table=True):
    """One signed-in browser. The cookie's value is not kept, only its SHA-256."""

    __table_args__ = (
        Index(None, "account_id", "ended_at"),
        Index(None, "account_id", "organization_id", "id"),
        Index("ix_login_session_over", text("least(ended_at, expires_at)")),
        CheckConstraint("NOT portal OR organization_id IS NULL", name="portal"),
    )

    id: int | None = identifier()
    account_id: int = reference("account.id")
    organization_id: int | None = reference("organization.id", nullable=True)
    """The organization being worked in; empty in the portal, and until the sign-in is finished."""
    portal: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether the person is in their own portal, which belongs to no organization."""
    token_hash: bytes = Field(unique=True, sa_type=LargeBinary)
    second_factor_due: bool = False
    address: str = ""
    user_agent: str = ""
    created_at: datetime = made_at()
    seen_at: datetime = made_at()
    expires_at: datetime = instant()
    """The absolute limit; the idle limit is counted from `seen_at`."""
    ended_at: datetime | None = instant(nullable=True)
    end_reason: str | None = None


class AccountLink(Table, table=True):
    """A one-time link to set a password, issued by an administrator; only its hash is kept."""

    __table_args__ = (Index(None, "expires_at"),)

    id: int | None = identifier()
    account_id: int = reference("account.id", index=True)
    organization_id: int = reference("organization.id")
    purpose: str
    token_hash: bytes = Field(unique=True, sa_type=LargeBinary)
    created_by: int = reference("account.id")
    created_at: datetime = made_at()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class SignInThrottle(Table, table=True):
    """Failures by account or address; a growing pause, never a lock-out for good."""

    __table_args__ = (Index(None, "last_failure_at"),)

    key_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    failures: int = 0
    last_failure_at: datetime = instant()
    blocked_until: datetime | None = instant(nullable=True)


class Membership(Table, table=True):
    """A person belongs to an organization."""

    __table_args__ = (UniqueConstraint("organization_id", "account_id"),)

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    account_id: int = reference("account.id", index=True)
    joined_at: datetime = made_at()
    ended_at: datetime | None = instant(nullable=True)


class RoleGrant(Table, table=True):
    """A role given for the organization, one facility or one program. Withdrawn, never deleted."""

    __table_args__ = (
        of_organization("facility_id", "facility"),
        of_organization("program_id", "program"),
        CheckConstraint("facility_id IS NULL OR program_id IS NULL", name="one_place"),
        Index(None, "account_id", "organization_id", postgresql_where=text("withdrawn_at IS NULL")),
        Index(
            "uq_role_grant_current",
            "organization_id",
            "account_id",
            "role",
            text("coalesce(facility_id, 0)"),
            text("coalesce(program_id, 0)"),
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: int | None = identifier()
    organization_id: int = reference("organization.id")
    account_id: int = reference("account.id")
    role: str
    facility_id: int | None = bigint(nullable=True)
    program_id: int | None = bigint(nullable=True)
    granted_by: int | None = reference("account.id", nullable=True)
    granted_at: datetime = made_at()
    withdrawn_by: int | None = reference("account.id", nullable=True)
    withdrawn_at: datetime | None = instant(nullable=True)


class Preference(Table, table=True):
    """What a person chose to see, kept for the next sign-in on any device."""

    organization_id: int = key_part("organization.id")
    account_id: int = key_part("account.id")
    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_type=JSONB)
