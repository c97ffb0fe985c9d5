"""Signing up as a patron: an address is proven first, and only then there is an account.

Whoever asks is told the same, whether or not the address has an account: what is there to say is
said by mail, to whoever reads that address.
"""

from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlmodel import Session

from securecare.access import accounts, passwords, sessions, throttle
from securecare.access.actor import Actor
from securecare.access.links import LinkGone
from securecare.access.models import Account
from securecare.access.sessions import Device
from securecare.customers.customers import is_mail
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.forms import (
    Complaints,
    complain_of_text,
    refused_by,
    require_none,
)
from securecare.portal import letters
from securecare.portal.models import SIGN_UP, MailedLink
from securecare.settings import settings


@dataclass(frozen=True, slots=True)
class Wish:
    """Who would like an account, and the page they were on the way to."""

    given_name: str
    family_name: str
    email: str
    onward: str = ""

    def tidied(self) -> "Wish":
        """With single spaces, and without blanks at the ends."""
        given, family = (" ".join(name.split()) for name in (self.given_name, self.family_name))
        return replace(self, given_name=given, family_name=family, email=self.email.strip())

    def complaints(self) -> Complaints:
        """What cannot stay as it is, by field. Nothing of it depends on what accounts there are."""
        found: Complaints = {}
        complain_of_text(found, "given_name", self.given_name, "your first name", 60)
        complain_of_text(found, "family_name", self.family_name, "your last name", 60)
        if not is_mail(self.email):
            found["email"] = "Enter an address like name@example.org."
        return found


@dataclass(frozen=True, slots=True)
class Finished:
    """An account that was just made, with its first session; or one that has a portal from now on.

    `token` is the value of the session's cookie. An account that was there before is not signed in.
    """

    email: str
    token: str
    onward: str


def ask(wish: Wish, device: Device) -> Wish:
    """Take the wish in, or say what is wrong with it; gives it tidied, for `send`.

    Raises `NotAccepted` or `Paused`. Does and takes the same for every address.
    """
    wish = wish.tidied()
    require_none(wish.complaints())
    with transaction(SIGN_IN) as session:
        key = accounts.email_key(wish.email)
        throttle.take_attempt(session, throttle.letter_keys("sign up", key, device.address))
    return wish


def ask_as(person: Actor, device: Device) -> Wish:
    """The same for somebody who has signed in and belongs nowhere: a portal, to their own address.

    Raises `Paused`.
    """
    with transaction(SIGN_IN) as session:
        account = accounts.own(session, person)
        given, _, family = account.name.partition(" ")
        key = throttle.letter_keys("sign up", account.email_key, device.address)
        throttle.take_attempt(session, key)
        return Wish(given, family, account.email)


def send(wish: Wish) -> None:
    """Mail what there is to say to that address. Comes after the answer, whose time tells nothing."""
    with transaction(SIGN_IN) as session:
        known = accounts.by_email(session, wish.email)
        # Two ways of writing may be compared alike and yet be two mailboxes, as with ß and ss.
        email = known.email if known else wish.email
        in_use = known is not None and (known.disabled_at is not None or _is_patron(session, known))
        link, token = letters.issue(
            session,
            SIGN_UP,
            email,
            given_name=wish.given_name,
            family_name=wish.family_name,
            onward=wish.onward,
            good=not in_use,
        )
        if in_use:
            letters.send(
                session, link, "address_in_use", {"link": f"{settings().public_url}/sign-in"}
            )
        else:
            values = {"link": letters.address_of(token), "until": letters.until(link)}
            letters.send(session, link, "confirm_address", values)


def finish(token: str, password: str, device: Device) -> Finished:
    """Make the account and its patron, and sign the person in.

    Whoever has an account already, as at work, gets a portal to it, and signs in as ever; but with
    the new password if the present one was set with a link of an organization. Raises `LinkGone`
    or `WeakPassword`.
    """
    with transaction(SIGN_IN) as session:
        link = letters.usable(session, token, SIGN_UP)
        known = accounts.by_email(session, link.email)
    if known is not None and not letters.asks_password(known):
        return _add_portal(token, device, None)
    name = known.name if known else f"{link.given_name} {link.family_name}"
    passwords.require_good(password, name, link.email)
    kept = passwords.hashed(password)
    if known is not None:
        return _add_portal(token, device, kept)
    with transaction(SIGN_IN) as session:
        link = letters.usable(session, token, SIGN_UP, claim=True)
        account = Account(email=link.email, email_key=link.email_key, name=name, password_hash=kept)
        with refused_by("uq_account_email_key", LinkGone()):
            session.add(account)
            session.flush()
        _make_patron(session, account, link)
        letters.note(session, account, "account.signed_up", device)
        opened = sessions.open_for(session, account.id or 0, device, portal=True)
        return Finished(link.email, opened, link.onward)


def _add_portal(token: str, device: Device, new_password: str | None) -> Finished:
    with transaction(SIGN_IN) as session:
        link = letters.usable(session, token, SIGN_UP, claim=True)
        account = accounts.by_email(session, link.email)
        if account is None or account.disabled_at is not None or _is_patron(session, account):
            raise LinkGone
        if new_password is not None:
            account.password_hash, account.vouched_by = new_password, None
            session.add(account)
            sessions.close_all_of(session, account.id or 0, "password reset")
        elif letters.asks_password(account):
            raise LinkGone
        with refused_by("uq_patron_account_id", LinkGone()):
            _make_patron(session, account, link)
        letters.note(session, account, "account.portal_opened", device)
        return Finished(account.email, "", link.onward)


def _make_patron(session: Session, account: Account, link: MailedLink) -> None:
    session.execute(
        _PATRON,
        {
            "account_id": account.id,
            "given_name": link.given_name,
            "family_name": link.family_name,
            "email": account.email,
            "now": clock.now(),
        },
    )


def _is_patron(session: Session, account: Account) -> bool:
    return bool(session.execute(_IS_PATRON, {"account_id": account.id}).scalar())


_IS_PATRON = text("SELECT is_patron(:account_id)")
# Nothing is given back: who signs in may add a patron, and see none.
_PATRON = text("""
    INSERT INTO patron (account_id, given_name, family_name, phone, email, street, city, region,
                        postal_code, country, time_zone, preferred_name, pronouns, gender, ethnicity,
                        language, needs_interpreter, version, created_at, changed_at)
    VALUES (:account_id, :given_name, :family_name, '', :email, '', '', '', '', '', '', '', '', '',
            '', '', false, 1, :now, :now)
""")
