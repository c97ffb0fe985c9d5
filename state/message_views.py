"""Threads and messages in words, as staff and customers see them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.customers import days
from securecare.foundation import clock
from securecare.foundation.days import short_day
from securecare.messages.reading import Attachment, Conversation, MessageListed, ThreadListed
from securecare.organization import words
from securecare.scheduling.local_time import label
from state.sizes import said_size


@dataclass(frozen=True)
class ThreadView:
    """A thread in a list, or at the head of what stands in it."""

    id: int = 0
    record: int = 0
    customer: str = ""
    subject: str = ""
    last: str = ""
    when: str = ""
    unread: int = 0
    open: bool = True
    answers: str = ""
    """Whether and until when the customer may answer."""
    takes_part: bool = True


@dataclass(frozen=True)
class FileView:
    """What goes with a message."""

    version_id: int
    name: str
    size: str
    kept: bool


@dataclass(frozen=True)
class MessageView:
    """One message."""

    id: int
    body: str
    by: str
    when: str
    mine: bool
    own_side: bool
    """Whether it was written on the side that is looking: by staff for staff."""
    seen: bool
    """The last one that the customer has read."""
    files: list[FileView]


@dataclass(frozen=True)
class Clock:
    """How moments are told: where, and on which kind of clock."""

    zone: ZoneInfo
    clock24: bool

    def said(self, at: datetime) -> str:
        """A moment; today's by its time alone."""
        day, time = at.astimezone(self.zone).date(), label(at, self.zone, self.clock24)
        today = clock.now().astimezone(self.zone).date()
        return time if day == today else f"{short_day(day)}, {time}"

    def said_day_before(self, at: datetime) -> str:
        """The last day before a moment that ends something."""
        return short_day(days.last_day_of(at, self.zone))


def clock_of(session: Session, actor: Actor) -> Clock:
    """The clock of the actor's organization."""
    return Clock(days.zone(session), words.of(session, actor).clock24)


def thread_view(row: ThreadListed, told: Clock) -> ThreadView:
    """A thread in words."""
    return ThreadView(
        row.id,
        row.customer_id,
        row.customer,
        row.subject,
        row.last_by,
        told.said(row.last_at),
        row.unread,
        row.open,
        _answers(row, told),
        row.takes_part,
    )


def message_views(seen: Conversation, told: Clock, *, as_customer: bool) -> list[MessageView]:
    """The messages in words."""
    read = [m.id for m in seen.messages if not m.from_customer and m.id <= seen.read_by_customer]
    last_read = 0 if as_customer else max(read, default=0)
    return [_message(each, told, as_customer, last_read) for each in seen.messages]


def _message(each: MessageListed, told: Clock, as_customer: bool, last_read: int) -> MessageView:
    return MessageView(
        each.id,
        each.body,
        each.by,
        told.said(each.sent_at),
        each.mine,
        each.from_customer == as_customer,
        each.id == last_read,
        [_file(file) for file in each.attachments],
    )


def _file(file: Attachment) -> FileView:
    return FileView(file.version_id, file.file_name, said_size(file.size_bytes), file.kept)


def _answers(row: ThreadListed, told: Clock) -> str:
    if not row.replies_allowed:
        return "No replies"
    if row.replies_until is None:
        return ""
    day = told.said_day_before(row.replies_until)
    return f"Replies until {day}" if row.open else f"Replies ended on {day}"
