"""Letters with which a person claims the account that staff made for them: sent, withdrawn."""

import secrets
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access import sessions
from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.customers import customers, days, patron_links
from securecare.customers.customers import CustomerForm, is_mail
from securecare.customers.models import Customer
from securecare.customers.patron_models import Patron, PatronInvitation
from securecare.customers.search import FoundCustomer
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.errors import DomainError
from securecare.foundation.forms import NotAccepted
from securecare.notices import outbox
from securecare.notices.outbox import Notice
from securecare.organization import words
from securecare.settings import settings

INVITATION = columns_of(PatronInvitation)
VALID_FOR = timedelta(days=14)
PATH = "/auth/invitation"
KEPT_AFTER_END = timedelta(days=90)
"""How long the record still tells of a letter that opens nothing any more. The trail has it for good."""
SOONEST = timedelta(minutes=2)
"""How soon after one letter the next may follow, to the same person."""
DAILY, DAILY_TO_ADDRESS = 5, 8
"""How many letters a day to one customer, and to one address from this organization."""


class NoAccount(DomainError):
    """There is nothing to claim."""

    def __init__(self) -> None:
        super().__init__("Make an account for this person first.")


class Claimed(DomainError):
    """The person has their account by now."""

    def __init__(self) -> None:
        super().__init__("The person uses their account already.")


class InvitedOften(DomainError):
    """Letters to the same person follow each other too closely."""

    def __init__(self, again: str) -> None:
        super().__init__(f"An invitation is on its way. You can send another one {again}.")


def invite(session: Session, actor: Actor, customer_id: int, email: str = "") -> int:
    """Write to the customer, or to the address named; earlier links stop working.

    Gives the id of the invitation. Raises `NotFound`, `NotAccepted`, `NoAccount`, `Claimed` or
    `InvitedOften`.
    """
    row = patron_links.to_change(session, actor, customer_id)
    link = patron_links.linked(session, customer_id, lock=True)
    if link is None:
        raise NoAccount
    patron = session.get_one(Patron, link.patron_id)
    if patron.account_id is not None:
        raise Claimed
    email = " ".join(email.split()) or row.email
    if not is_mail(email):
        raise NotAccepted({"email": "Enter the address that the invitation is to go to."})
    _require_patience(session, actor, customer_id, email)
    _close_open(session, actor, patron.id or 0)
    token = secrets.token_urlsafe(32)
    invitation = PatronInvitation(
        organization_id=actor.organization_id,
        patron_id=patron.id or 0,
        customer_id=customer_id,
        email=email,
        token_hash=sessions.hash_of(token),
        made_by=actor.account_id,
        made_at=clock.now(),
        expires_at=clock.now() + VALID_FOR,
    )
    session.add(invitation)
    session.flush()
    _queue(session, actor, row, invitation, token)
    audit.record(session, actor, "patron.invited", row)
    return invitation.id or 0


def register(
    session: Session,
    actor: Actor,
    form: CustomerForm,
    *,
    account: bool = False,
    another_person: bool = False,
) -> FoundCustomer:
    """A new customer, and with `account` one for them to claim, and the letter that says so.

    All or nothing. Raises as `customers.register` does.
    """
    if not account:
        return customers.register(session, actor, form, another_person=another_person)
    if not form.email.strip():
        wrong = customers.complaints(session, actor, form)
        raise NotAccepted(wrong | {"email": "Enter the address that the invitation is to go to."})
    made = patron_links.register(session, actor, form, another_person=another_person)
    invite(session, actor, made.id)
    return made


def withdraw(session: Session, actor: Actor, customer_id: int) -> None:
    """The link that is on its way opens nothing any more. Raises `NotFound`."""
    row = patron_links.to_change(session, actor, customer_id)
    link = patron_links.linked(session, customer_id, lock=True)
    if link is None or not _close_open(session, actor, link.patron_id):
        raise NotFound("An open invitation")
    audit.record(session, actor, "patron.invitation_withdrawn", row)


def purge(session: Session, most: int) -> int:
    """Forget so many invitations whose time was over long ago. For a job, in the system scope."""
    asked = {"before": clock.now() - KEPT_AFTER_END, "most": most}
    return len(session.execute(_ENDED, asked).all())


def _close_open(session: Session, actor: Actor, patron_id: int) -> bool:
    """Close what is open, and do not send what was not sent yet; whether there was anything."""
    query = (
        model_select(PatronInvitation)
        .where(
            INVITATION.patron_id == patron_id,
            INVITATION.organization_id == actor.organization_id,
            INVITATION.used_at.is_(None),
            INVITATION.withdrawn_at.is_(None),
        )
        .with_for_update()
    )
    row = session.exec(query).one_or_none()
    if row is None:
        return False
    row.withdrawn_at = clock.now()
    session.flush()
    outbox.cancel(session, actor.organization_id, _key(row))
    return True


def _require_patience(session: Session, actor: Actor, customer_id: int, email: str) -> None:
    now = clock.now()
    told = session.execute(
        _LATELY,
        {
            "organization": actor.organization_id,
            "customer": customer_id,
            "email": email,
            "since": now - timedelta(days=1),
        },
    ).one()
    if told.latest is not None and told.latest > now - SOONEST:
        raise InvitedOften("in two minutes")
    if told.to_customer >= DAILY or told.to_address >= DAILY_TO_ADDRESS:
        raise InvitedOften("tomorrow")


def _queue(
    session: Session, actor: Actor, row: Customer, invitation: PatronInvitation, token: str
) -> None:
    until = days.local(session, invitation.expires_at)
    zone = patron_links.as_recorded(session, actor.organization_id, row.id or 0)["time_zone"]
    outbox.queue(
        session,
        Notice(
            organization_id=actor.organization_id,
            channel="email",
            to=invitation.email,
            template="patron_invitation",
            values={
                "organization": words.of(session, actor).organization,
                "until": f"{until:%B} {until.day}, {until.year}",
                "link": f"{settings().public_url}{PATH}?token={token}",
            },
            business_key=_key(invitation),
            customer_id=row.id,
            time_zone=zone or None,
        ),
    )


def _key(invitation: PatronInvitation) -> str:
    return f"patron-invitation:{invitation.id}"


_LATELY = text("""
    SELECT (SELECT max(made_at) FROM patron_invitation
             WHERE organization_id = :organization AND customer_id = :customer) AS latest,
           (SELECT count(*) FROM patron_invitation
             WHERE organization_id = :organization AND customer_id = :customer
               AND made_at > :since) AS to_customer,
           (SELECT count(*) FROM patron_invitation
             WHERE organization_id = :organization AND lower(email) = lower(:email)
               AND made_at > :since) AS to_address
""")
_ENDED = text("""
    WITH gone AS MATERIALIZED (
        SELECT id FROM patron_invitation WHERE expires_at < :before
         ORDER BY expires_at LIMIT :most
           FOR UPDATE SKIP LOCKED
    )
    DELETE FROM patron_invitation USING gone WHERE patron_invitation.id = gone.id RETURNING 1
""")
