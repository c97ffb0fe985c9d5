"""Secure messages on their customer's calendar: that there was one, and never what it says."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.customers.activity import MOST, Happening, Kind, source
from securecare.foundation.columns import columns_of
from securecare.foundation.spans import Span
from securecare.messages.models import Message, MessageThread

THREAD, MESSAGE, ACCOUNT = columns_of(MessageThread), columns_of(Message), columns_of(Account)


@source("messages", Kind.OTHER, Permission.VIEW_MESSAGES, ("message_thread",))
def messages(session: Session, actor: Actor, customer_id: int, span: Span) -> Iterable[Happening]:
    """Who wrote when."""
    query = (
        select(MESSAGE.id, MESSAGE.sent_at, MESSAGE.from_customer, ACCOUNT.name)
        .join(MessageThread, THREAD.id == MESSAGE.thread_id)
        .join(Account, ACCOUNT.id == MESSAGE.account_id)
        .where(
            THREAD.organization_id == actor.organization_id,
            THREAD.customer_id == customer_id,
            THREAD.last_at >= span.start,
            THREAD.started_at < span.end,
            MESSAGE.sent_at >= span.start,
            MESSAGE.sent_at < span.end,
        )
        .order_by(MESSAGE.sent_at, MESSAGE.id)
        .limit(MOST)
    )
    for row in session.execute(query):
        yield Happening(
            f"message {row.id}",
            Kind.OTHER,
            row.sent_at,
            None,
            "Secure message",
            "They wrote" if row.from_customer else f"{row.name} wrote",
            href=f"/customers/{customer_id}/messages",
        )
