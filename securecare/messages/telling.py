"""Telling a customer that something waits for them: never what, never from whom, and not twice.

Only where they agreed to alerts on that channel; whether they still do is asked again when it goes
out. Whoever calls this holds the thread's row, so that two messages at once tell of one of them.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from securecare.messages.models import MessageThread
from securecare.notices import consent, outbox
from securecare.notices.outbox import Channel, NoAddress, Notice
from securecare.settings import settings

TEMPLATE = "message_waiting"
USE = "message_alerts"
CHANNELS: tuple[Channel, ...] = ("email", "sms")


@dataclass(frozen=True, slots=True)
class _Contact:
    """Where a customer can be told something."""

    organization: str
    email: str
    phone: str
    time_zone: str | None


def tell(session: Session, thread: MessageThread, message_id: int) -> bool:
    """Queue that a message of staff waits, unless they were told of an unread one already.

    Gives whether anything was queued.
    """
    if _told_and_unread(session, thread):
        return False
    contact = _contact(session, thread)
    queued = [_queued(session, thread, message_id, contact, *each) for each in _ways(contact)]
    if any(queued):
        thread.told_message_id = message_id
        session.flush()
    return any(queued)


def read_meanwhile(session: Session, thread: MessageThread) -> None:
    """Take back what still waits to be sent: they have read the thread by themselves."""
    if thread.told_message_id is not None:
        for channel in CHANNELS:
            outbox.cancel(session, thread.organization_id, _key(thread.told_message_id, channel))


def read_to(session: Session, thread_id: int) -> int:
    """The last message that the customer has read; 0 for none."""
    return session.execute(_READ_TO, {"thread": thread_id}).scalar_one()


def _told_and_unread(session: Session, thread: MessageThread) -> bool:
    told = thread.told_message_id
    if told is None or read_to(session, thread.id or 0) >= told:
        return False
    keys = [_key(told, channel) for channel in CHANNELS]
    asked = {"organization": thread.organization_id, "keys": keys}
    return session.execute(_UNDER_WAY, asked).first() is not None


def _ways(contact: _Contact) -> Iterator[tuple[Channel, str]]:
    if contact.email:
        yield "email", contact.email
    if contact.phone:
        yield "sms", contact.phone


def _queued(
    session: Session,
    thread: MessageThread,
    message_id: int,
    contact: _Contact,
    channel: Channel,
    to: str,
) -> bool:
    phone = to if channel == "sms" else None
    if not consent.allowed(session, thread.customer_id, USE, channel=channel, phone=phone):
        return False
    notice = Notice(
        thread.organization_id,
        channel,
        to,
        TEMPLATE,
        {"organization": contact.organization, "link": f"{settings().public_url}/portal/messages"},
        _key(message_id, channel),
        USE,
        thread.customer_id,
        time_zone=contact.time_zone,
    )
    with suppress(NoAddress):  # an old entry that nobody could be reached at
        outbox.queue(session, notice)
        return True
    return False


def _contact(session: Session, thread: MessageThread) -> _Contact:
    row = session.execute(_REACHED_AT, {"customer": thread.customer_id}).one()
    return _Contact(row.organization, row.email, row.phone, row.time_zone or None)


def _key(message_id: int, channel: Channel) -> str:
    return f"message:{message_id}:{channel}"


_REACHED_AT = text("""
    SELECT o.name AS organization, c.email, c.phone, p.time_zone
      FROM customer c JOIN organization o ON o.id = c.organization_id
      LEFT JOIN customer_profile p ON p.customer_id = c.id
     WHERE c.id = :customer
""")
_READ_TO = text("""
    SELECT coalesce(max(last_message_id), 0) FROM message_read
     WHERE thread_id = :thread AND by_customer
""")
_UNDER_WAY = text("""
    SELECT 1 FROM notice WHERE organization_id = :organization AND business_key = ANY(:keys)
       AND state NOT IN ('withheld', 'failed', 'dead', 'set_aside') LIMIT 1
""")
