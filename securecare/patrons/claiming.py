"""Claiming: who holds the letter and knows the birth date gets the account that was made for them.

Like signing in, these open their own transactions: a wrong try is counted in one that commits, and
hashing a password must hold no connection.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access import accounts, passwords, sessions
from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.access.sessions import Device
from securecare.customers import days, patron_links
from securecare.customers.models import Customer
from securecare.customers.patron_models import (
    ENDED,
    LINKED,
    STANDING,
    Patron,
    PatronInvitation,
    PatronLink,
)
from securecare.customers.support import Support
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.db import SIGN_IN, Scope, becoming, transaction
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import refused_by

CUSTOMER, LINK = columns_of(Customer), columns_of(PatronLink)
INVITATION, PATRON = columns_of(PatronInvitation), columns_of(Patron)
TRIES = 5
"""So many wrong birth dates close an invitation."""


class InvitationGone(DomainError):
    """The invitation was used, withdrawn, replaced or closed, has expired, or never was."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation has been used or is no longer valid. Ask the organization for a new one."
        )


class WrongBirthDate(DomainError):
    """Another birth date than the one that is known."""

    def __init__(self) -> None:
        super().__init__(
            "This date of birth does not match the invitation. Check it and try again.",
            field="born_on",
        )


class SignInInstead(DomainError):
    """The address has an account with a password, which whoever claims signs in with."""

    def __init__(self) -> None:
        super().__init__("You already have an account with this address. Sign in first.")


class ProveAddress(DomainError):
    """The password was set with a link of an organization, which may have kept it."""

    def __init__(self) -> None:
        super().__init__(
            "Choose a new password by mail first: sign out, and follow “Forgot your password?” on"
            " the sign-in page. Then open this invitation again."
        )


class AnotherRecord(DomainError):
    """The person is another customer there already."""

    def __init__(self) -> None:
        super().__init__(
            "Your account is already connected with another record at this organization. Ask the"
            " staff to merge the two."
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page behind the letter's link shows: nothing of the record."""

    organization: str
    email: str
    until: datetime
    has_account: bool
    """Whether there is an account with this address, to sign in with."""


def look(session: Session, token: str) -> Opened:
    """What the link leads to, or `InvitationGone`. Needs the sign-in scope."""
    row = session.execute(
        _LOOK, {"token_hash": sessions.hash_of(token), "now": clock.now()}
    ).one_or_none()
    if row is None:
        raise InvitationGone
    account = accounts.by_email(session, row.email)
    has_account = account is not None and account.password_hash is not None
    return Opened(row.name, row.email, row.expires_at, has_account)


def as_signed_in(token: str, actor: Actor, born_on: date) -> None:
    """The record is the signed-in person's from now on.

    Raises `InvitationGone`, `WrongBirthDate`, `ProveAddress` or `AnotherRecord`.
    """
    organization_id = _checked(token, born_on)
    with transaction(Scope(organization_id, actor.account_id, "sign-in")) as session:
        account = accounts.own(session, actor)
        if account.vouched_by is not None:
            raise ProveAddress
        _claim(session, token, account, born_on, actor.address)


def with_password(token: str, password: str, born_on: date, device: Device) -> str:
    """Make the account as well; gives the value of the cookie with which the portal opens.

    Whoever has the letter has proved the address. Raises `InvitationGone`, `WrongBirthDate`,
    `WeakPassword`, `SignInInstead` or `AnotherRecord`.
    """
    organization_id = _checked(token, born_on)
    with transaction(SIGN_IN) as session:
        opened = look(session, token)
    if opened.has_account:
        raise SignInInstead
    passwords.require_good(password, opened.email)
    kept = passwords.hashed(password)
    with transaction(Scope(organization_id, None, "sign-in")) as session:
        invitation = _locked(session, token)
        account = _account(session, invitation, kept)
        becoming(session, account.id or 0)
        _claim(session, token, account, born_on, device.address)
        return sessions.open_for(session, account.id or 0, device, portal=True)


def _checked(token: str, born_on: date) -> int:
    """Compare the birth date, and count it if it is another one; gives whose invitation it is."""
    with transaction(SIGN_IN) as session:
        found = session.execute(
            _LOOK, {"token_hash": sessions.hash_of(token), "now": clock.now()}
        ).one_or_none()
    if found is None:
        raise InvitationGone
    with transaction(Scope(found.organization_id, None, "sign-in")) as session:
        invitation = _locked(session, token)
        right = _fits(session, invitation, born_on)
        if not right:
            invitation.wrong_tries += 1
            if invitation.wrong_tries >= TRIES:
                invitation.withdrawn_at = clock.now()
            _note(session, invitation, "patron.claim_failed", None, "")
    if not right:
        raise WrongBirthDate
    return found.organization_id


def _locked(session: Session, token: str) -> PatronInvitation:
    """The invitation with its customer, both locked, the customer first as everywhere."""
    query = model_select(PatronInvitation).where(
        INVITATION.token_hash == sessions.hash_of(token),
        INVITATION.used_at.is_(None),
        INVITATION.withdrawn_at.is_(None),
        INVITATION.expires_at > clock.now(),
    )
    seen = session.exec(query).one_or_none()
    if seen is None:
        raise InvitationGone
    session.exec(
        model_select(Customer)
        .where(CUSTOMER.id == seen.customer_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    again = query.where(INVITATION.customer_id == seen.customer_id).with_for_update()
    invitation = session.exec(again.execution_options(populate_existing=True)).one_or_none()
    if invitation is None:
        raise InvitationGone
    return invitation


def _fits(session: Session, invitation: PatronInvitation, born_on: date) -> bool:
    known = session.get_one(Customer, invitation.customer_id, populate_existing=True).born_on
    return known is None or known == born_on


def _account(session: Session, invitation: PatronInvitation, password_hash: str) -> Account:
    """The account of the address: a new one, or one that nobody has set a password for yet."""
    account = accounts.by_email(session, invitation.email)
    if account is None:
        known = session.get_one(Customer, invitation.customer_id)
        account = Account(
            email=invitation.email,
            email_key=accounts.email_key(invitation.email),
            name=accounts.proper_name(f"{known.given_name} {known.family_name}"),
        )
    elif account.password_hash is not None:
        raise SignInInstead
    elif account.disabled_at is not None:
        raise InvitationGone
    account.password_hash = password_hash
    session.add(account)
    with refused_by("uq_account_email_key", SignInInstead()):
        session.flush()
    return account


def _claim(session: Session, token: str, account: Account, born_on: date, address: str) -> None:
    invitation = _locked(session, token)
    link = patron_links.linked(session, invitation.customer_id, lock=True)
    if link is None or link.patron_id != invitation.patron_id:
        raise InvitationGone
    if not _fits(session, invitation, born_on):
        raise WrongBirthDate
    # One claim of a person at a time: none may make them a patron twice.
    session.get_one(Account, account.id, with_for_update={"key_share": True})
    query = model_select(Patron).where(PATRON.account_id == account.id).with_for_update()
    own = session.exec(query).one_or_none()
    if own is None:
        _become(session, link, account, born_on)
    else:
        _move(session, link, own, account, born_on)
    invitation.used_at = clock.now()
    session.flush()
    _note(session, invitation, "patron.claimed", account, address)


def _become(session: Session, link: PatronLink, account: Account, born_on: date) -> None:
    """The patron that staff made is the person's own from here on, as it stands in the record."""
    patron = session.get_one(Patron, link.patron_id, with_for_update=True)
    assert link.customer_id is not None
    known = patron_links.as_recorded(session, link.organization_id, link.customer_id)
    known["time_zone"] = known["time_zone"] or str(days.zone(session))
    now = clock.now()
    told = {"born_on": born_on, "email": account.email, "account_id": account.id}
    patron.sqlmodel_update({**known, **told, "version": patron.version + 1, "changed_at": now})
    session.flush()


def _move(session: Session, link: PatronLink, own: Patron, account: Account, born_on: date) -> None:
    """They are a patron already: the record becomes theirs, and the one made for them is put aside.

    What either was besides a customer the person is from here on.
    """
    query = (
        model_select(PatronLink)
        .where(
            LINK.organization_id == link.organization_id,
            LINK.patron_id == own.id,
            LINK.status.in_(STANDING),
        )
        .with_for_update()
    )
    present = session.exec(query).one_or_none()
    if present is not None and present.status == LINKED:
        raise AnotherRecord
    support = Support.of(link).together(Support.of(present) if present else Support())
    decided = {"decided_by": account.id, "decided_at": clock.now()}
    for ended in (link, present):
        if ended is not None:
            ended.sqlmodel_update({"status": ENDED, **decided})
    session.flush()
    if own.born_on is None:
        own.sqlmodel_update({"born_on": born_on, "version": own.version + 1})
    session.add(
        PatronLink(
            organization_id=link.organization_id,
            patron_id=own.id or 0,
            customer_id=link.customer_id,
            status=LINKED,
            made_by=account.id,
            made_at=clock.now(),
            **support.fields(),
        )
    )
    session.flush()


def _note(
    session: Session,
    invitation: PatronInvitation,
    action: str,
    account: Account | None,
    address: str,
) -> None:
    audit.record_anonymous(
        session,
        action,
        address,
        organization_id=invitation.organization_id,
        account_id=account.id if account else None,
        actor=account.name if account else "Unknown person",
        obj=("customer", invitation.customer_id),
    )


_LOOK = text("""
    SELECT i.organization_id, i.email, i.expires_at, o.name
      FROM patron_invitation i JOIN organization o ON o.id = i.organization_id
     WHERE i.token_hash = :token_hash AND i.used_at IS NULL AND i.withdrawn_at IS NULL
       AND i.expires_at > :now
""")
