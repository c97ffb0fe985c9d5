"""The second factor: a code from an app, or one of ten recovery codes."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

import pyotp
import segno
from pyotp.totp import TOTP
from sqlalchemy import text
from sqlmodel import Session, col, delete, select, update

from securecare.access import throttle
from securecare.access.actor import Actor
from securecare.access.errors import SignedOut
from securecare.access.models import Account, RecoveryCode
from securecare.foundation import audit, clock
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.errors import DomainError
from securecare.foundation.sealing import sealed_column

SECRET = sealed_column("account", "totp_secret_sealed")
STEP_SECONDS = 30
RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"

Used = Literal["code", "recovery code"]
Done = TypeVar("Done")


class WrongCode(DomainError):
    """The code is wrong, too old, or was used before."""

    def __init__(self) -> None:
        super().__init__("This code is not right. Wait for the next one and try again.", "code")


class AlreadyOn(DomainError):
    """A second factor is set up already."""

    def __init__(self) -> None:
        super().__init__("A second factor is set up already. Turn it off first.")


class Required(DomainError):
    """The organization asks for a second factor, so it stays on."""

    def __init__(self) -> None:
        super().__init__("Your organization requires a second factor, so it stays on.")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: a picture to scan, or the secret to type."""

    picture: str
    """A QR code as a data URI."""
    secret: str
    """In groups of four."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where one's second factor stands."""

    on: bool
    since: datetime | None
    recovery_codes_left: int


def status(session: Session, actor: Actor) -> Status:
    """Whether one's own second factor is on."""
    account = _own(session, actor)
    left = session.exec(
        select(RecoveryCode.id).where(
            RecoveryCode.account_id == account.id, col(RecoveryCode.used_at).is_(None)
        )
    ).all()
    return Status(
        account.totp_confirmed_at is not None,
        account.totp_confirmed_at,
        len(left) if account.totp_confirmed_at else 0,
    )


def begin(session: Session, actor: Actor) -> Enrolment:
    """A new secret to put into an app. It counts only once `confirm` has seen a code of it."""
    account = _own(session, actor)
    if account.totp_confirmed_at is not None:
        raise AlreadyOn
    secret = pyotp.random_base32()
    account.totp_secret_sealed = SECRET.seal(secret, account.id)
    account.totp_last_step = None
    session.add(account)
    address = TOTP(secret).provisioning_uri(name=account.email, issuer_name="SecureCare")
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="#fff")
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return Enrolment(picture, grouped)


def with_code(actor: Actor, verb: Callable[[Session, Actor, str], Done], code: str) -> Done:
    """Do what a present code is asked for, of `confirm`, `renew_recovery_codes` and `turn_off`.

    Each try is counted before it is looked at: whoever sits at somebody else's open page does not
    guess for long. Raises `Paused` and what the verb does. Opens its own transactions.
    """
    with transaction(SIGN_IN) as session:
        attempt = throttle.keys("present code", str(actor.account_id), actor.address, None)
        throttle.take_attempt(session, attempt)
    with transaction(actor.scope) as session:
        done = verb(session, actor, code)
    with transaction(SIGN_IN) as session:
        throttle.take_back(session, attempt)
    return done


def confirm(session: Session, actor: Actor, code: str) -> list[str]:
    """Turn the second factor on and give the recovery codes, which are shown this once."""
    account = _own(session, actor)
    if account.totp_confirmed_at is not None:
        raise AlreadyOn
    if not _use_code(session, account, code):
        raise WrongCode
    account.totp_confirmed_at = clock.now()
    session.add(account)
    audit.record(session, actor, "second_factor.turned_on", account)
    return _new_recovery_codes(session, account)


def renew_recovery_codes(session: Session, actor: Actor, code: str) -> list[str]:
    """Ten new recovery codes for a present code; the former ones stop working."""
    account = _own(session, actor)
    if account.totp_confirmed_at is None or not _use_code(session, account, code):
        raise WrongCode
    audit.record(session, actor, "recovery_codes.renewed", account)
    return _new_recovery_codes(session, account)


def turn_off(session: Session, actor: Actor, code: str) -> None:
    """Turn one's second factor off with a present code, unless an organization one works in requires it."""
    account = _own(session, actor)
    if session.execute(_REQUIRED_SOMEWHERE, {"account_id": actor.account_id}).scalar_one():
        raise Required
    if use(session, actor.account_id, code) is None:
        raise WrongCode
    remove(session, account)
    audit.record(session, actor, "second_factor.turned_off", account)


_REQUIRED_SOMEWHERE = text("""
    SELECT EXISTS (SELECT FROM membership m JOIN organization o ON o.id = m.organization_id
                    WHERE m.account_id = :account_id AND m.ended_at IS NULL
                      AND o.require_second_factor)
""")


def remove(session: Session, account: Account) -> None:
    """Forget an account's second factor and its recovery codes."""
    account.totp_secret_sealed = None
    account.totp_confirmed_at = None
    account.totp_last_step = None
    session.add(account)
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))


def use(session: Session, account_id: int, code: str) -> Used | None:
    """Spend a code or a recovery code; None if it is wrong, too old, or was spent before."""
    account = session.get(Account, account_id)
    if account is None or account.totp_confirmed_at is None:
        return None
    if _use_code(session, account, code):
        return "code"
    return "recovery code" if _use_recovery_code(session, account_id, code) else None


def _use_code(session: Session, account: Account, code: str) -> bool:
    """Whether the code is of this step or its neighbours, and later than any accepted before.

    The database decides which of two simultaneous uses comes first (RFC 6238, 5.2).
    """
    digits = "".join(code.split())
    if account.totp_secret_sealed is None or not (digits.isascii() and digits.isdecimal()):
        return False
    totp = TOTP(SECRET.open(account.totp_secret_sealed, account.id))
    present = int(clock.now().timestamp()) // STEP_SECONDS
    matching = [
        step
        for step in (present - 1, present, present + 1)
        if hmac.compare_digest(totp.at(step * STEP_SECONDS), digits)
    ]
    return any(_spend_step(session, account, step) for step in matching)


def _spend_step(session: Session, account: Account, step: int) -> bool:
    unspent = col(Account.totp_last_step).is_(None) | (col(Account.totp_last_step) < step)
    spent = session.execute(
        update(Account)
        .where(col(Account.id) == account.id, unspent)
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return spent.rowcount == 1  # pyright: ignore[reportAttributeAccessIssue]


def _new_recovery_codes(session: Session, account: Account) -> list[str]:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    for code in codes:
        session.add(RecoveryCode(account_id=account.id or 0, code_hash=_hash(code)))
    return codes


def _use_recovery_code(session: Session, account_id: int, code: str) -> bool:
    spent = session.execute(
        update(RecoveryCode)
        .where(
            col(RecoveryCode.account_id) == account_id,
            col(RecoveryCode.code_hash) == _hash(code),
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return spent.rowcount == 1  # pyright: ignore[reportAttributeAccessIssue]


def _recovery_code() -> str:
    """Twelve letters, 59 bits: too many to guess, so a plain hash keeps it safe."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _hash(code: str) -> str:
    letters = "".join(each for each in code.casefold() if each.isalnum())
    return hashlib.sha256(b"recovery code\x1f" + letters.encode()).hexdigest()


def _own(session: Session, actor: Actor) -> Account:
    account = session.get(Account, actor.account_id)
    if account is None:
        raise SignedOut
    return account


def is_required(session: Session, organization_id: int) -> bool:
    """Whether the organization asks for a second factor; one's own portal does not."""
    asked = session.execute(
        text("SELECT require_second_factor FROM organization WHERE id = :id"),
        {"id": organization_id},
    ).scalar()
    return bool(asked)
