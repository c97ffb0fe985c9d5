"""Signing in: password, second factor, organization. Each step says only what the next one is.

Unlike other verbs these open their own transactions: the slow check of a password must hold no
connection, and an attempt is counted in a transaction that commits before the check.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session

from securecare.access import accounts, passwords, second_factor, sessions, throttle
from securecare.access.actor import NO_ORGANIZATION, Actor
from securecare.access.models import Account, LoginSession
from securecare.access.second_factor import WrongCode
from securecare.access.sessions import Device
from securecare.foundation import audit, clock
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError

KNOWN_FOR = timedelta(days=90)
"""How long a browser that signed in stays known, for the throttle alone."""


class Step(StrEnum):
    """What is left to do."""

    DONE = "done"
    SECOND_FACTOR = "second-factor"
    ORGANIZATION = "organization"
    NOWHERE = "nowhere"
    """Nothing is left to do here: the person is known, and belongs to no organization and no portal."""
    SET_UP_SECOND_FACTOR = "set-up-second-factor"


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, finished or not; the token is the cookie's value and exists nowhere else."""

    token: str
    step: Step


class WrongSignIn(DomainError):
    """The e-mail address or the password is wrong; which of them is not told."""

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is not right.")


class AddressUnproven(DomainError):
    """The password was set with a link of an organization that the person belongs to no more."""

    def __init__(self) -> None:
        super().__init__(
            "Set a new password by e-mail first: use “Forgot your password?” on the sign-in page."
        )


class StartAgain(DomainError):
    """The half-finished sign-in has expired."""

    def __init__(self) -> None:
        super().__init__("That took too long. Sign in again.")


def with_password(email: str, password: str, device: Device) -> Opened:
    """Check e-mail and password; raises `WrongSignIn`, `Paused` or `AddressUnproven`."""
    with transaction(SIGN_IN) as session:
        account = accounts.by_email(session, email)
        known = _known_mark(session, account, device)
        attempt = throttle.keys("password", accounts.email_key(email), device.address, known)
        throttle.take_attempt(session, attempt)
    right = passwords.matches(account.password_hash if account else None, password)
    if not right or account is None or account.disabled_at is not None:
        with transaction(SIGN_IN) as session:
            _note(session, account, "sign_in.failed", device)
        raise WrongSignIn
    renewed = _renewed_hash(account, password)
    with transaction(SIGN_IN) as session:
        present = _unchanged(session, account)
        throttle.take_back(session, attempt)
        if renewed:
            present.password_hash = renewed
        return _after_password(session, present, device)


def _after_password(session: Session, account: Account, device: Device) -> Opened:
    account_id = account.id or 0
    if account.totp_confirmed_at is not None:
        token = sessions.open_for(session, account_id, device, second_factor_due=True)
        return Opened(token, Step.SECOND_FACTOR)
    return _into_organization(session, account, device)


def _into_organization(session: Session, account: Account, device: Device) -> Opened:
    account_id = account.id or 0
    places = accounts.places_of(session, account_id)
    if not places and account.vouched_by is not None:
        raise AddressUnproven
    if len(places) != 1:
        # Either way the session opens no page yet: see `identified`.
        step = Step.ORGANIZATION if places else Step.NOWHERE
        return Opened(sessions.open_for(session, account_id, device), step)
    return _finish(session, account, device, places[0][0])


def _finish(session: Session, account: Account, device: Device, place: int) -> Opened:
    portal = place == NO_ORGANIZATION
    organization_id = None if portal else place
    token = sessions.open_for(
        session, account.id or 0, device, organization_id=organization_id, portal=portal
    )
    audit.record_anonymous(
        session,
        "sign_in.succeeded",
        device.address,
        organization_id=organization_id,
        account_id=account.id,
        actor=account.name,
        obj=account,
    )
    missing = (
        organization_id is not None
        and account.totp_confirmed_at is None
        and second_factor.is_required(session, organization_id)
    )
    return Opened(token, Step.SET_UP_SECOND_FACTOR if missing else Step.DONE)


def with_code(cookie: str, code: str, device: Device) -> Opened:
    """Finish with a code of the second factor; raises `WrongCode`, `Paused` or `StartAgain`."""
    with transaction(SIGN_IN) as session:
        waiting, account = _waiting(session, cookie)
        if not waiting.second_factor_due:
            raise StartAgain
        known = _known_mark(session, account, device)
        attempt = throttle.keys("code", str(account.id), device.address, known)
        throttle.take_attempt(session, attempt)
    with transaction(SIGN_IN) as session:
        used = second_factor.use(session, account.id or 0, code)
        if used is None:
            _note(session, account, "second_factor.failed", device)
        else:
            throttle.take_back(session, attempt)
            if not sessions.close(session, waiting.id or 0, "signed in"):
                raise StartAgain
            if used == "recovery code":
                _note(session, account, "recovery_code.used", device)
            return _into_organization(session, account, device)
    raise WrongCode


def into_organization(cookie: str, organization_id: int, device: Device) -> Opened:
    """Choose the organization to work in, at sign-in or later; raises `StartAgain`.

    `NO_ORGANIZATION` is one's own portal. A person who does not belong there is told the same as
    one whose session has ended.
    """
    with transaction(SIGN_IN) as session:
        waiting, account = _waiting(session, cookie)
        belongs = organization_id in dict(accounts.places_of(session, account.id or 0))
        finished = waiting.portal or waiting.organization_id is not None
        if waiting.second_factor_due or not belongs:
            raise StartAgain
        if finished and sessions.peek(session, sessions.hash_of(cookie), clock.now()) is None:
            raise StartAgain
        if not sessions.close(session, waiting.id or 0, "changed organization"):
            raise StartAgain
        return _finish(session, account, device, organization_id)


def choices(session: Session, token_hash: bytes) -> list[tuple[int, str]]:
    """Where one may go with this cookie, by id and name; nowhere while a second factor is due."""
    waiting = sessions.find(session, token_hash)
    if waiting is None or waiting.second_factor_due:
        return []
    return accounts.places_of(session, waiting.account_id)


def identified(session: Session, token_hash: bytes, address: str = "") -> Actor | None:
    """Who has signed in with this cookie and is nowhere yet: a person without any right.

    Whoever belongs to no organization and has no portal comes no further than here. They may claim
    an invitation, or have a link to a portal of their own mailed to them.
    """
    waiting = sessions.find(session, token_hash)
    if waiting is None or waiting.second_factor_due:
        return None
    if waiting.portal or waiting.organization_id is not None:
        return None
    account = session.get(Account, waiting.account_id)
    if account is None or account.disabled_at is not None:
        return None
    return Actor(account.id or 0, NO_ORGANIZATION, waiting.id or 0, account.name, (), address)


def out(cookie: str, device: Device) -> None:
    """Sign out; nothing happens to a cookie that stands for nobody."""
    with transaction(SIGN_IN) as session:
        found = sessions.find(session, sessions.hash_of(cookie))
        if found is None or not sessions.close(session, found.id or 0, "signed out"):
            return
        account = session.get_one(Account, found.account_id)
        audit.record_anonymous(
            session,
            "sign_in.ended",
            device.address,
            organization_id=found.organization_id,
            account_id=account.id,
            actor=account.name,
            obj=account,
        )


def _waiting(session: Session, cookie: str) -> tuple[LoginSession, Account]:
    found = sessions.find(session, sessions.hash_of(cookie))
    account = session.get(Account, found.account_id) if found else None
    if found is None or account is None or account.disabled_at is not None:
        raise StartAgain
    return found, account


def _unchanged(session: Session, checked: Account) -> Account:
    """The account, if nobody changed its password or closed it while the check was going on."""
    present = session.get(Account, checked.id, with_for_update=True)
    if (
        present is None
        or present.disabled_at is not None
        or present.password_hash != checked.password_hash
    ):
        raise WrongSignIn
    return present


def _renewed_hash(account: Account, password: str) -> str | None:
    if account.password_hash and passwords.is_outdated(account.password_hash):
        return passwords.hashed(password)
    return None


def _known_mark(session: Session, account: Account | None, device: Device) -> bytes | None:
    """The browser's mark if it is from a session of this account, ended or not."""
    if not account or not device.mark:
        return None
    seen = {"token_hash": device.mark, "id": account.id, "since": clock.now() - KNOWN_FOR}
    return device.mark if session.execute(_KNOWN, seen).first() else None


_KNOWN = text("""
    SELECT 1 FROM login_session WHERE token_hash = :token_hash AND account_id = :id
       AND (portal OR organization_id IS NOT NULL) AND NOT second_factor_due
       AND created_at > :since
""")


def _note(session: Session, account: Account | None, action: str, device: Device) -> None:
    """Tell every organization of the person; of an unknown person, only whoever owns the trail."""
    organizations = accounts.memberships_of(session, account.id or 0) if account else []
    for organization_id in [each for each, _ in organizations] or [None]:
        audit.record_anonymous(
            session,
            action,
            device.address,
            organization_id=organization_id,
            account_id=account.id if account else None,
            actor=account.name if account else "Unknown person",
            obj=("account", account.id if account else None),
        )
