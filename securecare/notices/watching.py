"""For the people who look after it: what waits, what failed, and trying again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.foundation.errors import DomainError
from securecare.foundation.sealing import SealBroken
from securecare.notices.models import RECIPIENT, NoticeRow
from securecare.notices.outbox import Channel
from securecare.settings import settings

PAGE = 50
AGAIN = ("failed", "dead")
SHOWN: dict[str, tuple[str, ...]] = {
    "waiting": ("queued", "leased"),
    "failed": ("failed", "dead"),
    "withheld": ("withheld",),
    "sent": ("sent", "delivered"),
}
"""What a page offers to look at, and the states each of them means."""
STATE_LABELS = {
    "queued": "Waiting",
    "leased": "Being sent",
    "sent": "Sent",
    "delivered": "Delivered",
    "failed": "Refused",
    "dead": "Given up",
    "withheld": "Not sent",
}
REASONS = {
    "no_consent": "There was no consent at the moment of sending.",
    "stopped": "This number ended our texts by texting STOP.",
    "moved": "The person is reached at another number or address by now.",
    "quiet_hours": "It waits until the recipient's quiet hours are over.",
    "not_needed": "It was no longer needed.",
    "lost": "The sender stopped each time before it could record the result.",
    "fault": "An internal error occurred while sending it.",
    "unreadable": "Its content could not be opened.",
    "smtp_unreachable": "The mail server could not be reached.",
    "smtp_timeout": "The mail server did not answer in time.",
    "smtp_tls": "A secure connection to the mail server could not be made.",
    "smtp_sign_in": "The mail server did not accept our sign-in.",
    "smtp_address": "The mail server cannot write to such an address.",
    "sms_unreachable": "The text service could not be reached.",
    "sms_timeout": "The text service did not answer in time.",
    "sms_sign_in": "The text service did not accept our sign-in.",
    "sms_undelivered": "The text did not reach the phone.",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many notices of a channel are in which state; sent ones are not counted."""

    channel: Channel
    set_up: bool
    """Whether this installation has a server for the channel; without one they wait."""
    waiting: int
    """Due, and waiting for a sender."""
    later: int
    """Not due yet: for a later time, after a fault, or for quiet hours to be over."""
    sending: int
    failed: int
    dead: int
    withheld: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in a list. The recipient is told as far as needed to know whom to ask."""

    id: int
    channel: Channel
    template: str
    recipient: str
    customer_id: int | None
    state: str
    attempts: int
    queued_at: datetime
    due_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    reason: str
    may_retry: bool


class NotForRetry(DomainError):
    """It has been sent, or waits already."""

    def __init__(self) -> None:
        super().__init__("This has been sent or is waiting already.")


def tallies(session: Session, actor: Actor) -> list[Tally]:
    """How the outbox of the organization stands, a tally for each channel."""
    actor.require_everywhere(Permission.VIEW_JOBS)
    now, told = clock.now(), settings()
    state, due = _ROW.state, _ROW.due_at
    query = select(
        _ROW.channel,
        func.count(case((((state == "queued") & (due <= now)), 1))),
        func.count(case((((state == "queued") & (due > now)), 1))),
        *(
            func.count(case((state == each, 1)))
            for each in ("leased", "failed", "dead", "withheld")
        ),
        func.min(case((state == "queued", due))),
    ).where(_ROW.organization_id == actor.organization_id, state.not_in(("sent", "delivered")))
    found = {row[0]: row[1:] for row in session.execute(query.group_by(_ROW.channel))}
    set_up: dict[Channel, bool] = {"email": told.mail is not None, "sms": told.texts is not None}
    nothing = (0, 0, 0, 0, 0, 0, None)
    return [Tally(name, is_there, *found.get(name, nothing)) for name, is_there in set_up.items()]


def listing(
    session: Session,
    actor: Actor,
    shown: str = "failed",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[Line]:
    """Notices in the states that `shown` means, newest first, older than `before_id`."""
    actor.require_everywhere(Permission.VIEW_JOBS)
    query = (
        select(NoticeRow)
        .where(
            _ROW.organization_id == actor.organization_id,
            _ROW.state.in_(SHOWN.get(shown, SHOWN["failed"])),
        )
        .order_by(_ROW.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(_ROW.id < before_id)
    return [_line(row) for row in session.scalars(query)]


def retry(session: Session, actor: Actor, notice_id: int) -> None:
    """Have a notice that failed tried again at once, from the first attempt.

    Consent is asked again when it is sent. Raises `NotAllowed`, `NotFound`, `NotForRetry`.
    """
    actor.require_everywhere(Permission.RUN_JOBS)
    if _again(session, actor, _ROW.id == notice_id):
        audit.record(session, actor, "notice.retried", ("notice", notice_id))
        return
    there = select(_ROW.id).where(
        _ROW.id == notice_id, _ROW.organization_id == actor.organization_id
    )
    raise NotForRetry if session.execute(there).first() else NotFound("This notice")


def retry_all_dead(session: Session, actor: Actor) -> int:
    """Have everything tried again that was given up, as after a server was away for a day."""
    actor.require_everywhere(Permission.RUN_JOBS)
    changed = _again(session, actor, _ROW.state == "dead")
    if changed:
        audit.record(session, actor, "notice.all_retried", ("notice", None), notices=changed)
    return changed


_ROW = columns_of(NoticeRow)


def _again(session: Session, actor: Actor, which: object) -> int:
    """What a provider had for good gets a new key; what may yet be on its way keeps it."""
    refused = _ROW.state == "failed"
    changed = session.execute(
        update(NoticeRow)
        .where(_ROW.organization_id == actor.organization_id, _ROW.state.in_(AGAIN), which)
        .values(
            state="queued",
            attempts=0,
            due_at=clock.now(),
            finished_at=None,
            sent_at=None,
            round=_ROW.round + case((refused, 1), else_=0),
            provider_id=case((refused, None), else_=_ROW.provider_id),
        )
        .returning(_ROW.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())


def _line(row: NoticeRow) -> Line:
    assert row.id is not None
    return Line(
        id=row.id,
        channel=row.channel,
        template=row.template,
        recipient=_masked(row),
        customer_id=row.customer_id,
        state=row.state,
        attempts=row.attempts,
        queued_at=row.queued_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        finished_at=row.finished_at,
        reason=reason_of(row.last_error),
        may_retry=row.state in AGAIN,
    )


def reason_of(code: str) -> str:
    """A code in words; one of a provider's own is shown as it is."""
    if not code:
        return ""
    kind, _, number = code.partition("_")
    who = "The mail server" if kind == "smtp" else "The text service"
    return REASONS.get(code, f"{who} answered with {number}.")


def _masked(row: NoticeRow) -> str:
    try:
        told = RECIPIENT.open(row.recipient_sealed, row.public_id)
    except SealBroken:
        return ""
    if row.channel == "sms":
        return f"•••{told[-4:]}"
    name, _, host = told.partition("@")
    return f"{name[:1]}…@{host}"
