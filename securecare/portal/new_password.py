"""A new password by mail, for whoever forgot theirs: patrons and staff alike.

The answer is the same for every address. A second factor stays in force: who reads somebody's mail
has one thing of two.
"""

from securecare.access import accounts, passwords, sessions, throttle
from securecare.access.links import LinkGone
from securecare.access.models import Account
from securecare.access.sessions import Device
from securecare.customers.customers import is_mail
from securecare.foundation.db import SIGN_IN, transaction
from securecare.foundation.forms import NotAccepted
from securecare.portal import letters
from securecare.portal.models import PASSWORD


def ask(email: str, device: Device) -> str:
    """Take the wish in; gives the address tidied, for `send`. Raises `NotAccepted` or `Paused`."""
    email = email.strip()
    if not is_mail(email):
        raise NotAccepted({"email": "Enter an address like name@example.org."})
    with transaction(SIGN_IN) as session:
        key = accounts.email_key(email)
        throttle.take_attempt(session, throttle.letter_keys("new password", key, device.address))
    return email


def send(email: str) -> None:
    """Mail a link, if there is somebody to mail it to. Comes after the answer."""
    with transaction(SIGN_IN) as session:
        account = accounts.by_email(session, email)
        if account is None or account.disabled_at is not None:
            return
        link, token = letters.issue(session, PASSWORD, account.email, account.id)
        values = {"link": letters.address_of(token), "until": letters.until(link)}
        letters.send(session, link, "new_password", values)


def set_with(token: str, password: str, device: Device) -> str:
    """Set the password, and sign the person out everywhere; gives the address to sign in with.

    Raises `LinkGone` or `WeakPassword`.
    """
    with transaction(SIGN_IN) as session:
        link = letters.usable(session, token, PASSWORD)
        account = session.get(Account, link.account_id)
    if account is None:
        raise LinkGone
    passwords.require_good(password, account.name, account.email)
    kept = passwords.hashed(password)
    with transaction(SIGN_IN) as session:
        link = letters.usable(session, token, PASSWORD, claim=True)
        account = session.get(Account, link.account_id, with_for_update=True)
        if account is None or account.disabled_at is not None:
            raise LinkGone
        account.password_hash, account.vouched_by = kept, None
        session.add(account)
        sessions.close_all_of(session, account.id or 0, "password reset")
        letters.void_all_of(session, account.id or 0)
        letters.note(session, account, "password.reset_by_mail", device)
        return account.email
