"""Who agreed to be written to, for what: a log that only grows, so any past moment can be asked.

Consent belongs to a customer, a channel, a use and, for texts, a number: another number has to be
agreed to anew. E-mails that need consent have a log of their own beside that of texts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.models import Account
from securecare.access.roles import Permission
from securecare.customers import customers, phones, visibility
from securecare.customers.models import Customer
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.errors import DomainError
from securecare.notices.models import ContactConsent
from securecare.notices.outbox import E164, USES, Channel, Use

Source = Literal["staff", "portal", "text", "merge"]

USE_LABELS: dict[Use, str] = {
    "appointment_reminders": "Appointment reminders",
    "payment_notices": "Payment notices",
    "message_alerts": "Alerts about new messages",
}
SOURCE_LABELS: dict[Source, str] = {
    "staff": "Told staff",
    "portal": "In the portal",
    "text": "By text message",
    "merge": "Carried over from a merged record",
}
PAGE = 50
_ENTRY, _ACCOUNT = columns_of(ContactConsent), columns_of(Account)
_CUSTOMER = columns_of(Customer)


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one use; `since` is None where nothing was ever said, which means no."""

    channel: Channel
    phone: str
    use: Use
    given: bool
    since: datetime | None
    source: Source | None
    by: str

    @property
    def stopped_by_text(self) -> bool:
        """Whether only a text from the phone itself can give it again."""
        return not self.given and self.source == "text"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    id: int
    channel: Channel
    phone: str
    use: Use
    given: bool
    at: datetime
    source: Source
    by: str


class NoPhone(DomainError):
    """There is no number that could be agreed to."""

    def __init__(self) -> None:
        super().__init__(
            "Enter a complete phone number, or add one to the profile first.", field="phone"
        )


class StoppedByText(DomainError):
    """The person texted STOP; the telephone network holds that until START comes from the phone."""

    def __init__(self) -> None:
        super().__init__(
            "This number texted STOP. Only a text saying START from that phone turns texts on"
            " again."
        )


def allowed(
    session: Session,
    customer_id: int,
    use: Use,
    at: datetime | None = None,
    *,
    channel: Channel = "sms",
    phone: str | None = None,
) -> bool:
    """Whether the customer agreed to be written to for this use, now or at a past moment.

    For texts, to `phone` as E.164, or, if none is named, to whatever number.
    """
    about = {"channel": channel, "use": use}
    if channel == "sms" and phone is not None:
        about["phone"] = phone
    return any(row.given for row in session.execute(_latest(customer_id, at, **about)))


def record(
    session: Session,
    actor: Actor,
    customer_id: int,
    use: Use,
    given: bool,
    *,
    channel: Channel = "sms",
    phone: str | None = None,
) -> bool:
    """Note what a customer told staff; False if it stood so already, and nothing was noted.

    For texts, of `phone` as people write it, or of the number in the customer's profile. Raises
    `NotAllowed`, `NotFound`, `NoPhone`, or `StoppedByText` where only the phone itself may say so.
    """
    actor.require(Permission.EDIT_CUSTOMERS)
    row = visibility.customer(session, actor, customer_id, Permission.EDIT_CUSTOMERS, lock=True)
    return note(
        session,
        actor,
        row,
        use,
        given,
        channel=channel,
        phone=_kept(session, row, phone) if channel == "sms" else "",
        source="staff",
    )


def note(
    session: Session,
    actor: Actor,
    customer: Customer,
    use: Use,
    given: bool,
    *,
    channel: Channel,
    phone: str,
    source: Source,
) -> bool:
    """The same for whoever has found out already that this may be done, as the portal has.

    `customer` is the locked row, `phone` E.164. Raises `StoppedByText`.
    """
    if use not in USES or channel not in {"sms", "email"}:
        raise DomainError("Choose what it is for.", field="use")
    assert customer.id is not None
    about = {"channel": channel, "use": use, "phone": phone}
    before = session.execute(_latest(customer.id, None, **about)).one_or_none()
    if before is not None and given and not before.given and before.source == "text":
        raise StoppedByText
    if given == (before is not None and before.given) and (given or before is not None):
        return False
    _append(session, actor, customer.id, channel, phone, use, given, source)
    action = "consent.given" if given else "consent.withdrawn"
    audit.record(session, actor, action, customer, use=use, channel=channel)
    return True


def carry_over(session: Session, actor: Actor, from_customer_id: int, to_customer_id: int) -> None:
    """After two records became one: what was said to either holds; where they differ, the no does.

    The log of the former record stays as it is; whoever merges has found out that it may be done.
    """
    there = {_key(row): row for row in session.execute(_latest(to_customer_id, None))}
    for row in session.execute(_latest(from_customer_id, None)).all():
        here = there.get(_key(row))
        given = row.given and (here is None or here.given)
        if here is None or here.given != given:
            source: Source = row.source if row.source == "text" else "merge"
            told = (row.channel, row.phone, row.use, given, source)
            _append(session, actor, to_customer_id, *told)


def standing(
    session: Session, actor: Actor, customer_id: int, at: datetime | None = None
) -> list[Standing]:
    """What holds for each use, now or at a past moment: for the number in the profile, for every
    other number that something was said about, and for e-mail. Raises `NotFound`.
    """
    actor.require(Permission.VIEW_CUSTOMERS)
    customer = visibility.customer(session, actor, customer_id)
    rows = session.execute(_latest(customer_id, at)).all()
    numbers = dict.fromkeys(
        ([customer.phone] if customer.phone else [])
        + [row.phone for row in rows if row.channel == "sms"]
    )
    return _for_each(numbers, rows)


def standing_of(session: Session, customer: Customer) -> list[Standing]:
    """What holds now for the number in the profile and for e-mail, for whoever may know, as the
    customer themselves.
    """
    rows = session.execute(_latest(customer.id or 0, None)).all()
    return _for_each([customer.phone] if customer.phone else [], rows)


def _for_each(numbers: Iterable[str], rows: Sequence[Any]) -> list[Standing]:
    found = {_key(row): row for row in rows}
    targets: list[tuple[Channel, str]] = [*(("sms", number) for number in numbers), ("email", "")]
    return [
        _standing(channel, phone, use, found.get((channel, phone, use)))
        for channel, phone in targets
        for use in USES
    ]


def history(
    session: Session,
    actor: Actor,
    customer_id: int,
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """The log of one customer, and of records merged into theirs, newest first, older than
    `before_id`. Raises `NotFound`.
    """
    actor.require(Permission.VIEW_CUSTOMERS)
    visibility.customer(session, actor, customer_id)
    whose = session.execute(_one_and_merged(customer_id)).scalars()
    newest = [
        select(_ENTRY.id)
        .where(
            _ENTRY.customer_id == each, _ENTRY.id < before_id if before_id is not None else true()
        )
        .order_by(_ENTRY.id.desc())
        .limit(limit)
        for each in whose
    ]
    query = (
        select(*_SHOWN)
        .outerjoin(_ACCOUNT.id.table, _ACCOUNT.id == _ENTRY.account_id)
        .where(_ENTRY.id.in_(union_all(*newest)))
        .order_by(_ENTRY.id.desc())
        .limit(limit)
    )
    return [
        Entry(row.id, row.channel, row.phone, row.use, row.given, row.at, row.source, row.by)
        for row in session.execute(query)
    ]


def _one_and_merged(customer_id: int) -> Any:
    query = select(_CUSTOMER.id)
    return query.where(or_(_CUSTOMER.id == customer_id, _CUSTOMER.merged_into_id == customer_id))


_SHOWN = (
    _ENTRY.id,
    _ENTRY.channel,
    _ENTRY.phone,
    _ENTRY.use,
    _ENTRY.given,
    _ENTRY.at,
    _ENTRY.source,
    func.coalesce(_ACCOUNT.name, "").label("by"),
)


def _latest(customer_id: int, at: datetime | None, **about: str) -> Any:
    """The last word on each channel, number and use, or on those named, up to that moment.

    All of it in the order of an index, backwards; the names come to what is left of it.
    """
    entry = table_of(ContactConsent).alias("entry").c
    order = (entry.channel, entry.use, entry.phone, entry.at, entry.id)
    last = (
        select(entry.id)
        .where(
            entry.customer_id == customer_id,
            entry.at <= at if at is not None else true(),
            *(entry[name] == value for name, value in about.items()),
        )
        .ext(distinct_on(entry.channel, entry.use, entry.phone))
        .order_by(*(each.desc() for each in order))
    )
    return (
        select(*_SHOWN)
        .outerjoin(_ACCOUNT.id.table, _ACCOUNT.id == _ENTRY.account_id)
        .where(_ENTRY.id.in_(last.subquery().select()))
        .order_by(_ENTRY.channel, _ENTRY.use, _ENTRY.phone)
    )


def _key(row: Any) -> tuple[str, str, str]:
    return row.channel, row.phone, row.use


def _standing(channel: Channel, phone: str, use: Use, row: Any) -> Standing:
    if row is None:
        return Standing(channel, phone, use, given=False, since=None, source=None, by="")
    return Standing(channel, phone, use, row.given, row.at, row.source, row.by)


def _kept(session: Session, customer: Customer, phone: str | None) -> str:
    told = customer.phone if phone is None else phone.strip()
    kept = told if E164.fullmatch(told) else phones.kept(told, customers.region(session))
    if not kept:
        raise NoPhone
    return kept


def _append(
    session: Session,
    actor: Actor,
    customer_id: int,
    channel: Channel,
    phone: str,
    use: Use,
    given: bool,
    source: Source,
) -> None:
    session.add(
        ContactConsent(
            organization_id=actor.organization_id,
            customer_id=customer_id,
            channel=channel,
            phone=phone,
            use=use,
            given=given,
            at=clock.now(),
            source=source,
            account_id=actor.account_id,
        )
    )
    session.flush()
