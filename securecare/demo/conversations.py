"""Conversations with some of the demo's customers, written by the product's own verbs."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor, Grant
from securecare.access.roles import Role
from securecare.foundation import clock
from securecare.messages import portal, reading, recipients, writing
from securecare.messages.writing import Beginning, Settings, Words
from securecare.notices import consent

STAFF, CUSTOMER = "staff", "customer"
CUSTOMERS = 9
CLOSED = "Closed on the holiday"
_TALKS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Papers for the housing application",
        (
            (STAFF, "Hello, the housing office asks for a copy of your lease. Do you have it?"),
            (CUSTOMER, "I have it at home. Can I bring it on Thursday?"),
            (STAFF, "Thursday is fine. Bring the last letter from the landlord too, please."),
            (CUSTOMER, "I will. Is it enough if I bring photos of it?"),
        ),
    ),
    (
        "A ride to your next visit",
        (
            (STAFF, "We can pick you up at nine. Please wait at the side entrance."),
            (CUSTOMER, "Thank you! I will be there."),
        ),
    ),
    (
        "Your questions about the form",
        (
            (STAFF, "The second page is for your doctor. You need not fill in anything there."),
            (STAFF, "If you are not sure about the dates, leave them open. We do it together."),
        ),
    ),
    (
        CLOSED,
        ((STAFF, "Our front desk is closed on the holiday. In an emergency call the night line."),),
    ),
    (
        "Welcome",
        ((STAFF, "Good to have you with us. Here you can write to us whenever it suits you."),),
    ),
)


@dataclass(frozen=True, slots=True)
class People:
    """A member of staff who writes, and others who may take part."""

    organization_id: int
    writer: int
    name: str
    others: frozenset[int]

    @property
    def staff(self) -> Actor:
        """The member of staff, acting."""
        grants = (Grant(Role.MANAGER),)
        return Actor(self.writer, self.organization_id, 0, self.name, grants, "")


def write_conversations(session: Session, people: People, seed: int) -> None:
    """Start conversations with the first customers; those who have an account answer."""
    dice = Random(seed)
    asked = {"organization": people.organization_id, "most": CUSTOMERS}
    for number, row in enumerate(session.execute(_CUSTOMERS, asked).all()):
        patron = None
        if row.account_id is not None:
            grants = (Grant(Role.PATRON),)
            patron = Actor(row.account_id, people.organization_id, 0, row.name, grants, "")
        talks = _TALKS if patron else (_TALKS[number % len(_TALKS)],)
        for index, (subject, said) in enumerate(talks):
            day = clock.now() - timedelta(days=1 + number + 3 * (len(talks) - index))
            began = day.replace(hour=15, minute=dice.randint(0, 59), second=0, microsecond=0)
            _talk(session, people, patron, row.id, subject, said, began, dice)
        # Only now: what they agree to today tells nobody of what was written before.
        agree = partial(consent.record, session, people.staff, row.id, "message_alerts", True)
        agree(channel="email")
        if number % 2 == 0 and row.phone:
            agree()


def _talk(
    session: Session,
    people: People,
    patron: Actor | None,
    customer_id: int,
    subject: str,
    said: tuple[tuple[str, str], ...],
    began: datetime,
    dice: Random,
) -> None:
    thread, at = 0, began
    for number, (side, words) in enumerate(said):
        key = uuid.UUID(int=dice.getrandbits(128))
        with clock.frozen(at, everywhere=False):
            if number == 0:
                may = recipients.eligible(session, people.staff, customer_id)
                others = people.others & {each.account_id for each in may}
                settings = Settings(others | {people.writer}, subject != CLOSED)
                beginning = Beginning(subject, Words(words, key), settings)
                thread = writing.start(session, people.staff, customer_id, beginning)
            elif side == STAFF:
                reading.mark_read(session, people.staff, thread, 2**62)
                writing.send(session, people.staff, thread, Words(words, key))
            elif patron is not None:
                portal.mark_read(session, patron, {customer_id}, thread, 2**62)
                portal.reply(session, patron, {customer_id}, thread, words, key)
        at += timedelta(minutes=dice.randint(9, 90))


_CUSTOMERS = text("""
    SELECT c.id, c.phone, p.account_id, coalesce(a.name, '') AS name
      FROM customer c
      LEFT JOIN patron_link l ON l.customer_id = c.id AND l.status = 'linked'
      LEFT JOIN patron p ON p.id = l.patron_id
      LEFT JOIN account a ON a.id = p.account_id
     WHERE c.organization_id = :organization ORDER BY c.number LIMIT :most
""")
