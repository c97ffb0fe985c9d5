"""Everything that happens around one customer, on one calendar.

Each domain adds what it knows by a source: one function that gives what touches a span of time, as
far as the person who looks may see it. What they may not see is not given, not even as a gap.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.roles import Permission
from securecare.customers import visibility
from securecare.foundation import audit
from securecare.foundation.spans import Span

MOST = 1000
"""So many things of one source are given for one span."""


class Kind(StrEnum):
    """What a calendar can be narrowed to."""

    APPOINTMENT = "appointment"
    SERVICE = "service"
    ABSENCE = "absence"
    CALL = "call"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing on a calendar."""

    key: str
    """Its own among all, as in "call 12"."""
    kind: Kind
    starts_at: datetime
    ends_at: datetime | None
    """Not included; None for what happened at one moment."""
    what: str
    detail: str = ""
    place: str = ""
    """The facility, where it has one."""
    time_zone: str = ""
    """Of that facility, by whose clock it is told; empty means by the organization's."""
    status: str = ""
    """Of an appointment, as it counts."""
    href: str = ""
    """Where it stands in full, within the product."""
    of_day: bool = False
    """Noted of a day and no time of it: `starts_at` is only its place among other things."""

    def touches(self, span: Span) -> bool:
        """Whether any of it lies within the span; what only touches its end does not."""
        if self.ends_at is None:
            return span.holds(self.starts_at)
        return self.starts_at < span.end and self.ends_at > span.start


Source = Callable[[Session, Actor, int, Span], Iterable[Happening]]


@dataclass(frozen=True, slots=True)
class _Known:
    kind: Kind
    permission: Permission
    tables: tuple[str, ...]
    read: Source


_sources: dict[str, _Known] = {}


def source(
    name: str, kind: Kind, permission: Permission, tables: tuple[str, ...]
) -> Callable[[Source], Source]:
    """Register a source: what it gives, the right without which it is not asked, what it reads.

    It is asked for a customer whom the actor may see with that permission, and itself leaves out
    what lies in facilities and programs out of their reach. It gives at most `MOST`.
    """

    def register(read: Source) -> Source:
        _sources[name] = _Known(kind, permission, tables, read)
        return read

    return register


def tables() -> tuple[str, ...]:
    """The tables that calendars are read from: when one of these changes, so may a calendar."""
    return tuple(sorted({table for known in _sources.values() for table in known.tables}))


@dataclass(frozen=True, slots=True)
class Activity:
    """A stretch of somebody's calendar."""

    happenings: tuple[Happening, ...]
    """By time."""
    kinds: tuple[Kind, ...]
    """Which there may be for this person, chosen or not."""
    cut: bool
    """Whether there is more in the span than was given."""


def of_customer(
    session: Session,
    actor: Actor,
    customer_id: int,
    span: Span,
    kinds: Collection[Kind] = frozenset(Kind),
    *,
    noted: bool = True,
) -> Activity:
    """What touches the span, of these kinds; that it was looked at is noted. Raises `NotFound`."""
    actor.require(Permission.VIEW_CUSTOMERS)
    customer = visibility.customer(session, actor, customer_id)
    asked = [each for each in _sources.values() if _reaches(session, actor, customer_id, each)]
    found: list[Happening] = []
    cut = False
    for known in asked:
        if known.kind in kinds:
            given = list(known.read(session, actor, customer_id, span))
            cut = cut or len(given) >= MOST
            found += given
    if noted:
        audit.record(session, actor, "customer.calendar_seen", customer)
    there = {each.kind for each in asked}
    found.sort(key=lambda each: (each.starts_at, each.key))
    return Activity(tuple(found), tuple(kind for kind in Kind if kind in there), cut)


def _reaches(session: Session, actor: Actor, customer_id: int, known: _Known) -> bool:
    reach = actor.reach(known.permission)
    if reach.everywhere or reach.nowhere:
        return reach.everywhere
    return visibility.is_within_reach(session, actor, customer_id, known.permission)
