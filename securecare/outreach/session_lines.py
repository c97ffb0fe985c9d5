"""The lines of a session: what they mean, and how many pieces of which item they add up to.

A line is an item, a bundle, or something free that is not in stock. A bundle's line keeps the
version of the bundle that it was put on with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session
from sqlmodel import select as model_select

from securecare.access.actor import Actor
from securecare.foundation.columns import columns_of, table_of
from securecare.foundation.forms import (
    Complaints,
    NotAccepted,
    complain_of_number,
    complain_of_text,
    require_none,
)
from securecare.inventory import bundles
from securecare.inventory.models import MOST_CENTS, Bundle, BundleVersion, Item
from securecare.outreach.models import MOST_PIECES, SessionLine

LineKind = Literal["item", "bundle", "free"]
LINE, ITEM, BUNDLE, VERSION = map(columns_of, (SessionLine, Item, Bundle, BundleVersion))
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class LineWish:
    """A line as it is entered; `line_id` names the line it changes, None adds one.

    Costs are of one unit in cents, of free lines only: stock brings its own.
    """

    kind: LineKind
    quantity: int
    item_id: int | None = None
    bundle_id: int | None = None
    description: str = ""
    wholesale_cents: int | None = None
    retail_cents: int | None = None
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line with all that is known of it, as it is stored."""

    kind: str
    quantity: int
    item_id: int | None
    bundle_version_id: int | None
    description: str
    wholesale_cents: int | None
    retail_cents: int | None
    line_id: int | None


class Stored(Protocol):
    """What can be taken apart into pieces: a `Line`, or a row."""

    @property
    def item_id(self) -> int | None: ...
    @property
    def bundle_version_id(self) -> int | None: ...


def complaints_of(lines: Sequence[LineWish]) -> Complaints:
    """What cannot stay as it is; fields are called "quantity-0", by the place of the line."""
    found: Complaints = {}
    if len(lines) > MOST_LINES:
        found["lines"] = f"Keep this to {MOST_LINES} lines."
    for place, line in enumerate(lines):
        complain_of_number(found, f"quantity-{place}", line.quantity, 0, MOST_PIECES)
        if line.kind == "free":
            complain_of_text(found, f"description-{place}", line.description, "what it is", 120)
            for name in ("wholesale_cents", "retail_cents"):
                cents = getattr(line, name) or 0
                complain_of_number(found, f"{name}-{place}", cents, 0, MOST_CENTS)
        elif line.kind == "item" and line.item_id is None:
            found[f"item-{place}"] = "Choose an item."
        elif line.kind == "bundle" and line.bundle_id is None:
            found[f"item-{place}"] = "Choose a bundle."
    return found


def resolved(
    session: Session, actor: Actor, wishes: Sequence[LineWish], standing: Sequence[SessionLine]
) -> list[Line]:
    """The lines with names and versions looked up. `standing` are those of the session by now.

    Raises `NotAccepted` for what is gone or no longer in use, unless it stood there before.
    """
    require_none(complaints_of(wishes))
    before = {row.id: row for row in standing}
    items = _items(session, {wish.item_id for wish in wishes if wish.kind == "item"})
    versions = _versions(session, actor, wishes, before)
    lines: list[Line] = []
    for place, wish in enumerate(wishes):
        known = before.get(wish.line_id)
        line_id = wish.line_id if known else None
        if wish.kind == "item":
            name, active = items.get(wish.item_id or 0, ("", False))
            stood = known is not None and known.item_id == wish.item_id
            if not name or not (active or stood):
                raise NotAccepted({f"item-{place}": "This item is no longer in use. Remove it."})
            lines.append(_line(wish, line_id, name, item_id=wish.item_id))
        elif wish.kind == "bundle":
            version_id, name = versions.get(place, (0, ""))
            if not version_id:
                raise NotAccepted({f"item-{place}": "This bundle is no longer in use. Remove it."})
            lines.append(_line(wish, line_id, name, bundle_version_id=version_id))
        else:
            lines.append(
                _line(
                    wish,
                    line_id,
                    wish.description.strip(),
                    wholesale_cents=wish.wholesale_cents or 0,
                    retail_cents=wish.retail_cents or 0,
                )
            )
    return lines


def pieces(
    session: Session, organization_id: int, lines: Iterable[tuple[Stored, int]]
) -> dict[int, int]:
    """How many pieces of each item so many of each line add up to, bundles taken apart."""
    counted = [(line, quantity) for line, quantity in lines if quantity]
    versions = {line.bundle_version_id for line, _ in counted if line.bundle_version_id}
    made_of = bundles.components_of(session, organization_id, versions) if versions else {}
    found: dict[int, int] = {}
    for line, quantity in counted:
        if line.item_id:
            found[line.item_id] = found.get(line.item_id, 0) + quantity
        elif line.bundle_version_id:
            for part in made_of[line.bundle_version_id]:
                found[part.item_id] = found.get(part.item_id, 0) + quantity * part.quantity
    return found


def of_session(session: Session, session_id: int) -> list[SessionLine]:
    """The lines of a session as they stand, in order."""
    query = model_select(SessionLine).where(LINE.session_id == session_id).order_by(LINE.position)
    return list(session.exec(query.execution_options(populate_existing=True)))


def write(
    session: Session,
    actor: Actor,
    session_id: int,
    lines: Sequence[Line],
    standing: Sequence[SessionLine] = (),
) -> None:
    """Store the lines in this order: those that stood are changed, others come and go."""
    kept = {line.line_id for line in lines if line.line_id}
    if gone := [row.id for row in standing if row.id not in kept]:
        session.execute(delete(table_of(SessionLine)).where(LINE.id.in_(gone)))
    added: list[dict[str, Any]] = []
    for position, line in enumerate(lines):
        values = {
            "position": position,
            "kind": line.kind,
            "item_id": line.item_id,
            "bundle_version_id": line.bundle_version_id,
            "description": line.description,
            "quantity": line.quantity,
            "wholesale_cents": line.wholesale_cents,
            "retail_cents": line.retail_cents,
        }
        if line.line_id:
            session.execute(
                update(table_of(SessionLine)).where(LINE.id == line.line_id).values(values)
            )
        else:
            owner = {"organization_id": actor.organization_id, "session_id": session_id}
            added.append(owner | values)
    if added:
        session.execute(insert(table_of(SessionLine)), added)


def _line(wish: LineWish, line_id: int | None, description: str, **more: Any) -> Line:
    blank = dict.fromkeys(("item_id", "bundle_version_id", "wholesale_cents", "retail_cents"))
    return Line(
        kind=wish.kind,
        quantity=wish.quantity,
        description=description,
        line_id=line_id,
        **(blank | more),
    )


def _items(session: Session, ids: set[int | None]) -> Mapping[int, tuple[str, bool]]:
    if not ids:
        return {}
    rows = session.execute(select(ITEM.id, ITEM.name, ITEM.active).where(ITEM.id.in_(ids)))
    return {row.id: (row.name, row.active) for row in rows}


def _versions(
    session: Session,
    actor: Actor,
    wishes: Sequence[LineWish],
    before: Mapping[int | None, SessionLine],
) -> dict[int, tuple[int, str]]:
    """For each bundle's line, by its place: the version it is of, and the bundle's name."""
    wanted = {place: wish for place, wish in enumerate(wishes) if wish.kind == "bundle"}
    if not wanted:
        return {}
    asked = {wish.bundle_id for wish in wanted.values()}
    rows = session.execute(
        select(
            VERSION.id, VERSION.number, BUNDLE.id, BUNDLE.name, BUNDLE.active, BUNDLE.current_number
        )
        .join_from(table_of(BundleVersion), table_of(Bundle), BUNDLE.id == VERSION.bundle_id)
        .where(BUNDLE.organization_id == actor.organization_id, BUNDLE.id.in_(asked))
    ).all()
    bundle_of = {row[0]: row[2] for row in rows}
    current = {row[2]: row[0] for row in rows if row[4] and row[1] == row[5]}
    names = {row[2]: row[3] for row in rows}
    found: dict[int, tuple[int, str]] = {}
    for place, wish in wanted.items():
        known = before.get(wish.line_id)
        kept = known.bundle_version_id if known else None
        same = kept is not None and bundle_of.get(kept) == wish.bundle_id
        version_id = kept if same else current.get(wish.bundle_id or 0)
        if version_id:
            found[place] = (version_id, names[wish.bundle_id or 0])
    return found
