"""Another e-mail address: asked for with the password, and used once whoever reads it said so."""

from securecare.access import accounts, passwords, throttle
from securecare.access.accounts import WrongPassword
from securecare.access.actor import Actor
from securecare.access.links import LinkGone
from securecare.access.models import Account
from securecare.access.sessions import Device
from securecare.customers.customers import is_mail
from securecare.foundation import audit
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.forms import NotAccepted, refused_by
from securecare.notices import outbox
from securecare.notices.outbox import Notice
from securecare.portal import letters
from securecare.portal.models import ADDRESS
from securecare.settings import settings


def ask(actor: Actor, email: str, password: str) -> str:
    """Mail a link to the new address; gives that address.

    One that belongs to somebody else is told so by mail, and the answer here is the same. Raises
    `NotAccepted`, `WrongPassword` or `Paused`. Opens its own transactions, as signing in does.
    """
    email = email.strip()
    if not is_mail(email):
        raise NotAccepted({"email": "Enter an address like name@example.org."})
    key = accounts.email_key(email)
    with transaction(SIGN_IN) as session:
        account = accounts.own(session, actor)
        if key == account.email_key:
            raise NotAccepted({"email": "This is the address you sign in with already."})
        attempt = throttle.keys("change", str(account.id), actor.address, None)
        throttle.take_attempt(session, attempt)
    if not passwords.matches(account.password_hash, password):
        raise WrongPassword
    with transaction(SIGN_IN) as session:
        throttle.take_back(session, attempt)
        throttle.take_attempt(session, throttle.letter_keys("address", key, actor.address))
    with transaction(SIGN_IN) as session:
        taken = accounts.by_email(session, email) is not None
        link, token = letters.issue(session, ADDRESS, email, actor.account_id, good=not taken)
        values = {"link": letters.address_of(token), "until": letters.until(link)}
        if taken:
            values = {"link": f"{settings().public_url}/sign-in"}
        letters.send(session, link, "address_in_use" if taken else "confirm_address", values)
        audit.record_anonymous(
            session,
            "account.address_change_asked",
            actor.address,
            account_id=actor.account_id,
            actor=actor.name,
            obj=account,
        )
    return email


def confirm(token: str, device: Device) -> str:
    """Use the new address from now on, and tell the old one; gives the new one.

    Raises `LinkGone`, also where somebody else came to have that address meanwhile.
    """
    with transaction(SIGN_IN) as session:
        link = letters.usable(session, token, ADDRESS, claim=True)
        account = session.get(Account, link.account_id, with_for_update=True)
        if account is None or account.disabled_at is not None:
            raise LinkGone
        former = account.email
        account.email, account.email_key = link.email, link.email_key
        with refused_by("uq_account_email_key", LinkGone()):
            session.add(account)
            session.flush()
        letters.void_all_of(session, account.id or 0)
        letters.note(session, account, "account.address_changed", device)
        told = {"organization": "the organization that cares for you"}
        notice = Notice(
            None, "email", former, "address_changed", told, f"address_changed:{link.id}"
        )
        outbox.queue(session, notice)
        return account.email
