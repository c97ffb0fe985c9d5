"""For the people who look after it: what waits, what failed, and trying again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    DateTime,
    bindparam,
    case,
    literal_column,
    select,
    text,
    true,
    union_all,
    update,
)
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
MOST_COUNTED = 1000
"""More than this need not be told apart, and are not looked at."""
CHANNELS: tuple[Channel, ...] = ("email", "sms")
AGAIN = ("failed", "dead")
SHOWN: dict[str, tuple[str, ...]] = {
    "waiting": ("queued", "leased"),
    "failed": ("failed", "dead"),
    "withheld": ("withheld", "set_aside"),
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
    "set_aside": "Set aside",
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
    """How many notices of a channel are in which state, each counted up to `MOST_COUNTED`.

    Sent ones are not counted.
    """

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
    """A notice in a list. The recipient is told as far as needed to know whom to ask, until erased."""

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
    failed: bool
    """Whether somebody has to see to it."""
    may_retry: bool
    """Not where a report came when its words were erased already."""


class NotForRetry(DomainError):
    """It has been sent, or waits already."""

    def __init__(self) -> None:
        super().__init__("This has been sent or is waiting already.")


def tallies(session: Session, actor: Actor) -> list[Tally]:
    """How the outbox of the organization stands, a tally for each channel."""
    actor.require_everywhere(Permission.VIEW_JOBS)
    asked = {"organization": actor.organization_id, "now": clock.now(), "most": MOST_COUNTED}
    rows = session.execute(_TALLIES, asked)
    told = settings()
    set_up = {"email": told.mail is not None, "sms": told.texts is not None}
    return [Tally(channel, set_up[channel], *figures) for channel, *figures in rows]


def listing(
    session: Session,
    actor: Actor,
    shown: str = "failed",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[Line]:
    """Notices in the states that `shown` means, newest first, older than `before_id`."""
    actor.require_everywhere(Permission.VIEW_JOBS)
    parts = [
        select(_ROW.id)
        .where(
            _ROW.organization_id == actor.organization_id,
            literal_column(part),
            _ROW.id < before_id if before_id is not None else true(),
        )
        .order_by(_ROW.id.desc())
        .limit(limit)
        for part in _parts(SHOWN.get(shown, SHOWN["failed"]))
    ]
    query = select(NoticeRow).where(_ROW.id.in_(union_all(*parts)))
    return [_line(row) for row in session.scalars(query.order_by(_ROW.id.desc()).limit(limit))]


def _parts(states: tuple[str, ...]) -> list[str]:
    """What to look for one after the other: unfinished ones stand in an index by channel and state.

    Nearly all there are were sent, so those are met at once by going through them all. The words are
    constants, as the index wants them.
    """
    if states == SHOWN["sent"]:
        return ["state IN ('sent', 'delivered')"]
    return [
        f"channel = '{channel}' AND state = '{state}'" for channel in CHANNELS for state in states
    ]


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
        .where(
            _ROW.organization_id == actor.organization_id,
            _ROW.state.in_(AGAIN),
            _ROW.values_sealed.is_not(None),
            which,
        )
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
        failed=row.state in AGAIN,
        may_retry=row.state in AGAIN and row.values_sealed is not None,
    )


def reason_of(code: str) -> str:
    """A code in words; one of a provider's own is shown as it is."""
    if not code:
        return ""
    kind, _, number = code.partition("_")
    who = "The mail server" if kind == "smtp" else "The text service"
    return REASONS.get(code, f"{who} answered with {number}.")


def _masked(row: NoticeRow) -> str:
    if row.recipient_sealed is None:
        return ""
    try:
        told = RECIPIENT.open(row.recipient_sealed, row.public_id)
    except SealBroken:
        return ""
    if row.channel == "sms":
        return f"•••{told[-4:]}"
    name, _, host = told.partition("@")
    return f"{name[:1]}…@{host}"


def _counted(condition: str) -> str:
    return f"""(SELECT count(*) FROM (
                SELECT FROM notice WHERE organization_id = :organization AND channel = c.name
                   AND {condition} LIMIT :most) AS up_to)"""  # noqa: S608  conditions stand below


_FIGURES = ",\n           ".join(
    _counted(condition)
    for condition in (
        "state = 'queued' AND due_at <= :now",
        "state = 'queued' AND due_at > :now",
        *(f"state = '{state}'" for state in ("leased", "failed", "dead", "withheld")),
    )
)
_TALLIES = text(f"""
    SELECT c.name, {_FIGURES},
           (SELECT due_at FROM notice WHERE organization_id = :organization AND channel = c.name
               AND state = 'queued' ORDER BY due_at LIMIT 1)
      FROM unnest(ARRAY['email', 'sms']) WITH ORDINALITY AS c (name, place) ORDER BY c.place
""").bindparams(bindparam("now", type_=DateTime(timezone=True)))  # noqa: S608
