"""What is unread: how far each person has read each thread."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.customers.models import Customer
from securecare.foundation import clock
from securecare.foundation.columns import columns_of, table_of
from securecare.messages.models import MessageParticipant, MessageRead, MessageThread

THREAD, TAKES_PART, READ = (
    columns_of(MessageThread),
    columns_of(MessageParticipant),
    columns_of(MessageRead),
)
CUSTOMER = columns_of(Customer)
SEES = Permission.VIEW_MESSAGES
MOST_COUNTED = 100
"""More than that is said to be more than that."""
READ_TO: ColumnElement[int] = case((READ.last_message_id.is_(None), 0), else_=READ.last_message_id)
"""How far it was read, as a condition can use it: beneath row-level security no index is found by
what `coalesce` gives."""


def unread(session: Session, actor: Actor) -> int:
    """In how many threads that the actor takes part in there is something they have not read.

    Counted up to `MOST_COUNTED`.
    """
    if not actor.may(SEES):
        return 0
    found = select(TAKES_PART.thread_id).where(
        TAKES_PART.account_id == actor.account_id,
        TAKES_PART.organization_id == actor.organization_id,
        TAKES_PART.last_message_id > TAKES_PART.read_message_id,
    )
    if not actor.reach(SEES).everywhere:
        found = found.join(MessageThread, THREAD.id == TAKES_PART.thread_id)
        found = found.join(Customer, CUSTOMER.id == THREAD.customer_id)
        found = found.where(visibility.within_reach(actor, SEES))
    query = select(func.count()).select_from(found.limit(MOST_COUNTED).subquery())
    return session.execute(query).scalar_one()


def taking_part(session: Session, actor: Actor, thread_ids: Collection[int]) -> set[int]:
    """The accounts that take part in any of these threads of the actor's organization."""
    query = select(TAKES_PART.account_id).where(
        TAKES_PART.organization_id == actor.organization_id,
        TAKES_PART.thread_id.in_(list(thread_ids)),
    )
    return set(session.execute(query).scalars())


def note(
    session: Session, actor: Actor, thread_id: int, up_to: int, *, by_customer: bool = False
) -> bool:
    """Note that the actor has read up to a message; whether that is further than before.

    Whoever calls this has found out that the thread is theirs to read, and has that message.
    """
    added = insert(table_of(MessageRead)).values(
        organization_id=actor.organization_id,
        thread_id=thread_id,
        account_id=actor.account_id,
        by_customer=by_customer,
        last_message_id=up_to,
        read_at=clock.now(),
    )
    further = added.on_conflict_do_update(
        index_elements=["thread_id", "account_id", "by_customer"],
        set_={
            "last_message_id": added.excluded.last_message_id,
            "read_at": added.excluded.read_at,
        },
        where=READ.last_message_id < added.excluded.last_message_id,
    )
    return session.execute(further.returning(READ.thread_id)).first() is not None
