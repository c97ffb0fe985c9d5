"""Reading sessions: one in full, with what is left of everything on it, and lists of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.days import long_day
from securecare.inventory import bundles, holders
from securecare.outreach import session_lines
from securecare.outreach.models import CommunityService, OutreachSession, SessionLine
from securecare.outreach.sessions import HOLDER

SESSION = columns_of(OutreachSession)


@dataclass(frozen=True, slots=True)
class Figure:
    """An item at the session's facility, as the session finds it."""

    item_id: int
    name: str
    unit: str
    on_hand: int
    reserved: int
    """By all, this session too."""
    held: int
    """By this session."""
    wholesale_cents: int
    retail_cents: int

    @property
    def available(self) -> int:
        """What nobody has reserved."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class LineRead:
    """A line, and what it is made of: pieces by the id of the item, none for a free line."""

    id: int
    kind: str
    item_id: int | None
    bundle_id: int | None
    bundle_number: int | None
    description: str
    unit: str
    quantity: int
    given: int | None
    made_of: tuple[tuple[int, int], ...]
    wholesale_cents: int
    """Of one unit: as it was counted if the session is completed, else at present."""
    retail_cents: int


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """A session in full."""

    id: int
    number: int
    version: int
    service_id: int
    service: str
    facility_id: int
    facility: str
    zone: str
    held_on: date
    starts_minute: int | None
    ends_minute: int | None
    status: str
    notes: str
    people_served: int | None
    grant_id: int | None
    grant: str
    created_at: datetime
    ended_at: datetime | None
    ended_by: str
    lines: tuple[LineRead, ...]
    figures: Mapping[int, Figure]

    def could_be(self, line: LineRead) -> int | None:
        """The most of this line that there is, were it the only one to take more; None if free."""
        if not line.made_of:
            return None
        return min(
            (self.figures[item].available + self.figures[item].held) // per
            for item, per in line.made_of
        )

    @property
    def wholesale_cents(self) -> int:
        """What is planned costs, or what was given cost then."""
        return sum(_count(line) * line.wholesale_cents for line in self.lines)

    @property
    def retail_cents(self) -> int:
        """The same at retail."""
        return sum(_count(line) * line.retail_cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class SessionListed:
    """A session as lists show it."""

    id: int
    number: int
    version: int
    service_id: int
    service: str
    facility_id: int
    facility: str
    held_on: date
    starts_minute: int | None
    ends_minute: int | None
    status: str
    people_served: int | None
    lines: int
    quantity: int
    """What is planned, added up over all lines; once completed, what was given."""


_DETAIL = text("""
    SELECT o.id, o.number, o.version, o.service_id, s.name AS service, o.facility_id,
           f.name AS facility, f.time_zone AS zone, o.held_on, o.starts_minute, o.ends_minute,
           o.status, o.notes, o.people_served, o.grant_id, coalesce(g.name, '') AS grant,
           o.created_at, o.ended_at, coalesce(a.name, '') AS ended_by
      FROM outreach_session o
      JOIN community_service s ON s.id = o.service_id
      JOIN facility f ON f.id = o.facility_id
      LEFT JOIN funding_grant g ON g.id = o.grant_id
      LEFT JOIN account a ON a.id = o.ended_by
     WHERE o.id = :id
""")
_FIGURES = text("""
    SELECT i.id, i.name, i.unit, coalesce(s.on_hand, 0), coalesce(s.reserved, 0),
           coalesce(r.quantity, 0), i.wholesale_cents, i.retail_cents
      FROM item i
      LEFT JOIN stock s ON s.organization_id = i.organization_id
                       AND s.facility_id = :facility AND s.item_id = i.id
      LEFT JOIN reservation r ON r.organization_id = i.organization_id AND r.holder = :holder
                       AND r.holder_id = :id AND r.facility_id = :facility AND r.item_id = i.id
     WHERE i.organization_id = :organization AND i.id = ANY(CAST(:items AS bigint[]))
""")
# What the last completion counted: a return takes back all that was counted before it.
_COUNTED = text("""
    SELECT DISTINCT ON (item_id) item_id, wholesale_cents, retail_cents
      FROM stock_movement
     WHERE organization_id = :organization AND holder = :holder AND holder_id = :id
       AND kind = 'committed'
     ORDER BY item_id, id DESC
""")
_BUNDLES = text("""
    SELECT v.id, v.bundle_id, v.number FROM bundle_version v WHERE v.id = ANY(CAST(:ids AS bigint[]))
""")
# Only of the sessions that are shown the lines are added up.
_LISTED = """
    SELECT o.id, o.number, o.version, o.service_id, o.service, o.facility_id, o.facility,
           o.held_on, o.starts_minute, o.ends_minute, o.status, o.people_served, l.lines, l.quantity
      FROM (SELECT o.id, o.number, o.version, o.service_id, s.name AS service, o.facility_id,
                   f.name AS facility, o.held_on, o.starts_minute, o.ends_minute, o.status,
                   o.people_served, row_number() OVER (ORDER BY {order}) AS place
              FROM outreach_session o
              JOIN community_service s ON s.id = o.service_id
              JOIN facility f ON f.id = o.facility_id
             WHERE o.organization_id = :organization
               AND (:everywhere OR o.facility_id = ANY(:facilities)) AND {condition}
             ORDER BY {order} LIMIT :most) o
     CROSS JOIN LATERAL (
           SELECT count(*) AS lines, coalesce(sum(coalesce(given, quantity)), 0)::int AS quantity
             FROM session_line WHERE session_id = o.id) l
     ORDER BY o.place
"""
# Constant texts, put together here; what people say only ever comes as a parameter.
_OF_SERVICE = text(
    _LISTED.format(condition="o.service_id = :service", order="o.held_on DESC, o.id DESC")
)
_OF_DAYS = text(
    _LISTED.format(
        condition="o.held_on BETWEEN :first AND :last",
        order="o.held_on, o.starts_minute NULLS LAST, s.name, o.id",
    )
)
MOST_LISTED = 200


def detail(session: Session, actor: Actor, session_id: int) -> SessionDetail:
    """The session in full. Raises `NotFound`."""
    row = session.execute(_DETAIL, {"id": session_id}).mappings().one_or_none()
    if row is None or not actor.may(Permission.VIEW_OUTREACH, row["facility_id"]):
        raise NotFound("This session")
    rows = session_lines.of_session(session, session_id)
    versions = {line.bundle_version_id for line in rows if line.bundle_version_id}
    parts = bundles.components_of(session, actor.organization_id, versions) if versions else {}
    made_of = {line.id or 0: _made_of(line, parts) for line in rows}
    items = {item for parts_ in made_of.values() for item, _ in parts_}
    figures = figures_of(session, actor, session_id, row["facility_id"], items)
    costs = _costs(session, actor, row["status"], session_id, figures)
    known = _bundles(session, versions)
    lines = [_read(line, made_of[line.id or 0], known, figures, costs) for line in rows]
    return SessionDetail(**row, lines=tuple(lines), figures=figures)


def figures_of(
    session: Session, actor: Actor, session_id: int, facility_id: int, items: Collection[int]
) -> dict[int, Figure]:
    """How the items stand at the facility right now, as seen by the session."""
    if not items:
        return {}
    rows = session.execute(
        _FIGURES,
        {
            "organization": actor.organization_id,
            "facility": facility_id,
            "holder": HOLDER,
            "id": session_id,
            "items": sorted(items),
        },
    )
    return {row[0]: Figure(*row) for row in rows}


def of_service(
    session: Session, actor: Actor, service_id: int, most: int = MOST_LISTED
) -> list[SessionListed]:
    """The sessions of a service, the latest first."""
    return _listed(session, actor, _OF_SERVICE, most, service=service_id)


def of_days(session: Session, actor: Actor, first: date, last: date) -> list[SessionListed]:
    """The sessions within reach from one day through another, in order of time."""
    return _listed(session, actor, _OF_DAYS, MOST_LISTED, first=first, last=last)


def names(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """What sessions are called where they hold stock: "Saturday Lunch, Sat, May 3"."""
    service = columns_of(CommunityService)
    rows = session.execute(
        select(SESSION.id, service.name, SESSION.held_on)
        .join_from(
            table_of(OutreachSession), table_of(CommunityService), service.id == SESSION.service_id
        )
        .where(SESSION.id.in_(ids))
    )
    return {id_: f"{name}, {long_day(day)}" for id_, name, day in rows}


holders.named_by(HOLDER, names)


def _listed(
    session: Session, actor: Actor, query: Any, most: int, **asked: Any
) -> list[SessionListed]:
    reach = actor.reach(Permission.VIEW_OUTREACH)
    rows = session.execute(
        query,
        {
            "organization": actor.organization_id,
            "everywhere": reach.everywhere,
            "facilities": sorted(reach.facility_ids),
            "most": most,
            **asked,
        },
    )
    return [SessionListed(*row) for row in rows]


def _made_of(
    line: SessionLine, parts: Mapping[int, tuple[bundles.Component, ...]]
) -> tuple[tuple[int, int], ...]:
    if line.item_id:
        return ((line.item_id, 1),)
    if line.bundle_version_id:
        return tuple((part.item_id, part.quantity) for part in parts[line.bundle_version_id])
    return ()


def _costs(
    session: Session, actor: Actor, status: str, session_id: int, figures: Mapping[int, Figure]
) -> dict[int, tuple[int, int]]:
    """What one piece of each item costs: as it was counted, or as it is now."""
    costs = {id_: (each.wholesale_cents, each.retail_cents) for id_, each in figures.items()}
    if status == "completed":
        asked = {"organization": actor.organization_id, "holder": HOLDER, "id": session_id}
        costs |= {row[0]: (row[1], row[2]) for row in session.execute(_COUNTED, asked)}
    return costs


def _bundles(session: Session, versions: Collection[int]) -> dict[int, tuple[int, int]]:
    if not versions:
        return {}
    rows = session.execute(_BUNDLES, {"ids": sorted(versions)})
    return {row.id: (row.bundle_id, row.number) for row in rows}


def _read(
    line: SessionLine,
    made_of: tuple[tuple[int, int], ...],
    known: Mapping[int, tuple[int, int]],
    figures: Mapping[int, Figure],
    costs: Mapping[int, tuple[int, int]],
) -> LineRead:
    bundle_id, number = known.get(line.bundle_version_id or 0, (None, None))
    unit = figures[line.item_id].unit if line.item_id else ""
    return LineRead(
        line.id or 0,
        line.kind,
        line.item_id,
        bundle_id,
        number,
        line.description,
        unit,
        line.quantity,
        line.given,
        made_of,
        line.wholesale_cents or sum(per * costs[item][0] for item, per in made_of),
        line.retail_cents or sum(per * costs[item][1] for item, per in made_of),
    )


def _count(line: LineRead) -> int:
    return line.quantity if line.given is None else line.given
