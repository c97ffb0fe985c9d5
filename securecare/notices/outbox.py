"""The outbox: whoever wants something sent writes it down in the transaction of the deed.

Both happen or neither does. Sending comes later and elsewhere (`securecare.notices.sending`).
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from securecare.foundation import clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.errors import DomainError
from securecare.notices import templates
from securecare.notices.models import RECIPIENT, VALUES, NoticeRow

Channel = Literal["email", "sms"]
Use = Literal["appointment_reminders", "payment_notices", "message_alerts"]

USES: tuple[Use, ...] = ("appointment_reminders", "payment_notices", "message_alerts")
E164 = re.compile(r"\+[1-9]\d{6,14}")
_MAIL = re.compile(r"[^@\s<>(),;:\"\[\]\\]{1,64}@[^@\s<>(),;:\"\[\]\\]{3,255}")
_ROW, _TABLE = columns_of(NoticeRow), table_of(NoticeRow)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be sent to whom.

    `business_key` names the occasion within the organization ("invitation:17", "message:4:alert"):
    the same key again is the same notice. It is told to the provider, so it holds ids only.
    `use` is what the customer must have agreed to when it is sent; without one it counts as asked
    for by its recipient. `time_zone` is the recipient's, where it is known.
    """

    organization_id: int | None
    """Nobody's is what the product itself tells a person, as how to choose a new password."""
    channel: Channel
    to: str
    template: str
    values: Mapping[str, str] = field(repr=False)
    business_key: str
    use: Use | None = None
    customer_id: int | None = None
    not_before: datetime | None = None
    time_zone: str | None = None


class NoAddress(DomainError):
    """There is no address or number that this could be sent to."""

    def __init__(self, channel: str) -> None:
        what = "phone number" if channel == "sms" else "e-mail address"
        super().__init__(f"There is no {what} this could be sent to.")


def queue(session: Session, notice: Notice) -> int:
    """Have the notice sent once this transaction has held; gives its id.

    Raises `NoAddress`, or `UnknownValues` if the template takes other values.
    """
    _require_sound(notice)
    public_id = uuid.uuid4()
    values = json.dumps(dict(notice.values), ensure_ascii=False)
    added = insert(_TABLE).values(
        organization_id=notice.organization_id,
        public_id=public_id,
        channel=notice.channel,
        use=notice.use,
        customer_id=notice.customer_id,
        template=notice.template,
        recipient_sealed=RECIPIENT.seal(notice.to, public_id),
        values_sealed=VALUES.seal(values, public_id),
        time_zone=notice.time_zone,
        business_key=notice.business_key,
        round=1,
        state="queued",
        attempts=0,
        due_at=notice.not_before or clock.now(),
        leased_by="",
        last_error="",
        queued_at=clock.now(),
    )
    unless_there = added.on_conflict_do_nothing(index_elements=["organization_id", "business_key"])
    made = session.execute(unless_there.returning(_ROW.id)).scalar()
    return made if made is not None else _known(session, notice)


def cancel(session: Session, organization_id: int, business_key: str) -> bool:
    """Withhold a notice that is not needed any more; whether it was still waiting."""
    waiting = (
        _TABLE.update()
        .where(
            _ROW.organization_id == organization_id,
            _ROW.business_key == business_key,
            _ROW.state == "queued",
        )
        .values(state="withheld", last_error="not_needed", finished_at=clock.now())
    )
    return session.execute(waiting.returning(_ROW.id)).first() is not None


def _known(session: Session, notice: Notice) -> int:
    query = select(_ROW.id).where(
        _ROW.organization_id.is_not_distinct_from(notice.organization_id),
        _ROW.business_key == notice.business_key,
    )
    return session.execute(query).scalar_one()


def _require_sound(notice: Notice) -> None:
    form = E164 if notice.channel == "sms" else _MAIL
    if not form.fullmatch(notice.to):
        raise NoAddress(notice.channel)
    if not 1 <= len(notice.business_key) <= 200 or not notice.business_key.isprintable():
        raise ValueError("A notice needs a business key of at most 200 characters.")
    if notice.use is not None and notice.customer_id is None:
        raise ValueError("A notice that needs consent names the customer who may have given it.")
    templates.require_fitting(notice.template, notice.channel, notice.values)
